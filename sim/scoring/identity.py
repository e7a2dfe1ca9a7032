"""Identity scores over truth rows: IDTP, IDFP, IDFN, IDP, IDR, IDF1.

Formulas: Ristani, Solera, Zou, Cucchiara, Tomasi, "Performance Measures and a Data Set for Multi-Target, Multi-Camera
Tracking", 2016, doi:10.1007/978-3-319-48881-3_2, with one true and one computed trajectory: the target's rows, and the
rows that the trainee claims to be the target.

Worked case: the target has three appearances of 100 rows each; one of them is claimed, and so is someone else's
appearance of 60 rows. IDTP 100, IDFP 60, IDFN 200, IDP 100/160 = 0.625, IDR 100/300 = 1/3, IDF1 200/460 = 0.43478.
"""

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


IDTP = Metric(key="idtp", version=2, unit="rows", better=Better.NEITHER, needs_log=False, compute=count_idtp)
IDFP = Metric(key="idfp", version=2, unit="rows", better=Better.LOWER, needs_log=False, compute=count_idfp)
IDFN = Metric(key="idfn", version=2, unit="rows", better=Better.LOWER, needs_log=False, compute=count_idfn)
IDP = Metric(key="idp", version=2, unit="ratio", better=Better.HIGHER, needs_log=False, compute=compute_idp)
IDR = Metric(key="idr", version=2, unit="ratio", better=Better.HIGHER, needs_log=False, compute=compute_idr)
IDF1 = Metric(key="idf1", version=2, unit="ratio", better=Better.HIGHER, needs_log=False, compute=compute_idf1)
