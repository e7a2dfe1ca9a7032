"""Sequence similarity: was the order of cameras right."""

from collections.abc import Sequence

from sim.scoring.case import TraceCase
from sim.scoring.metric import Better, Metric


def compute_edit_distance(a: Sequence[str], b: Sequence[str]) -> int:
    """Return the Levenshtein distance: fewest insertions, deletions and replacements that turn `a` into `b`.

    Formula: Levenshtein 1966, "Binary codes capable of correcting deletions, insertions and reversals".
    From (1, 2) to (1, 2, 1) is one insertion: 1.
    """
    above = list(range(len(b) + 1))
    for i, left in enumerate(a, start=1):
        row = [i]
        for j, right in enumerate(b, start=1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (left != right)))
        above = row
    return above[-1]


def compute_sequence_similarity(case: TraceCase) -> float | None:
    """Return 1 - edit distance between cameras claimed and cameras of T / the longer length, 0..1.

    Each side is ordered by first row in the window (tie: camera_id); None when both are empty. Claiming cameras (1, 2)
    where the target took (1, 2, 1) gives 1 - 1/3 = 2/3.
    """
    claimed = case.find_cameras(case.claims.claimed)
    true = case.find_cameras(case.legs)
    longer = max(len(claimed), len(true))
    return None if longer == 0 else 1.0 - compute_edit_distance(claimed, true) / longer


SEQUENCE_SIMILARITY = Metric(
    key="sequence_similarity",
    version=2,
    unit="ratio",
    better=Better.HIGHER,
    needs_log=False,
    compute=compute_sequence_similarity,
)
