"""From linear light to the picture a school's camera would make of it."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.authoring.textures import encode_srgb

FloatArray = NDArray[np.float64]

TARGET_GREY = 0.17
SHOULDER_START = 0.62
GLARE_SHARE = 0.07
NIGHT_GREY = 0.13


def develop(light: FloatArray, *, is_night: bool = False) -> NDArray[np.uint8]:
    """Return 8-bit sRGB [h, w, 3] of linear light [h, w, 3]: exposure, glare about bright places, a soft shoulder.

    At night the picture is grey, as infra-red makes it.
    """
    return encode_srgb(compress(_add_glare(expose(light, is_night=is_night))))


def expose(light: FloatArray, *, is_night: bool = False) -> FloatArray:
    """Return linear light [h, w, 3] as exposed, at most 14; 1 shows white paper in ordinary light as white.

    Exposure brings the geometric mean of the lower 90 % of the picture's luminance to TARGET_GREY, as a camera's
    automatic exposure with highlight weighting does.
    """
    luminance = light @ np.array([0.2126, 0.7152, 0.0722])
    usual = luminance[luminance <= np.quantile(luminance, 0.9)]
    exposure = (NIGHT_GREY if is_night else TARGET_GREY) / float(np.exp(np.mean(np.log(np.maximum(usual, 1e-4)))))
    return np.minimum((luminance[..., None].repeat(3, axis=2) if is_night else light) * exposure, 14.0)


def compress(value: FloatArray) -> FloatArray:
    """Return values mapped to 0..1: straight up to SHOULDER_START, then bending towards white.

    With s = SHOULDER_START, y = 1 - (1 - s) * exp(-(x - s) / (1 - s)); for example 1.0 becomes 0.860.
    """
    room = 1 - SHOULDER_START
    bent = 1 - room * np.exp(-(np.maximum(value, SHOULDER_START) - SHOULDER_START) / room)
    return np.where(value <= SHOULDER_START, value, bent)


def _add_glare(exposed: FloatArray) -> FloatArray:
    width = exposed.shape[1]
    bright = np.maximum(exposed - 1.0, 0.0)
    near = cv2.GaussianBlur(bright, (0, 0), width / 260)
    wide = cv2.GaussianBlur(bright, (0, 0), width / 45)
    return np.asarray(exposed + GLARE_SHARE * (near + 0.6 * wide))
