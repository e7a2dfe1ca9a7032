"""From footprints to bodies: smooth positions, speed, heading, gait phase and pose, frame by frame.

The length of a cycle of each way of getting about, which crowd and baked bodies share:

| pose | one cycle (two steps; gait_phase 0 to 1) covers |
| --- | --- |
| WALK | the body's own stride, times what the person's manner makes of it, and less of it when slow |
| RUN | `CYCLE_SHARE` times the stride |
| STAIRS_UP, STAIRS_DOWN | `CYCLE_M` no matter who it is: two treads of 0.3 m |
| CRUTCHES, WHEEL | `CYCLE_M` no matter who it is: a swing through the sticks, a push of the rims |

`bodies.json` says the same of each body (`BodyFacts.strides_m`), and a test holds them together.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import PLAIN, FloatArray, Manner, Pose
from sim.crowd.walking.walker import Footprints

CYCLE_SHARE = {Pose.RUN: 1.69}
CYCLE_M = {Pose.STAIRS_UP: 0.6, Pose.STAIRS_DOWN: 0.6, Pose.WHEEL: 0.91, Pose.CRUTCHES: 0.92}
STAIR_PACE = 0.45
"""Share of the walking pace that is left on stairs, in plan: 0.5 to 0.65 m/s. Measured free speeds are 0.4 to 0.8 m/s:
Fujiyama and Tyler (2010), doi:10.1080/03081061003643770; Kretz et al. (2008), doi:10.1016/j.ssci.2006.10.001."""

HURRIES_M_S = (1.5, 2.1)
HURRY_OVER_S = 0.8
"""From which speed on somebody walks in a hurry, and wholly so; over how long the speed is averaged for it."""
BRISK_HZ = 0.96
"""From how many whole strides a second on, 115 steps a minute, a walk reaches as far as it can."""
_REACH_OVER_S = 0.5
_LEAST_PACE = 0.04

_KERNEL = np.array([1.0, 2.0, 3.0, 4.0, 3.0, 2.0, 1.0]) / 16.0
_WALKS_M_S = 0.28
_STANDS_M_S = 0.16
_STEERS_M_S = 0.3
_RUNS_M_S = 1.9
_WHATEVER = (Pose.SIT, Pose.WHEEL, Pose.CRUTCHES)
_TURN_GAIN_HZ = 6.0
_TURN_WALKING_RAD_S = 3.2
_TURN_STANDING_RAD_S = 1.9
_FORESIGHT_S = 0.15


def smooth_positions(prints: Footprints) -> FloatArray:
    """Return the positions [n, 2] in meters, averaged over 0.35 s at 20 Hz; both ends stay where they are."""
    at = np.asarray(prints.at, dtype=np.float64).reshape(-1, 2)
    reach = len(_KERNEL) // 2
    padded = np.concatenate([2 * at[:1] - at[reach:0:-1], at, 2 * at[-1:] - at[-2 : -reach - 2 : -1]])
    if len(padded) != len(at) + 2 * reach:
        return at
    return np.stack([np.convolve(padded[:, axis], _KERNEL, mode="valid") for axis in (0, 1)], axis=1)


def compute_speeds_m_s(at: FloatArray, *, step_s: float) -> FloatArray:
    """Return the speed [n] at each of the positions [n, 2], by central differences."""
    if len(at) < 2:
        return np.zeros(len(at))
    rates = np.gradient(at, step_s, axis=0)
    return np.asarray(np.hypot(rates[:, 0], rates[:, 1]))


def choose_poses(prints: Footprints, speed_m_s: FloatArray, *, step_s: float) -> NDArray[np.int8]:
    """Return the pose of each step: a walker who hardly moves for 0.3 s stands, and legs move whenever the body does.

    Who sits down sits, however the body gets there; a wheelchair and crutches are there whether or not one moves.
    """
    wanted = prints.pose
    poses = np.zeros(len(wanted), dtype=np.int8)
    walking, since = speed_m_s[0] > _STANDS_M_S if len(speed_m_s) else False, 0
    patience = round(0.3 / step_s)
    for step, pose in enumerate(wanted):
        moves = speed_m_s[step] > (_STANDS_M_S if walking else _WALKS_M_S)
        since = since + 1 if moves != walking else 0
        if since > patience or (moves and pose not in (Pose.WALK, Pose.RUN)):
            walking, since = bool(moves), 0
        if pose in _WHATEVER:
            poses[step] = pose
        elif pose in (Pose.WALK, Pose.RUN):
            runs = pose is Pose.RUN and speed_m_s[step] > _RUNS_M_S
            poses[step] = Pose.RUN if runs else Pose.WALK if walking else Pose.STAND
        else:
            poses[step] = Pose.WALK if moves else pose
    return poses


def compute_headings_rad(
    prints: Footprints, at: FloatArray, speed_m_s: FloatArray, *, start_rad: float, step_s: float
) -> FloatArray:
    """Return where the body faces [n]: along the walk or where the person wants to face, with a limited turn rate.

    A first-order lag with gain 6/s, at most 3.2 rad/s walking and 1.9 rad/s standing; the direction of the walk is
    taken 0.15 s ahead, which is about the lag.
    """
    count = len(at)
    ahead = round(_FORESIGHT_S / step_s)
    rates = np.gradient(at, step_s, axis=0) if count > 1 else np.zeros((count, 2))
    headings = np.zeros(count)
    heading = start_rad
    for step in range(count):
        later = min(count - 1, step + ahead)
        wish, limit = prints.facing_rad[step], _TURN_STANDING_RAD_S
        if speed_m_s[later] > _STEERS_M_S and prints.pose[step] is not Pose.SIT:
            wish, limit = math.atan2(rates[later, 1], rates[later, 0]), _TURN_WALKING_RAD_S
        if not math.isnan(wish):
            gap = math.remainder(wish - heading, 2 * math.pi)
            heading += max(-limit, min(limit, gap * _TURN_GAIN_HZ)) * step_s
        headings[step] = heading
    return headings


def compute_gait_phases(at: FloatArray, *, stride_m: float | FloatArray, start: float) -> FloatArray:
    """Return the gait phase [n] in 0..1: `start` plus distance walked / stride (one stride is two steps), modulo 1.

    `stride_m` may be another one at each of the positions [n, 2].
    """
    steps_m = np.hypot(*np.diff(at, axis=0).T) if len(at) > 1 else np.zeros(0)
    strides_m = np.broadcast_to(np.asarray(stride_m, dtype=np.float64), (len(at),))[1:]
    turned = np.concatenate([[0.0], np.cumsum(steps_m / strides_m)])
    return np.asarray((start + turned) % 1.0)


def choose_stair_poses(poses: NDArray[np.int8], flights: NDArray[np.int64], z_m: FloatArray) -> NDArray[np.int8]:
    """Return the poses [n] with climbing in place of walking where the ground (`flights` [n], -1: none) is stairs."""
    chosen = poses.copy()
    edges = np.flatnonzero(np.diff(flights)) + 1
    for rows in np.split(np.arange(len(poses)), edges):
        if len(rows) and flights[rows[0]] >= 0:
            climb = Pose.STAIRS_UP if z_m[rows[-1]] >= z_m[rows[0]] else Pose.STAIRS_DOWN
            chosen[rows[np.isin(poses[rows], (Pose.WALK, Pose.RUN))]] = climb
    return chosen


def compute_hurry(speed_m_s: FloatArray, *, step_s: float) -> FloatArray:
    """Return how much of a hurry [n] is in each step of a walk, 0..1, by the mean speed over `HURRY_OVER_S`.

    Below 1.5 m/s none, from 2.1 m/s all of it: faster walkers lengthen their strides as well as quicken them
    (D. W. Grieve, "Gait patterns and the speed of walking", Biomedical Engineering 3, 1968).
    """
    low, high = HURRIES_M_S
    share = np.clip((_average(speed_m_s, rows=HURRY_OVER_S / step_s) - low) / (high - low), 0.0, 1.0)
    return np.asarray(share * share * (3 - 2 * share))


def compute_reach(speed_m_s: FloatArray, *, stride_m: float, step_s: float) -> FloatArray:
    """Return how much of their stride [n] somebody takes in each step of a walk, 0..1: slow walkers take short steps.

    Below `BRISK_HZ` step length and steps a minute fall alike, in a ratio that hardly changes with speed: N. Sekiya
    and H. Nagasaki, "Reproducibility of the walking patterns of normal young adults", Gait and Posture 7, 1998.
    """
    pace = _average(speed_m_s, rows=_REACH_OVER_S / step_s) / (BRISK_HZ * stride_m)
    return np.asarray(np.sqrt(np.clip(pace, _LEAST_PACE, 1.0)))


def _average(values: FloatArray, *, rows: float) -> FloatArray:
    half = max(round(rows / 2), 1)
    summed = np.cumsum(np.concatenate([[0.0], np.pad(values, half, mode="edge")])) if len(values) else np.zeros(1)
    return np.asarray((summed[2 * half + 1 :] - summed[: -2 * half - 1]) / (2 * half + 1))


def compute_strides_m(
    poses: NDArray[np.int8],
    *,
    stride_m: float,
    manner: Manner = PLAIN,
    hurry: FloatArray | float = 0.0,
    reach: FloatArray | float = 1.0,
) -> FloatArray:
    """Return the distance [n] in meters of a whole cycle in each of the poses, for a body of stride `stride_m`.

    `manner`, how much of a `hurry` [n] there is and how much of a stride is reached change the walk alone.
    """
    strides = np.full(len(poses), stride_m)
    walks = poses == Pose.WALK
    own = (manner.stride_share + np.asarray(hurry) * (manner.hurry_share - manner.stride_share)) * reach
    strides[walks] *= np.broadcast_to(own, strides.shape)[walks]
    for pose, share in CYCLE_SHARE.items():
        strides[poses == pose] *= share
    for pose, cycle_m in CYCLE_M.items():
        strides[poses == pose] = cycle_m
    return strides


def find_start_heading(prints: Footprints, at: FloatArray) -> float:
    """Return where a person faces who has just appeared: the wished facing, or along the first half meter."""
    if not math.isnan(prints.facing_rad[0]):
        return prints.facing_rad[0]
    far = np.flatnonzero(np.hypot(at[:, 0] - at[0, 0], at[:, 1] - at[0, 1]) > 0.3)
    if len(far) == 0:
        return 0.0
    dx, dy = at[far[0]] - at[0]
    return math.atan2(float(dy), float(dx))
