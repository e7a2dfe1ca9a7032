"""Attempts of each person taken together, before and after."""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.compare.content.comparison import Pair, PersonSide
from sim.compare.data.table import ACCURACY, Phase
from sim.compare.statistics.ratio import compute_time_ratio
from sim.compare.statistics.result import Result

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]


def number_people(rows: pd.DataFrame) -> tuple[IntArray, list[str]]:
    """Return for each attempt the place of its person in the order of ids, (m,), and the ids in that order."""
    codes, ids = pd.factorize(rows["person_id"], sort=True)
    return codes.astype(np.int64), ids.tolist()


def pick_with_drills(rows: pd.DataFrame, *, fewest: int) -> pd.DataFrame:
    """Return the attempts of everybody who has at least so many before and so many after."""
    person, ids = number_people(rows)
    is_after = (rows["phase"] == Phase.AFTER.value).to_numpy(dtype=np.bool_)
    counts = np.bincount(2 * person + is_after, minlength=2 * len(ids)).reshape(-1, 2)
    enough: BoolArray = np.all(counts >= fewest, axis=1)
    return rows if enough.all() else rows[enough[person]]


def make_pairs(rows: pd.DataFrame) -> tuple[Pair, ...]:
    """Return everybody before and after, in the order of ids.

    Sums are exact (`math.fsum`), so that neither the order of rows nor rounding tells people apart who did alike.

    Args:
        rows: attempts before and after, as `check_design` leaves them: everybody has some in both phases.
    """
    person, ids = number_people(rows)
    if not ids:
        return ()
    is_after = (rows["phase"] == Phase.AFTER.value).to_numpy(dtype=np.bool_)
    side = 2 * person + is_after
    order = np.argsort(side, kind="stable")
    placed = side[order]
    sides = 2 * len(ids)

    def average(name: str, known: BoolArray, write: Callable[[float], float] | None = None) -> list[float | None]:
        kept = known[order]
        values = rows[name].to_numpy(dtype=np.float64)[order][kept].tolist()
        return _average(values if write is None else list(map(write, values)), placed[kept], sides)

    finished = rows["finished"].to_numpy(dtype=np.bool_)
    attempts = np.bincount(side, minlength=sides).tolist()
    done = np.bincount(side[finished], minlength=sides).tolist()
    log_times = average("duration_s", finished, math.log)
    starts = np.searchsorted(placed, np.arange(sides))
    limits = np.maximum.reduceat(rows["limit_s"].to_numpy(dtype=np.float64)[order], starts).tolist()
    measures = [average(name, rows[name].notna().to_numpy(dtype=np.bool_)) for name in ACCURACY]
    made = [
        PersonSide(
            attempts=attempts[place],
            finished=done[place],
            time_s=None if log_time is None else math.exp(log_time),
            limit_s=limits[place],
            accuracy={name: mean for name, mean in zip(ACCURACY, means, strict=True) if mean is not None},
        )
        for place, (log_time, *means) in enumerate(zip(log_times, *measures, strict=True))
    ]
    return tuple(
        Pair(person_id=person_id, before=made[2 * place], after=made[2 * place + 1])
        for place, person_id in enumerate(ids)
    )


def compute_ratio_of_pairs(pairs: tuple[Pair, ...]) -> Result:
    """Return the ratio of typical times after to before, over people who finished both."""
    both = [(pair.before.time_s, pair.after.time_s) for pair in pairs]
    finished = np.array([times for times in both if None not in times], dtype=np.float64).reshape(-1, 2)
    return compute_time_ratio(finished[:, 0], finished[:, 1])


def _average(values: list[float], placed: IntArray, sides: int) -> list[float | None]:
    """Return the mean of each side's values, None where it has none; `placed` says whose they are, in order."""
    edges = np.searchsorted(placed, np.arange(sides + 1)).tolist()
    return [math.fsum(values[first:last]) / (last - first) if last > first else None for first, last in pairwise(edges)]
