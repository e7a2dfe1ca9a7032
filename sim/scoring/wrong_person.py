"""Wrong-person seconds: how long the trail of somebody else was taken for the target's."""

from sim.scoring.case import TraceCase
from sim.scoring.metric import Better, Metric


def compute_wrong_person_s(case: TraceCase) -> float:
    """Return seconds: over claimed appearances of others, last minus first `t_s` of their rows in the window, summed.

    Someone else's appearance from 16.0 s to 21.9 s gives 5.9 s. Empty marks add nothing.
    """
    return case.sum_spans_s(case.claims.others)


WRONG_PERSON = Metric(
    key="wrong_person_s", version=2, unit="s", better=Better.LOWER, needs_log=False, compute=compute_wrong_person_s
)
