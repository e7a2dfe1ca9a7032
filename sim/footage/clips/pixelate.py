"""Making parts of a picture unrecognizable: coarse squares, as many to a head that no face is left in them."""

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.footage.source import Picture

CELLS = 4
"""Squares across a head."""
LEAST_CELL_PX = 6
MASK_CELL_PX = 18

FloatArray = NDArray[np.float64]


def find_heads(people: FloatArray) -> FloatArray:
    """Return boxes [n, 4] around the heads of people [n, 4], x1 y1 x2 y2 in pixels: the top quarter, and beside it."""
    height = people[:, 3] - people[:, 1]
    middle = (people[:, 0] + people[:, 2]) / 2
    return np.stack(
        [
            np.minimum(people[:, 0], middle - 0.14 * height),
            people[:, 1] - 0.06 * height,
            np.maximum(people[:, 2], middle + 0.14 * height),
            people[:, 1] + 0.25 * height,
        ],
        axis=1,
    )


def pixelate_boxes(bgr: Picture, boxes: Iterable[tuple[float, float, float, float]] | FloatArray) -> None:
    """Pixelate boxes, x1 y1 x2 y2 in pixels, in the picture itself."""
    height, width = bgr.shape[:2]
    for box in boxes:
        left, top = max(int(np.floor(box[0])), 0), max(int(np.floor(box[1])), 0)
        right, bottom = min(int(np.ceil(box[2])), width), min(int(np.ceil(box[3])), height)
        if right - left < 1 or bottom - top < 1:
            continue
        part = bgr[top:bottom, left:right]
        cell = max(LEAST_CELL_PX, min(right - left, bottom - top) // CELLS)
        part[:] = _coarsen(part, cell)


def pixelate_mask(bgr: Picture, mask: NDArray[np.uint8]) -> None:
    """Pixelate what a mask of any size shows, in the picture itself."""
    if not mask.any():
        return
    height, width = bgr.shape[:2]
    wide = cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST)
    left, top, across, down = cv2.boundingRect(wide)
    part = np.s_[top : top + down, left : left + across]
    cv2.copyTo(_coarsen(bgr[part], MASK_CELL_PX), wide[part], bgr[part])


def _coarsen(part: Picture, cell: int) -> Picture:
    height, width = part.shape[:2]
    small = cv2.resize(part, (max(1, width // cell), max(1, height // cell)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)
