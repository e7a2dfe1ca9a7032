"""Ways of getting about as cycles of poses; how each is set on the ground is in `placing`.

Walking and running follow joint angles (`gait`). On stairs, on crutches and in a wheelchair the feet and hands are led
along paths, so that what touches the ground, a tread or a rim cannot slide: foot paths after R. Riener, M. Rabuffetti
and C. Frigo, "Stair ascent and descent at different inclinations", Gait & Posture 15, 2002,
doi:10.1016/S0966-6362(01)00162-X (stance for 0.62 of the cycle); swing-through on crutches after L. Noreau,
C. L. Richards, F. Comeau and D. Tardif, "Biomechanical analysis of swing-through gait in paraplegic and non-disabled
individuals", Journal of Biomechanics 28, 1995; the arc of the push after M. L. Boninger and others, "Propulsion
patterns and pushrim biomechanics in manual wheelchair propulsion", Archives of Physical Medicine and Rehabilitation 83,
2002.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.authoring.mannequin import SIDES, Mannequin, Pose, sign_of, turn_x, turn_y, turn_z

FloatArray = NDArray[np.float64]
HIP = (
    (0.00, 28), (0.10, 23), (0.20, 14), (0.30, 5), (0.40, -4), (0.50, -10), (0.60, -3), (0.70, 12), (0.80, 24),
    (0.90, 29),
)  # fmt: skip
KNEE = (
    (0.00, 5), (0.05, 11), (0.12, 17), (0.20, 14), (0.30, 7), (0.40, 6), (0.50, 15),
    (0.60, 38), (0.66, 53), (0.72, 60), (0.80, 47), (0.88, 22), (0.95, 6),
)  # fmt: skip
ANKLE = (
    (0.00, 0), (0.06, -6), (0.15, 0), (0.30, 6), (0.45, 10), (0.52, 7), (0.60, -14),
    (0.65, -17), (0.75, -3), (0.85, 1), (0.95, 1),
)  # fmt: skip

RUN_HIP = (
    (0.00, 38), (0.10, 31), (0.20, 13), (0.30, -5), (0.37, -12), (0.48, 2), (0.60, 24), (0.70, 40), (0.80, 48),
    (0.90, 45),
)  # fmt: skip
RUN_KNEE = (
    (0.00, 16), (0.09, 36), (0.17, 42), (0.27, 30), (0.35, 17), (0.44, 46), (0.55, 80), (0.64, 94), (0.73, 86),
    (0.83, 54), (0.92, 20),
)  # fmt: skip
RUN_ANKLE = (
    (0.00, 4), (0.10, 17), (0.18, 23), (0.28, 6), (0.36, -20), (0.45, -8), (0.60, -2), (0.80, 4), (0.94, 6),
)  # fmt: skip
RUN_STANCE = 0.36


def compute_joint_angle(curve: tuple[tuple[float, float], ...], phase: FloatArray) -> FloatArray:
    """Return the angle in degrees at each phase 0..1 of a periodic cubic (Catmull-Rom) curve through the points."""
    knots = np.array([p for p, _ in curve])
    values = np.array([v for _, v in curve], dtype=np.float64)
    count = len(knots)
    wrapped = np.mod(phase, 1.0)
    left = np.searchsorted(knots, wrapped, side="right") - 1
    right = (left + 1) % count
    span = np.mod(knots[right] - knots[left], 1.0)
    share = (wrapped - knots[left]) / span

    def slope(i: NDArray[np.int64]) -> FloatArray:
        before, after = (i - 1) % count, (i + 1) % count
        return np.asarray((values[after] - values[before]) / np.mod(knots[after] - knots[before], 1.0))

    square, cube = share**2, share**3
    return np.asarray(
        (2 * cube - 3 * square + 1) * values[left]
        + (cube - 2 * square + share) * span * slope(left)
        + (3 * square - 2 * cube) * values[right]
        + (cube - square) * span * slope(right)
    )


PELVIC_TILT_DEG = 9.0
TREAD_M = 0.30
RISER_M = 0.165
STAIRS_STRIDE_M = 2 * TREAD_M
STAIRS_STANCE = 0.62
CRUTCHES_STRIDE_M = 0.92
CRUTCHES_STANCE = 0.54
CRUTCHES_PLANT = 0.46
WHEEL_RADIUS_M = 0.30
RIM_RADIUS_M = 0.262
FOOTREST_M = 0.10
PUSH_SHARE = 0.45
_PUSH_DEG = (-18.0, 60.0)
WHEEL_STRIDE_M = float(np.deg2rad(_PUSH_DEG[1] - _PUSH_DEG[0])) * WHEEL_RADIUS_M / PUSH_SHARE
_ANKLE_TO_MIDFOOT_M = 0.055
ARM_SWING_DEG = 15.0
ELBOW_DEG = 21.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkManner:
    """How somebody walks.

    Arms: J. Perry and J. M. Burnfield, "Gait Analysis", 2nd ed., 2010, ch. 7: the upper arm from 24 degrees behind to 8
    before the trunk, the elbow bent by 20 to 45; here by 12 to 30, as in an unhurried hall.
    """

    reach: float = 1.0  # share of the published swing of the hips; the stride follows
    # how much the swinging foot is lifted late as well, as short steps need, a share of the usual lift
    late_lift: float = 0.0
    swing: float | None = None  # half of the upper arm's swing, degrees; None: as published
    elbow: float = ELBOW_DEG  # middle of the elbow's bend, degrees
    arms_forward: float = -7.0  # middle of the upper arm's swing, degrees before the trunk
    arms_out: float = 2.0  # degrees the upper arms stand farther off the sides than hanging ones
    lean: float = 2.0  # degrees the trunk leans forward
    head: float = 0.0  # degrees the head hangs
    turn: float = 1.0  # share of the usual turning of pelvis and shoulders
    out: float = -1.5  # degrees the legs stand apart
    toe_out: float = 0.0  # degrees the feet point outward
    sway: float = 0.0  # degrees the trunk leans over the standing leg
    limp: float = 0.0  # 0..1: the trunk leans over the right leg while it bears, as over a sore hip (the same, ch. 14).
    strap: bool = False  # the right hand holds the strap of a backpack


MANNERS: Mapping[str, WalkManner] = {
    "walk": WalkManner(),
    "walk_long": WalkManner(reach=1.16, swing=18.0),
    "walk_short": WalkManner(reach=0.87, late_lift=0.8, swing=11.0, elbow=18.0, turn=0.8),
    "walk_swing": WalkManner(swing=30.0, elbow=25.0, turn=1.7),
    "walk_stoop": WalkManner(lean=11.0, head=9.0, arms_forward=0.0, swing=11.0),
    "walk_wide": WalkManner(out=1.5, toe_out=11.0, sway=4.0, arms_out=9.0, turn=1.2),
    "walk_hurry": WalkManner(reach=1.16, swing=27.0, elbow=58.0, lean=7.0, turn=1.4),
    "walk_limp": WalkManner(limp=1.0, reach=0.92, lean=4.0),
    "walk_strap": WalkManner(strap=True),
}
"""Walking, and one of each thing in which people differ; `sim.crowd.people.people` tells who has how much of them."""


def make_walk_pose(body: Mannequin, phase: float, manner: WalkManner = WalkManner()) -> Pose:
    """Return the pose at a phase 0..1 of the cycle; the left heel strikes at 0. Arms swing against the legs.

    Where the swinging foot is lowest it is lifted by a few degrees, so that short legs clear the floor too.
    """
    pose: Pose = _turn_trunk(phase, lean=manner.lean, amount=manner.turn)
    for side, shift in zip(SIDES, (0.0, 0.5), strict=True):
        own = np.array([phase + shift])
        hip, knee, ankle = (float(compute_joint_angle(c, own)[0]) for c in (HIP, KNEE, ANKLE))
        lame = manner.limp if side == "R" else 0.0
        clear, late_clear = (float(np.exp(-((((own[0] % 1.0) - at) / 0.06) ** 2))) for at in (0.82, 0.92))
        clear += manner.late_lift * late_clear
        leg = body.leg(
            side,
            hip=1.08 * manner.reach * (hip - 9.0) + 9.72 - PELVIC_TILT_DEG + 1.5 * clear,
            knee=knee * (0.5 + 0.5 * manner.reach) + 5.0 * clear,
            ankle=ankle + 4.0 * clear,
            out=manner.out,
        )
        leg[f"foot.{side}"] = turn_z(sign_of(side) * manner.toe_out) @ leg[f"foot.{side}"]
        pose |= leg
        back = float(np.cos(2 * np.pi * (own[0] - 0.02)))
        late = float(np.cos(2 * np.pi * (own[0] - 0.06)))
        swing = (ARM_SWING_DEG if manner.swing is None else manner.swing) * (1 - 0.35 * lame)
        pose |= body.arm(
            side,
            swing=manner.arms_forward - swing * back,
            out=body.hang_deg + manner.arms_out,
            elbow=manner.elbow - 0.62 * swing * late,
            twist=9.0,
            grip=1.55 + 0.4 * (manner.elbow > ELBOW_DEG),
        )
    over_left = float(np.cos(2 * np.pi * (phase - 0.30)))
    pose["spine04"] = turn_y(manner.sway * over_left + 10.0 * manner.limp * min(over_left, 0.0)) @ pose["spine04"]
    pose["neck01"] = turn_x(manner.head) @ pose["neck01"] @ turn_y(-0.6 * manner.sway * over_left)
    if manner.strap:
        shoulder = body.skeleton.get_head("upperarm01.R")
        across, height = 0.80 * float(shoulder[0]), float(shoulder[2]) - 0.13 * body.scale
        front = body.find_front_m(across, height)
        strap = (across + 0.05 * body.scale, front + 0.012 * body.scale, height)
        pose = body.reach_to(pose, "R", strap, elbow=(0.6, 0.55, -0.7), roll=70.0, grip=2.2)
    return pose


def make_run_pose(body: Mannequin, phase: float) -> Pose:
    """Return the pose at a phase of an easy run: bent elbows, the trunk a little forward."""
    pose: Pose = {}
    for side, shift in zip(SIDES, (0.0, 0.5), strict=True):
        own = np.array([phase + shift])
        hip, knee, ankle = (float(compute_joint_angle(c, own)[0]) for c in (RUN_HIP, RUN_KNEE, RUN_ANKLE))
        pose |= body.leg(side, hip=hip - 4.0, knee=knee, ankle=ankle, out=-2.0)
        back = np.cos(2 * np.pi * (own[0] - 0.02))
        pose |= body.arm(
            side, swing=6.0 - 34.0 * back, out=body.hang_deg + 5.0, elbow=82.0 - 16.0 * back, twist=16.0, grip=1.9
        )
    return pose | _turn_trunk(phase, lean=8.0, amount=1.3)


def _turn_trunk(phase: float, *, lean: float, amount: float) -> Pose:
    turn = amount * float(np.cos(2 * np.pi * phase))
    return {
        "root": turn_z(-6 * turn),
        "spine04": turn_x(lean),
        "spine02": turn_z(8 * turn),
        "neck01": turn_z(-3 * turn) @ turn_x(-0.5 * lean),
    }


def _ease(share: float) -> float:
    return share * share * (3 - 2 * share)


def compute_hip_height_m(body: Mannequin, *, reach_m: float, stretch: float) -> float:
    """Return how high the hip joints are above a sole that is `reach_m` behind them, the leg stretched to a share."""
    hip, ankle = body.skeleton.get_head("upperleg01.L"), body.skeleton.get_head("foot.L")
    knee = body.skeleton.get_head("lowerleg01.L")
    leg_m = float(np.linalg.norm(hip - knee) + np.linalg.norm(knee - ankle))
    return float(np.sqrt((stretch * leg_m) ** 2 - reach_m**2)) + _sole_m(body)


def _sole_m(body: Mannequin) -> float:
    """Return how high the ankle joint is above the sole; the skeleton's ground is 0."""
    return float(body.skeleton.get_head("foot.L")[2])


