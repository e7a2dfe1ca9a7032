"""What the page is given to draw says what the comparison says, and no more."""

import numpy as np
import pandas as pd

from sim.compare.comparison import compare_attempts
from sim.compare.statistics.survival import Curve
from sim.services.comparison.tables import make_details_table
from sim.services.comparison.view import MOST_STEPS, _curve_steps, make_comparison_view
from tests.support.full_comparison import make_attempts

ROW = {"finished": True, "limit_s": 480.0, "idf1": 0.5, "appearance_recall": 0.5, "wrong_person_s": 0.0}


def make_view(count=7):
    rows = [
        {**ROW, "person_id": f"P{index}", "phase": phase, "form_id": f"{phase}-{index}", "elapsed_s": elapsed_s}
        for index in range(count)
        for phase, elapsed_s in (("before", 300.0 + 5 * index), ("after", 200.0 + 9 * index))
    ]
    rows[0].update(elapsed_s=480.0, finished=False)
    return make_comparison_view(compare_attempts(pd.DataFrame(rows).assign(appearance_precision=None)))


def test_a_time_out_is_drawn_at_the_limit_as_a_time_out():
    first = make_view().time_points[0]
    assert (first.is_time_out, first.value, first.text) == (True, 480.0, "ran out of time (8:00)")
    assert make_view().time_table.rows[0] == ("P0", "ran out of time (8:00)", "3:20")


def test_few_people_see_the_true_level_of_the_interval():
    view = make_view(4)
    assert view.headline == "Too few people to say whether anything changed."
    assert all("none" in row[2] or "interval only" in row[2] for row in view.accuracy_table.rows)
    assert all(row[3] == "none" for row in view.details_table.rows)


def test_p_is_given_only_beside_estimate_and_interval():
    for row in make_view().details_table.rows:
        if row[3] != "none":
            assert "none" not in row[1:3]


def test_a_curve_of_very_many_steps_is_drawn_from_few_that_lie_on_it():
    count = 20_000
    share = np.linspace(0.0, 0.9, count)
    curve = Curve(
        time_s=tuple(np.linspace(0.0, 590.0, count)),
        share=tuple(share),
        lower=tuple(share / 2),
        upper=tuple(share + 0.05),
        end_s=600.0,
    )
    steps = _curve_steps("After", curve)
    assert len(steps) <= MOST_STEPS + 2
    known = dict(zip(curve.time_s, curve.share, strict=True))
    assert all(known[step.time_s] == step.share for step in steps[:-1])
    assert (steps[0].time_s, steps[-1].time_s, steps[-1].share) == (0.0, 600.0, 0.9)
    gaps = np.diff([step.time_s for step in steps])
    assert 0.0 < gaps.min() <= gaps.max() <= 10.0 + 600.0 / MOST_STEPS


def test_the_ratio_of_finishers_has_no_interval_once_somebody_ran_out_of_time() -> None:
    attempts = make_attempts()
    assert not attempts["finished"].all()
    with_time_outs = make_details_table(compare_attempts(attempts)).rows
    finished = attempts.assign(elapsed_s=attempts["elapsed_s"].clip(upper=470.0), finished=True)
    without = make_details_table(compare_attempts(finished)).rows
    held, told = (
        next(row for row in rows if row[0] == "Ratio of typical times, after / before")
        for rows in (with_time_outs, without)
    )
    assert held[1] != "none"
    assert held[2:4] == ("none", "none")
    assert "finished drills only" in held[6]
    assert "to" in told[2]
    assert told[3] != "none"
