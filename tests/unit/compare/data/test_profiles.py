"""Attempts on different consoles are never compared together, and the comparison says so."""

import pandas as pd
import pytest

from sim.compare.checks.design import Finding
from sim.compare.report.report import compare_attempts
from sim.errors import ComparisonError


def attempt(person, phase, profile, *, elapsed_s=200.0, form=None):
    return {
        "person_id": person,
        "phase": phase,
        "form_id": form or f"{phase}-{person}-{profile}",
        "profile": profile,
        "elapsed_s": elapsed_s,
        "finished": True,
        "limit_s": 480.0,
        "idf1": 0.5,
        "appearance_recall": 0.5,
        "appearance_precision": 0.5,
        "wrong_person_s": 0.0,
    }


def both(person, profile, *, after_s=150.0):
    return [attempt(person, "before", profile), attempt(person, "after", profile, elapsed_s=after_s)]


def compare(rows, **options):
    return compare_attempts(pd.DataFrame(rows), **options)


def test_only_the_console_that_most_people_used_both_times_is_compared():
    rows = [row for index in range(4) for row in both(f"A{index}", "cloud")]
    rows += [row for index in range(3) for row in both(f"B{index}", "classic", after_s=400.0)]
    comparison = compare(rows)
    assert comparison.design.profile == "cloud"
    assert {pair.person_id for pair in comparison.pairs} == {"A0", "A1", "A2", "A3"}
    assert comparison.time.ratio.estimate == pytest.approx(0.75)
    assert any("cloud console" in warning and "classic" in warning for warning in comparison.warnings)
    check = next(check for check in comparison.design.checks if "console used" in check.question)
    assert check.finding is Finding.CONCERN
    reasons = {out.person_id: out.reason for out in comparison.design.left_out}
    assert reasons["B0"] == "on the classic console; only drills on the cloud console are compared here"


def test_the_other_console_can_be_asked_for():
    rows = [*both("A", "cloud"), *both("C", "cloud"), *both("B", "classic", after_s=400.0)]
    comparison = compare(rows, profile="classic")
    assert [pair.person_id for pair in comparison.pairs] == ["B"]
    assert comparison.time.ratio.estimate == pytest.approx(2.0)


def test_one_person_on_two_consoles_is_not_a_pair():
    comparison = compare([attempt("A", "before", "classic"), attempt("A", "after", "phone")])
    assert comparison.pairs == ()
    assert comparison.design.profile is None


def test_a_form_met_on_another_console_before_is_still_a_form_met_twice():
    rows = [*both("A", "classic"), attempt("A", "before", "cloud", form="after-A-classic")]
    assert compare(rows).pairs == ()


def test_one_console_is_fine_and_named():
    comparison = compare(both("A", "minimal"))
    check = next(check for check in comparison.design.checks if "console used" in check.question)
    assert (check.finding, check.sentence) == (Finding.FINE, "Yes, the minimal console.")
    assert comparison.design.other_profiles == ()


def test_a_table_from_before_there_were_profiles_is_classic():
    rows = [{name: value for name, value in row.items() if name != "profile"} for row in both("A", "classic")]
    assert compare(rows).design.profile == "classic"


def test_an_unknown_console_is_refused_by_row():
    with pytest.raises(ComparisonError, match="row 1, column profile: 'fancy'"):
        compare([attempt("A", "before", "classic"), attempt("A", "after", "fancy")])
