"""What stands beside the number that decides: by drill, by kind of task, by school, months later, and of one person."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.compare.counting import is_quick
from sim.compare.estimates import compute_change, fit_practice
from sim.compare.facts import Facts, make_facts
from sim.compare.result import FEWEST_DESCRIBED, BoolArray, FloatArray, Result, compute_mean, make_t_result
from sim.compare.table import QUICK_S, Phase
from sim.compare.verdict import MATCH, TIME
from sim.text.words import write_count

TYPICAL = "geometric mean over people of the time to a right answer; t interval on logs"
MEAN_MATCH = "mean IDF1 over people; t interval"
CAME_BACK = "Those who came back"


# Due dates, and the first and the last day after the training that count for each; the windows do not overlap.
DUE_DATES = {"1 week": (3, 30), "3 months": (60, 136), "6 months": (137, 273), "12 months": (274, 456)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The change of some of the drills: of one kind of task, or of one school. No word; in the order of names."""

    name: str
    people: int
    drills: int
    time: Result | None  # ratio of times to a right answer; None below `FEWEST_DESCRIBED` people
    match: Result | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Means along the way: a drill number, or a due date; of everybody who has drills there."""

    label: str
    series: str  # "Before", "After", or what the line is of
    time: Result  # seconds
    match: Result
    # time_from_after, time_from_before, match_from_before: change of the same people; None where it
    # is not asked
    time_from_after: Result | None = None
    time_from_before: Result | None = None
    match_from_before: Result | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChange:
    """How one person changed, less the practice that is to be expected; only with 4 or more drills a side."""

    person_id: str
    time: Result  # ratio of times; below 1 is faster
    match: Result | None  # None where it is not defined in every drill


def compare_parts(rows: pd.DataFrame, column: str) -> tuple[Part, ...]:
    """Return the change by the values of a column; empty where one is not known or all are one.

    Args:
        rows: attempts compared, of the trained alone where a group waited.
        column: "task_type" or "school".
    """
    if rows.empty or (rows[column] == "").any() or rows[column].nunique() < 2:
        return ()
    # one row of the facts is a person in one part, so that they are counted once for all parts
    split = rows.assign(person_id=rows[column] + "\n" + rows["person_id"])
    facts = make_facts(split[split.groupby("person_id")["phase"].transform("nunique") == 2])
    part_of = np.array([name.split("\n", 1)[0] for name in facts.people])
    parts = []
    for name in sorted(rows[column].unique()):
        mine = part_of == name
        people, drills = int(mine.sum()), int(facts.drills[mine].sum())
        time, match = (
            _compare_sides(facts.log_time[mine], facts.match[mine]) if people >= FEWEST_DESCRIBED else (None, None)
        )
        parts.append(Part(name=str(name), people=people, drills=drills, time=time, match=match))
    return tuple(parts)


def _compare_sides(log_time: FloatArray, match: FloatArray) -> tuple[Result, Result]:
    return compute_change(*log_time.T, what=TIME, is_log=True), compute_change(*match.T, what=MATCH)


def _make_point(rows: pd.DataFrame, *, label: str, series: str, **changes: Result) -> Point:
    log_time = np.log(rows["duration_s"]).groupby(rows["person_id"]).mean().dropna().to_numpy()
    match = rows["idf1"].groupby(rows["person_id"]).mean().dropna().to_numpy()
    return Point(
        label=label,
        series=series,
        time=compute_mean(log_time, method=TYPICAL, is_log=True),
        match=compute_mean(match, method=MEAN_MATCH, bounds=(0.0, 1.0)),
        **changes,
    )


def list_drill_by_drill(rows: pd.DataFrame) -> tuple[Point, ...]:
    """Return a point for every drill number and side with `FEWEST_DESCRIBED` people; empty without numbers."""
    if rows.empty or rows["drill_number"].isna().any():
        return ()
    points = []
    for (number, phase), mine in rows.groupby([rows["drill_number"].astype(int), "phase"], sort=True):
        if mine["person_id"].nunique() >= FEWEST_DESCRIBED:
            points.append(_make_point(mine, label=str(number), series=str(phase).capitalize()))
    return tuple(sorted(points, key=lambda point: (int(point.label), point.series != "Before")))


def _pick_retention(checked: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the retention attempts that may stand beside the compared ones: their people's, under their conditions."""
    retention = checked["phase"] == Phase.RETENTION.value
    if rows.empty or not retention.any():
        return checked[:0]
    fits = retention & checked["person_id"].isin(rows["person_id"].unique()) & checked["duration_s"].notna()
    fits &= ~checked.duplicated(subset=["person_id", "form_id"], keep=False)
    for name in ("profile", "options", "limit_s"):
        fits &= checked[name] == rows[name].iloc[0]
    fits &= checked["device"].isin(rows["device"].unique())
    if not (rows["origin"] == "public").all():
        fits &= checked["origin"] != "public"
    return checked[
        fits & (checked["extra_time"] != "yes") & ~np.array(is_quick(checked)) & (checked["seen_before"] != "yes")
    ]


def _say_unfit(checked: pd.DataFrame) -> str:
    is_unfit = np.array(is_quick(checked)) | (checked["seen_before"] == "yes")
    unfit = int(((checked["phase"] == Phase.RETENTION.value) & is_unfit).sum())
    if not unfit:
        return ""
    return (
        f"{write_count(unfit, 'retention drill was', 'retention drills were')} submitted within {QUICK_S:.0f} seconds, "
        "or on a recording seen in practice; they are in no picture of how a change lasts."
    )


