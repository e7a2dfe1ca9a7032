"""Triangles to samples: the inner loops of painting, compiled.

Everything works on whole buffers of one camera that are touched only where people are. Edges follow the top-left rule,
so no sample is drawn twice or missed between two triangles. Samples are resolved into pixels when all people of a frame
are drawn; who is in front is decided sample by sample, so the order of drawing never matters.
"""

import numpy as np
from numpy.typing import NDArray

from sim.footage.compiled import compiled
from sim.footage.paint.vertices import SUBPIXEL

FloatArray = NDArray[np.float32]

Texture = tuple[NDArray[np.uint8], NDArray[np.int16], FloatArray, FloatArray]
"""Tiles [t, n, n, 4], the tile [f] and corners [f, 3, 2] of each face, and folds [v]: `sim.footage.textures.coat`."""

NOBODY = -1
_ROUNDING = np.float32(1.00001)
_HALF = SUBPIXEL // 2
_SHIFT = 4
COVER_SHIFT = 4
_WIDE = 8
"""Samples from which on a row's ends are computed instead of tried one by one."""


@compiled
def is_behind(nearness: FloatArray, bounds: NDArray[np.int64], base_near: FloatArray) -> bool:
    """Tell whether the empty picture is nearer than all of a mesh wherever the mesh may be, so that none of it is seen.

    Args:
        nearness: [v], as `project_vertices` made it for this mesh.
        bounds: [4] as `project_vertices` made them.
        base_near: [h, w], 1/distance of the empty picture.
    """
    most = np.float32(0)
    for i in range(len(nearness)):
        most = max(most, nearness[i])
    most *= _ROUNDING
    for y in range(bounds[1], bounds[3]):
        for x in range(bounds[0], bounds[2]):
            if base_near[y, x] < most:
                return False
    return True


