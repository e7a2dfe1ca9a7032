"""Checks on who did what when: the same people, drills each, in order, and two groups kept whole."""

import unicodedata
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.columns import CHOSEN_BY
from sim.compare.checks.counting import NOTHING_YET, DesignCheck, Finding, Question, answer, say_clock, say_people
from sim.compare.data.people import WAITING, Part, name_side, say_part
from sim.compare.data.table import ACCURACY, Phase

LARGEST_LOSS_GAP = 0.2
"""Difference in the share of people lost by two groups from which it is a concern. Judgment."""
FEWEST_BASELINES = 3
"""Drills before the training from which on their trend is compared with the change. With two, the change is called no
larger than practice for 70 to 78% of teams who improved by 30% without any practice (docs/validity.md)."""
ENOUGH_BASELINES = 4
"""Drills before the training to ask for: with four, 30 to 52% of such teams."""


def check_same_people(*, people: int, everyone: int, part: Part | None) -> DesignCheck:
    """Whether everybody in the table has comparable drills in both phases, and nobody was picked by hand.

    Args:
        people: people compared.
        everyone: people in the table.
        part: the part of them that was asked for.
    """
    question = Question("The same people before and after?", "who is missing")
    if part is not None:
        sentence = f"Only {say_part(part)}. A part picked after the drills can show any result."
        return answer(question, sentence, finding=Finding.CONCERN)
    if people == everyone:
        return answer(question, "Yes." if people == 1 else f"Yes, all {people}.", finding=Finding.FINE)
    verb = "has" if people == 1 else "have"
    sentence = f"{people} of {everyone} {verb} comparable drills in both phases; only they are compared."
    return answer(question, sentence, finding=Finding.CONCERN)


def check_drills_each(rows: pd.DataFrame) -> DesignCheck:
    """How many drills each person did, before and after."""
    question = Question("How many drills did each person do?", "number of drills")
    if rows.empty:
        return answer(question, NOTHING_YET, finding=Finding.UNKNOWN)
    before, after = (
        rows.loc[rows["phase"] == phase.value, "person_id"].value_counts() for phase in (Phase.BEFORE, Phase.AFTER)
    )
    fewest, most = min(before.min(), after.min()), max(before.max(), after.max())
    if most == 1:
        sentence = "One before and one after. One drill says little about one person; only the team is compared."
        return answer(question, sentence, finding=Finding.CONCERN)
    if before.min() == before.max() and after.min() == after.max():
        return answer(question, f"{before.max()} before and {after.max()} after.", finding=Finding.FINE)
    sentence = f"From {fewest} to {most} a side. In the curve, people with more drills weigh more."
    return answer(question, sentence, finding=Finding.CONCERN)


def check_order(rows: pd.DataFrame, *, wrong_side: int, out_of_order: int, everyone: int) -> DesignCheck:
    """Whether drills before the training were done before it, and before those after.

    Args:
        rows: the attempts compared.
        wrong_side: attempts left out because their day lies on the other side of the training.
        out_of_order: people left out because a drill marked after was done before one marked before.
        everyone: people in the table.
    """
    question = Question(
        "Were the drills before the training done before it, and those after it after?", "order of the drills"
    )
    if out_of_order and out_of_order == everyone:
        sentence = (
            "No. For everybody, drills marked after were done before drills marked before: the two look swapped. "
            "Nothing is compared until that is corrected."
        )
        return answer(question, sentence, finding=Finding.CONCERN)
    if wrong_side or out_of_order:
        lie = "1 drill lies" if wrong_side == 1 else f"{wrong_side} drills lie"
        counted = [
            f"{lie} on the other side of the training day" * bool(wrong_side),
            f"for {say_people(out_of_order)} a drill marked after came before one marked before" * bool(out_of_order),
        ]
        sentence = f"Not all: {', and '.join(part for part in counted if part)}. They are left out."
        return answer(question, sentence, finding=Finding.CONCERN)
    if not is_order_known(rows):
        sentence = "The table does not say when they were done, so before and after could be swapped."
        return answer(question, sentence, finding=Finding.UNKNOWN)
    return answer(question, "Yes.", finding=Finding.FINE)


