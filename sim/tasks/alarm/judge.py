"""An alarm followed up: who set it off, whether the check was complete, and where the student is at the end."""

from dataclasses import dataclass, fields

from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.duration import COMPLETION, FINISHED, FIRST_CORRECT, FIRST_CORRECT_MADE
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.final_place import FINAL_PLACE
from sim.scoring.metric import Better, Metric
from sim.scoring.right_person import RIGHT_PERSON
from sim.scoring.score_card import Criterion, ScoreCard, find_warnings, make_score_card
from sim.scoring.screening_alarms import Verdict, judge_check, read_verdict
from sim.truth.events import Event
from sim.truth.index import TruthIndex

SCREENING_KEY = "screening"
"""Key of the choice that says whether the check was complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmCase(TraceCase):
    """An answer about one alarm. The target is the student who set it off."""

    check: Verdict  # the right verdict about the check


def make_alarm_case(
    index: TruthIndex,
    *,
    alarm: Event,
    window_s: tuple[float, float],
    answer: Answer,
    log: SearchLog | None = None,
) -> AlarmCase:
    """Look an answer up in truth. Raises TaskError and AnswerError as `make_trace_case`."""
    student = alarm.person_ids[0]
    trace = make_trace_case(index, target=student, window_s=window_s, answer=answer, log=log)
    return AlarmCase(**{each.name: getattr(trace, each.name) for each in fields(trace)}, check=judge_check(alarm))


def judge_verdict(case: AlarmCase) -> bool:
    """Return whether the verdict about the check is the right one; no verdict: false.

    A check with one of three compartments opened, judged "not-complete": true; judged "cannot-tell": false. A check
    that no camera shows, judged "cannot-tell": true.
    """
    return read_verdict(case.answer.choices.get(SCREENING_KEY)) is case.check


VERDICT_RIGHT = Metric(
    key="verdict_right", version=1, unit="", better=Better.HIGHER, needs_log=False, compute=judge_verdict
)
ALARM_METRICS: tuple[Metric[AlarmCase], ...] = (
    RIGHT_PERSON,
    VERDICT_RIGHT,
    FINAL_PLACE,
    FIRST_CORRECT,
    FIRST_CORRECT_MADE,
    COMPLETION,
    FINISHED,
)


def make_alarm_card(case: AlarmCase) -> ScoreCard:
    """Compute every metric that the case allows. Passed: right person, right verdict, right place, inside the limit."""
    return make_score_card(
        case,
        ALARM_METRICS,
        criteria=(
            Criterion(key="right_person", met=bool(RIGHT_PERSON.compute(case))),
            Criterion(key="verdict_right", met=judge_verdict(case)),
            Criterion(key="final_place", met=bool(FINAL_PLACE.compute(case))),
        ),
        warnings=find_warnings(case),
    )
