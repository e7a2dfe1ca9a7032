"""Things that are not on the skin: hair, hats, hoods, skirts, bags, straps, lanyards, prints and faces."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people import Garment, Person, Rgb
from sim.footage.bodies import Body
from sim.footage.mesh_tools import make_rounded_box

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """One extra mesh in every pose: vertices [pose, v, 3], faces [f, 3], albedo [v, 3] linear RGB, occlusion [v]."""

    vertices_m: FloatArray
    faces: IntArray
    albedo: FloatArray
    occlusion: FloatArray


def make_extras(body: Body, person: Person, *, surface_m: FloatArray, faces: IntArray) -> list[Extra]:
    """Return everything a person wears or carries beyond the dressed surface."""
    extras = []
    if person.outfit.bag.kind == "backpack":
        extras.append(_make_backpack(body, person.outfit.bag, surface_m[0]))
    return extras


def attach(body: Body, points_m: FloatArray, frames: dict[str, FloatArray]) -> FloatArray:
    """Return points [v, 3] of the rest pose carried along in every pose, [pose, v, 3].

    Args:
        body: whose frames carry them.
        points_m: [v, 3].
        frames: share [v] of each named frame; they sum to 1.
    """
    total = np.zeros((len(body.frames), len(points_m), 3), dtype=np.float32)
    for name, share in frames.items():
        motion = body.frames[:, body.frame_names.index(name)]
        moved = np.einsum("pij,vj->pvi", motion[:, :, :3], points_m) + motion[:, None, :, 3]
        total += share[None, :, None] * moved
    return total


def attach_rigidly(body: Body, points_m: FloatArray, frame: str) -> FloatArray:
    """Return points [v, 3] carried by one frame, [pose, v, 3]."""
    return attach(body, points_m, {frame: np.ones(len(points_m), dtype=np.float32)})


def paint(count: int, rgb: Rgb) -> FloatArray:
    """Return one colour for all vertices, [count, 3]."""
    return np.tile(np.asarray(rgb, dtype=np.float32), (count, 1))


def _make_backpack(body: Body, bag: Garment, surface: FloatArray) -> Extra:
    scale = float(body.rest_m[:, 2].max()) / 1.6
    shoulder = body.get_joint("upperarm01.L")
    near = (np.abs(surface[:, 1]) < 0.1) & (np.abs(surface[:, 2] - shoulder[2] + 0.1 * scale) < 0.12)
    back = float(surface[near, 0].min())
    half = (0.085 * scale, 0.145 * scale, 0.21 * scale)
    center = (back - 0.065 * scale, 0.0, float(shoulder[2]) - 0.16 * scale)
    vertices, faces = make_rounded_box(center, half)
    return Extra(
        vertices_m=attach_rigidly(body, vertices, "spine02"),
        faces=faces,
        albedo=paint(len(vertices), bag.rgb),
        occlusion=np.ones(len(vertices), dtype=np.float32),
    )
