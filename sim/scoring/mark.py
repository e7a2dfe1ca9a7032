"""What a mark points at: refused, empty, or a person in a frame."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import AnswerError
from sim.scoring.evidence import Mark
from sim.truth.appearance import LINES, PX_TOLERANCE, TIME_TOLERANCE_S, FloatArray, IntArray
from sim.truth.index import TruthIndex
from sim.truth.silhouettes import CELL_PX

BOX_MARGIN_PX = 8.0
REACH_PX = 12.0
NOBODY = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleAtMarks:
    """Whom each of n marks points at."""

    person: IntArray  # [n] person codes, -1 for nobody
    camera: IntArray  # [n] camera codes
    row_t_s: FloatArray  # [n] `t_s` of the truth row hit, nan for nobody
    table_row: IntArray  # [n] position of that row in `TruthTable.rows`, -1 for nobody


def find_strange(index: TruthIndex, camera_id: str, **numbers: float) -> AnswerError | None:
    """Return why a mark or a clip is none at all: a number that is not finite, or a camera of another recording."""
    for name, value in numbers.items():
        if not math.isfinite(value):
            return AnswerError(f"{name} is {value}", expected="a finite number")
    if camera_id not in index.table.picture_wh:
        return AnswerError(
            f"camera_id {camera_id!r} is not in this recording", expected=f"one of {', '.join(index.camera_ids)}"
        )
    return None


def find_mark_fault(index: TruthIndex, mark: Mark, window_s: tuple[float, float]) -> AnswerError | None:
    """Return why a mark must be refused, or None when it may be scored."""
    t_s, duration_s, (from_s, to_s) = mark.t_s, index.table.duration_s, window_s
    # no comparison holds for a number that is not finite
    is_in_picture = 0.0 <= mark.x <= 1.0 and 0.0 <= mark.y <= 1.0
    is_recorded = -TIME_TOLERANCE_S <= t_s <= duration_s + TIME_TOLERANCE_S
    is_asked = mark.camera_id in index.table.picture_wh and from_s - TIME_TOLERANCE_S <= t_s <= to_s + TIME_TOLERANCE_S
    if is_in_picture and is_recorded and is_asked:
        return None
    strange = find_strange(index, mark.camera_id, t_s=t_s, x=mark.x, y=mark.y)
    if strange is not None:
        return strange
    if not is_in_picture:
        what, expected = f"the point x {mark.x:g}, y {mark.y:g} is outside the picture", "x and y between 0 and 1"
    elif not is_recorded:
        what, expected = f"t_s {t_s:g} is outside the recording", f"0 to {duration_s:g} seconds"
    else:
        what, expected = f"t_s {t_s:g} is outside the task's window", f"{from_s:g} to {to_s:g} seconds"
    return AnswerError(what, expected=expected)


def check_marks(index: TruthIndex, marks: Sequence[Mark], window_s: tuple[float, float]) -> None:
    """Raise AnswerError for the first mark that is not finite or lies outside the picture, recording or window."""
    raise_first("mark", [find_mark_fault(index, mark, window_s) for mark in marks])


def raise_first(what: str, faults: Sequence[AnswerError | None]) -> None:
    """Raise AnswerError for the first of some marks or clips that has a fault, with its number."""
    for number, fault in enumerate(faults, start=1):
        if fault is not None:
            raise AnswerError(
                f"{what} {number} of {len(faults)}: {fault.what}",
                expected=fault.expected,
                todo=f"correct or remove this {what}",
            )


def resolve_marks(index: TruthIndex, marks: Sequence[Mark]) -> PeopleAtMarks:
    """Find whom each mark points at: the person under the pointer; the marks must have passed `check_marks`.

    The rows looked at are those of the mark's camera at frame floor(t_s * fps + 0.5). With silhouettes it is the person
    whom the pixel shows, else the one to whom the point's cell belongs, else the one with the nearest cell center
    within 12 px (tie: smaller person_id). In a recording without silhouettes it is the person whose box fits best, of
    those whose box holds the point, else of those whose box grown by 8 px does.
    """
    count = len(marks)
    sizes = {camera: index.table.picture_wh[camera] for camera in index.camera_ids}
    codes = {camera: code for code, camera in enumerate(index.camera_ids)}
    camera = np.array([codes[f.camera_id] for f in marks], dtype=np.int64)
    t_s = np.array([f.t_s for f in marks], dtype=np.float64)
    size = np.array([sizes[f.camera_id] for f in marks], dtype=np.float64).reshape(-1, 2)
    scale = size[:, 1] / LINES
    point = np.array([(f.x, f.y) for f in marks], dtype=np.float64).reshape(-1, 2) * size
    point = np.minimum(point, np.nextafter(size, 0.0))

    rows = index.frame_rows
    frame = np.clip(np.floor(t_s * index.table.fps + 0.5), 0, index.table.frame_count - 1).astype(np.int64)
    key = camera * index.stride + frame
    low = np.searchsorted(rows.key, key, side="left")
    number = np.searchsorted(rows.key, key, side="right") - low
    owner = np.repeat(np.arange(count), number)
    candidate = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number) + np.repeat(low, number)
    near = _find_near(point[owner], rows.box_xyxy[candidate], REACH_PX * scale[owner] + CELL_PX)
    owner, candidate = owner[near], candidate[near]
    rank = _rank_boxes if index.silhouettes is None else _rank_silhouettes
    tier, distance = rank(index, point[owner], candidate, scale[owner])
    hits = np.isfinite(distance)
    owner, candidate, distance, tier = owner[hits], candidate[hits], distance[hits], tier[hits]
    ordered = np.lexsort((rows.person[candidate], distance, tier, owner))
    hit, place = np.unique(owner[ordered], return_index=True)
    best = candidate[ordered][place]

    person = np.full(count, NOBODY, dtype=np.int64)
    row_t_s = np.full(count, np.nan)
    table_row = np.full(count, -1, dtype=np.int64)
    person[hit] = rows.person[best]
    row_t_s[hit] = rows.t_s[best]
    table_row[hit] = rows.table_row[best]
    return PeopleAtMarks(person=person, camera=camera, row_t_s=row_t_s, table_row=table_row)


def _find_near(point: FloatArray, box_xyxy: FloatArray, margin_px: FloatArray | float) -> NDArray[np.bool_]:
    """Return which boxes [k, 4], grown on every side, hold their points [k, 2]."""
    beyond = np.maximum(box_xyxy[:, :2] - point, point - box_xyxy[:, 2:]).max(axis=1)
    return np.asarray(beyond <= margin_px + PX_TOLERANCE)


def _rank_silhouettes(
    index: TruthIndex, point: FloatArray, candidate: IntArray, scale: FloatArray
) -> tuple[IntArray, FloatArray]:
    """Return how points [k, 2] lie to the silhouettes of their candidates [k], and how far off, up to 12 px."""
    silhouettes = index.silhouettes
    if silhouettes is None:
        raise ValueError("the truth has no silhouettes")
    nearness, away = silhouettes.place(index.frame_rows.table_row[candidate], point[:, 0], point[:, 1])
    return nearness, np.where(away <= REACH_PX * scale + PX_TOLERANCE, away, np.inf)


def _rank_boxes(
    index: TruthIndex, point: FloatArray, candidate: IntArray, scale: FloatArray
) -> tuple[IntArray, FloatArray]:
    """Return whether points [k, 2] are beside (1) or in (0) the boxes of their candidates [k], and how badly they fit.

    The measure is hypot((x - cx) / width, (y - cy) / height) / visible, infinity for boxes that do not hold the point
    when grown by 8 px: in a box 200..260 x 100..280 seen whole and one 240..264 x 150..222 seen by half, the point
    (250, 160) has 0.373 and 0.741, so the first is taken.
    """
    box = index.frame_rows.box_xyxy[candidate]
    visible = index.table.rows["visible"].to_numpy(dtype=np.float64)[index.frame_rows.table_row[candidate]]
    middle, size = (box[:, :2] + box[:, 2:]) / 2, box[:, 2:] - box[:, :2]
    distance = np.hypot(*((point - middle) / size).T) / visible
    is_held = _find_near(point, box, BOX_MARGIN_PX * scale)
    is_beside = ~_find_near(point, box, 0.0)
    return is_beside.astype(np.int64), np.where(is_held, distance, np.inf)
