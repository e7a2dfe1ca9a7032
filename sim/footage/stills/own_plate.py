"""A camera's plate from its picture, the plan, and what was outlined in the picture."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sim.errors import RecordingError
from sim.footage.paint.plate import FAR_M, write_depth_file, write_picture_file
from sim.footage.stills.plan_depth import compute_plan_depth
from sim.site.camera import CameraView, make_view
from sim.site.model import CameraSpec, Site

BAR_M = 0.2
"""Depth of what is no picture: nobody is drawn in front of it."""
_LEVEL = 1e-6


def make_own_plate(
    site: Site,
    camera: CameraSpec,
    still: Path,
    *,
    folder: Path,
    outlines: Sequence[Sequence[tuple[float, float]]] = (),
    bars: tuple[float, float] = (0.0, 0.0),
) -> None:
    """Write picture and depth of a camera into a folder."""
    try:
        with Image.open(still) as opened:
            bgr = np.ascontiguousarray(np.asarray(opened.convert("RGB"), dtype=np.uint8)[..., ::-1])
    except OSError as error:
        raise RecordingError(f"the picture of {camera.name} cannot be read", todo="add it again") from error
    size_wh = (bgr.shape[1], bgr.shape[0])
    depth_m = compute_plan_depth(site, camera, size_wh=size_wh)
    floor_m = next(f.elevation_m for f in site.floors if f.floor_id == camera.floor)
    for outline in outlines:
        _draw_outline(depth_m, make_view(camera, size_wh=size_wh), outline, floor_m)
    _draw_bars(depth_m, bars)
    folder.mkdir(parents=True, exist_ok=True)
    write_picture_file(folder, camera.camera_id, bgr)
    write_depth_file(folder, camera.camera_id, depth_m)


def _draw_outline(
    depth_m: NDArray[np.float32], view: CameraView, outline: Sequence[tuple[float, float]], floor_m: float
) -> None:
    """Put what is in an outline as far away as the floor at its lowest point, where it is not nearer already."""
    pixels = np.asarray(outline, dtype=np.float64) * view.size_wh
    lowest = pixels[int(pixels[:, 1].argmax())]
    (ray,) = view.compute_rays(lowest[None]) @ view.rotation
    if ray[2] > -_LEVEL:
        return
    stands_m = min(float((floor_m - view.position_m[2]) / ray[2]), FAR_M)
    mask = np.zeros(depth_m.shape, dtype=np.uint8)
    cv2.fillPoly(mask, [np.round(pixels).astype(np.int32)], (1,))
    depth_m[mask > 0] = np.minimum(depth_m[mask > 0], np.float32(stands_m))


def _draw_bars(depth_m: NDArray[np.float32], bars: tuple[float, float]) -> None:
    across, down = round(bars[0] * depth_m.shape[1]), round(bars[1] * depth_m.shape[0])
    if across:
        depth_m[:, :across] = depth_m[:, -across:] = BAR_M
    if down:
        depth_m[:down] = depth_m[-down:] = BAR_M
