"""The levels of difficulty: what the generator aims at, and the range of the measured index that counts as met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np


class Level(StrEnum):
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aims:
    """What a level asks of a recording. Aims steer the choice of ways; what was reached is measured afterwards."""

    halts: tuple[int, int]  # stops on a target's way, fewest and most
    legs: tuple[int, int]  # stretches on camera of a target
    blind_s: tuple[float, float]  # longest time of a target off camera, seconds
    look_alikes: int  # people dressed like each target
    crowd: float  # how full the building is, 1 as on the fullest day
    minutes: float  # length when none is asked for
    wrong_clocks: int  # cameras whose clock is wrong
    # range of the difficulty index (see `sim.forms.difficulty`) whose forms belong to the level; the upper end is no
    # part of it
    index: tuple[float, float]
    min_legs: int  # fewest legs of a form


AIMS: Mapping[Level, Aims] = {
    Level.EASY: Aims(
        halts=(1, 1),
        legs=(4, 5),
        blind_s=(3.0, 12.0),
        look_alikes=0,
        crowd=0.3,
        minutes=3.0,
        wrong_clocks=0,
        index=(0.0, 14.0),
        min_legs=3,
    ),
    Level.MEDIUM: Aims(
        halts=(1, 3),
        legs=(6, 8),
        blind_s=(12.0, 30.0),
        look_alikes=1,
        crowd=0.55,
        minutes=4.0,
        wrong_clocks=0,
        index=(14.0, 20.0),
        min_legs=5,
    ),
    Level.HARD: Aims(
        halts=(2, 4),
        legs=(9, 12),
        blind_s=(35.0, 70.0),
        look_alikes=2,
        crowd=0.9,
        minutes=5.0,
        wrong_clocks=1,
        index=(20.0, 1000.0),
        min_legs=7,
    ),
}


T = TypeVar("T")


def pick(options: Sequence[T], rng: np.random.Generator) -> T:
    return options[int(rng.integers(len(options)))]


def pick_weighted(options: Sequence[T], weights: Sequence[float], rng: np.random.Generator) -> T:
    shares = np.asarray(weights, dtype=np.float64)
    return options[int(rng.choice(len(options), p=shares / shares.sum()))]


def split(total: int, shares: Sequence[float]) -> list[int]:
    """Return whole numbers that add up to `total`, near the shares: 10 by 2, 1, 1 gives 5, 3, 2."""
    wanted = np.asarray(shares, dtype=np.float64) / sum(shares) * total
    counts = np.floor(wanted).astype(int)
    for place in np.argsort(counts - wanted, kind="stable")[: total - int(counts.sum())]:
        counts[place] += 1
    return [int(count) for count in counts]
