"""Points and straight ways against walls, many at a time. Segments and ways are rows x1 y1 x2 y2 in meters."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_PAIRS_TOGETHER = 500_000
"""Pairs of a point or way and a segment that are worked out at a time: some 50 MB."""


def compute_crossings(paths: FloatArray, segments: FloatArray) -> NDArray[np.bool_]:
    """Say for each of the paths [n, 4] and segments [m, 4] whether they cross: [n, m]."""
    p, r = paths[:, None, :2], paths[:, None, 2:] - paths[:, None, :2]
    q, s = segments[None, :, :2], segments[None, :, 2:] - segments[None, :, :2]
    cross = r[..., 0] * s[..., 1] - r[..., 1] * s[..., 0]
    is_parallel = np.abs(cross) < 1e-12
    safe = np.where(is_parallel, 1.0, cross)
    gap = q - p
    t = (gap[..., 0] * s[..., 1] - gap[..., 1] * s[..., 0]) / safe
    u = (gap[..., 0] * r[..., 1] - gap[..., 1] * r[..., 0]) / safe
    return np.asarray(~is_parallel & (t >= 0) & (t <= 1) & (u >= 0) & (u <= 1))


def compute_distances(points: FloatArray, segments: FloatArray) -> FloatArray:
    """Return the distances [n, m] in meters from points [n, 2] to segments [m, 4]."""
    dx, dy = segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1]
    length2 = np.maximum(dx * dx + dy * dy, 1e-12)
    gx, gy = points[:, 0, None] - segments[:, 0], points[:, 1, None] - segments[:, 1]
    t = np.clip((gx * dx + gy * dy) / length2, 0.0, 1.0)
    return np.asarray(np.hypot(gx - t * dx, gy - t * dy))


def find_crossing(paths: FloatArray, segments: FloatArray) -> NDArray[np.bool_]:
    """Say which of the paths [n, 4] cross any of the segments [m, 4]: [n]."""
    crosses = np.zeros(len(paths), dtype=np.bool_)
    for part in _cut(len(paths), len(segments)):
        crosses[part] = compute_crossings(paths[part], segments).any(axis=1)
    return crosses


def compute_least_distances(points: FloatArray, segments: FloatArray) -> FloatArray:
    """Return the distance [n] in meters from points [n, 2] to the nearest of the segments [m, 4], m > 0."""
    least = np.empty(len(points))
    for part in _cut(len(points), len(segments)):
        least[part] = compute_distances(points[part], segments).min(axis=1)
    return least


def sample_paths(paths: FloatArray, *, stride_m: float) -> tuple[FloatArray, NDArray[np.int64]]:
    """Return points [k, 2] evenly along the paths [n, 4], both ends and one at least every stride, and whose [k]."""
    lengths_m = np.hypot(paths[:, 2] - paths[:, 0], paths[:, 3] - paths[:, 1])
    counts = np.maximum(2, np.ceil(lengths_m / stride_m).astype(np.int64))
    owners = np.repeat(np.arange(len(paths)), counts)
    ends = np.cumsum(counts)
    share = (np.arange(len(owners)) - np.repeat(ends - counts, counts)) * np.repeat(1 / (counts - 1), counts)
    share[ends - 1] = 1.0
    return paths[owners, :2] * (1 - share)[:, None] + paths[owners, 2:] * share[:, None], owners


def _cut(count: int, others: int) -> Iterator[slice]:
    size = max(1, _PAIRS_TOGETHER // max(1, others))
    return (slice(start, start + size) for start in range(0, count, size))
