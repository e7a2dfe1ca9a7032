"""What lens and sensor do to a picture, in the order in which a camera does it: blur, vignette, exposure, noise.

All are cheap on 8-bit pictures. Noise is what costs bits when encoded, so it is weak, and comes from a bank.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.site.model import CameraSpec

_BANK = 6
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
        self._mask = cv2.merge([mask, mask, mask])
        self._blur_px = optics.blur_px * height / 720
        self._bank: list[tuple[NDArray[np.uint8], NDArray[np.uint8]]] = []
        for _ in range(_BANK):
            grain = cv2.GaussianBlur(rng.standard_normal((height, width), dtype=np.float32), (0, 0), 0.8)
            grain = np.round(grain * np.float32(optics.noise / float(grain.std())))
            brighter, darker = (np.clip(sign * grain, 0, 40).astype(np.uint8) for sign in (1, -1))
            self._bank.append((cv2.merge([brighter] * 3).astype(np.uint8), cv2.merge([darker] * 3).astype(np.uint8)))
        self._order = rng.permutation(_BANK * 97) % _BANK

    def apply(self, picture: NDArray[np.uint8], frame: int) -> NDArray[np.uint8]:
        """Return the picture [h, w, 3] uint8 as the camera would have taken it."""
        if self._optics.is_grey:
            grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
            picture = np.asarray(cv2.merge([grey, grey, grey]), dtype=np.uint8)
        soft = cv2.GaussianBlur(picture, (3, 3), self._blur_px)
        phase = _FULL_TURN * frame / self._fps / self._optics.drift_s + self._offset
        gain = 1 + self._optics.drift * float(np.sin(phase))
        exposed = cv2.multiply(soft, self._mask, scale=gain / 255)
        brighter, darker = self._bank[int(self._order[frame % len(self._order)])]
        return np.asarray(cv2.subtract(cv2.add(exposed, brighter), darker), dtype=np.uint8)
