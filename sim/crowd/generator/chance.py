"""Drawing from a sequence."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

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
