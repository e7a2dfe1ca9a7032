"""Leg precision: how much of what was claimed is right."""

from sim.scoring.case import TraceCase
from sim.scoring.metric import Better, Metric, divide


def compute_appearance_precision(case: TraceCase) -> float | None:
    """Return claimed appearances that are the target's / all claimed, 0..1; None when nothing was claimed.

    Each empty mark counts as one wrong claim. One right appearance, one of someone else and one empty mark give 1/3.
    """
    right = len(case.claims.target)
    return divide(right, right + len(case.claims.others) + case.claims.empty_count)


APPEARANCE_PRECISION = Metric(
    key="appearance_precision",
    version=2,
    unit="ratio",
    better=Better.HIGHER,
    needs_log=False,
    compute=compute_appearance_precision,
)
