"""Triangle meshes of a building, gathered by material: boxes, extruded outlines, cylinders, balls, pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Self

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from tools.authoring.materials import Material

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
ByteArray = NDArray[np.uint8]
Point3 = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where a thing stands: local x runs along its front (left to right for a viewer), y out of it, z up."""

    origin: FloatArray  # [3], world meters
    axes: FloatArray  # [3, 3], rows are the local axes in world coordinates

    @classmethod
    def at(cls, x: float, y: float, z: float, *, facing_deg: float) -> Self:
        """Return the frame at a point whose y axis points in the plan direction `facing_deg`."""
        c, s = float(np.cos(np.deg2rad(facing_deg))), float(np.sin(np.deg2rad(facing_deg)))
        return cls(origin=np.array([x, y, z]), axes=np.array([[-s, c, 0.0], [c, s, 0.0], [0.0, 0.0, 1.0]]))

    def move(self, x: float, y: float, z: float = 0.0, *, turn_deg: float = 0.0) -> "Frame":
        """Return a frame at a local point, turned clockwise seen from above."""
        c, s = np.cos(np.deg2rad(turn_deg)), np.sin(np.deg2rad(turn_deg))
        turn = np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
        return Frame(origin=self.compute_world(np.array([[x, y, z]]))[0], axes=turn @ self.axes)

    def compute_world(self, points: FloatArray) -> FloatArray:
        """Return world coordinates [n, 3] of local points [n, 3]."""
        return np.asarray(self.origin + points @ self.axes)

    @property
    def is_mirrored(self) -> bool:
        """Whether the axes are left-handed, so that triangles must be turned round."""
        return bool(np.linalg.det(self.axes) < 0)


WORLD = Frame(origin=np.zeros(3), axes=np.eye(3))


@dataclass(slots=True)
class MeshBuffer:
    vertices: list[FloatArray] = field(default_factory=list)
    uvs: list[FloatArray] = field(default_factory=list)
    faces: list[IntArray] = field(default_factory=list)
    count: int = 0

    def add(self, vertices: FloatArray, uvs: FloatArray, faces: IntArray) -> None:
        """Append vertices [n, 3], texture coordinates [n, 2] in meters and faces [m, 3]."""
        self.vertices.append(vertices)
        self.uvs.append(uvs)
        self.faces.append(faces + self.count)
        self.count += len(vertices)


@dataclass(slots=True)
class Model:
    """A building under construction: one mesh per material, and the pictures that hang in it."""

    meshes: dict[Material, MeshBuffer] = field(default_factory=dict)
    pictures: list[ByteArray] = field(default_factory=list)

    def add(self, material: Material, frame: Frame, vertices: FloatArray, uvs: FloatArray, faces: IntArray) -> None:
        turned = faces[:, ::-1] if frame.is_mirrored else faces
        self.meshes.setdefault(material, MeshBuffer()).add(frame.compute_world(vertices), uvs, turned)

    def at(self, x: float, y: float, z: float, *, facing_deg: float) -> "Spot":
        """Return the spot at a point whose y axis points in the plan direction `facing_deg`."""
        return Spot(self, Frame.at(x, y, z, facing_deg=facing_deg))

    def add_extrusion(self, material: Material, shape: BaseGeometry, low_m: float, high_m: float) -> None:
        """Add an outline in world plan coordinates, extruded between two heights, with caps."""
        for part in list_polygons(shape):
            for ring in (part.exterior, *part.interiors):
                self._add_curtain(material, np.asarray(ring.coords)[:, :2], low_m, high_m)
            self.add_slab(material, part, high_m, up=True)
            self.add_slab(material, part, low_m, up=False)

    def _add_curtain(self, material: Material, ring: FloatArray, low_m: float, high_m: float) -> None:
        lengths = np.linalg.norm(np.diff(ring, axis=0), axis=1)
        start = 0.0
        for a, b, length in zip(ring[:-1], ring[1:], lengths, strict=True):
            vertices = np.array([[*a, low_m], [*b, low_m], [*b, high_m], [*a, high_m]])
            uvs = np.array([[start, -low_m], [start + length, -low_m], [start + length, -high_m], [start, -high_m]])
            self.add(material, WORLD, vertices, uvs, np.array([[0, 1, 2], [0, 2, 3]], dtype=np.int32))
            start += float(length)

    def add_slab(self, material: Material, shape: BaseGeometry, z_m: float, *, up: bool) -> None:
        """Add a flat outline in world plan coordinates, facing up or down."""
        for part in list_polygons(shape):
            for triangle in shapely.constrained_delaunay_triangles(part).geoms:
                xy = shapely.get_coordinates(shapely.orient_polygons(triangle))[:3]
                vertices = np.column_stack([xy, np.full(3, z_m)])
                order = [0, 1, 2] if up else [0, 2, 1]
                self.add(material, WORLD, vertices, xy, np.array([order], dtype=np.int32))


