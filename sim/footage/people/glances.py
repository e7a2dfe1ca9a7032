"""Where people turn their heads: to whom they talk to or walk beside, and about them as everybody does."""

import zlib
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.track import Crowd, Pose, Track, order_rows

FloatArray = NDArray[np.float32]

_FREE = {
    Pose.WALK: 1.0,
    Pose.STAND: 1.0,
    Pose.TALK: 1.0,
    Pose.SIT: 0.8,
    Pose.WHEEL: 0.8,
    Pose.CRUTCHES: 0.7,
    Pose.RUN: 0.3,
    Pose.PHONE: 0.15,
}
"""How freely the head turns in a pose; in all others eyes are on what hands or feet do."""
_MOST_RAD = np.deg2rad(58.0)
_TOGETHER_M = 1.5
_SAME_FLOOR_M = 1.0
_ALIKE_RAD = np.deg2rad(40.0)
_AHEAD_RAD, _BEHIND_RAD = np.deg2rad(12.0), np.deg2rad(115.0)
_GOES_M_S, _RESTS_M_S = 0.5, 0.25
_TURNING_S = 0.45
_GLANCE_S = (0.7, 2.2)
_APART_S = (1.8, 6.5)
_GLANCE_RAD = np.deg2rad(26.0)
_LOOKING_S, _AWAY_S = (1.0, 4.0), (1.5, 5.5)


def plan_glances(crowd: Crowd) -> list[FloatArray]:
    """Return how far the head is turned to the left of the body in every row of every track, radians, [n] each.

    The names of the people decide when somebody looks about, and for how long. Heads turn by at most 58 degrees, which
    a neck does without the shoulders (people reach 70 to 80), in about half a second.
    """
    towards = [np.full(len(track.pose), np.nan, dtype=np.float32) for track in crowd.tracks]
    _look_at_company(crowd, towards)
    return [_plan_track(track, found, fps=crowd.fps) for track, found in zip(crowd.tracks, towards, strict=True)]


def _plan_track(track: Track, company: FloatArray, *, fps: float) -> FloatArray:
    rng = np.random.default_rng(zlib.crc32(f"{track.person_id} {track.first_frame} glances".encode()))
    count = len(track.pose)
    wanted = np.zeros(count)
    for first, last in _draw_spells(rng, count, fps=fps, on_s=_GLANCE_S, off_s=_APART_S):
        wanted[first:last] = rng.normal(0.0, _GLANCE_RAD)
    for first, last in _draw_spells(rng, count, fps=fps, on_s=_LOOKING_S, off_s=_AWAY_S):
        there = company[first:last]
        wanted[first:last] = np.where(np.isnan(there), wanted[first:last], there)
    free = np.zeros(len(Pose))
    free[[int(pose) for pose in _FREE]] = list(_FREE.values())
    wanted = np.clip(wanted, -_MOST_RAD, _MOST_RAD) * free[track.pose]
    half = max(round(_TURNING_S * fps / 2), 1)
    turned = wanted[:, None]
    for _ in range(2):
        turned = average_rows(turned, half=half)
    return turned[:, 0].astype(np.float32)


def _draw_spells(
    rng: np.random.Generator, count: int, *, fps: float, on_s: tuple[float, float], off_s: tuple[float, float]
) -> list[tuple[int, int]]:
    """Return spells of rows, first and one past last, that begin and end at drawn times."""
    spells, at = [], float(rng.uniform(0, off_s[1]))
    while at * fps < count:
        end = at + float(rng.uniform(*on_s))
        spells.append((int(at * fps), min(count, int(end * fps))))
        at = end + float(rng.uniform(*off_s))
    return spells


def average_rows(values: NDArray[np.float64], *, half: int) -> NDArray[np.float64]:
    """Return the mean [n, k] over each row and `half` rows to both sides."""
    padded = np.pad(values, ((half, half), (0, 0)), mode="edge")
    summed = np.cumsum(np.vstack([np.zeros(values.shape[1]), padded]), axis=0)
    return np.asarray((summed[2 * half + 1 :] - summed[: -2 * half - 1]) / (2 * half + 1))


def _look_at_company(crowd: Crowd, towards: list[FloatArray]) -> None:
    """Fill in where the nearest companion is, radians to the left of the body, where there is one beside."""
    if not crowd.tracks:
        return
    rows = order_rows(crowd.tracks)
    xyz_m = np.concatenate([track.xyz_m for track in crowd.tracks])[rows.order]
    heading = np.concatenate([track.heading_rad for track in crowd.tracks])[rows.order]
    speed = np.concatenate([track.speed_m_s for track in crowd.tracks])[rows.order]
    for first, last in pairwise(rows.starts):
        if last - first < 2:
            continue
        bearing = _find_company(xyz_m[first:last], heading[first:last], speed[first:last])
        for k in np.flatnonzero(~np.isnan(bearing)):
            towards[rows.track[first + k]][rows.row[first + k]] = bearing[k]


def _find_company(
    xyz_m: NDArray[np.float64], heading_rad: NDArray[np.float64], speed_m_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return where each of n people at one moment has the nearest companion, [n] radians to the left, NaN for none.

    Companions walk the same way side by side, or both stand.
    """
    off = xyz_m[None] - xyz_m[:, None]
    away = np.hypot(off[..., 0], off[..., 1])
    turned = np.abs(_wrap(heading_rad[None] - heading_rad[:, None]))
    goes, rests = speed_m_s > _GOES_M_S, speed_m_s < _RESTS_M_S
    along = (goes[:, None] & goes[None] & (turned < _ALIKE_RAD)) | (rests[:, None] & rests[None])
    bearing = _wrap(np.arctan2(off[..., 1], off[..., 0]) - heading_rad[:, None])
    beside = (np.abs(bearing) > _AHEAD_RAD) & (np.abs(bearing) < _BEHIND_RAD)
    near = (away < _TOGETHER_M) & (np.abs(off[..., 2]) < _SAME_FLOOR_M) & along & beside
    np.fill_diagonal(near, val=False)
    nearest = np.where(near, away, np.inf).argmin(axis=1)
    rows = np.arange(len(xyz_m))
    return np.where(near[rows, nearest], bearing[rows, nearest], np.nan)


def _wrap(angle_rad: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((angle_rad + np.pi) % (2 * np.pi) - np.pi)
