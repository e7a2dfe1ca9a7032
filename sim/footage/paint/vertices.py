"""From a posed mesh to what the rasteriser takes: places in the picture, nearness and display colours of vertices.

Positions are integers, 1/16 of a sample, so that last digits that differ between processors hardly ever decide which
samples a person covers. Depth is kept as nearness, 1/distance, which is linear in a picture.
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
    `sim.footage.paint.irradiance`.
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
