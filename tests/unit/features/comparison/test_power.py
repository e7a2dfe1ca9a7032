"""What a plan can show, as it is ticked, with few simulated teams."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.__main__ import main
from sim.errors import ComparisonError
from sim.features.comparison.pictures import draw_power
from sim.features.comparison.planning import (
    TeamPlan,
    draw_facts,
    estimate_power,
    measure_spread,
    say_share,
    simulate_plan,
    warn_of_waiting,
)

PLAN = TeamPlan(people=8, before=3, after=2, cut=0.3)


@pytest.mark.parametrize(
    "better",
    [replace(PLAN, people=24), replace(PLAN, before=5, after=4), replace(PLAN, spread=0.2), replace(PLAN, cut=0.5)],
)
def test_more_people_drills_steadiness_or_gain_show_more(better: TeamPlan) -> None:
    usual = estimate_power(PLAN, teams=100)
    assert 0.05 < usual.improved < usual.faster < 0.7
    found = estimate_power(better, teams=100)
    assert found.faster > usual.faster + 0.05
    assert found.improved >= usual.improved


def test_two_baselines_never_earn_the_word_and_a_lot_does() -> None:
    two = simulate_plan(replace(PLAN, people=40, before=2), teams=20, on_step=lambda _: None)
    assert max(power.improved for power in two.powers) == 0.0
    assert two.sentences[1] == "It is never called improved: practice alone may do this."
    lot = simulate_plan(replace(PLAN, people=40, before=2, by_lot=True), teams=20, on_step=lambda _: None)
    assert 0.0 < lot.smallest.improved < lot.smallest.faster
    assert "since then match has to be clearly less than 5 points lower" in lot.sentences[1]
    assert "20 who train and 20 who wait, with 2 drills before and 2 drills after: in " in lot.sentences[0]


def test_the_smallest_gain_worth_having_is_simulated_and_drawn_and_steps_are_told() -> None:
    told: list[float] = []
    found = simulate_plan(PLAN, smallest=0.35, teams=20, on_step=told.append)
    assert (found.smallest.cut, told[-1], len(told)) == (0.35, 1.0, len(found.powers))
    assert "worth having: 35%" in draw_power(found, width_pt=504.0).svg


def test_a_waiting_group_that_cannot_show_a_large_gain_is_warned_of() -> None:
    assert "With 6 who train and 6 who wait, even a gain of 40%" in warn_of_waiting(replace(PLAN, people=12))
    assert warn_of_waiting(TeamPlan(people=60, before=4, after=4)) == ""


def test_below_six_people_a_plan_can_show_nothing() -> None:
    found = simulate_plan(replace(PLAN, people=5), teams=20, on_step=lambda _: None)
    assert "too few to draw conclusions" in found.sentences[0]


def test_impossible_plans_are_refused_by_name() -> None:
    with pytest.raises(ComparisonError, match="drills before is 0"):
        simulate_plan(replace(PLAN, before=0))


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "almost none of"), (0.13, "1 of 8"), (0.66, "2 of 3"), (0.98, "nearly all")]
)
def test_shares_are_said_as_studies(share: float, words: str) -> None:
    assert say_share(share) == words


def test_spread_is_read_from_drills_done(tmp_path: Path) -> None:
    facts = draw_facts(replace(PLAN, people=60, before=3, after=3, spread=0.3, cut=0.0), np.random.default_rng(0))
    is_passed = facts.log_each < 0.0
    table = pd.DataFrame(
        {
            "person_id": [f"P{each}" for each in facts.person],
            "phase": np.where(facts.is_after, "after", "before"),
            "form_id": [f"F{each}" for each in range(len(is_passed))],
            "elapsed_s": 600.0 * np.exp(facts.log_each),
            "finished": is_passed,
            "limit_s": 600.0,
            "passed": np.where(is_passed, "yes", "no"),
            **dict.fromkeys(("idf1", "appearance_recall", "appearance_precision", "wrong_person_s"), 0.5),
        }
    )
    table.to_csv(tmp_path / "drills.csv", index=False)
    assert measure_spread(tmp_path / "drills.csv") == pytest.approx(0.3, abs=0.04)


def test_power_command_prints_a_table_and_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["power", "--people", "8", "--before", "3", "--teams", "20"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("gain   called faster   called improved")
    assert "8 people, with 3 drills before and 4 drills after: in" in printed
