"""What is no person and drawn as people are: bags and clothes by themselves, vehicles, doors that swing."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import DoorTrack, Garment, Kind, Pose, Prop, VehicleTrack
from sim.crowd.traffic.drive import SIZES_M
from sim.errors import NewerSchemaError, RecordingError
from sim.footage.paint.plate import Plate
from sim.footage.people.bags import BAG_SOLIDS
from sim.footage.people.extra import TOPS, paint
from sim.footage.people.meshes import FloatArray, compute_normals, make_grid_faces
from sim.footage.people.motion import Stance
from sim.site.camera import CameraView
from sim.site.model import Site
from sim.site.plan import Leaf, LeafPart, list_leaves

_LYING = frozenset({"guitar bag", "cello case"})
_HATS = frozenset({"cap", "beanie", "hijab"})
_ROWS, _COLUMNS = 11, 26


@dataclass(frozen=True, slots=True, kw_only=True)
class PropMesh:
    """A thing on the ground around its middle: x to its front, z up from the ground, meters."""

    vertices_m: FloatArray
    normals: FloatArray  # [v, 3] float32, unit
    faces: NDArray[np.int32]
    albedo: FloatArray  # [v, 3] linear RGB
    occlusion: FloatArray


def make_prop_mesh(garment: Garment) -> PropMesh:
    """Return a bag that stands (a guitar or cello lies), or a heap of cloth."""
    if garment.kind in BAG_SOLIDS:
        return _make_bag_prop(garment)
    if garment.kind in TOPS or garment.kind in _HATS:
        return _make_heap(garment)
    raise RecordingError(
        f"a thing of kind {garment.kind!r} cannot be put down",
        expected=f"one of {', '.join(sorted({*BAG_SOLIDS, *TOPS, *_HATS}))}",
    )


def _make_bag_prop(bag: Garment) -> PropMesh:
    solids = BAG_SOLIDS[bag.kind](bag)
    starts = np.cumsum([0, *(len(s.vertices_m) for s in solids)])
    vertices = np.concatenate([s.vertices_m for s in solids])
    if bag.kind in _LYING:
        vertices = np.stack([vertices[:, 2], vertices[:, 1], vertices[:, 0]], axis=1)
        vertices[:, 1] *= -1
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    vertices = vertices - np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]], dtype=np.float32)
    faces = np.concatenate([s.faces + int(n) for s, n in zip(solids, starts[:-1], strict=True)]).astype(np.int32)
    ground = np.clip(vertices[:, 2] / 0.12, 0, 1)
    return PropMesh(
        vertices_m=np.ascontiguousarray(vertices, dtype=np.float32),
        normals=compute_normals(vertices[None].astype(np.float32), faces)[0],
        faces=faces,
        albedo=np.concatenate([paint(len(s.vertices_m), s.rgb) for s in solids]),
        occlusion=(np.concatenate([s.shade for s in solids]) * (0.65 + 0.35 * ground)).astype(np.float32),
    )


def _make_heap(garment: Garment) -> PropMesh:
    """Return cloth in folds; the same garment falls the same way every time."""
    rng = np.random.default_rng(zlib.crc32(f"{garment.kind} {garment.colour}".encode()))
    small = garment.kind in _HATS
    wide, high = (0.13, 0.075) if small else (0.28, 0.115)
    around = np.linspace(0, 2 * np.pi, _COLUMNS, endpoint=False)
    share = np.linspace(0.02, 1, _ROWS)[:, None]
    rim = np.ones(_COLUMNS)
    for lobes in (1, 2, 3, 5):
        rim += float(rng.uniform(0.05, 0.14)) * np.cos(lobes * around + float(rng.uniform(0, 2 * np.pi)))
    x = wide * share * rim[None] * np.cos(around)[None]
    y = wide * 1.25 * share * rim[None] * np.sin(around)[None]
    folds = np.zeros_like(x)
    for _ in range(7):
        direction = float(rng.uniform(0, 2 * np.pi))
        length = float(rng.uniform(0.09, 0.2)) * (0.6 if small else 1.0)
        along = x * np.cos(direction) + y * np.sin(direction)
        folds += np.sin(2 * np.pi * along / length + float(rng.uniform(0, 6.3)))
    dome = np.cos(np.clip(share, 0, 1) * np.pi / 2) ** 0.7
    z = high * dome * (0.75 + 0.065 * folds) + 0.012 * (share < 0.99)
    vertices = np.stack([x, y, np.maximum(z, 0.004 * (share < 0.99))], axis=-1).reshape(1, -1, 3).astype(np.float32)
    faces = np.ascontiguousarray(make_grid_faces(_ROWS, _COLUMNS, closed=True)[:, ::-1])
    albedo = paint(_ROWS * _COLUMNS, garment.rgb)
    if garment.accent is not None and not small:
        turned = (np.abs(around - float(rng.uniform(1, 5))) < 0.5)[None] & (share > 0.45)
        albedo[turned.reshape(-1)] = garment.accent
    normals = compute_normals(vertices, faces)[0]
    if normals[:, 2].mean() < 0:
        faces, normals = np.ascontiguousarray(faces[:, ::-1]), -normals
    shade = np.clip(0.80 + 0.09 * folds, 0.5, 1.0) * np.broadcast_to(1 - 0.3 * share**2, x.shape)
    return PropMesh(
        vertices_m=vertices[0],
        normals=normals,
        faces=faces,
        albedo=albedo,
        occlusion=shade.reshape(-1).astype(np.float32),
    )


OPEN_LOOK = 1
"""The look of a vehicle whose door is open."""

_STANDS = tuple(float(pose is Pose.STAND) for pose in Pose)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingMesh:
    vertices_m: FloatArray
    faces: NDArray[np.int32]
    occlusion: FloatArray
    garment: Garment | None = None


class Thing:
    def __init__(self, mesh: PropMesh, garment: Garment | None = None) -> None:
        self.dressed = ThingMesh(
            vertices_m=mesh.vertices_m[None], faces=mesh.faces, occlusion=mesh.occlusion, garment=garment
        )
        self.albedo_bgr: FloatArray = np.ascontiguousarray(mesh.albedo[:, ::-1], dtype=np.float32)
        self._mesh = mesh

    def place(self, stance: Stance) -> tuple[FloatArray, FloatArray]:
        c, s = np.float32(np.cos(stance.heading_rad)), np.float32(np.sin(stance.heading_rad))
        turn = np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]], dtype=np.float32)
        return self._mesh.vertices_m @ turn + np.asarray(stance.xyz_m, dtype=np.float32), self._mesh.normals @ turn

    def make_coarse(self) -> Thing:
        return self


class Things:
    def __init__(
        self, props: Sequence[Prop], vehicles: Sequence[VehicleTrack] = (), doors: Sequence[DoorLeaf] = ()
    ) -> None:
        self._props = tuple(props)
        self._doors = tuple(doors)
        self._vehicles = tuple(vehicles)
        self._stances = {
            prop: Stance(
                person_id=prop.prop_id, xyz_m=prop.xyz_m, heading_rad=prop.heading_rad, gait_phase=0.0, shares=_STANDS
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


VEHICLES_SCHEMA = 1
VEHICLES_FILE = Path(__file__).parents[3] / "scenarios" / "vehicles" / "vehicles.npz"
_LOW_M = 0.9


def load_vehicle(kind: Kind, *, rgb: tuple[float, float, float], is_open: bool, file: Path = VEHICLES_FILE) -> PropMesh:
    """Return a vehicle, front along +x, in a paint; a bus with its door open or closed."""
    name = f"{kind.value}_open" if is_open and kind is Kind.BUS else kind.value
    arrays = _read(file)
    if f"{name}/vertices_m" not in arrays:
        raise RecordingError(f"{file} has no vehicle {name!r}", todo="bake vehicles again: docs/footage-authoring.md")
    vertices, faces = arrays[f"{name}/vertices_m"], arrays[f"{name}/faces"]
    albedo = arrays[f"{name}/albedo"].copy()
    albedo[arrays[f"{name}/painted"]] = rgb
    return PropMesh(
        vertices_m=vertices,
        normals=compute_normals(vertices[None], faces)[0],
        faces=faces,
        albedo=albedo,
        occlusion=(0.55 + 0.45 * np.clip(vertices[:, 2] / _LOW_M, 0, 1)).astype(np.float32),
    )


@cache
def _read(file: Path) -> dict[str, NDArray[Any]]:
    try:
        with np.load(file) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise RecordingError(
            f"{file} cannot be read: {error}", todo="install Sightline again, or bake vehicles"
        ) from error
    version = int(arrays.get("schema_version", 0))
    if version > VEHICLES_SCHEMA:
        raise NewerSchemaError(f"{file} has schema_version {version}", expected=f"at most {VEHICLES_SCHEMA}")
    return arrays


COLOURS: Final = {
    "wood": (0.36, 0.19, 0.08),
    "dark": (0.015, 0.015, 0.016),
    "glass": (0.045, 0.05, 0.055),
    "steel": (0.30, 0.30, 0.29),
}
"""Linear red, green and blue; glass and steel as they look with a hall before them."""

_WIDE_OPEN: Final = 0.999
_GRAIN_M: Final = 0.045
_GRAIN: Final = 0.07
_SLACK_M: Final = 0.35
_SPOTS: Final = ((0.1, 0.5, 0.9), (0.1, 0.6, 1.2, 1.9))
"""Where along and how high, in shares of the width and in meters, a leaf is looked for in the picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorLeaf:
    leaf_id: str  # its name among people and things
    leaf: Leaf  # it, shut to wide open
    sill_m: float  # height of its lower edge, site coordinates
    open_share: FloatArray  # [frames] float32

    def is_shown(self, frame: int) -> bool:
        """Return whether it is anywhere but where the plate shows it: wide open."""
        return 0 <= frame < len(self.open_share) and float(self.open_share[frame]) < _WIDE_OPEN

    def place(self, frame: int) -> tuple[tuple[float, float, float], float]:
        """Return the point x, y, z that its mesh stands on, and where the mesh faces, radians."""
        at, heading_rad = self.leaf.place(float(self.open_share[frame]))
        return (float(at[0]), float(at[1]), self.sill_m), heading_rad


