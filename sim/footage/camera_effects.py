"""What lens and sensor do to a picture, in the order in which a camera does it: blur, vignette, exposure, noise.

All are cheap on 8-bit pictures. Noise is what costs bits when encoded, so it is weak, and comes from a bank.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.footage.compiled import compiled
from sim.site.model import CameraSpec

_BANK = 6
_MOST_GRAIN = 40
_FULL_TURN = 2 * np.pi


@dataclass(frozen=True, slots=True, kw_only=True)
class Optics:
    """How good a camera is.

    Attributes:
        blur_px: sigma of the lens blur at 720 lines.
        vignette: loss of light in the corners, 0..1.
        noise: sigma of the sensor noise, display levels 0..255.
        drift: largest change of exposure, 0..1, over `drift_s` seconds.
        drift_s: period of the exposure's drift.
        is_grey: black and white, as with an infra-red lamp.
    """

    blur_px: float = 0.7
    vignette: float = 0.16
    noise: float = 1.7
    drift: float = 0.012
    drift_s: float = 45.0
    is_grey: bool = False


DAY = Optics()
NIGHT = Optics(blur_px=0.95, vignette=0.62, noise=3.2, drift=0.006, is_grey=True)


def choose_optics(camera: CameraSpec, *, darkness: float = 0.0) -> Optics:
    """Return the optics of a camera by its mode; `darkness` 0..1 turns its gain up: more noise, softer, slower."""
    optics = NIGHT if camera.mode == "night" else DAY
    if darkness == 0:
        return optics
    return replace(optics, noise=optics.noise + 3.2 * darkness, blur_px=optics.blur_px + 0.35 * darkness)


class CameraEffects:
    """The effects of one camera; the same seed and frame number give the same picture."""

    def __init__(self, optics: Optics, *, size_wh: tuple[int, int], fps: float, rng: np.random.Generator) -> None:
        self._optics = optics
        self._fps = fps
        self._offset = float(rng.uniform(0, _FULL_TURN))
        width, height = size_wh
        x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
        loss = optics.vignette * (x * x + y * y) / 2
        mask = np.clip(255 * (1 - loss), 0, 255).astype(np.uint8)
        self._mask = np.repeat(mask, 3, axis=1)
        kernel = cv2.getGaussianKernel(3, optics.blur_px * height / 720)
        self._side = np.float32(round(256 * float(kernel[0, 0])) / 256)
        self._row = np.empty(3 * width + 6, dtype=np.float32)
        self._bank: list[NDArray[np.int8]] = []
        for _ in range(_BANK):
            grain = cv2.GaussianBlur(rng.standard_normal((height, width), dtype=np.float32), (0, 0), 0.8)
            grain = np.round(grain * np.float32(optics.noise / float(grain.std())))
            self._bank.append(np.repeat(np.clip(grain, -_MOST_GRAIN, _MOST_GRAIN).astype(np.int8), 3, axis=1))
        self._order = rng.permutation(_BANK * 97) % _BANK

    def apply(self, picture: NDArray[np.uint8], frame: int) -> NDArray[np.uint8]:
        """Return the picture [h, w, 3] uint8 as the camera would have taken it."""
        if self._optics.is_grey:
            grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
            picture = np.asarray(cv2.merge([grey, grey, grey]), dtype=np.uint8)
        phase = _FULL_TURN * frame / self._fps / self._optics.drift_s + self._offset
        gain = 1 + self._optics.drift * float(np.sin(phase))
        grain = self._bank[int(self._order[frame % len(self._order)])]
        taken = np.empty(picture.shape, dtype=np.uint8)
        _take(_flatten(picture), self._side, self._mask, np.float32(gain / 255), grain, self._row, _flatten(taken))
        return taken


def _flatten(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return picture.reshape(picture.shape[0], -1)


@compiled
def _take(
    picture: NDArray[np.uint8],
    side: np.float32,
    mask: NDArray[np.uint8],
    scale: np.float32,
    grain: NDArray[np.int8],
    row: NDArray[np.float32],
    taken: NDArray[np.uint8],
) -> None:
    """Blur, dim and scale a picture and add grain, in one pass; it is rounded after the blur and before the grain.

    Args:
        picture: [h, w * 3], three values a pixel.
        side: share of a neighbour in the blur, in both directions, in 256ths so that sums are exact.
        mask: [h, w * 3] share of light in 255ths.
        scale: of display levels times mask.
        grain: [h, w * 3] display levels.
        row: [w * 3 + 6], overwritten.
        taken: [h, w * 3], gets the result.
    """
    height, width = picture.shape
    middle = np.float32(1) - side - side
    least, most, half = np.float32(0), np.float32(255), np.float32(0.5)
    for y in range(height):
        up, here = picture[abs(y - 1)], picture[y]
        down = picture[y + 1 if y < height - 1 else height - 2]
        for i in range(width):
            row[i + 3] = side * (np.float32(up[i]) + np.float32(down[i])) + middle * np.float32(here[i])
        for k in range(3):
            row[k] = row[k + 6]
            row[width + 3 + k] = row[width - 3 + k]
        loss, noise, target = mask[y], grain[y], taken[y]
        for i in range(width):
            soft = np.floor(side * (row[i] + row[i + 6]) + middle * row[i + 3] + half)
            level = np.rint(soft * scale * np.float32(loss[i])) + np.float32(noise[i])
            target[i] = np.uint8(np.int32(min(max(level, least), most)))