def is_order_known(rows: pd.DataFrame) -> bool:
    """Return whether the table tells of every drill compared when it was done, by its number or its day."""
    return not rows.empty and not (rows["drill_number"].isna() & rows["days_since_training"].isna()).any()


def check_groups_whole(checked: pd.DataFrame, rows: pd.DataFrame) -> DesignCheck:
    """Whether of two groups about as large a share is compared: else those who stayed may be others than who left."""
    question = Question("Are both groups still whole?", "people missing from a group")
    began, stayed = (_count_sides(table) for table in (checked, rows))
    words = [f"{stayed.get(side, 0)} of {count} {side}" for side, count in began.items()]
    shares = [stayed.get(side, 0) / count for side, count in began.items()]
    if all(share == 1.0 for share in shares):
        return answer(question, f"Yes: {' and '.join(words)} are compared.", finding=Finding.FINE)
    if max(shares) - min(shares) > LARGEST_LOSS_GAP:
        sentence = f"No: {' and '.join(words)} are compared. Who is missing may differ between the groups."
        return answer(question, sentence, finding=Finding.CONCERN)
    return answer(question, f"About equally: {' and '.join(words)} are compared.", finding=Finding.FINE)


def check_baselines(rows: pd.DataFrame) -> DesignCheck:
    """Whether practice can be told from training: two drills before it, or a group that waited."""
    question = Question("Can practice be told from the training?", "practice")
    if rows.empty:
        return answer(question, NOTHING_YET, finding=Finding.UNKNOWN)
    if WAITING in map(name_side, rows["group"].unique()):
        sentence = "In part: the waiting group did as many drills without the training."
        return answer(question, sentence, finding=Finding.FINE)
    before = rows[rows["phase"] == Phase.BEFORE.value]
    counts = before.groupby("person_id").size()
    fewest, usual = int(counts.min()), count_usual(counts.to_numpy())
    if fewest < 2 and usual < FEWEST_BASELINES:
        sentence = "No. With one drill before the training, people who got faster by practice alone look the same."
        return answer(question, sentence, finding=Finding.CONCERN)
    if before["drill_number"].isna().any():
        sentence = "Not from this table: it does not say in which order the drills before the training were done."
        return answer(question, sentence, finding=Finding.UNKNOWN)
    if usual < FEWEST_BASELINES:
        sentence = f"No. Two drills before the training cannot tell practice from training; {ENOUGH_BASELINES} can."
        return answer(question, sentence, finding=Finding.CONCERN)
    who = f"everyone did {fewest}" if fewest >= FEWEST_BASELINES else f"half of them or more did {usual}"
    sentence = f"In part: {who} or more drills before the training, which show the gain by practice."
    return answer(question, sentence, finding=Finding.FINE)


