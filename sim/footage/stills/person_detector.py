"""People in a picture: found, and where they are left in an empty view, replaced by what is around or behind them.

They are found by NanoDet-g (RangiLyu 2020, Apache-2.0), a network trained on photographs (COCO). OpenCV's dnn runs it;
its weights are a file of their own, see scenarios/models.
"""

import lzma
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sim.errors import RecordingError
from sim.site.model import LookSpec

FloatArray = NDArray[np.float64]

MODEL = Path(__file__).parents[3] / "scenarios" / "models" / "nanodet-g-416.onnx.xz"
SIDE_PX = 416
STRIDES = (8, 16, 32)
BINS = 11
TILE_OVERLAP = 0.2
LEAST_SCORE = 0.15
OVERLAP = 0.5
_MEAN = np.array([103.53, 116.28, 123.675], dtype=np.float32)
_SPREAD = np.array([57.375, 57.12, 58.395], dtype=np.float32)
_GREY = 114
_CUT_PX = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Detections:
    """People in one picture: boxes [n, 4] x1 y1 x2 y2 in pixels, and how sure the network is [n], 0..1."""

    boxes: FloatArray
    scores: FloatArray


class PersonDetector:
    def __init__(self, model: Path = MODEL) -> None:
        """Load it, from ONNX or from that compressed by xz. Raises RecordingError: no model that can be read."""
        try:
            kept = model.read_bytes()
            onnx = lzma.decompress(kept) if model.suffix == ".xz" else kept
            self._net = cv2.dnn.readNetFromONNX(np.frombuffer(onnx, dtype=np.uint8))
        except (cv2.error, OSError, lzma.LZMAError) as error:
            raise RecordingError(
                f"{model} is no model that can be read", expected="NanoDet-g as ONNX", todo="check the path"
            ) from error
        self._outputs = self._net.getUnconnectedOutLayersNames()

    def find(self, bgr: NDArray[np.uint8], *, tiles: int = 1, threshold: float = 0.3) -> Detections:
        """Return the people in a picture [h, w, 3].

        With more than one tile the picture is also looked through in as many upright parts, which shows small people
        larger; boxes that an inner edge cuts are left out.
        """
        found = [self._find_whole(bgr)]
        width = bgr.shape[1]
        reach = width / (tiles - (tiles - 1) * TILE_OVERLAP)
        for number in range(tiles if tiles > 1 else 0):
            left = int(number * reach * (1 - TILE_OVERLAP))
            right = min(int(left + reach), width)
            part = self._find_whole(bgr[:, left:right])
            cut_left = (part.boxes[:, 0] < _CUT_PX) & (left > 0)
            cut_right = (part.boxes[:, 2] > right - left - _CUT_PX) & (right < width)
            kept = ~(cut_left | cut_right)
            found.append(Detections(boxes=part.boxes[kept] + (left, 0, left, 0), scores=part.scores[kept]))
        boxes, scores = np.concatenate([f.boxes for f in found]), np.concatenate([f.scores for f in found])
        kept_rows = [row for row in _keep_best(boxes, scores) if scores[row] >= threshold]
        return Detections(boxes=boxes[kept_rows], scores=scores[kept_rows])

    def _find_whole(self, bgr: NDArray[np.uint8]) -> Detections:
        height, width = bgr.shape[:2]
        scale = SIDE_PX / max(height, width)
        size_wh = (round(width * scale), round(height * scale))
        smaller = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        padded = np.full((SIDE_PX, SIDE_PX, 3), _GREY, dtype=np.uint8)
        padded[: size_wh[1], : size_wh[0]] = cv2.resize(bgr, size_wh, interpolation=smaller)
        blob = ((padded.astype(np.float32) - _MEAN) / _SPREAD).transpose(2, 0, 1)[None]
        self._net.setInput(np.ascontiguousarray(blob))
        outputs = [np.asarray(output) for output in self._net.forward(self._outputs)]
        boxes, scores = [np.zeros((0, 4))], [np.zeros(0)]
        for stride in STRIDES:
            cells = (SIDE_PX // stride) ** 2
            classes = next(o for o in outputs if o.shape[1] == cells and o.shape[2] > 4 * BINS)[0, :, 0]
            if classes.min() < 0 or classes.max() > 1:
                classes = 1 / (1 + np.exp(-classes))
            rows = np.flatnonzero(classes > LEAST_SCORE)
            sides = next(o for o in outputs if o.shape[1] == cells and o.shape[2] == 4 * BINS)[0][rows]
            boxes.append(_decode(rows, sides, stride) / scale)
            scores.append(classes[rows].astype(np.float64))
        return Detections(boxes=np.concatenate(boxes), scores=np.concatenate(scores))


def _decode(rows: NDArray[np.intp], sides: NDArray[np.float32], stride: int) -> FloatArray:
    """Return boxes [n, 4]: each side's distance from the cell is the mean of a distribution over bins."""
    spread = np.exp(sides.reshape(-1, 4, BINS) - sides.reshape(-1, 4, BINS).max(axis=2, keepdims=True))
    away = (spread / spread.sum(axis=2, keepdims=True)) @ np.arange(BINS) * stride
    across = SIDE_PX // stride
    x, y = (rows % across + 0.5) * stride - 0.5, (rows // across + 0.5) * stride - 0.5
    return np.stack([x - away[:, 0], y - away[:, 1], x + away[:, 2], y + away[:, 3]], axis=1)


def _keep_best(boxes: FloatArray, scores: FloatArray) -> list[int]:
    """Return the rows to keep: of boxes that overlap by half the surest."""
    kept: list[int] = []
    for row in np.argsort(-scores):
        if not kept or compute_overlaps(boxes[row], boxes[kept]).max() < OVERLAP:
            kept.append(int(row))
    return kept


def compute_overlaps(box: FloatArray, others: FloatArray) -> FloatArray:
    """Return the intersection over union [n] of a box [4] with others [n, 4]."""
    shared = np.clip(np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2]), 0, None).prod(axis=1)
    areas = (others[:, 2:] - others[:, :2]).prod(axis=1) + (box[2:] - box[:2]).prod()
    return np.asarray(shared / np.maximum(areas - shared, 1e-9))


