"""Samples to pixels, once everybody of a frame is drawn: the picture, who is seen in it, and where; compiled."""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.footage.compiled import compiled
from sim.footage.paint.raster import NOBODY

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
    """Set the part of a mask [h, w] inside a box [4] back to nobody."""
    for y in range(box[1], box[3]):
        for x in range(box[0], box[2]):
            mask[y, x] = NOBODY
