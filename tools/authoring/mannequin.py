"""One body with a skeleton that can be put into poses: by joint angles, or by where hands and feet shall be.

Axes while posing are the body data's own: x to the body's left, y to the back, z up.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Pose = dict[str, FloatArray]
Point = Sequence[float] | FloatArray

SHOULDER_DROP_DEG = 5.0
PALM_IN_DEG = 35.0
BESIDE_M = 0.045
FORWARD = np.array([0.0, -1.0, 0.0])
BACK = np.array([0.0, 1.0, 0.0])
SIDES = ("L", "R")


def rotate(axis: Point, degrees: float) -> FloatArray:
    """Return the rotation [3, 3] about an axis (Rodrigues' formula)."""
    unit = np.asarray(axis, dtype=np.float64) / np.linalg.norm(axis)
    cross = np.cross(unit, np.eye(3)).T
    angle = np.deg2rad(degrees)
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross)


def turn_x(degrees: float) -> FloatArray:
    """Return a rotation about the axis to the left: a trunk leans forward, a thigh swings back."""
    return rotate((1, 0, 0), degrees)


def turn_y(degrees: float) -> FloatArray:
    """Return a rotation about the axis to the back: a trunk leans to its left."""
    return rotate((0, 1, 0), degrees)


def turn_z(degrees: float) -> FloatArray:
    """Return a rotation about the upright axis: a head turns to its left."""
    return rotate((0, 0, 1), degrees)


def sign_of(side: str) -> float:
    return 1.0 if side == "L" else -1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    """Bones of one body in its rest pose."""

    labels: tuple[str, ...]  # bone names
    parents: tuple[int, ...]  # index of each bone's parent, -1 for the root; parents come before their children
    heads_m: FloatArray  # [bone, 3] where each bone begins

    def get_head(self, bone: str) -> FloatArray:
        """Return where a bone begins in the rest pose, [3]."""
        return np.asarray(self.heads_m[self.labels.index(bone)])


