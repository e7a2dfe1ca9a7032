"""A part of the people that was picked by hand: who is kept, and of how many."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.errors import ComparisonError

BoolArray = npt.NDArray[np.bool_]

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

    Args:
        checked: the table as `check_attempts` returns it.
        wanted: what was asked for.

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
    of = max(everyone, wanted.of_people or 0, _count_stated(checked))
    if kept < of and (wanted.people or not wanted.schools):
        return is_wanted, Part(what="people", kept=kept, of=of)
    schools, picked = (int(rows["school"].nunique()) for rows in (checked, checked[is_wanted]))
    return is_wanted, Part(what="schools", kept=picked, of=schools) if picked < schools else None


def say_part(part: Part) -> str:
    """Return "6 of 12 people, picked by hand"."""
    return f"{part.kept} of {part.of} {part.what}, picked by hand"


def _count_stated(checked: pd.DataFrame) -> int:
    """Return how many people the table says there are in all, over its schools; 0 where it does not say."""
    stated = checked.groupby("school")["people_in_all"].max()
    return 0 if stated.empty or stated.isna().any() else int(stated.sum())


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

    Args:
        table: everybody's attempts, with `school` and `group`.
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