LINES = 720
_MASK = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)
_MASK_GAIN = 6.0
_BLOCK_PX = 32
_QUIET_SHARE = 0.1
_DARK, _BRIGHT = 12, 243
_SMOOTH_PX = 3
_LEAST_STEP = 25.0
_STEEP_SHARE = 0.9
_NOISE = (0.4, 8.0)
_BLUR_PX = (0.3, 1.6)


# Noise is measured by the mask of Immerkaer (1996, doi:10.1006/cviu.1996.0060), which is blind to edges that are
# straight, over the quietest tenth of blocks, so that texture is not taken for noise. Sharpness is that of the
# steepest edges: a step blurred by sigma has the steepest slope step / (sigma sqrt(2 pi)).
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
    size = 2 * _SMOOTH_PX + 1
    step = cv2.dilate(grey, np.ones((1, size))) - cv2.erode(grey, np.ones((1, size)))
    steep = slopes == cv2.dilate(slopes, np.ones((1, size)))
    found = steep & (step[:, :-1] > max(_LEAST_STEP, 8 * noise)) & (slopes > 0)
    if int(found.sum()) < 200:
        return 0.7
    # a step between two pixels has the slope of its whole height: half a pixel is as sharp as a picture can be
    widths = step[:, :-1][found] / (slopes[found] * np.float32(np.sqrt(2 * np.pi)))
    return float(np.quantile(widths, _QUIET_SHARE))


Bgr = NDArray[np.uint8]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom: shares of a picture's width and height."""

QUALITY: Final = 90
MOST_PEOPLE: Final = 40
TILES: Final = 2
LEAST_CLEAR: Final = 3
_WIDER: Final = 0.08
_AROUND: Final = 0.75
_WIDEST_PX: Final = 480
_REACH_PX: Final = 5
_FEATHER_PX: Final = 3.0


def read_picture(path: Path) -> Bgr:
    with Image.open(path) as opened:
        return np.ascontiguousarray(np.asarray(opened.convert("RGB"), dtype=np.uint8)[..., ::-1])


def write_picture(path: Path, bgr: Bgr) -> None:
    """Write a picture as WebP. Raises OSError."""
    Image.fromarray(bgr[..., ::-1]).save(path, format="WEBP", quality=QUALITY, method=2)


def find_people(bgr: Bgr, detector: PersonDetector) -> tuple[Box, ...]:
    """Return where people are in a picture [h, w, 3], a little wider than they are, the surest first."""
    found = detector.find(bgr, tiles=TILES, threshold=0.35)
    order = np.argsort(-found.scores)[:MOST_PEOPLE]
    return tuple(_widen(found.boxes[row], (bgr.shape[1], bgr.shape[0])) for row in order)


