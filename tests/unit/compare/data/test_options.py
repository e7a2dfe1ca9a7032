"""Attempts with different drill options are never compared together, and the comparison says so."""

import pandas as pd
import pytest

from sim.compare.checks.design import Finding
from sim.compare.data.conditions import say_options
from sim.compare.report.report import compare_attempts
from sim.errors import ComparisonError
from tests.unit.compare.data.test_profiles import attempt


def both(person, options, *, profile="classic", after_s=150.0):
    rows = [attempt(person, "before", profile), attempt(person, "after", profile, elapsed_s=after_s)]
    return [{**row, "options": options, "form_id": f"{row['form_id']}-{options}"} for row in rows]


def compare(rows, **wanted):
    return compare_attempts(pd.DataFrame(rows), **wanted)


def find_check(comparison):
    return next(check for check in comparison.design.checks if "same options" in check.question)


def test_only_the_options_that_most_people_had_both_times_are_compared():
    rows = [row for index in range(4) for row in both(f"A{index}", "interruptions")]
    rows += [row for index in range(3) for row in both(f"B{index}", "", after_s=400.0)]
    comparison = compare(rows)
    assert (comparison.design.profile, comparison.design.options) == ("classic", "interruptions")
    assert {pair.person_id for pair in comparison.pairs} == {"A0", "A1", "A2", "A3"}
    assert comparison.time.ratio.estimate == pytest.approx(0.75)
    assert any("without options are left out" in warning for warning in comparison.warnings)
    assert find_check(comparison).finding is Finding.CONCERN
    reasons = {out.person_id: out.reason for out in comparison.design.left_out}
    assert reasons["B0"] == "given without options; only drills with interruptions are compared here"


def test_console_and_options_are_chosen_together():
    rows = [row for index in range(3) for row in both(f"A{index}", "interruptions")]
    rows += [row for index in range(3) for row in both(f"B{index}", "")]
    rows += [row for index in range(4) for row in both(f"C{index}", "", profile="cloud")]
    assert compare(rows).design.profile == "cloud"


def test_other_options_can_be_asked_for_and_none_is_a_choice_too():
    rows = [*both("A", "interruptions"), *both("C", "interruptions"), *both("B", "", after_s=400.0)]
    assert [pair.person_id for pair in compare(rows, options="").pairs] == ["B"]
    assert compare(rows, options="appearance-search").pairs == ()


def test_one_person_with_an_option_on_one_side_only_is_not_a_pair():
    before, after = both("A", "")
    comparison = compare([before, {**after, "options": "appearance-search"}])
    assert comparison.pairs == ()
    assert comparison.design.options is None


def test_the_order_of_the_names_does_not_matter_and_no_column_means_none():
    before, after = both("A", "interruptions appearance-search")
    same = compare([before, {**after, "options": " appearance-search  interruptions"}])
    assert same.design.options == "appearance-search interruptions"
    assert find_check(same).sentence == "Yes, with appearance search and interruptions."
    old = compare([{name: value for name, value in row.items() if name != "options"} for row in both("A", "")])
    assert (old.design.options, find_check(old).sentence) == ("", "Yes, without options.")
    assert find_check(old).finding is Finding.FINE


def test_an_unknown_option_is_refused_by_row():
    with pytest.raises(ComparisonError, match="row 1, column options: 'fancy'"):
        compare([both("A", "")[0], both("A", "fancy")[1]])


def test_three_options_read_as_a_list():
    assert say_options("appearance-search hints interruptions") == "with appearance search, hints and interruptions"
