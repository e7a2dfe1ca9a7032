"""Who is compared, and what that rests on, counted once: one value a person and side, and each drill in order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.compare.result import BoolArray, FloatArray, IntArray
from sim.compare.table import Phase
from sim.errors import ComparisonError

MOST_NAMED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which part of a whole is compared."""

    what: str  # "people" or "schools"
    kept: int  # how many of them are in the comparison or were asked for
    of: int  # how many there are in all


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for."""

    schools: Sequence[str] = ()  # only these, whatever the case of their letters; all when empty
    people: Sequence[str] = ()  # only these, by `person_id`; all when empty
    # how many people there are in all, where the table holds only some; None when it holds everybody, or says so itself
    # in the column `people_in_all`
    of_people: int | None = None


EVERYBODY = Wanted()


def find_wanted(checked: pd.DataFrame, wanted: Wanted) -> tuple[BoolArray, Part | None]:
    """Return for each attempt whether it is of somebody asked for, and the part that this is; None for everybody.

    Raises:
        ComparisonError: no attempt is of one of these schools or people, or there are fewer people than the table has.
    """
    is_wanted: BoolArray = np.ones(len(checked), dtype=np.bool_)
    for column, names, what in (("school", wanted.schools, "school"), ("person_id", wanted.people, "person")):
        if names:
            is_wanted &= _match(checked[column], names, what=what)
    everyone, kept = (int(rows["person_id"].nunique()) for rows in (checked, checked[is_wanted]))
    if wanted.of_people is not None and wanted.of_people < everyone:
        raise ComparisonError(
            f"the table has {everyone} people, more than the {wanted.of_people} there are said to be",
            expected=f"{everyone} or more",
            todo="count everybody who did a drill",
        )
    # over its schools, where the table says it of each
    stated = checked.groupby("school")["people_in_all"].max()
    of = max(everyone, wanted.of_people or 0, 0 if stated.empty or stated.isna().any() else int(stated.sum()))
    if kept < of and (wanted.people or not wanted.schools):
        return is_wanted, Part(what="people", kept=kept, of=of)
    schools, picked = (int(rows["school"].nunique()) for rows in (checked, checked[is_wanted]))
    return is_wanted, Part(what="schools", kept=picked, of=schools) if picked < schools else None


def _match(found: "pd.Series[str]", wanted: Sequence[str], *, what: str) -> BoolArray:
    folded = found.str.casefold()
    known = sorted(set(found) - {""})
    if not known and what == "school":
        raise ComparisonError(
            "the attempts table does not say which school an attempt is of",
            expected="the column school",
            todo="leave out --school, or fill that column",
        )
    for name in wanted:
        if not (folded == name.strip().casefold()).any():
            more = f" and {len(known) - MOST_NAMED} more" if len(known) > MOST_NAMED else ""
            raise ComparisonError(
                f"the attempts table has no {what} {name[:40]!r}",
                expected=f"{', '.join(known[:MOST_NAMED])}{more}",
                todo="write the name as it stands in the table",
            )
    return folded.isin([name.strip().casefold() for name in wanted]).to_numpy(dtype=np.bool_)


TRAINED = "trained"
WAITING = "waiting"
BY_LOT = " by lot"


def name_side(group: str) -> str:
    """Return TRAINED, WAITING, or "" for a person of no group."""
    return group.removesuffix(BY_LOT)


def has_two_groups(table: pd.DataFrame) -> bool:
    """Return whether somebody was trained and somebody waited.

    Raises:
        ComparisonError: everybody of a group waited, so that there is no training to compare around; or lots decided
            for some and not for others.
    """
    groups = {group for group in table["group"].unique() if group}
    sides = {name_side(group) for group in groups}
    if sides == {WAITING}:
        raise ComparisonError(
            "the column group says waiting for everybody who is in a group",
            expected="a trained group, with or without a waiting one",
            todo="add the trained people, or empty that column to compare one group",
        )
    if len(groups) > len(sides) or (sides == {TRAINED, WAITING} and 0 < sum(map(_is_drawn, groups)) < len(groups)):
        raise ComparisonError(
            "the column group says by lot for some people and not for others",
            expected="by lot for everybody in a group, or for nobody",
            todo="write by lot only when a draw decided for everybody",
        )
    return WAITING in sides


def is_drawn(table: pd.DataFrame) -> bool:
    """Return whether lots decided the group of everybody who is in one."""
    groups = [group for group in table["group"].unique() if group]
    return bool(groups) and all(map(_is_drawn, groups))


def is_one_scheme(table: pd.DataFrame) -> bool:
    """Return whether the groups of several schools can be compared as one trained and one waiting group.

    They can where lots decided for everybody or for nobody, and either every school has both groups or nobody is of
    none: else a whole school that forms no groups would be left out, or what one school set would refuse all of them.
    """
    marked = table[table["group"] != ""]
    groups = set(marked["group"])
    if {name_side(group) for group in groups} != {TRAINED, WAITING} or len(set(map(_is_drawn, groups))) > 1:
        return False
    if len(marked) == len(table):
        return True
    sides = marked.groupby("school")["group"].nunique().reindex(table["school"].unique(), fill_value=0)
    return bool((sides == 2).all())


def _is_drawn(group: str) -> bool:
    return group.endswith(BY_LOT)


# Drills before the training from which on their trend is beaten or not; with fewer it is not known.
FEWEST_BASELINES = 3


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
    def groups(self) -> tuple[tuple[str, BoolArray], ...]:
        """The names of the groups, "" for everybody where nobody waited, and who is of each, (n,)."""
        if self.has_waiting:
            return ((TRAINED, self.is_trained), (WAITING, ~self.is_trained))
        return (("", self.is_trained),)

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
    duration_s = rows["duration_s"].to_numpy(dtype=np.float64)
    first = rows.drop_duplicates("person_id").set_index("person_id").reindex(ids)
    school, schools = pd.factorize(first["school"], sort=True)
    is_one = len(schools) < 2 or "" in set(schools)
    return count_facts(
        codes.astype(np.int64),
        (rows["phase"] == Phase.AFTER.value).to_numpy(dtype=np.bool_),
        np.log(rows["drill_number"].to_numpy(dtype=np.float64)),
        log_time=np.log(duration_s),
        is_passed=np.where(np.isnan(duration_s), np.nan, (rows["passed"] == "yes").to_numpy(dtype=np.float64)),
        match=rows["idf1"].to_numpy(dtype=np.float64),
        is_trained=np.array([name_side(group) != WAITING for group in first["group"]], dtype=np.bool_),
        by_lot=is_drawn(rows),
        people=tuple(ids.tolist()),
        school=None if is_one else school.astype(np.int64),
        schools=() if is_one else tuple(schools.tolist()),
    )


def count_facts(
    person: IntArray,
    is_after: BoolArray,
    order: FloatArray,
    *,
    log_time: FloatArray,
    is_passed: FloatArray,
    match: FloatArray,
    is_trained: BoolArray,
    by_lot: bool,
    people: tuple[str, ...] = (),
    school: IntArray | None = None,
    schools: tuple[str, ...] = (),
) -> Facts:
    """Return the facts of drills given as arrays, (m,) each; `is_trained` and `school` one a person, (n,).

    Without names people go by their numbers.
    """
    count = len(is_trained)
    sides = [average_sides(person, is_after, values, people=count) for values in (log_time, match, is_passed)]
    return Facts(
        people=people or tuple(map(str, range(count))),
        log_time=sides[0],
        match=sides[1],
        passed=sides[2],
        drills=np.bincount(2 * person + is_after, minlength=2 * count).reshape(-1, 2).astype(np.int64),
        is_trained=is_trained,
        by_lot=by_lot,
        school=school,
        schools=schools,
        person=person,
        is_after=is_after,
        order=order,
        log_each=log_time,
        match_each=match,
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