def take_from_others(
    bgr: Bgr, pictures: Sequence[Bgr], boxes: Sequence[Box], detector: PersonDetector
) -> tuple[Bgr, tuple[Box, ...]]:
    """Return a picture in which people are replaced by what other pictures of the clip show there, and who is left.

    A person who stood still for most of a clip is in its median, and not in those of its pictures in which nobody is
    found at that place: with at least three of those, their median is what is behind the person.
    """
    size_wh = np.array([bgr.shape[1], bgr.shape[0]] * 2, dtype=np.float64)
    seen = [detector.find(picture, tiles=TILES, threshold=0.25).boxes / size_wh for picture in pictures]
    mended, left = bgr.copy(), []
    for box in boxes:
        clear = [
            picture
            for picture, there in zip(pictures, seen, strict=True)
            if not (len(there) and (compute_overlaps(np.array(box), there) > 0.02).any())
        ]
        if len(clear) < LEAST_CLEAR:
            left.append(box)
            continue
        place = _cut(box, bgr)
        mended[place] = np.median(np.stack([picture[place] for picture in clear]), axis=0).astype(np.uint8)
    return mended, tuple(left)


def paint_out(bgr: Bgr, boxes: Sequence[Box]) -> Bgr:
    """Return a picture [h, w, 3] in which each box is filled from what is around it, with the picture's own noise."""
    painted = bgr.copy()
    noise = measure_noise(cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY).astype(np.float32))
    dice = np.random.default_rng(21)
    places = [_cut(box, bgr) for box in boxes]
    covered = np.zeros(bgr.shape[:2], dtype=np.uint8)
    for place in places:
        covered[place] = 255
    for box, inner in zip(boxes, places, strict=True):
        around = _cut(_grow(box, _AROUND), bgr)
        mask = covered[around]
        if mask.all():
            continue
        filled = _fill(bgr[around], mask) + dice.normal(0, noise, (*mask.shape, 1))
        share = np.zeros(mask.shape, dtype=np.float32)
        share[_shift(inner[0], around[0]), _shift(inner[1], around[1])] = 1.0
        share = np.maximum(share, cv2.GaussianBlur(share, (0, 0), _FEATHER_PX))[..., None]
        painted[around] = np.clip(painted[around] * (1 - share) + filled * share, 0, 255).astype(np.uint8)
    return painted


def _fill(part: Bgr, mask: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Fill what is masked from around it (Telea 2004, doi:10.1080/10867651.2004.10487596); large places are coarser."""
    scale = min(1.0, _WIDEST_PX / max(part.shape[:2]))
    size_wh = (max(8, round(part.shape[1] * scale)), max(8, round(part.shape[0] * scale)))
    small = cv2.resize(part, size_wh, interpolation=cv2.INTER_AREA)
    small_mask = cv2.resize(mask, size_wh, interpolation=cv2.INTER_NEAREST)
    filled = cv2.inpaint(small, small_mask, _REACH_PX, cv2.INPAINT_TELEA)
    return cv2.resize(filled, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_LINEAR).astype(np.float32)


def _widen(box_px: NDArray[np.float64], size_wh: tuple[int, int]) -> Box:
    left, top, right, bottom = (box_px / np.array([*size_wh, *size_wh])).tolist()
    return _grow((left, top, right, bottom), _WIDER)


def _grow(box: Box, share: float) -> Box:
    across, down = (box[2] - box[0]) * share, (box[3] - box[1]) * share
    grown = (box[0] - across, box[1] - down, box[2] + across, box[3] + down)
    left, top, right, bottom = (min(1.0, max(0.0, value)) for value in grown)
    return left, top, right, bottom


def _cut(box: Box, bgr: Bgr) -> tuple[slice, slice]:
    height, width = bgr.shape[:2]
    return (
        slice(int(box[1] * height), max(int(np.ceil(box[3] * height)), int(box[1] * height) + 1)),
        slice(int(box[0] * width), max(int(np.ceil(box[2] * width)), int(box[0] * width) + 1)),
    )


def _shift(inner: slice, outer: slice) -> slice:
    return slice(inner.start - outer.start, inner.stop - outer.start)