def compute_stairs_hip_m(body: Mannequin) -> float:
    """Return how high the hip joints are above the line through the steps' edges."""
    return compute_hip_height_m(body, reach_m=TREAD_M / 2, stretch=0.985)


def make_stairs_pose(body: Mannequin, phase: float, *, climbs: float) -> Pose:
    """Return the pose at a phase on stairs, up (`climbs` 1) or down (-1).

    The left foot lands at phase 0 on the middle of a tread, when the body is over that tread's edge: the phase is
    distance along the flight over two treads.
    """
    slope = climbs * RISER_M / TREAD_M
    pose = _turn_trunk(phase, lean=9.0 if climbs > 0 else 3.0, amount=0.5)
    pose["head"] = turn_x(8.0 if climbs > 0 else 14.0)
    for side, shift in zip(SIDES, (0.0, 0.5), strict=True):
        back = np.cos(2 * np.pi * (phase + shift))
        pose |= body.arm(
            side, swing=-2.0 - 11.0 * back, out=body.hang_deg + 2.0, elbow=20.0 - 7.0 * back, twist=9.0, grip=1.15
        )
    hip = body.skeleton.get_head("upperleg01.L")
    ground = float(hip[2]) - compute_stairs_hip_m(body)
    land_x, land_z = TREAD_M / 2, RISER_M if climbs > 0 else 0.0
    for side, shift in zip(SIDES, (0.0, 0.5), strict=True):
        own = (phase + shift) % 1.0
        held = min(own, STAIRS_STANCE)
        x = land_x - STAIRS_STRIDE_M * held
        z = land_z - slope * STAIRS_STRIDE_M * held
        heel = 16.0 * np.clip((own - 0.42) / 0.2, 0, 1)
        pitch = -float(heel) if climbs > 0 else -float(22.0 * np.clip((own - 0.40) / 0.22, 0, 1))
        if own > STAIRS_STANCE:
            share = (own - STAIRS_STANCE) / (1 - STAIRS_STANCE)
            ahead, risen = _ease(share), _ease(min(share * (1.6 if climbs > 0 else 1.0), 1.0))
            x += (land_x - x) * ahead
            z += (land_z - z) * risen + (0.05 if climbs > 0 else 0.07) * float(np.sin(np.pi * share))
            pitch = pitch * (1 - share) - (0.0 if climbs > 0 else 14.0 * float(np.sin(np.pi * share)))
        lateral = float(body.skeleton.get_head(f"upperleg01.{side}")[0]) * 0.85
        heel_m = 0.15 * float(np.sin(np.deg2rad(max(-pitch, 0.0))))
        target = (lateral, -(x - _ANKLE_TO_MIDFOOT_M), ground + z + _sole_m(body) + heel_m)
        pose = body.step_to(pose, side, target, pitch=pitch)
    return pose


