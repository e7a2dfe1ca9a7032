"""What the further methods do at their edges: few people, nobody finished, no order, one school, groups too small."""

import numpy as np
import pandas as pd
import pytest

from sim.compare.analyses.people import NO_ORDER, NOBODY, compute_reliable_changes
from sim.compare.analyses.practice import compute_practice
from sim.compare.content.comparison import Change, Verdict
from sim.compare.comparison import compare_attempts
from sim.compare.statistics.paired import _bisect_walsh, compute_paired_difference, list_pairs
from sim.services.comparison.team_model import TeamPlan, draw_team
from tools.validity.coverage import make_arrays

PLAN = TeamPlan(people=10, before=2, after=2, cut=0.3)


def drawn(plan=PLAN, seed=1):
    return make_arrays(draw_team(plan, np.random.default_rng(seed))).make_table()


def as_rows(table):
    return table.assign(duration_s=table["elapsed_s"])


def test_averages_of_pairs_found_by_halving_are_those_found_by_sorting():
    ordered = np.sort(np.random.default_rng(5).integers(-50, 50, 40))
    rows, columns = list_pairs(40)
    sums = np.sort(ordered[rows] + ordered[columns])
    assert [_bisect_walsh(ordered, rank) for rank in range(len(sums))] == sums.tolist()


def test_exact_and_approximate_signed_rank_agree_where_they_meet(monkeypatch):
    difference = np.random.default_rng(6).normal(0.02, 0.2, 120)
    exact = compute_paired_difference(np.zeros(120), difference)
    monkeypatch.setattr("sim.compare.statistics.paired.EXACT_UP_TO", 100)
    near = compute_paired_difference(np.zeros(120), difference, level=0.9500001)
    assert near.p == pytest.approx(exact.p, abs=2e-3)
    assert near.interval == pytest.approx(exact.interval, abs=2e-3)


def test_practice_of_two_drills_before_and_one_after_is_the_line_drawn_on():
    y = np.log([[400.0, 300.0, 200.0], [500.0, 450.0, 430.0]])
    rows = pd.DataFrame(
        {
            "person_id": ["a"] * 3 + ["b"] * 3,
            "phase": ["before", "before", "after"] * 2,
            "drill_number": [1.0, 2.0, 3.0] * 2,
            "duration_s": np.exp(y).ravel(),
            "finished": True,
            "idf1": 0.5,
        }
    )
    report = compute_practice(rows)
    beyond = y[:, 2] - y[:, :2].mean(axis=1) - (y[:, 1] - y[:, 0]) / np.log(2) * (np.log(3) - np.log(2) / 2)
    assert np.log(report.beyond.estimate) == pytest.approx(beyond.mean())
    assert np.log(report.gain.estimate) == pytest.approx((y[:, 1] - y[:, 0]).mean())


def test_without_drill_numbers_there_is_no_practice_no_learning_curve_and_no_reliable_change():
    table = drawn(TeamPlan(people=6, before=4, after=4)).drop(columns="drill_number")
    comparison = compare_attempts(table)
    assert comparison.practice is None
    assert comparison.learning == ()
    assert comparison.people == ()
    assert comparison.people_note == NO_ORDER


def test_no_word_improved_when_practice_going_on_explains_the_change():
    # everybody 20% faster with every doubling of the drill number, before and after: nothing else happens
    table = drawn(TeamPlan(people=10, before=3, after=3, practice=0.6, spread=0.1, change_spread=0.02), seed=3)
    comparison = compare_attempts(table)
    assert comparison.sides.time is Change.BETTER
    assert not comparison.practice.is_beyond_practice
    assert comparison.word is Verdict.NOT_BEYOND_PRACTICE
    assert comparison.verdict.startswith("The team was not clearly better than practice alone would make it.")
    assert comparison.verdict.count("practice on the drills alone explains") == 1
    assert "a waiting group would show a smaller one" in comparison.verdict
    assert "practice on the drills alone explains" not in " ".join(comparison.warnings)
    trained = compare_attempts(drawn(TeamPlan(people=10, before=3, after=3, cut=0.5, spread=0.1), seed=3))
    assert trained.practice.is_beyond_practice
    assert trained.word in (Verdict.IMPROVED, Verdict.FASTER_ONLY)
    assert "practice on the drills alone" not in trained.verdict


