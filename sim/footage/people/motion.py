"""From tracks to what the painter needs of each person in a frame; changes of pose are eased over half a second."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.track import Crowd, Pose, Track, order_rows
from sim.crowd.walking.gait import compute_hurry
from sim.footage.people.footing import Soles, compute_contacts, plan_feet
from sim.footage.people.glances import average_rows, plan_glances
from sim.footage.people.in_view import MayShow

EASE_S = 0.5
LOW_S = {Pose.SIT: 1.1, Pose.KNEEL: 1.0, Pose.LIE: 1.8}
"""How long it takes to get down into a pose, and up again."""
FADING = (Pose.WALK, Pose.RUN, Pose.WHEEL, Pose.CRUTCHES)
"""Ways of getting about that end in standing; on stairs people stop where they are."""
SLOW_M_S = 0.12
BRISK_M_S = 0.55
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
        self._feet: dict[int, NDArray[np.float64]] = {}

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
        if block not in self._feet:
            first, last = self._cuts[block], self._cuts[block + 1]
            before = max(0, first - round(RUN_UP_S * self.fps)) if first else 0
            after = min(len(self.track.pose), last + round(RUN_UP_S * self.fps))
            soles = find_soles([self.get(number) for number in range(before, after)])
            at, facing = self.track.xyz_m[before:after, :2], self.track.heading_rad[before:after]
            planned = plan_feet(compute_contacts(soles, xy_m=at, heading_rad=facing), fps=self.fps)
            self._feet[block] = planned[first - before : last - before]
        return np.asarray(self._feet[block][row - self._cuts[block]])


def find_cuts(speed_m_s: NDArray[np.float64], *, fps: float) -> list[int]:
    """Return where a track may be cut so that each part's feet can be planned without the rest: first row 0, last n.

    Cuts lie `BLOCK_S` or more apart and only where somebody has walked on for `RUN_UP_S`: a few steps of a walk put the
    feet where they belong, whatever was before.
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
    """One person at one frame."""

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

    Walking fades into standing as the speed falls. Most poses change over half a second around the change; getting
    down takes `LOW_S` seconds after the pose is asked for, getting up as long after it is not any more.
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
    """Everybody's stance by frame."""

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
