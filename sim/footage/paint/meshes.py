"""The meshes that a camera draws, kept from one frame to the next: with all faces near by, with fewer far off."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.footage.paint.drawable import Drawable, MeshParts
from sim.footage.paint.shading import make_infrared_albedo
from sim.footage.paint.sides import SortedFaces, sort_faces
from sim.footage.paint.things import ThingMesh
from sim.footage.people.dressing import DressedPerson
from sim.footage.people.motion import Stance
from sim.footage.textures.coat import Coat, draw_levels, draw_thing_levels, make_coat, make_thing_coat
from sim.footage.textures.tile import make_infrared_tiles
from sim.site.camera import CameraView

FloatArray = NDArray[np.float32]
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
        """Return the mesh of somebody who stands there; the distance alone decides how fine it is."""
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
        """Give up the mesh that was not drawn for longest, and its figure when it was the last one of it."""
        oldest = next(iter(self._meshes))
        del self._meshes[oldest]
        if (*oldest[:2], not oldest[2]) not in self._meshes:
            del self._fine[oldest[:2]]
            self._tiles.pop(oldest[:2], None)
