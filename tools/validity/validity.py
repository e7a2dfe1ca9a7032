"""Simulated teams of which the truth is known: how often the words are wrong, and the intervals miss."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from typing import Any

import numpy as np

from tools.validity.coverage import (
    PROBES,
    Hits,
    Probe,
    Rate,
    count_reliable,
    judge_district,
    list_truths,
    sum_districts,
    sum_reliable,
)
from tools.validity.truths import TRUTHS, TeamVerdict, Truth, judge_teams

SEED = 20_261_125
SIZES = (6, 8, 12)
BATCH = 50
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
FEWEST_WHOLE = 2
TEAMS_A_WHOLE = 150
"""Of so many teams of a truth and size one is compared as a whole whatever the word, but at least `FEWEST_WHOLE`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    truth: str  # its name in `TRUTHS`
    people: int  # compared
    teams: int  # how many
    faster: float  # share whose times alone were judged better
    alone: float  # share that times and accuracy alone, with no look at the design, would call improved
    improved: float  # share called improved
    pages: int  # how many first pages were read of those that times and accuracy alone would call improved
    named: float | None  # share of these that name the cause; None without any


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    method: str  # its name
    probe: str  # name of the kind of team
    people: int  # of each team, or schools
    stated: float  # the level that the interval claims, the lowest of all teams
    given: float  # share of teams for which there was an interval
    held: float | None  # share of those that hold the truth; None where there was none
    teams: int  # how many


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    wordings: tuple[Wording, ...]
    coverages: tuple[Coverage, ...]
    rates: tuple[Rate, ...]


def simulate_validity(
    *, teams: int, processes: int, seed: int = SEED, sizes: tuple[int, ...] = SIZES, on_step: Callable[[str], None]
) -> Validity:
    """Return what `teams` simulated teams of each truth and size are told, and how their intervals cover."""
    kinds = [(number, people) for number in range(len(TRUTHS)) for people in sizes]
    probes = [(number, people) for number in range(len(PROBES)) for people in sizes]
    streams = np.random.SeedSequence(seed).spawn(len(kinds) + len(probes) + 2)
    wordings, coverages = [], []
    with ExitStack() as stack:
        spread: Callable[..., Iterable[Any]] = map
        if processes > 1:
            # each process has a core to itself; threads of the linear algebra would only wait for one another
            for name in ONE_THREAD:
                os.environ.setdefault(name, "1")
            pool = ProcessPoolExecutor(max_workers=processes, mp_context=get_context("spawn"))
            spread = stack.enter_context(pool).map
        # all are asked for before any is waited for, so that no process is idle
        told = [
            spread(
                partial(_judge_teams, number, people, max(FEWEST_WHOLE, teams // TEAMS_A_WHOLE)), *_share(stream, teams)
            )
            for (number, people), stream in zip(kinds, streams, strict=False)
        ]
        covered = [
            spread(partial(_cover, number, people), *_share(stream, max(1, round(PROBES[number].weight * teams))))
            for (number, people), stream in zip(probes, streams[len(kinds) : -2], strict=True)
        ]
        for (number, people), parts in zip(kinds, told, strict=True):
            wordings.append(_sum_wordings(TRUTHS[number], people, list(parts)))
            if people == sizes[-1]:
                on_step(TRUTHS[number].name)
        truths: dict[str, float] = {}
        for (number, people), parts in zip(probes, covered, strict=True):
            probe = PROBES[number]
            if people == sizes[0]:
                truths = list_truths(probe, seed=seed)
            coverages += _sum_coverages(probe, people, truths, [hit for part in parts for hit in part])
            if people == sizes[-1]:
                on_step(f"intervals, {probe.name}")
        rates = sum_reliable(list(spread(count_reliable, streams[-2].spawn(max(1, teams // 4)))))
        rates += sum_districts(list(spread(judge_district, streams[-1].spawn(max(1, teams // 4)))))
        on_step("persons and districts")
    return Validity(wordings=tuple(wordings), coverages=tuple(coverages), rates=rates)


_Streams = tuple[np.random.SeedSequence, ...]


def _share(stream: np.random.SeedSequence, teams: int) -> tuple[list[_Streams], list[int]]:
    """Return the random streams of every `BATCH` teams, one a team, and the number of the first of them."""
    each = stream.spawn(teams)
    firsts = list(range(0, teams, BATCH))
    return [tuple(each[first : first + BATCH]) for first in firsts], firsts


def _judge_teams(number: int, people: int, whole: int, streams: _Streams, first: int) -> list[TeamVerdict]:
    return judge_teams(TRUTHS[number], people=people, streams=streams, whole=max(0, whole - first))


def _cover(number: int, people: int, streams: _Streams, _first: int) -> list[Hits]:
    probe = PROBES[number]
    nature = replace(probe.nature, people=people)
    return [probe.cover(nature, np.random.default_rng(stream)) for stream in streams]


def _sum_wordings(truth: Truth, people: int, parts: list[list[TeamVerdict]]) -> Wording:
    told = [each for part in parts for each in part]
    pages = [each.named for each in told if each.alone and each.named is not None]
    return Wording(
        truth=truth.name,
        people=people,
        teams=len(told),
        faster=sum(each.faster for each in told) / len(told),
        alone=sum(each.alone for each in told) / len(told),
        improved=sum(_count_improved(part) for part in parts) / len(told),
        pages=len(pages),
        named=sum(pages) / len(pages) if pages else None,
    )


def _count_improved(part: list[TeamVerdict]) -> float:
    """Return how many of a batch are called improved, those that were not compared as a whole like those that were."""
    known = [each.improved for each in part if each.improved is not None]
    whole = [each for each in part if each.alone and not each.held and each.improved is not None]
    unknown = len(part) - len(known)
    return sum(known) + (unknown * sum(bool(each.improved) for each in whole) / len(whole) if unknown else 0.0)


def _sum_coverages(probe: Probe, people: int, truths: dict[str, float], hits: list[Hits]) -> list[Coverage]:
    found = []
    for method in hits[0]:
        if method in probe.skipped:
            continue
        given = [interval for hit in hits if (interval := hit[method]) is not None]
        value = truths[method]
        held = [lower - 1e-9 <= value <= upper + 1e-9 for lower, upper, _ in given]
        found.append(
            Coverage(
                method=method,
                probe=probe.name,
                people=people,
                stated=min((level for _, _, level in given), default=0.95),
                given=len(given) / len(hits),
                held=sum(held) / len(held) if held else None,
                teams=len(hits),
            )
        )
    return found
