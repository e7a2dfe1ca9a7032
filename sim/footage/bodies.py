"""Baked bodies: vertex tables of poses, as `sim.footage.authoring.bake_bodies` writes them."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.crowd.body_index import BODY_SCHEMA
from sim.errors import NewerSchemaError, RecordingError

FloatArray = NDArray[np.float32]
WALK_PREFIX = "walk"
REST = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One body in all its poses. Axes: x forward, y to the body's left, z up from the ground; metres.

    Attributes:
        body_id: its name.
        vertices_m: [pose, vertex, 3] float32.
        faces: [face, 3] int32, counter-clockwise seen from outside.
        frames: [pose, frame, 3, 4] float32, rigid motions from the rest pose of the bones named in `frame_names`.
        part_weights: [vertex, part] float32 0..1, how much each body part moves a vertex; rows sum to 1.
        pose_names: name of each pose; pose 0 is the rest pose.
        part_names: name of each part.
        frame_names: name of each frame.
        joints_m: [joint, 3] float32, where the bones of `joint_names` begin in the rest pose.
        stride_m: distance one walk cycle covers.
    """

    body_id: str
    vertices_m: FloatArray
    faces: NDArray[np.int32]
    frames: FloatArray
    part_weights: FloatArray
    pose_names: tuple[str, ...]
    part_names: tuple[str, ...]
    frame_names: tuple[str, ...]
    joints_m: FloatArray
    joint_names: tuple[str, ...]
    stride_m: float

    @property
    def rest_m(self) -> FloatArray:
        """Vertices [v, 3] of the rest pose, arms held off the sides."""
        return np.asarray(self.vertices_m[REST], dtype=np.float32)

    @property
    def walk_poses(self) -> tuple[int, ...]:
        """Indices of the poses of the walk cycle, in order."""
        return tuple(i for i, name in enumerate(self.pose_names) if name.startswith(WALK_PREFIX))

    def get_joint(self, name: str) -> FloatArray:
        """Return where a bone begins in the rest pose, [3]."""
        return np.asarray(self.joints_m[self.joint_names.index(name)], dtype=np.float32)

    def get_part(self, *names: str) -> FloatArray:
        """Return the summed weight [v] of some parts."""
        return np.asarray(self.part_weights[:, [self.part_names.index(n) for n in names]].sum(axis=1))


def load_body(folder: Path, body_id: str) -> Body:
    """Read one body.

    Raises:
        RecordingError: missing or malformed.
        NewerSchemaError: written by a newer version.
    """
    path = folder / f"{body_id}.npz"
    try:
        with np.load(path, allow_pickle=False) as data:
            table = {name: data[name] for name in data.files}
        version = int(table["schema_version"])
        if version > BODY_SCHEMA:
            raise NewerSchemaError(
                f"{path} has schema_version {version}", expected=f"at most {BODY_SCHEMA}", todo="update Sightline"
            )
        weights = table["part_weights"].astype(np.float32)
        return Body(
            body_id=body_id,
            vertices_m=(table["vertices"] * table["unit_m"]).astype(np.float32),
            faces=table["faces"].astype(np.int32),
            frames=table["frames"].astype(np.float32),
            part_weights=weights / weights.sum(axis=1, keepdims=True),
            pose_names=tuple(str(n) for n in table["pose_names"]),
            part_names=tuple(str(n) for n in table["part_names"]),
            frame_names=tuple(str(n) for n in table["frame_names"]),
            joints_m=table["joints_m"].astype(np.float32),
            joint_names=tuple(str(n) for n in table["joint_names"]),
            stride_m=float(table["stride_m"]),
        )
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise RecordingError(
            f"{path} cannot be read ({error.__class__.__name__})",
            expected="a baked body",
            todo="restore scenarios/bodies from the repository",
        ) from error