def test_one_person_with_fewer_drills_before_does_not_lift_the_rule_on_practice():
    table = drawn(TeamPlan(people=10, before=3, after=3, practice=0.6, spread=0.1, change_spread=0.02), seed=3)
    fewer = table[~((table["person_id"] == "p002") & (table["drill_number"] == 2.0))]
    comparison = compare_attempts(fewer)
    assert (comparison.practice.baselines, comparison.practice.is_told) == (2, True)
    assert comparison.word is Verdict.NOT_BEYOND_PRACTICE


def test_two_drills_before_tell_nothing_of_practice_and_four_are_asked_for():
    table = drawn(TeamPlan(people=10, before=2, after=2, practice=0.6, spread=0.1, change_spread=0.02), seed=3)
    comparison = compare_attempts(table)
    assert comparison.sides.time is Change.BETTER
    assert (comparison.practice.baselines, comparison.practice.is_told) == (2, False)
    assert comparison.practice.sentence.endswith(
        "2 drills before the training cannot tell practice from training. Plan 4 next time."
    )
    assert "practice" not in comparison.verdict
    assert "practice" in comparison.checks_sentence.split("Not in the table")[0]


def test_reliable_change_is_hidden_with_fewer_than_four_drills_a_phase():
    assert compute_reliable_changes(as_rows(drawn(TeamPlan(people=8, before=4, after=3)))) == ((), NOBODY)


def test_reliable_change_finds_one_person_who_changed_and_not_the_others():
    table = drawn(TeamPlan(people=6, before=5, after=5, spread=0.15, change_spread=0.0, timed_out=0.0), seed=2)
    one = (table["person_id"] == "p003") & (table["phase"] == "after")
    table.loc[one, "elapsed_s"] *= 0.3
    people, _ = compute_reliable_changes(as_rows(table))
    changes = {person.person_id: person.time_change for person in people}
    assert changes.pop("p003") is Change.BETTER
    assert list(changes.values()).count(Change.UNCLEAR) >= 4
    assert all(person.time.p is None for person in people)


def test_retention_is_placed_by_its_days_and_compared_with_the_same_people_after():
    table = drawn(TeamPlan(people=8, before=2, after=2))
    later = table[table["phase"] == "after"].copy()
    later["phase"], later["form_id"] = "retention", later["form_id"] + " later"
    later["elapsed_s"] = np.minimum(later["elapsed_s"] * 1.2, 600.0)
    later["days_since_training"] = np.where(later["drill_number"] == 3.0, 8.0, 40.0)
    later["drill_number"] += 2.0
    comparison = compare_attempts(pd.concat([table.assign(days_since_training=np.nan), later], ignore_index=True))
    assert [point.name for point in comparison.retention] == ["after", "1 week"]
    week = comparison.retention[1]
    assert week.time.n == week.time_change.n == 8
    assert week.accuracy_change is not None
    assert any("8 retention drills are in no due date's window" in warning for warning in comparison.warnings)


def make_later(table, *, days, slower_s):
    """Return a retention drill for each drill after, some days later, each person slower by so much."""
    later = table[table["phase"] == "after"].copy()
    later["phase"], later["form_id"] = "retention", later["form_id"] + f" {days}"
    later["elapsed_s"] = np.minimum(later["elapsed_s"] + slower_s, 600.0)
    later["drill_number"] += 1.0
    return later.assign(days_since_training=float(days))


def test_the_first_point_is_of_those_who_came_back():
    """Only the fast half comes back, and each is slower: all of the team right after would make it look like a gain."""
    table = drawn(TeamPlan(people=8, before=1, after=1))
    order = table[table["phase"] == "after"].sort_values("elapsed_s")["person_id"].tolist()
    fast = table[table["person_id"].isin(order[:4])]
    later = make_later(fast, days=91, slower_s=5.0)
    comparison = compare_attempts(pd.concat([table.assign(days_since_training=np.nan), later], ignore_index=True))
    right_after, months = comparison.retention
    assert (right_after.time.n, months.time.n) == (4, 4)
    assert months.time.estimate > right_after.time.estimate
    assert months.time_change.estimate > 0


