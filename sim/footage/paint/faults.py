"""How the pictures of a faulty camera show its faults."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.crowd.scenario.faults import AnyFault, DirtyLens, Glare, LowLight
from sim.footage.paint.fault_plan import NOTHING, CameraFaults
from sim.footage.paint.overlay import CharacterCell, TextLine
from sim.footage.paint.plate import Plate, make_plate
from sim.footage.recording.recording import FrameSource, Picture, Sighting
from sim.site.camera import CameraView, compute_plate_pixels

WORDS = "NO SIGNAL"
_GROUND_BGR = (26, 22, 20)
_SIZE_SHARE = 0.055
_NAME_SHARE = 0.031
_MARGIN_SHARE = 0.020


class FaultySource:
    """Paints what a faulty camera shows: nothing, an older picture again, or the view as the faults of the moment are.

    A picture that is shown again is the same picture, noise and clock included, and so are the people seen in it.
    """

    def __init__(
        self,
        faults: CameraFaults,
        *,
        make_source: Callable[[tuple[AnyFault, ...]], FrameSource],
        size_wh: tuple[int, int],
    ) -> None:
        """Make the source; `make_source` is asked for a painter each time the faults that change the view change."""
        self._faults = faults
        self._make_source = make_source
        self._size_wh = size_wh
        self._shown = faults.compute_shown_frames()
        self._nothing: Picture | None = None
        self._last: tuple[int, Picture, Sequence[Sighting]] | None = None
        self._source: tuple[tuple[AnyFault, ...], FrameSource] | None = None

    def paint(self, frame: int) -> tuple[Picture, Sequence[Sighting]]:
        shown = int(self._shown[frame])
        if shown == NOTHING:
            if self._nothing is None:
                self._nothing = draw_no_signal(
                    camera_id=self._faults.camera.camera_id, name=self._faults.shown_name, size_wh=self._size_wh
                )
            return self._nothing.copy(), ()
        if self._last is None or self._last[0] != shown:
            picture, sightings = self._get_source(shown).paint(shown)
            self._last = (shown, picture, sightings)
        return np.array(self._last[1], copy=True), self._last[2]

    def _get_source(self, frame: int) -> FrameSource:
        wanted = self._faults.find_visible(frame)
        if self._source is None or self._source[0] != wanted:
            self._source = (wanted, self._make_source(wanted))
        return self._source[1]


def draw_no_signal(*, camera_id: str, name: str, size_wh: tuple[int, int]) -> Picture:
    """Return the picture [h, w, 3] uint8, blue-green-red: dark, the words in its middle, number and name as usual."""
    width, height = size_wh
    picture = np.full((height, width, 3), _GROUND_BGR, dtype=np.uint8)
    cells = CharacterCell(size_px=max(round(height * _SIZE_SHARE), 14))
    wide = sum(cells.draw(character).shape[1] for character in WORDS)
    line = TextLine(cells, left_px=(width - wide) // 2, top_px=(height - cells.height) // 2)
    line.set_text(WORDS)
    line.blend(picture)
    dimmed = np.asarray(cv2.addWeighted(picture, 0.72, picture, 0, 6), dtype=np.uint8)
    small = CharacterCell(size_px=max(round(height * _NAME_SHARE), 12))
    margin = round(height * _MARGIN_SHARE)
    title = TextLine(small, left_px=margin, top_px=margin)
    title.set_text(f"{camera_id}  {name}")
    title.blend(dimmed)
    return dimmed


FloatArray = NDArray[np.float32]

_SMALL = 4
_BLOOM_SMALL = 8
_HAZE_LEVELS = 70.0
_BLOOM_FROM = 196.0
_LUMA_BGR = np.array([[0.114, 0.587, 0.299]], dtype=np.float32)


class LensEffect(Protocol):
    def apply(self, picture: Picture) -> Picture: ...


def make_lens_effects(
    faults: Iterable[AnyFault], *, size_wh: tuple[int, int], rng: np.random.Generator
) -> tuple[LensEffect, ...]:
    """Return the effects of those faults that lie in light and lens: light first, then the glass."""
    listed = list(faults)
    effects: list[LensEffect] = [DarkRoom(f) for f in listed if isinstance(f, LowLight)]
    effects += [BrightDoor(f, size_wh=size_wh) for f in listed if isinstance(f, Glare)]
    effects += [DirtyGlass(f, size_wh=size_wh, rng=rng) for f in listed if isinstance(f, DirtyLens)]
    return tuple(effects)


class DarkRoom:
    """Most lamps are off: dark, pale, with what still shines left bright. The noise is `camera_effects`' part."""

    def __init__(self, fault: LowLight) -> None:
        levels = np.arange(256) / 255
        dark = levels ** (1 + 0.75 * fault.amount) * (1 - 0.42 * fault.amount)
        still_lit = np.clip((levels - 0.86) / 0.14, 0, 1)
        self._table = np.round(255 * (dark + (levels - dark) * still_lit * 0.6)).astype(np.uint8)
        pale = 0.8 * fault.amount
        self._mix = ((1 - pale) * np.eye(3) + pale * np.repeat(_LUMA_BGR, 3, axis=0)).astype(np.float32)

    def apply(self, picture: Picture) -> Picture:
        return np.asarray(cv2.transform(cv2.LUT(picture, self._table), self._mix), dtype=np.uint8)


