"""The meshes that a camera draws, kept from one frame to the next: with all faces near by, with fewer far off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from sim.footage.paint.light import make_infrared_albedo
from sim.footage.paint.things import ThingMesh
from sim.footage.people.dressing import DressedPerson
from sim.footage.people.motion import Stance
from sim.footage.textures.coat import Coat, draw_levels, draw_thing_levels, make_coat, make_thing_coat
from sim.footage.textures.tile import make_infrared_tiles
from sim.site.camera import CameraView

FloatArray = NDArray[np.float32]


class MeshParts(Protocol):
    """Faces [f, 3] and what is the same in every pose: a resting pose [1 or more, v, 3], and occlusion [v] 0..1."""

    @property
    def vertices_m(self) -> FloatArray:
        """Meters, [1 or more, v, 3]; the first pose is at rest."""
        ...

    @property
    def faces(self) -> NDArray[np.int32]: ...

    @property
    def occlusion(self) -> FloatArray: ...


class Drawable(Protocol):
    @property
    def dressed(self) -> MeshParts: ...

    @property
    def albedo_bgr(self) -> FloatArray: ...

    def place(self, stance: Stance) -> tuple[FloatArray, FloatArray]:
        """Return vertices [v, 3] in site coordinates and unit normals [v, 3]."""
        ...

    def make_coarse(self) -> Drawable:
        """Return the same with fewer faces, to be drawn small; itself where there are few."""
        ...


_CLEARLY = 0.006


@dataclass(frozen=True, slots=True, kw_only=True)
class SortedFaces:
    # [f, 3] int32; those drawn only from outside come first, counterclockwise seen from there
    faces: NDArray[np.int32]
    one_sided: int  # how many those are
    # [v] float32, -1 at vertices of parts that were inside out, so that their normals can be turned, else 1
    facing: NDArray[np.float32]


def sort_faces(
    vertices_m: NDArray[np.float32], faces: NDArray[np.int32], *, joins_corners: bool = False
) -> SortedFaces:
    """Sort the faces [f, 3] of a mesh [v, 3] of several parts, each part a set of connected faces.

    Faces are connected by the vertices they share; with `joins_corners` also by those at the same place, as in a box
    whose sides have corners of their own.

    A part that holds room (a shirt, a head of hair, a shoe) is drawn only from outside, which saves half the work; if
    it was made inside out it is turned. Flat parts (prints, straps) are drawn from both sides. The measure is the
    volume under the faces, seen from the part's middle, by its area to the power of 1.5: a ball's is 0.094, a trouser
    leg's about 0.03.
    """
    count = len(vertices_m)
    corner = _number_places(vertices_m) if joins_corners else np.arange(count)
    joined = corner[faces]
    ends = np.concatenate([joined[:, [0, 1]], joined[:, [1, 2]]])
    links = sparse.coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count))
    parts, part_of = connected_components(links, directed=False)
    part_of = part_of[corner]
    part = part_of[faces[:, 0]]
    corners = vertices_m[faces].astype(np.float64)
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.linalg.norm(normals, axis=1)
    middle_of_face = corners.mean(axis=1)
    weight = np.maximum(np.bincount(part, area, minlength=parts), 1e-12)
    middle = np.stack([np.bincount(part, area * middle_of_face[:, k], minlength=parts) for k in range(3)], axis=1)
    outward = middle_of_face - (middle / weight[:, None])[part]
    volume = np.bincount(part, (normals * outward).sum(axis=1) / 6, minlength=parts)
    wraps = volume / (weight / 2) ** 1.5
    turned = np.where((wraps < -_CLEARLY)[part][:, None], faces[:, ::-1], faces)
    order = np.argsort(np.abs(wraps)[part] <= _CLEARLY, kind="stable")
    facing = np.ones(count, dtype=np.float32)
    facing[wraps[part_of] < -_CLEARLY] = -1
    return SortedFaces(
        faces=np.ascontiguousarray(turned[order], dtype=np.int32),
        one_sided=int(np.count_nonzero(np.abs(wraps)[part] > _CLEARLY)),
        facing=facing,
    )


def _number_places(vertices_m: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return a number for each vertex [v], the same for vertices less than about a tenth of a millimeter apart."""
    _, number = np.unique(np.round(vertices_m, 4), axis=0, return_inverse=True)
    return np.asarray(number.reshape(-1))


