"""One person who changed far more than the others: whether the team still improved without that person."""

from enum import Enum

import numpy as np
import pandas as pd

from sim.compare.analyses.over_time import make_durations
from sim.compare.analyses.pairs import compute_ratio_of_pairs, make_pairs
from sim.compare.content.both_together import Change, Verdict, choose_word, judge_difference, judge_sides
from sim.compare.data.table import ACCURACY, Phase
from sim.compare.statistics.accuracy import compute_paired_difference
from sim.compare.statistics.restricted_mean import compute_restricted_mean, compute_restricted_mean_change
from sim.compare.statistics.result import FEWEST_FOR_TEST

FAR = 3.5
"""Robust standard deviations from the middle from which a change is far from all others (Iglewicz and Hoaglin 1993)."""
NORMAL_MAD = 1.4826
"""Standard deviation of a normal in units of its median absolute deviation."""


class Without(Enum):
    """What is left of a change when some of the drills it rests on are left out."""

    HOLDS = "it holds"
    LOST = "it is not clear any more"
    TOO_FEW = "too few people are left to judge by"


def find_outlier(rows: pd.DataFrame) -> str | None:
    """Return who changed in time far more than the others, the furthest one; None when nobody did.

    A person's change is the mean log time after less that before, time-outs at the limit. Far is more than `FAR` times
    1.4826 times the median distance from the median. Worked: changes 0, 0.1, 0.2, 0.3, 0.4 and -2: the median is 0.15,
    the median distance 0.2, so -2 lies 7.25 robust standard deviations away and is far.

    Args:
        rows: the attempts compared.
    """
    if rows.empty:
        return None
    log_time = pd.Series(np.log(rows["duration_s"].to_numpy(dtype=np.float64)), index=rows.index)
    is_after = rows["phase"] == Phase.AFTER.value
    first, second = (log_time[side].groupby(rows.loc[side, "person_id"]).mean() for side in (~is_after, is_after))
    change = second - first
    distance = (change - change.median()).abs()
    spread = NORMAL_MAD * float(distance.median())
    if not spread > 0.0 or not float(distance.max()) > FAR * spread:
        return None
    return str(distance.idxmax())


def judge_without_outlier(rows: pd.DataFrame) -> Without:
    """Return whether the people compared are called improved without the one who changed far more than the others.

    It holds where there is no such person. With five people left it cannot be told.

    Args:
        rows: the attempts compared.
    """
    outlier = find_outlier(rows)
    if outlier is None:
        return Without.HOLDS
    kept = rows[rows["person_id"] != outlier]
    pairs = make_pairs(kept)
    if len(pairs) < FEWEST_FOR_TEST:
        return Without.TOO_FEW
    people = [pair.person_id for pair in pairs]
    is_after = kept["phase"] == Phase.AFTER.value
    before, after = make_durations(kept[~is_after], people), make_durations(kept[is_after], people)
    limit_s = float(kept["limit_s"].min())
    differences = {}
    for measure in ACCURACY:
        both = [
            (pair.before.accuracy[measure], pair.after.accuracy[measure])
            for pair in pairs
            if measure in pair.before.accuracy and measure in pair.after.accuracy
        ]
        values = np.array(both, dtype=np.float64).reshape(-1, 2)
        differences[measure] = compute_paired_difference(values[:, 0], values[:, 1])
    changes: list[Change] = [
        judge_difference(difference, higher_is_better=measure != "wrong_person_s")
        for measure, difference in differences.items()
    ]
    sides = judge_sides(
        ratio=compute_ratio_of_pairs(pairs),
        mean_change=compute_restricted_mean_change(before, after, limit_s=limit_s),
        mean_before_s=compute_restricted_mean(before, limit_s=limit_s).estimate or 0.0,
        someone_timed_out=not bool(kept["finished"].all()),
        accuracy=changes[0],
        accuracy_difference=differences[ACCURACY[0]].estimate or 0.0,
        other_accuracy=tuple(changes[1:]),
    )
    return Without.HOLDS if choose_word(sides) is Verdict.IMPROVED else Without.LOST
