"""Teams of which the truth is known, what the comparison says of them, and the page that `validity` writes."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.compare.table import check_attempts
from sim.compare.verdict import Verdict
from tools.validity import truth_teams as teams
from tools.validity.__main__ import write_page
from tools.validity.coverage import MEAN_CHANGE, PROBES, RATIO, list_truths
from tools.validity.truth_teams import LIMIT_S, Nature, Tail, draw_attempts
from tools.validity.truths import CUT_ALONE, TRUTHS, Kind, Seen, compare_whole, is_named, judge_alone, judge_teams
from tools.validity.validity import SIZES, Validity, simulate_validity

FEWEST_TEAMS = 1_000
PAGE = Path(__file__).parents[4] / "docs" / "validity.md"
BY_NAME = {truth.name: truth for truth in TRUTHS}


def draw(name: str, *, people: int = 8, seed: int = 1) -> teams.Drawn:
    return BY_NAME[name].draw(people, np.random.default_rng(seed))


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth.name)
def test_every_truth_is_a_table_that_a_comparison_reads_and_holds_the_promised_people(truth):
    (*_, last) = truth.draw(6, np.random.default_rng(0)).tables
    checked = check_attempts(last.make_table())
    assert checked["person_id"].nunique() >= 6
    assert checked["duration_s"].between(15.0, LIMIT_S).all()


@pytest.mark.parametrize("truth", [truth for truth in TRUTHS if truth.told], ids=lambda truth: truth.name)
def test_the_first_page_names_the_true_cause(truth):
    # the first team of which times and accuracy alone would say improved: there the page owes the cause
    for seed in range(400):
        drawn = truth.draw(6, np.random.default_rng(seed))
        table = drawn.tables[-1]
        if judge_alone(table, drawn).word is Verdict.IMPROVED:
            break
    word, page = compare_whole(table, drawn)
    assert is_named(truth, page)
    if truth.kind is Kind.NOTHING and truth.seen is Seen.YES:
        assert word is not Verdict.IMPROVED


@pytest.mark.parametrize("seed", range(6))
def test_the_whole_comparison_only_holds_the_word_back(seed):
    drawn = draw("plain", seed=seed)
    alone = judge_alone(drawn.tables[0], drawn).word
    assert compare_whole(drawn.tables[0], drawn)[0] in (alone, Verdict.NOT_JUDGED)


def test_teams_called_improved_in_an_instant_are_compared_as_a_whole_up_to_the_most():
    streams = np.random.SeedSequence(3).spawn(12)
    told = judge_teams(BY_NAME[CUT_ALONE], people=12, streams=streams, whole=1)
    assert told[0].named is not None
    alone = [each for each in told if each.alone]
    assert len(alone) > 3
    assert [each.improved is not None for each in alone[:2]] == [True, True]
    assert all(each.improved is None for each in alone[3:])
    assert all(each.improved is False for each in told if not each.alone)


def test_teams_that_practice_holds_back_are_known_without_the_whole_comparison():
    truth = BY_NAME["practice, 4 drills before"]
    told = judge_teams(truth, people=12, streams=np.random.SeedSequence(2).spawn(40), whole=0)
    held = [each for each in told if each.held]
    assert len(held) > truth.whole
    assert all(each.alone and each.improved is False for each in held)
    assert [each.named for each in held if each.named is not None] == [True] * truth.whole
    others = [each for each in told if each.alone and not each.held]
    assert all(each.improved is not None for each in others[: truth.whole]), "those held back take no other's place"


def mean_log(table) -> np.ndarray:
    seconds = np.where(table.finished, table.elapsed_s, LIMIT_S)
    return np.array([np.log(seconds[table.is_after == side]).mean() for side in (False, True)])


def test_slowest_quarter_is_slower_before_than_after():
    before, after = np.mean(
        [
            mean_log(draw("slowest quarter chosen by the 2 drills before, the table says so", seed=s).tables[0])
            for s in range(30)
        ],
        axis=0,
    )
    # the outside check found 23 % for two drills
    assert 0.15 < 1.0 - np.exp(after - before) < 0.30


def test_drills_given_up_are_over_before_the_limit_and_only_before():
    drawn = teams.draw_given_up(Nature(people=60), np.random.default_rng(0)).tables[0]
    given_up = ~drawn.finished & (drawn.elapsed_s < LIMIT_S)
    assert not given_up[drawn.is_after].any()
    assert given_up[~drawn.is_after].mean() == pytest.approx(teams.GIVEN_UP, abs=0.08)


@pytest.mark.parametrize("tail", Tail)
def test_tails_differ_and_the_middle_half_of_drills_does_not(tail):
    drawn = draw_attempts(Nature(people=4_000, tail=tail, timed_out=0.001), np.random.default_rng(0))
    quartiles = np.quantile(np.log(drawn.elapsed_s), (0.25, 0.75))
    assert quartiles[1] - quartiles[0] == pytest.approx(2.0 * 0.6745 * 0.49, rel=0.08)


def test_truths_of_intervals_lie_where_a_large_population_lies():
    probe = next(probe for probe in PROBES if probe.name == "10 % time out, times cut")
    truths = list_truths(probe, seed=1)
    other = draw_attempts(replace(probe.nature, people=20_000, form_spread=0.0), np.random.default_rng(9))
    before, after = (side.make_durations().duration_s.mean() for side in other.split())
    assert truths[RATIO] == pytest.approx(0.7)
    assert truths[MEAN_CHANGE] == pytest.approx(after - before, abs=3.0)


@pytest.fixture(scope="module")
def small() -> Validity:
    return simulate_validity(teams=2, processes=1, sizes=(8,), seed=5, on_step=lambda _: None)


@pytest.mark.slow
def test_a_small_run_is_the_same_on_two_processes(small):
    assert simulate_validity(teams=2, processes=2, sizes=(8,), seed=5, on_step=lambda _: None) == small


@pytest.mark.slow
def test_the_page_in_the_documents_has_the_rows_and_settings_that_the_command_writes(small):
    page = write_page(small, teams=2, command="python -m tools.validity --teams 2")
    told = PAGE.read_text(encoding="utf-8")
    assert list_frame(page) == list_frame(told)
    assert int(re.search(r"--teams (\d+)`", told).group(1)) >= FEWEST_TEAMS
    assert all(f"{people} people" in told for people in SIZES)


def list_frame(page: str) -> list[str]:
    """Return what of a page is the same in every run: headings, tables of settings, and the first cells of each row."""
    frame = []
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("#"):
            frame.append(line)
        elif line.startswith("|") and not line.startswith("| ---"):
            is_same = "people |" not in line and not cells[1].isdigit()
            frame.append(f"{cells[0]} / {cells[1]}" if is_same else cells[0])
    return frame
