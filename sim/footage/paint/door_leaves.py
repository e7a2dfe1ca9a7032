"""Doors that swing, as the compositor draws them: over a plate whose doors to rooms stand wide open."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.track import DoorTrack
from sim.footage.paint.plate import Plate
from sim.footage.paint.props import PropMesh
from sim.site.camera import CameraView
from sim.site.door_leaf import Leaf, LeafPart, list_leaves
from sim.site.model import Site

FloatArray = NDArray[np.float32]

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
    """A leaf of a door that swings."""

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
