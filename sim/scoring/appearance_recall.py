"""Leg recall: how much of the route was found."""

from sim.scoring.case import TraceCase
from sim.scoring.metric import Better, Metric, divide


def compute_appearance_recall(case: TraceCase) -> float | None:
    """Return appearances in T claimed / all in T, 0..1; None when T is empty.

    One of three appearances claimed gives 1/3.
    """
    return divide(len(case.claims.target), len(case.legs))


APPEARANCE_RECALL = Metric(
    key="appearance_recall",
    version=2,
    unit="ratio",
    better=Better.HIGHER,
    needs_log=False,
    compute=compute_appearance_recall,
)
