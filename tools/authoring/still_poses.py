"""Poses that are held: standing, talking, sitting, at a locker, at a table, on the ground."""

import numpy as np

from tools.authoring.mannequin import SIDES, Mannequin, Pose, turn_x, turn_y, turn_z

TABLE_HANDS_M = 0.90


def make_still_poses(body: Mannequin) -> dict[str, Pose]:
    """Return the held poses by name; those that end in `_half` lie on the way to the pose they are named for."""
    return _make_standing(body) | _make_handling(body) | _make_screening(body) | _make_low(body) | _make_with_aids(body)


def _stand_on(body: Mannequin, *, weight: str) -> Pose:
    """Return legs with the weight on one of them, the other slightly bent."""
    other = "R" if weight == "L" else "L"
    return body.leg(weight, hip=1, knee=2, ankle=1, out=-3) | body.leg(other, hip=4, knee=9, ankle=5, out=-1)


def _hang(body: Mannequin, side: str, *, swing: float = -5.0, elbow: float = 14.0) -> Pose:
    return body.arm(side, swing=swing, out=body.hang_deg, elbow=elbow, twist=6.0, grip=1.15)


def _fold(body: Mannequin, pose: Pose) -> Pose:
    """Return arms crossed before the chest, the right forearm outside, each hand at the other elbow."""
    shoulder, elbow = body.skeleton.get_head("upperarm01.L"), body.skeleton.get_head("lowerarm01.L")
    height = float(shoulder[2] - 0.80 * np.linalg.norm(elbow - shoulder))
    front = body.find_front_m(0.0, height)
    for side, away, above in (("L", 0.04, 0.0), ("R", 0.08, 0.02)):
        across = -0.12 if side == "L" else 0.12
        target = (across * float(shoulder[0]), front - away * body.scale, height + above * body.scale)
        pose = body.reach_to(pose, side, target, elbow=(0.75, 0.25, -0.6), roll=30.0, grip=1.2)
    return pose


def _clasp(body: Mannequin, pose: Pose) -> Pose:
    """Return hands held in one another low before the body."""
    hip = body.skeleton.get_head("upperleg01.L")
    height = float(hip[2]) + 0.02 * body.scale
    front = body.find_front_m(0.0, height)
    for side, away in (("L", 0.03), ("R", 0.065)):
        aside = 0.055 * body.scale * (1 if side == "L" else -1)
        target = (aside, front - away * body.scale, height + 0.06 * body.scale)
        pose = body.reach_to(pose, side, target, elbow=(0.9, 0.5, -0.3), roll=35.0, grip=1.3)
    return pose


def _make_standing(body: Mannequin) -> dict[str, Pose]:
    left, right = _stand_on(body, weight="L"), _stand_on(body, weight="R")
    hang = _hang(body, "L") | _hang(body, "R", swing=-2.0, elbow=17.0)
    loose = _hang(body, "L", swing=-1.0, elbow=20.0) | _hang(body, "R", swing=-6.0, elbow=11.0)
    explain = _hang(body, "L") | body.arm("R", swing=6.0, out=body.hang_deg + 6.0, elbow=84.0, twist=22.0, grip=0.8)
    both = body.arm("L", swing=2.0, out=body.hang_deg + 6.0, elbow=70.0, twist=26.0, grip=0.9) | body.arm(
        "R", swing=0.0, out=body.hang_deg + 5.0, elbow=60.0, twist=26.0, grip=0.9
    )
    turned: Pose = {"neck01": turn_z(12), "head": turn_z(10) @ turn_x(3)}
    return {
        "stand_a": left | hang | {"spine03": turn_y(1.5)},
        "stand_b": _fold(body, left | {"spine03": turn_x(-1.0), "head": turn_z(6)}),
        "stand_b_shift": _fold(body, right | {"spine03": turn_y(-2.0)} | turned),
        "stand_c": _clasp(body, left | {"head": turn_z(-5)}),
        "stand_c_shift": _clasp(body, right | {"spine03": turn_y(-2.0)} | turned),
        "stand_d": right | loose | {"spine03": turn_y(-3.0), "spine02": turn_z(-4), "head": turn_x(4)},
        "stand_shift": right | hang | {"spine03": turn_y(-2.0)} | turned,
        "talk_a": left | explain | {"neck01": turn_z(-6), "head": turn_y(5) @ turn_x(-2)},
        "talk_b": right | loose | {"neck01": turn_z(8), "head": turn_y(-4) @ turn_x(6)},
        "talk_c": left | hang | {"neck01": turn_z(-10), "head": turn_y(4) @ turn_x(-3)},
        "talk_d": left | both | {"spine03": turn_x(3), "neck01": turn_z(6), "head": turn_x(4)},
    }


