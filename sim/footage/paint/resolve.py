"""Samples to pixels, once everybody of a frame is drawn: the picture, who is seen in it, and where; compiled.

Motion blur: a posed body is compared with where it was one frame before; the shutter's share of that way is how far
each part of it moved while the picture was exposed. A foot that stands stays sharp, the leg that swings does not. Only
the picture changes: who is seen where is measured before.
"""

import math
from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.footage.compiled import compiled
from sim.footage.paint.plate import Projected
from sim.footage.paint.raster import NOBODY, SUBPIXEL

FloatArray = NDArray[np.float32]


@compiled
def _grow(boxes: NDArray[np.int64], number: int, x: int, y: int) -> None:
    """Grow one of the boxes [people, 4] so that it holds a pixel."""
    boxes[number, 0], boxes[number, 1] = min(boxes[number, 0], x), min(boxes[number, 1], y)
    boxes[number, 2], boxes[number, 3] = max(boxes[number, 2], x + 1), max(boxes[number, 3], y + 1)


@cache
def make_resolver(sample: int) -> Callable[..., None]:
    """Return `resolve_samples` for so many samples along a side of a pixel.

    It is compiled for this number alone: loops of known length take half the time.
    """
    count = sample * sample

    @compiled
    def resolve_samples(
        picture: NDArray[np.uint8],
        rows: tuple[int, int],
        spans: NDArray[np.int32],
        base_near: FloatArray,
        near_buffer: FloatArray,
        colour_buffer: NDArray[np.uint8],
        owner: NDArray[np.int16],
        won: NDArray[np.int64],
        boxes: NDArray[np.int64],
        mask: NDArray[np.int16],
        rank: NDArray[np.int64],
    ) -> None:
        """Blend what was drawn where one person was into the picture, measure it, and clear the buffers there.

        A pixel is the mean of its samples; those that nobody owns show the picture as it was. Pixels that were resolved
        with somebody before are passed over.
        """
        width = owner.shape[1]
        flat_near, flat_base = near_buffer.reshape(-1), base_near.reshape(-1)
        flat_owner = owner.reshape(-1)
        flat_colour = colour_buffer.reshape(-1, 4)
        for y in range(rows[0] // sample, (rows[1] - 1) // sample + 1):
            first, last = width, -1
            for j in range(y * sample, (y + 1) * sample):
                first, last = min(first, spans[j, 0]), max(last, spans[j, 1])
            for x in range(first // sample, last // sample + 1):
                blue, green, red, taken = 0, 0, 0, 0
                one, is_shared = NOBODY, False
                for j in range(sample):
                    start = (y * sample + j) * width + x * sample
                    for i in range(sample):
                        at = np.uintp(start + i)
                        who = int(flat_owner[at])
                        if who == NOBODY:
                            continue
                        flat_near[at] = flat_base[at]
                        taken += 1
                        blue += flat_colour[at, 0]
                        green += flat_colour[at, 1]
                        red += flat_colour[at, 2]
                        is_shared = is_shared or (NOBODY < one != who)
                        one = who
                if taken == 0:
                    continue
                rest = count - taken
                if rest > 0:
                    blue += rest * picture[y, x, 0]
                    green += rest * picture[y, x, 1]
                    red += rest * picture[y, x, 2]
                picture[y, x, 0] = np.uint8((blue + count // 2) // count)
                picture[y, x, 1] = np.uint8((green + count // 2) // count)
                picture[y, x, 2] = np.uint8((red + count // 2) // count)
                if not is_shared:
                    won[one] += taken
                    if 2 * taken >= count:
                        _grow(boxes, one, x, y)
                        mask[y, x] = one
                for j in range(sample):
                    start = (y * sample + j) * width + x * sample
                    for i in range(sample):
                        at = np.uintp(start + i)
                        who = int(flat_owner[at])
                        if is_shared and who != NOBODY:
                            won[who] += 1
                            mine = 0
                            for v in range(y * sample, (y + 1) * sample):
                                for u in range(x * sample, (x + 1) * sample):
                                    mine += owner[v, u] == who
                            if 2 * mine >= count:
                                _grow(boxes, who, x, y)
                                shown = int(mask[y, x])
                                if shown == NOBODY or rank[shown] < 0 or 0 <= rank[who] < rank[shown]:
                                    mask[y, x] = who
                for j in range(sample):
                    start = (y * sample + j) * width + x * sample
                    for i in range(sample):
                        flat_owner[np.uintp(start + i)] = NOBODY

    return resolve_samples


@compiled
def cut_cells(
    mask: NDArray[np.int16], box: NDArray[np.int64], number: int, rank: NDArray[np.int64], cell_px: int
) -> tuple[NDArray[np.int16], NDArray[np.int32]]:
    """Return the cells of one person: those in which they are front-most, and those that they share with others.

    Of the pixels of a cell that show anybody, the most show whom it belongs to; of two with as many, the one of lower
    rank. The cells that belong to the person are runs [r, 3]: row, first column, count, ordered by row, then column.
    Cells that show the person and somebody else, no matter who has them, are [s, 3]: row, column, and the pixels that
    show the person as bits, bit `cell_px` * y + x.
    """
    height, width = mask.shape
    left, top, right, bottom = box[0] // cell_px, box[1] // cell_px, -(-box[2] // cell_px), -(-box[3] // cell_px)
    runs = np.empty((max(0, bottom - top) * (max(0, right - left) // 2 + 1), 3), dtype=np.int16)
    shared = np.empty((max(0, bottom - top) * max(0, right - left), 3), dtype=np.int32)
    run_count, shared_count = 0, 0
    others = np.empty(cell_px * cell_px, dtype=np.int64)
    for row in range(top, bottom):
        is_open = False
        for column in range(left, right):
            mine, found, bits = 0, 0, 0
            for y in range(row * cell_px, min(height, (row + 1) * cell_px)):
                for x in range(column * cell_px, min(width, (column + 1) * cell_px)):
                    who = int(mask[y, x])
                    if who == number:
                        mine += 1
                        bits |= 1 << ((y - row * cell_px) * cell_px + x - column * cell_px)
                    elif who != NOBODY and rank[who] >= 0:
                        others[found] = who
                        found += 1
            has = mine > 0
            for i in range(found):
                theirs = 0
                for j in range(found):
                    theirs += others[j] == others[i]
                if theirs > mine or (theirs == mine and rank[others[i]] < rank[number]):
                    has = False
                    break
            if mine > 0 and found > 0:
                shared[shared_count, 0], shared[shared_count, 1], shared[shared_count, 2] = row, column, bits
                shared_count += 1
            if not has:
                is_open = False
            elif is_open:
                runs[run_count - 1, 2] += 1
            else:
                runs[run_count, 0], runs[run_count, 1], runs[run_count, 2] = row, column, 1
                run_count += 1
                is_open = True
    return runs[:run_count].copy(), shared[:shared_count].copy()


@compiled
def clear_mask(mask: NDArray[np.int16], box: NDArray[np.int64]) -> None:
    for y in range(box[1], box[3]):
        for x in range(box[0], box[2]):
            mask[y, x] = NOBODY


CELL_PX = 6
LEAST_PX = 0.5
MOST_PX = 12.0
LEAST_TALL_PX = 40
"""Anyone less tall in the picture moves by less than a pixel while a shutter of 1/60 s is open."""
_MARGIN_PX = 6
_REACH_PX = math.ceil(MOST_PX / 2) + 1
"""How far from a pixel those lie that it is averaged of."""


class Shutter:
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
        area = _widen(box, _MARGIN_PX, width, height)
        left, top, right, bottom = area.tolist()
        motion = np.zeros((-(-(bottom - top) // CELL_PX), -(-(right - left) // CELL_PX), 3), dtype=np.float32)
        longest = gather_motion(
            now.place, now.nearness, before.place, before.nearness, area, self._unit, self._share, motion
        )
        if longest < LEAST_PX:
            return
        left, top, right, bottom = _widen(area, _REACH_PX, width, height).tolist()
        part = (slice(top, bottom), slice(left, right))
        self._spare[part] = picture[part]
        draw_streaks(picture, self._spare, mask, number, area, motion)


def _widen(box: NDArray[np.int64], margin_px: int, width: int, height: int) -> NDArray[np.int64]:
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