class BrightDoor:
    """Sun in a door or window: that part burns out and spills over, and the exposure is turned down for it.

    The light that spills is taken from each picture, so that somebody in the doorway is a dark shape in front of it.
    """

    def __init__(self, fault: Glare, *, size_wh: tuple[int, int]) -> None:
        width, height = size_wh
        x, y = np.meshgrid((np.arange(width) + 0.5) / width, (np.arange(height) + 0.5) / height)
        distance = np.hypot(x - fault.at[0], (y - fault.at[1]) * height / width) / fault.radius
        lit = np.exp(-(distance**2))
        gain = (1 - 0.32 * fault.amount) * (1 + 1.5 * fault.amount * lit)
        self._gain = cv2.merge([np.clip(64 * gain, 0, 255).astype(np.uint8)] * 3)
        self._small_wh = (max(width // _BLOOM_SMALL, 8), max(height // _BLOOM_SMALL, 8))
        near = cv2.resize((1 / (1 + distance**2)).astype(np.float32), self._small_wh, interpolation=cv2.INTER_AREA)
        self._near = np.asarray(near, dtype=np.float32)
        self._reach = [fault.radius * self._small_wh[0] * scale for scale in (0.12, 0.4, 1.3)]
        self._strength = np.float32(fault.amount)

    def apply(self, picture: Picture) -> Picture:
        exposed = cv2.multiply(picture, self._gain, scale=1 / 64)
        small = cv2.resize(exposed, self._small_wh, interpolation=cv2.INTER_AREA)
        luma = np.asarray(cv2.transform(small, _LUMA_BGR), dtype=np.float32)
        over = np.clip((luma - _BLOOM_FROM) / (255 - _BLOOM_FROM), 0, 1) * self._near * 255 * self._strength
        spill = sum(
            weight * np.asarray(cv2.GaussianBlur(over, (0, 0), max(reach, 0.8)))
            for weight, reach in zip((0.3, 0.35, 0.3), self._reach, strict=True)
        )
        light = np.clip(np.asarray(spill), 0, 255).astype(np.uint8)
        wide = cv2.resize(light, (picture.shape[1], picture.shape[0]), interpolation=cv2.INTER_CUBIC)
        return np.asarray(cv2.add(exposed, cv2.merge([wide, wide, wide])), dtype=np.uint8)


class DirtyGlass:
    """Wiped-on grease that blurs and veils, and specks of dust and dried drops, out of focus."""

    def __init__(self, fault: DirtyLens, *, size_wh: tuple[int, int], rng: np.random.Generator) -> None:
        width, height = size_wh
        self._small_wh = (max(width // _SMALL, 8), max(height // _SMALL, 8))
        smear = _draw_smears(self._small_wh, amount=fault.amount, rng=rng)
        smeared = cv2.resize(smear, size_wh, interpolation=cv2.INTER_CUBIC)
        self._smeared: FloatArray = np.clip(smeared, 0, 0.92).astype(np.float32)
        self._clear: FloatArray = (1 - self._smeared).astype(np.float32)
        self._blur_px = 0.018 * self._small_wh[1] * (1 + fault.amount)
        specks = _draw_specks(size_wh, amount=fault.amount, rng=rng)
        self._specks = cv2.merge([np.clip(255 * specks, 0, 255).astype(np.uint8)] * 3)
        self._haze = _HAZE_LEVELS * fault.amount

    def apply(self, picture: Picture) -> Picture:
        small = cv2.resize(picture, self._small_wh, interpolation=cv2.INTER_AREA)
        soft = cv2.GaussianBlur(small, (0, 0), self._blur_px)
        veil = np.asarray(soft, dtype=np.float32).mean(axis=(0, 1)) + self._haze
        milky = cv2.addWeighted(soft, 0.78, np.broadcast_to(0.22 * veil, soft.shape).astype(np.uint8), 1.0, 0)
        wide = cv2.resize(milky, (picture.shape[1], picture.shape[0]), interpolation=cv2.INTER_LINEAR)
        through = cv2.blendLinear(picture, wide, self._clear, self._smeared)
        return np.asarray(cv2.multiply(through, self._specks, scale=1 / 255), dtype=np.uint8)


def _draw_smears(size_wh: tuple[int, int], *, amount: float, rng: np.random.Generator) -> FloatArray:
    """Return how much each pixel is smeared [h, w], 0..1: a few wiped strokes, streaked along their way."""
    width, height = size_wh
    canvas = np.zeros((height, width), dtype=np.float32)
    angle = float(rng.uniform(-0.9, 0.9))
    for _ in range(3 + round(4 * amount)):
        tilt = angle + float(rng.normal(0, 0.25))
        middle = rng.uniform((0.05, 0.1), (0.95, 0.95)) * (width, height)
        half = height * float(rng.uniform(0.18, 0.55))
        bend = half * float(rng.uniform(-0.35, 0.35))
        along, across = np.array([np.cos(tilt), np.sin(tilt)]), np.array([-np.sin(tilt), np.cos(tilt)])
        steps = np.linspace(-1, 1, 17)[:, None]
        stroke = np.zeros_like(canvas)
        for lane in np.linspace(-1, 1, 9):
            offset = across * (lane * height * 0.07) + across * (bend * (1 - steps**2))
            points = np.round((middle + along * half * steps + offset) * 8).astype(np.int32)
            strength = float(rng.uniform(0.25, 1.0))
            cv2.polylines(stroke, [points], False, strength, max(height // 22, 1), cv2.LINE_AA, 3)
        canvas = np.maximum(canvas, np.asarray(cv2.GaussianBlur(stroke, (0, 0), height * 0.018)))
    return np.asarray(canvas * (0.75 + 0.75 * amount), dtype=np.float32)


def _draw_specks(size_wh: tuple[int, int], *, amount: float, rng: np.random.Generator) -> FloatArray:
    """Return the share of light that specks let through [h, w], 0..1."""
    width, height = size_wh
    through = np.ones((height, width), dtype=np.float32)
    for _ in range(10 + round(50 * amount)):
        middle = rng.uniform((0, 0), (width, height))
        radius = height * 0.006 * float(np.exp(rng.normal(0, 0.55)))
        dark = float(rng.uniform(0.12, 0.45))
        _multiply_disc(through, middle, radius=radius, dark=dark)
    return through


def _multiply_disc(canvas: FloatArray, middle: NDArray[np.float64], *, radius: float, dark: float) -> None:
    reach = int(np.ceil(2 * radius + 1))
    x0, y0 = max(int(middle[0]) - reach, 0), max(int(middle[1]) - reach, 0)
    part = canvas[y0 : int(middle[1]) + reach, x0 : int(middle[0]) + reach]
    y, x = np.mgrid[y0 : y0 + part.shape[0], x0 : x0 + part.shape[1]]
    distance = np.hypot(x - middle[0], y - middle[1]) / radius
    part *= (1 - dark * np.clip(1.5 - distance, 0, 1)).astype(np.float32)


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