@compiled
def _cut_row(edge: int, right: int, least: int, first: int, last: int) -> tuple[int, int]:
    """Return which steps of `first`..`last` to the right keep an edge at `least` or more; none where last < first."""
    if right > 0:
        return max(first, -((edge - least) // right)), last
    if right < 0:
        return first, min(last, (edge - least) // -right)
    return (first, last) if edge >= least else (0, -1)


@compiled
def compute_cover(base_near: FloatArray) -> FloatArray:
    """Return the least 1/distance of the empty picture [h, w] in each tile of 16 by 16 samples."""
    side = 1 << COVER_SHIFT
    height, width = base_near.shape
    cover = np.full((-(-height // side), -(-width // side)), np.float32(np.inf), dtype=np.float32)
    for y in range(height):
        for x in range(width):
            row, column = y >> COVER_SHIFT, x >> COVER_SHIFT
            cover[row, column] = min(cover[row, column], base_near[y, x])
    return cover


@compiled
def draw_triangles(
    faces: NDArray[np.int32],
    one_sided: int,
    place: NDArray[np.int32],
    nearness: FloatArray,
    colours: FloatArray,
    number: int,
    serial: int,
    bounds: NDArray[np.int64],
    near_buffer: FloatArray,
    colour_buffer: NDArray[np.uint8],
    owner: NDArray[np.int16],
    stamp: NDArray[np.int16],
    spans: NDArray[np.int32],
    coat: Texture | None = None,
    cover: FloatArray | None = None,
) -> int:
    """Draw one person, number `number`; return how many samples the person covers alone.

    Args:
        faces: [f, 3] vertex numbers, counter-clockwise seen from outside.
        one_sided: how many faces, from the first, are not drawn when seen from behind.
        place: as `project_vertices` made them.
        nearness: as `project_vertices` made them.
        colours: [v, 3] display levels.
        number: which person; `owner` gets it.
        serial: which drawing; `stamp` gets it. None before since `stamp` was cleared had the same.
        bounds: [4] as `project_vertices` made them.
        near_buffer: [h, w], 1/distance of what is seen so far; greater wins.
        colour_buffer: [h, w, 4] display levels of what was drawn.
        owner: [h, w], who is seen.
        stamp: [h, w], the last drawing that covered a sample, seen or not.
        spans: [h, 2], first and last sample in each row that the person had for a while; (w, -1) where none is.
        coat: the texture that colours are multiplied by; none for plain colours.
        cover: as `compute_cover` makes it of the empty picture. What it hides is then not drawn, nor counted.
    """
    left, top, right, bottom = bounds[0], bounds[1], bounds[2] - 1, bounds[3] - 1
    alone = 0
    width = owner.shape[1]
    flat_near, flat_owner, flat_stamp = near_buffer.reshape(-1), owner.reshape(-1), stamp.reshape(-1)
    flat_colour = colour_buffer.reshape(-1, 4)
    if coat is not None:
        texels, tiles, corners, folds = coat
        side = texels.shape[1]
        wrap = side - 1
        size, most, part, flat = np.float32(side), np.float32(255), np.float32(0.01), np.float32(128)
        flat_texels = texels.reshape(-1, 4)
    for f in range(len(faces)):
        a, b, c = np.uintp(faces[f, 0]), np.uintp(faces[f, 1]), np.uintp(faces[f, 2])
        if nearness[a] == 0 or nearness[b] == 0 or nearness[c] == 0:
            continue
        ax, ay = int(place[a, 0]), int(place[a, 1])
        bx, by = int(place[b, 0]), int(place[b, 1])
        cx, cy = int(place[c, 0]), int(place[c, 1])
        x_low = max((min(ax, bx, cx) + _HALF - 1) >> _SHIFT, left)
        x_high = min((max(ax, bx, cx) - _HALF) >> _SHIFT, right)
        if x_low > x_high:
            continue
        y_low = max((min(ay, by, cy) + _HALF - 1) >> _SHIFT, top)
        y_high = min((max(ay, by, cy) - _HALF) >> _SHIFT, bottom)
        if y_low > y_high:
            continue
        area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
        if area == 0 or (area > 0 and f < one_sided):
            continue
        second, third = 1, 2
        if area < 0:
            b, c = c, b
            bx, by, cx, cy = cx, cy, bx, by
            area = -area
            second, third = 2, 1
        scale = np.float32(1) / np.float32(area)
        tile, is_laid = NOBODY, False
        if coat is not None:
            tile = int(tiles[f])
        # edge k is opposite vertex k; stepping one sample right or down changes it by a constant
        a_right, a_down = (by - cy) * SUBPIXEL, (cx - bx) * SUBPIXEL
        b_right, b_down = (cy - ay) * SUBPIXEL, (ax - cx) * SUBPIXEL
        c_right, c_down = (ay - by) * SUBPIXEL, (bx - ax) * SUBPIXEL
        px, py = x_low * SUBPIXEL + _HALF, y_low * SUBPIXEL + _HALF
        a_row = (cx - bx) * (py - by) - (cy - by) * (px - bx)
        b_row = (ax - cx) * (py - cy) - (ay - cy) * (px - cx)
        c_row = (bx - ax) * (py - ay) - (by - ay) * (px - ax)
        a_least = 0 if a_right > 0 or (a_right == 0 and a_down > 0) else 1
        b_least = 0 if b_right > 0 or (b_right == 0 and b_down > 0) else 1
        c_least = 0 if c_right > 0 or (c_right == 0 and c_down > 0) else 1
        near_a = nearness[a]
        near_b, near_c = (nearness[b] - near_a) * scale, (nearness[c] - near_a) * scale
        nearest = max(near_a, nearness[b], nearness[c]) * _ROUNDING
        is_wide = x_high - x_low >= _WIDE
        for row in range(y_low, y_high + 1):
            a_edge, b_edge, c_edge = a_row, b_row, c_row
            first_column, last_column = x_low, x_high
            if is_wide:
                skip, steps = _cut_row(a_row, a_right, a_least, 0, x_high - x_low)
                skip, steps = _cut_row(b_row, b_right, b_least, skip, steps)
                skip, steps = _cut_row(c_row, c_right, c_least, skip, steps)
                first_column, last_column = x_low + skip, x_low + steps
                if cover is not None:
                    tiles_row = cover[row >> COVER_SHIFT]
                    while first_column <= last_column and tiles_row[first_column >> COVER_SHIFT] > nearest:
                        first_column = ((first_column >> COVER_SHIFT) + 1) << COVER_SHIFT
                    while first_column <= last_column and tiles_row[last_column >> COVER_SHIFT] > nearest:
                        last_column = ((last_column >> COVER_SHIFT) << COVER_SHIFT) - 1
                    skip = first_column - x_low
                a_edge, b_edge, c_edge = a_row + skip * a_right, b_row + skip * b_right, c_row + skip * c_right
            entered = False
            start = row * width
            for column in range(first_column, last_column + 1):
                if a_edge >= a_least and b_edge >= b_least and c_edge >= c_least:
                    entered = True
                    at = np.uintp(start + column)
                    if flat_stamp[at] != serial:
                        flat_stamp[at] = serial
                        alone += 1
                    to_b, to_c = np.float32(b_edge), np.float32(c_edge)
                    near = near_a + near_b * to_b + near_c * to_c
                    if near > flat_near[at]:
                        flat_near[at] = near
                        if flat_owner[at] != number:
                            flat_owner[at] = number
                            spans[row, 0] = min(spans[row, 0], column)
                            spans[row, 1] = max(spans[row, 1], column)
                        to_b, to_c = to_b * scale, to_c * scale
                        if coat is not None and tile >= 0:
                            if not is_laid:
                                is_laid = True
                                first_texel = tile * side * side
                                u_a, v_a, fold_a = corners[f, 0, 0] * size, corners[f, 0, 1] * size, folds[a]
                                u_b, u_c = corners[f, second, 0] * size - u_a, corners[f, third, 0] * size - u_a
                                v_b, v_c = corners[f, second, 1] * size - v_a, corners[f, third, 1] * size - v_a
                                fold_b, fold_c = folds[b] - fold_a, folds[c] - fold_a
                            row_at, column_at = int(v_a + v_b * to_b + v_c * to_c), int(u_a + u_b * to_b + u_c * to_c)
                            texel = np.uintp(first_texel + row_at * side + (column_at & wrap))
                            fold = (fold_a + fold_b * to_b + fold_c * to_c) * (np.float32(flat_texels[texel, 3]) - flat)
                            for k in range(3):
                                first = colours[a, k]
                                value = first + (colours[b, k] - first) * to_b + (colours[c, k] - first) * to_c
                                value *= max(np.float32(flat_texels[texel, k]) + fold, np.float32(0)) * part
                                flat_colour[at, k] = np.uint8(min(value, most))
                        else:
                            for k in range(3):
                                first = colours[a, k]
                                value = first + (colours[b, k] - first) * to_b + (colours[c, k] - first) * to_c
                                flat_colour[at, k] = np.uint8(value)
                elif entered:
                    break
                a_edge += a_right
                b_edge += b_right
                c_edge += c_right
            a_row += a_down
            b_row += b_down
            c_row += c_down
    return alone


@compiled
def resolve_samples(
    picture: NDArray[np.uint8],
    sample: int,
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

    Args:
        picture: [h, w, 3] display levels, changed in place.
        sample: samples along a side of a pixel.
        rows: first row of samples and the one after the last.
        spans: as `draw_triangles` left them for this person.
        base_near: [h * sample, w * sample], 1/distance of the empty picture; `near_buffer` is set back to it.
        near_buffer: as `draw_triangles` left it.
        colour_buffer: as `draw_triangles` left it.
        owner: as `draw_triangles` left it.
        won: [people], gets the samples each owns added.
        boxes: [people, 4], are grown by the pixels of which each owns at least half: x0, y0, x1, y1 exclusive.
        mask: [h, w], gets whom each pixel shows: who owns at least half of it, of two with half each the lower rank.
        rank: [people], the order of their person_id; -1 for things.
    """
    count = sample * sample
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


@compiled
def _grow(boxes: NDArray[np.int64], number: int, x: int, y: int) -> None:
    """Grow one of the boxes [people, 4] so that it holds a pixel."""
    boxes[number, 0], boxes[number, 1] = min(boxes[number, 0], x), min(boxes[number, 1], y)
    boxes[number, 2], boxes[number, 3] = max(boxes[number, 2], x + 1), max(boxes[number, 3], y + 1)


@compiled
def cut_cells(
    mask: NDArray[np.int16], box: NDArray[np.int64], number: int, rank: NDArray[np.int64], cell_px: int
) -> tuple[NDArray[np.int16], NDArray[np.int32]]:
    """Return the cells of one person: those in which they are front-most, and those that they share with others.

    Of the pixels of a cell that show anybody, the most show whom it belongs to; of two with as many, the one of lower
    rank. The cells that belong to the person are runs [r, 3]: row, first column, count, ordered by row, then column.
    Cells that show the person and somebody else, no matter who has them, are [s, 3]: row, column, and the pixels that
    show the person as bits, bit `cell_px` * y + x.

    Args:
        mask: [h, w] as `resolve_samples` left it.
        box: [4] as `resolve_samples` left it for this person.
        number: which person.
        rank: [people], the order of their person_id; -1 for things, who have no cells and take none.
        cell_px: side of a cell, pixels.
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
