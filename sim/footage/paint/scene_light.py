"""Light at places of a scene, estimated from its empty picture and depth where nothing is baked.

Every part of the picture is a lamp of its brightness that stands where the depth says. Nothing is known of what the
picture does not show: it is taken to be as bright as what is seen on the average, so it lights from no side. Somebody
before a bright door therefore gets the door's light from behind, and is dark in front.

How bright a place is in all is that of the surfaces around it, lamps and windows left out, beside the picture's
ordinary brightness; light from below has the colour of the floor. Pictures say brightness, not reflectance, so a dark
carpet passes for a dark place: the power 0.6 keeps that small.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.footage.paint.irradiance import Irradiance
from sim.footage.paint.shading import GAMMA, Lighting
from sim.site.camera import CameraView

FloatArray = NDArray[np.float64]

SKY_M = 200.0
"""How far away the sky is taken to be."""
_PARTS_WH = (64, 36)
_LEAST_COSINE = 0.15
_LEAST_M2 = 1.0
_LAMP = 0.78
_MOST_LIGHT = 4.0
_SHOULDER = 0.62
_POWER = 0.6
_DARKEST, _BRIGHTEST = 0.45, 1.5
_TINT_SHARE = 0.3
_BOUNCE_TINT = 0.8
_MOST_SIDE = 0.6
_FULL_TURN = 4 * np.pi


def undo_shoulder(shown: FloatArray) -> FloatArray:
    """Return the light that `tools.authoring.tone.compress` showed as 0..1, at most 4: cameras bend to white alike.

    0.860 was 1.0.
    """
    room = 1 - _SHOULDER
    bent = _SHOULDER - room * np.log(np.maximum(1 - np.maximum(shown, _SHOULDER), 1e-6) / room)
    return np.minimum(np.where(shown <= _SHOULDER, shown, bent), _MOST_LIGHT)


def read_picture_light(bgr: NDArray[np.uint8]) -> FloatArray:
    """Return the linear light [h, w, 3] that a picture [h, w, 3] shows, 0..4."""
    return undo_shoulder((bgr.astype(np.float64) / 255) ** GAMMA)


def estimate_light(
    light: FloatArray, depth_m: NDArray[np.float32], view: CameraView, places_m: FloatArray, lighting: Lighting
) -> Irradiance:
    """Return the light at places [p, 3] of a scene that sends linear light [h, w, 3] from depth [h, w], blue-green-red.

    `lighting` says what a place of ordinary brightness gets from above and from below.
    """
    parts = cv2.resize(light.astype(np.float32), _PARTS_WH, interpolation=cv2.INTER_AREA)
    bright = np.asarray(parts, dtype=np.float64).reshape(-1, 3)
    shown = np.minimum(bright, 1.0)
    grey = shown.mean(axis=1)
    at, normal, area = _measure_parts(depth_m, view)
    is_lamp = grey > _LAMP
    ordinary = float(np.median(grey))
    cast = shown.mean(axis=0) / max(float(grey.mean()), 1e-4)
    is_floor = normal[:, 2] > 0.7
    found = np.empty((len(places_m), 4, 3), dtype=np.float32)
    for number, place in enumerate(places_m):
        way = at - place
        away2 = np.maximum((way * way).sum(axis=1), _LEAST_M2)
        toward = way / np.sqrt(away2)[:, None]
        facing = np.maximum(-(toward * normal).sum(axis=1), 0.0)
        angle = area * facing / away2
        angle *= min(1.0, _FULL_TURN / max(float(angle.sum()), 1e-9))
        around = _average(shown, np.where(is_lamp, 0, angle), otherwise=shown.mean(axis=0))
        brightness = np.clip((float(around.mean()) / max(ordinary, 1e-3)) ** _POWER, _DARKEST, _BRIGHTEST)
        tint = around / max(float(around.mean()), 1e-4)
        colour = ((1 - _TINT_SHARE) * cast + _TINT_SHARE * tint) ** _POWER
        floor = _average(shown, np.where(is_floor & (place[2] > at[:, 2]), angle, 0), otherwise=around)
        bounce = (1 - _BOUNCE_TINT) * colour + _BOUNCE_TINT * floor / max(float(floor.mean()), 1e-4)
        above, below = lighting.ceiling * brightness * colour, lighting.floor * brightness * bounce
        found[number, 0] = (above + below) / 2
        found[number, 1:3] = _limit(_find_side(bright, angle, toward), found[number, 0])
        found[number, 3] = (above - below) / 2
    return Irradiance(places_m=places_m.astype(np.float32), light=found)


def _find_side(bright: FloatArray, angle: FloatArray, toward: FloatArray) -> FloatArray:
    """Return b along x and y, [2, 3], of parts of brightness [n, 3] that fill angles [n] in directions [n, 3]."""
    usual = _average(bright, angle, otherwise=bright.mean(axis=0))
    return np.asarray((toward[:, :2] * angle[:, None]).T @ (bright - usual) / (2 * np.pi))


def _limit(side: FloatArray, even: NDArray[np.float32]) -> FloatArray:
    """Return b along x and y, cut so that no side gets less than 40 % of what all get evenly."""
    longest = float(np.hypot(side[0].mean(), side[1].mean()))
    most = _MOST_SIDE * float(even.mean())
    return side * min(1.0, most / max(longest, 1e-9))


def _average(values: FloatArray, weights: FloatArray, *, otherwise: FloatArray) -> FloatArray:
    total = float(weights.sum())
    return weights @ values / total if total > 1e-6 else otherwise


def _measure_parts(depth_m: NDArray[np.float32], view: CameraView) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return where each part of a picture is [n, 3], which way it faces [n, 3], and its area [n] in square meters."""
    columns, rows = _PARTS_WH
    width, height = view.size_wh
    x, y = np.meshgrid((np.arange(columns) + 0.5) * width / columns, (np.arange(rows) + 0.5) * height / rows)
    rays = view.compute_rays(np.stack([x.reshape(-1), y.reshape(-1)], axis=1)) @ view.rotation
    depth = cv2.resize(depth_m, _PARTS_WH, interpolation=cv2.INTER_NEAREST).reshape(-1, 1).astype(np.float64)
    at = (rays * depth + view.position_m).reshape(rows, columns, 3)
    normal = np.cross(np.gradient(at, axis=1), np.gradient(at, axis=0)).reshape(-1, 3)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    length = np.linalg.norm(rays, axis=1)
    sight = rays / length[:, None]
    normal *= -np.sign((normal * sight).sum(axis=1, keepdims=True))
    cosine = np.maximum(-(normal * sight).sum(axis=1), _LEAST_COSINE)
    pixel = 4 * view.tan_half_wh[0] * view.tan_half_wh[1] / (columns * rows)
    return at.reshape(-1, 3), normal, pixel * depth[:, 0] ** 2 / (length * cosine)
