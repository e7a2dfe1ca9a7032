"""The plate of a camera that was turned or zoomed in: the baked picture seen along other lines of sight."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.footage.paint.plate import Plate, make_plate
from sim.site.camera import CameraView
from sim.site.turned_view import compute_plate_pixels

_ROWS_AT_A_TIME = 60


def make_moved_plate(
    bgr: NDArray[np.uint8],
    depth_m: NDArray[np.float32],
    *,
    plate_view: CameraView,
    view: CameraView,
    size_wh: tuple[int, int],
    sunlight: NDArray[np.float32] | None = None,
) -> Plate:
    """Return the plate of `view` at a picture size.

    Turning about the lens moves nothing in front of anything else, so that every pixel's colour is somewhere in the
    baked picture; only its distance along the camera's axis changes.
    """
    height, width = depth_m.shape
    map_x, map_y, ratio = (np.empty((height, width), dtype=np.float32) for _ in range(3))
    columns = np.arange(width) + 0.5
    for row in range(0, height, _ROWS_AT_A_TIME):
        rows = np.arange(row, min(row + _ROWS_AT_A_TIME, height)) + 0.5
        pixels = np.stack([a.ravel() for a in np.meshgrid(columns, rows)], axis=1)
        found, deeper = compute_plate_pixels(plate_view, view, pixels)
        part = slice(row, row + len(rows))
        map_x[part], map_y[part] = (found[:, k].reshape(len(rows), width) - 0.5 for k in (0, 1))
        ratio[part] = deeper.reshape(len(rows), width)
    moved = cv2.remap(bgr, map_x, map_y, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REPLICATE)
    depth = cv2.remap(depth_m, map_x, map_y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
    plate = make_plate(np.asarray(moved, dtype=np.uint8), np.asarray(depth / ratio, dtype=np.float32), size_wh=size_wh)
    if sunlight is None:
        return plate
    lit = cv2.remap(sunlight, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return replace(plate, sunlight=cv2.resize(lit, size_wh, interpolation=cv2.INTER_AREA).astype(np.float32))
