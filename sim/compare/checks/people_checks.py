"""Checks on who did what when: the same people, drills each, in order, and two groups kept whole."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.compare.checks.findings import NOTHING_YET, DesignCheck, Finding, Question, answer, say_people
from sim.compare.data.group_names import WAITING, name_side
from sim.compare.data.part import Part, say_part
from sim.compare.data.table import Phase

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
