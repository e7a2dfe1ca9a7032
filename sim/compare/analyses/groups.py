"""Two groups of which one waited: the difference of their changes, which practice alone cannot explain."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.compare.analyses.over_time import make_durations
from sim.compare.content.comparison import DistrictReport, GroupReport, Pair, SchoolReport, TaskTypeReport
from sim.compare.content.wording import say_district, say_groups
from sim.compare.data.table import Phase, get_names
from sim.compare.statistics.paired import compute_paired_difference
from sim.compare.statistics.result import FEWEST_FOR_TEST, Result, make_nothing, make_t_result
from sim.compare.statistics.survival import (
    Durations,
    compute_restricted_mean_change,
    compute_restricted_mean_ratio,
    move_mean_change,
)

FloatArray = npt.NDArray[np.float64]
WAITING = ("waiting", "waiting by lot")
BY_LOT = " by lot"
FEWEST_EACH = 4
"""With three in each group, no test of which group gained more could reach 5%: 2 / 20 is the smallest p."""
GROUPS_TIME = (
    "difference of the changes of restricted means, trained less waiting; Welch t interval on each person's influence"
)
GROUPS_RATIO = (
    "ratio of the ratios of typical times, trained / waiting, finishers only; Welch t interval and test on log ratios"
)
GROUPS_ACCURACY = "difference of mean changes in IDF1, trained less waiting; Welch t interval and test"
FEW_IN_GROUP = f"With fewer than {FEWEST_EACH} people in a group no test could reach 5%; no p value is given."


def find_groups(rows: pd.DataFrame) -> tuple[str, str] | None:
    """Return the names of the trained and the waiting group, or None unless the table has exactly such two.

    The names are those of `sim.columns.GROUPS`. Everybody must be in one group throughout.
    """
    if "group" not in rows.columns or rows.empty:
        return None
    names = sorted(rows["group"].unique())
    if len(names) != 2 or "" in names or rows[["person_id", "group"]].drop_duplicates()["person_id"].duplicated().any():
        return None
    waiting = [name for name in names if name in WAITING]
    if len(waiting) != 1:
        return None
    return next(name for name in names if name != waiting[0]), waiting[0]


def compute_groups(rows: pd.DataFrame, pairs: tuple[Pair, ...], *, trained: str, waiting: str) -> GroupReport:
    """Return how much more the trained group changed than the one that waited.

    Both groups did the same drills at the same times, so practice is in both changes and cancels out. Whether the
    groups were alike to begin with is another matter: only drawing lots makes them so. Times by the change of the
    restricted mean, in which everyone counts; Welch's t with Satterthwaite's degrees of freedom (Welch 1947,
    doi:10.1093/biomet/34.1-2.28).

    Args:
        rows: comparable attempts of both groups.
        pairs: of both groups, made from these rows.
        trained: the name of the group that was trained.
        waiting: the name of the other.
    """
    limit_s = float(rows["limit_s"].min())
    changes, means = {}, {}
    for name in (trained, waiting):
        mine = rows[rows["group"] == name]
        people = sorted(mine["person_id"].unique())
        is_after = mine["phase"] == Phase.AFTER.value
        before, after = make_durations(mine[~is_after], people), make_durations(mine[is_after], people)
        means[name] = compute_restricted_mean_change(before, after, limit_s=limit_s)
        change, moved = move_mean_change(before, after, limit_s=limit_s)
        # as if each person had a change of their own: with this mean and this spread
        changes[name] = change + moved * len(people)
    group = dict(zip(rows["person_id"], rows["group"], strict=True))
    logs: dict[str, list[float]] = {trained: [], waiting: []}
    matches: dict[str, list[tuple[float, float]]] = {trained: [], waiting: []}
    for pair in pairs:
        name = group[pair.person_id]
        if pair.before.time_s is not None and pair.after.time_s is not None:
            logs[name].append(float(np.log(pair.after.time_s / pair.before.time_s)))
        if "idf1" in pair.before.accuracy and "idf1" in pair.after.accuracy:
            matches[name].append((pair.before.accuracy["idf1"], pair.after.accuracy["idf1"]))
    time = compare_means(changes[trained], changes[waiting], method=GROUPS_TIME, settings={"limit_s": limit_s})
    accuracy = None
    sides = {name: np.array(values).reshape(-1, 2).T for name, values in matches.items()}
    each = {name: compute_paired_difference(*sides[name], has_p=False) for name in sides if matches[name]}
    if len(each) == len(sides):
        accuracy = compare_means(*(after - before for before, after in sides.values()), method=GROUPS_ACCURACY)
    return GroupReport(
        trained=trained,
        waiting=waiting,
        by_lot=trained.endswith(BY_LOT) and waiting.endswith(BY_LOT),
        trained_people=means[trained].n,
        waiting_people=means[waiting].n,
        trained_time=means[trained],
        waiting_time=means[waiting],
        time=time,
        ratio=compare_means(np.array(logs[trained]), np.array(logs[waiting]), method=GROUPS_RATIO, is_log=True),
        accuracy=accuracy,
        sentence=say_groups(means[trained], means[waiting], time),
        trained_accuracy=each.get(trained),
        waiting_accuracy=each.get(waiting),
    )


def compare_means(
    first: FloatArray,
    second: FloatArray,
    *,
    method: str,
    is_log: bool = False,
    settings: dict[str, float | int | str] | None = None,
) -> Result:
    """Return mean of first less mean of second, (n,) and (m,), with Welch's t interval and test.

    Worked: 1, 2, 3 less 4, 6, 8: -4, error sqrt(1 / 3 + 4 / 3) = 1.2910, 2.9412 degrees of freedom.
    """
    n, m = len(first), len(second)
    told = {**(settings or {}), "first": n, "second": m}
    if not n or not m:
        return make_nothing(method=method, n=n + m, settings=told, warning="One of the groups has nobody to compare.")
    parts = [float(side.var(ddof=1)) / len(side) if len(side) > 1 else np.nan for side in (first, second)]
    error = float(np.sqrt(sum(parts)))
    degrees = 0.0
    if error > 0.0:
        degrees = sum(parts) ** 2 / (parts[0] ** 2 / (n - 1) + parts[1] ** 2 / (m - 1))
    can_test = min(n, m) >= FEWEST_EACH and n + m >= FEWEST_FOR_TEST
    return make_t_result(
        estimate=float(first.mean() - second.mean()),
        error=error,
        degrees=degrees,
        n=n + m,
        method=method,
        is_log=is_log,
        has_p=can_test,
        settings={**told, "degrees": degrees},
        warnings=() if can_test else (FEW_IN_GROUP,),
    )


FEWEST_TYPES = 2
NOBODY_OF_TYPE = "Nobody has drills of this type in both phases."
RATIO_OF_MEANS = "ratio of restricted means, after / before"


def compute_task_types(rows: pd.DataFrame) -> tuple[TaskTypeReport, ...]:
    """Return one report for every task type, by name; empty where a drill's type is not known or all are of one type.

    Each type is compared within the people who have it in both phases, so types differ in people. No p and no word:
    with several types, one interval in twenty misses by chance.

    Args:
        rows: comparable attempts before and after.
    """
    types = get_names(rows, "task_type")
    if types is None or len(set(types)) < FEWEST_TYPES:
        return ()
    return tuple(_report_type(str(name), rows[types == name]) for name in sorted(set(types)))


def _report_type(name: str, rows: pd.DataFrame) -> TaskTypeReport:
    both = rows.groupby("person_id")["phase"].transform("nunique") == 2
    mine = rows[both]
    people = sorted(mine["person_id"].unique())
    if not people:
        return TaskTypeReport(
            task_type=name,
            people=0,
            attempts=0,
            time=make_nothing(method=RATIO_OF_MEANS, n=0, warning=NOBODY_OF_TYPE),
            accuracy=None,
        )
    is_after = mine["phase"] == Phase.AFTER.value
    time = compute_restricted_mean_ratio(
        make_durations(mine[~is_after], people),
        make_durations(mine[is_after], people),
        limit_s=float(mine["limit_s"].min()),
    )
    return TaskTypeReport(
        task_type=name, people=len(people), attempts=len(mine), time=time, accuracy=_compare_accuracy(mine, is_after)
    )


def _compare_accuracy(rows: pd.DataFrame, is_after: "pd.Series[bool]") -> Result | None:
    before = rows[~is_after].groupby("person_id")["idf1"].mean()
    after = rows[is_after].groupby("person_id")["idf1"].mean()
    both = pd.concat([before.rename("before"), after.rename("after")], axis=1).dropna().sort_index()
    if both.empty:
        return None
    result = compute_paired_difference(both["before"].to_numpy(), both["after"].to_numpy())
    return Result(
        estimate=result.estimate,
        interval=result.interval,
        p=None,
        method=result.method,
        n=result.n,
        settings=result.settings,
        warnings=result.warnings,
    )


FEWEST_SCHOOLS = 6
OVER_SCHOOLS = "{what}; t interval and test with schools as clusters, on schools - 1 degrees of freedom"
SCHOOLS_RATIO = "geometric mean of after / before over people who finished both"
SCHOOLS_CHANGE = "difference of restricted means, after - before"
SCHOOLS_ACCURACY = "mean paired difference in IDF1"
FEW_SCHOOLS = f"With fewer than {FEWEST_SCHOOLS} schools nothing can be tested over schools; no p value is given."

IntArray = npt.NDArray[np.int64]


def compute_district(
    rows: pd.DataFrame, pairs: tuple[Pair, ...], before: Durations, after: Durations
) -> DistrictReport | None:
    """Return the changes with intervals over schools; None unless there are two or more, and everybody's is known.

    Each person's part in a number is added up within their school; the error is that of the sum of the schools' parts,
    times schools / (schools - 1) in the variance (Cameron and Miller 2015, doi:10.3368/jhr.50.2.317). With few schools,
    or schools of very different size, even that is rather too narrow; below `FEWEST_SCHOOLS` it decides nothing.

    Args:
        rows: comparable attempts before and after, with a column `school`, one school a person.
        pairs: made from these rows, by person.
        before: the same attempts, people numbered as in `pairs`.
        after: the same.
    """
    if "school" not in rows.columns or not pairs:
        return None
    schools = dict(zip(rows["person_id"].tolist(), rows["school"].tolist(), strict=True))
    names = sorted(set(schools.values()))
    if len(names) < 2 or "" in names:
        return None
    number = {name: index for index, name in enumerate(names)}
    school = np.array([number[schools[pair.person_id]] for pair in pairs], dtype=np.int64)
    limit_s = float(rows["limit_s"].min())
    change, moved = move_mean_change(before, after, limit_s=limit_s)
    logs = np.array(
        [
            np.log(pair.after.time_s / pair.before.time_s)
            if pair.before.time_s is not None and pair.after.time_s is not None
            else np.nan
            for pair in pairs
        ]
    )
    gains = np.array(
        [pair.after.accuracy.get("idf1", np.nan) - pair.before.accuracy.get("idf1", np.nan) for pair in pairs]
    )
    time_change = _cluster(change, moved, school, what=SCHOOLS_CHANGE, settings={"limit_s": limit_s})
    return DistrictReport(
        schools=len(names),
        decides=len(names) >= FEWEST_SCHOOLS,
        ratio=_cluster_mean(logs, school, what=SCHOOLS_RATIO, is_log=True),
        time_change=time_change,
        accuracy=None if np.isnan(gains).all() else _cluster_mean(gains, school, what=SCHOOLS_ACCURACY),
        by_school=tuple(
            _report_school(names[index], len(mine), *sides, gains[mine], limit_s=limit_s)
            for index, (mine, sides) in enumerate(_split(school, before, after))
        ),
        sentence=say_district(len(names), decides=len(names) >= FEWEST_SCHOOLS),
    )


def _cluster_mean(values: FloatArray, school: IntArray, *, what: str, is_log: bool = False) -> Result:
    known = ~np.isnan(values)
    if not known.any():
        return make_nothing(method=OVER_SCHOOLS.format(what=what), n=0, warning="Nobody has this in both phases.")
    mine = values[known]
    return _cluster(float(mine.mean()), (mine - mine.mean()) / len(mine), school[known], what=what, is_log=is_log)


def _cluster(
    estimate: float,
    moved: FloatArray,
    school: IntArray,
    *,
    what: str,
    is_log: bool = False,
    settings: dict[str, float | int | str] | None = None,
) -> Result:
    found, place = np.unique(school, return_inverse=True)
    schools = len(found)
    parts = np.bincount(place, weights=moved, minlength=schools)
    variance = float(np.square(parts).sum()) * schools / (schools - 1) if schools > 1 else 0.0
    return make_t_result(
        estimate=estimate,
        error=float(np.sqrt(variance)),
        degrees=schools - 1,
        n=schools,
        method=OVER_SCHOOLS.format(what=what),
        is_log=is_log,
        has_p=schools >= FEWEST_SCHOOLS,
        settings={**(settings or {}), "schools": schools, "people": len(moved)},
        warnings=() if schools >= FEWEST_SCHOOLS else (FEW_SCHOOLS,),
    )


def _split(
    school: IntArray, before: Durations, after: Durations
) -> Iterator[tuple[IntArray, tuple[Durations, Durations]]]:
    """Yield each school's people, and their attempts before and after with people numbered in that order."""
    people = np.argsort(school, kind="stable")
    firsts = np.searchsorted(school[people], np.arange(school.max() + 2))
    number = np.empty(len(school), dtype=np.int64)
    number[people] = np.arange(len(school)) - firsts[school[people]]
    sides = [(sample, np.argsort(school[sample.person], kind="stable")) for sample in (before, after)]
    edges = [np.searchsorted(school[sample.person][order], np.arange(school.max() + 2)) for sample, order in sides]
    for index in range(int(school.max()) + 1):
        mine = people[firsts[index] : firsts[index + 1]]
        first, second = (
            _pick(sample, order[edge[index] : edge[index + 1]], number, people=len(mine))
            for (sample, order), edge in zip(sides, edges, strict=True)
        )
        yield mine, (first, second)


def _pick(sample: Durations, places: IntArray, number: IntArray, *, people: int) -> Durations:
    return Durations(
        duration_s=sample.duration_s[places],
        finished=sample.finished[places],
        person=number[sample.person[places]],
        people=people,
    )


def _report_school(
    name: str, people: int, before: Durations, after: Durations, gains: FloatArray, *, limit_s: float
) -> SchoolReport:
    known = gains[~np.isnan(gains)]
    accuracy = None
    if len(known):
        difference = compute_paired_difference(np.zeros(len(known)), known, has_p=False)
        accuracy = replace(difference, warnings=())
    return SchoolReport(
        school=name,
        people=people,
        time_change=compute_restricted_mean_change(before, after, limit_s=limit_s),
        accuracy=accuracy,
    )
