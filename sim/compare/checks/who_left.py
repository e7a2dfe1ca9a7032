"""Who did drills before that have none to compare with after: how they did, beside those compared."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.compare.checks.findings import say_clock, say_people
from sim.compare.data.table import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoLeft:
    """People with comparable drills before the training and none after, beside those compared.

    They may have left, not have done it yet, or have done one that does not count; nobody is told apart by extra time.
    """

    people: int  # how many
    # left_s, stayed_s: mean time of their drills before, counting at most the shortest limit, means over people
    left_s: float
    stayed_s: float
    # left_idf1, stayed_idf1: mean IDF1 before, 0..1; None where it is not defined for anybody
    left_idf1: float | None
    stayed_idf1: float | None
    sentence: str  # the same in words


def compute_who_left(rows: pd.DataFrame, left: pd.DataFrame) -> WhoLeft | None:
    """Return how those without a drill after did before; None when there is nobody on one of the sides.

    Args:
        rows: comparable attempts before and after.
        left: attempts before, under the same conditions, of people who have none after; not of those who had another
            time allowance.
    """
    if left.empty or rows.empty:
        return None
    stayed = rows[rows["phase"] == Phase.BEFORE.value]
    limit_s = float(min(left["limit_s"].min(), stayed["limit_s"].min()))
    left_s, stayed_s = (_mean(side.assign(at=side["duration_s"].clip(upper=limit_s)), "at") for side in (left, stayed))
    left_idf1, stayed_idf1 = (_mean(side, "idf1") for side in (left, stayed))
    people = int(left["person_id"].nunique())
    who = f"the {say_people(people)} without a comparable drill after"
    told = f"Before the training, {who} took {say_clock(left_s)} on average, those compared {say_clock(stayed_s)}"
    accuracy = ""
    if not np.isnan([left_idf1, stayed_idf1]).any():
        accuracy = f"; match with the actual path {100 * left_idf1:.0f}% against {100 * stayed_idf1:.0f}%"
    return WhoLeft(
        people=people,
        left_s=left_s,
        stayed_s=stayed_s,
        left_idf1=None if np.isnan(left_idf1) else left_idf1,
        stayed_idf1=None if np.isnan(stayed_idf1) else stayed_idf1,
        sentence=f"{told}{accuracy}.",
    )


def _mean(side: pd.DataFrame, name: str) -> float:
    """Return the mean over people of each one's mean, NaN without any."""
    return float(side.groupby("person_id")[name].mean().mean())
