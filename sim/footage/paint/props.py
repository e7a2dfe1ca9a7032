"""Things that stand or lie by themselves: a bag put down, clothes dropped."""

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Garment
from sim.errors import RecordingError
from sim.footage.people.bag_shapes import BAG_SOLIDS
from sim.footage.people.cloth_fits import TOPS
from sim.footage.people.extra import paint
from sim.footage.people.mesh_tools import compute_normals, make_grid_faces

FloatArray = NDArray[np.float32]

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
