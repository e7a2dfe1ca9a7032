"""Who may be seen by a camera, told from where people stand, before anybody is posed."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.footage.compiled import compiled
from sim.site.camera import CameraView

FloatArray = NDArray[np.float64]
MayShow = Callable[[FloatArray, NDArray[np.bool_]], NDArray[np.bool_]]
"""Takes points on the ground [n, 3] and who of them lies [n]; returns whom a picture may show [n]."""

NEAR_M = 0.25
FARTHEST_M = 90.0
_BLOCK_PX = 16
_UPRIGHT_M, _LYING_M = 0.85, 1.3
_LOWEST_M, _TALLEST_M = -0.1, 2.15


class InView:
    """Tells whom one camera may show: in front, within its edges, and not wholly behind what the plate shows."""

    def __init__(self, view: CameraView, base_near: NDArray[np.float32], *, samples: int, looks_behind: bool) -> None:
        """Make a chooser for a view."""
        self._rotation = np.ascontiguousarray(view.rotation)
        self._position = np.ascontiguousarray(view.position_m)
        self._lens = np.array([*view.tan_half_wh, view.k1, *view.size_wh, *_find_edges(view)])
        self._blocks = _compute_block_minimum(base_near, _BLOCK_PX * samples)
        if looks_behind:
            self._blocks[:] = 0

    def may_show(self, xyz_m: FloatArray, lying: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return whom the picture may show [n] of people at points on the ground [n, 3], some of them lying [n]."""
        chosen = np.empty(len(xyz_m), dtype=np.bool_)
        _choose(xyz_m, lying, self._rotation, self._position, self._lens, self._blocks, chosen)
        return chosen


@compiled
def _choose(
    xyz_m: FloatArray,
    lying: NDArray[np.bool_],
    rotation: FloatArray,
    position: FloatArray,
    lens: FloatArray,
    blocks: NDArray[np.float32],
    chosen: NDArray[np.bool_],
) -> None:
    """Try the eight corners of a box around each person."""
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
    """Return how far to the side and up or down the picture reaches at most, by meter of depth."""
    width, height = view.size_wh
    x, y = np.meshgrid(np.linspace(0, width, 33), np.linspace(0, height, 33))
    rays = np.abs(view.compute_rays(np.stack([x.reshape(-1), y.reshape(-1)], axis=1)))
    return float((rays[:, 0] / rays[:, 2]).max()), float((rays[:, 1] / rays[:, 2]).max())


def _compute_block_minimum(values: NDArray[np.float32], block: int) -> NDArray[np.float32]:
    """Return the least of each block of values; a block cut by the edge counts what it has."""
    height, width = values.shape
    rows = np.minimum.reduceat(values, np.arange(0, height, block), axis=0)
    return np.minimum.reduceat(rows, np.arange(0, width, block), axis=1)
