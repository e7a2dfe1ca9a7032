"""Attempts on different consoles or with different options are never compared together, and the comparison says so."""

import pandas as pd
import pytest

from sim.compare.checks.design import Finding
from sim.compare.conditions import say_options
from sim.compare.comparison import compare_attempts
from sim.errors import ComparisonError


def both(person, *, after_s=150.0, **told):
    """One drill a side, on the console and with the options told."""
    row = {
        "person_id": person,
        "finished": True,
        "limit_s": 480.0,
        "idf1": 0.5,
        "appearance_recall": 0.5,
        "appearance_precision": 0.5,
        "wrong_person_s": 0.0,
        **told,
    }
    form = f"{person}-{'-'.join(told.values())}"
    return [
        {**row, "phase": "before", "form_id": f"before-{form}", "elapsed_s": 200.0},
        {**row, "phase": "after", "form_id": f"after-{form}", "elapsed_s": after_s},
    ]


def compare(rows, **wanted):
    return compare_attempts(pd.DataFrame(rows), **wanted)


@pytest.mark.parametrize(
    ("column", "most", "fewer", "asked", "reason"),
    [
        (
            "profile",
            "cloud",
            "classic",
            "console used",
            "on the classic console; only drills on the cloud console are compared here",
        ),
        (
            "options",
            "interruptions",
            "",
            "same options",
            "given without options; only drills with interruptions are compared here",
        ),
    ],
)
def test_only_what_most_people_had_both_times_is_compared_unless_the_other_is_asked_for(
    column, most, fewer, asked, reason
):
    rows = [row for index in range(4) for row in both(f"A{index}", **{column: most})]
    rows += [row for index in range(3) for row in both(f"B{index}", after_s=400.0, **{column: fewer})]
    comparison = compare(rows)
    assert getattr(comparison.design, column) == most
    assert {pair.person_id for pair in comparison.pairs} == {"A0", "A1", "A2", "A3"}
    assert comparison.time.ratio.estimate == pytest.approx(0.75)
    assert any("left out" in warning for warning in comparison.warnings)
    check = next(check for check in comparison.design.checks if asked in check.question)
    assert check.finding is Finding.CONCERN
    assert {out.person_id: out.reason for out in comparison.design.left_out}["B0"] == reason
    other = compare(rows, **{column: fewer})
    assert {pair.person_id for pair in other.pairs} == {"B0", "B1", "B2"}
    assert other.time.ratio.estimate == pytest.approx(2.0)


def test_console_and_options_are_chosen_together():
    rows = [row for index in range(3) for row in both(f"A{index}", profile="classic", options="interruptions")]
    rows += [row for index in range(3) for row in both(f"B{index}", profile="classic", options="")]
    rows += [row for index in range(4) for row in both(f"C{index}", profile="cloud", options="")]
    assert compare(rows).design.profile == "cloud"


@pytest.mark.parametrize(
    ("column", "one", "other"), [("profile", "classic", "phone"), ("options", "", "appearance-search")]
)
def test_one_person_with_another_on_each_side_is_no_pair(column, one, other):
    before, after = both("A", **{column: one})
    comparison = compare([before, {**after, column: other}])
    assert comparison.pairs == ()
    assert getattr(comparison.design, column) is None


def test_a_form_met_on_another_console_before_is_still_a_form_met_twice():
    rows = both("A", profile="classic")
    assert compare([*rows, {**rows[0], "profile": "cloud", "form_id": rows[1]["form_id"]}]).pairs == ()


def test_the_order_of_options_does_not_matter_and_no_column_means_the_classic_console_without_options():
    before, after = both("A", options="interruptions appearance-search")
    same = compare([before, {**after, "options": " appearance-search  interruptions"}]).design
    assert same.options == "appearance-search interruptions"
    bare = compare(both("A")).design
    assert (bare.profile, bare.options) == ("classic", "")
    for design, asked, sentence in (
        (same, "same options", "Yes, with appearance search and interruptions."),
        (bare, "same options", "Yes, without options."),
        (compare(both("A", profile="minimal")).design, "console used", "Yes, the minimal console."),
    ):
        check = next(check for check in design.checks if asked in check.question)
        assert (check.finding, check.sentence) == (Finding.FINE, sentence)
    assert say_options("appearance-search hints interruptions") == "with appearance search, hints and interruptions"


@pytest.mark.parametrize(("column", "known"), [("profile", "classic"), ("options", "")])
def test_what_does_not_exist_is_refused_by_row(column, known):
    before, after = both("A", **{column: known})
    with pytest.raises(ComparisonError, match=f"row 1, column {column}: 'fancy'"):
        compare([before, {**after, column: "fancy"}])
