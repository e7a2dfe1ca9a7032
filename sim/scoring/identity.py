"""Identity scores over truth rows: IDTP, IDFP, IDFN, IDP, IDR, IDF1.

Formulas: Ristani, Solera, Zou, Cucchiara, Tomasi, "Performance Measures and a Data Set for Multi-Target, Multi-Camera
Tracking", 2016, doi:10.1007/978-3-319-48881-3_2, with one true and one computed trajectory: the target's rows, and the
rows that the trainee claims to be the target.

Worked case: the target has three appearances of 100 rows each; one of them is claimed, and so is someone else's
appearance of 60 rows. IDTP 100, IDFP 60, IDFN 200, IDP 100/160 = 0.625, IDR 100/300 = 1/3, IDF1 200/460 = 0.43478.
"""

from collections.abc import Sequence

from sim.scoring.case import TraceCase
from sim.scoring.metric import Better, Metric, divide


def count_idtp(case: TraceCase) -> int:
    """Return truth rows inside the window in claimed appearances of the target (worked case: 100)."""
    return case.count_rows(case.claims.target)


def count_idfp(case: TraceCase) -> int:
    """Return truth rows inside the window in claimed appearances of others (worked case: 60)."""
    return case.count_rows(case.claims.others)


def count_idfn(case: TraceCase) -> int:
    """Return truth rows inside the window in unclaimed appearances of the target (worked case: 200)."""
    return case.count_rows(case.legs) - count_idtp(case)


def compute_idp(case: TraceCase) -> float | None:
    """Return IDTP / (IDTP + IDFP), 0..1; None when no row is claimed (worked case: 0.625)."""
    return divide(count_idtp(case), count_idtp(case) + count_idfp(case))


def compute_idr(case: TraceCase) -> float | None:
    """Return IDTP / (IDTP + IDFN), 0..1; None when T is empty (worked case: 1/3)."""
    return divide(count_idtp(case), case.count_rows(case.legs))


def compute_idf1(case: TraceCase) -> float | None:
    """Return 2 IDTP / (2 IDTP + IDFP + IDFN), 0..1; None when T is empty (worked case: 200/460)."""
    if not case.legs:
        return None
    true = count_idtp(case)
    return divide(2 * true, 2 * true + count_idfp(case) + count_idfn(case))


IDTP = Metric(key="idtp", version=2, unit="rows", better=Better.NEITHER, compute=count_idtp)
IDFP = Metric(key="idfp", version=2, unit="rows", better=Better.LOWER, compute=count_idfp)
IDFN = Metric(key="idfn", version=2, unit="rows", better=Better.LOWER, compute=count_idfn)
IDP = Metric(key="idp", version=2, unit="ratio", better=Better.HIGHER, compute=compute_idp)
IDR = Metric(key="idr", version=2, unit="ratio", better=Better.HIGHER, compute=compute_idr)
IDF1 = Metric(key="idf1", version=2, unit="ratio", better=Better.HIGHER, compute=compute_idf1)


def compute_wrong_person_s(case: TraceCase) -> float:
    """Return seconds: over claimed appearances of others, last minus first `t_s` of their rows in the window, summed.

    Someone else's appearance from 16.0 s to 21.9 s gives 5.9 s. Empty marks add nothing.
    """
    return case.sum_spans_s(case.claims.others)


WRONG_PERSON = Metric(key="wrong_person_s", version=2, unit="s", better=Better.LOWER, compute=compute_wrong_person_s)


def compute_appearance_recall(case: TraceCase) -> float | None:
    """Return appearances in T claimed / all in T, 0..1; None when T is empty.

    One of three appearances claimed gives 1/3.
    """
    return divide(len(case.claims.target), len(case.legs))


APPEARANCE_RECALL = Metric(
    key="appearance_recall", version=2, unit="ratio", better=Better.HIGHER, compute=compute_appearance_recall
)


def compute_appearance_precision(case: TraceCase) -> float | None:
    """Return claimed appearances that are the target's / all claimed, 0..1; None when nothing was claimed.

    Each empty mark counts as one wrong claim. One right appearance, one of someone else and one empty mark give 1/3.
    """
    right = len(case.claims.target)
    return divide(right, right + len(case.claims.others) + case.claims.empty_count)


APPEARANCE_PRECISION = Metric(
    key="appearance_precision", version=2, unit="ratio", better=Better.HIGHER, compute=compute_appearance_precision
)


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
    key="sequence_similarity", version=2, unit="ratio", better=Better.HIGHER, compute=compute_sequence_similarity
)
