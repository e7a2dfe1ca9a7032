"""Motion blur: while the shutter is open, people who move draw a short line across the sensor.

A posed body is compared with where it was one frame before; the shutter's share of that way is how far each part of it
moved while the picture was exposed. A foot that stands stays sharp, the leg that swings does not. Only the picture
changes: who is seen where is measured before.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sim.footage.compiled import compiled
from sim.footage.paint.projector import Projector
from sim.footage.paint.vertices import SUBPIXEL

FloatArray = NDArray[np.float32]

CELL_PX = 6
LEAST_PX = 0.5
MOST_PX = 12.0
LEAST_TALL_PX = 40
"""Anyone less tall in the picture moves by less than a pixel while a shutter of 1/60 s is open."""
_MARGIN_PX = 6


class Shutter:
    """Blurs people of one camera along their ways."""

    def __init__(self, projector: Projector, *, size_wh: tuple[int, int], share: float) -> None:
        """Make it for a camera; `share` is how much of the time between two frames the shutter is open, 0..1."""
        self.is_open = share > 0
        self._projector = projector
        self._scale = np.float32(share / SUBPIXEL)
        self._size_wh = size_wh
        self._spare = np.zeros((size_wh[1], size_wh[0], 3), dtype=np.uint8)

    def blur(
        self,
        picture: NDArray[np.uint8],
        mask: NDArray[np.int16],
        number: int,
        box: NDArray[np.int64],
        now: FloatArray,
        before: FloatArray,
    ) -> None:
        """Blur somebody in a picture [h, w, 3] in place.

        Args:
            picture: with everybody drawn.
            mask: [h, w], whom each pixel shows.
            number: whom to blur.
            box: [4] of that person's pixels: x0, y0, x1, y1 exclusive.
            now: [v, 3] vertices, site coordinates.
            before: [v, 3] the same vertices one frame earlier.
        """
        width, height = self._size_wh
        left, top = max(0, int(box[0]) - _MARGIN_PX), max(0, int(box[1]) - _MARGIN_PX)
        right, bottom = min(width, int(box[2]) + _MARGIN_PX), min(height, int(box[3]) + _MARGIN_PX)
        area = np.array([left, top, right, bottom], dtype=np.int64)
        bounds = np.zeros(4, dtype=np.int64)
        self._projector.project(before, samples=1, bounds=bounds)
        place = self._projector.place[: len(now)].copy()
        known = self._projector.nearness[: len(now)] > 0
        self._projector.project(now, samples=1, bounds=bounds)
        motion = np.zeros((-(-(bottom - top) // CELL_PX), -(-(right - left) // CELL_PX), 3), dtype=np.float32)
        longest = gather_motion(
            self._projector.place, self._projector.nearness, place, known, area, self._scale, motion
        )
        if longest < LEAST_PX:
            return
        part = (slice(top, bottom), slice(left, right))
        self._spare[part] = picture[part]
        draw_streaks(picture, self._spare, mask, number, area, motion)


@compiled
def gather_motion(
    place: NDArray[np.int32],
    nearness: FloatArray,
    before: NDArray[np.int32],
    known: NDArray[np.bool_],
    area: NDArray[np.int64],
    scale: np.float32,
    motion: FloatArray,
) -> float:
    """Average how far the vertices in each cell of an area moved; return the longest of these ways, pixels.

    Args:
        place: [v, 2] positions now, in 1/16 pixel.
        nearness: [v], 0 for vertices that are not in front of the camera.
        before: [v, 2] positions one frame earlier.
        known: [v] which of these were in front of the camera.
        area: [4] x0, y0, x1, y1 pixels.
        scale: of ways in 1/16 pixel a frame.
        motion: [rows, columns, 3] zeros; gets the way along x and y, pixels, and how many vertices are known of. Cells
            without any take the mean of their neighbours.
    """
    rows, columns = motion.shape[:2]
    for i in range(len(before)):
        if nearness[i] == 0 or not known[i]:
            continue
        row = ((place[i, 1] >> 4) - area[1]) // CELL_PX
        column = ((place[i, 0] >> 4) - area[0]) // CELL_PX
        if row < 0 or column < 0 or row >= rows or column >= columns:
            continue
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
    """Average each pixel along its cell's way, half of it to either side, where that way meets the person.

    Args:
        picture: [h, w, 3], changed in place.
        sharp: [h, w, 3], the same picture before.
        mask: [h, w], whom each pixel shows.
        number: the person.
        area: [4] x0, y0, x1, y1 pixels.
        motion: [rows, columns, 3] as `gather_motion` left it.
    """
    height, width = mask.shape
    rows, columns = motion.shape[:2]
    flat = sharp.reshape(-1)
    most_x, most_y = np.float32(width) - np.float32(1.001), np.float32(height) - np.float32(1.001)
    zero, half = np.float32(0), np.float32(0.5)
    ways = np.empty((2 * int(MOST_PX) + 5, 2))
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
            ways[k, 0], ways[k, 1] = share * along_x, share * along_y
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
                blue, green, red = 0.0, 0.0, 0.0
                for k in range(taps):
                    from_x, from_y = min(max(x + ways[k, 0], zero), most_x), min(max(y + ways[k, 1], zero), most_y)
                    i, j = int(from_x), int(from_y)
                    u, v = np.float32(from_x - i), np.float32(from_y - j)
                    one, two = (1 - u) * (1 - v), u * (1 - v)
                    three, four = (1 - u) * v, u * v
                    here = np.uintp(3 * (j * width + i))
                    below = np.uintp(here + np.uintp(3 * width))
                    blue += one * flat[here] + two * flat[here + np.uintp(3)]
                    blue += three * flat[below] + four * flat[below + np.uintp(3)]
                    green += one * flat[here + np.uintp(1)] + two * flat[here + np.uintp(4)]
                    green += three * flat[below + np.uintp(1)] + four * flat[below + np.uintp(4)]
                    red += one * flat[here + np.uintp(2)] + two * flat[here + np.uintp(5)]
                    red += three * flat[below + np.uintp(2)] + four * flat[below + np.uintp(5)]
                picture[y, x, 0] = np.uint8(blue / taps + half)
                picture[y, x, 1] = np.uint8(green / taps + half)
                picture[y, x, 2] = np.uint8(red / taps + half)