def count_usual(counts: npt.NDArray[np.integer]) -> int:
    """Return how many drills half of the people or more have, (n,): one person with few changes nothing.

    Worked: of 2, 4, 4 and 4 it is 4.
    """
    return int(np.sort(counts)[len(counts) // 2])


def _count_sides(table: pd.DataFrame) -> dict[str, int]:
    people = table.groupby("person_id")["group"].first().map(name_side)
    return {str(side): int(count) for side, count in people[people != ""].value_counts(sort=False).sort_index().items()}


MOST_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SamePerson:
    """Two ids that may be one person."""

    # first, second: the ids, in alphabetical order
    first: str
    second: str
    drills: int  # finished drills with equal time and equal measures under both; 0 where only the ids are alike


def find_same_people(checked: pd.DataFrame) -> tuple[SamePerson, ...]:
    """Return every two ids that may be one person.

    Two people seldom finish a drill in the same time, and then with all four measures alike, so one such drill is
    enough to ask. Ids are alike when they differ only in capitals, blanks or how a letter is written.

    Args:
        checked: the table as `check_attempts` returns it.
    """
    found: dict[tuple[str, str], int] = {}
    keys = ["elapsed_s", *ACCURACY]
    done = checked.loc[checked["finished"], ["person_id", *keys]]
    timed_alike = done[done["elapsed_s"].duplicated(keep=False)]
    known = timed_alike[timed_alike[list(ACCURACY)].notna().any(axis=1)]
    shared = known[known.duplicated(keys, keep=False)]
    for _, rows in shared.groupby(keys, sort=True, dropna=False):
        people = sorted(set(rows["person_id"]))
        for first, second in pairwise(people):
            found[first, second] = found.get((first, second), 0) + 1
    alike: dict[str, str] = {}
    for person_id in sorted(checked["person_id"].unique()):
        plain = "".join(unicodedata.normalize("NFKC", person_id).casefold().split())
        if plain in alike:
            found.setdefault((alike[plain], person_id), 0)
        alike[plain] = person_id
    return tuple(SamePerson(first=first, second=second, drills=drills) for (first, second), drills in found.items())


def check_one_id_each(same: tuple[SamePerson, ...], *, are_different: bool) -> DesignCheck:
    """Whether everybody is in the table under one id.

    Args:
        same: what `find_same_people` gives.
        are_different: somebody has said that they are different people.
    """
    question = Question("Is everyone in the table under one id?", "one person under two ids")
    if not same:
        return answer(question, "As far as the table shows: no two people share a drill.", finding=Finding.FINE)
    if are_different:
        sentence = f"{say_same_people(same)}. You said that they are different people."
        return answer(question, sentence, finding=Finding.FINE)
    return answer(question, f"{say_same_people(same)}. Are they the same person?", finding=Finding.CONCERN)


def say_same_people(same: tuple[SamePerson, ...]) -> str:
    """Return who shares what: "P000 and P012 share 4 drills to the last digit"."""
    parts = []
    for each in same[:MOST_NAMED]:
        counted = "1 drill" if each.drills == 1 else f"{each.drills} drills"
        shares = f"share {counted} to the last digit" if each.drills else "differ only in how they are written"
        parts.append(f"{each.first} and {each.second} {shares}")
    more = len(same) - MOST_NAMED
    return "; ".join(parts) + (f"; and {more} more pairs" if more > 1 else "; and 1 more pair" if more == 1 else "")


ALL, VOLUNTEERS, LOW_RESULTS, LOW_RESULTS_EARLIER = CHOSEN_BY
UNKNOWN = ""
BY_THEMSELVES = "The slowest quarter of a team is 23 to 34% faster the next time on its own"
NEW_BASELINE = "Give them a new drill before the training, and compare from that one on"


def find_choice(rows: pd.DataFrame) -> str:
    """Return how the people compared were chosen, by the least favorable answer: one of `CHOSEN_BY`, or UNKNOWN."""
    answers = set(rows["chosen_by"].unique())
    for choice in (LOW_RESULTS, UNKNOWN, LOW_RESULTS_EARLIER, VOLUNTEERS):
        if choice in answers:
            return choice
    return ALL


def check_chosen(rows: pd.DataFrame) -> DesignCheck:
    """Whether people were chosen because of their drills before the training."""
    question = Question("Were people chosen because of their drills before?", "how people were chosen")
    if rows.empty:
        return answer(question, NOTHING_YET, finding=Finding.UNKNOWN)
    choice = find_choice(rows)
    if choice == ALL:
        return answer(question, "No, everyone on the team took part.", finding=Finding.FINE)
    if choice == VOLUNTEERS:
        sentence = "No, they volunteered. The result speaks of people who volunteer, not of the whole staff."
        return answer(question, sentence, finding=Finding.FINE)
    if choice == LOW_RESULTS_EARLIER:
        sentence = "By low results in earlier drills, which are not compared; the drills before came after that choice."
        return answer(question, sentence, finding=Finding.FINE)
    if choice == LOW_RESULTS:
        return answer(question, f"Yes, for low results. {BY_THEMSELVES}. {NEW_BASELINE}.", finding=Finding.CONCERN)
    return answer(question, f"The table does not say. {BY_THEMSELVES}.", finding=Finding.UNKNOWN)


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
    return float(side.groupby("person_id")[name].mean().mean())