def list_retention(checked: pd.DataFrame, rows: pd.DataFrame) -> tuple[tuple[Point, ...], tuple[str, ...]]:
    """Return a point right after the training and for every due date with drills, and what is in none, in sentences.

    The first point is of those alone who have a later one: people who never came back would look like a change. Each
    later one is compared with the same people after the training, and before it.
    """
    retention, unfit = _pick_retention(checked, rows), _say_unfit(checked)
    if rows.empty or retention.empty:
        return (), (unfit,)
    days = retention["days_since_training"]
    windows = {name: (days >= first) & (days <= last) for name, (first, last) in DUE_DATES.items()}
    placed = np.logical_or.reduce(list(windows.values()))
    before, after = (rows[rows["phase"] == phase.value] for phase in (Phase.BEFORE, Phase.AFTER))
    points = []
    for name, is_due in windows.items():
        mine = retention[is_due].assign(phase=Phase.AFTER.value)
        people = mine["person_id"].unique()
        if len(people) < FEWEST_DESCRIBED:
            continue
        changes = []
        for side in (after, before):
            first = side[side["person_id"].isin(people)].assign(phase=Phase.BEFORE.value)
            facts = make_facts(pd.concat([first, mine]))
            changes.append(_compare_sides(facts.log_time, facts.match))
        points.append(
            _make_point(
                mine,
                label=name,
                series=CAME_BACK,
                time_from_after=changes[0][0],
                time_from_before=changes[1][0],
                match_from_before=changes[1][1],
            )
        )
    missed = int((~placed).sum())
    warning = ""
    if missed:
        warning = (
            f"{write_count(missed, 'retention drill is', 'retention drills are')} in no due date's window, or the "
            "table does not say how long after the training; they are in no picture of how a change lasts."
        )
    if not points:
        return (), (warning, unfit)
    back = after[after["person_id"].isin(retention[placed]["person_id"].unique())]
    return (_make_point(back, label="Right after", series=CAME_BACK), *points), (warning, unfit)


FEWEST_DRILLS = 4
RELIABLE = (
    "reliable change (Jacobson and Truax 1991): {what}, after less before, less practice; error from how drills of one "
    "person vary, over all people; t interval"
)
NOBODY = f"Nobody has {FEWEST_DRILLS} drills or more in each phase. With fewer, a person's drills vary too much to say."
NO_ORDER = "The table does not number everybody's drills, so what practice explains cannot be taken off."
READ = (
    "A change is told of only where it is larger than drills of one person vary by, less what practice explains. Of 20 "
    "people of whom nobody changed, about 1 looks changed on each measure. Not for decisions on a person."
)


def list_person_changes(facts: Facts) -> tuple[tuple[PersonChange, ...], str]:
    """Return the reliable change of each person with enough drills, in the order of ids, and how to read it.

    Jacobson and Truax (1991, doi:10.1037/0022-006X.59.1.12) divide a change by the error of a difference. Here the
    error s of one drill is observed: its spread about one slope of practice, within persons and sides, over everybody
    with `FEWEST_DRILLS` on each side. With b drills before and a after, whose mean log numbers lie dx apart, the error
    of a person's change is s sqrt(1 / b + 1 / a + dx**2 / Sxx), Sxx the sum of squares that the slope rests on.
    """
    enough: BoolArray = np.all(facts.drills >= FEWEST_DRILLS, axis=1)
    if not enough.any():
        return (), NOBODY
    if not facts.is_ordered:
        return (), NO_ORDER
    times = _find_reliable(facts, enough, facts.log_each, what="log time to a right answer", is_log=True)
    matches = _find_reliable(facts, enough, facts.match_each, what="IDF1", is_log=False)
    changes = tuple(
        PersonChange(person_id=name, time=time, match=match)
        for name, time, match in zip(facts.people, times, matches, strict=True)
        if time is not None
    )
    return changes, READ if changes else NOBODY


def _find_reliable(
    facts: Facts, enough: BoolArray, values: FloatArray, *, what: str, is_log: bool
) -> list[Result | None]:
    people = len(facts.people)
    is_judged = enough & (np.bincount(facts.person, weights=np.isnan(values), minlength=people) == 0)
    mine = is_judged[facts.person]
    fit = fit_practice(facts.person[mine], facts.is_after[mine], facts.order[mine], values[mine], people=people)
    degrees = int(mine.sum()) - 2 * int(is_judged.sum()) - 1
    if fit is None or degrees < 1:
        return [None] * people
    spread = float((fit.rest**2).sum()) / degrees
    found: list[Result | None] = [None] * people
    for each in np.flatnonzero(is_judged):
        apart = float(fit.x[each, 1] - fit.x[each, 0])
        found[each] = make_t_result(
            estimate=float(fit.y[each, 1] - fit.y[each, 0]) - fit.slope * apart,
            error=math.sqrt(spread * (float((1.0 / facts.drills[each]).sum()) + apart**2 / fit.square)),
            degrees=degrees,
            n=1,
            method=RELIABLE.format(what=what),
            is_log=is_log,
        )
    return found
