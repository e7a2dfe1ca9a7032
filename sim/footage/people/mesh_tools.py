"""Normals of posed meshes and small parametric surfaces."""

import numpy as np
from numpy.typing import NDArray

from sim.footage.people.mesh_loops import add_normals

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]


def compute_normals(vertices: FloatArray, faces: IntArray) -> FloatArray:
    """Return unit vertex normals [pose, v, 3] of vertices [pose, v, 3]: face normals weighted by area."""
    normals = np.zeros(vertices.shape, dtype=np.float32)
    add_normals(vertices.astype(np.float32, copy=False), faces, normals)
    return normals


def make_grid_faces(rows: int, columns: int, *, closed: bool) -> IntArray:
    """Return the faces of a grid of vertices stored row by row; `closed` joins the last column to the first."""
    last = columns if closed else columns - 1
    row, column = np.meshgrid(np.arange(rows - 1), np.arange(last), indexing="ij")
    a = row * columns + column
    b = row * columns + (column + 1) % columns
    c, d = a + columns, b + columns
    quads = np.stack([np.stack([a, b, c], -1), np.stack([b, d, c], -1)], axis=2)
    return quads.reshape(-1, 3).astype(np.int32)


def make_falling_faces(rows: int, columns: int, *, closed: bool) -> IntArray:
    """Return the faces of a grid that hangs around something, seen from outside: rows go down, columns to the left."""
    return make_grid_faces(rows, columns, closed=closed)[:, ::-1].copy()


def make_rounded_box(
    center: tuple[float, float, float],
    half: tuple[float, float, float],
    *,
    power: float = 0.45,
    rings: int = 9,
    columns: int = 16,
) -> tuple[FloatArray, IntArray]:
    """Return vertices and faces of a superellipsoid: a box with round edges. `power` 1 is an ellipsoid, 0 a box."""
    around = np.linspace(0, 2 * np.pi, columns, endpoint=False)
    down = np.linspace(0.02, np.pi - 0.02, rings)
    angle, polar = np.meshgrid(around, down)

    def bend(value: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.sign(value) * np.abs(value) ** power)

    unit = np.stack(
        [bend(np.cos(angle)) * bend(np.sin(polar)), bend(np.sin(angle)) * bend(np.sin(polar)), bend(np.cos(polar))], -1
    ).reshape(-1, 3)
    vertices = (unit * half + center).astype(np.float32)
    return vertices, make_grid_faces(rings, columns, closed=True)[:, ::-1].copy()


def make_slab(
    outline_m: NDArray[np.float64], back_m: float, front_m: float, *, bevel_m: float
) -> tuple[FloatArray, IntArray]:
    """Return a plate cut along a closed outline [n, 2] of (y, z), from x `back_m` to `front_m`, with bevelled rims.

    The outline must be seen whole from its mean point.
    """
    count = len(outline_m)
    middle = outline_m.mean(axis=0)
    reach = np.linalg.norm(outline_m - middle, axis=1).mean()
    inset = 1 - bevel_m / reach
    depth = min(bevel_m, (front_m - back_m) / 2) * 0.8
    levels = ((back_m, 0.0), (back_m, inset), (back_m + depth, 1.0), (front_m - depth, 1.0), (front_m, inset))
    rings = [
        np.column_stack([np.full(count, x), middle + (outline_m - middle) * size])
        for x, size in (*levels, (front_m, 0.0))
    ]
    vertices = np.concatenate(rings).astype(np.float32)
    faces = make_grid_faces(len(rings), count, closed=True)
    y, z = outline_m[:, 0], outline_m[:, 1]
    clockwise = float((y * np.roll(z, -1) - np.roll(y, -1) * z).sum()) < 0
    return vertices, faces[:, ::-1].copy() if clockwise else faces