def list_door_leaves(site: Site, tracks: Sequence[DoorTrack]) -> tuple[DoorLeaf, ...]:
    openings = {opening.door_id: opening for opening in site.openings}
    heights_m = {floor.floor_id: floor.elevation_m for floor in site.floors}
    return tuple(
        DoorLeaf(
            leaf_id=f"door {track.door_id} {number}",
            leaf=leaf,
            sill_m=heights_m[opening.floor] + opening.z_m,
            open_share=track.open_share,
        )
        for track in tracks
        for opening in [openings[track.door_id]]
        for number, leaf in enumerate(list_leaves(opening))
    )


def find_in_view(leaves: Sequence[DoorLeaf], view: CameraView, plate: Plate) -> tuple[DoorLeaf, ...]:
    """Return those that the picture shows when they are shut; from behind, or behind a corner, nobody sees them."""
    return tuple(leaf for leaf in leaves if _is_in_view(leaf, view, plate))


def _is_in_view(leaf: DoorLeaf, view: CameraView, plate: Plate) -> bool:
    at, heading_rad = leaf.leaf.place(0.0)
    along = leaf.leaf.side * leaf.leaf.width_m * np.array(_SPOTS[0])
    xy = at + along[:, None] * np.array([np.cos(heading_rad), np.sin(heading_rad)])
    points = np.array([[x, y, leaf.sill_m + z] for x, y in xy.tolist() for z in _SPOTS[1]])
    pixels, depth_m = view.compute_pixels(points)
    width, height = view.size_wh
    is_inside = (depth_m > 0) & (pixels >= 0).all(axis=1) & (pixels[:, 0] < width) & (pixels[:, 1] < height)
    column, row = pixels[is_inside].astype(np.int64).T
    return bool((plate.depth_m[row, column] > depth_m[is_inside] - _SLACK_M).any())


