"""Shadows of people on the ground: the soft one under them, and the one that the sun casts."""

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.footage.compiled import compiled

FloatArray = NDArray[np.float32]

CELLS = 40
CELL_M = 0.07
REACH_M = CELLS * CELL_M / 2
_CONTACT_FALL_M = 0.16
_WIDE_SHARE = 0.48
_WIDE_ROUNDS = 9
_STEP_M = 0.16
_LEAST_SHADE = 0.02
_TALLEST_M = 2.3


def cast_along(vertices: FloatArray, travels: FloatArray, ground_z: float) -> FloatArray:
    """Return where light traveling along [3] carries vertices [v, 3] onto the level of the ground."""
    height = np.maximum(vertices[:, 2] - np.float32(ground_z), 0)
    return np.asarray(vertices - (height / travels[2])[:, None] * travels, dtype=np.float32)


@compiled
def compute_ground_shade(
    vertices: FloatArray, xyz_m: FloatArray, shade: FloatArray, spare: FloatArray, patch: FloatArray
) -> None:
    """Compute how much a mesh [v, 3] keeps the light of a wide ceiling off the ground around a point [3].

    What touches the ground darkens it most and only there; the whole body a little and widely.
    """
    shade[:] = 0
    spare[:] = 0
    inverse = np.float32(1 / CELL_M)
    for i in range(len(vertices)):
        column = int(np.floor((vertices[i, 0] - xyz_m[0] + REACH_M) * inverse))
        row = int(np.floor((vertices[i, 1] - xyz_m[1] + REACH_M) * inverse))
        if row < 2 or column < 2 or row >= CELLS - 2 or column >= CELLS - 2:
            continue
        height = max(vertices[i, 2] - xyz_m[2], np.float32(0))
        if height > _TALLEST_M:
            continue
        touch = np.float32(1) / (np.float32(1) + (height / np.float32(_CONTACT_FALL_M)) ** 2)
        shade[row, column] = max(shade[row, column], touch)
        spare[row, column] = 1
    _blur(shade, 1)
    _blur(spare, _WIDE_ROUNDS)
    south, west, north, east = CELLS, CELLS, 0, 0
    for row in range(CELLS):
        for column in range(CELLS):
            total = shade[row, column] + np.float32(_WIDE_SHARE) * spare[row, column]
            shade[row, column] = min(total, np.float32(1))
            if total > _LEAST_SHADE:
                south, west = min(south, row), min(west, column)
                north, east = max(north, row + 1), max(east, column + 1)
    for k in range(4):
        patch[k, 0] = xyz_m[0] - np.float32(REACH_M) + np.float32(CELL_M) * (west if k % 3 == 0 else east)
        patch[k, 1] = xyz_m[1] - np.float32(REACH_M) + np.float32(CELL_M) * (south if k < 2 else north)
        patch[k, 2] = xyz_m[2]


@compiled
def _blur(cells: FloatArray, rounds: int) -> None:
    """Average each cell [40, 40] that is not on the edge with its neighbors, along rows and then across them."""
    quarter, half = np.float32(0.25), np.float32(0.5)
    line = np.empty(CELLS, dtype=np.float32)
    for _ in range(rounds):
        for row in range(CELLS):
            for column in range(CELLS):
                line[column] = cells[row, column]
            for column in range(1, CELLS - 1):
                cells[row, column] = quarter * (line[column - 1] + line[column + 1]) + half * line[column]
        for column in range(CELLS):
            line[column] = cells[0, column]
        for row in range(1, CELLS - 1):
            for column in range(CELLS):
                here = cells[row, column]
                cells[row, column] = quarter * (line[column] + cells[row + 1, column]) + half * here
                line[column] = here


@compiled
def darken_ground(
    picture: NDArray[np.uint8],
    surface_m: FloatArray,
    area: NDArray[np.int64],
    xyz_m: FloatArray,
    shade: FloatArray,
    strength: float,
) -> None:
    """Darken the picture where the ground around a point [3] is seen, by what `compute_ground_shade` found."""
    inverse, step_m, least = np.float32(1 / CELL_M), np.float32(_STEP_M), np.float32(_LEAST_SHADE)
    for y in range(area[1], area[3]):
        for x in range(area[0], area[2]):
            step = abs(surface_m[y, x, 2] - xyz_m[2])
            if step >= step_m:
                continue
            column = (surface_m[y, x, 0] - xyz_m[0] + np.float32(REACH_M)) * inverse - np.float32(0.5)
            row = (surface_m[y, x, 1] - xyz_m[1] + np.float32(REACH_M)) * inverse - np.float32(0.5)
            if column < 0 or row < 0 or column >= CELLS - 1 or row >= CELLS - 1:
                continue
            i, j = int(row), int(column)
            v, u = row - i, column - j
            lost = (1 - v) * ((1 - u) * shade[i, j] + u * shade[i, j + 1]) + v * (
                (1 - u) * shade[i + 1, j] + u * shade[i + 1, j + 1]
            )
            if lost < least:
                continue
            left = np.float32(1) - np.float32(strength) * lost * (np.float32(1) - step / step_m)
            for k in range(3):
                picture[y, x, k] = np.uint8(picture[y, x, k] * left + np.float32(0.5))


def darken_mask(
    picture: NDArray[np.uint8],
    covered: NDArray[np.bool_],
    surface_z_m: FloatArray,
    ground_z: float,
    strength: float | FloatArray,
) -> None:
    """Darken the picture [h, w, 3] where a cast shadow [h, w] falls on ground [h, w] at a height, in place.

    `strength` is the share of light that the ground loses, one for all or [h, w].
    """
    soft = cv2.GaussianBlur(covered.astype(np.float32), (3, 3), 0.8)
    soft[np.abs(surface_z_m - ground_z) > _STEP_M] = 0
    left = (255 * (1 - np.asarray(strength, dtype=np.float32) * soft)).astype(np.uint8)
    np.copyto(picture, cv2.multiply(picture, cv2.merge([left, left, left]), scale=1 / 255).astype(np.uint8))
