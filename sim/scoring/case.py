"""One answer to one trace task, looked up in truth: what every metric is computed from."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sim.scoring.claim import MarkMatches, judge_claims
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.mark import check_marks, resolve_marks
from sim.truth.index import TruthIndex
from sim.truth.window import TruthWindow, cut_window


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceCase:
    """An answer with its claims."""

    window: TruthWindow  # truth inside the task's window
    target: str  # person_id of the person sought
    answer: Answer  # what was handed in
    claims: MarkMatches  # what the answer's marks claim
    legs: tuple[int, ...]  # T, the target's appearances with a row in the window, ordered by that row (tie: camera_id)
    log: SearchLog | None  # how the search went, or None when only the answer is known
    # the target's glimpses with a row in the window, in the same order; they count nowhere
    glimpses: tuple[int, ...] = ()

    @property
    def shown(self) -> tuple[int, ...]:
        """Everything that a camera shows of the target in the window, glimpses too, in the order of `legs`."""
        return self.window.order(np.array([*self.legs, *self.glimpses], dtype=np.int64))

    @property
    def index(self) -> TruthIndex:
        """The whole truth."""
        return self.window.index

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


def make_trace_case(
    index: TruthIndex,
    *,
    target: str,
    window_s: tuple[float, float],
    answer: Answer,
    log: SearchLog | None = None,
) -> TraceCase:
    """Look an answer up in truth.

    Raises:
        TaskError: unknown target, or a window outside the recording.
        AnswerError: a mark that is not finite or lies outside the picture, the recording or the window.
    """
    window = cut_window(index, window_s)
    legs = window.find_target(target)
    check_marks(index, answer.marks, window.window_s)
    claims = judge_claims(window, resolve_marks(index, answer.marks), target=target)
    return TraceCase(
        window=window,
        target=target,
        answer=answer,
        claims=claims,
        legs=legs,
        log=log,
        glimpses=window.find_glimpses(target),
    )


class LegOutcome(StrEnum):
    """Whether one of the target's appearances was claimed; a glimpse is neither found nor missed."""

    FOUND = "found"
    MISSED = "missed"
    GLIMPSE = "glimpse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One appearance inside the window."""

    number: int  # its place in `TruthIndex.appearances`
    camera_id: str
    person_id: str  # who it shows
    from_s: float  # `t_s` of its first row in the window
    to_s: float  # `t_s` of its last row in the window
    outcome: LegOutcome  # what became of it


def describe_legs(case: TraceCase) -> tuple[Leg, ...]:
    """Return T, each FOUND or MISSED, and the target's glimpses among them, in order."""
    appearances = case.index.appearances
    return tuple(
        Leg(
            number=n,
            camera_id=appearances[n].camera_id,
            person_id=appearances[n].person_id,
            from_s=float(case.window.first_s[n]),
            to_s=float(case.window.last_s[n]),
            outcome=_judge(case, n),
        )
        for n in case.shown
    )


def _judge(case: TraceCase, number: int) -> LegOutcome:
    if number in case.glimpses:
        return LegOutcome.GLIMPSE
    return LegOutcome.FOUND if number in case.claims.target else LegOutcome.MISSED
