"""One answer to one trace task, looked up in truth: what every metric is computed from."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, Self

import numpy as np

from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.mark import NOBODY, PeopleAtMarks, check_marks, resolve_marks
from sim.truth.appearance import STRETCH_S, TIME_TOLERANCE_S, FloatArray, IntArray
from sim.truth.index import TruthIndex
from sim.truth.window import TruthWindow, cut_window

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
    bonus: frozenset[int]  # glimpses of the target that were marked
    empty_count: int


def judge_claims(window: TruthWindow, resolution: PeopleAtMarks, *, target: str) -> MarkMatches:
    """Return what each mark claims.

    A mark on a person claims that person's appearance on that camera whose span, stretched by 2.0 s at both ends, holds
    the row's `t_s`; more than 5.0 s lie between two, so one at most does. Without one the mark is ignored when
    the person is the target, else empty. Only appearances with a row in the window can be claimed. On a glimpse of the
    target a mark is ignored too; other people's glimpses are claimed like any appearance. With spans 10-20 s
    and 26-30 s a mark at 22 s claims the first, one at 23 s none.

    Raises:
        TaskError: the target is not in the recording.
    """
    index = window.index
    target_code = index.get_person_code(target)
    found = _find_appearance(window, resolution)
    nobody = resolution.person == NOBODY
    is_target = resolution.person == target_code
    is_bonus = is_target & np.append(index.appearance_rows.is_glimpse, False)[found]
    bonus = frozenset(found[is_bonus].tolist())
    found[is_bonus] = NO_APPEARANCE
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
        bonus=bonus,
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
    found[hit] = np.where(before_gap <= STRETCH_S + TIME_TOLERANCE_S, before_number, NO_APPEARANCE)
    found[hit] = np.where(after_gap <= STRETCH_S + TIME_TOLERANCE_S, after_number, found[hit])
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


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceCase:
    """An answer with its claims."""

    window: TruthWindow  # truth inside the task's window
    target: str  # person_id of the person sought
    answer: Answer  # what was handed in
    claims: MarkMatches  # what the answer's marks claim
    legs: tuple[int, ...]  # T, the target's appearances with a row in the window, ordered by that row (tie: camera_id)
    log: SearchLog | None  # how the search went, or None when only the answer is known
    glimpses: tuple[int, ...]  # the target's glimpses with a row in the window, in the same order; they count nowhere

    @classmethod
    def make(
        cls,
        index: TruthIndex,
        *,
        target: str,
        window_s: tuple[float, float],
        answer: Answer,
        log: SearchLog | None = None,
        **more: Any,
    ) -> Self:
        """Look an answer up in truth; `more` is what else the case of a task type knows.

        Raises:
            TaskError: unknown target, or a window outside the recording.
            AnswerError: a mark that is not finite or lies outside the picture, the recording or the window.
        """
        window = cut_window(index, window_s)
        legs = window.find_target(target)
        check_marks(index, answer.marks, window.window_s)
        return cls(
            window=window,
            target=target,
            answer=answer,
            claims=judge_claims(window, resolve_marks(index, answer.marks), target=target),
            legs=legs,
            log=log,
            glimpses=window.find_glimpses(target),
            **more,
        )

    @property
    def shown(self) -> tuple[int, ...]:
        """Everything that a camera shows of the target in the window, glimpses too, in the order of `legs`."""
        return self.window.order(np.array([*self.legs, *self.glimpses], dtype=np.int64))

    @property
    def last(self) -> int | None:
        """The appearance whose last row in the window is the last sighting: of T; None when that is empty."""
        return self.window.find_last(self.legs)

    @property
    def index(self) -> TruthIndex:
        """The whole truth."""
        return self.window.index

    @property
    def has_contradiction(self) -> bool:
        """Whether the answer both marks somebody, rightly or not, and says that the person never appears."""
        return self.answer.not_on_camera and bool(self.answer.marks)

    def count_rows(self, numbers: Sequence[int]) -> int:
        """Return how many rows inside the window these appearances have."""
        return int(self.window.rows[list(numbers)].sum())

    def sum_spans_s(self, numbers: Sequence[int]) -> float:
        """Return last minus first `t_s` of the rows inside the window, summed over these appearances, seconds."""
        chosen = list(numbers)
        return float(np.sum(self.window.last_s[chosen] - self.window.first_s[chosen]))

    def find_cameras(self, numbers: Sequence[int]) -> tuple[str, ...]:
        """Return the camera of each of these appearances."""
        return tuple(self.index.appearances[n].camera_id for n in numbers)


make_trace_case = TraceCase.make


class LegOutcome(StrEnum):
    """Whether one of the target's appearances was claimed; a glimpse that was marked is a bonus."""

    FOUND = "found"
    MISSED = "missed"
    GLIMPSE = "glimpse"
    BONUS = "glimpse found (bonus)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One appearance inside the window."""

    number: int  # its place in `TruthIndex.appearances`
    camera_id: str
    from_s: float  # `t_s` of its first row in the window
    to_s: float  # `t_s` of its last row in the window
    outcome: LegOutcome  # what became of it


def describe_legs(case: TraceCase) -> tuple[Leg, ...]:
    """Return T, each FOUND or MISSED, and the target's glimpses among them, in order."""
    outcomes = dict.fromkeys(case.legs, LegOutcome.MISSED) | dict.fromkeys(case.claims.target, LegOutcome.FOUND)
    outcomes |= dict.fromkeys(case.claims.bonus, LegOutcome.BONUS)
    return tuple(
        Leg(
            number=n,
            camera_id=case.index.appearances[n].camera_id,
            from_s=float(case.window.first_s[n]),
            to_s=float(case.window.last_s[n]),
            outcome=outcomes.get(n, LegOutcome.GLIMPSE),
        )
        for n in case.shown
    )
