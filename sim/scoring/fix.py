"""What a fix points at: refused, empty, or a person in a frame."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.errors import AnswerError
from sim.scoring.evidence import Fix
from sim.truth.appearance import TIME_TOLERANCE_S, FloatArray, IntArray
from sim.truth.index import TruthIndex

BOX_MARGIN_PX = 8.0
NOBODY = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """Whom each of n fixes points at.

    Attributes:
        person: [n] person codes, -1 for nobody.
        camera: [n] camera codes.
        row_t_s: [n] `t_s` of the truth row hit, nan for nobody.
        table_row: [n] position of that row in `TruthTable.rows`, -1 for nobody.
    """

    person: IntArray
    camera: IntArray
    row_t_s: FloatArray
    table_row: IntArray


def find_fix_fault(index: TruthIndex, fix: Fix, window_s: tuple[float, float]) -> AnswerError | None:
    """Return why a fix must be refused, or None when it may be scored."""
    for name, value in (("t_s", fix.t_s), ("x", fix.x), ("y", fix.y)):
        if not math.isfinite(value):
            return AnswerError(f"{name} is {value}", expected="a finite number")
    if fix.camera_id not in index.table.picture_wh:
        return AnswerError(
            f"camera_id {fix.camera_id!r} is not in this recording", expected=f"one of {', '.join(index.camera_ids)}"
        )
    if not (0.0 <= fix.x <= 1.0 and 0.0 <= fix.y <= 1.0):
        return AnswerError(
            f"the point x {fix.x:g}, y {fix.y:g} is outside the picture", expected="x and y between 0 and 1"
        )
    if not -TIME_TOLERANCE_S <= fix.t_s <= index.table.duration_s + TIME_TOLERANCE_S:
        return AnswerError(
            f"t_s {fix.t_s:g} is outside the recording", expected=f"0 to {index.table.duration_s:g} seconds"
        )
    if not window_s[0] - TIME_TOLERANCE_S <= fix.t_s <= window_s[1] + TIME_TOLERANCE_S:
        return AnswerError(
            f"t_s {fix.t_s:g} is outside the task's window",
            expected=f"{window_s[0]:g} to {window_s[1]:g} seconds",
        )
    return None


def check_fixes(index: TruthIndex, fixes: Sequence[Fix], window_s: tuple[float, float]) -> None:
    """Raise AnswerError for the first fix that is not finite or lies outside the picture, recording or window."""
    for number, fix in enumerate(fixes, start=1):
        fault = find_fix_fault(index, fix, window_s)
        if fault is not None:
            raise AnswerError(
                f"fix {number} of {len(fixes)}: {fault.what}",
                expected=fault.expected,
                todo="correct or remove this fix",
            )


def resolve_fixes(index: TruthIndex, fixes: Sequence[Fix]) -> Resolution:
    """Find whom each fix points at; the fixes must have passed `check_fixes`.

    Among the rows of the fix's camera at frame floor(t_s * fps + 0.5) whose box, grown by 8 px on every side, holds
    the point, the one whose box centre is nearest in pixels (tie: smaller person_id). On a 960x540 picture the fix
    (0.5, 0.5) lies at (480, 270): a box 472..500 x 200..300 holds it, grown 488..520 x 200..300 does too, but the
    first centre, 486 across, is nearer than the second, 504.
    """
    count = len(fixes)
    sizes = {camera: index.table.picture_wh[camera] for camera in index.camera_ids}
    codes = {camera: code for code, camera in enumerate(index.camera_ids)}
    camera = np.array([codes[f.camera_id] for f in fixes], dtype=np.int64)
    t_s = np.array([f.t_s for f in fixes], dtype=np.float64)
    x_px = np.array([f.x * sizes[f.camera_id][0] for f in fixes], dtype=np.float64)
    y_px = np.array([f.y * sizes[f.camera_id][1] for f in fixes], dtype=np.float64)

    rows = index.frame_rows
    frame = np.clip(np.floor(t_s * index.table.fps + 0.5), 0, index.stride - 1).astype(np.int64)
    key = camera * index.stride + frame
    low = np.searchsorted(rows.key, key, side="left")
    number = np.searchsorted(rows.key, key, side="right") - low
    owner = np.repeat(np.arange(count), number)
    candidate = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number) + np.repeat(low, number)
    box = rows.box_xyxy[candidate]
    px, py = x_px[owner], y_px[owner]
    holds = (
        (px >= box[:, 0] - BOX_MARGIN_PX)
        & (px <= box[:, 2] + BOX_MARGIN_PX)
        & (py >= box[:, 1] - BOX_MARGIN_PX)
        & (py <= box[:, 3] + BOX_MARGIN_PX)
    )
    owner, candidate, box, px, py = owner[holds], candidate[holds], box[holds], px[holds], py[holds]
    distance = np.hypot(px - (box[:, 0] + box[:, 2]) / 2, py - (box[:, 1] + box[:, 3]) / 2)
    ordered = np.lexsort((rows.person[candidate], distance, owner))
    hit, place = np.unique(owner[ordered], return_index=True)
    best = candidate[ordered][place]

    person = np.full(count, NOBODY, dtype=np.int64)
    row_t_s = np.full(count, np.nan)
    table_row = np.full(count, -1, dtype=np.int64)
    person[hit] = rows.person[best]
    row_t_s[hit] = rows.t_s[best]
    table_row[hit] = rows.table_row[best]
    return Resolution(person=person, camera=camera, row_t_s=row_t_s, table_row=table_row)