def _make_handling(body: Mannequin) -> dict[str, Pose]:
    legs = _stand_on(body, weight="L")
    phone = (
        body.arm("R", swing=10.0, out=body.hang_deg + 3.0, elbow=98.0, twist=36.0, grip=1.5)
        | _hang(body, "L")
        | {"neck01": turn_x(14), "head": turn_x(14)}
    )
    locker = (
        body.arm("R", swing=50.0, out=7.0, elbow=52.0, twist=16.0, grip=0.8)
        | _hang(body, "L", swing=2.0, elbow=24.0)
        | {"spine03": turn_x(6), "head": turn_x(4)}
    )
    give = (
        body.arm("R", swing=48.0, out=4.0, elbow=32.0, twist=10.0, grip=1.4)
        | _hang(body, "L")
        | {"spine03": turn_x(7), "head": turn_x(8)}
    )
    carry = body.arm("L", swing=-3.0, out=body.hang_deg + 3.0, elbow=6.0, twist=6.0, grip=2.3)
    pull = body.arm("L", swing=-24.0, out=body.hang_deg + 4.0, elbow=3.0, twist=0.0, grip=2.3)
    return {
        "phone": legs | phone,
        "locker": legs | locker,
        "hand_over": legs | give,
        "carry": legs | carry | _hang(body, "R"),
        "pull": legs | pull | _hang(body, "R"),
    }


def _make_screening(body: Mannequin) -> dict[str, Pose]:
    """Return arms held out to be wanded, the wand high and low, and hands in a bag on a table 0.75 to 0.9 m high."""
    legs = _stand_on(body, weight="L")
    out: Pose = {}
    for side in SIDES:
        out |= body.arm(side, swing=6.0, out=76.0, elbow=8.0, twist=0.0, grip=0.4)
    high = body.arm("R", swing=64.0, out=6.0, elbow=20.0, twist=6.0, grip=2.2) | _hang(body, "L")
    low = body.arm("R", swing=34.0, out=6.0, elbow=16.0, twist=6.0, grip=2.2) | _hang(body, "L")
    search: dict[str, Pose] = {}
    for name, left, right in (("search_a", 0.10, 0.17), ("search_b", 0.17, 0.07)):
        pose = legs | {"spine04": turn_x(10), "spine02": turn_x(8), "neck01": turn_x(10), "head": turn_x(10)}
        ground = float(body.skeleton.get_head("foot.L")[2]) - 0.07
        for side, aside, ahead in (("L", left, 0.44), ("R", -right, 0.40)):
            pose = body.reach_to(pose, side, (aside, -ahead, ground + TABLE_HANDS_M), roll=50.0, grip=0.9)
        search[name] = pose
    return {
        "arms_out": legs | out,
        "wand_a": legs | high | {"head": turn_x(2)},
        "wand_b": legs | low | {"spine03": turn_x(10), "head": turn_x(12)},
    } | search


