"""What stands against a word whatever the numbers say, and what the first page says of it: each sentence once."""

import re

import numpy as np
import pandas as pd
import pytest

from sim.compare.analyses.practice import judge_practice
from sim.compare.content.comparison import Change, Effects, GroupReport, Verdict
from sim.compare.report.first_page import list_first_page
from sim.compare.comparison import compare_attempts
from sim.compare.report.verdict import hold_to_practice, hold_to_waiting
from sim.compare.result import Result
from tests.unit.compare.report.test_report import attempt, team


def compare(rows, **asked):
    return compare_attempts(pd.DataFrame(rows), **asked)


def test_every_sentence_stands_once_on_the_first_page():
    for rows in (team(8, factor=0.7), team(8), team(4), team(12, factor=1.5)):
        page = " ".join(list_first_page(compare(rows)))
        sentences = [sentence for sentence in re.split(r"(?<=[.?])\s+", page) if len(sentence) > 20]
        assert len(sentences) == len(set(sentences))


def test_not_knowing_how_people_were_chosen_holds_back_only_what_is_better():
    unknown = [{**row, "chosen_by": ""} for row in team(8, factor=0.7)]
    assert compare(unknown).word is Verdict.NOT_JUDGED
    assert compare([{**row, "chosen_by": ""} for row in team(8, factor=1.6)]).word is Verdict.WORSE
    assert compare([{**row, "chosen_by": ""} for row in team(8)]).word is Verdict.NO_CLEAR_CHANGE
    assert compare([{**row, "chosen_by": "low results"} for row in team(8)]).word is Verdict.NOT_JUDGED
    assert (
        compare([{**row, "chosen_by": "low results earlier"} for row in team(8, factor=0.7)]).word is Verdict.IMPROVED
    )


def test_without_number_or_day_no_change_gets_a_word_either_way():
    for factor in (0.7, 1.6):
        dated = team(8, factor=factor)
        rows = [{name: value for name, value in row.items() if name != "days_since_training"} for row in dated]
        comparison = compare(rows)
        assert comparison.word is Verdict.NOT_JUDGED
        assert "before and after could be swapped" in comparison.verdict
        assert compare(dated).word is not Verdict.NOT_JUDGED


def test_a_gain_that_is_only_drills_given_up_before_gets_no_word():
    rows = team(12)
    for index in range(6):
        rows[2 * index].update(elapsed_s=30.0, finished=False)
    comparison = compare(rows)
    assert comparison.sides.time is Change.BETTER
    assert comparison.word is Verdict.NOT_JUDGED
    assert "Without the drills that were given up early" in comparison.verdict
    assert any("6 drills were given up early, 6 before and 0 after" in warning for warning in comparison.warnings)
    real = team(12, factor=0.5)
    real[0].update(elapsed_s=30.0, finished=False)
    assert compare(real).word is Verdict.IMPROVED


def test_where_the_give_ups_leave_fewer_than_six_it_says_so_and_nothing_of_those_left():
    """All six are twice as fast: of the five left that is as true, they are only too few to judge by."""
    rows = team(6, factor=0.5)
    rows[0].update(elapsed_s=30.0, finished=False)
    comparison = compare(rows)
    assert comparison.sides.time is Change.BETTER
    assert (
        "Without the drills that were given up early, fewer than 6 people are left, too few to judge by, so no word is "
        "given."
    ) in comparison.no_word
    assert "no clear change" not in comparison.verdict
    assert "not clear that" not in comparison.verdict


def test_five_trained_beside_eight_who_waited_are_not_all_there_are():
    trained = [{**row, "group": "trained"} for row in team(5, factor=0.4)]
    waiting = [{**row, "group": "waiting", "person_id": f"W{row['person_id']}"} for row in team(8, seed=9)]
    comparison = compare([*trained, *waiting])
    assert comparison.word is Verdict.TOO_FEW
    assert comparison.groups is not None
    assert comparison.groups.time.p < 0.05
    assert (
        "5 people who trained have comparable drills both before and after, and a word needs 6." in comparison.verdict
    )
    assert comparison.groups.sentence in comparison.verdict
    assert "no test could reach 5%" not in comparison.verdict
    alone = compare([{**row, "group": "trained"} for row in team(1)] + waiting)
    assert "1 person who trained has comparable drills" in alone.verdict


def test_every_attempt_of_the_table_counts_as_having_met_its_form():
    rows = [*team(8), attempt("P1", "before", 200.0, form="F1", limit_s=900.0, extra_time="yes")]
    rows = [{"extra_time": "no", **row} for row in rows]
    check = next(each for each in compare(rows).design.checks if each.question.startswith("Did anyone get the same"))
    assert check.sentence.startswith("Yes: 1 drill left out and listed for it.")


