"""Attempts of each person taken together, before and after."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.compare.content.comparison import Change, Pair, PersonChange, PersonSide
from sim.compare.data.table import ACCURACY, Phase, get_numbers
from sim.compare.statistics.paired import compute_time_ratio
from sim.compare.statistics.result import LEVEL, Result, make_t_result

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


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


FEWEST_DRILLS = 4
METHOD = (
    "reliable change (Jacobson and Truax 1991): {what}, after less before, less the practice gain expected from the "
    "team's drills before; error from how drills of one person vary, pooled over people; t interval"
)
NOBODY = f"Nobody has {FEWEST_DRILLS} drills or more in each phase. With fewer, a person's drills vary too much to say."
NO_ORDER = "The table does not number everybody's drills, so what practice explains cannot be taken off."
READ = (
    "A change is told of only where it is larger than drills of one person vary by, less what practice explains. Of 20 "
    "people of whom nobody changed, about 1 looks changed on each measure. Not for decisions on a person."
)
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drills:
    """Drills by twice the number of their person, plus 1 after the training; log drill number, and what is measured."""

    side: IntArray
    order: FloatArray
    value: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class _Expected:
    """Practice per unit of log drill number, its error, and the spread of one drill of one person."""

    slope: float
    slope_error: float
    spread: float
    degrees: int


def compute_reliable_changes(rows: pd.DataFrame, *, level: float = LEVEL) -> tuple[tuple[PersonChange, ...], str]:
    """Return the reliable change of each person with enough drills, in the order of ids, and how to read it.

    Jacobson and Truax (1991, doi:10.1037/0022-006X.59.1.12) divide a change by the error of a difference between two
    measurements, sqrt(2) times the error of one. Here the error of one drill s is observed: the spread of drills of one
    person in one phase, pooled over everybody with `FEWEST_DRILLS` in each phase. With b drills before and a after, the
    error of a change is s sqrt(1 / b + 1 / a), joined with that of the expected practice gain (Chelune et al. 1993,
    doi:10.1037/0894-4105.7.1.41): the mean slope of these people by log drill number before the training, drawn on to
    the drills after.

    Args:
        rows: comparable attempts before and after.
        level: of the interval outside which a change is called one.
    """
    mine = pick_with_drills(rows, fewest=FEWEST_DRILLS)
    if mine.empty:
        return (), NOBODY
    numbers = get_numbers(mine, "drill_number")
    if numbers is None:
        return (), NO_ORDER
    person, ids = number_people(mine)
    side = 2 * person + (mine["phase"] == Phase.AFTER.value).to_numpy(dtype=np.bool_)
    order = np.log(numbers)
    idf1 = mine["idf1"].to_numpy(dtype=np.float64)
    known = ~np.isnan(idf1)
    slow = set(person[~mine["finished"].to_numpy(dtype=np.bool_)].tolist())
    log_time = np.log(mine["duration_s"].to_numpy(dtype=np.float64))
    times = _compute_all(_Drills(side=side, order=order, value=log_time), is_log=True, timed_out=slow, level=level)
    accuracies = _compute_all(
        _Drills(side=side[known], order=order[known], value=idf1[known]), is_log=False, timed_out=set(), level=level
    )
    return tuple(
        PersonChange(
            person_id=ids[number],
            time=time,
            accuracy=accuracies.get(number),
            time_change=_judge(time, neutral=1.0, less_is_better=True),
            accuracy_change=_judge(accuracies.get(number), neutral=0.0, less_is_better=False),
        )
        for number, time in times.items()
    ), READ


def _compute_all(drills: _Drills, *, is_log: bool, timed_out: set[int], level: float) -> dict[int, Result]:
    """Return the change of everybody with enough drills, by the number of the person, in order."""
    if not len(drills.side):
        return {}
    people = int(drills.side.max()) // 2 + 1
    count = np.bincount(drills.side, minlength=2 * people)
    enough: npt.NDArray[np.bool_] = np.all(count.reshape(-1, 2) >= FEWEST_DRILLS, axis=1)
    mine = enough[drills.side // 2]
    drills = _Drills(side=drills.side[mine], order=drills.order[mine], value=drills.value[mine])
    expected = _expect(drills) if enough.any() else None
    if expected is None:
        return {}
    method = METHOD.format(what="log time counting at most the limit" if is_log else "IDF1")
    each = np.flatnonzero(enough)
    before, after = 2 * each, 2 * each + 1
    order, value = _average_sides(drills, drills.order), _average_sides(drills, drills.value)
    distances, changes = order[after] - order[before], value[after] - value[before]
    shares = 1.0 / count[before] + 1.0 / count[after]
    errors = np.hypot(expected.spread * np.sqrt(shares), expected.slope_error * distances)
    results = {}
    columns = (column.tolist() for column in (each, distances, changes, errors))
    for person, distance, change, error in zip(*columns, strict=True):
        practice = expected.slope * distance
        results[person] = make_t_result(
            estimate=change - practice,
            error=error,
            degrees=expected.degrees,
            n=1,
            method=method,
            is_log=is_log,
            has_p=False,
            settings={
                "change": change,
                "expected_practice": practice,
                "drill_spread": expected.spread,
                "error": error,
                "index": (change - practice) / error if error > 0.0 else 0.0,
            },
            warnings=("Drills that timed out count as the limit.",) if person in timed_out else (),
            level=level,
        )
    return results


def _average_sides(drills: _Drills, values: FloatArray) -> FloatArray:
    """Return the mean of each person's drills before and after, by `side`; 0 where there are none."""
    count = np.bincount(drills.side)
    return np.asarray(np.bincount(drills.side, weights=values) / np.maximum(count, 1), dtype=np.float64)


def _expect(drills: _Drills) -> _Expected | None:
    """Return the practice to be expected and the spread of one drill, pooled over people."""
    residual = drills.value - _average_sides(drills, drills.value)[drills.side]
    degrees = len(residual) - len(np.unique(drills.side))
    spread = float(np.sqrt(float((residual**2).sum()) / degrees))
    is_before = drills.side % 2 == 0
    person = np.unique(drills.side[is_before], return_inverse=True)[1]
    x = (drills.order - _average_sides(drills, drills.order)[drills.side])[is_before]
    squares = np.bincount(person, weights=x**2)
    if not (squares > 0.0).all():
        return None
    slopes = np.bincount(person, weights=x * residual[is_before]) / squares
    people = len(slopes)
    # with few people the spread of their slopes is itself hardly known: never below what one drill's spread makes of it
    least = spread * float(np.sqrt((1.0 / squares).sum())) / people
    seen = float(slopes.std(ddof=1)) / float(np.sqrt(people)) if people > 1 else 0.0
    return _Expected(slope=float(slopes.mean()), slope_error=max(least, seen), spread=spread, degrees=degrees)


def _judge(result: Result | None, *, neutral: float, less_is_better: bool) -> Change:
    if result is None or result.interval is None:
        return Change.UNKNOWN
    lower, upper = result.interval
    if upper < neutral:
        return Change.BETTER if less_is_better else Change.WORSE
    if lower > neutral:
        return Change.WORSE if less_is_better else Change.BETTER
    return Change.UNCLEAR
