"""Poses mixed and meshes put into place: the inner loops of `sim.footage.people.figure`, compiled.

Results are rounded to single precision after each step, in the written order, so they are the same on every machine.
"""

import numpy as np
from numpy.typing import NDArray

from sim.footage.compiled import compiled

FloatArray = NDArray[np.float32]

_LEAST_WEIGHT = 1e-6


@compiled
def add_pose(
    vertices: FloatArray,
    normals: FloatArray,
    share: np.float32,
    is_first: bool,
    mixed_vertices: FloatArray,
    mixed_normals: FloatArray,
) -> None:
    """Add a share of a pose to a mix; the first pose overwrites what was there."""
    from_vertices, from_normals = vertices.reshape(-1), normals.reshape(-1)
    to_vertices, to_normals = mixed_vertices.reshape(-1), mixed_normals.reshape(-1)
    if is_first:
        for i in range(len(to_vertices)):
            to_vertices[i] = from_vertices[i] * share
        for i in range(len(to_normals)):
            to_normals[i] = from_normals[i] * share
    else:
        for i in range(len(to_vertices)):
            to_vertices[i] += from_vertices[i] * share
        for i in range(len(to_normals)):
            to_normals[i] += from_normals[i] * share


@compiled
def shift_rows(
    vertices: FloatArray, rows: NDArray[np.int64], shares: FloatArray, feet: FloatArray, c: np.float32, s: np.float32
) -> None:
    """Move rows of vertices by how far both feet are moved."""
    turned = np.empty((2, 3))
    for foot in range(2):
        turned[foot, 0] = np.float32(c * feet[foot, 0] + s * feet[foot, 1])
        turned[foot, 1] = np.float32(c * feet[foot, 1] - s * feet[foot, 0])
        turned[foot, 2] = feet[foot, 2]
    for i in range(len(rows)):
        left, right = np.float64(shares[i, 0]), np.float64(shares[i, 1])
        for k in range(3):
            first = np.float64(np.float32(left * turned[0, k]))
            vertices[np.uintp(rows[i]), k] += np.float32(first + right * turned[1, k])


@compiled
def turn_rows(
    vertices: FloatArray,
    normals: FloatArray,
    rows: NDArray[np.int64],
    shares: FloatArray,
    angle_rad: np.float32,
) -> None:
    """Turn rows of vertices and normals [v, 3] about an upright axis, each by its share of an angle.

    The axis goes through the mean of those that turn in part, who count most where they turn by half.
    """
    sum_x, sum_y, total = 0.0, 0.0, 0.0
    for i in range(len(rows)):
        row, weight = np.uintp(rows[i]), np.float64(shares[i]) * (1 - np.float64(shares[i])) + _LEAST_WEIGHT
        sum_x += vertices[row, 0] * weight
        sum_y += vertices[row, 1] * weight
        total += weight
    axis_x, axis_y = np.float32(sum_x / total), np.float32(sum_y / total)
    last, cos, sin = np.float32(0), 1.0, 0.0
    for i in range(len(rows)):
        row = np.uintp(rows[i])
        if shares[i] != last:
            last = shares[i]
            cos, sin = np.cos(np.float64(last * angle_rad)), np.sin(np.float64(last * angle_rad))
        x, y = np.float64(vertices[row, 0] - axis_x), np.float64(vertices[row, 1] - axis_y)
        vertices[row, 0] = np.float32(x * cos - y * sin) + axis_x
        vertices[row, 1] = np.float32(x * sin + y * cos) + axis_y
        x, y = np.float64(normals[row, 0]), np.float64(normals[row, 1])
        normals[row, 0], normals[row, 1] = np.float32(x * cos - y * sin), np.float32(x * sin + y * cos)


@compiled
def turn_and_place(vertices: FloatArray, normals: FloatArray, c: np.float32, s: np.float32, xyz_m: FloatArray) -> None:
    """Turn vertices and normals [v, 3] about the upward axis by an angle's cosine and sine; move vertices by [3]."""
    cos, sin = np.float64(c), np.float64(s)
    for i in range(len(vertices)):
        x, y = np.float64(vertices[i, 0]), np.float64(vertices[i, 1])
        vertices[i, 0] = np.float32(np.float64(np.float32(x * cos)) - y * sin) + xyz_m[0]
        vertices[i, 1] = np.float32(np.float64(np.float32(x * sin)) + y * cos) + xyz_m[1]
        vertices[i, 2] += xyz_m[2]
        x, y = np.float64(normals[i, 0]), np.float64(normals[i, 1])
        normals[i, 0] = np.float32(np.float64(np.float32(x * cos)) - y * sin)
        normals[i, 1] = np.float32(np.float64(np.float32(x * sin)) + y * cos)