@pytest.mark.parametrize(("days", "people"), [(40.0, 8), (-5.0, 7)])
def test_a_follow_up_drill_spoils_only_what_came_after_it(days, people):
    rows = [*team(8), {**attempt("P1", "retention", 200.0, form="F0"), "days_since_training": days}]
    comparison = compare(rows)
    assert len(comparison.pairs) == people
    check = next(each for each in comparison.design.checks if each.question.startswith("Did anyone get the same"))
    assert "1 follow-up drill on a form met before" in check.sentence


def test_who_left_is_told_by_how_they_did_before():
    rows = [*team(6), attempt("Z", "before", 500.0, idf1=0.3), attempt("Y", "before", 400.0, idf1=0.5)]
    comparison = compare(rows)
    left = comparison.design.who_left
    assert (left.people, left.left_s, left.left_idf1) == (2, pytest.approx(450.0), pytest.approx(0.4))
    before = [row["elapsed_s"] for row in rows[:12] if row["phase"] == "before"]
    assert left.stayed_s == pytest.approx(np.mean(before))
    assert left.sentence in comparison.not_in_it
    assert "the 2 people without a comparable drill after took 7:30 on average" in left.sentence
    assert compare(team(6)).design.who_left is None


def test_one_person_is_no_people():
    comparison = compare(team(1))
    said = " ".join([*comparison.not_in_it, *(check.sentence for check in comparison.design.checks)])
    assert not re.search(r"\b1 (people|drills)\b|all 1\b", said), said


def result(estimate, half, *, p=0.01):
    return Result(estimate=estimate, interval=(estimate - half, estimate + half), p=p, method="", n=16)


def groups(time, accuracy):
    each = result(-80.0, 20.0)
    return GroupReport(
        trained="trained",
        waiting="waiting",
        by_lot=False,
        trained_people=8,
        waiting_people=8,
        trained_time=each,
        waiting_time=each,
        time=time,
        ratio=each,
        accuracy=accuracy,
        sentence="",
    )


@pytest.mark.parametrize(
    ("time", "accuracy", "expected"),
    [
        (result(-60.0, 30.0), result(0.0, 0.1), Effects(time=Change.BETTER, accuracy=Change.UNCLEAR)),
        (result(-60.0, 70.0), result(0.0, 0.1), Effects(time=Change.UNCLEAR, accuracy=Change.UNCLEAR)),
        (result(-60.0, 30.0, p=None), result(0.2, 0.1), Effects(time=Change.UNCLEAR, accuracy=Change.BETTER)),
        (
            result(60.0, 30.0),
            None,
            Effects(time=Change.UNCLEAR, accuracy=Change.UNCLEAR, time_leans_slower=True),
        ),
        (
            result(-60.0, 30.0),
            result(-0.2, 0.1),
            Effects(time=Change.BETTER, accuracy=Change.UNCLEAR, accuracy_leans_worse=True),
        ),
    ],
)
def test_a_better_side_counts_only_where_the_trained_gained_clearly_more(time, accuracy, expected):
    assert hold_to_waiting(Effects(time=Change.BETTER, accuracy=Change.BETTER), groups(time, accuracy)) == expected


def test_lots_make_it_needless_to_say_how_people_were_chosen():
    def make(group):
        trained = [{**row, "chosen_by": "", "group": f"trained{group}"} for row in team(8, factor=0.5)]
        waiting = [
            {**row, "chosen_by": "", "group": f"waiting{group}", "person_id": f"W{row['person_id']}"}
            for row in team(8, seed=9)
        ]
        return compare([*trained, *waiting])

    assert make(" by lot").word is Verdict.IMPROVED
    assert make("").word is Verdict.NOT_JUDGED
    assert "on average" in make(" by lot").verdict.lower()


@pytest.mark.parametrize(
    ("drills", "beyond", "accurate", "expected"),
    [
        (4, -0.1, 0.1, (Change.BETTER, Change.BETTER)),
        (3, 0.1, 0.1, (Change.UNCLEAR, Change.BETTER)),
        (4, -0.1, -0.1, (Change.BETTER, Change.UNCLEAR)),
        (2, 0.1, -0.1, (Change.BETTER, Change.BETTER)),
    ],
)
def test_from_three_drills_before_a_side_is_better_only_where_it_is_beyond_practice(
    drills: int, beyond: float, accurate: float, expected: tuple[Change, Change]
) -> None:
    number = np.tile(np.arange(1.0, drills + 2.0), 6)
    is_after = number > drills
    wobble = np.repeat(np.linspace(-0.01, 0.01, 6), drills + 1)
    practice = judge_practice(
        np.repeat(np.arange(6), drills + 1),
        is_after,
        np.log(number),
        log_time=np.where(is_after, beyond + wobble, 0.0),
        idf1=np.where(is_after, accurate + wobble, 0.0) + 0.5,
        has_time_outs=False,
    )
    held = hold_to_practice(Effects(time=Change.BETTER, accuracy=Change.BETTER), practice)
    assert (held.time, held.accuracy) == expected
    worse = Effects(time=Change.WORSE, accuracy=Change.UNCLEAR)
    assert hold_to_practice(worse, practice) == worse
    assert hold_to_practice(worse, None) == worse
