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