def _make_low(body: Mannequin) -> dict[str, Pose]:
    """Return sitting, kneeling and lying, with what is between them and standing."""
    sit: Pose = {"spine04": turn_x(6), "head": turn_x(6)}
    rising: Pose = {"spine04": turn_x(20), "spine02": turn_x(10), "head": turn_x(-12)}
    crouch: Pose = {"spine04": turn_x(18), "spine02": turn_x(8)}
    for side in SIDES:
        sit |= body.leg(side, hip=86.0, knee=84.0, ankle=0.0, out=5.0)
        sit |= body.arm(side, swing=28.0, out=8.0, elbow=62.0, twist=26.0)
        rising |= body.leg(side, hip=52.0, knee=70.0, ankle=18.0, out=4.0)
        rising |= body.arm(side, swing=24.0, out=9.0, elbow=40.0, twist=20.0)
        crouch |= body.arm(side, swing=26.0, out=10.0, elbow=40.0, twist=18.0)
    crouch |= body.leg("L", hip=58.0, knee=70.0, ankle=12.0) | body.leg("R", hip=18.0, knee=66.0, ankle=14.0)
    kneel = (
        body.leg("L", hip=84.0, knee=88.0, ankle=4.0, out=4.0)
        | body.leg("R", hip=-4.0, knee=94.0, ankle=-38.0, out=2.0)
        | body.arm("L", swing=40.0, out=10.0, elbow=60.0, twist=20.0)
        | body.arm("R", swing=30.0, out=8.0, elbow=44.0, twist=24.0)
        | {"spine04": turn_x(12), "head": turn_x(12)}
    )
    sink = (
        {"root": turn_y(-34) @ turn_x(-36)}
        | body.leg("L", hip=62.0, knee=78.0, ankle=-8.0, out=6.0)
        | body.leg("R", hip=48.0, knee=70.0, ankle=-14.0, out=0.0)
        | body.arm("R", swing=-10.0, out=38.0, elbow=14.0)
        | body.arm("L", swing=30.0, out=6.0, elbow=50.0, twist=26.0)
        | {"spine04": turn_x(14), "neck01": turn_x(14), "head": turn_y(10)}
    )
    lie = (
        {"root": turn_y(-74) @ turn_x(-90)}
        | body.leg("L", hip=38.0, knee=58.0, ankle=-22.0, out=-4.0)
        | body.leg("R", hip=10.0, knee=20.0, ankle=-24.0, out=0.0)
        | body.arm("R", swing=64.0, out=4.0, elbow=30.0)
        | body.arm("L", swing=36.0, out=2.0, elbow=48.0, twist=30.0)
        | {"spine04": turn_x(8), "neck01": turn_x(8), "head": turn_y(16) @ turn_x(6)}
    )
    return {"sit_half": rising, "sit": sit, "kneel_half": crouch, "kneel": kneel, "lie_half": sink, "lie": lie}


def _make_with_aids(body: Mannequin) -> dict[str, Pose]:
    """Return resting in a wheelchair, hands in the lap, and leaning on crutches with the right foot lifted."""
    chair: Pose = {"head": turn_x(3)}
    lean: Pose = {"spine04": turn_x(5), "head": turn_x(2)}
    for side in SIDES:
        chair |= body.leg(side, hip=84.0, knee=78.0, ankle=0.0, out=3.0)
        chair |= body.arm(side, swing=20.0, out=6.0, elbow=58.0, twist=34.0)
    lean |= body.leg("L", hip=3.0, knee=3.0, ankle=2.0) | body.leg("R", hip=14.0, knee=56.0, ankle=-4.0)
    hip = body.skeleton.get_head("upperleg01.L")
    for side, sign in (("L", 1.0), ("R", -1.0)):
        target = (sign * 0.245 * body.scale, -0.10 * body.scale, float(hip[2]) + 0.02 * body.scale)
        lean = body.reach_to(lean, side, target, elbow=(0.35, 0.9, 0.0), grip=2.3)
    return {"wheel_still": chair, "crutches_still": lean}
