"""What is told of one drill is what the comparison does with it."""

import pandas as pd

from sim.compare.checks.counting import choose_team_console
from sim.compare.checks.design import check_design
from sim.compare.data.table import check_attempts
from tests.unit.compare.checks.test_design import drill, person


def choose_both(rows):
    """Return the console that a team measures with, and the one that its comparison is of."""
    checked = check_attempts(
        pd.DataFrame([{"profile": "classic", "seen_before": "no", "extra_time": "no", **row} for row in rows])
    )
    _, design = check_design(checked)
    return choose_team_console(checked).profile, design.profile


def test_follow_ups_choose_no_console():
    rows = [row for name in "ABC" for row in (*person(name), drill(name, "retention", 3))]
    assert choose_both([*rows, *person("D", profile="minimal")]) == ("classic", "classic")


def test_drills_that_do_not_count_choose_no_console():
    rows = [row for name in "ABC" for row in person(name, profile="minimal", seen_before="yes")]
    rows += [row for name in "DEF" for row in person(name, profile="minimal", extra_time="yes")]
    rows += [row for name in "GH" for row in person(name)]
    assert choose_both(rows) == ("classic", "classic")


def test_where_nothing_else_is_there_follow_ups_choose_it():
    rows = check_attempts(pd.DataFrame([drill(name, "retention", 1, profile="cloud") for name in "AB"]))
    assert choose_team_console(rows).profile == "cloud"
