"""Identity scores over truth rows: IDTP, IDFP, IDFN, IDP, IDR, IDF1.

Formulas: Ristani, Solera, Zou, Cucchiara, Tomasi, "Performance Measures and a Data Set for Multi-Target, Multi-Camera
Tracking", 2016, doi:10.1007/978-3-319-48881-3_2, with one true and one computed trajectory: the target's rows, and the
rows that the trainee claims to be the target.

Worked case: the target has three appearances of 100 rows each; one of them is claimed, and so is someone else's
appearance of 60 rows. IDTP 100, IDFP 60, IDFN 200, IDP 100/160 = 0.625, IDR 100/300 = 1/3, IDF1 200/460 = 0.43478.
"""

from collections.abc import Sequence

from sim.scoring.case import MarkOutcome, TraceCase
from sim.scoring.score_card import Better, divide, metric


@metric("path", "appearance_recall", "Appearances found", version=3, unit="ratio")
def compute_appearance_recall(case: TraceCase) -> float | None:
    """Return appearances in T claimed / all in T, 0..1; None when T is empty.

    One of three appearances claimed gives 1/3.
    """
    return divide(len(case.claims.target), len(case.legs))


@metric("path", "appearance_precision", "Correct marks", version=3, unit="ratio")
def compute_appearance_precision(case: TraceCase) -> float | None:
    """Return claimed appearances that are the target's / all claimed, 0..1; None when nothing was claimed.

    Each empty mark counts as one wrong claim. One right appearance, one of someone else and one empty mark give 1/3.
    """
    right = len(case.claims.target)
    return divide(right, right + len(case.claims.others) + case.claims.empty_count)


@metric("path", "idtp", version=3, unit="rows", better=Better.NEITHER)
def count_idtp(case: TraceCase) -> int:
    """Return truth rows inside the window in claimed appearances of the target (worked case: 100)."""
    return case.count_rows(case.claims.target)


@metric("path", "idfp", version=3, unit="rows", better=Better.LOWER)
def count_idfp(case: TraceCase) -> int:
    """Return truth rows inside the window in claimed appearances of others (worked case: 60)."""
    return case.count_rows(case.claims.others)


@metric("path", "idfn", version=3, unit="rows", better=Better.LOWER)
def count_idfn(case: TraceCase) -> int:
    """Return truth rows inside the window in unclaimed appearances of the target (worked case: 200)."""
    return case.count_rows(case.legs) - count_idtp(case)


@metric("path", "idp", "How much of your path was theirs", version=3, unit="ratio")
def compute_idp(case: TraceCase) -> float | None:
    """Return IDTP / (IDTP + IDFP), 0..1; None when no row is claimed (worked case: 0.625)."""
    return divide(count_idtp(case), count_idtp(case) + count_idfp(case))


@metric("path", "idr", "How much of their path you found", version=3, unit="ratio")
def compute_idr(case: TraceCase) -> float | None:
    """Return IDTP / (IDTP + IDFN), 0..1; None when T is empty (worked case: 1/3)."""
    return divide(count_idtp(case), case.count_rows(case.legs))


@metric("path", "idf1", "Match with the actual path", version=3, unit="ratio")
def compute_idf1(case: TraceCase) -> float | None:
    """Return 2 IDTP / (2 IDTP + IDFP + IDFN), 0..1; None when T is empty (worked case: 200/460)."""
    if not case.legs:
        return None
    true = count_idtp(case)
    return divide(2 * true, 2 * true + count_idfp(case) + count_idfn(case))


@metric("path", "wrong_person_s", "Time on the wrong person", version=3, unit="s", better=Better.LOWER)
def compute_wrong_person_s(case: TraceCase) -> float:
    """Return seconds: over claimed appearances of others, last minus first `t_s` of their rows in the window, summed.

    Someone else's appearance from 16.0 s to 21.9 s gives 5.9 s. Empty marks add nothing.
    """
    return case.sum_spans_s(case.claims.others)


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


@metric("path", "sequence_similarity", "Cameras in the right order", version=3, unit="ratio")
def compute_sequence_similarity(case: TraceCase) -> float | None:
    """Return 1 - edit distance between cameras claimed and cameras of T / the longer length, 0..1.

    Each side is ordered by first row in the window (tie: camera_id); None when both are empty. Claiming cameras (1, 2)
    where the target took (1, 2, 1) gives 1 - 1/3 = 2/3.
    """
    claimed = case.find_cameras(case.claims.claimed)
    true = case.find_cameras(case.legs)
    longer = max(len(claimed), len(true))
    return None if longer == 0 else 1.0 - compute_edit_distance(claimed, true) / longer


def find_final_row(case: TraceCase) -> int | None:
    """Return the position in the truth table of the target's last row in T (tie: smaller camera_id), or None."""
    return None if case.last is None else int(case.window.last_table_row[case.last])


def find_final_zone(case: TraceCase) -> str | None:
    """Return the zone_id where the target was last seen in the window, or None when T is empty."""
    row = find_final_row(case)
    return None if row is None else str(case.index.table.rows["zone"].iat[row])


@metric("place", "final_place", "Last location", version=3)
def judge_final_place(case: TraceCase) -> bool | None:
    """Return whether `final_zone` is the zone of the target's last row in T; None when T is empty.

    Last seen in "hall-b" and answered "hall-b": true; no answer: false.
    """
    zone = find_final_zone(case)
    return None if zone is None else case.answer.final_zone == zone


@metric("absence", "absence_right", "Not on any camera", version=3)
def judge_absence(case: TraceCase) -> bool | None:
    """Return, when T is empty, whether the answer says so and claims nothing (an empty mark claims too); else None."""
    if case.legs:
        return None
    return case.answer.not_on_camera and not case.claims.others and case.claims.empty_count == 0


@metric("person", "right_person", "Correct student", version=3)
def judge_right_person(case: TraceCase) -> bool | None:
    """Return whether the last mark is on the target; no mark: false. None when T is empty."""
    if not case.legs:
        return None
    outcome = case.claims.outcome
    return len(outcome) > 0 and int(outcome[-1]) in (MarkOutcome.TARGET, MarkOutcome.IGNORED)