class Mannequin:
    def __init__(self, skeleton: Skeleton, trunk_m: FloatArray) -> None:
        """Make a mannequin; `trunk_m` [v, 3] are the vertices at rest that hands and arms have to stay out of."""
        self.skeleton = skeleton
        self.trunk_m = trunk_m
        self.scale = float(skeleton.get_head("head")[2] - skeleton.get_head("foot.L")[2]) / 1.33
        self.hang_deg = self._compute_hang_deg()

    def _compute_hang_deg(self) -> float:
        """Return how far arms stand off the sides so that hands hang beside the hips, clothes between, degrees."""
        shoulder, elbow, wrist = (self.skeleton.get_head(f"{b}.L") for b in ("upperarm01", "lowerarm01", "wrist"))
        arm_m = float(np.linalg.norm(elbow - shoulder) + np.linalg.norm(wrist - elbow))
        beside = self.trunk_m[self.trunk_m[:, 2] < shoulder[2] - 0.5 * arm_m]
        hips_m = float(beside[beside[:, 2] > shoulder[2] - 1.2 * arm_m][:, 0].max())
        aside = hips_m + BESIDE_M * self.scale - float(shoulder[0])
        return max(3.0, float(np.rad2deg(np.arctan2(aside, arm_m))))

    def find_front_m(self, x_m: float, z_m: float) -> float:
        """Return the y of the front of the trunk at a height and a distance from its middle, rest pose."""
        near = (np.abs(self.trunk_m[:, 0] - x_m) < 0.07 * self.scale) & (
            np.abs(self.trunk_m[:, 2] - z_m) < 0.06 * self.scale
        )
        return float(self.trunk_m[near][:, 1].min())

    def compute_changes(self, pose: Pose) -> FloatArray:
        """Return the rigid motions [bone, 4, 4] from the rest pose; a bone turns about its own head."""
        changes = np.empty((len(self.skeleton.labels), 4, 4))
        for bone, label in enumerate(self.skeleton.labels):
            own = np.eye(4)
            if label in pose:
                head = self.skeleton.heads_m[bone]
                own[:3, :3] = pose[label]
                own[:3, 3] = head - pose[label] @ head
            parent = self.skeleton.parents[bone]
            changes[bone] = own if parent < 0 else changes[parent] @ own
        return changes

    def compute_direction(self, bone: str, end: str) -> FloatArray:
        """Return the unit vector from one bone's head to another's in the rest pose."""
        step = self.skeleton.get_head(end) - self.skeleton.get_head(bone)
        return np.asarray(step / np.linalg.norm(step))

    def arm(
        self, side: str, *, swing: float, out: float, elbow: float, twist: float = 0.0, grip: float = 1.0,
        palm: float = PALM_IN_DEG,
    ) -> Pose:  # fmt: skip
        """Return the rotations of one arm by joint angles."""
        sign = sign_of(side)
        rest = self.compute_direction(f"upperarm01.{side}", f"lowerarm01.{side}")
        hanging = np.array([sign * np.sin(np.deg2rad(out)), 0.0, -np.cos(np.deg2rad(out))])
        slope = turn_y(sign * SHOULDER_DROP_DEG)
        down = align(slope @ slope @ rest, hanging)
        lower = self.compute_direction(f"lowerarm01.{side}", f"wrist.{side}")
        hinge = np.cross(lower, FORWARD)
        turn = turn_x(-swing) @ rotate(hanging, sign * twist) @ down
        return {
            f"clavicle.{side}": slope,
            f"shoulder01.{side}": slope,
            f"upperarm01.{side}": slope.T @ slope.T @ turn @ slope @ slope,
            f"lowerarm01.{side}": rotate(hinge, elbow) @ align(lower, rest) @ rotate(lower, -sign * palm / 2),
            f"wrist.{side}": rotate(lower, -sign * palm / 2),
        } | self.hand(side, grip=grip)

    def hand(self, side: str, *, grip: float) -> Pose:
        """Return the rotations of the fingers: little fingers close farther than index fingers, as hands at ease do."""
        sign, closed = sign_of(side), min(grip, 1.0)
        along = self.compute_direction(f"wrist.{side}", f"finger3-1.{side}")
        across = self.compute_direction(f"finger2-1.{side}", f"finger5-1.{side}")
        back = sign * np.cross(along, across)

        def turn(*, beside: float = 0.0, bend: float) -> FloatArray:
            """Return a joint's turn toward the little finger, then into the palm, degrees."""
            return rotate(across, sign * bend) @ rotate(back, sign * beside)

        pose: Pose = {}
        for finger, share, beside in (("2", 0.85, 13.0), ("3", 0.95, 5.0), ("4", 1.0, -3.0), ("5", 1.05, -9.0)):
            for joint, bend in (("1", 18.0), ("2", 30.0), ("3", 17.0)):
                aside = beside * closed if joint == "1" else 0.0
                pose[f"finger{finger}-{joint}.{side}"] = turn(beside=aside, bend=min(bend * share * grip, 82.0))
        pose[f"finger1-1.{side}"] = turn(beside=30.0 * closed, bend=-14.0 * closed + 8.0 * (grip - closed))
        pose[f"finger1-2.{side}"] = turn(beside=12.0 * closed, bend=4.0 * grip)
        pose[f"finger1-3.{side}"] = turn(beside=10.0 * closed, bend=4.0 * grip)
        return pose

    def leg(self, side: str, *, hip: float, knee: float, ankle: float, out: float = 0.0) -> Pose:
        """Return the rotations of one leg: flexion and dorsiflexion in degrees, `out` away from the other leg."""
        return {
            f"upperleg01.{side}": turn_x(-hip) @ turn_y(-sign_of(side) * out),
            f"lowerleg01.{side}": turn_x(knee),
            f"foot.{side}": turn_x(-ankle),
        }

    def step_to(self, pose: Pose, side: str, ankle_m: Point, *, pitch: float = 0.0, toe_out: float = 5.0) -> Pose:
        """Return `pose` with one leg bent so that the ankle is at a point; `pitch` lifts the toes, degrees."""
        bones = (f"upperleg01.{side}", f"lowerleg01.{side}", f"foot.{side}")
        end = turn_z(sign_of(side) * toe_out) @ turn_x(-pitch)
        return self._bend(pose, bones, ankle_m, pole=FORWARD, rest_pole=FORWARD, end=end)

    def reach_to(
        self, pose: Pose, side: str, wrist_m: Point, *, elbow: Point = (0.35, 0.6, -0.7), roll: float = 0.0,
        grip: float = 1.0,
    ) -> Pose:  # fmt: skip
        """Return `pose` with one arm bent so that the wrist is at a point."""
        bones = (f"upperarm01.{side}", f"lowerarm01.{side}", f"wrist.{side}")
        pole = np.asarray(elbow, dtype=np.float64) * [sign_of(side), 1.0, 1.0]
        bent = self._bend(pose, bones, wrist_m, pole=pole, rest_pole=BACK, roll=sign_of(side) * roll)
        return bent | self.hand(side, grip=grip)

    def _bend(
        self,
        pose: Pose,
        bones: tuple[str, str, str],
        target_m: Point,
        *,
        pole: FloatArray,
        rest_pole: FloatArray,
        roll: float = 0.0,
        end: FloatArray | None = None,
    ) -> Pose:
        """Bend a chain of two bones so that the third begins at the target, or as near as it can."""
        first, second, third = (self.skeleton.get_head(b) for b in bones)
        free = {k: v for k, v in pose.items() if k not in bones}
        changes = self.compute_changes(free)
        parent = changes[self.skeleton.parents[self.skeleton.labels.index(bones[0])]]
        root = parent[:3, :3] @ first + parent[:3, 3]
        upper0, lower0 = second - first, third - second
        upper_m, lower_m = float(np.linalg.norm(upper0)), float(np.linalg.norm(lower0))
        reach = np.asarray(target_m, dtype=np.float64) - root
        far = float(np.linalg.norm(reach))
        aim = reach / far
        far = float(np.clip(far, abs(upper_m - lower_m) + 0.01, 0.998 * (upper_m + lower_m)))
        cosine = (upper_m**2 + far**2 - lower_m**2) / (2 * upper_m * far)
        aside = pole - (pole @ aim) * aim
        aside /= np.linalg.norm(aside)
        upper = cosine * aim + np.sqrt(max(1 - cosine**2, 0.0)) * aside
        lower = (far * aim - upper_m * upper) / lower_m
        normal = np.cross(aim, aside)
        normal0 = np.cross(upper0 / upper_m, rest_pole)
        turn_upper = _make_frame(upper, normal) @ _make_frame(upper0 / upper_m, normal0).T
        turn_lower = rotate(lower, roll) @ _make_frame(lower, normal) @ _make_frame(lower0 / lower_m, normal0).T
        turns = [parent[:3, :3], turn_upper, turn_lower] + ([] if end is None else [end])
        return free | {b: before.T @ after for b, before, after in zip(bones, turns, turns[1:], strict=False)}


def _make_frame(along: FloatArray, normal: FloatArray) -> FloatArray:
    side = normal - (normal @ along) * along
    side /= np.linalg.norm(side)
    return np.stack([along, side, np.cross(along, side)], axis=1)


def align(start: FloatArray, end: FloatArray) -> FloatArray:
    """Return the shortest rotation [3, 3] from one unit vector to another."""
    axis = np.cross(start, end)
    size = float(np.linalg.norm(axis))
    if size < 1e-9:
        return np.eye(3)
    return rotate(axis, float(np.rad2deg(np.arctan2(size, float(start @ end)))))


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
