"""What lens, sensor and processor do to a picture: blur, vignette, dynamic range, exposure, noise, sharpening.

All are cheap on 8-bit pictures. Noise is what costs bits when encoded, so it is weak, and comes from a bank. What the
shutter does to people who move is in `sim.footage.paint.resolve`.
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
_HALO_TAPS = 7
_CORE = 2
_MOST_HALO = 32
_DARK_LEVELS = 64
_TINT_PX = 2.0
_RANGE_WH = (64, 36)
_RANGE_SPREAD = 3.0
_RANGE_POWER = 0.35
_LEAST_GAIN, _MOST_GAIN = 0.6, 1.8

_UNDO_ROUNDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Optics:
    blur_px: float = 0.7  # sigma of the lens blur at 720 lines
    vignette: float = 0.16  # loss of light in the corners, 0..1
    noise: float = 0.8  # sigma of the sensor noise, display levels 0..255
    drift: float = 0.012  # largest change of exposure, 0..1, over `drift_s` seconds
    drift_s: float = 45.0  # period of the exposure's drift
    is_grey: bool = False  # black and white, as with an infra-red lamp
    sharpening: float = 0.6  # share of the fine contrast in brightness that is added again
    halo_px: float = 1.4  # sigma at 720 lines of what counts as fine, which is how wide the halo along edges is
    chroma_noise: float = 1.0  # sigma of coloured noise in black, display levels; it fades out up to level 64
    dynamic_range: float = 0.0  # how far dark parts are raised and bright ones lowered, 0..1
    shutter_s: float = 1 / 60  # how long each picture is exposed


DAY = Optics()
NIGHT = Optics(
    blur_px=0.95,
    vignette=0.62,
    noise=2.0,
    drift=0.006,
    is_grey=True,
    sharpening=0.4,
    chroma_noise=0.0,
    shutter_s=1 / 30,
)


def choose_optics(camera: CameraSpec, *, darkness: float = 0.0) -> Optics:
    """Return the optics of a camera by its mode, or as measured in a picture of its own.

    `darkness` 0..1 turns its gain up: more noise, softer, slower. A picture of its own has its halo in it already.
    What the site file says of the camera's `optics` comes before all that.
    """
    optics = NIGHT if camera.mode == "night" else DAY
    if camera.look is not None:
        optics = replace(optics, noise=camera.look.noise, blur_px=camera.look.blur_px, vignette=0.0, sharpening=0.0)
    if darkness > 0:
        optics = replace(
            optics,
            noise=optics.noise + 3.2 * darkness,
            blur_px=optics.blur_px + 0.35 * darkness,
            chroma_noise=0.0 if optics.is_grey else optics.chroma_noise + 3.0 * darkness,
            shutter_s=max(optics.shutter_s, darkness / 15),
        )
    said = {} if camera.optics is None else camera.optics.model_dump(exclude_none=True)
    return replace(optics, **said)


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

    def __init__(
        self,
        optics: Optics,
        *,
        size_wh: tuple[int, int],
        fps: float,
        rng: np.random.Generator,
        scene: NDArray[np.uint8] | None = None,
    ) -> None:
        """Make them for pictures of a size; `scene` [h, w, 3] is the empty picture, asked for by the dynamic range."""
        self._optics = optics
        self._fps = fps
        self._offset = float(rng.uniform(0, _FULL_TURN))
        width, height = size_wh
        x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
        gain = 1 - optics.vignette * (x * x + y * y) / 2
        if scene is not None and optics.dynamic_range > 0:
            gain = gain * compute_range_gain(scene, amount=optics.dynamic_range)
        self._most = max(1.0, float(gain.max()))
        self._mask = np.clip(255 * gain / self._most, 0, 255).astype(np.uint8)
        self._blur_px = optics.blur_px * height / 720
        self._halo_px = optics.halo_px * height / 720
        kernel = cv2.getGaussianKernel(3, self._blur_px)
        self._side = round(256 * float(kernel[0, 0]))
        self._above = np.empty(3 * width, dtype=np.uint8)
        self._row = np.empty(3 * width + 6, dtype=np.uint16)
        self._flat = np.zeros((height, width), dtype=np.uint8)
        self._bank: list[NDArray[np.int8]] = []
        for _ in range(_BANK):
            grain = cv2.GaussianBlur(rng.standard_normal((height, width), dtype=np.float32), (0, 0), 0.8)
            grain = np.round(grain * np.float32(optics.noise / float(grain.std())))
            self._bank.append(np.clip(grain, -_MOST_GRAIN, _MOST_GRAIN).astype(np.int8))
        self._order = rng.permutation(_BANK * 97) % _BANK
        tint = 0.0 if optics.is_grey else optics.chroma_noise
        self._tints = [make_tint(rng, size_wh=size_wh, sigma=tint) for _ in range(_BANK if tint > 0 else 1)]

    def apply(self, picture: NDArray[np.uint8], frame: int) -> None:
        """Change a picture [h, w, 3] uint8 in place into what the camera would have taken.

        Raises ValueError when the picture is not contiguous.
        """
        if self._optics.is_grey:
            grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
            np.copyto(picture, cv2.merge([grey, grey, grey]))
        phase = _FULL_TURN * frame / self._fps / self._optics.drift_s + self._offset
        gain = self._most * (1 + self._optics.drift * float(np.sin(phase)))
        number = int(self._order[frame % len(self._order)])
        lines = picture.reshape(picture.shape[0], -1, copy=False)
        fine, coarse = self._split(picture) if self._optics.sharpening > 0 else (self._flat, self._flat)
        _take(
            lines,
            np.uint16(self._side),
            np.int32(self._side),
            self._mask,
            np.float32(gain / 255),
            self._bank[number],
            self._tints[number % len(self._tints)],
            fine,
            coarse,
            np.int16(round(64 * self._optics.sharpening)),
            self._above,
            self._row,
        )

    def _split(self, picture: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return the brightness [h, w] of a picture as the lens leaves it, and the same without what is fine."""
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        fine = cv2.GaussianBlur(grey, (3, 3), self._blur_px)
        wide = cv2.GaussianBlur(fine, (_HALO_TAPS, _HALO_TAPS), self._halo_px)
        return np.asarray(fine, dtype=np.uint8), np.asarray(wide, dtype=np.uint8)


