"""From tracks to what the painter needs of each person in a frame; changes of pose are eased over half a second.

Poses that change into one another, and bodies that turn on the spot, drag their feet. Here each foot on the ground is
held at its place in the world, as far as `HOLD_M` from where the poses would have it; before it is further off, it is
lifted and set down again, one foot after the other. After L. Kovar, J. Schreiner and M. Gleicher, "Footskate cleanup
for motion capture editing" (2002), doi:10.1145/545261.545277, with shifted legs in place of their inverse kinematics.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Crowd, Pose, Track, order_rows
from sim.crowd.walking.gait import compute_hurry, compute_reach
from sim.footage.people.meshes import DoubleArray, FloatArray, MayShow

TOUCHES_M = 0.015
HOLD_M = 0.09
_STEP_S = 0.3
_LIFT_M = 0.045
_AHEAD_S = 0.7
_EASE = 0.45
_LATE = 1.6


Soles = tuple[DoubleArray, DoubleArray]
"""Points of the left and the right sole row by row, [n, k, 3], body axes: x forward, y left, z up from the ground."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    touches: NDArray[np.bool_]  # [n], whether the foot is on the ground
    # [n, 2], how far the points that touch in both frames have moved since the frame before, site axes
    slide_m: DoubleArray


def compute_contacts(soles: Soles, *, xy_m: DoubleArray, heading_rad: DoubleArray) -> tuple[Contact, Contact]:
    """Return how both feet of a body at points [n, 2], facing [n], touch and slide."""
    left, right = (_compute_contact(sole, xy_m, heading_rad) for sole in soles)
    return left, right


def _compute_contact(sole: DoubleArray, xy_m: DoubleArray, heading_rad: DoubleArray) -> Contact:
    c, s = np.cos(heading_rad)[:, None], np.sin(heading_rad)[:, None]
    x, y = sole[..., 0], sole[..., 1]
    placed = np.stack([xy_m[:, :1] + c * x - s * y, xy_m[:, 1:] + s * x + c * y], axis=-1)
    low = sole[..., 2] < TOUCHES_M
    both = (low[1:] & low[:-1])[..., None]
    count = np.maximum(both.sum(axis=1), 1)
    slide = np.zeros((len(sole), 2))
    slide[1:] = (np.diff(placed, axis=0) * both).sum(axis=1) / count
    return Contact(touches=np.asarray(low.any(axis=1)), slide_m=slide)


def plan_feet(contacts: tuple[Contact, Contact], *, fps: float) -> DoubleArray:
    """Return how far each foot is moved from where the poses have it: [n, 2, 3] meters, site axes, left foot first."""
    count = len(contacts[0].touches)
    feet = np.zeros((count, 2, 3))
    step = max(2, round(_STEP_S * fps))
    ahead = max(2, round(_AHEAD_S * fps))
    starts = np.zeros((2, 2))
    targets = np.zeros((2, 2))
    due = np.zeros(2, dtype=np.int64)
    for row in range(1, count):
        order = sorted((0, 1), key=lambda foot: -float(np.hypot(*feet[row - 1, foot, :2])))
        for foot in order:
            contact = contacts[foot]
            here = feet[row - 1, foot, :2]
            if due[foot] >= row:
                share = 1 - (due[foot] - row) / step
                eased = share * share * (3 - 2 * share)
                feet[row, foot, :2] = starts[foot] + eased * (targets[foot] - starts[foot])
                feet[row, foot, 2] = _LIFT_M * 4 * share * (1 - share)
                continue
            if not contact.touches[row]:
                feet[row, foot, :2] = here + _EASE * (_find_start(contact, row, ahead) - here)
                continue
            if contact.touches[row - 1]:
                here = here - contact.slide_m[row]
            off_m = float(np.hypot(*here))
            is_other_down = due[1 - foot] < row and contacts[1 - foot].touches[row]
            if off_m > HOLD_M and (is_other_down or off_m > _LATE * HOLD_M):
                starts[foot], due[foot] = feet[row - 1, foot, :2], row + step - 1
                targets[foot] = _find_start(contact, row + step - 1, ahead)
                share = 1 / step
                eased = share * share * (3 - 2 * share)
                feet[row, foot, :2] = starts[foot] + eased * (targets[foot] - starts[foot])
                feet[row, foot, 2] = _LIFT_M * 4 * share * (1 - share)
            else:
                feet[row, foot, :2] = here
    return feet


def _find_start(contact: Contact, row: int, ahead: int) -> DoubleArray:
    """Return where to set a foot down: ahead of the ground that it will lose while it stands, by half of it."""
    lost = np.zeros(2)
    total = np.zeros(2)
    seen = 0
    started = False
    for later in range(row + 1, min(row + 1 + 2 * ahead, len(contact.touches))):
        if not contact.touches[later]:
            if started:
                break
            continue
        if started:
            lost = lost + contact.slide_m[later]
        started = True
        total = total + lost
        seen += 1
        if seen > ahead:
            break
    wanted = total / max(seen, 1)
    far = float(np.hypot(*wanted))
    return wanted * min(1.0, HOLD_M / far) if far > 1e-9 else wanted


