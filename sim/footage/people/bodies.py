"""Baked bodies: vertex tables of poses, as `tools.authoring.bake_bodies` writes them."""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.body_index import BODY_SCHEMA
from sim.crowd.people.manner import HURRY
from sim.errors import NewerSchemaError, RecordingError
from sim.footage.people.skinning import make_matrices, multiply, pose_vertices

FloatArray = NDArray[np.float32]
REST = 0
CHAINED_SINCE = 3
_LENT = {"stand_c": "stand_a", "stand_d": "stand_b", "talk_c": "talk_a", "talk_d": "talk_b"}
"""Poses that tables have since schema 3, and which of an older table takes its place."""


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
        """Distance that one walk cycle covers."""
        return self.strides_m["walk"]

    def find_cycle(self, gait: str) -> tuple[int, ...]:
        """Return the indices of the poses of a cycle, in order."""
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
        if version < CHAINED_SINCE:
            table = _lend_poses(table)
        unit_m = float(table["unit_m"])
        turns, places = _read_motions(table, version=version, unit_m=unit_m)
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


def _lend_poses(table: Mapping[str, NDArray[np.generic]]) -> dict[str, NDArray[np.generic]]:
    """Return a table of before schema 3 with all poses of later ones: more stances, and its walk as the hurried one."""
    names = [str(name) for name in table["pose_names"]]
    lent = _LENT | {f"{HURRY}{name[-2:]}": name for name in names if name[:-2] == "walk"}
    rows = [*range(len(names)), *(names.index(own) for own in lent.values())]
    return {
        **table,
        "turns": table["turns"][rows],
        "places": table["places"][rows],
        "pose_names": np.array([*names, *lent]),
    }


def _read_motions(
    table: Mapping[str, NDArray[np.generic]], *, version: int, unit_m: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the turn [pose, bone, 4] and shift [pose, bone, 3], meters, of every bone from the rest pose.

    Up to schema 2 a table says both for every bone; since 3 a bone's turn is from its parent's, and hangs on its joint.
    """
    turns = table["turns"].astype(np.float64)
    turns /= np.linalg.norm(turns, axis=-1, keepdims=True)
    heads = table["bone_heads"].astype(np.float64)
    if version < CHAINED_SINCE:
        at = table["places"].astype(np.float64) * unit_m
    else:
        parents = table["bone_parents"].astype(np.int64)
        at = np.zeros((*turns.shape[:2], 3))
        at[:, 0] = table["root_places"].astype(np.float64) * unit_m
        for bone in range(1, len(parents)):
            above = parents[bone]
            turns[:, bone] = multiply(turns[:, above], turns[:, bone])
            at[:, bone] = at[:, above] + make_matrices(turns[:, above]) @ (heads[bone] - heads[above])
    return turns, at - np.einsum("pbij,bj->pbi", make_matrices(turns), heads)
