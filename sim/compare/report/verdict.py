"""Which word a comparison ends in: what the numbers say, unless the design or a waiting group stands against it."""

from dataclasses import replace
from enum import Enum

import numpy as np
import pandas as pd

from sim.compare.analyses.over_time import make_durations
from sim.compare.analyses.people import compute_ratio_of_pairs, make_pairs
from sim.compare.checks.design import DesignReport
from sim.compare.checks.drill_checks import compute_hardness_ratio
from sim.compare.checks.people_checks import BY_THEMSELVES, LOW_RESULTS, NEW_BASELINE, UNKNOWN, say_same_people
from sim.compare.content.comparison import (
    Change,
    Effects,
    GroupReport,
    PracticeReport,
    Verdict,
    choose_word,
    is_explained_by_forms,
    judge_difference,
    judge_sides,
    judge_time,
)
from sim.compare.data.people import say_part
from sim.compare.data.table import ACCURACY, Phase
from sim.compare.report.first_page import list_given_up, say_difficulty
from sim.compare.statistics.paired import compute_paired_difference
from sim.compare.statistics.result import FEWEST_FOR_TEST
from sim.compare.statistics.survival import compute_restricted_mean, compute_restricted_mean_change

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


PICKED = "Only {part}, are compared. A part picked after the drills can show any result, so no word is given."
CHOSEN_LOW = "These people were chosen for low results in the drills that are compared. {why}. {advice}."
CHOSEN_UNKNOWN = (
    "Results after were better, but it is not known how these people were chosen. {why}. Say how they were chosen to "
    "get a word."
)
ORDER_UNKNOWN = (
    "Results differ, but the table does not say when the drills were done, so before and after could be swapped. Add "
    "the number or the day of each drill to get a word."
)
SAME_PEOPLE = "{who}. If they are one person, correct the table; if not, say so. Until then no word is given."
ONE_PERSON = {
    Without.LOST: "One person changed far more than the others. Without that person it is not clear that results got "
    "better, so no word is given.",
    Without.TOO_FEW: "One person changed far more than the others. Without that person fewer than "
    f"{FEWEST_FOR_TEST} people are left, too few to judge by, so no word is given.",
}
GIVEN_UP = {
    Without.LOST: "Without the drills that were given up early, it is not clear that times got {change}, so no word is "
    "given.",
    Without.TOO_FEW: f"Without the drills that were given up early, fewer than {FEWEST_FOR_TEST} people are left, too "
    "few to judge by, so no word is given.",
}


def list_no_word(
    design: DesignReport, sides: Effects, rows: pd.DataFrame, *, is_drawn: bool = False
) -> tuple[str, ...]:
    """Return why no word is given whatever the numbers say, in sentences; empty where nothing stands against it.

    A part picked by hand, people chosen for low results and people who may be there twice get no word at all. Not
    knowing how people were chosen, or easier forms, stand against a change for the better; not knowing the order of
    drills against any; drills given up early against a change in time that is not there without them, and one person
    who changed far more than the others against a change for the better that is not there without that person.

    Args:
        design: what was compared.
        sides: how both changed, as far as the group that waited lets it stand.
        rows: the attempts compared, of the trained alone where a group waited.
        is_drawn: lots decided who waited, so that low results before are in both groups alike.
    """
    reasons = []
    changes = (sides.time, sides.accuracy)
    if design.part is not None:
        reasons.append(PICKED.format(part=say_part(design.part)))
    if design.same_people and not design.are_different:
        reasons.append(SAME_PEOPLE.format(who=say_same_people(design.same_people)))
    if rows.empty:
        return tuple(reasons)
    if design.chosen_by == LOW_RESULTS:
        reasons.append(CHOSEN_LOW.format(why=BY_THEMSELVES, advice=NEW_BASELINE))
    if not design.is_order_known and (Change.BETTER in changes or Change.WORSE in changes):
        reasons.append(ORDER_UNKNOWN)
    if design.chosen_by == UNKNOWN and Change.BETTER in changes and not is_drawn:
        reasons.append(CHOSEN_UNKNOWN.format(why=BY_THEMSELVES))
    if is_explained_by_forms(sides, hardness=compute_hardness_ratio(rows)):
        reasons.append(say_difficulty(rows))
    if sides.time in (Change.BETTER, Change.WORSE):
        left = _judge_without_given_up(rows, sides.time)
        if left is not Without.HOLDS:
            reasons.append(GIVEN_UP[left].format(change="shorter" if sides.time is Change.BETTER else "longer"))
    if choose_word(sides) is Verdict.IMPROVED:
        left = judge_without_outlier(rows)
        if left is not Without.HOLDS:
            reasons.append(ONE_PERSON[left])
    return tuple(reasons)


