"""Baked bodies: vertex tables of poses, as `tools.authoring.bake_bodies` writes them, and skin that follows bones.

Skin is moved by dual quaternion blending, which keeps the girth of bent elbows and knees: L. Kavan, S. Collins, J. Zara
and C. O'Sullivan, "Geometric skinning with approximate dual quaternion blending", ACM Transactions on Graphics 27(4),
2008, doi:10.1145/1409625.1409627. Quaternions are (w, x, y, z).
"""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.body_index import BODY_SCHEMA
from sim.errors import NewerSchemaError, RecordingError
from sim.footage.compiled import compiled

DoubleArray = NDArray[np.float64]


def multiply(first: DoubleArray, second: DoubleArray) -> DoubleArray:
    """Return the product of quaternions [..., 4]."""
    w, x, y, z = np.moveaxis(first, -1, 0)
    a, b, c, d = np.moveaxis(second, -1, 0)
    return np.stack(
        [w * a - x * b - y * c - z * d, w * b + x * a + y * d - z * c, w * c - x * d + y * a + z * b,
         w * d + x * c - y * b + z * a], axis=-1
    )  # fmt: skip


def make_matrices(quaternions: DoubleArray) -> DoubleArray:
    """Return the rotations [..., 3, 3] of unit quaternions [..., 4]. Worked number: (1, 0, 0, 0) is the identity."""
    w, x, y, z = np.moveaxis(quaternions, -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def pose_vertices(
    rest_m: DoubleArray, weights: DoubleArray, quaternions: DoubleArray, shifts_m: DoubleArray
) -> NDArray[np.float32]:
    """Return vertices [pose, v, 3] in meters."""
    poses, bones = quaternions.shape[:2]
    sign = np.where(np.einsum("pbk,pk->pb", quaternions, quaternions[:, 0]) < 0, -1.0, 1.0)
    real = quaternions * sign[..., None]
    pure = np.concatenate([np.zeros((poses, bones, 1)), shifts_m], axis=-1)
    dual = 0.5 * multiply(pure, real)
    both = np.concatenate([real, dual], axis=-1).transpose(1, 0, 2).reshape(bones, poses * 8)
    vertices = np.empty((poses, len(rest_m), 3), dtype=np.float32)
    _move_points(rest_m.astype(np.float64), np.asarray(weights @ both).reshape(-1, poses, 8), vertices)
    return vertices


@compiled
def _move_points(rest_m: DoubleArray, mixed: DoubleArray, vertices: NDArray[np.float32]) -> None:
    """Move points [v, 3] by mixed dual quaternions [v, pose, 8], of any length, into `vertices` [pose, v, 3]."""
    for i in range(len(rest_m)):
        px, py, pz = rest_m[i, 0], rest_m[i, 1], rest_m[i, 2]
        for pose in range(len(vertices)):
            w, x, y, z = mixed[i, pose, 0], mixed[i, pose, 1], mixed[i, pose, 2], mixed[i, pose, 3]
            length = np.sqrt(((w * w + x * x) + y * y) + z * z)
            w, x, y, z = w / length, x / length, y / length, z / length
            e, f = mixed[i, pose, 4] / length, mixed[i, pose, 5] / length
            g, h = mixed[i, pose, 6] / length, mixed[i, pose, 7] / length
            cx, cy, cz = 2 * (y * pz - z * py), 2 * (z * px - x * pz), 2 * (x * py - y * px)
            vertices[pose, i, 0] = px + w * cx + (y * cz - z * cy) + 2 * (f * w - e * x - g * z + h * y)
            vertices[pose, i, 1] = py + w * cy + (z * cx - x * cz) + 2 * (f * z - e * y + g * w - h * x)
            vertices[pose, i, 2] = pz + w * cz + (x * cy - y * cx) + 2 * (g * x - e * z - f * y + h * w)


FloatArray = NDArray[np.float32]
REST = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One body in all its poses. Axes: x forward, y to the body's left, z up from the ground; meters."""

    body_id: str  # its name
    vertices_m: FloatArray  # [pose, vertex, 3] float32
    faces: NDArray[np.int32]  # [face, 3] int32, counterclockwise seen from outside
    # [pose, bone, 3, 4] float32, rigid motions from the rest pose of the bones named in `frame_names`
    frames: FloatArray
    part_weights: FloatArray  # [vertex, part] float32 0..1, how much each body part moves a vertex; rows sum to 1
    pose_names: tuple[str, ...]  # name of each pose; pose 0 is the rest pose
    part_names: tuple[str, ...]
    frame_names: tuple[str, ...]  # name of each posed bone
    frame_heads_m: FloatArray  # [bone, 3] float32, where the bones of `frame_names` begin in the rest pose
    joints_m: FloatArray  # [joint, 3] float32, where the bones of `joint_names` begin in the rest pose
    joint_names: tuple[str, ...]
    # distance that one cycle of a gait covers, by gait: "walk", "run", "up", "down" (stairs), "wheel", "crutches"
    strides_m: Mapping[str, float]

    @property
    def rest_m(self) -> FloatArray:
        """Vertices [v, 3] of the rest pose, arms held off the sides."""
        return np.asarray(self.vertices_m[REST], dtype=np.float32)

    @property
    def stride_m(self) -> float:
        return self.strides_m["walk"]

    def find_cycle(self, gait: str) -> tuple[int, ...]:
        return find_cycle(self.pose_names, gait)

    def get_frames(self, bone: str) -> FloatArray:
        """Return the rigid motions of one bone in every pose, [pose, 3, 4]."""
        return np.asarray(self.frames[:, self.frame_names.index(bone)], dtype=np.float32)

    def select(self, poses: Sequence[int]) -> "Body":
        """Return the body in some of its poses only; the rest pose has to come first."""
        if poses[0] != REST:
            raise ValueError("the first pose is the rest pose")
        rows = list(poses)
        return replace(
            self,
            vertices_m=self.vertices_m[rows],
            frames=self.frames[rows],
            pose_names=tuple(self.pose_names[i] for i in rows),
        )

    def get_joint(self, name: str) -> FloatArray:
        """Return where a bone begins in the rest pose, [3]."""
        return np.asarray(self.joints_m[self.joint_names.index(name)], dtype=np.float32)

    def get_part(self, *names: str) -> FloatArray:
        """Return the summed weight [v] of some parts."""
        return np.asarray(self.part_weights[:, [self.part_names.index(n) for n in names]].sum(axis=1))


def find_cycle(pose_names: Sequence[str], gait: str) -> tuple[int, ...]:
    """Return the indices of the poses named after a gait and two digits, in order."""
    return tuple(i for i, name in enumerate(pose_names) if name[:-2] == gait and name[-2:].isdigit())


def load_body(folder: Path, body_id: str) -> Body:
    path = folder / f"{body_id}.npz"
    try:
        with np.load(path, allow_pickle=False) as data:
            table = {name: data[name] for name in data.files}
        version = int(table["schema_version"])
        if version > BODY_SCHEMA:
            raise NewerSchemaError(
                f"{path} has schema_version {version}", expected=f"at most {BODY_SCHEMA}", todo="update Sightline"
            )
        if version != BODY_SCHEMA:
            raise RecordingError(
                f"{path} has schema_version {version}", expected=f"{BODY_SCHEMA}", todo="bake the bodies again"
            )
        unit_m = float(table["unit_m"])
        turns, places = _read_motions(table, unit_m=unit_m)
        rotations = make_matrices(turns)
        bones = table["bone_weights"].astype(np.float64)
        parts = table["part_weights"].astype(np.float32)
        return Body(
            body_id=body_id,
            vertices_m=pose_vertices(table["rest"] * unit_m, bones / bones.sum(axis=1, keepdims=True), turns, places),
            faces=table["faces"].astype(np.int32),
            frames=np.concatenate([rotations, places[..., None]], axis=-1).astype(np.float32),
            part_weights=parts / parts.sum(axis=1, keepdims=True),
            pose_names=tuple(str(n) for n in table["pose_names"]),
            part_names=tuple(str(n) for n in table["part_names"]),
            frame_names=tuple(str(n) for n in table["bone_names"]),
            frame_heads_m=table["bone_heads"].astype(np.float32),
            joints_m=table["joints_m"].astype(np.float32),
            joint_names=tuple(str(n) for n in table["joint_names"]),
            strides_m={str(n): float(s) for n, s in zip(table["cycle_names"], table["strides_m"], strict=True)},
        )
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise RecordingError(
            f"{path} cannot be read ({error.__class__.__name__})",
            expected="a baked body",
            todo=f"restore {folder} from the repository",
        ) from error


def _read_motions(
    table: Mapping[str, NDArray[np.generic]], *, unit_m: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the turn [pose, bone, 4] and shift [pose, bone, 3], meters, of every bone from the rest pose.

    In a table a bone's turn is from its parent's, and hangs on its joint.
    """
    turns = table["turns"].astype(np.float64)
    turns /= np.linalg.norm(turns, axis=-1, keepdims=True)
    heads = table["bone_heads"].astype(np.float64)
    parents = table["bone_parents"].astype(np.int64)
    at = np.zeros((*turns.shape[:2], 3))
    at[:, 0] = table["root_places"].astype(np.float64) * unit_m
    for bone in range(1, len(parents)):
        above = parents[bone]
        turns[:, bone] = multiply(turns[:, above], turns[:, bone])
        at[:, bone] = at[:, above] + make_matrices(turns[:, above]) @ (heads[bone] - heads[above])
    return turns, at - np.einsum("pbij,bj->pbi", make_matrices(turns), heads)


_EVERYDAY = "everyday"
_UPRIGHT = ("stand_", "talk_")
_GROUPS = {
    "rest": _EVERYDAY,
    "walk": _EVERYDAY,
    "phone": _EVERYDAY,
    "sit_half": "low",
    "sit": "low",
    "kneel_half": "low",
    "kneel": "low",
    "lie_half": "low",
    "lie": "low",
    "wheel_still": "wheel",
    "crutches_still": "crutches",
}


def _name_group(pose_name: str) -> str:
    kind = pose_name[:-2] if pose_name[-2:].isdigit() else pose_name
    if kind.startswith(_UPRIGHT):
        return _EVERYDAY
    return _GROUPS.get(kind, kind if kind != pose_name else "hands")


def find_group(pose_names: Sequence[str], pose_name: str) -> tuple[int, ...]:
    """Return the indices of all poses that are dressed together with this one, the rest pose first."""
    group = _name_group(pose_name)
    return (REST, *(i for i, name in enumerate(pose_names) if i != REST and _name_group(name) == group))