def compute_leg_shares(standing_m: NDArray[np.float32], *, hip_m: float) -> NDArray[np.float32]:
    """Return how far each vertex [v, 3] of a standing body goes with its left and its right foot, [v, 2], 0..1.

    1 at the soles, nothing above three quarters of the hip's height, where hands hang; between the legs both have half.
    """
    up = np.clip(1 - (standing_m[:, 2] - 0.1) / (0.72 * hip_m - 0.1), 0, 1)
    fall = up * up * (3 - 2 * up)
    left = np.clip(0.5 + standing_m[:, 1] / 0.06, 0, 1)
    return np.stack([fall * left, fall * (1 - left)], axis=1).astype(np.float32)


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


EASE_S = 0.5
LOW_S = {Pose.SIT: 1.1, Pose.KNEEL: 1.0, Pose.LIE: 1.8}
"""How long it takes to get down into a pose, and up again."""
FADING = (Pose.WALK, Pose.RUN, Pose.WHEEL, Pose.CRUTCHES)
"""Ways of getting about that end in standing; on stairs people stop where they are."""
SLOW_M_S = 0.12
BRISK_M_S = 0.3
GOES_M_S = 0.7
RUN_UP_S = 2.5
BLOCK_S = 8.0


class Walk:
    """One track as stances; knows where its feet are, once it has been told what soles the body has."""

    def __init__(self, track: Track, *, fps: float, head_rad: NDArray[np.float32] | None = None) -> None:
        """Take a track, and how far the head is turned to the left in each of its rows; not at all for None."""
        self.track = track
        self.fps = fps
        self.head_rad = np.zeros(len(track.pose), dtype=np.float32) if head_rad is None else head_rad
        self.shares = compute_pose_shares(track, fps=fps)
        self.hurry = compute_hurry(track.speed_m_s, step_s=1 / fps)
        self._cuts = find_cuts(track.speed_m_s, fps=fps)
        self._plans: dict[int, tuple[NDArray[np.float64], NDArray[np.bool_]]] = {}

    def get(self, row: int) -> Stance:
        track = self.track
        return Stance(
            person_id=track.person_id,
            xyz_m=(float(track.xyz_m[row, 0]), float(track.xyz_m[row, 1]), float(track.xyz_m[row, 2])),
            heading_rad=float(track.heading_rad[row]),
            gait_phase=float(track.gait_phase[row]),
            shares=tuple(self.shares[row].tolist()),
            look=int(track.look[row]),
            hurry=float(self.hurry[row]),
            time_s=(track.first_frame + row) / self.fps,
            head_rad=float(self.head_rad[row]),
            walk=self,
            row=row,
        )

    def find_feet(self, row: int, find_soles: Callable[[Sequence[Stance]], Soles]) -> NDArray[np.float64]:
        """Return how far the feet are moved from where the poses have them in a row, [2, 3] meters, left first."""
        block = bisect_right(self._cuts, row) - 1
        cut = self._cuts[block]
        feet, is_down = self._plan_block(block, find_soles)
        stands = np.asarray(is_down[: row - cut + 1].all(axis=0))
        if block == 0 or not stands.any():
            return np.asarray(feet[row - cut])
        # Two blocks may have a foot up to twice `HOLD_M` apart: one that is down at the cut stays until it is lifted.
        began = self._cuts[block - 1]
        earlier, was_down = self._plan_block(block - 1, find_soles)
        stands &= was_down[cut - 1 - began : row - began].all(axis=0)
        return np.asarray(np.where(stands[:, None], earlier[row - began], feet[row - cut]))

    def _plan_block(
        self, block: int, find_soles: Callable[[Sequence[Stance]], Soles]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        if block not in self._plans:
            first, after = self._cuts[block], self._cuts[min(block + 2, len(self._cuts) - 1)]
            before = max(0, first - round(RUN_UP_S * self.fps)) if first else 0
            soles = find_soles([self.get(number) for number in range(before, after)])
            at, facing = self.track.xyz_m[before:after, :2], self.track.heading_rad[before:after]
            contacts = compute_contacts(soles, xy_m=at, heading_rad=facing)
            feet = plan_feet(contacts, fps=self.fps)
            is_down = np.stack([contact.touches for contact in contacts], axis=1) & (feet[:, :, 2] == 0)
            self._plans[block] = feet[first - before :], is_down[first - before :]
        return self._plans[block]


def find_cuts(speed_m_s: NDArray[np.float64], *, fps: float) -> list[int]:
    """Return where a track may be cut so that each part's feet can be planned without the rest: first row 0, last n.

    Cuts lie `BLOCK_S` or more apart and only where somebody has walked on for `RUN_UP_S`: after a few steps most feet
    are where they belong, whatever was before.
    """
    run_up, block = round(RUN_UP_S * fps), round(BLOCK_S * fps)
    cuts = [0]
    going = 0
    for row, speed in enumerate(speed_m_s):
        going = going + 1 if speed > GOES_M_S else 0
        if going > run_up and row - cuts[-1] >= block and row + run_up < len(speed_m_s):
            cuts.append(row)
    return [*cuts, len(speed_m_s)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    person_id: str
    xyz_m: tuple[float, float, float]  # ground point between the feet, site coordinates
    heading_rad: float  # where the body faces
    gait_phase: float  # 0..1, left heel strike at 0
    # share of each pose of `Pose`, one for each member, sum 1; several while one changes into another
    shares: tuple[float, ...]
    look: int = 0  # which of the person's outfits is worn
    reach_m: float = 0.0  # how far a vehicle or a door goes from its middle; 0 for people and small things
    casts_shadow: bool = True  # whether it stands on the ground and throws one
    hurry: float = 0.0  # how much of a hurry there is in a walk, 0..1
    time_s: float = 0.0  # seconds from the recording's start; people who stand or talk move with it
    head_rad: float = 0.0  # how far the head is turned to the body's left
    walk: Walk | None = None  # the stretch of motion this is part of, None for somebody who only stands model
    row: int = 0


def compute_pose_shares(track: Track, *, fps: float) -> NDArray[np.float64]:
    """Return the share [n, poses] of each pose of `Pose` in every row, sum 1.

    Walking fades into standing as the speed falls, as far as steps are shorter. Most poses change over half a second
    around the change; getting down takes `LOW_S` seconds after the pose is asked for, getting up as long after it is
    not any more.
    """
    wanted = np.zeros((len(track.pose), len(Pose)))
    wanted[np.arange(len(track.pose)), track.pose] = 1.0
    slow = np.zeros_like(wanted)
    for pose, seconds in LOW_S.items():
        slow[:, pose] = _compute_low_share(wanted[:, pose] > 0, rows=max(round(seconds * fps), 1))
    upright = _fill_gaps(wanted, [pose for pose in Pose if pose not in LOW_S])
    going = np.clip((track.speed_m_s - SLOW_M_S) / (BRISK_M_S - SLOW_M_S), 0, 1)
    for pose in FADING:
        lost = upright[:, pose] * (1 - going * going * (3 - 2 * going))
        upright[:, pose] -= lost
        upright[:, Pose.STAND] += lost
    eased = average_rows(upright, half=max(round(EASE_S * fps / 2), 1))
    short = eased[:, Pose.WALK] * (1 - compute_reach(track.speed_m_s, stride_m=track.stride_m, step_s=1 / fps))
    eased[:, Pose.WALK] -= short
    eased[:, Pose.STAND] += short
    total = slow.sum(axis=1, keepdims=True)
    slow /= np.maximum(total, 1.0)
    return np.asarray(slow + eased * np.maximum(1 - total, 0.0))


def _compute_low_share(asked: NDArray[np.bool_], *, rows: int) -> NDArray[np.float64]:
    """Return how far down [n] somebody is: the mean over each row and the `rows` rows before it."""
    padded = np.concatenate([np.full(rows, asked[0]), asked]).astype(np.float64)
    summed = np.cumsum(np.concatenate([[0.0], padded]))
    return np.asarray((summed[rows + 1 :] - summed[: -rows - 1]) / (rows + 1))


def _fill_gaps(wanted: NDArray[np.float64], upright: list[Pose]) -> NDArray[np.float64]:
    """Return `wanted` with rows of low poses replaced by the nearest upright one, standing if there is none."""
    filled = np.zeros_like(wanted)
    filled[:, upright] = wanted[:, upright]
    known = np.flatnonzero(filled.any(axis=1))
    if len(known) == 0:
        filled[:, Pose.STAND] = 1.0
        return filled
    rows = np.arange(len(wanted))
    after = np.searchsorted(known, rows).clip(0, len(known) - 1)
    before = (after - 1).clip(0)
    nearest = np.where(np.abs(known[after] - rows) < np.abs(rows - known[before]), known[after], known[before])
    return np.asarray(filled[nearest])


class Stances:
    def __init__(self, crowd: Crowd) -> None:
        heads = plan_glances(crowd)
        self._walks = [Walk(t, fps=crowd.fps, head_rad=h) for t, h in zip(crowd.tracks, heads, strict=True)]
        rows = order_rows(crowd.tracks)
        self._walk, self._row, self._starts = rows.track, rows.row, rows.starts
        xyz_m = np.concatenate([np.zeros((0, 3)), *(track.xyz_m for track in crowd.tracks)])
        lying = np.concatenate([np.zeros(0, dtype=np.bool_), *(w.shares[:, Pose.LIE] > 0 for w in self._walks)])
        self._xyz_m, self._lying = np.ascontiguousarray(xyz_m[rows.order]), lying[rows.order]

    def get(self, frame: int, *, may_show: MayShow | None = None) -> Sequence[Stance]:
        """Return the stances of all who are on the site in a frame, or only of those whom a picture may show."""
        if not 0 <= frame < len(self._starts) - 1:
            return []
        rows = np.arange(self._starts[frame], self._starts[frame + 1])
        if may_show is not None:
            first, last = self._starts[frame], self._starts[frame + 1]
            rows = rows[may_show(self._xyz_m[first:last], self._lying[first:last])]
        return [
            self._walks[walk].get(row)
            for walk, row in zip(self._walk[rows].tolist(), self._row[rows].tolist(), strict=True)
        ]
