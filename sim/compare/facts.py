"""What a comparison rests on, counted once from its drills: one value a person and side, and each drill in order."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.compare.people import WAITING, is_drawn, name_side
from sim.compare.result import BoolArray, FloatArray, IntArray
from sim.compare.table import Phase

FEWEST_BASELINES = 3
"""Drills before the training from which on their trend is beaten or not; with fewer it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """People compared, in the order of their ids; sides are before and after, in this order."""

    people: tuple[str, ...]
    # (n, 2) each: mean log of the time to a right answer, s; mean match (IDF1), NaN undefined; share of drills passed
    log_time: FloatArray
    match: FloatArray
    passed: FloatArray
    drills: IntArray  # how many, (n, 2)
    is_trained: BoolArray  # (n,); everybody where no group waited
    by_lot: bool  # lots decided who waited
    school: IntArray | None  # (n,), by place in `schools`; None for one school, or where it is not known
    schools: tuple[str, ...]
    # every drill, (m,) each: whose it is, after the training, log of its number (NaN unknown), log time, match
    person: IntArray
    is_after: BoolArray
    order: FloatArray
    log_each: FloatArray
    match_each: FloatArray

    @property
    def has_waiting(self) -> bool:
        """Whether a group waited."""
        return not bool(self.is_trained.all())

    @property
    def trained(self) -> int:
        """How many were trained, or are compared where nobody waited."""
        return int(self.is_trained.sum())

    @property
    def baselines(self) -> int:
        """Drills before the training of half of the trained or more."""
        counts = np.sort(self.drills[self.is_trained, 0])
        return int(counts[len(counts) // 2]) if len(counts) else 0

    @property
    def is_ordered(self) -> bool:
        """Whether every drill has a number, so that practice can be told."""
        return bool(len(self.order)) and not bool(np.isnan(self.order).any())


def make_facts(rows: pd.DataFrame) -> Facts:
    """Return the facts of the attempts compared, as `leave_out` leaves them: everybody has some on both sides."""
    codes, ids = pd.factorize(rows["person_id"], sort=True)
    person = codes.astype(np.int64)
    is_after = (rows["phase"] == Phase.AFTER.value).to_numpy(dtype=np.bool_)
    duration_s = rows["duration_s"].to_numpy(dtype=np.float64)
    log_each, match_each = np.log(duration_s), rows["idf1"].to_numpy(dtype=np.float64)
    passed = np.where(np.isnan(duration_s), np.nan, (rows["passed"] == "yes").to_numpy(dtype=np.float64))
    first = rows.drop_duplicates("person_id").set_index("person_id").reindex(ids)
    school, schools = pd.factorize(first["school"], sort=True)
    is_one = len(schools) < 2 or "" in set(schools)
    return Facts(
        people=tuple(ids.tolist()),
        log_time=average_sides(person, is_after, log_each, people=len(ids)),
        match=average_sides(person, is_after, match_each, people=len(ids)),
        passed=average_sides(person, is_after, passed, people=len(ids)),
        drills=np.bincount(2 * person + is_after, minlength=2 * len(ids)).reshape(-1, 2).astype(np.int64),
        is_trained=np.array([name_side(group) != WAITING for group in first["group"]], dtype=np.bool_),
        by_lot=is_drawn(rows),
        school=None if is_one else school.astype(np.int64),
        schools=() if is_one else tuple(schools.tolist()),
        person=person,
        is_after=is_after,
        order=np.log(rows["drill_number"].to_numpy(dtype=np.float64)),
        log_each=log_each,
        match_each=match_each,
    )


def average_sides(person: IntArray, is_after: BoolArray, values: FloatArray, *, people: int) -> FloatArray:
    """Return each person's mean before and after, NaN where there is none, (n, 2). NaN values are left out.

    Args:
        person: whose each value is, from 0, (m,).
        is_after: after the training, (m,).
        values: (m,).
        people: how many.
    """
    known = ~np.isnan(values)
    side = (2 * person + is_after)[known]
    count = np.bincount(side, minlength=2 * people)
    total = np.bincount(side, weights=values[known], minlength=2 * people)
    mean: FloatArray = np.full(2 * people, np.nan)
    np.divide(total, count, out=mean, where=count > 0)
    return mean.reshape(-1, 2)
