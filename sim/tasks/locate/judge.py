"""Where a person is, or was last seen, at the end of a window: one mark and a place."""

import numpy as np

from sim.scoring.case import TraceCase
from sim.scoring.duration import COMPLETION, FINISHED
from sim.scoring.final_place import ABSENCE_RIGHT, FINAL_PLACE, find_final_row
from sim.scoring.metric import Better, Metric
from sim.scoring.right_person import RIGHT_PERSON, judge_right_person
from sim.scoring.score_card import Criterion, ScoreCard, find_warnings, judge_contradiction, make_score_card
from sim.truth.appearance import round_off_s

NEAR_S = 5.0
"""A mark this close to the last sighting finds the person in time."""


def compute_sighting_error_s(case: TraceCase) -> float | None:
    """Return seconds from the last mark to the target's last sighting; None without a mark on the target.

    Last seen at 118.4 s and marked at 115.0 s: 3.4. A mark on a later glimpse is as late as can be: 0.
    """
    row = find_final_row(case)
    if row is None or not judge_right_person(case):
        return None
    last_s = float(case.index.table.rows["t_s"].to_numpy(dtype=np.float64)[row])
    return round_off_s(max(0.0, last_s - case.answer.marks[-1].t_s))


SIGHTING_ERROR = Metric(
    key="sighting_error_s", version=3, unit="s", better=Better.LOWER, needs_log=False, compute=compute_sighting_error_s
)
LOCATE_METRICS: tuple[Metric[TraceCase], ...] = (
    RIGHT_PERSON,
    SIGHTING_ERROR,
    FINAL_PLACE,
    ABSENCE_RIGHT,
    COMPLETION,
    FINISHED,
)


def make_locate_card(case: TraceCase) -> ScoreCard:
    """Compute every metric that the case allows. Passed: right person within 5 s of the last sighting, right place.

    For a person who never appears: the answer says so and marks nobody. Either way no contradiction, inside the limit.
    """
    if case.legs:
        error_s = compute_sighting_error_s(case)
        judged: tuple[Criterion, ...] = (
            Criterion(key="right_person", met=bool(judge_right_person(case))),
            Criterion(key="near_last_sighting", met=error_s is not None and error_s <= NEAR_S),
            Criterion(key="final_place", met=bool(FINAL_PLACE.compute(case))),
        )
    else:
        judged = (Criterion(key="absence_right", met=bool(ABSENCE_RIGHT.compute(case))),)
    return make_score_card(
        case,
        LOCATE_METRICS,
        criteria=(*judged, judge_contradiction(case)),
        warnings=find_warnings(case),
    )