def test_later_drills_that_were_no_search_or_seen_before_are_counted_and_left_out():
    table = drawn(TeamPlan(people=8, before=1, after=1)).assign(seen_before="no")
    later = make_later(table, days=8, slower_s=5.0)
    people = sorted(later["person_id"].unique())
    later.loc[later["person_id"].isin(people[:2]), "elapsed_s"] = 2.0
    later.loc[later["person_id"].isin(people[:2]), "finished"] = True
    later.loc[later["person_id"].isin(people[2:3]), "seen_before"] = "yes"
    comparison = compare_attempts(pd.concat([table.assign(days_since_training=np.nan), later], ignore_index=True))
    assert [point.time.n for point in comparison.retention] == [5, 5]
    assert 0.0 < comparison.retention[1].time_change.estimate <= 5.0, "two seconds would be a gain of minutes"
    assert any(warning.startswith("3 retention drills were submitted within") for warning in comparison.warnings)


def test_task_types_are_all_shown_or_none():
    table = drawn(TeamPlan(people=8, before=2, after=2))
    table["task_type"] = np.where(table["drill_number"].isin([1.0, 3.0]), "trace", "locate")
    reports = compare_attempts(table).by_task_type
    assert [report.task_type for report in reports] == ["locate", "trace"]
    assert all(report.time.p is None and report.accuracy.p is None for report in reports)
    table.loc[0, "task_type"] = ""
    assert compare_attempts(table).by_task_type == ()


def test_with_a_waiting_group_the_numbers_are_those_of_the_trained():
    table = drawn(TeamPlan(people=12, before=2, after=2), seed=5)
    waits = table["person_id"] > "p005"
    comparison = compare_attempts(table.assign(group=np.where(waits, "waiting", "trained")))
    assert len(comparison.pairs) == 6
    assert (comparison.groups.trained_people, comparison.groups.waiting_people) == (6, 6)
    alone = compare_attempts(table[~waits])
    assert comparison.time == alone.time
    assert "Whether the two groups were alike" in comparison.cannot_show[0]


def spread_over_schools(schools):
    """Half of the schools gained a lot and half lost a little: clear over people, not over schools."""
    table = drawn(TeamPlan(people=8 * schools, before=1, after=1, spread=0.1, change_spread=0.02, timed_out=0.0))
    number = table["person_id"].str[1:].astype(int) % schools
    gained = (table["phase"] == "after") & (number % 2 == 0)
    lost = (table["phase"] == "after") & (number % 2 == 1)
    table["elapsed_s"] *= 100.0
    table.loc[gained, "elapsed_s"] *= 0.5
    table.loc[lost, "elapsed_s"] *= 1.1
    return table.assign(school=number.map("School {}".format))


def test_six_schools_judge_over_schools():
    table = spread_over_schools(6)
    comparison = compare_attempts(table)
    assert comparison.district.decides
    assert comparison.sides.time is Change.UNCLEAR
    assert (comparison.deciding.over, comparison.deciding.time) == ("schools", comparison.district.ratio)
    assert comparison.deciding.accuracy == comparison.district.accuracy
    assert comparison.time_sentence.endswith("over 6 schools.")
    assert comparison.accuracy_sentence.endswith("over 6 schools.")
    assert compare_attempts(table.assign(school="one")).sides.time is Change.BETTER
    assert [school.school for school in comparison.district.by_school] == [f"School {n}" for n in range(6)]


def test_four_schools_speak_of_these_schools_only():
    comparison = compare_attempts(spread_over_schools(4))
    assert not comparison.district.decides
    assert comparison.district.time_change.p is None
    assert comparison.district.sentence.startswith("With only 4 schools")
    assert comparison.deciding.over == "people"
    assert comparison.time_sentence.endswith("32 people.")


def test_below_six_people_there_is_no_p_and_no_word():
    comparison = compare_attempts(drawn(TeamPlan(people=5, before=4, after=4, cut=0.5)))
    assert comparison.word is Verdict.TOO_FEW
    assert "practice" not in comparison.verdict
    results = [
        comparison.practice.gain,
        comparison.practice.beyond,
        *(report.difference for report in comparison.accuracy),
        *(point.time for point in comparison.learning),
    ]
    assert all(result.p is None for result in results if result is not None)
