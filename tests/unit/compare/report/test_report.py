"""compare_attempts on teams of every awkward shape."""

import numpy as np
import pandas as pd
import pytest

from sim.compare.checks.design import Design, Finding
from sim.compare.content.comparison import Change, Verdict
from sim.compare.comparison import compare_attempts


def attempt(person, phase, elapsed_s, *, form=None, limit_s=600.0, idf1=0.8, finished=None, **more):
    finished = elapsed_s <= limit_s if finished is None else finished
    row = {
        "person_id": person,
        "phase": phase,
        "form_id": form or f"{phase}-{person}",
        "elapsed_s": min(elapsed_s, limit_s),
        "finished": finished,
        "limit_s": limit_s,
        "idf1": idf1,
        "appearance_recall": idf1,
        "appearance_precision": 0.9,
        "wrong_person_s": 4.0,
        "days_since_training": {"before": -3.0, "after": 3.0}.get(phase, 40.0),
        "chosen_by": "all",
    }
    return {**row, **more}


def team(count, *, factor=1.0, gain=0.0, seed=7, spread=0.2):
    """Make a team with one drill a side; times change by `factor`, IDF1 by `gain`, both with noise."""
    rng = np.random.default_rng(seed)
    rows = []
    for index in range(count):
        person = f"P{index + 1}"
        base = 300.0 * np.exp(spread * rng.normal())
        idf1 = 0.6 + 0.1 * rng.uniform()
        rows.append(attempt(person, "before", base, form=f"F{index % 4}", idf1=idf1))
        after = base * factor * np.exp(0.1 * rng.normal())
        new_idf1 = min(1.0, max(0.0, idf1 + gain + 0.03 * rng.normal()))
        rows.append(attempt(person, "after", after, form=f"F{(index + 1) % 4}", idf1=new_idf1))
    return rows


def compare(rows):
    return compare_attempts(pd.DataFrame(rows))


@pytest.mark.parametrize(
    ("factor", "gain", "word"),
    [
        (0.7, 0.0, Verdict.IMPROVED),
        (0.7, -0.3, Verdict.TRADED_ACCURACY_FOR_SPEED),
        (1.5, 0.25, Verdict.TRADED_SPEED_FOR_ACCURACY),
        (1.6, 0.0, Verdict.WORSE),
    ],
)
def test_the_word_of_a_team_whose_times_and_accuracy_changed(factor, gain, word):
    comparison = compare(team(8, factor=factor, gain=gain))
    assert comparison.word is word
    assert ("improved" in comparison.verdict) is (word is Verdict.IMPROVED)
    assert comparison.time.ratio.estimate == pytest.approx(factor, rel=0.1)
    assert any("swapped" in warning for warning in comparison.warnings) is (factor > 1.0)


def test_faster_with_accuracy_leaning_down_is_not_improved():
    rows = team(8, factor=0.6)
    drops = [-0.3, -0.28, -0.25, -0.2, 0.02, 0.03, -0.22, 0.05]
    for index, drop in enumerate(drops):
        rows[2 * index + 1]["idf1"] = rows[2 * index]["idf1"] + drop
    comparison = compare(rows)
    assert comparison.sides.accuracy is Change.UNCLEAR
    assert comparison.word is Verdict.FASTER_ONLY


def test_faster_with_more_seconds_on_the_wrong_person_is_not_improved():
    rows = team(8, factor=0.6)
    for index in range(8):
        rows[2 * index + 1]["wrong_person_s"] = 20.0 + index
    comparison = compare(rows)
    assert comparison.word is Verdict.FASTER_ONLY
    assert "accuracy figures went down" in comparison.verdict


def test_under_six_people_no_p_and_it_says_why():
    for count in range(1, 6):
        comparison = compare(team(count, factor=0.4))
        assert comparison.word is Verdict.TOO_FEW
        assert "no test could reach 5%" in comparison.verdict
        assert comparison.time.ratio.p is None
        assert all(report.difference.p is None for report in comparison.accuracy)
        assert any("no test could reach 5%" in warning for warning in comparison.time.ratio.warnings)
        assert (comparison.time.ratio.interval is None) is (count == 1)


def test_no_attempts_at_all():
    comparison = compare_attempts(pd.DataFrame(team(1)).iloc[:0])
    assert comparison.word is Verdict.NOTHING_TO_COMPARE
    assert comparison.pairs == ()


