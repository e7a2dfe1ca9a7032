"""Time and accuracy along the way: by drill number, and weeks and months after the training."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.compare.analyses.people import number_people
from sim.compare.checks.counting import has_extra_time, is_quick, was_seen_before
from sim.compare.content.comparison import LearningPoint, RetentionPoint
from sim.compare.data.table import QUICK_S, Phase, get_numbers
from sim.compare.statistics.paired import compute_paired_difference
from sim.compare.statistics.result import Result, compute_mean
from sim.compare.statistics.survival import Durations, compute_restricted_mean, compute_restricted_mean_change

TIME = "mean time counting at most the limit; t interval"
ACCURACY = "mean IDF1 over people; t interval"
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDate:
    """A due date and the days after the training that count for it; the windows do not overlap."""

    name: str
    days: int
    first: int
    last: int


DUE_DATES = (
    DueDate(name="1 week", days=7, first=3, last=30),
    DueDate(name="3 months", days=91, first=60, last=136),
    DueDate(name="6 months", days=182, first=137, last=273),
    DueDate(name="12 months", days=365, first=274, last=456),
)


def compute_learning(rows: pd.DataFrame) -> tuple[LearningPoint, ...]:
    """Return a point for every drill number and phase; empty when drills are not numbered.

    Fewer people have the higher numbers, and they may not be like the others: each point says its n.
    """
    numbers = get_numbers(rows, "drill_number")
    if numbers is None or rows.empty:
        return ()
    limit_s = float(rows["limit_s"].min())
    table = pd.DataFrame(
        {
            "is_after": (rows["phase"] == Phase.AFTER.value).to_numpy(),
            "number": numbers.astype(np.int64),
            "person": number_people(rows)[0],
            "time": np.minimum(rows["duration_s"].to_numpy(dtype=np.float64), limit_s),
            "idf1": rows["idf1"].to_numpy(dtype=np.float64),
        }
    )
    # a person whose drills were numbered twice over (two files of one school) counts once a number
    each = table.groupby(["is_after", "number", "person"], sort=True)[["time", "idf1"]].mean()
    points = []
    for (is_after, number), people in each.groupby(level=["is_after", "number"], sort=True):
        points.append(
            LearningPoint(
                drill_number=int(str(number)),
                phase=(Phase.AFTER if is_after else Phase.BEFORE).value,
                time=compute_mean(
                    people["time"].to_numpy(), method=TIME, bounds=(0.0, limit_s), settings={"limit_s": limit_s}
                ),
                accuracy=_mean_accuracy(people["idf1"].to_numpy()),
            )
        )
    return tuple(points)


def pick_retention(checked: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the retention attempts that may stand beside the compared ones.

    They are by the same people, on the same console, options and kind of device, under a limit that the person had
    before and after, on a form the person met only once and a recording they had not seen, without extra time, and not
    submitted sooner than anybody can search.

    Args:
        checked: the table as `check_attempts` returns it.
        rows: the attempts compared, all under the same conditions.
    """
    retention = checked["phase"] == Phase.RETENTION.value
    if rows.empty or not retention.any():
        return checked[:0]
    limits = set(zip(rows["person_id"], rows["limit_s"], strict=True))
    fits = pd.Series(
        [pair in limits for pair in zip(checked["person_id"], checked["limit_s"], strict=True)], index=checked.index
    )
    fits &= retention & ~checked.duplicated(subset=["person_id", "form_id"], keep=False)
    for name in ("profile", "options"):
        fits &= checked[name] == rows[name].iloc[0]
    fits &= checked["device"].isin(rows["device"].unique())
    fits &= ~has_extra_time(checked) & ~is_quick(checked) & ~was_seen_before(checked)
    return checked[fits]


def say_unfit_retention(checked: pd.DataFrame) -> str:
    """Return how many retention drills were no search of their person's own, or ""."""
    unfit = int(((checked["phase"] == Phase.RETENTION.value) & (is_quick(checked) | was_seen_before(checked))).sum())
    if not unfit:
        return ""
    drills = "1 retention drill was" if unfit == 1 else f"{unfit} retention drills were"
    return (
        f"{drills} submitted within {QUICK_S:.0f} seconds, or on a recording seen in practice; they are in no picture "
        "of how a change lasts."
    )


def compute_retention(after: pd.DataFrame, retention: pd.DataFrame) -> tuple[tuple[RetentionPoint, ...], str]:
    """Return a point for the drills right after the training and for every due date with drills, and a warning or "".

    The first point is of those alone who have a later one: people who never came back would look like a change.

    Args:
        after: comparable attempts after the training.
        retention: retention attempts of the same people under the same conditions, each form new to its person.
    """
    if after.empty or retention.empty:
        return (), ""
    days = (
        retention["days_since_training"].to_numpy(dtype=np.float64)
        if "days_since_training" in retention.columns
        else np.full(len(retention), np.nan)
    )
    limit_s = float(min(after["limit_s"].min(), retention["limit_s"].min()))
    inside = {due: (days >= due.first) & (days <= due.last) for due in DUE_DATES}
    placed = retention[np.logical_or.reduce(list(inside.values()))]
    came_back = after[after["person_id"].isin(placed["person_id"].unique())]
    later = [
        _make_point(due.name, due.days, retention[is_due], after, limit_s=limit_s)
        for due, is_due in inside.items()
        if is_due.any()
    ]
    missed = len(retention) - len(placed)
    warning = ""
    if missed:
        drills = "1 retention drill is" if missed == 1 else f"{missed} retention drills are"
        warning = (
            f"{drills} in no due date's window, or the table does not say how long after the training; they are in no "
            "picture of how a change lasts."
        )
    return ((_make_point("after", 0, came_back, None, limit_s=limit_s), *later), warning) if later else ((), warning)


def _make_point(
    name: str, days: int, rows: pd.DataFrame, after: pd.DataFrame | None, *, limit_s: float
) -> RetentionPoint:
    people = sorted(rows["person_id"].unique())
    mine = make_durations(rows, people)
    accuracy = rows.groupby("person_id")["idf1"].mean()
    time_change = accuracy_change = None
    if after is not None:
        first = after[after["person_id"].isin(people)]
        time_change = compute_restricted_mean_change(make_durations(first, people), mine, limit_s=limit_s)
        accuracy_change = _change_accuracy(first.groupby("person_id")["idf1"].mean(), accuracy)
    return RetentionPoint(
        name=name,
        days=days,
        time=compute_restricted_mean(mine, limit_s=limit_s),
        accuracy=_mean_accuracy(accuracy.to_numpy(dtype=np.float64)),
        time_change=time_change,
        accuracy_change=accuracy_change,
    )


def make_durations(rows: pd.DataFrame, people: list[str]) -> Durations:
    """Return attempts as durations, people numbered by their place in `people`, each of whom has one or more."""
    return Durations(
        duration_s=rows["duration_s"].to_numpy(dtype=np.float64),
        finished=rows["finished"].to_numpy(dtype=np.bool_),
        person=pd.Index(people, dtype="str").get_indexer(pd.Index(rows["person_id"])).astype(np.int64),
        people=len(people),
    )


def _change_accuracy(before: "pd.Series[float]", after: "pd.Series[float]") -> Result | None:
    both = pd.concat([before.rename("before"), after.rename("after")], axis=1).dropna().sort_index()
    if both.empty:
        return None
    return compute_paired_difference(both["before"].to_numpy(), both["after"].to_numpy())


def _mean_accuracy(values: FloatArray) -> Result | None:
    known = values[~np.isnan(values)]
    return compute_mean(known, method=ACCURACY, bounds=(0.0, 1.0)) if len(known) else None