def compute_crutches_hip_m(body: Mannequin) -> float:
    """Return how high the hip joints are above the ground on crutches."""
    return compute_hip_height_m(body, reach_m=0.24, stretch=0.99)


def make_crutches_pose(body: Mannequin, phase: float) -> Pose:
    """Return swing-through gait with the right foot lifted: the left foot lands at 0, the crutches at 0.46."""
    pose: Pose = {"spine04": turn_x(7.0 + 5.0 * float(np.sin(2 * np.pi * phase))), "head": turn_x(-3.0)} | body.leg(
        "R", hip=22.0 + 7.0 * float(np.cos(2 * np.pi * phase)), knee=68.0, ankle=-4.0
    )
    hip = body.skeleton.get_head("upperleg01.L")
    ground = float(hip[2]) - compute_crutches_hip_m(body)
    land = CRUTCHES_STRIDE_M * CRUTCHES_STANCE / 2
    held = min(phase, CRUTCHES_STANCE)
    x, z = land - CRUTCHES_STRIDE_M * held, 0.0
    if phase > CRUTCHES_STANCE:
        share = (phase - CRUTCHES_STANCE) / (1 - CRUTCHES_STANCE)
        x += (land - x) * _ease(share)
        z = 0.07 * float(np.sin(np.pi * share))
    ankle = (float(hip[0]) * 0.7, -(x - _ANKLE_TO_MIDFOOT_M), ground + z + _sole_m(body))
    pose = body.step_to(pose, "L", ankle)
    tip_land, planted = 0.40, 1 - CRUTCHES_PLANT
    tip_end = tip_land - CRUTCHES_STRIDE_M * planted
    if phase >= CRUTCHES_PLANT:
        tip = tip_land - CRUTCHES_STRIDE_M * (phase - CRUTCHES_PLANT)
    else:
        tip = tip_end + (tip_land - tip_end) * _ease(phase / CRUTCHES_PLANT)
    hand_m, pit_m = 0.50 * 1.63 * body.scale, 0.74 * 1.63 * body.scale
    for side in SIDES:
        hand_x = tip + (0.03 - tip) * hand_m / pit_m
        target = (sign_of(side) * 0.235 * body.scale, -hand_x, ground + hand_m)
        pose = body.reach_to(pose, side, target, elbow=(0.3, 0.95, 0.0), grip=2.3)
    return pose


