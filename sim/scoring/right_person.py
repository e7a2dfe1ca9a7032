"""Whether the last mark is on the person sought."""

from sim.scoring.case import TraceCase
from sim.scoring.claim import MarkOutcome
from sim.scoring.metric import Better, Metric


def judge_right_person(case: TraceCase) -> bool | None:
    """Return whether the last mark is on the target; no mark: false. None when T is empty."""
    if not case.legs:
        return None
    outcome = case.claims.outcome
    return len(outcome) > 0 and int(outcome[-1]) in (MarkOutcome.TARGET, MarkOutcome.IGNORED)


RIGHT_PERSON = Metric(
    key="right_person", version=2, unit="", better=Better.HIGHER, needs_log=False, compute=judge_right_person
)
