"""Normals of posed meshes, small parametric surfaces, and which parts of a picture a body may show in.

Compiled loops round to single precision after each step, in the written order, so results are the same on every
machine.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.footage.compiled import compiled
from sim.site.camera import CameraView

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]
DoubleArray = NDArray[np.float64]


@compiled
def add_normals(vertices: FloatArray, faces: IntArray, normals: FloatArray) -> None:
    """Compute unit normals of the vertices [pose, v, 3] of faces [f, 3]; `normals`, all 0, gets them."""
    least = np.float32(1e-12)
    for pose in range(len(vertices)):
        at, out = vertices[pose], normals[pose]
        for f in range(len(faces)):
            a, b, c = np.uintp(faces[f, 0]), np.uintp(faces[f, 1]), np.uintp(faces[f, 2])
            ux, uy, uz = at[b, 0] - at[a, 0], at[b, 1] - at[a, 1], at[b, 2] - at[a, 2]
            vx, vy, vz = at[c, 0] - at[a, 0], at[c, 1] - at[a, 1], at[c, 2] - at[a, 2]
            x, y, z = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
            for corner in (a, b, c):
                out[corner, 0] += x
                out[corner, 1] += y
                out[corner, 2] += z
        for i in range(len(out)):
            x, y, z = out[i, 0], out[i, 1], out[i, 2]
            length = max(np.sqrt((x * x + y * y) + z * z), least)
            out[i, 0], out[i, 1], out[i, 2] = x / length, y / length, z / length


@compiled
def lift_skin(mixed: FloatArray, offset_m: FloatArray, lowest_m: FloatArray, vertices: FloatArray) -> None:
    """Compute vertices [pose, v, 3] that stand off the skin along its normals, and not below the ground."""
    least = np.float32(1e-9)
    for i in range(len(mixed)):
        for pose in range(len(lowest_m)):
            x, y, z = mixed[i, pose, 3], mixed[i, pose, 4], mixed[i, pose, 5]
            length = max(np.sqrt((x * x + y * y) + z * z), least)
            vertices[pose, i, 0] = mixed[i, pose, 0] + x / length * offset_m[i]
            vertices[pose, i, 1] = mixed[i, pose, 1] + y / length * offset_m[i]
            vertices[pose, i, 2] = max(mixed[i, pose, 2] + z / length * offset_m[i], lowest_m[pose])


@compiled
def add_carried(points_m: FloatArray, motion: FloatArray, share: FloatArray, total: FloatArray) -> None:
    """Add a share [v] of points [v, 3], moved by rigid motions [pose, 3, 4], to `total` [pose, v, 3]."""
    for pose in range(len(motion)):
        for i in range(len(points_m)):
            x, y, z = points_m[i, 0], points_m[i, 1], points_m[i, 2]
            for k in range(3):
                turned = (motion[pose, k, 0] * x + motion[pose, k, 1] * y) + motion[pose, k, 2] * z
                total[pose, i, k] += share[i] * (turned + motion[pose, k, 3])


@compiled
def find_laid(
    points_m: FloatArray,
    corners_m: FloatArray,
    across: tuple[int, int],
    axis: int,
    sign: np.float32,
    face: NDArray[np.int64],
    place: FloatArray,
    met: NDArray[np.bool_],
) -> None:
    """Find the face that each point [n, 2] lies on, the nearest to who looks along an axis."""
    flat, low, high = np.float32(1e-10), np.float32(-1e-4), np.float32(1.0002)
    one, two = across
    for n in range(len(points_m)):
        best = np.float32(-np.inf)
        face[n], met[n] = 0, False
        for f in range(len(corners_m)):
            ox, oy = corners_m[f, 0, one], corners_m[f, 0, two]
            bx, by = corners_m[f, 1, one] - ox, corners_m[f, 1, two] - oy
            cx, cy = corners_m[f, 2, one] - ox, corners_m[f, 2, two] - oy
            area = bx * cy - by * cx
            safe = np.float32(np.inf) if abs(area) < flat else area
            sx, sy = points_m[n, 0] - ox, points_m[n, 1] - oy
            u, v = (sx * cy - sy * cx) / safe, (bx * sy - by * sx) / safe
            if f == 0:
                place[n, 0], place[n, 1] = u, v
            if not (abs(area) > flat and u >= low and v >= low and u + v <= high):
                continue
            first = corners_m[f, 0, axis]
            reach = (first + u * (corners_m[f, 1, axis] - first)) + v * (corners_m[f, 2, axis] - first)
            if reach * sign > best:
                best = reach * sign
                face[n], met[n] = f, True
                place[n, 0], place[n, 1] = u, v


@compiled
def find_farthest(
    directions: FloatArray,
    edge1: FloatArray,
    edge2: FloatArray,
    step: FloatArray,
    aslant: FloatArray,
    along: FloatArray,
    farthest: FloatArray,
) -> None:
    """Find the farthest hit of each ray [d, 3] on triangles; `farthest` [d] gets the distance, 0 where none is."""
    flat, least, most, near = np.float32(1e-12), np.float32(-1e-3), np.float32(1.001), np.float32(0.01)
    for d in range(len(directions)):
        x, y, z = directions[d, 0], directions[d, 1], directions[d, 2]
        far = np.float32(0)
        for t in range(len(edge1)):
            px, py = y * edge2[t, 2] - z * edge2[t, 1], z * edge2[t, 0] - x * edge2[t, 2]
            pz = x * edge2[t, 1] - y * edge2[t, 0]
            det = (px * edge1[t, 0] + py * edge1[t, 1]) + pz * edge1[t, 2]
            safe = np.float32(np.inf) if abs(det) < flat else det
            u = ((px * step[t, 0] + py * step[t, 1]) + pz * step[t, 2]) / safe
            v = aslant[d, t] / safe
            distance = along[t] / safe
            if u > least and v > least and u + v < most and distance > near:
                far = max(far, distance)
        farthest[d] = far


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


MayShow = Callable[[DoubleArray, NDArray[np.bool_]], NDArray[np.bool_]]
"""Takes points on the ground [n, 3] and who of them lies [n]; returns whom a picture may show [n]."""

NEAR_M = 0.25
FARTHEST_M = 90.0
_BLOCK_PX = 16
_UPRIGHT_M, _LYING_M = 0.85, 1.3
_LOWEST_M, _TALLEST_M = -0.1, 2.15


class InView:
    """Tells whom one camera may show: in front, within its edges, and not wholly behind what the plate shows."""

    def __init__(self, view: CameraView, base_near: NDArray[np.float32], *, samples: int, looks_behind: bool) -> None:
        self._rotation = np.ascontiguousarray(view.rotation)
        self._position = np.ascontiguousarray(view.position_m)
        self._lens = np.array([*view.tan_half_wh, view.k1, *view.size_wh, *_find_edges(view)])
        self._blocks = _compute_block_minimum(base_near, _BLOCK_PX * samples)
        if looks_behind:
            self._blocks[:] = 0

    def may_show(self, xyz_m: DoubleArray, lying: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return whom the picture may show [n] of people at points on the ground [n, 3], some of them lying [n]."""
        chosen = np.empty(len(xyz_m), dtype=np.bool_)
        _choose(xyz_m, lying, self._rotation, self._position, self._lens, self._blocks, chosen)
        return chosen


