"""Simulated teams of which the truth is known: how often the words are wrong, and the intervals miss."""

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import numpy as np

from sim.compare.both_together import Change, Word
from sim.services.power.coverage import Hits, cover_team, list_truths
from sim.services.power.judged_team import judge_team
from sim.services.power.rates import Rate, count_reliable, judge_district, sum_districts, sum_reliable
from sim.services.power.team_model import PRACTICE_POWER, TeamPlan, draw_team
from sim.services.power.team_table import find_practice

SEED = 20_261_125
SIZES = (6, 8, 12)
CUT = 0.30
BATCH = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What teams of one size were told.

    Attributes:
        truth: "nothing", "cut" or "practice".
        people, drills: of each team, drills in each phase.
        teams: how many.
        improved: share called improved.
        faster: share whose times were judged better.
        warned: share of teams judged better in time that got the warning that practice may explain it; None where none
            was judged better, or where practice is not what is looked at.
    """

    truth: str
    people: int
    drills: int
    teams: int
    improved: float
    faster: float
    warned: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How often the intervals of one method hold the truth.

    Attributes:
        method: its name.
        people: of each team, drills in each phase.
        stated: the level that the interval claims, the lowest of all teams.
        given: share of teams for which there was an interval.
        held: share of those that hold the truth; None where there was none.
        teams: how many.
    """

    method: str
    people: int
    drills: int
    stated: float
    given: float
    held: float | None
    teams: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """Everything that the simulation found."""

    wordings: tuple[Wording, ...]
    coverages: tuple[Coverage, ...]
    rates: tuple[Rate, ...]


def simulate_validity(
    *, teams: int, processes: int, seed: int = SEED, sizes: tuple[int, ...] = SIZES, on_step: Callable[[str], None]
) -> Validity:
    """Return what `teams` simulated teams of each size and truth are told, and how their intervals cover.

    Truths: nothing changed, with 1 and 2 drills a phase; times cut by `CUT`, with 2; practice only, with 2 before
    and 2 after, where the warning is counted. Coverage is counted at the cut, and for the hazard ratio where
    nothing changed, as the model has no one hazard ratio otherwise.

    Args:
        teams: of each kind for the words; half as many for the intervals, a quarter for persons and districts.
        processes: to share the work.
        seed: of everything; the answer does not depend on `processes`.
        sizes: people in a team.
        on_step: told what was finished.
    """
    kinds = [
        (truth, plan)
        for people in sizes
        for truth, plan in (
            ("nothing", TeamPlan(people=people, before=1, after=1)),
            ("nothing", TeamPlan(people=people, before=2, after=2)),
            ("cut", TeamPlan(people=people, before=2, after=2, cut=CUT)),
            ("practice", TeamPlan(people=people, before=2, after=2, practice=PRACTICE_POWER)),
        )
    ]
    streams = np.random.SeedSequence(seed).spawn(2 * len(kinds) + 2)
    wordings, coverages = [], []
    with ExitStack() as stack:
        spread: Callable[..., Iterable[Any]] = map
        if processes > 1:
            pool = ProcessPoolExecutor(max_workers=processes, mp_context=get_context("spawn"))
            spread = stack.enter_context(pool).map
        for (truth, plan), stream in zip(kinds, streams, strict=False):
            parts = spread(_tell, *_share(plan, truth, stream, teams))
            wordings.append(_sum_wordings(truth, plan, [told for part in parts for told in part]))
            on_step(f"{truth}, {plan.people} people, {plan.before} drills before")
        for (truth, plan), stream in zip(kinds, streams[len(kinds) : -2], strict=True):
            if truth == "practice" or plan.before != 2:
                continue
            truths = list_truths(plan, seed=seed)
            covered = spread(_cover, *_share(plan, truth, stream, max(1, teams // 2)))
            hits = [hit for part in covered for hit in part]
            coverages += _sum_coverages(truth, plan, truths, hits)
            on_step(f"intervals, {truth}, {plan.people} people")
        rates = sum_reliable(list(spread(count_reliable, streams[-2].spawn(max(1, teams // 4)))))
        rates += sum_districts(list(spread(judge_district, streams[-1].spawn(max(1, teams // 4)))))
        on_step("persons and districts")
    return Validity(wordings=tuple(wordings), coverages=tuple(coverages), rates=rates)


_Shares = tuple[list[TeamPlan], list[str], list[tuple[np.random.SeedSequence, ...]]]


def _share(plan: TeamPlan, truth: str, stream: np.random.SeedSequence, teams: int) -> _Shares:
    """Return the arguments of one call for every `BATCH` teams; each team has a random stream of its own."""
    each = stream.spawn(teams)
    parts = [tuple(each[start : start + BATCH]) for start in range(0, teams, BATCH)]
    return [plan] * len(parts), [truth] * len(parts), parts


def _tell(
    plan: TeamPlan, truth: str, streams: tuple[np.random.SeedSequence, ...]
) -> list[tuple[bool, bool, bool | None]]:
    told = []
    for stream in streams:
        team = draw_team(plan, np.random.default_rng(stream))
        judged = judge_team(team)
        faster = judged.sides.time is Change.BETTER
        warned = None
        if truth == "practice" and faster:
            practice = find_practice(team)
            warned = practice is not None and not practice.is_beyond_practice
        told.append((judged.word is Word.IMPROVED, faster, warned))
    return told


def _cover(plan: TeamPlan, _truth: str, streams: tuple[np.random.SeedSequence, ...]) -> list[Hits]:
    return [cover_team(draw_team(plan, np.random.default_rng(stream)), stream) for stream in streams]


def _sum_wordings(truth: str, plan: TeamPlan, told: list[tuple[bool, bool, bool | None]]) -> Wording:
    warnings = [warned for _, _, warned in told if warned is not None]
    return Wording(
        truth=truth,
        people=plan.people,
        drills=plan.before,
        teams=len(told),
        improved=sum(improved for improved, _, _ in told) / len(told),
        faster=sum(faster for _, faster, _ in told) / len(told),
        warned=sum(warnings) / len(warnings) if warnings else None,
    )


def _sum_coverages(truth: str, plan: TeamPlan, truths: dict[str, float], hits: list[Hits]) -> list[Coverage]:
    found = []
    for method in hits[0]:
        if method not in truths:
            continue
        given = [interval for hit in hits if (interval := hit[method]) is not None]
        value = truths[method]
        held = [lower - 1e-9 <= value <= upper + 1e-9 for lower, upper, _ in given]
        found.append(
            Coverage(
                method=f"{method} ({'nothing changed' if truth == 'nothing' else 'times cut'})",
                people=plan.people,
                drills=plan.before,
                stated=min((level for _, _, level in given), default=0.95),
                given=len(given) / len(hits),
                held=sum(held) / len(held) if held else None,
                teams=len(hits),
            )
        )
    return found
