"""A plate as a wide lens draws it: a larger pinhole picture is rendered, then bent."""

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.site.camera import CameraView

FloatArray = NDArray[np.float64]

DETAIL_SHARE = 0.92


def make_pinhole_view(view: CameraView) -> CameraView:
    """Return a view without lens distortion that shows all that `view` shows, about as fine in the middle."""
    if view.k1 == 0:
        return view
    rays = view.compute_rays(_list_edge_pixels(view.size_wh))
    tan_x, tan_y = (float(np.abs(rays[:, axis]).max()) for axis in (0, 1))
    width = 2 * round(view.size_wh[0] * tan_x / view.tan_half_wh[0] * DETAIL_SHARE / 2)
    height = 2 * int(np.ceil(width * tan_y / tan_x / 2))
    return CameraView(
        rotation=view.rotation,
        position_m=view.position_m,
        tan_half_wh=(tan_x, tan_x * height / width),
        size_wh=(width, height),
    )


def bend_picture(picture: FloatArray, pinhole: CameraView, view: CameraView) -> FloatArray:
    """Return the light [h, w, 3] that `view` sees, taken from a picture of `pinhole`, cubic between its pixels."""
    if view.k1 == 0:
        return picture
    pixels = list_pixel_centers(view.size_wh)
    rays = view.compute_rays(pixels)
    width, height = pinhole.size_wh
    x = (rays[:, 0] / pinhole.tan_half_wh[0] + 1) * width / 2 - 0.5
    y = (1 - rays[:, 1] / pinhole.tan_half_wh[1]) * height / 2 - 0.5
    shape = (view.size_wh[1], view.size_wh[0])
    maps = (x.reshape(shape).astype(np.float32), y.reshape(shape).astype(np.float32))
    bent = cv2.remap(picture.astype(np.float32), *maps, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.maximum(bent, 0.0), dtype=np.float64)


def list_pixel_centers(size_wh: tuple[int, int]) -> FloatArray:
    """Return the middles [h * w, 2] of all pixels of a picture, row by row."""
    x, y = np.meshgrid(np.arange(size_wh[0]) + 0.5, np.arange(size_wh[1]) + 0.5)
    return np.stack([x.ravel(), y.ravel()], axis=1)


def _list_edge_pixels(size_wh: tuple[int, int]) -> FloatArray:
    width, height = size_wh
    across, down = np.linspace(0, width, 33), np.linspace(0, height, 33)
    return np.concatenate(
        [
            np.stack([across, np.zeros(33)], axis=1),
            np.stack([across, np.full(33, height)], axis=1),
            np.stack([np.zeros(33), down], axis=1),
            np.stack([np.full(33, width), down], axis=1),
        ]
    )
