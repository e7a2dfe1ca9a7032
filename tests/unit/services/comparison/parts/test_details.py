"""All numbers of a comparison: what is printed with an interval, and what is not."""

from sim.compare.report.report import compare_attempts
from sim.services.comparison.parts.details import make_details_table
from tests.support.full_comparison import make_attempts


def test_the_ratio_of_finishers_has_no_interval_once_somebody_ran_out_of_time() -> None:
    attempts = make_attempts()
    assert not attempts["finished"].all()
    with_time_outs = make_details_table(compare_attempts(attempts)).rows
    finished = attempts.assign(elapsed_s=attempts["elapsed_s"].clip(upper=470.0), finished=True)
    without = make_details_table(compare_attempts(finished)).rows
    ratio = "Ratio of typical times, after / before"
    (held,) = [row for row in with_time_outs if row[0] == ratio]
    (told,) = [row for row in without if row[0] == ratio]
    assert held[1] != "none"
    assert held[2:4] == ("none", "none")
    assert "finished drills only" in held[6]
    assert "to" in told[2]
    assert told[3] != "none"
