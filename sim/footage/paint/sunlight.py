"""How much of the sun falls on somebody: a map of the ground, from where the sun shines in a camera's picture.

A point of a body above the ground is lit when the ground is on which its shadow falls: one ray of the sun goes through
both.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.footage.paint.shading import Lighting

FloatArray = NDArray[np.float32]

CELL_M = 0.25
REACH_M = 60.0
_LEVEL_M = 0.2
_HEIGHTS_M = (0.1, 0.7, 1.3)


class Sunlight:
    """The sun's share on the ground, in cells of 25 cm; where the camera sees none, as at the nearest that it sees."""

    def __init__(
        self, share: FloatArray, corner_xy_m: tuple[float, float], travels: tuple[float, float, float]
    ) -> None:
        """Make it from shares [rows, columns], rows going north from a corner, and the way that sunlight travels."""
        self._share = share
        self._corner = corner_xy_m
        self._drift = (travels[0] / -travels[2], travels[1] / -travels[2])

    def get(self, xyz_m: tuple[float, float, float]) -> float:
        """Return the share of the sun on who stands at a point of the ground, the mean of three heights, 0..1."""
        rows, columns = self._share.shape
        total = 0.0
        for height in _HEIGHTS_M:
            x = (xyz_m[0] + height * self._drift[0] - self._corner[0]) / CELL_M
            y = (xyz_m[1] + height * self._drift[1] - self._corner[1]) / CELL_M
            total += float(self._share[min(max(int(y), 0), rows - 1), min(max(int(x), 0), columns - 1)])
        return total / len(_HEIGHTS_M)


def find_sunlight(
    surface_m: FloatArray, sunlight: FloatArray | None, lighting: Lighting, position_m: NDArray[np.float64]
) -> Sunlight | None:
    """Return the sun's share on the ground of a plate; None where no sun shines or nobody knows where."""
    if sunlight is None or lighting.sun <= 0:
        return None
    away_m = np.linalg.norm(surface_m - position_m.astype(np.float32), axis=2)
    levels, counts = np.unique(np.round(surface_m[away_m < REACH_M][:, 2], 1), return_counts=True)
    if not len(levels):
        return None
    is_ground = (away_m < REACH_M) & (np.abs(surface_m[..., 2] - levels[counts.argmax()]) < _LEVEL_M)
    xy_m, lit = surface_m[is_ground][:, :2], sunlight[is_ground]
    corner = xy_m.min(axis=0)
    column, row = ((xy_m - corner) / CELL_M).astype(np.int64).T
    shape = (int(row.max()) + 1, int(column.max()) + 1)
    total, count = np.zeros(shape), np.zeros(shape)
    np.add.at(total, (row, column), lit)
    np.add.at(count, (row, column), 1)
    share = _fill(total / np.maximum(count, 1), count > 0)
    x, y, z = lighting.key_direction
    return Sunlight(cv2.blur(share, (3, 3)).astype(np.float32), (float(corner[0]), float(corner[1])), (-x, -y, -z))


def _fill(share: NDArray[np.float64], is_known: NDArray[np.bool_]) -> FloatArray:
    """Return shares [rows, columns] where what is not known is as at the nearest cell that is."""
    _, nearest = cv2.distanceTransformWithLabels(
        (~is_known).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    known = np.zeros(int(nearest.max()) + 1, dtype=np.float32)
    known[nearest[is_known]] = share[is_known]
    filled: FloatArray = known[nearest]
    return filled
