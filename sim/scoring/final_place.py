"""Final place, and the answer "not on camera"."""

from sim.scoring.case import TraceCase
from sim.scoring.claim import MarkOutcome
from sim.scoring.metric import Better, Metric


def find_final_row(case: TraceCase) -> int | None:
    """Return the position in the truth table of the target's last row in T (tie: smaller camera_id), or None."""
    if not case.legs:
        return None
    ends = case.window.last_s
    last = min(case.legs, key=lambda n: (-ends[n], case.index.appearances[n].camera_id))
    return int(case.window.last_table_row[last])


def find_final_zone(case: TraceCase) -> str | None:
    """Return the zone_id where the target was last seen in the window, or None when T is empty."""
    row = find_final_row(case)
    return None if row is None else str(case.index.table.rows["zone"].iat[row])


def judge_final_place(case: TraceCase) -> bool | None:
    """Return whether `final_zone` is the zone of the target's last row in T; None when T is empty.

    Last seen in "hall-b" and answered "hall-b": true; no answer: false.
    """
    zone = find_final_zone(case)
    return None if zone is None else case.answer.final_zone == zone


def judge_absence(case: TraceCase) -> bool | None:
    """Return, when T is empty, whether the answer says so and claims nothing (an empty mark claims too); else None."""
    if case.legs:
        return None
    return case.answer.not_on_camera and not case.claims.others and case.claims.empty_count == 0


FINAL_PLACE = Metric(key="final_place", version=2, better=Better.HIGHER, compute=judge_final_place)
ABSENCE_RIGHT = Metric(key="absence_right", version=2, better=Better.HIGHER, compute=judge_absence)


def judge_right_person(case: TraceCase) -> bool | None:
    """Return whether the last mark is on the target; no mark: false. None when T is empty."""
    if not case.legs:
        return None
    outcome = case.claims.outcome
    return len(outcome) > 0 and int(outcome[-1]) in (MarkOutcome.TARGET, MarkOutcome.IGNORED)


RIGHT_PERSON = Metric(key="right_person", version=2, better=Better.HIGHER, compute=judge_right_person)
