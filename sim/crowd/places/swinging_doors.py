"""Doors to rooms that stand shut, and open for those who go through.

Nobody waits for a door: it opens in time. So doors change nothing about where people are, only what is seen of them.
"""

from collections.abc import Iterator, Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.track import DoorTrack, Track
from sim.site.model import Opening, Site

FloatArray = NDArray[np.float64]
RoomDoor = Literal["classroom", "office", "restroom"]

_OPENS_S: Final = 0.7
_CLOSES_S: Final = 2.4
_AHEAD_S: Final = 0.55
"""How long before somebody is in the doorway the door begins to move."""
_STAYS_S: Final = 0.3
_DOORWAY_M: Final = 0.45
_ASIDE_M: Final = 0.25
_BEHIND_M: Final = 2.0
_LEVEL_M: Final = 0.5


def make_door_tracks(
    site: Site, kinds: Sequence[RoomDoor], tracks: Sequence[Track], *, fps: float, frame_count: int
) -> tuple[DoorTrack, ...]:
    """Return how every door of these kinds moves; doors that the site has closed for good stay so."""
    doors = [opening for opening in site.openings if opening.kind in kinds and opening.leaf == "open"]
    return tuple(_make_track(door, tracks, fps=fps, frame_count=frame_count) for door in doors)


def _make_track(door: Opening, tracks: Sequence[Track], *, fps: float, frame_count: int) -> DoorTrack:
    is_wanted = np.zeros(frame_count, dtype=np.bool_)
    ahead, stays = round(_AHEAD_S * fps), round(_STAYS_S * fps)
    for track in tracks:
        rows = np.flatnonzero(_find_in_doorway(door, track))
        for row in rows.tolist():
            frame = track.first_frame + row
            is_wanted[max(frame - ahead, 0) : frame + stays + 1] = True
    share = float(is_wanted[0]) if frame_count else 0.0
    shares = np.empty(frame_count, dtype=np.float32)
    for frame, wanted in enumerate(is_wanted.tolist()):
        shares[frame] = share
        share += 1 / (_OPENS_S * fps) if wanted else -1 / (_CLOSES_S * fps)
        share = min(max(share, 0.0), 1.0)
    eased = shares * shares * (3 - 2 * shares)
    return DoorTrack(door_id=door.door_id, open_share=eased)


def _find_in_doorway(door: Opening, track: Track) -> NDArray[np.bool_]:
    """Return the rows [n] in which somebody is in the doorway, or in the piece of room behind it."""
    facing = np.deg2rad(door.facing_deg)
    out = np.array([np.cos(facing), np.sin(facing)])
    offset: FloatArray = track.xyz_m[:, :2] - np.array(door.at)
    out_m = offset @ out
    along_m = offset @ np.array([-out[1], out[0]])
    on_floor = np.array([floor == door.floor for floor in track.floor])
    near = (out_m < _DOORWAY_M) & (out_m > -_BEHIND_M) & (np.abs(along_m) < door.width_m / 2 + _ASIDE_M)
    goes_in = bool((near & on_floor & (out_m < 0)).any())
    return near & on_floor if goes_in else np.zeros(len(along_m), dtype=np.bool_)


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
