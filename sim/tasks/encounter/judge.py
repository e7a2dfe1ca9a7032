"""Whom somebody met, and when: one mark on the other person."""

from dataclasses import dataclass

import numpy as np

from sim.scoring.duration import COMPLETION, FINISHED
from sim.scoring.evidence import Answer, Mark, SearchLog
from sim.scoring.mark import check_marks, resolve_marks
from sim.scoring.metric import Better, Metric
from sim.scoring.score_card import Criterion, ScoreCard, make_score_card
from sim.truth.appearance import round_off_s
from sim.truth.events import Event
from sim.truth.index import TruthIndex
from sim.truth.window import cut_window

NEAR_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCase:
    """An answer beside the meeting it is about."""

    event: Event
    mark: Mark | None  # the last mark, or None
    is_other: bool  # whether that mark is on the other person
    # by how much even the best mark on the other person misses the meeting, because no camera shows them nearer to it;
    # 0 where one does
    least_error_s: float
    log: SearchLog | None  # how the search went, or None


def make_meeting_case(
    index: TruthIndex,
    event: Event,
    *,
    other: str,
    window_s: tuple[float, float],
    answer: Answer,
    log: SearchLog | None,
) -> MeetingCase:
    """Put an answer beside its meeting."""
    window = cut_window(index, window_s)
    check_marks(index, answer.marks, window.window_s)
    mark = answer.marks[-1] if answer.marks else None
    person = resolve_marks(index, answer.marks[-1:]).person
    errors = measure_errors_s(index, event, other=other, window_s=window.window_s)
    return MeetingCase(
        event=event,
        mark=mark,
        is_other=mark is not None and int(person[0]) == index.get_person_code(other),
        least_error_s=float(errors.min(initial=np.inf)),
        log=log,
    )


def measure_errors_s(
    index: TruthIndex, event: Event, *, other: str, window_s: tuple[float, float]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return, for every row of the other person but in glimpses, seconds to the event's span, 0 inside it; [n]."""
    own = index.appearance_rows.t_s[index.find_asked_rows(other, window_s)]
    return np.asarray(np.maximum(np.maximum(event.start_s - own, own - event.end_s), 0.0), dtype=np.float64)


def judge_other(case: MeetingCase) -> bool:
    """Return whether the last mark is on the person who was met; without a mark: false."""
    return case.is_other


def compute_moment_error_s(case: MeetingCase) -> float | None:
    """Return seconds from the mark to the meeting, less what no mark could do without; None unless on the other person.

    Meeting 60 to 66 s, the other person last on camera at 58 s: a mark at 55 s is 5 - 2 = 3 s off.
    """
    if case.mark is None or not case.is_other:
        return None
    off_s = max(case.event.start_s - case.mark.t_s, case.mark.t_s - case.event.end_s, 0.0)
    return round_off_s(max(0.0, off_s - case.least_error_s))


RIGHT_OTHER = Metric(key="right_other", version=2, unit="", better=Better.HIGHER, needs_log=False, compute=judge_other)
MOMENT_ERROR = Metric(
    key="moment_error_s", version=3, unit="s", better=Better.LOWER, needs_log=False, compute=compute_moment_error_s
)
ENCOUNTER_METRICS: tuple[Metric[MeetingCase], ...] = (RIGHT_OTHER, MOMENT_ERROR, COMPLETION, FINISHED)


def make_encounter_card(case: MeetingCase) -> ScoreCard:
    """Compute every metric that the case allows. Passed: the other person, within 10 s of the meeting."""
    error_s = compute_moment_error_s(case)
    criteria = (
        Criterion(key="right_other", met=case.is_other),
        Criterion(key="near_in_time", met=error_s is not None and error_s <= NEAR_S),
    )
    return make_score_card(case, ENCOUNTER_METRICS, criteria=criteria)
