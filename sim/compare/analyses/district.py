"""Several schools: people of one school share a trainer, a building and a console, so schools are what vary."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.compare.content.comparison import DistrictReport, Pair, SchoolReport
from sim.compare.content.wording import say_district
from sim.compare.statistics.accuracy import compute_paired_difference
from sim.compare.statistics.restricted_mean import compute_restricted_mean_change, move_mean_change
from sim.compare.statistics.result import Result
from sim.compare.statistics.survival import Durations
from sim.compare.statistics.t_result import make_nothing, make_t_result

FEWEST_SCHOOLS = 6
METHOD = "{what}; t interval and test with schools as clusters, on schools - 1 degrees of freedom"
RATIO = "geometric mean of after / before over people who finished both"
CHANGE = "difference of restricted means, after - before"
ACCURACY = "mean paired difference in IDF1"
FEW_SCHOOLS = f"With fewer than {FEWEST_SCHOOLS} schools nothing can be tested over schools; no p value is given."
FloatArray = npt.NDArray[np.float64]
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
    time_change = _cluster(change, moved, school, what=CHANGE, settings={"limit_s": limit_s})
    return DistrictReport(
        schools=len(names),
        decides=len(names) >= FEWEST_SCHOOLS,
        ratio=_cluster_mean(logs, school, what=RATIO, is_log=True),
        time_change=time_change,
        accuracy=None if np.isnan(gains).all() else _cluster_mean(gains, school, what=ACCURACY),
        by_school=tuple(
            _report_school(names[index], len(mine), *sides, gains[mine], limit_s=limit_s)
            for index, (mine, sides) in enumerate(_split(school, before, after))
        ),
        sentence=say_district(len(names), decides=len(names) >= FEWEST_SCHOOLS),
    )


def _cluster_mean(values: FloatArray, school: IntArray, *, what: str, is_log: bool = False) -> Result:
    known = ~np.isnan(values)
    if not known.any():
        return make_nothing(method=METHOD.format(what=what), n=0, warning="Nobody has this in both phases.")
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
        method=METHOD.format(what=what),
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
