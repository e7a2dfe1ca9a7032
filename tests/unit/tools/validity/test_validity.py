"""Teams of which the truth is known: a rule that is broken shows, and the page in the documents keeps its promises."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.compare import comparison, verdict
from tools.validity import simulate
from tools.validity.teams import NOTHING, SITUATIONS

PAGE = (Path(__file__).parents[4] / "docs" / "validity.md").read_text(encoding="utf-8")
UNCHANGED = "3+3, 0.8"
BARRED = (
    "no lots, slower half trained",
    "by lot, trained 1+5, waiting 1+1, practice",
    "by lot, forms 20% harder for the waiting",
    "other, quicker task after",
    "everyone under two ids",
)


def list_numbers(start: str) -> list[float]:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"|{start}|"))
    return [float(cell) for cell in row.strip("|").split("|")[1:]]


@pytest.mark.parametrize("name", [each.name for each in SITUATIONS if "one waits" not in each.name])
def test_the_table_of_a_situation_gives_the_number_that_was_simulated(name):
    (stream,) = simulate.make_streams(name, 8, 1)
    assert simulate.compare_whole(simulate.ALL[name].draw(8, np.random.default_rng(stream))[-1])[1]


def test_unchanged_teams_get_a_word_as_seldom_as_the_page_says_and_more_often_when_a_level_is_broken(monkeypatch):
    assert list_numbers(UNCHANGED)[2] == pytest.approx(100 * simulate.tell(UNCHANGED, 12, 1000).wrong, abs=0.051)
    assert max(share for place in NOTHING for share in list_numbers(place.name)) <= 5.0
    monkeypatch.setattr(verdict, "STRICT", 0.8)
    assert simulate.tell(UNCHANGED, 12, 200).wrong > 0.1


def test_a_gain_is_found_nine_tenths_as_often_as_by_r_and_less_often_when_a_level_is_broken(monkeypatch):
    plan, teams = replace(simulate.DESIGNS[1], cut=0.2), 1000
    best = float(simulate.load_rates()[simulate.name_design(plan), plan.cut]["t"])
    faster, improved = simulate.find_gain(plan, teams, "")
    assert faster >= 0.9 * best
    assert list_numbers(simulate.name_design(plan))[:3] == pytest.approx(
        [100 * faster, 100 * best, 100 * improved], abs=0.051
    )
    assert "At least 0.9 of R's promised: kept." in PAGE
    monkeypatch.setattr(verdict, "RANK_LEVEL", 0.99)
    assert simulate.find_gain(plan, teams, "")[0] < 0.9 * best


@pytest.mark.parametrize("name", BARRED)
def test_a_guard_that_is_broken_lets_words_through(name, monkeypatch):
    assert simulate.tell(name, 12, 20).wrong == 0.0
    monkeypatch.setattr(comparison, "list_checks", lambda _: ())
    assert simulate.tell(name, 12, 20).wrong > 0.0


def test_intervals_that_are_too_narrow_hold_the_truth_too_seldom(monkeypatch):
    assert min(simulate.cover(12, 1.0, 200)) > 0.85
    monkeypatch.setattr(verdict, "RANK_LEVEL", 0.6)
    assert min(simulate.cover(12, 1.0, 200)) < 0.8
