"""Extra meshes: how they are described, and how they are tied to a body's bones or laid on its dressed surface."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, IntEnum

import numpy as np

from sim.crowd.people.people import Rgb
from sim.footage.people.bodies import REST, Body
from sim.footage.people.meshes import FloatArray, IntArray, add_carried, find_laid


class Material(IntEnum):
    """What a vertex of a dressed person belongs to; all vertices of a face have the same."""

    PLAIN = 0
    SKIN = 1
    FACE = 2
    TOP = 3
    STRIP = 4
    VEST = 5
    BOTTOM = 6
    SHOE = 7
    SOCK = 8
    HAIR = 9
    HAT = 10
    CLOTH = 11
    SKIRT = 12
    BAG = 13
    PRINT = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """One extra mesh in every pose: vertices [pose, v, 3], faces [f, 3], albedo [v, 3] linear RGB, occlusion [v]."""

    vertices_m: FloatArray
    faces: IntArray
    albedo: FloatArray
    occlusion: FloatArray
    material: Material = Material.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Clothed:
    """The dressed surface in every pose: vertices and normals [pose, v, 3], faces [f, 3], `cloth.Piece` [v]."""

    vertices_m: FloatArray
    normals: FloatArray
    faces: IntArray
    piece: IntArray


class Side(Enum):
    """From where something is laid on the surface: (axis looked along, sign of the side looked from)."""

    FRONT = (0, 1)
    BACK = (0, -1)
    LEFT = (1, 1)
    RIGHT = (1, -1)


def paint(count: int, rgb: Rgb) -> FloatArray:
    """Return one colour for all vertices, [count, 3]."""
    return np.tile(np.asarray(rgb, dtype=np.float32), (count, 1))


def darken(rgb: Rgb, factor: float) -> Rgb:
    red, green, blue = (min(c * factor, 0.92) for c in rgb)
    return (red, green, blue)


def make_of(material: Material, extras: Iterable[Extra]) -> list[Extra]:
    return [replace(e, material=material) if e.material is Material.PLAIN else e for e in extras]


def attach(body: Body, points_m: FloatArray, frames: Mapping[str, FloatArray | float]) -> FloatArray:
    """Return points [v, 3] of the rest pose carried along in every pose, [pose, v, 3]."""
    total = np.zeros((len(body.frames), len(points_m), 3), dtype=np.float32)
    for name, share in frames.items():
        motion = body.frames[:, body.frame_names.index(name)]
        add_carried(points_m, motion, np.full(len(points_m), share, dtype=np.float32), total)
    return total


def make_extra(
    vertices_m: FloatArray, faces: IntArray, colour: Rgb | FloatArray, occlusion: float | FloatArray = 1.0
) -> Extra:
    count = vertices_m.shape[1]
    albedo = paint(count, colour) if isinstance(colour, tuple) else colour
    shade = np.broadcast_to(np.asarray(occlusion, dtype=np.float32), count)
    return Extra(vertices_m=vertices_m, faces=faces, albedo=albedo.astype(np.float32), occlusion=shade.copy())


def lay_on(cloth: Clothed, points_m: FloatArray, side: Side, *, lift_m: float = 0.003) -> FloatArray:
    """Return points laid on the dressed surface, in every pose, [pose, n, 3].

    Points beside the body go to where the nearest point that meets it went.
    """
    axis, sign = side.value
    across = [1, 2] if axis == 0 else [0, 2]
    rest = cloth.vertices_m[REST]
    low, high = points_m.min(axis=0) - 0.02, points_m.max(axis=0) + 0.02
    faces = cloth.faces
    for reaches in (*(rest[:, across] <= high).T, *(rest[:, across] >= low).T):
        faces = faces[reaches[faces].any(axis=1)]
    row = np.arange(len(points_m))
    face, met = np.zeros(len(row), dtype=np.int64), np.zeros(len(row), dtype=np.bool_)
    place = np.zeros((len(row), 2), dtype=np.float32)
    find_laid(points_m, rest[faces], (across[0], 2), axis, np.float32(sign), face, place, met)
    if not met.any():
        raise ValueError("nothing of a print lies on the body")
    gap = np.linalg.norm(points_m[:, None] - points_m[None, met], axis=2)
    source = np.where(met, row, np.flatnonzero(met)[gap.argmin(axis=1)])
    u, v, face = place[source, 0], place[source, 1], face[source]
    share = np.stack([1 - u - v, u, v], axis=1).astype(np.float32)
    corners = faces[face]
    at = np.einsum("nk,pnkc->pnc", share, cloth.vertices_m[:, corners])
    outward = np.einsum("nk,pnkc->pnc", share, cloth.normals[:, corners])
    return np.asarray(at + np.float32(lift_m) * outward, dtype=np.float32)


def make_ribbon(path_m: FloatArray, width_m: float) -> tuple[FloatArray, IntArray]:
    """Return points [2n, 2] and faces of a flat ribbon along a path [n, 2]."""
    along = np.gradient(path_m, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    aside = np.stack([-along[:, 1], along[:, 0]], axis=1) * (width_m / 2)
    points = np.stack([path_m - aside, path_m + aside], axis=1).reshape(-1, 2)
    start = 2 * np.arange(len(path_m) - 1)
    faces = np.concatenate([np.stack([start, start + 1, start + 2], 1), np.stack([start + 1, start + 3, start + 2], 1)])
    return points.astype(np.float32), faces.astype(np.int32)


CUFFED = frozenset({"hoodie", "zip hoodie", "sweatshirt", "jacket", "puffer jacket"})
OPEN_FRONT = frozenset({"jacket", "cardigan", "zip hoodie", "denim jacket", "blazer", "puffer jacket"})
LEGS_UNDER = frozenset({"leggings", "skirt", "long skirt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ClothFit:
    """How a kind of top or legwear is cut, for a body 1.6 m tall, meters."""

    ease: float  # distance from the skin on the torso or thigh
    limb_ease: float  # distance on the arms or calves
    end: float  # where sleeves end (0 shoulder, 1 wrist) or legs end (height above the ground)
    hem_drop: float = 0.0  # how far a top reaches below the hip joints
    end_radius: float = 0.0  # radius that the leg opening has at least
    neck_drop: float = 0.0  # how much lower in front the neckline lies than close around the neck


TOPS = {
    "hoodie": ClothFit(ease=0.026, limb_ease=0.020, end=1.0, hem_drop=0.043),
    "T-shirt": ClothFit(ease=0.013, limb_ease=0.022, end=0.36, hem_drop=0.065, neck_drop=0.034),
    "polo shirt": ClothFit(ease=0.013, limb_ease=0.020, end=0.36, hem_drop=0.05, neck_drop=0.012),
    "sweatshirt": ClothFit(ease=0.021, limb_ease=0.017, end=1.0, hem_drop=0.03, neck_drop=0.018),
    "jacket": ClothFit(ease=0.030, limb_ease=0.022, end=1.01, hem_drop=0.04),
    "cardigan": ClothFit(ease=0.019, limb_ease=0.013, end=0.99, hem_drop=0.05),
    "long-sleeved shirt": ClothFit(ease=0.011, limb_ease=0.009, end=0.99, hem_drop=0.052, neck_drop=0.03),
    "zip hoodie": ClothFit(ease=0.027, limb_ease=0.020, end=1.0, hem_drop=0.048),
    "striped T-shirt": ClothFit(ease=0.013, limb_ease=0.022, end=0.36, hem_drop=0.065, neck_drop=0.034),
    "sports jersey": ClothFit(ease=0.019, limb_ease=0.028, end=0.4, hem_drop=0.075, neck_drop=0.04),
    "puffer jacket": ClothFit(ease=0.044, limb_ease=0.034, end=1.0, hem_drop=0.045),
    "denim jacket": ClothFit(ease=0.022, limb_ease=0.017, end=0.99, hem_drop=0.01),
    "blazer": ClothFit(ease=0.021, limb_ease=0.015, end=0.97, hem_drop=0.07),
    "tank top": ClothFit(ease=0.012, limb_ease=0.010, end=0.02, hem_drop=0.06, neck_drop=0.055),
    "dress": ClothFit(ease=0.011, limb_ease=0.016, end=0.34, hem_drop=0.0, neck_drop=0.034),
    "shirt": ClothFit(ease=0.014, limb_ease=0.014, end=0.99, hem_drop=-0.03),
}
BOTTOMS = {
    "jeans": ClothFit(ease=0.009, limb_ease=0.011, end=0.055, end_radius=0.062),
    "trousers": ClothFit(ease=0.011, limb_ease=0.013, end=0.045, end_radius=0.070),
    "joggers": ClothFit(ease=0.014, limb_ease=0.016, end=0.085, end_radius=0.050),
    "leggings": ClothFit(ease=0.003, limb_ease=0.003, end=0.09),
    "shorts": ClothFit(ease=0.016, limb_ease=0.026, end=0.47, end_radius=0.094),
    "skirt": ClothFit(ease=0.003, limb_ease=0.003, end=0.47),
    "long skirt": ClothFit(ease=0.003, limb_ease=0.003, end=0.16),
    "cargo trousers": ClothFit(ease=0.017, limb_ease=0.022, end=0.05, end_radius=0.074),
}