def make_wheel_pose(body: Mannequin, phase: float) -> Pose:
    """Return a push of the rims: hands on them for 0.45 of the cycle, then back below the rims."""
    lean = 10.0 + 7.0 * float(np.sin(np.pi * min(phase / PUSH_SHARE, 1.0)))
    pose: Pose = {"spine04": turn_x(lean), "neck01": turn_x(-0.6 * lean)}
    for side in SIDES:
        pose |= body.leg(side, hip=84.0, knee=78.0, ankle=0.0, out=3.0)
    changes = body.compute_changes(pose)
    foot = body.skeleton.labels.index("foot.L")
    head = body.skeleton.heads_m[foot]
    ankle_z = float((changes[foot][:3, :3] @ head + changes[foot][:3, 3])[2])
    ground = ankle_z - _sole_m(body) - FOOTREST_M
    start, end = _PUSH_DEG
    if phase < PUSH_SHARE:
        angle, radius = start + (end - start) * phase / PUSH_SHARE, RIM_RADIUS_M + 0.03
    else:
        share = (phase - PUSH_SHARE) / (1 - PUSH_SHARE)
        angle = end + (start - end) * _ease(share)
        radius = RIM_RADIUS_M + 0.03 - 0.06 * float(np.sin(np.pi * share))
    for side in SIDES:
        target = (
            sign_of(side) * (float(body.skeleton.get_head("upperleg01.L")[0]) + 0.18 * body.scale),
            0.03 - radius * float(np.sin(np.deg2rad(angle))),
            ground + WHEEL_RADIUS_M + radius * float(np.cos(np.deg2rad(angle))),
        )
        pose = body.reach_to(pose, side, target, elbow=(0.8, 0.8, 0.2), grip=1.8)
    return pose


