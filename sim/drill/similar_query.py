"""A box drawn on a person: whom it means, and the part of a picture that is cut out around somebody."""

import math
from dataclasses import dataclass

import numpy as np

from sim.errors import AnswerError
from sim.scoring.mark import BOX_MARGIN_PX
from sim.truth.index import TruthIndex

BoxPx = tuple[float, float, float, float]
CropPx = tuple[int, int, int, int]

LEAST_OVERLAP = 0.05
LEAST_SIDE_PX = 4.0
CROP_MARGIN = 0.15
CROP_MARGIN_LEAST_PX = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarQuery:
    """One question to the appearance search."""

    camera_id: str  # the main picture's camera
    frame: int  # the one on screen
    box: BoxPx  # x1, y1, x2, y2 of the box drawn, 0..1 of the picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One person in one frame: who, the row's site time in seconds, and the box in pixels."""

    person_id: str
    t_s: float
    box_px: BoxPx


def list_seen(index: TruthIndex, *, camera_id: str, frame: int) -> tuple[Seen, ...]:
    """Return everybody in a frame, by person_id. Raises TaskError when there is no such camera."""
    rows = index.frame_rows
    key = index.get_camera_code(camera_id) * index.stride + frame
    low, high = np.searchsorted(rows.key, key, side="left"), np.searchsorted(rows.key, key, side="right")
    return tuple(
        Seen(
            person_id=index.person_ids[rows.person[row]],
            t_s=float(rows.t_s[row]),
            box_px=(
                float(rows.box_xyxy[row, 0]),
                float(rows.box_xyxy[row, 1]),
                float(rows.box_xyxy[row, 2]),
                float(rows.box_xyxy[row, 3]),
            ),
        )
        for row in range(int(low), int(high))
    )


def find_person(index: TruthIndex, query: SimilarQuery) -> Seen | None:
    """Return whom a box means, or None for nobody.

    Of the people in the frame whose box, grown by 8 px, holds the middle of the box drawn, or the middle of whose box
    lies inside it, the one whose box agrees best with it: area in common / area of both (tie: smaller person_id). An
    agreement below 0.05 means nobody: a box around half the hall is no question about one person.

    A box 100..140 x 100..200 drawn on somebody at 110..130 x 90..190 has 20 * 90 in common and 40 * 100 + 20 * 100 -
    1800 = 4200 in both: 0.4286.
    """
    width, height = _get_size_wh(index, query.camera_id)
    check_query(query, frame_count=index.table.frame_count, size_wh=(width, height))
    drawn = (query.box[0] * width, query.box[1] * height, query.box[2] * width, query.box[3] * height)
    best: Seen | None = None
    best_overlap = LEAST_OVERLAP
    for seen in list_seen(index, camera_id=query.camera_id, frame=query.frame):
        if not (_holds(seen.box_px, _find_middle(drawn), BOX_MARGIN_PX) or _holds(drawn, _find_middle(seen.box_px))):
            continue
        overlap = compute_overlap(drawn, seen.box_px)
        if overlap > best_overlap or (best is None and overlap == best_overlap):
            best, best_overlap = seen, overlap
    return best


def check_query(query: SimilarQuery, *, frame_count: int, size_wh: tuple[int, int]) -> None:
    """Raise AnswerError when the frame or the box is none."""
    x1, y1, x2, y2 = query.box
    if not all(math.isfinite(value) and 0.0 <= value <= 1.0 for value in query.box):
        raise AnswerError("the box leaves the picture", expected="x1, y1, x2, y2 between 0 and 1")
    if (x2 - x1) * size_wh[0] < LEAST_SIDE_PX or (y2 - y1) * size_wh[1] < LEAST_SIDE_PX:
        raise AnswerError("the box is too small", expected=f"at least {LEAST_SIDE_PX:g} px wide and high")
    if not 0 <= query.frame < frame_count:
        raise AnswerError(f"frame {query.frame} does not exist", expected=f"0 to {frame_count - 1}")


def compute_overlap(a: BoxPx, b: BoxPx) -> float:
    """Return the area that two boxes have in common / the area of both together, 0..1."""
    common = max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    both = _compute_area(a) + _compute_area(b) - common
    return common / both if both > 0 else 0.0


def cut_around(box_px: BoxPx, *, size_wh: tuple[int, int]) -> CropPx:
    """Return the part of a picture to show of somebody, in whole pixels: 15 % more on every side, 6 px at least."""
    x1, y1, x2, y2 = box_px
    across = max(CROP_MARGIN_LEAST_PX, CROP_MARGIN * (x2 - x1))
    down = max(CROP_MARGIN_LEAST_PX, CROP_MARGIN * (y2 - y1))
    return (
        max(0, math.floor(x1 - across)),
        max(0, math.floor(y1 - down)),
        min(size_wh[0], math.ceil(x2 + across)),
        min(size_wh[1], math.ceil(y2 + down)),
    )


def find_cut_out(index: TruthIndex, *, camera_id: str, frame: int, crop_px: CropPx) -> Seen | None:
    """Return who was cut out there by `cut_around` (tie: smaller person_id), or None when nobody was."""
    size_wh = _get_size_wh(index, camera_id)
    for seen in list_seen(index, camera_id=camera_id, frame=frame):
        if cut_around(seen.box_px, size_wh=size_wh) == crop_px:
            return seen
    return None


def _get_size_wh(index: TruthIndex, camera_id: str) -> tuple[int, int]:
    index.get_camera_code(camera_id)
    return index.table.picture_wh[camera_id]


def _find_middle(box: BoxPx) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _holds(box: BoxPx, point: tuple[float, float], margin: float = 0.0) -> bool:
    x, y = point
    return box[0] - margin <= x <= box[2] + margin and box[1] - margin <= y <= box[3] + margin


def _compute_area(box: BoxPx) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
