"""The shape of a head, seen from its middle: where hair, hats and scarves go."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.footage.people.bodies import Body
from sim.footage.people.extra import Clothed
from sim.footage.people.mesh_loops import find_farthest

FloatArray = NDArray[np.float32]
_HEAD_WEIGHT = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A head in the rest pose."""

    center_m: FloatArray  # [3], inside the skull at the height of the eyes
    neck_m: FloatArray  # [3], where the neck begins
    scale: float  # size of the body against one of 1.6 m
    # distances [n] in meters from the middle to the skin along directions [n, 3]
    measure: Callable[[FloatArray], FloatArray]


def find_head(body: Body) -> Head:
    rest = body.rest_m
    is_head = body.get_part("head") > _HEAD_WEIGHT
    eye = body.get_joint("eye.L")
    span = rest[is_head, 0]
    skull_back = float(span.min())
    center = np.array([skull_back + 0.53 * (float(eye[0]) - skull_back), 0.0, eye[2] + 0.012], dtype=np.float32)
    triangles = rest[body.faces[is_head[body.faces].all(axis=1)]]

    def measure(directions: FloatArray) -> FloatArray:
        return _cast_rays(center, directions, triangles)

    return Head(
        center_m=center,
        neck_m=body.get_joint("neck01"),
        scale=float(rest[:, 2].max()) / 1.6,
        measure=measure,
    )


def look(around_rad: FloatArray, polar_rad: FloatArray) -> FloatArray:
    """Return directions [..., 3]: `around` from the face towards the left ear, `polar` from the crown down."""
    sine = np.sin(polar_rad)
    return np.stack(
        [np.cos(around_rad) * sine, np.sin(around_rad) * sine, np.cos(polar_rad)], axis=-1, dtype=np.float32
    )


def _cast_rays(center: FloatArray, directions: FloatArray, triangles: FloatArray) -> FloatArray:
    """Return the farthest hit of each ray (Moeller and Trumbore 1997, doi:10.1080/10867651.1997.10487468)."""
    edge1, edge2 = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    step = center - triangles[:, 0]
    q = np.cross(step, edge1)
    farthest = np.empty(len(directions), dtype=np.float32)
    find_farthest(directions, edge1, edge2, step, directions @ q.T, np.einsum("tc,tc->t", q, edge2), farthest)
    found = farthest > 0
    return np.where(found, farthest, farthest[found].mean() if found.any() else 0.1).astype(np.float32)


def find_back(cloth: Clothed, heights_m: FloatArray, *, half_width_m: float = 0.08) -> FloatArray:
    """Return the smallest x [n] of the dressed rest surface near the middle at each height, meters."""
    rest = cloth.vertices_m[0]
    middle = rest[np.abs(rest[:, 1]) < half_width_m]
    return np.array(
        [float(middle[np.abs(middle[:, 2] - z) < 0.05, 0].min(initial=0.0)) for z in heights_m], dtype=np.float32
    )
