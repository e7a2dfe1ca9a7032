"""The soft dark spot on the floor around standing feet."""

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.footage.motion import Stance
from sim.site.camera import CameraView

_RINGS = ((0.55, 0.94), (0.40, 0.85), (0.26, 0.68), (0.16, 0.56))
_AROUND = np.stack(
    [np.cos(np.linspace(0, 2 * np.pi, 24, endpoint=False)), np.sin(np.linspace(0, 2 * np.pi, 24, endpoint=False))], 1
)
_NEAREST_M = 0.4
_FLOOR_SLACK_M = 0.12


def cast_shadow(picture: NDArray[np.uint8], depth_m: NDArray[np.float32], view: CameraView, stance: Stance) -> None:
    """Darken the floor under a person, in place; walls and furniture nearer than the floor are left as they are."""
    base = np.asarray(stance.xyz_m)
    outer = np.concatenate([_AROUND * _RINGS[0][0], np.zeros((24, 1))], axis=1) + base
    pixels, depth = view.compute_pixels(outer)
    if depth.min() < _NEAREST_M:
        return
    width, height = view.size_wh
    x0, y0 = (max(int(v) - 2, 0) for v in pixels.min(axis=0))
    x1, y1 = min(int(pixels[:, 0].max()) + 3, width), min(int(pixels[:, 1].max()) + 3, height)
    if x1 <= x0 or y1 <= y0:
        return
    mask = np.full((y1 - y0, x1 - x0), 255, dtype=np.uint8)
    middle = view.compute_pixels(base[None])[0]
    for radius, light in _RINGS:
        ring = middle + (pixels - middle) * (radius / _RINGS[0][0])
        points = np.round((ring - [x0, y0]) * 8).astype(np.int32)
        cv2.fillPoly(mask, [points], int(255 * light), cv2.LINE_AA, 3)
    blur = max((x1 - x0) // 6, 1) | 1
    mask = cv2.GaussianBlur(mask, (blur, max((y1 - y0) // 4, 1) | 1), 0).astype(np.uint8)
    part = depth_m[y0:y1, x0:x1]
    mask[part < depth.min() - _FLOOR_SLACK_M] = 255
    target = picture[y0:y1, x0:x1]
    np.copyto(target, cv2.multiply(target, cv2.merge([mask, mask, mask]), scale=1 / 255).astype(np.uint8))