def make_tint(rng: np.random.Generator, *, size_wh: tuple[int, int], sigma: float) -> NDArray[np.int8]:
    """Return coloured noise [h, w * 3] that leaves the brightness about as it is: blotches two pixels wide."""
    width, height = size_wh
    blue, red = (
        cv2.GaussianBlur(rng.standard_normal((height, width), dtype=np.float32), (0, 0), _TINT_PX) for _ in range(2)
    )
    blue, red = (part * np.float32(sigma / max(float(part.std()), 1e-9)) for part in (blue, red))
    green = -(np.float32(0.114) * blue + np.float32(0.299) * red) / np.float32(0.587)
    tint = np.round(np.stack([blue, green, red], axis=2))
    return np.clip(tint, -_MOST_GRAIN, _MOST_GRAIN).astype(np.int8).reshape(height, 3 * width)


def compute_range_gain(scene: NDArray[np.uint8], *, amount: float) -> NDArray[np.float32]:
    """Return the gain [h, w] that a camera of wide dynamic range gives to parts of a scene [h, w, 3].

    With L the brightness around a pixel and M the scene's median of that, it is (M / L) ** (0.35 amount), 0.6..1.8: a
    part a quarter as bright as the median gets 4 ** 0.35 = 1.62 of its display level at amount 1.
    """
    grey = cv2.cvtColor(scene, cv2.COLOR_BGR2GRAY).astype(np.float32)
    around = cv2.GaussianBlur(cv2.resize(grey, _RANGE_WH, interpolation=cv2.INTER_AREA), (0, 0), _RANGE_SPREAD)
    gain = (float(np.median(around)) / np.maximum(around, 1.0)) ** (_RANGE_POWER * amount)
    wide = cv2.resize(np.clip(gain, _LEAST_GAIN, _MOST_GAIN), (scene.shape[1], scene.shape[0]))
    return np.asarray(wide, dtype=np.float32)


