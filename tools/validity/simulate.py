"""What simulated teams are told, how often a change is found beside R, and how often intervals hold the truth."""

import csv
import math
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sim.compare.comparison import compare_attempts
from sim.compare.result import Result
from sim.compare.verdict import FASTER, Verdict, judge_without_far, measure
from sim.features.comparison.planning import PRACTICE_POWER, TeamPlan, draw_facts
from tools.validity.teams import NOTHING, SHARES, SITUATIONS, Situation, Team, make_table

SEED = 20_261_130
ALL = {each.name: each for each in (*NOTHING, *SITUATIONS)}
WHOLE = 4
"""Teams of a cell and word that are compared as a whole, from their table, so that guards are asked too."""
CUTS = (0.20, 0.25, 0.30)
DESIGNS = tuple(
    TeamPlan(people=people, before=drills, after=drills, by_lot=people > 12, passed=passed)
    for people, drills in ((12, 2), (12, 4), (24, 2), (24, 4), (40, 2))
    for passed in SHARES
)
INTERVALS = ("mean change, t", "signed rank", "beyond practice, 4+4", "analysis of covariance")
RATES = Path(__file__).with_name("r_rates.csv")
R_COMMAND = ("Rscript", "tools/validity/power.R")


@dataclass(frozen=True, slots=True)
class Told:
    """What the teams of one situation and size are told."""

    name: str
    people: int
    teams: int
    words: dict[Verdict, float]  # share told each word that something changed
    wrong: float  # share told a word that is wrong at any look, or of any team looked at
    compared: int  # of teams compared as a whole, from their table
    unlike: int  # of these, in how many the number that decides was another than in the simulation


def make_streams(name: str, people: int, teams: int) -> list[np.random.SeedSequence]:
    """Return a stream of random numbers for each team; they do not depend on which other cells are simulated."""
    return np.random.SeedSequence([SEED, zlib.crc32(name.encode()), people]).spawn(teams)


def tell(name: str, people: int, teams: int) -> Told:
    """Return what so many teams of a situation are told.

    The numbers of every team are judged; of those with a word the first `WHOLE` of each word are compared from their
    table, and the share of them that keeps the word holds for all.
    """
    situation = ALL[name]
    first: dict[Verdict, list[bool]] = {}
    compared = unlike = 0
    for stream in make_streams(name, people, teams):
        drawn = situation.draw(people, np.random.default_rng(stream))
        team, word = find_word(drawn, situation)
        seen = first.setdefault(word, [])
        keeps = word.is_change
        if len(seen) < (WHOLE if word.is_change else 1):
            told, is_like = compare_whole(team)
            keeps, compared, unlike = keeps and told is word, compared + 1, unlike + (not is_like)
        seen.append(keeps)
    words: dict[Verdict, float] = {}
    for word, seen in first.items():
        if word.is_change:
            asked = seen[:WHOLE]
            words[word] = sum(asked) / len(asked) * len(seen) / teams
    wrong = sum(share for word, share in words.items() if word in situation.wrong)
    return Told(name, people, teams, words, wrong, compared, unlike)


def find_word(drawn: Sequence[Team], situation: Situation) -> tuple[Team, Verdict]:
    """Return the first of several teams, or looks, that gets a wrong word, and the word; else the last and its word."""
    for team in drawn:
        word = judge_without_far(team.facts, team.plan)
        if word in situation.wrong:
            break
    return team, word


def compare_whole(team: Team) -> tuple[Verdict, bool]:
    """Return the word of a team compared from its table, and whether the number that decides was the same there."""
    found = compare_attempts(make_table(team), plan=team.plan, **team.asked)  # type: ignore[arg-type]
    there, here = (effects.time.estimate or 0.0 for effects in (found.effects, measure(team.facts)))
    return found.word, math.isclose(there, here, rel_tol=1e-3)


def name_design(plan: TeamPlan) -> str:
    """Return "12 people, 2+2, 0.8"; with lots the people of each group: "12+12, ..."."""
    who = f"{plan.people // 2}+{plan.people // 2}" if plan.by_lot else f"{plan.people} people"
    return f"{who}, {plan.before}+{plan.after}, {plan.passed:g}"


def find_gain(plan: TeamPlan, teams: int, into: str) -> tuple[float, float]:
    """Return the shares called faster in any words, and improved; people are written to a folder for R, "" for none."""
    design = name_design(plan)
    words, rows = [], []
    # the same teams stand behind every size of the gain
    for number, stream in enumerate(make_streams(design, plan.people, teams)):
        facts = draw_facts(plan, np.random.default_rng(stream))
        words.append(judge_without_far(facts))
        times = zip(facts.is_trained, facts.log_time, strict=True)
        rows += [(design, plan.cut, number, int(mine), f"{one:.6f}", f"{two:.6f}") for mine, (one, two) in times]
    if into:
        with (Path(into) / f"{design}, {plan.cut:g}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("design", "cut", "team", "trained", "before", "after"), *rows])
    return sum(word in FASTER for word in words) / teams, words.count(Verdict.IMPROVED) / teams


def load_rates() -> dict[tuple[str, float], dict[str, str]]:
    """Return the rates of R by design and cut: teams, version, and how often each test finds the teams faster."""
    with RATES.open(encoding="utf-8", newline="") as file:
        return {(row["design"], float(row["cut"])): row for row in csv.DictReader(file)}


def cover(people: int, passed: float, teams: int) -> tuple[float, ...]:
    """Return how often each of `INTERVALS` holds the truth; with all drills passed that is known, else their mean."""
    kinds: list[list[Result | None]] = [[], [], [], []]
    plan = TeamPlan(people=people, before=2, after=2, passed=passed, cut=CUTS[-1])
    practiced = replace(plan, before=4, after=4, practice=PRACTICE_POWER)
    for stream in make_streams(f"intervals, {passed}", people, teams):
        rng = np.random.default_rng(stream)
        one, many, two = (
            measure(draw_facts(each, rng)) for each in (plan, practiced, replace(plan, people=2 * people, by_lot=True))
        )
        for kind, result in zip(kinds, (one.own, one.own_rank, many.practice, two.time), strict=True):
            kind.append(result)
    return tuple(_count_held(kind, truth=1.0 - CUTS[-1] if passed == 1.0 else None) for kind in kinds)


def _count_held(results: Iterable[Result | None], *, truth: float | None) -> float:
    given = [each for each in results if each is not None and each.interval is not None and each.estimate is not None]
    true = truth or float(np.exp(np.mean([np.log(each.estimate) for each in given if each.estimate])))
    return sum(not each.is_below(true) and not each.is_above(true) for each in given) / len(given)
