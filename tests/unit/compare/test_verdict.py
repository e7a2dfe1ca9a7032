from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from sim.compare.comparison import compare_attempts
from sim.compare.result import NO_PLAN, Plan, Result
from sim.compare.verdict import Verdict
from sim.compare.wording import say_difference, say_headline, say_ratio
from tests.support.attempts_table import LIMIT_S, by_lot, make_team, put
from tests.support.phrases import find_forbidden

TEAM, SAME = make_team(), make_team(factor=1.0)
HALVES = [0.7] * 8 + [1.0] * 8
LOTS = make_team(16, factor=HALVES, groups=by_lot(8, 8))


def is_after(table: pd.DataFrame) -> "pd.Series[bool]":
    return table["phase"] == "after"


def lose(table: pd.DataFrame, where: "pd.Series[bool]") -> pd.DataFrame:
    return put(table, where, passed="no", finished=False, elapsed_s=LIMIT_S)


def lower(table: pd.DataFrame, by: float) -> pd.DataFrame:
    return put(table, is_after(table), idf1=table["idf1"] - by)


def scatter(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(idf1=3.0 * table["idf1"] - 2.0 * table["idf1"].mean())


def hold_up(table: pd.DataFrame, person_id: str, **cells: object) -> pd.DataFrame:
    return put(table, (table["person_id"] == person_id) & is_after(table), **cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    table: pd.DataFrame
    word: Verdict
    plan: Plan = NO_PLAN


CASES = {
    "a third less": Case(table=TEAM, word=Verdict.IMPROVED),
    "nothing": Case(table=SAME, word=Verdict.NO_CLEAR_CHANGE),
    "a third more": Case(table=make_team(factor=1.4), word=Verdict.WORSE),
    "one drill before": Case(table=make_team(before=1, after=1), word=Verdict.FASTER_PRACTICE),
    "two drills before": Case(table=make_team(before=2, after=2), word=Verdict.FASTER_PRACTICE),
    "three before, that got faster by themselves": Case(
        table=make_team(factor=1.0).pipe(lambda t: t.assign(elapsed_s=t["elapsed_s"] * t["drill_number"] ** -0.4)),
        word=Verdict.FASTER_PRACTICE,
    ),
    "fewer passed": Case(table=lose(TEAM, TEAM.index == 4), word=Verdict.FASTER_UNSETTLED),
    "match lower by clearly less than the margin": Case(table=lower(TEAM, 0.01), word=Verdict.IMPROVED),
    "match lower by less than the margin, not clearly": Case(
        table=lower(scatter(TEAM), 0.01), word=Verdict.FASTER_UNSETTLED
    ),
    "the same with two drills before": Case(
        table=lower(scatter(make_team(before=2, after=2)), 0.01), word=Verdict.FASTER_PRACTICE
    ),
    "match lower by more": Case(table=lower(TEAM, 0.095), word=Verdict.TRADED),
    "match lower by more than the plan's margin": Case(
        table=lower(TEAM, 0.03), word=Verdict.FASTER_UNSETTLED, plan=Plan(margin=0.02)
    ),
    "match clearly lower at the same times": Case(table=lower(SAME, 0.2), word=Verdict.WORSE),
    "match clearly higher at the same times": Case(
        table=lower(make_team(factor=0.98), -0.15), word=Verdict.MORE_ACCURATE
    ),
    "wrong answers submitted sooner": Case(
        table=put(
            lose(SAME, SAME.index % 3 == 0), (SAME.index % 3 == 0) & is_after(SAME), finished=True, elapsed_s=90.0
        ),
        word=Verdict.NO_CLEAR_CHANGE,
    ),
    "the wrong student for everybody, fast": Case(
        table=put(SAME, is_after(SAME), passed="no", elapsed_s=90.0 + SAME.index.to_series()), word=Verdict.WORSE
    ),
    "one of twelve held up by a fire alarm": Case(
        table=hold_up(make_team(12, factor=0.6), "P03", elapsed_s=598.0), word=Verdict.IMPROVED
    ),
    "one of twelve with another limit": Case(
        table=put(make_team(12, factor=0.6), make_team(12)["person_id"] == "P03", limit_s=60.0, elapsed_s=50.0),
        word=Verdict.IMPROVED,
    ),
    "three of twelve ten times faster": Case(
        table=make_team(12, factor=[0.1] * 3 + [1.0] * 9), word=Verdict.NO_CLEAR_CHANGE
    ),
    "five people": Case(table=make_team(5), word=Verdict.TOO_FEW),
    "six people": Case(table=make_team(6), word=Verdict.IMPROVED),
    "nobody on both sides": Case(table=TEAM[~is_after(TEAM)], word=Verdict.NOTHING_TO_COMPARE),
    "more than those who waited": Case(table=LOTS, word=Verdict.IMPROVED),
    "as much as those who waited": Case(
        table=make_team(16, factor=0.7, groups=by_lot(8, 8)), word=Verdict.NO_CLEAR_CHANGE
    ),
    "less than those who waited": Case(
        table=make_team(16, factor=HALVES[::-1], groups=by_lot(8, 8)), word=Verdict.WORSE
    ),
    "those who waited got slower, by lot": Case(
        table=make_team(16, factor=[1.0] * 8 + [1.4] * 8, groups=by_lot(8, 8)), word=Verdict.IMPROVED
    ),
    "those who waited got slower, not by lot": Case(
        table=make_team(16, factor=[1.0] * 8 + [1.4] * 8, groups=by_lot(8, 8, lot=False)), word=Verdict.NO_CLEAR_CHANGE
    ),
    "three who waited": Case(table=make_team(11, factor=HALVES[:11], groups=by_lot(8, 3)), word=Verdict.TOO_FEW),
    "one drill before, by lot": Case(
        table=make_team(16, before=1, after=1, factor=HALVES, groups=by_lot(8, 8)), word=Verdict.IMPROVED
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_word(name: str) -> None:
    case = CASES[name]
    found = compare_attempts(case.table, plan=case.plan)
    assert (found.word, found.no_word) == (case.word, ())


def test_everybody_counts_once_however_many_drills() -> None:
    team = make_team(12, factor=1.0)
    is_quick = team["person_id"].isin(team.groupby("person_id")["elapsed_s"].mean().sort_values().index[:6])
    kept = team[np.where(is_quick, team["drill_number"] >= 3, team["drill_number"] <= 4)]
    found = compare_attempts(kept)
    assert found.word is Verdict.NO_CLEAR_CHANGE
    means = kept.assign(log_time=np.log(kept["elapsed_s"])).pivot_table("log_time", index="person_id", columns="phase")
    assert found.effects.time.estimate == pytest.approx(float(np.exp((means["after"] - means["before"]).mean())))


def make(estimate: float, lower: float, upper: float) -> Result:
    return Result(estimate=estimate, interval=(lower, upper), method="m", n=8, settings={"level": 0.95})


@pytest.mark.parametrize(
    ("result", "says"),
    [
        (make(0.72, 0.6, 0.9), "28% less (95% interval: 10 to 40% less)"),
        (make(1.3, 1.1, 1.5), "30% more (95% interval: 10 to 50% more)"),
        (make(0.98, 0.9, 1.07), "2% less (95% interval: from 10% less to 7% more)"),
        (make(0.9, 0.8, 0.999), "10% less (95% interval: from 20% less to the same)"),
        (Result(estimate=0.5, interval=None, method="m", n=1), "50% less (no interval can be given)"),
        (Result(estimate=None, interval=None, method="m", n=0), "not known"),
    ],
)
def test_ratio(result: Result, says: str) -> None:
    assert say_ratio(result) == says


@pytest.mark.parametrize(
    ("result", "says"),
    [
        (make(-0.02, -0.09, 0.05), "2 points lower (95% interval: from 9 points lower to 5 points higher)"),
        (make(0.1, 0.01, 0.2), "10 points higher (95% interval: 1 to 20 points higher)"),
        (make(0.001, -0.1, 0.1), "no change (95% interval: from 10 points lower to 10 points higher)"),
    ],
)
def test_difference(result: Result, says: str) -> None:
    assert say_difference(result) == says


def test_every_word_has_a_headline_that_may_be_said() -> None:
    for word in Verdict:
        for has_waiting in (False, True):
            headline = say_headline(word, has_waiting=has_waiting, schools=3)
            assert find_forbidden(headline) == ()
            assert find_forbidden(say_headline(word, has_waiting=has_waiting, schools=1)) == ()
            assert "The team " not in headline


@pytest.mark.parametrize(
    "text",
    [
        "The training caused this.",
        "Thanks to training, times fell.",
        "Students are 20% safer.",
        "Staff are certified.",
        "They will find a student in 4 minutes.",
        "The change is significant.",
        "Ana is the best searcher.",
        "Three people did not pass.",
        "Results pooled over devices.",
        "Times fell, especially for teachers.",
        "No loss of accuracy.",
    ],
)
def test_what_is_never_said_is_found(text: str) -> None:
    assert find_forbidden(text)


@pytest.mark.parametrize(
    ("plan", "level"),
    [(NO_PLAN, 0.95), (Plan(teams=5), 0.99), (Plan(looks=4), 0.99375), (Plan(teams=5, looks=4), 0.99875)],
)
def test_several_teams_and_looks_raise_every_level_that_decides(plan: Plan, level: float) -> None:
    assert plan.raise_level(0.95) == pytest.approx(level)
    for table in (TEAM, LOTS):
        effects = compare_attempts(table, plan=plan).effects
        for result in (effects.time, effects.match, effects.own, effects.practice):
            assert result is None or result.settings["level"] == pytest.approx(level)
        assert effects.time_strict.settings["level"] == pytest.approx(1.0 - (1.0 - level) / 5.0)
        assert effects.match_held.settings["level"] == pytest.approx(1.0 - 2.0 * (1.0 - level))


def test_a_change_that_is_clear_for_one_team_alone_is_not_for_one_of_many() -> None:
    table = make_team(8, factor=[0.6, 0.65, 0.7, 0.75, 0.8, 0.9, 1.0, 1.1])
    alone, of_five = (compare_attempts(table, plan=Plan(teams=each)) for each in (1, 5))
    assert (alone.word, of_five.word) == (Verdict.FASTER_PRACTICE, Verdict.NO_CLEAR_CHANGE)
    assert "99% interval" in " ".join(of_five.sentences)


@pytest.mark.parametrize(("schools", "word"), [(1, Verdict.IMPROVED), (2, None), (5, None), (6, Verdict.IMPROVED)])
def test_two_to_five_schools_get_no_word_that_something_changed(schools: int, word: Verdict | None) -> None:
    team = make_team(24)
    names = [f"School {int(each[1:]) % schools}" for each in team["person_id"]]
    found = compare_attempts(team.assign(school=names))
    over = schools == 6
    assert (found.word, found.effects.over_schools) == (word or Verdict.NOT_JUDGED, over)
    assert found.effects.time.n == (6 if over else 24)
    assert ("Each of 6 schools counts once" in " ".join(found.sentences)) is over
    assert ("cannot tell that from a change. Compare each school's team on its own" in found.verdict) is (word is None)


def test_schools_that_some_rows_do_not_name_are_not_taken_for_one() -> None:
    found = compare_attempts(TEAM.assign(school=np.where(TEAM["person_id"] < "P04", "North", "")))
    assert found.word is Verdict.NOT_JUDGED
    assert "names the school of some people" in found.verdict
