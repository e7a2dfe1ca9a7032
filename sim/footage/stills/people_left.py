"""People who are left in a camera's empty view: found, and replaced by what is around or behind them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sim.footage.stills.look import measure_noise
from sim.footage.stills.person_detector import PersonDetector, compute_overlaps

Bgr = NDArray[np.uint8]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom: shares of a picture's width and height."""

QUALITY: Final = 90
MOST_PEOPLE: Final = 40
THRESHOLD: Final = 0.35
TILES: Final = 2
LEAST_CLEAR: Final = 3
_DOUBTFUL: Final = 0.25
_WIDER: Final = 0.08
_AROUND: Final = 0.75
_WIDEST_PX: Final = 480
_REACH_PX: Final = 5
_FEATHER_PX: Final = 3.0
_SEED: Final = 21


def read_picture(path: Path) -> Bgr:
    """Return a picture [h, w, 3]. Raises OSError: it cannot be read."""
    with Image.open(path) as opened:
        return np.ascontiguousarray(np.asarray(opened.convert("RGB"), dtype=np.uint8)[..., ::-1])


def write_picture(path: Path, bgr: Bgr) -> None:
    """Write a picture as WebP. Raises OSError."""
    Image.fromarray(bgr[..., ::-1]).save(path, format="WEBP", quality=QUALITY, method=2)


def find_people(bgr: Bgr, detector: PersonDetector) -> tuple[Box, ...]:
    """Return where people are in a picture [h, w, 3], a little wider than they are, the surest first."""
    found = detector.find(bgr, tiles=TILES, threshold=THRESHOLD)
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
    seen = [detector.find(picture, tiles=TILES, threshold=_DOUBTFUL).boxes / size_wh for picture in pictures]
    mended, left = bgr.copy(), []
    for box in boxes:
        clear = [picture for picture, there in zip(pictures, seen, strict=True) if not _is_met(box, there)]
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
    dice = np.random.default_rng(_SEED)
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


def _is_met(box: Box, others: NDArray[np.float64]) -> bool:
    return bool(len(others)) and bool((compute_overlaps(np.array(box), others) > 0.02).any())