Tiles = tuple[NDArray[np.uint8], ...]
Figures = Mapping[tuple[str, int], Drawable]

COARSE_PX = 110
_TALL_M = 1.75
_MOST_KEPT = 80


@dataclass(slots=True, kw_only=True)
class Mesh:
    """What is the same about a figure in every frame: its faces, and the colours its vertices have."""

    wearer: tuple[str, int]  # who it is, and in which outfit
    figure: Drawable  # which poses it
    sorted_faces: SortedFaces
    albedo: FloatArray  # [v, 3] colours of its vertices
    occlusion: FloatArray  # [v] how much light reaches them
    coat: Coat | None = None  # what it is painted with, once `Meshes.get_coat` was asked for it; None for things
    has_coat: bool = False


class Meshes:
    """Makes meshes when they are first asked for, and gives up those not drawn for longest."""

    def __init__(self, figures: Figures, view: CameraView, *, coarse_px: float, is_infrared: bool) -> None:
        self._figures = figures
        self._is_infrared = is_infrared
        self._coarse_beyond_m = view.size_wh[1] / (2 * view.tan_half_wh[1]) * _TALL_M / max(coarse_px, 1e-9)
        self._backward = view.rotation[2].astype(np.float32)
        self._position = view.position_m.astype(np.float32)
        self._meshes: dict[tuple[str, int, bool], Mesh] = {}
        self._fine: dict[tuple[str, int], Drawable] = {}
        self._tiles: dict[tuple[str, int], Tiles] = {}

    def get(self, stance: Stance) -> Mesh:
        away = self._backward @ (self._position - np.asarray(stance.xyz_m, dtype=np.float32))
        is_far = bool(away > self._coarse_beyond_m)
        key = (stance.person_id, stance.look, is_far)
        mesh = self._meshes.pop(key, None)
        if mesh is None:
            if len(self._meshes) >= _MOST_KEPT:
                self._forget()
            mesh = self._make(self._get_figure(stance, is_far=is_far), key[:2])
        self._meshes[key] = mesh
        return mesh

    def get_coat(self, mesh: Mesh) -> Coat | None:
        """Return what somebody's mesh is painted with; it is drawn when first asked for, which masks never do."""
        if not mesh.has_coat:
            mesh.coat = self._make_coat(mesh.figure.dressed, mesh.sorted_faces.faces, mesh.wearer)
            mesh.has_coat = True
        return mesh.coat

    def _make(self, figure: Drawable, wearer: tuple[str, int]) -> Mesh:
        dressed, albedo = figure.dressed, figure.albedo_bgr
        return Mesh(
            wearer=wearer,
            figure=figure,
            sorted_faces=sort_faces(dressed.vertices_m[0], dressed.faces, joins_corners=isinstance(dressed, ThingMesh)),
            albedo=make_infrared_albedo(albedo) if self._is_infrared else albedo.astype(np.float32),
            occlusion=dressed.occlusion.astype(np.float32),
        )

    def _make_coat(self, dressed: MeshParts, faces: NDArray[np.int32], key: tuple[str, int]) -> Coat | None:
        if isinstance(dressed, DressedPerson):
            return make_coat(dressed, self._get_tiles(key, lambda: draw_levels(dressed.person, dressed.body)), faces)
        if isinstance(dressed, ThingMesh) and (garment := dressed.garment) is not None:
            return make_thing_coat(
                dressed.vertices_m[0], self._get_tiles(key, lambda: draw_thing_levels(garment)), faces
            )
        return None

    def _get_tiles(self, key: tuple[str, int], draw: Callable[[], Tiles]) -> Tiles:
        if key not in self._tiles:
            levels = draw()
            self._tiles[key] = tuple(make_infrared_tiles(tiles) for tiles in levels) if self._is_infrared else levels
        return self._tiles[key]

    def _get_figure(self, stance: Stance, *, is_far: bool) -> Drawable:
        key = (stance.person_id, stance.look)
        if key not in self._fine:
            self._fine[key] = self._figures[key]
        return self._fine[key].make_coarse() if is_far else self._fine[key]

    def _forget(self) -> None:
        oldest = next(iter(self._meshes))
        del self._meshes[oldest]
        if (*oldest[:2], not oldest[2]) not in self._meshes:
            del self._fine[oldest[:2]]
            self._tiles.pop(oldest[:2], None)
