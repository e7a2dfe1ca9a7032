"""What a plan can show, and whether the words keep their promise, with few simulated teams."""

import numpy as np
import pytest

from sim.__main__ import main
from sim.compare.comparison import compare_attempts
from sim.errors import ComparisonError
from sim.services.comparison.detectable import (
    POWER,
    estimate_power,
    find_detectable_change,
    is_often_faster,
    judge_team,
    judge_team_time,
    measure_spread,
)
from sim.services.comparison.team_model import TeamPlan, draw_team
from tools.validity.coverage import make_arrays


@pytest.mark.parametrize("seed", range(8))
def test_simulated_teams_get_the_word_that_a_table_of_their_drills_gets(seed):
    plan = TeamPlan(people=6 + seed % 3, before=1 + seed % 2, after=2, cut=0.1 * seed)
    team = draw_team(plan, np.random.default_rng(seed))
    table, judged = compare_attempts(make_arrays(team).make_table()), judge_team(team)
    assert judged.word is table.word
    assert judged.ratio.estimate == pytest.approx(table.time.ratio.estimate)
    assert judged.mean_change.interval == pytest.approx(
        [bound / 600.0 for bound in table.time.restricted_mean_change.interval]
    )
    assert judged.accuracy[0] == table.accuracy[0].difference


def test_more_people_drills_and_steadiness_show_smaller_changes():
    base = find_detectable_change(people=8, drills=2, spread=0.4, teams=40)
    assert 0.25 < base.cut < 0.6
    assert find_detectable_change(people=24, drills=2, spread=0.4, teams=40).cut < base.cut
    assert find_detectable_change(people=8, drills=4, spread=0.4, teams=40).cut < base.cut
    assert find_detectable_change(people=8, drills=2, spread=0.2, teams=40).cut < base.cut
    assert f"{round(100 * base.cut)}%" in base.sentence


@pytest.mark.parametrize("cut", [0.0, 0.3, 0.36, 0.38, 0.4, 0.42, 0.6])
def test_the_quick_answer_is_that_of_all_teams(cut):
    whole = estimate_power(8, 2, 0.4, cut=cut, teams=40)
    assert is_often_faster(8, 2, 0.4, cut=cut, teams=40) is (whole.faster >= POWER)


@pytest.mark.parametrize("seed", range(6))
def test_times_alone_are_judged_as_with_accuracy(seed):
    plan = TeamPlan(people=7, before=2, after=2, cut=0.15 * seed, timed_out=0.1 * (seed % 2))
    team = draw_team(plan, np.random.default_rng(seed))
    assert judge_team_time(team) is judge_team(team).sides.time


def test_below_six_people_a_plan_can_show_nothing():
    found = find_detectable_change(people=5, drills=4)
    assert found.cut is None
    assert "too few to draw conclusions" in found.sentence


def test_impossible_plans_are_refused_by_name():
    with pytest.raises(ComparisonError, match="drills is 0"):
        find_detectable_change(people=8, drills=0)


def test_spread_is_read_from_drills_done():
    plan = TeamPlan(people=60, before=3, after=3, spread=0.3, timed_out=0.0)
    table = make_arrays(draw_team(plan, np.random.default_rng(0))).make_table()
    seen = measure_spread(table.assign(duration_s=table["elapsed_s"]))
    assert seen.spread == pytest.approx(0.3, abs=0.03)


def test_power_command_prints_a_table_and_a_sentence(capsys):
    assert main(["power", "--people", "8", "--drills", "2", "--teams", "20"]) == 0
    printed = capsys.readouterr().out
    assert "2 drills" in printed.splitlines()[3]
    assert "8 people with 2 drills before and 2 drills after will usually show" in printed


def test_power_command_refuses_a_spread_and_a_file_together(capsys):
    assert main(["power", "--spread", "0.3", "--from", "none.csv"]) == 1
    assert "both --spread and --from" in capsys.readouterr().err
