"""Which appearance a mark claims."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from sim.scoring.mark import NOBODY, PeopleAtMarks
from sim.truth.appearance import TIME_TOLERANCE_S, FloatArray, IntArray
from sim.truth.window import TruthWindow

STRETCH_S = 2.0
NO_APPEARANCE = -1


class MarkOutcome(IntEnum):
    """What became of one mark."""

    EMPTY = 0
    IGNORED = 1
    TARGET = 2
    OTHER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkMatches:
    """What n marks claim."""

    outcome: IntArray  # [n] `MarkOutcome` of each mark
    appearance: IntArray  # [n] number of the appearance claimed, -1 for none; a glimpse of the target is never claimed
    # claimed appearances of the target, each once, ordered by first row in the window (tie: camera_id)
    target: tuple[int, ...]
    others: tuple[int, ...]  # claimed appearances of other people, in the same order
    claimed: tuple[int, ...]  # both together, in the same order
    empty_count: int


def judge_claims(window: TruthWindow, resolution: PeopleAtMarks, *, target: str) -> MarkMatches:
    """Return what each mark claims.

    A mark on a person claims that person's appearance on that camera whose span, stretched by 2.0 s at both ends, holds
    the row's `t_s`; of two such the nearer span, of two equally near the earlier. Without one the mark is ignored when
    the person is the target, else empty. Only appearances with a row in the window can be claimed. On a glimpse of the
    target a mark is ignored too; other people's glimpses are claimed like any appearance. With spans 10-20 s
    and 23-30 s a mark at 21.4 s claims the first (1.4 s off, against 1.6 s), one at 33 s claims none.

    Raises:
        TaskError: the target is not in the recording.
    """
    index = window.index
    target_code = index.get_person_code(target)
    found = _find_appearance(window, resolution)
    nobody = resolution.person == NOBODY
    is_target = resolution.person == target_code
    glimpsed = np.append(index.appearance_rows.is_glimpse, False)[found]
    found[is_target & glimpsed] = NO_APPEARANCE
    none = found == NO_APPEARANCE
    outcome = np.where(is_target, int(MarkOutcome.TARGET), int(MarkOutcome.OTHER)).astype(np.int64)
    outcome[none & is_target] = MarkOutcome.IGNORED
    outcome[(none & ~is_target) | nobody] = MarkOutcome.EMPTY
    return MarkMatches(
        outcome=outcome,
        appearance=found,
        target=window.order(np.unique(found[outcome == MarkOutcome.TARGET])),
        others=window.order(np.unique(found[outcome == MarkOutcome.OTHER])),
        claimed=window.order(np.unique(found[~none])),
        empty_count=int(np.count_nonzero(outcome == MarkOutcome.EMPTY)),
    )


def _find_appearance(window: TruthWindow, resolution: PeopleAtMarks) -> IntArray:
    index = window.index
    usable = np.flatnonzero(window.rows > 0)
    found = np.full(len(resolution.person), NO_APPEARANCE, dtype=np.int64)
    hit = np.flatnonzero(resolution.person != NOBODY)
    if len(usable) == 0 or len(hit) == 0:
        return found
    rows = index.appearance_rows
    pair = resolution.camera[hit] * len(index.person_ids) + resolution.person[hit]
    t_s = resolution.row_t_s[hit]
    frame = index.table.rows["frame"].to_numpy()[resolution.table_row[hit]].astype(np.int64)
    after = np.searchsorted(rows.start_key[usable], pair * index.stride + frame, side="right")
    before_number, before_gap = _pick(window, usable, after - 1, pair, t_s)
    after_number, after_gap = _pick(window, usable, after, pair, t_s)
    take_before = before_gap <= after_gap + TIME_TOLERANCE_S
    number = np.where(take_before, before_number, after_number)
    gap = np.where(take_before, before_gap, after_gap)
    found[hit] = np.where(gap <= STRETCH_S + TIME_TOLERANCE_S, number, NO_APPEARANCE)
    return found


def _pick(
    window: TruthWindow, usable: IntArray, place: IntArray, pair: IntArray, t_s: FloatArray
) -> tuple[IntArray, FloatArray]:
    rows = window.index.appearance_rows
    number = usable[np.clip(place, 0, len(usable) - 1)]
    same = rows.camera[number] * len(window.index.person_ids) + rows.person[number] == pair
    inside = (place >= 0) & (place < len(usable)) & same
    gap = np.maximum(np.maximum(rows.start_s[number] - t_s, t_s - rows.end_s[number]), 0.0)
    return number, np.where(inside, gap, np.inf)
