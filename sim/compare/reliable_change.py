"""Reliable change of one person: more than their own drills vary by, less the practice gain that is to be expected."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.compare.both_together import Change
from sim.compare.columns_of import get_numbers
from sim.compare.comparison import PersonChange
from sim.compare.result import LEVEL, Result
from sim.compare.t_result import make_t_result
from sim.compare.table import Phase

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
    counts = rows.groupby(["person_id", "phase"]).size().reset_index(name="drills")
    sides = counts[counts["drills"] >= FEWEST_DRILLS].groupby("person_id").size()
    enough = sides.index[sides == 2]
    if not len(enough):
        return (), NOBODY
    mine = rows[rows["person_id"].isin(enough)]
    numbers = get_numbers(mine, "drill_number")
    if numbers is None:
        return (), NO_ORDER
    table = pd.DataFrame(
        {
            "person": mine["person_id"].to_numpy(),
            "is_after": (mine["phase"] == Phase.AFTER.value).to_numpy(),
            "x": np.log(numbers),
            "time": np.log(mine["duration_s"].to_numpy(dtype=np.float64)),
            "idf1": mine["idf1"].to_numpy(dtype=np.float64),
        }
    )
    slow = set(mine.loc[~mine["finished"], "person_id"])
    times = _compute_all(table, "time", is_log=True, timed_out=slow, level=level)
    accuracies = _compute_all(table.dropna(subset=["idf1"]), "idf1", is_log=False, timed_out=set(), level=level)
    return tuple(
        PersonChange(
            person_id=str(person_id),
            time=times[person_id],
            accuracy=accuracies.get(person_id),
            time_change=_judge(times[person_id], neutral=1.0, less_is_better=True),
            accuracy_change=_judge(accuracies.get(person_id), neutral=0.0, less_is_better=False),
        )
        for person_id in sorted(times)
    ), READ


def _compute_all(
    table: pd.DataFrame, name: str, *, is_log: bool, timed_out: set[str], level: float
) -> dict[str, Result]:
    cells = table.groupby(["person", "is_after"], sort=True).agg(
        drills=(name, "size"), mean=(name, "mean"), x=("x", "mean")
    )
    full = cells[cells["drills"] >= FEWEST_DRILLS].reset_index()
    both = full.groupby("person").size()
    people = list(both.index[both == 2])
    if not people:
        return {}
    full = full[full["person"].isin(people)]
    before = full[~full["is_after"]].set_index("person")
    after = full[full["is_after"]].set_index("person")
    expected = _expect(table[table["person"].isin(people)], name)
    if expected is None:
        return {}
    what = "log time counting at most the limit" if is_log else "IDF1"
    before, after = before.loc[people], after.loc[people]
    distances = (after["x"] - before["x"]).tolist()
    changes = (after["mean"] - before["mean"]).tolist()
    shares = (1.0 / before["drills"] + 1.0 / after["drills"]).tolist()
    results = {}
    for person, distance, change, share in zip(people, distances, changes, shares, strict=True):
        practice = expected.slope * distance
        error = float(np.hypot(expected.spread * np.sqrt(share), expected.slope_error * distance))
        results[person] = make_t_result(
            estimate=change - practice,
            error=error,
            degrees=expected.degrees,
            n=1,
            method=METHOD.format(what=what),
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


def _expect(table: pd.DataFrame, name: str) -> _Expected | None:
    """Return the practice to be expected and the spread of one drill, pooled over people."""
    by_cell = table.groupby(["person", "is_after"])
    residual = table[name] - by_cell[name].transform("mean")
    degrees = len(table) - by_cell.ngroups
    spread = float(np.sqrt(float((residual**2).sum()) / degrees))
    before = table[~table["is_after"]]
    by_person = before.groupby("person")
    x = before["x"] - by_person["x"].transform("mean")
    y = before[name] - by_person[name].transform("mean")
    squares = (x**2).groupby(before["person"]).sum()
    if not (squares > 0.0).all():
        return None
    slopes = ((x * y).groupby(before["person"]).sum() / squares).to_numpy()
    people = len(slopes)
    # with few people the spread of their slopes is itself hardly known: never below what one drill's spread makes of it
    least = spread * float(np.sqrt((1.0 / squares.to_numpy()).sum())) / people
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