def make_leaf_mesh(leaf: DoorLeaf) -> PropMesh:
    """Return the mesh of a leaf: x from its hinge, z up from the sill."""
    rng = np.random.default_rng(zlib.crc32(leaf.leaf_id.encode()))
    sides = [(part.surface, *side) for part in leaf.leaf.list_parts() for side in _list_sides(part)]
    albedo = []
    for surface, _, _ in sides:
        grain = 1 + _GRAIN * float(rng.normal()) if surface == "wood" else 1.0
        albedo.append(np.array(COLOURS[surface]) * np.clip(grain, 0.8, 1.2))
    quads = 4 * np.arange(len(sides))[:, None, None]
    return PropMesh(
        vertices_m=np.concatenate([corners for _, corners, _ in sides]).astype(np.float32),
        normals=np.repeat([normal for _, _, normal in sides], 4, axis=0).astype(np.float32),
        faces=(quads + np.array([[0, 1, 2], [0, 2, 3]])).reshape(-1, 3).astype(np.int32),
        albedo=np.repeat(albedo, 4, axis=0).astype(np.float32),
        occlusion=np.full(4 * len(sides), 0.9, dtype=np.float32),
    )


def _list_sides(part: LeafPart) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return the corners [4, 3] of each side of a box, anticlockwise from outside, and its normal; boards in strips.

    The mesh is right-handed: what lies out of the room is at negative y.
    """
    low = np.array([part.low[0], -part.high[1], part.low[2]])
    high = np.array([part.high[0], -part.low[1], part.high[2]])
    sides = []
    for axis in range(3):
        u, v = (axis + 1) % 3, (axis + 2) % 3
        for sign in (-1, 1):
            normal = np.zeros(3)
            normal[axis] = sign
            order = ((0, 0), (1, 0), (1, 1), (0, 1)) if sign > 0 else ((0, 0), (0, 1), (1, 1), (1, 0))
            cuts = _cut(low[0], high[0]) if part.surface == "wood" and axis == 1 else [(low[0], high[0])]
            for start, end in cuts:
                ends = np.array([low, high])
                ends[:, 0] = start, end
                corners = np.empty((4, 3))
                corners[:, axis] = high[axis] if sign > 0 else low[axis]
                corners[:, u] = [ends[first, u] for first, _ in order]
                corners[:, v] = [ends[second, v] for _, second in order]
                sides.append((corners, normal))
    return sides


def _cut(low: float, high: float) -> list[tuple[float, float]]:
    edges = np.linspace(low, high, max(2, round((high - low) / _GRAIN_M) + 1)).tolist()
    return list(pairwise(edges))