def test_where_all_timed_out_nobody_had_finished_and_that_has_an_interval():
    rows = [attempt(f"P{i}", phase, 900.0, form=f"{phase}{i}") for i in range(8) for phase in ("before", "after")]
    time = compare(rows).time
    assert (time.ratio.estimate, time.timed_out, time.shares[-1].results.after.estimate) == (None, (8, 8), 0.0)
    assert time.shares[-1].results.after.interval == pytest.approx((0.0, 1.0 - 0.025 ** (1 / 8)))


def test_a_time_out_never_enters_the_ratio():
    rows = team(8, factor=0.7)
    finishers = compare(rows).time.ratio
    rows += [attempt("Z", "before", 500.0, form="F0"), attempt("Z", "after", 10_000.0, form="F1")]
    comparison = compare(rows)
    assert comparison.time.ratio.estimate == finishers.estimate
    assert comparison.time.ratio.n == 8
    assert len(comparison.pairs) == 9
    assert any("leaves them out" in warning for warning in comparison.warnings)


def test_one_new_time_out_makes_everyone_count():
    rows = team(8, factor=0.7)
    assert compare(rows).sides.time is Change.BETTER
    rows[15].update(elapsed_s=600.0, finished=False)
    comparison = compare(rows)
    assert comparison.time.ratio.interval[1] < 1.0
    assert comparison.time.restricted_mean_change.estimate < 0.0
    assert comparison.sides.time is Change.UNCLEAR


def test_repeated_form_leaves_the_persons_other_forms_in():
    rows = [
        *team(8),
        attempt("P1", "before", 200.0, form="X"),
        attempt("P1", "after", 200.0, form="X"),
    ]
    comparison = compare(rows)
    assert len(comparison.pairs) == 8
    assert comparison.pairs[0].before.attempts == 1


def test_limits_must_be_the_same_on_both_sides():
    rows = team(8)
    rows[1]["limit_s"] = 900.0
    comparison = compare(rows)
    assert [out.person_id for out in comparison.design.left_out] == ["P1"]
    assert "time limit (10 min and 15 min)" in comparison.design.left_out[0].reason


def test_several_drills_give_one_geometric_mean_a_person():
    rows = [
        attempt("A", "before", 100.0, form="1"),
        attempt("A", "before", 400.0, form="2"),
        attempt("A", "before", 9_999.0, form="3"),
        attempt("A", "after", 100.0, form="4"),
    ]
    (pair,) = compare(rows).pairs
    assert pair.before.time_s == pytest.approx(200.0)
    assert (pair.before.attempts, pair.before.finished) == (3, 2)
    assert any("only part of their drills" in warning for warning in compare(rows).warnings)


def test_two_drills_before_are_named_a_double_baseline():
    rows = team(6)
    rows += [attempt(f"P{i + 1}", "before", 310.0, form="X") for i in range(6)]
    assert compare(rows).design.design is Design.DOUBLE_BASELINE


def test_one_form_before_and_another_after_is_a_concern():
    rows = team(8)
    for index, row in enumerate(rows):
        row["form_id"] = "AB"[index % 2]
    check = compare(rows).design.checks[2]
    assert check.finding is Finding.CONCERN
    assert "easier form" in check.sentence


def test_undefined_measures_are_left_out_not_zero():
    rows = team(8)
    rows[1]["appearance_precision"] = float("nan")
    comparison = compare(rows)
    precision = next(report for report in comparison.accuracy if report.measure == "appearance_precision")
    assert precision.difference.n == 7
    assert "appearance_precision" not in comparison.pairs[0].after.accuracy


def test_everyone_faster_by_the_same_share_is_doubted():
    rows = []
    for index in range(8):
        rows += [attempt(f"P{index}", "before", 200.0 + index), attempt(f"P{index}", "after", (200.0 + index) / 2)]
    comparison = compare(rows)
    assert comparison.time.ratio.estimate == pytest.approx(0.5)
    assert "Check the table" in comparison.time.ratio.warnings[0]
    assert comparison.word is Verdict.NOT_JUDGED


def test_the_order_of_rows_does_not_matter():
    rows = team(9, factor=0.8)
    assert compare(rows) == compare(rows[::-1])
