"""Two groups of which one was trained: who is in which, and whether a draw decided it."""

import pandas as pd

from sim.errors import ComparisonError

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
