"""Worked numbers and edges of the estimators; their values are held against R in tests/reference."""

import numpy as np
import pytest

from sim.compare.estimates import compute_beyond_practice, compute_change, compute_groups, compute_rank_change
from sim.compare.result import Result, at_level, compute_mean

ALL = np.array([True, True, False, False])


def test_worked_numbers_of_the_docstrings() -> None:
    mean = compute_mean(np.array([1.0, 2.0, 3.0]), method="mean")
    assert (mean.estimate, mean.interval) == (2.0, pytest.approx((-0.4841, 4.4841), abs=1e-4))
    rank = compute_rank_change(np.array([1.0, 2.0, 3.0]), what="x")
    assert (rank.estimate, rank.interval, rank.settings["level"]) == (2.0, (1.0, 3.0), 0.75)
    groups = compute_groups(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 2.0, 2.0, 3.0]), ~ALL, what="x")
    assert groups.estimate == pytest.approx(-1.0)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 1.0, 1.0]])
def test_nobody_one_person_and_all_alike_have_no_interval_and_say_so(values: list[float]) -> None:
    for found in (
        compute_mean(np.array(values), method="m"),
        compute_rank_change(np.array(values), what="x"),
        compute_change(np.zeros(len(values)), np.array(values), what="x"),
    ):
        assert found.interval is None
        assert found.warnings
        assert (found.estimate is None) is (not values)


def test_a_person_without_a_value_on_one_side_is_left_out() -> None:
    before, after = np.array([1.0, np.nan, 3.0, 2.0]), np.array([2.0, 5.0, np.nan, 4.0])
    assert compute_change(before, after, what="x").n == 2
    assert compute_groups(before, after, ALL, what="x").n == 2


def test_groups_that_cannot_be_told_apart_have_no_number() -> None:
    before, after = np.arange(4.0), np.array([1.0, 3.0, 2.0, 5.0])
    for is_trained in (np.ones(4, dtype=bool), np.zeros(4, dtype=bool)):
        assert compute_groups(before, after, is_trained, what="x").estimate is None
    one_of_each = np.array([0, 0, 1, 2])
    assert compute_groups(before, after, ALL, what="x", school=one_of_each).method.count("means of schools") == 1


def test_a_school_of_both_groups_beside_whole_ones_is_told_by_its_own_people() -> None:
    rng = np.random.default_rng(3)
    school, is_trained = np.repeat([0, 1, 2], 6), np.tile([True, False], 9)
    before = rng.normal(size=18)
    after = before - is_trained + 10.0 * school
    assert compute_groups(before, after + rng.normal(0.0, 0.01, 18), is_trained, what="x", school=school).is_below(-0.9)


def test_practice_cannot_be_told_from_one_drill_a_side() -> None:
    person, is_after = np.repeat([0, 1, 2], 2), np.tile([False, True], 3)
    assert compute_beyond_practice(person, is_after, np.log(np.tile([1.0, 2.0], 3)), np.arange(6.0), what="x") is None


def test_a_change_that_is_all_practice_is_none_beyond_it() -> None:
    person, number = np.repeat(np.arange(4), 6), np.tile(np.arange(1.0, 7.0), 4)
    values = np.log(300.0) - 0.3 * np.log(number) + 0.1 * person
    beyond = compute_beyond_practice(person, number > 3, np.log(number), values, what="x", is_log=True)
    assert beyond is not None
    assert (beyond.estimate, beyond.settings["slope"]) == pytest.approx((1.0, -0.3))


def test_another_level_is_the_same_estimate_with_a_wider_interval() -> None:
    values = np.array([0.1, 0.3, 0.2, 0.4, 0.15, 0.5])
    narrow = compute_mean(values, method="m", is_log=True)
    assert at_level(narrow, 0.99).interval == pytest.approx(
        compute_mean(values, method="m", is_log=True, level=0.99).interval
    )


def test_five_people_never_make_a_clear_change_and_no_interval_leaves_its_estimate_out() -> None:
    sure = {n: Result(estimate=-1.0, interval=(-1.1, -0.9), method="m", n=n) for n in (5, 6)}
    assert [sure[n].is_below(0.0) for n in (5, 6)] == [False, True]
    with pytest.raises(ValueError, match="outside its interval"):
        Result(estimate=2.0, interval=(0.0, 1.0), method="m", n=6)