@dataclass(frozen=True, slots=True)
class Spot:
    """A model, and the frame in it from which what is added counts."""

    model: Model
    frame: Frame

    def move(self, x: float, y: float, z: float = 0.0, *, turn_deg: float = 0.0) -> "Spot":
        """Return a spot at a local point, turned clockwise seen from above."""
        return Spot(self.model, self.frame.move(x, y, z, turn_deg=turn_deg))

    def add(self, material: Material, vertices: FloatArray, uvs: FloatArray, faces: IntArray) -> None:
        self.model.add(material, self.frame, vertices, uvs, faces)

    def add_box(self, material: Material, low: Point3, high: Point3, *, bevel_m: float = 0.0) -> None:
        """Add a box between two local corners; its edges are cut by `bevel_m`."""
        half = (np.asarray(high) - np.asarray(low)) / 2
        center = (np.asarray(high) + np.asarray(low)) / 2
        bevel = min(bevel_m, float(half.min()) * 0.8)
        signs, axis, faces = _make_box_template(bevel > 0)
        inset = np.where(np.arange(3) == axis[:, None], 0.0, bevel)
        vertices = center + signs * (half - inset)
        self.add(material, vertices, _map_by_axis(vertices, axis), faces)

    def add_cylinder(self, material: Material, base: Point3, top: Point3, radius_m: float, *, sides: int = 14) -> None:
        """Add a closed cylinder between two local points."""
        start, end = np.asarray(base), np.asarray(top)
        along = (end - start) / np.linalg.norm(end - start)
        side = np.cross(along, [0.0, 0.0, 1.0] if abs(along[2]) < 0.9 else [1.0, 0.0, 0.0])
        side /= np.linalg.norm(side)
        angles = np.linspace(0, 2 * np.pi, sides, endpoint=False)
        circle = radius_m * (np.cos(angles)[:, None] * side + np.sin(angles)[:, None] * np.cross(along, side))
        vertices = np.concatenate([start + circle, end + circle, [start], [end]])
        turn = np.roll(np.arange(sides), -1)
        here = np.arange(sides)
        faces = np.concatenate(
            [
                np.column_stack([here, turn, turn + sides]),
                np.column_stack([here, turn + sides, here + sides]),
                np.column_stack([turn, here, np.full(sides, 2 * sides)]),
                np.column_stack([here + sides, turn + sides, np.full(sides, 2 * sides + 1)]),
            ]
        ).astype(np.int32)
        self.add(material, vertices, vertices[:, :2], faces)

    def add_ball(
        self,
        material: Material,
        center: Point3,
        radius_m: float,
        *,
        rng: np.random.Generator,
        rough_share: float = 0.16,
    ) -> None:
        """Add a ball whose radius varies by `rough_share`, as of leaves; 0 gives a smooth one."""
        rings, sides = (7, 11) if rough_share else (17, 28)
        tilt, turn = np.meshgrid(np.linspace(0, np.pi, rings), np.linspace(0, 2 * np.pi, sides, endpoint=False))
        rough = radius_m * (1 + rough_share * rng.standard_normal(tilt.shape))
        shape = np.stack([np.sin(tilt) * np.cos(turn), np.sin(tilt) * np.sin(turn), np.cos(tilt)], axis=-1)
        vertices = (np.asarray(center) + shape * rough[..., None]).reshape(-1, 3)
        faces = []
        for side in range(sides):
            a, b = side * rings, (side + 1) % sides * rings
            for ring in range(rings - 1):
                faces.extend([[a + ring, a + ring + 1, b + ring + 1], [a + ring, b + ring + 1, b + ring]])
        self.add(material, vertices, vertices[:, [0, 2]], np.asarray(faces, dtype=np.int32))

    def add_profile(self, material: Material, outline: FloatArray, low_m: float, high_m: float) -> None:
        """Add an outline [n, 2] in local x and z, drawn out along y between two distances, with both ends closed."""
        shape = shapely.orient_polygons(Polygon(outline))
        ring = shapely.get_coordinates(shape)[:-1]
        count = len(ring)
        vertices = np.concatenate([np.insert(ring, 1, low_m, axis=1), np.insert(ring, 1, high_m, axis=1)])
        here, turn = np.arange(count), np.roll(np.arange(count), -1)
        sides = np.concatenate(
            [np.column_stack([turn, here, turn + count]), np.column_stack([turn + count, here, here + count])]
        )
        self.add(material, vertices, vertices[:, [0, 2]], sides.astype(np.int32))
        for triangle in shapely.constrained_delaunay_triangles(shape).geoms:
            xz = shapely.get_coordinates(shapely.orient_polygons(triangle))[:3]
            for y, order in ((low_m, [0, 1, 2]), (high_m, [0, 2, 1])):
                corners = np.insert(xz, 1, y, axis=1)
                self.add(material, corners, xz, np.array([order], dtype=np.int32))

    def add_picture(self, image: ByteArray, left: Point3, right: Point3, height_m: float) -> None:
        """Hang an RGB picture [h, w, 3] between two local points of its lower edge."""
        self.model.pictures.append(image)
        material = Material(colour=(1.0, 1.0, 1.0), picture=len(self.model.pictures), gloss=0.35)
        up = np.array([0.0, 0.0, height_m])
        a, b = np.asarray(left), np.asarray(right)
        uvs = np.array([[0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0]])
        self.add(material, np.array([a, b, b + up, a + up]), uvs, np.array([[0, 2, 1], [0, 3, 2]], np.int32))

    def hang_picture(self, image: ByteArray, half_m: float, y_m: float, z_m: float, height_m: float) -> None:
        """Hang an RGB picture in the middle of a thing's front, `half_m` to either side."""
        self.add_picture(image, (-half_m, y_m, z_m), (half_m, y_m, z_m), height_m)

    def add_floor_picture(
        self, image: ByteArray, size_m: tuple[float, float], z_m: float, *, is_round: bool = False
    ) -> None:
        """Lay an RGB picture on the floor, centered on the frame; one who walks against local +y reads it upright."""
        self.model.pictures.append(image)
        material = Material(colour=(1.0, 1.0, 1.0), picture=len(self.model.pictures), gloss=0.15)
        angles = np.linspace(0, 2 * np.pi, 64, endpoint=False)
        unit = np.column_stack([np.cos(angles), np.sin(angles)])
        if not is_round:
            unit = np.array([[-1.0, 1.0], [1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]])
        vertices = np.column_stack([unit * np.asarray(size_m) / 2, np.full(len(unit), z_m)])
        faces = np.array([[0, k, k + 1] for k in range(1, len(unit) - 1)], dtype=np.int32)
        self.add(material, vertices, (unit + 1) / 2, faces)


