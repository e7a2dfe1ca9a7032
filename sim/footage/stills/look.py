"""How a camera's own picture looks: its noise and its sharpness, for the people who are drawn into it.

Noise is measured by the mask of Immerkaer (1996, doi:10.1006/cviu.1996.0060), which is blind to edges that are
straight, over the quietest tenth of blocks, so that texture is not taken for noise. Sharpness is that of the steepest
edges: a step blurred by sigma has the steepest slope step / (sigma sqrt(2 pi)).
"""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sim.errors import RecordingError
from sim.site.model import LookSpec

LINES = 720
_MASK = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)
_MASK_GAIN = 6.0
_BLOCK_PX = 32
_QUIET_SHARE = 0.1
_DARK, _BRIGHT = 12, 243
_REACH_PX = 3
_LEAST_STEP = 25.0
_STEEP_SHARE = 0.9
_NOISE = (0.4, 8.0)
_BLUR_PX = (0.3, 1.6)


def measure_look(still: Path) -> LookSpec:
    """Return the noise and blur of a picture. Raises RecordingError: it cannot be read."""
    try:
        with Image.open(still) as opened:
            grey = np.asarray(opened.convert("L"), dtype=np.float32)
    except OSError as error:
        raise RecordingError(f"{still.name} cannot be read", todo="add the picture again") from error
    noise = float(np.clip(measure_noise(grey), *_NOISE))
    blur_px = float(np.clip(measure_blur_px(grey, noise=noise) * LINES / grey.shape[0], *_BLUR_PX))
    return LookSpec(noise=round(noise, 2), blur_px=round(blur_px, 2))


def measure_noise(grey: NDArray[np.float32]) -> float:
    """Return the standard deviation of a picture's [h, w] noise, levels of 256; 0 where all of it is black or white."""
    answer = np.abs(cv2.filter2D(grey, cv2.CV_32F, _MASK)) * np.float32(np.sqrt(np.pi / 2) / _MASK_GAIN)
    plain = ((grey > _DARK) & (grey < _BRIGHT)).astype(np.float32)
    blocks = [
        float(answer[y : y + _BLOCK_PX, x : x + _BLOCK_PX].mean())
        for y in range(0, grey.shape[0] - _BLOCK_PX + 1, _BLOCK_PX)
        for x in range(0, grey.shape[1] - _BLOCK_PX + 1, _BLOCK_PX)
        if plain[y : y + _BLOCK_PX, x : x + _BLOCK_PX].mean() > _STEEP_SHARE
    ]
    return float(np.quantile(blocks, _QUIET_SHARE)) if blocks else 0.0


def measure_blur_px(grey: NDArray[np.float32], *, noise: float) -> float:
    """Return the blur (standard deviation, pixels) of a picture's [h, w] sharpest edges; 0.7 where there is none."""
    slopes = np.abs(np.diff(grey, axis=1))
    size = 2 * _REACH_PX + 1
    step = cv2.dilate(grey, np.ones((1, size))) - cv2.erode(grey, np.ones((1, size)))
    steep = slopes == cv2.dilate(slopes, np.ones((1, size)))
    found = steep & (step[:, :-1] > max(_LEAST_STEP, 8 * noise)) & (slopes > 0)
    if int(found.sum()) < 200:
        return 0.7
    # a step between two pixels has the slope of its whole height: half a pixel is as sharp as a picture can be
    widths = step[:, :-1][found] / (slopes[found] * np.float32(np.sqrt(2 * np.pi)))
    return float(np.quantile(widths, _QUIET_SHARE))
