"""The forest over task types: every type that the table holds, or none; nothing is picked afterwards."""

import pandas as pd

from sim.compare.analyses.over_time import make_durations
from sim.compare.content.comparison import TaskTypeReport
from sim.compare.data.columns_of import get_names
from sim.compare.data.table import Phase
from sim.compare.statistics.accuracy import compute_paired_difference
from sim.compare.statistics.restricted_mean import compute_restricted_mean_ratio
from sim.compare.statistics.result import Result
from sim.compare.statistics.t_result import make_nothing

FEWEST_TYPES = 2
NOBODY = "Nobody has drills of this type in both phases."
METHOD = "ratio of restricted means, after / before"


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
    return tuple(_report(str(name), rows[types == name]) for name in sorted(set(types)))


def _report(name: str, rows: pd.DataFrame) -> TaskTypeReport:
    both = rows.groupby("person_id")["phase"].transform("nunique") == 2
    mine = rows[both]
    people = sorted(mine["person_id"].unique())
    if not people:
        return TaskTypeReport(
            task_type=name,
            people=0,
            attempts=0,
            time=make_nothing(method=METHOD, n=0, warning=NOBODY),
            accuracy=None,
        )
    is_after = mine["phase"] == Phase.AFTER.value
    time = compute_restricted_mean_ratio(
        make_durations(mine[~is_after], people),
        make_durations(mine[is_after], people),
        limit_s=float(mine["limit_s"].min()),
    )
    return TaskTypeReport(
        task_type=name, people=len(people), attempts=len(mine), time=time, accuracy=_difference(mine, is_after)
    )


def _difference(rows: pd.DataFrame, is_after: "pd.Series[bool]") -> Result | None:
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