def choose_final_word(
    sides: Effects, claimed: Effects, *, people: int, no_word: tuple[str, ...], has_waiting: bool
) -> Verdict:
    """Return the word for a comparison.

    Args:
        sides: how both changed, of the trained alone where a group waited.
        claimed: the same as far as the group that waited lets it stand, or else the practice measured before.
        people: how many are compared.
        no_word: what `list_no_word` gives.
        has_waiting: a group waited.
    """
    if not people:
        return Verdict.NOTHING_TO_COMPARE
    if people < FEWEST_FOR_TEST:
        return Verdict.TOO_FEW
    if no_word:
        return Verdict.NOT_JUDGED
    word = choose_word(claimed)
    if Change.BETTER in (sides.time, sides.accuracy) and word in (Verdict.NO_CLEAR_CHANGE, Verdict.NOT_JUDGED):
        return Verdict.NO_BETTER if has_waiting else Verdict.NOT_BEYOND_PRACTICE
    return word


def hold_to_waiting(sides: Effects, groups: GroupReport | None) -> Effects:
    """Return the sides with a change for the better only where the trained gained clearly more than those who waited.

    Where they gained clearly less, that side leans the wrong way, which holds back the word for the other.
    """
    if groups is None:
        return sides
    time, accuracy = groups.time, groups.accuracy
    faster = time.p is not None and time.interval is not None and time.interval[1] < 0.0
    slower = time.p is not None and time.interval is not None and time.interval[0] > 0.0
    tells = accuracy is not None and accuracy.p is not None and accuracy.interval is not None
    bounds = accuracy.interval if accuracy is not None and accuracy.interval is not None and tells else (0.0, 0.0)
    return replace(
        sides,
        time=Change.UNCLEAR if sides.time is Change.BETTER and not faster else sides.time,
        accuracy=Change.UNCLEAR if sides.accuracy is Change.BETTER and not bounds[0] > 0.0 else sides.accuracy,
        time_leans_slower=sides.time_leans_slower or slower,
        accuracy_leans_worse=sides.accuracy_leans_worse or bounds[1] < 0.0,
    )


def hold_to_practice(sides: Effects, practice: PracticeReport | None) -> Effects:
    """Return the sides with a change for the better only where it is clearly beyond what practice alone predicts.

    Where practice is not measured, or by fewer drills before than tell it from training, the sides stay as they are.
    """
    if practice is None or not practice.is_told:
        return sides
    beyond = practice.accuracy_beyond
    more_accurate = beyond is not None and beyond.interval is not None and beyond.interval[0] > 0.0
    return replace(
        sides,
        time=Change.UNCLEAR if sides.time is Change.BETTER and not practice.is_beyond_practice else sides.time,
        accuracy=Change.UNCLEAR if sides.accuracy is Change.BETTER and not more_accurate else sides.accuracy,
    )


def _judge_without_given_up(rows: pd.DataFrame, change: Change) -> Without:
    """Return whether times changed the same way when drills given up early are left out; they do where none were."""
    given_up = list_given_up(rows)
    if not given_up.any():
        return Without.HOLDS
    kept = rows[~given_up]
    kept = kept[kept.groupby("person_id")["phase"].transform("nunique") == 2]
    pairs = make_pairs(kept)
    if len(pairs) < FEWEST_FOR_TEST:
        return Without.TOO_FEW
    people = [pair.person_id for pair in pairs]
    is_after = kept["phase"] == Phase.AFTER.value
    before, after = make_durations(kept[~is_after], people), make_durations(kept[is_after], people)
    found = judge_time(
        ratio=compute_ratio_of_pairs(pairs),
        mean_change=compute_restricted_mean_change(before, after, limit_s=float(kept["limit_s"].min())),
        someone_timed_out=not bool(kept["finished"].all()),
    )
    return Without.HOLDS if found is change else Without.LOST
