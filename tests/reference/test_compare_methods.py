"""Every number that decides, and those shown beside them, against outside programs.

compare_values_r.json: R 4.5.0 with survival 3.8-3, exactRankTests 0.8-35 and sandwich 3.1-1, by
`Rscript tests/reference/make_compare_values.R`. compare_values_district.json: statsmodels and lifelines, by
`python tests/reference/make_district_values.py`. Both from compare_attempts.csv: ten people, four drills a phase, tied
times, 14 of 80 drills cut off at 420 s. The versions stand in the files.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.compare.analyses.over_time import make_durations
from sim.compare.analyses.people import compute_reliable_changes
from sim.compare.analyses.practice import compute_practice
from sim.compare.comparison import compare_attempts
from sim.compare.statistics.paired import APPROXIMATE_METHOD, compute_paired_difference
from sim.compare.statistics.survival import Durations, compute_restricted_mean_ratio, compute_share_finished

HERE = Path(__file__).parent
R = json.loads((HERE / "compare_values_r.json").read_text())
DISTRICT = json.loads((HERE / "compare_values_district.json").read_text())
CLOSE = 1e-6
LIMIT_S = 420.0


def load_attempts(*, limit_s: float = LIMIT_S) -> pd.DataFrame:
    read = pd.read_csv(HERE / "compare_attempts.csv")
    time_s = read["full_s"].clip(upper=limit_s)
    return pd.DataFrame(
        {
            "person_id": read["person"],
            "phase": read["phase"],
            "form_id": read["number"].map("form {}".format),
            "profile": "classic",
            "options": "",
            "familiar": "yes",
            "elapsed_s": time_s,
            "finished": read["full_s"] <= limit_s,
            "limit_s": limit_s,
            "idf1": read["idf1"],
            "appearance_recall": np.nan,
            "appearance_precision": np.nan,
            "wrong_person_s": 0.0,
            "school": read["school"],
            "group": read["group"],
            "device": read["device"],
            "difficulty": read["difficulty"],
            "drill_number": read["number"].astype(float),
        }
    )


@pytest.mark.parametrize("name", ["200", "300", "400", "one_drill"])
def test_share_finished_and_its_interval_equal_those_of_survfit_and_qbeta(name):
    rows = load_attempts()
    rows = rows[rows["phase"] == "before"]
    if name == "one_drill":
        rows = rows[rows["drill_number"] == 1.0]
    person, people = pd.factorize(rows["person_id"])
    sample = Durations(
        duration_s=rows["elapsed_s"].to_numpy(),
        finished=rows["finished"].to_numpy(dtype=bool),
        person=person,
        people=len(people),
    )
    # earlier steps stay below, so the bound that never falls is this step's
    result = compute_share_finished(sample, at_s=300.0 if name == "one_drill" else float(name))
    expected = R[f"share_finished_{name}"]
    assert result.estimate == pytest.approx(expected["estimate"], abs=CLOSE)
    assert result.interval == pytest.approx((expected["lower"], expected["upper"]), abs=CLOSE)


def with_durations(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(duration_s=table["elapsed_s"])


def sides(table: pd.DataFrame):
    rows = with_durations(table)
    people = sorted(set(rows["person_id"]))
    is_after = rows["phase"] == "after"
    return make_durations(rows[~is_after], people), make_durations(rows[is_after], people)


def check(result, expected, *, is_log=False):
    move = np.log if is_log else np.asarray
    assert move(result.estimate) == pytest.approx(expected["estimate"], abs=CLOSE)
    assert move(result.interval) == pytest.approx((expected["lower"], expected["upper"]), abs=CLOSE)
    if "p" in expected:
        assert result.p == pytest.approx(expected["p"], abs=CLOSE)


def test_practice_and_the_change_beyond_it_equal_a_line_for_each_person_in_r():
    report = compute_practice(with_durations(load_attempts()))
    check(report.gain, R["practice_gain"], is_log=True)
    check(report.beyond, R["practice_beyond"], is_log=True)
    check(report.accuracy_beyond, R["practice_accuracy_beyond"])


def test_reliable_change_of_one_person_equals_r():
    people, _ = compute_reliable_changes(with_durations(load_attempts()))
    one = next(person for person in people if person.person_id == "p03")
    check(one.time, R["reliable_time"], is_log=True)
    check(one.accuracy, R["reliable_accuracy"])
    assert one.time.settings["drill_spread"] == pytest.approx(R["reliable_time"]["drill_spread"], abs=CLOSE)


def test_difference_of_two_groups_equals_welch_in_r():
    groups = compare_attempts(load_attempts().assign(device="")).groups
    check(groups.time, R["groups_time"])
    assert groups.time.settings["degrees"] == pytest.approx(R["groups_time"]["degrees"], abs=CLOSE)
    check(groups.accuracy, R["groups_accuracy"])


def test_intervals_over_schools_equal_statsmodels():
    district = compare_attempts(load_attempts(limit_s=10_000.0).assign(group="", device="")).district
    expected = dict(DISTRICT["accuracy"])
    # four schools: interval, but no p
    assert district.accuracy.p is None
    del expected["p"]
    check(district.accuracy, expected)
    ratio = dict(DISTRICT["log_ratio_without_limit"])
    del ratio["p"]
    check(district.ratio, ratio, is_log=True)


def test_ratio_of_restricted_means_rests_on_the_derivatives_that_lifelines_gives():
    ratio = compute_restricted_mean_ratio(*sides(load_attempts()), limit_s=LIMIT_S)
    expected = DISTRICT["mean_ratio"]
    assert np.log(ratio.estimate) == pytest.approx(expected["log"], abs=CLOSE)
    half = 2.262157162740992 * np.sqrt(expected["variance"] * 10 / 9)
    assert np.log(ratio.interval) == pytest.approx((expected["log"] - half, expected["log"] + half), abs=CLOSE)


def test_signed_rank_test_of_many_people_equals_the_normal_approximation_of_r():
    difference = np.array(R["many_differences"])
    result = compute_paired_difference(np.zeros(len(difference)), difference)
    assert result.method == APPROXIMATE_METHOD
    assert result.p == pytest.approx(R["many_p"]["p"], abs=CLOSE)


SIX_SCHOOLS = (1, 1, 1, 2, 2, 3, 4, 5, 6, 6)
STEPS = {
    "idf1": lambda idf1: idf1,
    "appearance_recall": lambda idf1: np.floor(8 * idf1) / 8,
    "appearance_precision": lambda idf1: np.floor(5 * idf1) / 5,
    "wrong_person_s": lambda idf1: np.floor(16 * (1 - idf1)),
}


def load_measures() -> pd.DataFrame:
    """The attempts with four measures, three of them in steps, as the R program makes them from IDF1."""
    table = load_attempts().assign(device="", group="", school="")
    return table.assign(**{name: step(table["idf1"]) for name, step in STEPS.items()})


@pytest.mark.parametrize("measure", STEPS)
def test_hodges_lehmann_with_ties_and_zeros_equals_r(measure):
    report = next(each for each in compare_attempts(load_measures()).accuracy if each.measure == measure)
    expected = R[f"hodges_{measure}"]
    check(report.difference, expected)
    assert report.difference.settings["level"] == pytest.approx(expected["level"], abs=CLOSE)
    assert report.difference.settings["changed"] == expected["changed"]


def test_hodges_lehmann_without_ties_equals_the_interval_that_r_gives_itself():
    difference = np.array([0.031, -0.012, 0.074, 0.125, 0.198, -0.043, 0.151, 0.052, 0.103])
    check(compute_paired_difference(np.zeros(9), difference), R["hodges_untied"])


def test_the_mean_that_decides_after_a_time_out_equals_the_influence_of_survival_in_r():
    comparison = compare_attempts(load_attempts().assign(group="", device="", school=""))
    expected = R["mean_change"]
    assert comparison.deciding.time_by == "mean"
    check(comparison.deciding.time, expected)
    means = comparison.time.restricted_mean
    assert [means.before.estimate, means.after.estimate] == pytest.approx([expected["before"], expected["after"]])


def test_the_same_with_two_limits_is_cut_at_the_shorter():
    table = load_attempts(limit_s=10_000.0).assign(group="", device="", school="")
    limit_s = np.where(table["person_id"].str[1:].astype(int) < 5, 420.0, 300.0)
    table = table.assign(
        limit_s=limit_s, finished=table["elapsed_s"] <= limit_s, elapsed_s=np.minimum(table["elapsed_s"], limit_s)
    )
    comparison = compare_attempts(table)
    check(comparison.deciding.time, R["mean_change_mixed_limits"])
    check(comparison.time.restricted_mean.before, R["mean_before_mixed_limits"])
    check(comparison.time.restricted_mean.after, R["mean_after_mixed_limits"])


def test_intervals_over_six_schools_that_decide_equal_sandwich_in_r():
    school = [f"s{SIX_SCHOOLS[int(person[1:])]}" for person in load_attempts()["person_id"]]
    comparison = compare_attempts(load_attempts().assign(group="", device="", school=school))
    assert comparison.deciding.over == "schools"
    expected = dict(R["schools_mean_change"])
    check(comparison.deciding.time, expected)
    check(comparison.deciding.accuracy, R["schools_idf1"])
    check(comparison.district.ratio, R["schools_log_ratio"], is_log=True)


def test_both_groups_own_changes_equal_r():
    groups = compare_attempts(load_attempts().assign(device="")).groups
    check(groups.trained_time, R["groups_trained_time"])
    check(groups.waiting_time, R["groups_waiting_time"])


def test_trend_over_three_drills_before_equals_r():
    table = load_attempts()
    three = table[~((table["phase"] == "before") & (table["drill_number"] == 4.0))]
    report = compute_practice(with_durations(three))
    assert report.baselines == 3
    check(report.gain, R["practice_three_gain"], is_log=True)
    check(report.beyond, R["practice_three_beyond"], is_log=True)
