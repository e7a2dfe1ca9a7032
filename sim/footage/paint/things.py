"""What is no person and drawn as people are: bags and clothes by themselves, vehicles, doors that swing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Garment
from sim.crowd.people.track import Pose, Prop
from sim.crowd.people.vehicle_track import VehicleTrack
from sim.crowd.traffic.shapes import SIZES_M
from sim.footage.paint.door_leaves import DoorLeaf
from sim.footage.paint.props import PropMesh
from sim.footage.people.motion import Stance

FloatArray = NDArray[np.float32]

OPEN_LOOK = 1
"""The look of a vehicle whose door is open."""

_STANDS = tuple(float(pose is Pose.STAND) for pose in Pose)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingMesh:
    """A thing as the compositor wants it: `sim.footage.paint.drawable.MeshParts`."""

    vertices_m: FloatArray
    faces: NDArray[np.int32]
    occlusion: FloatArray
    garment: Garment | None = None


class Thing:
    """A thing that can be put somewhere."""

    def __init__(self, mesh: PropMesh, garment: Garment | None = None) -> None:
        """Make a thing; one that is a `garment` has the texture of such."""
        self.dressed = ThingMesh(
            vertices_m=mesh.vertices_m[None], faces=mesh.faces, occlusion=mesh.occlusion, garment=garment
        )
        self.albedo_bgr: FloatArray = np.ascontiguousarray(mesh.albedo[:, ::-1], dtype=np.float32)
        self._mesh = mesh

    def place(self, stance: Stance) -> tuple[FloatArray, FloatArray]:
        """Return vertices [v, 3] in site coordinates and unit normals [v, 3]."""
        c, s = np.float32(np.cos(stance.heading_rad)), np.float32(np.sin(stance.heading_rad))
        turn = np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]], dtype=np.float32)
        return self._mesh.vertices_m @ turn + np.asarray(stance.xyz_m, dtype=np.float32), self._mesh.normals @ turn

    def make_coarse(self) -> Thing:
        """Return the thing itself: it has few faces."""
        return self


class Things:
    """Where things are, by frame."""

    def __init__(
        self, props: Sequence[Prop], vehicles: Sequence[VehicleTrack] = (), doors: Sequence[DoorLeaf] = ()
    ) -> None:
        self._props = tuple(props)
        self._doors = tuple(doors)
        self._vehicles = tuple(vehicles)
        self._stances = {
            prop: Stance(
                person_id=prop.prop_id,
                xyz_m=prop.xyz_m,
                heading_rad=prop.heading_rad,
                gait_phase=0.0,
                shares=_STANDS,
            )
            for prop in self._props
        }

    def get(self, frame: int) -> Sequence[Stance]:
        return [
            *(self._stances[prop] for prop in self._props if prop.first_frame <= frame <= prop.last_frame),
            *(_drive(track, frame) for track in self._vehicles if 0 <= frame - track.first_frame < len(track.xyz_m)),
            *(_swing(door, frame) for door in self._doors if door.is_shown(frame)),
        ]


def _drive(track: VehicleTrack, frame: int) -> Stance:
    row = frame - track.first_frame
    x, y, z = track.xyz_m[row].tolist()
    return Stance(
        person_id=track.vehicle_id,
        xyz_m=(x, y, z),
        heading_rad=float(track.heading_rad[row]),
        gait_phase=0.0,
        shares=_STANDS,
        look=OPEN_LOOK if track.is_open[row] else 0,
        reach_m=max(SIZES_M[track.kind]) / 2,
    )


def _swing(door: DoorLeaf, frame: int) -> Stance:
    xyz_m, heading_rad = door.place(frame)
    return Stance(
        person_id=door.leaf_id,
        xyz_m=xyz_m,
        heading_rad=heading_rad,
        gait_phase=0.0,
        shares=_STANDS,
        reach_m=door.leaf.width_m,
        casts_shadow=False,
    )
