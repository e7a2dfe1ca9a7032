"""Motion blur: while the shutter is open, people who move draw a short line across the sensor.

A posed body is compared with where it was one frame before; the shutter's share of that way is how far each part of it
moved while the picture was exposed. A foot that stands stays sharp, the leg that swings does not. Only the picture
changes: who is seen where is measured before.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sim.footage.compiled import compiled
from sim.footage.paint.projector import Projected
from sim.footage.paint.vertices import SUBPIXEL

FloatArray = NDArray[np.float32]

CELL_PX = 6
LEAST_PX = 0.5
MOST_PX = 12.0
LEAST_TALL_PX = 40
"""Anyone less tall in the picture moves by less than a pixel while a shutter of 1/60 s is open."""
_MARGIN_PX = 6
_REACH_PX = math.ceil(MOST_PX / 2) + 1
"""How far from a pixel those lie that it is averaged of."""


class Shutter:
    """Blurs people of one camera along their ways."""

    def __init__(self, *, size_wh: tuple[int, int], samples: int, share: float) -> None:
        """Make it for a camera; `share` is how much of the time between two frames the shutter is open, 0..1.

        Meshes are projected at `samples` along a pixel.
        """
        self.is_open = share > 0
        self._share = np.float32(share)
        self._unit = np.float32(1 / (SUBPIXEL * samples))
        self._size_wh = size_wh
        self._spare = np.zeros((size_wh[1], size_wh[0], 3), dtype=np.uint8)

    def blur(
        self,
        picture: NDArray[np.uint8],
        mask: NDArray[np.int16],
        number: int,
        box: NDArray[np.int64],
        now: Projected,
        before: Projected,
    ) -> None:
        """Blur somebody in a picture [h, w, 3] in place."""
        width, height = self._size_wh
        area = _grow(box, _MARGIN_PX, width, height)
        left, top, right, bottom = area.tolist()
        motion = np.zeros((-(-(bottom - top) // CELL_PX), -(-(right - left) // CELL_PX), 3), dtype=np.float32)
        longest = gather_motion(
            now.place, now.nearness, before.place, before.nearness, area, self._unit, self._share, motion
        )
        if longest < LEAST_PX:
            return
        left, top, right, bottom = _grow(area, _REACH_PX, width, height).tolist()
        part = (slice(top, bottom), slice(left, right))
        self._spare[part] = picture[part]
        draw_streaks(picture, self._spare, mask, number, area, motion)


def _grow(box: NDArray[np.int64], margin_px: int, width: int, height: int) -> NDArray[np.int64]:
    """Return a box [4] x0, y0, x1, y1 with a margin around it, cut to the picture."""
    return np.concatenate([np.maximum(box[:2] - margin_px, 0), np.minimum(box[2:] + margin_px, (width, height))])


@compiled
def gather_motion(
    place: NDArray[np.int32],
    nearness: FloatArray,
    before: NDArray[np.int32],
    nearness_before: FloatArray,
    area: NDArray[np.int64],
    unit: np.float32,
    share: np.float32,
    motion: FloatArray,
) -> float:
    """Average how far the vertices in each cell of an area moved; return the longest of these ways, pixels."""
    rows, columns = motion.shape[:2]
    left, top = np.float32(area[0]), np.float32(area[1])
    cell, scale, zero = np.float32(1 / CELL_PX), unit * share, np.float32(0)
    for i in range(len(before)):
        if nearness[i] == 0 or nearness_before[i] == 0:
            continue
        down, along = (place[i, 1] * unit - top) * cell, (place[i, 0] * unit - left) * cell
        if down < zero or along < zero or down >= rows or along >= columns:
            continue
        row, column = int(down), int(along)
        motion[row, column, 0] += (place[i, 0] - before[i, 0]) * scale
        motion[row, column, 1] += (place[i, 1] - before[i, 1]) * scale
        motion[row, column, 2] += np.float32(1)
    longest = np.float32(0)
    for row in range(rows):
        for column in range(columns):
            count = motion[row, column, 2]
            if count == 0:
                continue
            x, y = motion[row, column, 0] / count, motion[row, column, 1] / count
            length = np.float32(math.sqrt(x * x + y * y))
            shrink = min(np.float32(1), np.float32(MOST_PX) / max(length, np.float32(1e-6)))
            motion[row, column, 0], motion[row, column, 1] = x * shrink, y * shrink
            longest = max(longest, length * shrink)
    for row in range(rows):
        for column in range(columns):
            if motion[row, column, 2] > 0:
                continue
            x, y, count = np.float32(0), np.float32(0), 0
            for j in range(max(0, row - 1), min(rows, row + 2)):
                for i in range(max(0, column - 1), min(columns, column + 2)):
                    if motion[j, i, 2] > 0:
                        x += motion[j, i, 0]
                        y += motion[j, i, 1]
                        count += 1
            if count > 0:
                motion[row, column, 0], motion[row, column, 1] = x / count, y / count
    return float(longest)


@compiled
def draw_streaks(
    picture: NDArray[np.uint8],
    sharp: NDArray[np.uint8],
    mask: NDArray[np.int16],
    number: int,
    area: NDArray[np.int64],
    motion: FloatArray,
) -> None:
    """Average each pixel along its cell's way, half of it to either side, where that way meets the person."""
    height, width = mask.shape
    rows, columns = motion.shape[:2]
    flat = sharp.reshape(-1)
    half = np.float32(0.5)
    most_taps = 2 * int(MOST_PX) + 5
    steps, weights = np.empty((most_taps, 2), dtype=np.int64), np.empty((most_taps, 4), dtype=np.float32)
    for cell in range(rows * columns):
        row, column = cell // columns, cell % columns
        along_x, along_y = motion[row, column, 0], motion[row, column, 1]
        length = np.float32(math.sqrt(along_x * along_x + along_y * along_y))
        if length < LEAST_PX:
            continue
        reach = length / 2 + half
        to_x, to_y = along_x / length, along_y / length
        taps = 2 * int(length) + 3
        for k in range(taps):
            share = (np.float32(k) + half) / taps - half
            to_right, down = share * along_x, share * along_y
            steps[k, 0], steps[k, 1] = math.floor(to_right), math.floor(down)
            u, v = np.float32(to_right - steps[k, 0]), np.float32(down - steps[k, 1])
            weights[k, 0], weights[k, 1] = (1 - u) * (1 - v) / taps, u * (1 - v) / taps
            weights[k, 2], weights[k, 3] = (1 - u) * v / taps, u * v / taps
        top, left = area[1] + row * CELL_PX, area[0] + column * CELL_PX
        for y in range(top, min(top + CELL_PX, area[3])):
            for x in range(left, min(left + CELL_PX, area[2])):
                is_met = mask[y, x] == number
                for side in (-1, 1):
                    at_x, at_y = int(np.rint(x + side * reach * to_x)), int(np.rint(y + side * reach * to_y))
                    if 0 <= at_x < width and 0 <= at_y < height:
                        is_met = is_met or mask[at_y, at_x] == number
                if not is_met:
                    continue
                blue, green, red = half, half, half
                for k in range(taps):
                    i = min(max(x + steps[k, 0], 0), width - 2)
                    j = min(max(y + steps[k, 1], 0), height - 2)
                    one, two, three, four = weights[k, 0], weights[k, 1], weights[k, 2], weights[k, 3]
                    here = np.uintp(3 * (j * width + i))
                    below = np.uintp(here + np.uintp(3 * width))
                    blue += one * flat[here] + two * flat[here + np.uintp(3)]
                    blue += three * flat[below] + four * flat[below + np.uintp(3)]
                    green += one * flat[here + np.uintp(1)] + two * flat[here + np.uintp(4)]
                    green += three * flat[below + np.uintp(1)] + four * flat[below + np.uintp(4)]
                    red += one * flat[here + np.uintp(2)] + two * flat[here + np.uintp(5)]
                    red += three * flat[below + np.uintp(2)] + four * flat[below + np.uintp(5)]
                picture[y, x, 0], picture[y, x, 1], picture[y, x, 2] = np.uint8(blue), np.uint8(green), np.uint8(red)
