"""The worked numbers of the docstrings, and the edges of each measure."""

import numpy as np
import pytest

from sim.compare.statistics.paired import compute_paired_difference, compute_time_ratio
from sim.compare.statistics.survival import (
    Durations,
    bound_mean,
    compute_curve,
    compute_restricted_mean,
    compute_share_finished,
)


def durations(times, done=None):
    done = [True] * len(times) if done is None else done
    return Durations(
        duration_s=np.array(times, dtype=float),
        finished=np.array(done),
        person=np.arange(len(times)),
        people=len(times),
    )


def test_worked_ratio():
    result = compute_time_ratio(np.array([100.0, 200.0, 400.0]), np.array([50.0, 100.0, 100.0]))
    assert result.estimate == pytest.approx(0.396850, abs=1e-6)
    assert result.settings["typical_before_s"] == pytest.approx(200.0)


def test_worked_paired_difference():
    result = compute_paired_difference(np.zeros(6), np.arange(1.0, 7.0))
    assert result.estimate == 3.5
    assert result.interval == (1.0, 6.0)
    assert result.settings["level"] == 0.96875
    assert result.p == 0.03125


def test_worked_restricted_mean_is_bounded_on_the_logit_below_and_on_the_log_above():
    result = compute_restricted_mean(durations([100.0, 200.0, 300.0]), limit_s=400.0)
    assert result.estimate == pytest.approx(200.0)
    # t(0.975, 2) = 4.302652729911275, standard error 100 / sqrt(3): half a width of 248.4137712 s, 2.484137712 on the
    # logit of one half, as d logit(p) = dp / (p (1 - p)); 200 exp(1.242) = 692.5 is beyond the limit
    assert result.interval == pytest.approx((400 / (1 + np.exp(2.484137712)), 400.0))
    narrow = compute_restricted_mean(durations([190.0, 200.0, 210.0]), limit_s=400.0)
    assert narrow.interval == pytest.approx((400 / (1 + np.exp(0.2484137712)), 200 * np.exp(0.1242068856)))


def test_a_mean_at_the_limit_has_no_interval():
    assert bound_mean(400.0, 10.0, limit_s=400.0) is None
    assert bound_mean(0.0, 10.0, limit_s=400.0) is None


@pytest.mark.parametrize(
    # of half: qbeta(0.025, 4, 5) and qbeta(0.975, 5, 4)
    ("at_s", "share", "interval"),
    [(200.0, 1.0, (0.630583, 1.0)), (103.0, 0.5, (0.157013, 0.842987))],
)
def test_worked_share_has_the_exact_binomial_interval(at_s, share, interval):
    result = compute_share_finished(durations([100.0 + i for i in range(8)]), at_s=at_s)
    assert result.estimate == share
    assert result.interval == pytest.approx(interval, abs=1e-6)


def test_drills_of_one_person_that_are_all_alike_count_for_one():
    four_each = Durations(
        duration_s=np.repeat([100.0 + i for i in range(8)], 4),
        finished=np.ones(32, dtype=bool),
        person=np.repeat(np.arange(8), 4),
        people=8,
    )
    once = compute_share_finished(durations([100.0 + i for i in range(8)]), at_s=103.0)
    assert compute_share_finished(four_each, at_s=103.0).interval == pytest.approx(once.interval)


def test_nothing_is_said_beyond_the_longest_drill():
    result = compute_share_finished(durations([100.0, 300.0], [True, False]), at_s=301.0)
    assert result.estimate is None
    assert result.warnings == ("No drill ran that long.",)


def test_a_finish_counts_before_a_time_out_of_the_same_moment():
    curve = compute_curve(durations([300.0, 300.0], [True, False]), end_s=300.0)
    assert curve.share == (0.0, 0.5)


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_few_people_get_the_whole_range_with_its_true_level(count):
    result = compute_paired_difference(np.zeros(count), np.arange(1.0, count + 1.0))
    assert result.interval == (1.0, float(count))
    assert result.settings["level"] == 1 - 2 / 2**count
    assert result.p is None


def test_nobody_changed():
    result = compute_paired_difference(np.ones(8), np.ones(8))
    assert (result.estimate, result.interval, result.p) == (0.0, None, None)


def test_everyone_changed_by_the_same_amount_is_clear_but_not_called_certain():
    result = compute_paired_difference(np.zeros(8), np.full(8, 0.2))
    assert result.interval == (0.2, 0.2)
    assert result.p == pytest.approx(2 / 2**8)
    assert "not certainty" in result.warnings[0]


def test_few_who_changed_at_all_is_said():
    after = np.zeros(8)
    after[:3] = [0.1, 0.2, 0.3]
    result = compute_paired_difference(np.zeros(8), after)
    assert result.p == 0.25
    assert "Only 3 of 8 people changed" in result.warnings[0]


def test_tiny_rounding_noise_is_not_a_change():
    before = np.full(8, 0.1 + 0.2)
    after = np.full(8, 0.3)
    assert compute_paired_difference(before, after).settings["changed"] == 0


def test_the_interval_is_the_narrowest_that_reaches_the_level():
    # P(W <= 1) = 2 / 64 with six people, so a level of 1 - 4 / 64 allows one Walsh average less at each end.
    result = compute_paired_difference(np.zeros(6), np.arange(1.0, 7.0), level=0.9375)
    assert result.interval == (1.5, 5.5)
    assert result.settings["level"] == 0.9375
