"""Two groups of which one waited: the difference of their changes, which practice alone cannot explain."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.compare.analyses.over_time import make_durations
from sim.compare.content.comparison import GroupReport, Pair
from sim.compare.content.wording import say_groups
from sim.compare.data.table import Phase
from sim.compare.statistics.accuracy import compute_paired_difference
from sim.compare.statistics.restricted_mean import compute_restricted_mean_change, move_mean_change
from sim.compare.statistics.result import FEWEST_FOR_TEST, Result
from sim.compare.statistics.t_result import make_nothing, make_t_result

WAITING = ("waiting", "waiting by lot")
BY_LOT = " by lot"
FEWEST_EACH = 4
"""With three in each group, no test of which group gained more could reach 5%: 2 / 20 is the smallest p."""
TIME = (
    "difference of the changes of restricted means, trained less waiting; Welch t interval on each person's influence"
)
RATIO = (
    "ratio of the ratios of typical times, trained / waiting, finishers only; Welch t interval and test on log ratios"
)
ACCURACY = "difference of mean changes in IDF1, trained less waiting; Welch t interval and test"
TOO_FEW = f"With fewer than {FEWEST_EACH} people in a group no test could reach 5%; no p value is given."
FloatArray = npt.NDArray[np.float64]


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
    time = compare_means(changes[trained], changes[waiting], method=TIME, settings={"limit_s": limit_s})
    accuracy = None
    sides = {name: np.array(values).reshape(-1, 2).T for name, values in matches.items()}
    each = {name: compute_paired_difference(*sides[name], has_p=False) for name in sides if matches[name]}
    if len(each) == len(sides):
        accuracy = compare_means(*(after - before for before, after in sides.values()), method=ACCURACY)
    return GroupReport(
        trained=trained,
        waiting=waiting,
        by_lot=trained.endswith(BY_LOT) and waiting.endswith(BY_LOT),
        trained_people=means[trained].n,
        waiting_people=means[waiting].n,
        trained_time=means[trained],
        waiting_time=means[waiting],
        time=time,
        ratio=compare_means(np.array(logs[trained]), np.array(logs[waiting]), method=RATIO, is_log=True),
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
        warnings=() if can_test else (TOO_FEW,),
    )