_GRAVITY_M_S2 = 9.81
_RUN_CYCLE_S = 0.72


def stand_on_ground(vertices_m: FloatArray) -> FloatArray:
    """Return the shift [pose, 3] that brings the lowest vertex of every pose [pose, v, 3] to the ground."""
    shifts = np.zeros((len(vertices_m), 3))
    shifts[:, 2] = -vertices_m[..., 2].min(axis=1)
    return shifts


def anchor_walk(vertices_m: FloatArray, *, contact_m: float) -> tuple[FloatArray, float]:
    """Return shifts [phase, 3] so that feet on the floor move by equal steps, and the stride."""
    shifts = stand_on_ground(vertices_m)
    walk = vertices_m + shifts[:, None]
    count = len(walk)
    moves = np.array([_measure_move(walk[i], walk[(i + 1) % count], contact_m) for i in range(count)])
    stride = -float(moves.sum())
    shifts[:, 0] = _level(np.concatenate([[0.0], np.cumsum(-stride / count - moves)[:-1]]))
    return shifts, stride


def anchor_run(vertices_m: FloatArray, *, contact_m: float) -> tuple[FloatArray, float]:
    """Return shifts [phase, 3] and the stride of a run: on the ground while a foot bears, in free fall between.

    As `anchor_walk`, but only phases with a foot down count; between them the body flies on a parabola.
    """
    count = len(vertices_m)
    phase = np.arange(count) / count
    bears = (phase % 0.5) < RUN_STANCE
    grounded = stand_on_ground(vertices_m)
    run = vertices_m + grounded[:, None]
    pairs = [i for i in range(count) if bears[i] and bears[(i + 1) % count]]
    moves = {i: _measure_move(run[i], run[(i + 1) % count], contact_m) for i in pairs}
    step = -float(np.mean(list(moves.values())))
    slips = np.array([-step - moves.get(i, -step) for i in range(count)])
    slips -= slips.mean()
    shifts = np.zeros((count, 3))
    shifts[:, 0] = _level(np.concatenate([[0.0], np.cumsum(slips)[:-1]]))
    down = np.flatnonzero(bears)
    height = np.interp(phase, phase[down], grounded[down, 2], period=1.0)
    flight = 0.5 - RUN_STANCE
    share = np.clip(((phase % 0.5) - RUN_STANCE) / flight, 0, 1)
    height += 0.5 * _GRAVITY_M_S2 * (flight * _RUN_CYCLE_S) ** 2 * share * (1 - share)
    shifts[:, 2] = np.maximum(height, grounded[:, 2])
    return shifts, step * count


def _measure_move(now: FloatArray, after: FloatArray, contact_m: float) -> float:
    touching = np.minimum(contact_m - now[:, 2], contact_m - after[:, 2]).clip(0)
    if touching.sum() == 0:
        return float("nan")
    return float((touching * (after[:, 0] - now[:, 0])).sum() / touching.sum())


def _level(shift: FloatArray) -> FloatArray:
    return np.asarray(shift - shift.mean())