@compiled
def _choose(
    xyz_m: DoubleArray,
    lying: NDArray[np.bool_],
    rotation: DoubleArray,
    position: DoubleArray,
    lens: DoubleArray,
    blocks: NDArray[np.float32],
    chosen: NDArray[np.bool_],
) -> None:
    tan_x, tan_y, k1, width, height, edge_x, edge_y = lens
    for n in range(len(xyz_m)):
        reach = _LYING_M if lying[n] else _UPRIGHT_M
        left, top, right, bottom = math.inf, math.inf, -math.inf, -math.inf
        nearest, furthest = math.inf, -math.inf
        over_left, over_right, over_top, over_bottom = 0, 0, 0, 0
        for corner in range(8):
            dx = xyz_m[n, 0] + (reach if corner & 1 else -reach) - position[0]
            dy = xyz_m[n, 1] + (reach if corner & 2 else -reach) - position[1]
            dz = xyz_m[n, 2] + (_TALLEST_M if corner & 4 else _LOWEST_M) - position[2]
            x = rotation[0, 0] * dx + rotation[0, 1] * dy + rotation[0, 2] * dz
            y = rotation[1, 0] * dx + rotation[1, 1] * dy + rotation[1, 2] * dz
            depth = -(rotation[2, 0] * dx + rotation[2, 1] * dy + rotation[2, 2] * dz)
            nearest, furthest = min(nearest, depth), max(furthest, depth)
            over_left += x < -depth * edge_x
            over_right += x > depth * edge_x
            over_bottom += y < -depth * edge_y
            over_top += y > depth * edge_y
            if depth < NEAR_M:
                continue
            r2 = (x * x + y * y) / (depth * tan_x) ** 2
            bend = 2 / (1 + math.sqrt(1 - 4 * k1 * r2)) / depth
            column = (x * bend / tan_x + 1) * width / 2
            row = (1 - y * bend / tan_y) * height / 2
            left, right = min(left, column), max(right, column)
            top, bottom = min(top, row), max(bottom, row)
        if furthest <= NEAR_M or nearest >= FARTHEST_M:
            chosen[n] = False
        elif nearest < NEAR_M:
            chosen[n] = max(over_left, over_right, over_top, over_bottom) < 8
        elif right <= 0 or left >= width or bottom <= 0 or top >= height:
            chosen[n] = False
        else:
            first, last = max(int(left) // _BLOCK_PX, 0), min(int(right) // _BLOCK_PX + 1, blocks.shape[1])
            high, low = max(int(top) // _BLOCK_PX, 0), min(int(bottom) // _BLOCK_PX + 1, blocks.shape[0])
            least = np.float32(math.inf)
            for i in range(high, low):
                for j in range(first, last):
                    least = min(least, blocks[i, j])
            chosen[n] = least * nearest <= 1


def _find_edges(view: CameraView) -> tuple[float, float]:
    width, height = view.size_wh
    x, y = np.meshgrid(np.linspace(0, width, 33), np.linspace(0, height, 33))
    rays = np.abs(view.compute_rays(np.stack([x.reshape(-1), y.reshape(-1)], axis=1)))
    return float((rays[:, 0] / rays[:, 2]).max()), float((rays[:, 1] / rays[:, 2]).max())


def _compute_block_minimum(values: NDArray[np.float32], block: int) -> NDArray[np.float32]:
    """Return the least of each block of values; a block cut by the edge counts what it has."""
    height, width = values.shape
    rows = np.minimum.reduceat(values, np.arange(0, height, block), axis=0)
    return np.minimum.reduceat(rows, np.arange(0, width, block), axis=1)
