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


_UNDO_ROUNDS = 5


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
    """Return the optics of a camera by its mode, or as measured in a picture of its own.

    `darkness` 0..1 turns its gain up: more noise, softer, slower.
    """
    optics = NIGHT if camera.mode == "night" else DAY
    if camera.look is not None:
        optics = replace(optics, noise=camera.look.noise, blur_px=camera.look.blur_px, vignette=0.0)
    if darkness == 0:
        return optics
    return replace(optics, noise=optics.noise + 3.2 * darkness, blur_px=optics.blur_px + 0.35 * darkness)


def undo_blur(bgr: NDArray[np.uint8], *, blur_px: float) -> NDArray[np.uint8]:
    """Return a picture [h, w, 3] that is as this one once `CameraEffects` has blurred it (Van Cittert 1931).

    A picture that a camera took has been through its lens already; what is drawn into it has not.
    """
    wanted = bgr.astype(np.float32)
    kernel = cv2.getGaussianKernel(3, blur_px * bgr.shape[0] / 720)
    found = wanted.copy()
    for _ in range(_UNDO_ROUNDS):
        found += wanted - cv2.sepFilter2D(found, cv2.CV_32F, kernel, kernel, borderType=cv2.BORDER_REFLECT_101)
        np.clip(found, 0, 255, out=found)
    return np.round(found).astype(np.uint8)


class CameraEffects:
    """The effects of one camera; the same seed and frame number give the same picture."""

    def __init__(self, optics: Optics, *, size_wh: tuple[int, int], fps: float, rng: np.random.Generator) -> None:
        self._optics = optics
        self._fps = fps
        self._offset = float(rng.uniform(0, _FULL_TURN))
        width, height = size_wh
        x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
        loss = optics.vignette * (x * x + y * y) / 2
        self._mask = np.clip(255 * (1 - loss), 0, 255).astype(np.uint8)
        kernel = cv2.getGaussianKernel(3, optics.blur_px * height / 720)
        self._side = round(256 * float(kernel[0, 0]))
        self._above = np.empty(3 * width, dtype=np.uint8)
        self._row = np.empty(3 * width + 6, dtype=np.uint16)
        self._bank: list[NDArray[np.int8]] = []
        for _ in range(_BANK):
            grain = cv2.GaussianBlur(rng.standard_normal((height, width), dtype=np.float32), (0, 0), 0.8)
            grain = np.round(grain * np.float32(optics.noise / float(grain.std())))
            self._bank.append(np.clip(grain, -_MOST_GRAIN, _MOST_GRAIN).astype(np.int8))
        self._order = rng.permutation(_BANK * 97) % _BANK

    def apply(self, picture: NDArray[np.uint8], frame: int) -> None:
        """Change a picture [h, w, 3] uint8 in place into what the camera would have taken.

        Raises ValueError when the picture is not contiguous.
        """
        if self._optics.is_grey:
            grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
            np.copyto(picture, cv2.merge([grey, grey, grey]))
        phase = _FULL_TURN * frame / self._fps / self._optics.drift_s + self._offset
        gain = 1 + self._optics.drift * float(np.sin(phase))
        grain = self._bank[int(self._order[frame % len(self._order)])]
        lines = picture.reshape(picture.shape[0], -1, copy=False)
        side16, side32 = np.uint16(self._side), np.int32(self._side)
        _take(lines, side16, side32, self._mask, np.float32(gain / 255), grain, self._above, self._row)


@compiled
def _take(
    picture: NDArray[np.uint8],
    side16: np.uint16,
    side32: np.int32,
    mask: NDArray[np.uint8],
    scale: np.float32,
    grain: NDArray[np.int8],
    above: NDArray[np.uint8],
    row: NDArray[np.uint16],
) -> None:
    """Blur, dim and scale a picture and add grain, in one pass; it is rounded after the blur and before the grain.

    Args:
        picture: [h, w * 3], three values a pixel, changed in place.
        side16: share of a neighbour in the blur, in both directions, in 256ths.
        side32: the same.
        mask: [h, w] share of light in 255ths.
        scale: of display levels times mask.
        grain: [h, w] display levels.
        above: [w * 3], overwritten.
        row: [w * 3 + 6], overwritten.
    """
    height, width = picture.shape
    for i in range(width):
        above[i] = picture[1, i]
    loss, noise = np.empty(width, dtype=np.uint8), np.empty(width, dtype=np.int8)
    for y in range(height):
        _blur_down(above, picture[y], picture[y + 1] if y < height - 1 else above, side16, row)
        for k in range(3):
            row[k] = row[k + 6]
            row[width + 3 + k] = row[width - 3 + k]
        for i in range(width):
            above[i] = picture[y, i]
        _spread(mask[y], loss)
        _spread(grain[y], noise)
        _blur_along(row, side32, scale, loss, noise, picture[y])


# Sums are exact in the narrow whole numbers they are cast to after each step: the narrower they are, the more of them
# the processor works on at once.


@compiled
def _blur_down(
    above: NDArray[np.uint8],
    here: NDArray[np.uint8],
    below: NDArray[np.uint8],
    side: np.uint16,
    row: NDArray[np.uint16],
) -> None:
    """Blur a line with those above and below into `row`, from its fourth number on, in 256ths of a level."""
    for i in range(len(here)):
        own = np.uint16(here[i])
        off = np.uint16(np.uint16(above[i]) + np.uint16(below[i]) - own - own)
        row[i + 3] = np.uint16(np.uint16(side * off) + np.uint16(own << np.uint16(8)))


@compiled
def _spread(values: NDArray[np.int8 | np.uint8], line: NDArray[np.int8 | np.uint8]) -> None:
    """Write each value [w] three times into `line` [w * 3]."""
    for x in range(len(values)):
        value = values[x]
        line[3 * x] = value
        line[3 * x + 1] = value
        line[3 * x + 2] = value


@compiled
def _blur_along(
    row: NDArray[np.uint16],
    side: np.int32,
    scale: np.float32,
    loss: NDArray[np.uint8],
    noise: NDArray[np.int8],
    taken: NDArray[np.uint8],
) -> None:
    """Blur a line along itself and round it to levels; then dim it, round, and add grain."""
    least, most, half = np.int32(0), np.int32(255), np.int32(1 << 15)
    for i in range(len(taken)):
        own = np.int32(row[i + 3])
        off = np.int32(np.int32(row[i]) + np.int32(row[i + 6]) - own - own)
        soft = np.int32(np.int32(side * off) + np.int32(own * np.int32(256)) + half) >> np.int32(16)
        level = np.int32(np.rint(np.float32(np.int32(soft)) * scale * np.float32(loss[i]))) + np.int32(noise[i])
        taken[i] = np.uint8(min(max(np.int32(level), least), most))
