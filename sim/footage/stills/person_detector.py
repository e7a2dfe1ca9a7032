"""Finds people in a picture by NanoDet-g (RangiLyu 2020, Apache-2.0), a network trained on photographs (COCO).

OpenCV's dnn runs it. Its weights are a file of their own, see scenarios/models.
"""

import lzma
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.errors import RecordingError

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
    """The network, loaded."""

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
