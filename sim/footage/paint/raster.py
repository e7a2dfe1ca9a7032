"""Vertices to samples: the inner loops of painting, compiled.

Everything works on whole buffers of one camera that are touched only where people are. Positions are integers, 1/16 of
a sample, so that last digits that differ between processors hardly ever decide which samples a person covers. Edges
follow the top-left rule, so no sample is drawn twice or missed between two triangles. Depth is kept as nearness,
1/distance, which is linear in a picture. Who is in front is decided sample by sample, so the order of drawing never
matters. When all people of a frame are drawn, `sim.footage.paint.resolve` makes pixels of the samples.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sim.footage.compiled import compiled

FloatArray = NDArray[np.float32]
SUBPIXEL = 16
_FURTHEST = 1 << 20
_LEAST_SIDE = 0.25
_NEAREST_M2 = 0.05


@compiled
def project_vertices(
    vertices: FloatArray,
    rotation: FloatArray,
    position: FloatArray,
    lens: FloatArray,
    samples_wh: tuple[int, int],
    near_m: float,
    place: NDArray[np.int32],
    nearness: FloatArray,
    bounds: NDArray[np.int64],
) -> None:
    """Project site coordinates [v, 3] as `CameraView.compute_pixels` does."""
    width, height = samples_wh
    half_w, half_h = np.float32(width * SUBPIXEL / 2), np.float32(height * SUBPIXEL / 2)
    tan_x, tan_y, k1 = lens[0], lens[1], lens[2]
    x_low, y_low, x_high, y_high = _FURTHEST, _FURTHEST, -_FURTHEST, -_FURTHEST
    one = np.float32(1)
    for i in range(len(vertices)):
        dx = vertices[i, 0] - position[0]
        dy = vertices[i, 1] - position[1]
        dz = vertices[i, 2] - position[2]
        away = -(rotation[2, 0] * dx + rotation[2, 1] * dy + rotation[2, 2] * dz)
        if away < near_m:
            nearness[i] = 0
            continue
        inverse = one / away
        x = (rotation[0, 0] * dx + rotation[0, 1] * dy + rotation[0, 2] * dz) * inverse / tan_x
        y = (rotation[1, 0] * dx + rotation[1, 1] * dy + rotation[1, 2] * dz) * inverse
        if k1 != 0:
            flat = y / tan_x
            bend = np.float32(2) / (one + np.float32(math.sqrt(one - np.float32(4) * k1 * (x * x + flat * flat))))
            x *= bend
            y *= bend
        px = int(np.rint(min(max((x + one) * half_w, -_FURTHEST), _FURTHEST)))
        py = int(np.rint(min(max((one - y / tan_y) * half_h, -_FURTHEST), _FURTHEST)))
        nearness[i] = inverse
        place[i, 0] = px
        place[i, 1] = py
        x_low, x_high = min(x_low, px), max(x_high, px)
        y_low, y_high = min(y_low, py), max(y_high, py)
    bounds[0] = max(x_low // SUBPIXEL, 0)
    bounds[1] = max(y_low // SUBPIXEL, 0)
    bounds[2] = min(x_high // SUBPIXEL + 1, width)
    bounds[3] = min(y_high // SUBPIXEL + 1, height)


@compiled
def compute_nearest_m(vertices: FloatArray, position: FloatArray) -> float:
    """Return the distance from a point [3] to the nearest of every sixteenth vertex [v, 3], meters."""
    least = np.float32(np.inf)
    for i in range(0, len(vertices), 16):
        dx, dy, dz = vertices[i, 0] - position[0], vertices[i, 1] - position[1], vertices[i, 2] - position[2]
        least = min(least, dx * dx + dy * dy + dz * dz)
    return math.sqrt(least)


@compiled
def mix_light(places_m: FloatArray, light: FloatArray, at_m: FloatArray) -> FloatArray:
    """Return the light [4, 3] at a point [3] from that of places [p, 3], [p, 4, 3].

    It is the mean of all places, weighted by the fourth power of nearness. The light is that of
    `sim.footage.paint.light`.
    """
    mixed = np.zeros((4, 3), dtype=np.float32)
    total = np.float32(0)
    for i in range(len(places_m)):
        dx, dy, dz = places_m[i, 0] - at_m[0], places_m[i, 1] - at_m[1], places_m[i, 2] - at_m[2]
        away2 = dx * dx + dy * dy + dz * dz + np.float32(_NEAREST_M2)
        weight = np.float32(1) / (away2 * away2)
        total += weight
        for row in range(4):
            for k in range(3):
                mixed[row, k] += weight * light[i, row, k]
    for row in range(4):
        for k in range(3):
            mixed[row, k] /= total
    return mixed


@compiled
def shade_vertices(
    albedo: FloatArray,
    occlusion: FloatArray,
    facing: FloatArray,
    normals: FloatArray,
    light: FloatArray,
    key: FloatArray,
    display: FloatArray,
    colours: FloatArray,
) -> None:
    """Compute display colours [v, 3] 0..255 of vertices."""
    top = np.float32(len(display) - 2)
    zero, one, least = np.float32(0), np.float32(1), np.float32(_LEAST_SIDE)
    for i in range(len(albedo)):
        x, y, z = normals[i, 0] * facing[i], normals[i, 1] * facing[i], normals[i, 2] * facing[i]
        lit = max(x * key[0, 0] + y * key[0, 1] + z * key[0, 2], zero)
        for k in range(3):
            even = light[0, k]
            around = max(even + x * light[1, k] + y * light[2, k] + z * light[3, k], least * even)
            amount = (around + key[1, k] * lit) * occlusion[i]
            at = min(max(albedo[i, k] * amount, zero), one) * top
            low = int(at)
            colours[i, k] = display[low] + (display[low + 1] - display[low]) * (at - np.float32(low))


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
    """Tell whether the empty picture is nearer than all of a mesh wherever the mesh may be, so that none of it is
    seen.
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
def _cut_row(edge: int, inverse: float, first: int, last: int) -> tuple[int, int]:
    """Return steps of `first`..`last` to the right outside which an edge is below 0; none where last < first.

    `inverse` is one over the edge's change a step, 0 where it does not change. Up to two steps too many are left.
    """
    if inverse > 0:
        return max(first, int(-edge * inverse) - 1), last
    if edge < 0:
        return 0, -1
    return (first, min(last, int(edge * -inverse) + 1)) if inverse < 0 else (first, last)


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
    """Draw one person, number `number`; return how many samples the person covers alone."""
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
        a_least = 0 if a_right > 0 or (a_right == 0 and a_down > 0) else 1
        b_least = 0 if b_right > 0 or (b_right == 0 and b_down > 0) else 1
        c_least = 0 if c_right > 0 or (c_right == 0 and c_down > 0) else 1
        a_row = (cx - bx) * (py - by) - (cy - by) * (px - bx) - a_least
        b_row = (ax - cx) * (py - cy) - (ay - cy) * (px - cx) - b_least
        c_row = (bx - ax) * (py - ay) - (by - ay) * (px - ax) - c_least
        near_a = nearness[a]
        near_b, near_c = (nearness[b] - near_a) * scale, (nearness[c] - near_a) * scale
        nearest = max(near_a, nearness[b], nearness[c]) * _ROUNDING
        is_wide = x_high - x_low >= _WIDE
        if is_wide:
            a_inverse = 1.0 / a_right if a_right != 0 else 0.0
            b_inverse = 1.0 / b_right if b_right != 0 else 0.0
            c_inverse = 1.0 / c_right if c_right != 0 else 0.0
        for row in range(y_low, y_high + 1):
            a_edge, b_edge, c_edge = a_row, b_row, c_row
            first_column, last_column = x_low, x_high
            if is_wide:
                skip, steps = _cut_row(a_row, a_inverse, 0, x_high - x_low)
                skip, steps = _cut_row(b_row, b_inverse, skip, steps)
                skip, steps = _cut_row(c_row, c_inverse, skip, steps)
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
                if (a_edge | b_edge | c_edge) >= 0:
                    entered = True
                    at = np.uintp(start + column)
                    if flat_stamp[at] != serial:
                        flat_stamp[at] = serial
                        alone += 1
                    to_b, to_c = np.float32(b_edge + b_least), np.float32(c_edge + c_least)
                    near = near_a + near_b * to_b + near_c * to_c
                    if near > flat_near[at]:
                        flat_near[at] = near
                        if flat_owner[at] != number:
                            flat_owner[at] = number
                            spans[row, 0] = min(spans[row, 0], column)
                            spans[row, 1] = max(spans[row, 1], column)
                        to_b, to_c = to_b * scale, to_c * scale
                        if not is_laid:
                            is_laid = True
                            blue, green, red = colours[a, 0], colours[a, 1], colours[a, 2]
                            blue_b, green_b, red_b = colours[b, 0] - blue, colours[b, 1] - green, colours[b, 2] - red
                            blue_c, green_c, red_c = colours[c, 0] - blue, colours[c, 1] - green, colours[c, 2] - red
                            if coat is not None and tile >= 0:
                                first_texel = tile * side * side
                                u_a, v_a, fold_a = corners[f, 0, 0] * size, corners[f, 0, 1] * size, folds[a]
                                u_b, u_c = corners[f, second, 0] * size - u_a, corners[f, third, 0] * size - u_a
                                v_b, v_c = corners[f, second, 1] * size - v_a, corners[f, third, 1] * size - v_a
                                fold_b, fold_c = folds[b] - fold_a, folds[c] - fold_a
                        one = blue + blue_b * to_b + blue_c * to_c
                        two = green + green_b * to_b + green_c * to_c
                        three = red + red_b * to_b + red_c * to_c
                        if coat is not None and tile >= 0:
                            row_at, column_at = int(v_a + v_b * to_b + v_c * to_c), int(u_a + u_b * to_b + u_c * to_c)
                            texel = np.uintp(first_texel + row_at * side + (column_at & wrap))
                            fold = (fold_a + fold_b * to_b + fold_c * to_c) * (np.float32(flat_texels[texel, 3]) - flat)
                            one *= max(np.float32(flat_texels[texel, 0]) + fold, np.float32(0)) * part
                            two *= max(np.float32(flat_texels[texel, 1]) + fold, np.float32(0)) * part
                            three *= max(np.float32(flat_texels[texel, 2]) + fold, np.float32(0)) * part
                            one, two, three = min(one, most), min(two, most), min(three, most)
                        flat_colour[at, 0] = np.uint8(one)
                        flat_colour[at, 1] = np.uint8(two)
                        flat_colour[at, 2] = np.uint8(three)
                elif entered:
                    break
                a_edge += a_right
                b_edge += b_right
                c_edge += c_right
            a_row += a_down
            b_row += b_down
            c_row += c_down
    return alone