def list_polygons(shape: BaseGeometry) -> Sequence[Polygon]:
    """Return the polygons of a shape that have an area worth drawing, outlines counterclockwise, holes clockwise."""
    turned = shapely.orient_polygons(shape)
    parts = getattr(turned, "geoms", [turned])
    return [p for p in parts if isinstance(p, Polygon) and p.area > 1e-6]


def _map_by_axis(vertices: FloatArray, axis: IntArray) -> FloatArray:
    x, y, z = vertices.T
    u = np.where(axis == 0, y, x)
    v = np.where(axis == 2, y, -z)
    return np.column_stack([u, v])


@cache
def _make_box_template(bevelled: bool) -> tuple[FloatArray, IntArray, IntArray]:
    """Return corner signs [24, 3], the face axis of each vertex [24] and triangles of a box."""
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], dtype=np.float64)
    signs = np.repeat(corners, 3, axis=0)
    axis = np.tile(np.arange(3), 8)
    index = {(*c.astype(int).tolist(), a): 3 * i + a for i, c in enumerate(corners) for a in range(3)}
    polygons: list[list[int]] = []
    for a in range(3):
        b, c = (a + 1) % 3, (a + 2) % 3
        for s in (-1, 1):
            polygons.append(
                [index[(*_corner((a, s), (b, p), (c, q)), a)] for p, q in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
            )
            for t in (-1, 1):
                if bevelled:
                    ends = [_corner((a, s), (b, t), (c, q)) for q in (-1, 1)]
                    polygons.append(
                        [index[(*ends[0], a)], index[(*ends[1], a)], index[(*ends[1], b)], index[(*ends[0], b)]]
                    )
    if bevelled:
        polygons.extend([3 * i, 3 * i + 1, 3 * i + 2] for i in range(8))
    spread = signs * np.where(np.arange(3) == axis[:, None], 1.0, 0.8)
    faces = [triangle for polygon in polygons for triangle in _make_outward_fan(spread, polygon)]
    return signs, axis.astype(np.int32), np.asarray(faces, dtype=np.int32)


def _corner(*signs: tuple[int, int]) -> tuple[int, int, int]:
    corner = [0, 0, 0]
    for axis, sign in signs:
        corner[axis] = sign
    return corner[0], corner[1], corner[2]


def _make_outward_fan(vertices: FloatArray, polygon: list[int]) -> list[list[int]]:
    points = vertices[polygon]
    normal = np.cross(points[1] - points[0], points[2] - points[0])
    ordered = polygon if normal @ points.mean(axis=0) > 0 else polygon[::-1]
    return [[ordered[0], ordered[i], ordered[i + 1]] for i in range(1, len(ordered) - 1)]