@compiled
def _take(
    picture: NDArray[np.uint8],
    side16: np.uint16,
    side32: np.int32,
    mask: NDArray[np.uint8],
    scale: np.float32,
    grain: NDArray[np.int8],
    tint: NDArray[np.int8],
    fine: NDArray[np.uint8],
    coarse: NDArray[np.uint8],
    sharpening: np.int16,
    above: NDArray[np.uint8],
    row: NDArray[np.uint16],
) -> None:
    """Blur, dim and scale a picture, add grain and halo, in one pass; it is rounded after the blur and before those."""
    height, width = picture.shape
    for i in range(width):
        above[i] = picture[1, i]
    loss, noise = np.empty(width, dtype=np.uint8), np.empty(width, dtype=np.int16)
    added = np.empty(width // 3, dtype=np.int16)
    for y in range(height):
        _blur_down(above, picture[y], picture[y + 1] if y < height - 1 else above, side16, row)
        for k in range(3):
            row[k] = row[k + 6]
            row[width + 3 + k] = row[width - 3 + k]
        for i in range(width):
            above[i] = picture[y, i]
        _spread(mask[y], loss)
        _add_halo(grain[y], fine[y], coarse[y], sharpening, added)
        _spread(added, noise)
        _blur_along(row, side32, scale, loss, noise, tint[y], picture[y])


@compiled
def _add_halo(
    grain: NDArray[np.int8],
    fine: NDArray[np.uint8],
    coarse: NDArray[np.uint8],
    sharpening: np.int16,
    added: NDArray[np.int16],
) -> None:
    """Write grain and halo of a line into `added` [w]; a difference counts by what it exceeds 2 levels, at most by 32.

    Cameras do not sharpen the faintest differences, which are mostly noise.
    """
    core, most = np.int16(_CORE), np.int16(_MOST_HALO)
    for x in range(len(added)):
        off = np.int16(np.int16(fine[x]) - np.int16(coarse[x]))
        off = np.int16(off - np.int16(min(max(off, np.int16(-core)), core)))
        halo = np.int16(np.int16(sharpening * off + np.int16(32)) >> np.int16(6))
        added[x] = np.int16(np.int16(grain[x]) + np.int16(min(max(halo, np.int16(-most)), most)))


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
def _spread(values: NDArray[np.int16 | np.uint8], line: NDArray[np.int16 | np.uint8]) -> None:
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
    noise: NDArray[np.int16],
    tint: NDArray[np.int8],
    taken: NDArray[np.uint8],
) -> None:
    """Blur a line along itself and round it to levels; then dim it, round, and add noise, and tint where it is dark."""
    least, most, half = np.int32(0), np.int32(255), np.int32(1 << 15)
    dark = np.int32(_DARK_LEVELS)
    for i in range(len(taken)):
        own = np.int32(row[i + 3])
        off = np.int32(np.int32(row[i]) + np.int32(row[i + 6]) - own - own)
        soft = np.int32(np.int32(side * off) + np.int32(own * np.int32(256)) + half) >> np.int32(16)
        level = np.int32(np.rint(np.float32(np.int32(soft)) * scale * np.float32(loss[i])))
        depth = np.int32(max(np.int32(dark - np.int32(level)), least))
        hue = np.int32(np.int32(np.int32(tint[i]) * depth + np.int32(32)) >> np.int32(6))
        level = np.int32(np.int32(level) + np.int32(noise[i]) + hue)
        taken[i] = np.uint8(min(max(np.int32(level), least), most))
