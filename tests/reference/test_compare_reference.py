"""Curves, means, ratio and signed-rank results against lifelines 0.30.3 and scipy 1.17.1.

compare_values.json holds the outside values and the versions; `python tests/reference/make_compare_values.py` wrote it.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.compare.statistics.paired import compute_paired_difference, compute_time_ratio
from sim.compare.statistics.survival import (
    Durations,
    compute_curve,
    compute_restricted_mean,
    compute_restricted_mean_change,
    compute_share_finished,
    count_at_risk,
)

VALUES = json.loads(Path(__file__).with_name("compare_values.json").read_text())
DATA = VALUES["data"]
CLOSE = 1e-6


def sample(phase: str) -> Durations:
    return Durations(
        duration_s=np.array(DATA[f"{phase}_s"]),
        finished=np.array(DATA[f"{phase}_done"], dtype=bool),
        person=np.arange(10),
        people=10,
    )


def bound_like_lifelines(expected: dict, step: int) -> tuple[float, float]:
    """Return the exact binomial interval of as many drills as have the variance that lifelines gives.

    Its log-log interval tells that variance: log(-log S) moves by 1.96 times the error of log S over |log S|. Where
    everybody has finished there is none, and the ten people count.
    """
    share, size = expected["share"][step], 10.0
    if share < 1.0:
        log_survival = np.log(1.0 - share)
        width = np.log(np.log(1.0 - expected["upper"][step]) / log_survival)
        # qnorm(0.975) = 1.959963984540054
        size = max(size, (1.0 / (1.0 - share) - 1.0) / (width * log_survival / 1.959963984540054) ** 2)
    done = share * size
    upper = 1.0 if share == 1.0 else stats.beta.ppf(0.975, done + 1.0, size - done)
    return stats.beta.ppf(0.025, done, size - done + 1.0), upper


@pytest.mark.parametrize("phase", ["before", "after"])
def test_curve_and_its_interval_rest_on_the_share_and_variance_that_lifelines_gives(phase):
    curve = compute_curve(sample(phase), end_s=600.0)
    expected = VALUES[phase]
    assert curve.time_s[1:] == tuple(expected["time_s"])
    assert curve.share[1:] == pytest.approx(expected["share"], abs=CLOSE)
    bounds = [bound_like_lifelines(expected, step) for step in range(len(expected["time_s"]))]
    assert curve.lower[1:] == pytest.approx(np.maximum.accumulate([lower for lower, _ in bounds]), abs=CLOSE)
    assert curve.upper[1:] == pytest.approx([upper for _, upper in bounds], abs=CLOSE)


@pytest.mark.parametrize("phase", ["before", "after"])
def test_numbers_at_risk_equal_lifelines(phase):
    for at_s, count in VALUES[phase]["event_table_at_risk"].items():
        assert count_at_risk(sample(phase), at_s=float(at_s)) == count


@pytest.mark.parametrize("phase", ["before", "after"])
def test_share_finished_holds_between_steps(phase):
    expected = VALUES[phase]
    for at_s in (312.5, 400.0, 449.0, 600.0):
        step = max(i for i, time in enumerate(expected["time_s"]) if time <= at_s)
        result = compute_share_finished(sample(phase), at_s=at_s)
        assert result.estimate == pytest.approx(expected["share"][step], abs=CLOSE)
        assert result.interval == pytest.approx(bound_like_lifelines(expected, step), abs=CLOSE)


@pytest.mark.parametrize("phase", ["before", "after"])
def test_restricted_mean_equals_lifelines(phase):
    for limit_s in (420.0, 600.0):
        mean = compute_restricted_mean(sample(phase), limit_s=limit_s)
        assert mean.estimate == pytest.approx(VALUES[phase][f"restricted_mean_{limit_s:.0f}_s"], abs=CLOSE)


def test_interval_of_the_paired_change_rests_on_the_derivatives_that_lifelines_gives():
    change = compute_restricted_mean_change(sample("before"), sample("after"), limit_s=600.0)
    assert change.estimate == pytest.approx(
        VALUES["after"]["restricted_mean_600_s"] - VALUES["before"]["restricted_mean_600_s"], abs=CLOSE
    )
    half = (change.interval[1] - change.interval[0]) / 2.0
    # qt(0.975, 9) = 2.262157162740992
    assert half == pytest.approx(2.262157162740992 * np.sqrt(VALUES["mean_change"]["variance"] * 10 / 9), rel=1e-6)


def test_drills_of_one_person_are_counted_as_related():
    repeated = Durations(
        duration_s=np.array(DATA["repeated_s"]),
        finished=np.array(DATA["repeated_done"], dtype=bool),
        person=np.array(DATA["repeated_person"]),
        people=5,
    )
    result = compute_share_finished(repeated, at_s=450.0)
    share = result.estimate
    # as many independent drills as have the variance grouped by person, times n / (n - 1); at least five people
    grouped = VALUES["repeated"]["log_variance_450_s"] * 5 / 4
    size = max(5.0, (1.0 / (1.0 - share) - 1.0) / grouped)
    done = share * size
    assert result.interval == pytest.approx(
        (stats.beta.ppf(0.025, done, size - done + 1), stats.beta.ppf(0.975, done + 1, size - done)), abs=CLOSE
    )
    mean = compute_restricted_mean(repeated, limit_s=600.0)
    # qt(0.975, 4) = 2.776445105197798
    half = 2.776445105197798 * np.sqrt(VALUES["repeated"]["mean_variance"] * 5 / 4)
    # by the delta method: the lower end on the logit of the share of the limit, the upper one on the log
    wide = half * 600.0 / (mean.estimate * (600.0 - mean.estimate))
    share = np.array([mean.interval[0], mean.estimate]) / 600.0
    assert np.diff(np.log(share / (1.0 - share))) == pytest.approx([wide], rel=1e-6)
    assert mean.interval[1] == pytest.approx(min(600.0, mean.estimate * np.exp(half / mean.estimate)), rel=1e-6)


def test_ratio_interval_and_p_equal_scipy():
    both = np.array(DATA["before_done"], dtype=bool) & np.array(DATA["after_done"], dtype=bool)
    ratio = compute_time_ratio(np.array(DATA["before_s"])[both], np.array(DATA["after_s"])[both])
    expected = VALUES["ratio"]
    assert ratio.n == expected["n"]
    assert ratio.estimate == pytest.approx(expected["estimate"], abs=CLOSE)
    assert ratio.interval == pytest.approx((expected["lower"], expected["upper"]), abs=CLOSE)
    assert ratio.p == pytest.approx(expected["p"], abs=CLOSE)


def test_signed_rank_p_with_ties_and_zeros_equals_all_permutations_in_scipy():
    result = compute_paired_difference(np.array(DATA["idf1_before"]), np.array(DATA["idf1_after"]))
    assert result.p == pytest.approx(VALUES["tied"]["p"], abs=CLOSE)


def test_hodges_lehmann_interval_is_where_scipy_stops_rejecting():
    difference = np.array(DATA["untied_difference"])
    result = compute_paired_difference(np.zeros(9), difference)
    expected = VALUES["untied"]
    assert result.estimate == pytest.approx(expected["estimate"], abs=CLOSE)
    assert result.interval == pytest.approx((expected["lower"], expected["upper"]), abs=CLOSE)
    assert result.p == pytest.approx(expected["p"], abs=CLOSE)


def test_hollander_and_wolfe_depression_scores():
    # Hollander and Wolfe (1973), Nonparametric Statistical Methods, examples 3.1 to 3.3, Hamilton scale factor of nine
    # patients; estimate -0.46, interval -0.786 to -0.010 at level 0.961, one-sided p 0.019.
    first = np.array([1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30])
    second = np.array([0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29])
    result = compute_paired_difference(first, second)
    assert result.estimate == pytest.approx(-0.46, abs=5e-4)
    assert result.interval == pytest.approx((-0.786, -0.010), abs=5e-4)
    assert result.settings["level"] == pytest.approx(0.961, abs=5e-4)
    assert result.p == pytest.approx(2 * 0.01953125)
