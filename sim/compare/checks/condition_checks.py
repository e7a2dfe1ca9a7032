"""Checks on what drills were done with: console, options, device, usual time, and a drill to get used to it."""

from collections.abc import Sequence

import pandas as pd

from sim.compare.checks.findings import DesignCheck, Finding, Question, answer
from sim.compare.data.conditions import say_devices, say_options
from sim.compare.data.table import Phase
from sim.text.consoles import say_console


def check_one_console(wanted: str, others: Sequence[str]) -> DesignCheck:
    """Whether one console profile was used throughout."""
    question = Question("Was the same kind of console used throughout?", "console")
    if not others:
        return answer(question, f"Yes, the {say_console(wanted)} console.", finding=Finding.FINE)
    left_out = " and ".join(say_console(name) for name in others)
    sentence = f"No. Drills on the {left_out} console are left out: consoles are never mixed."
    return answer(question, sentence, finding=Finding.CONCERN)


def check_same_options(wanted: str, others: Sequence[str]) -> DesignCheck:
    """Whether the drills had the same options throughout."""
    question = Question("Were the drills given with the same options throughout?", "options")
    if not others:
        return answer(question, f"Yes, {say_options(wanted)}.", finding=Finding.FINE)
    left_out = " and ".join(say_options(options) for options in others)
    sentence = f"No. Drills {left_out} are left out: only drills {say_options(wanted)} are compared."
    return answer(question, sentence, finding=Finding.CONCERN)


def check_one_device(wanted: str, others: Sequence[str], *, rows: pd.DataFrame) -> DesignCheck:
    """Whether one kind of device was used throughout; `wanted` is "" where it is not known."""
    question = Question("Did everyone use the same kind of device both times?", "kind of device")
    if others:
        sentence = f"No. Drills on {say_devices(others)} are left out: devices are never mixed."
        return answer(question, sentence, finding=Finding.CONCERN)
    unknown = int((rows["device"] == "").sum())
    if not wanted or unknown == len(rows):
        sentence = "The table does not say. A phone before and a computer after is not a fair comparison."
        return answer(question, sentence, finding=Finding.UNKNOWN)
    if unknown:
        sentence = f"A {wanted}, as far as is known; for {unknown} of {len(rows)} drills the table does not say."
        return answer(question, sentence, finding=Finding.UNKNOWN)
    return answer(question, f"Yes, a {wanted}.", finding=Finding.FINE)


def check_usual_time(rows: pd.DataFrame, *, extra: int) -> DesignCheck:
    """Whether all drills had the usual time; says how many had not, never whose they were."""
    question = Question("Were all drills done in the usual time?", "the same time limit for everyone")
    if extra:
        counted = "1 drill" if extra == 1 else f"{extra} drills"
        sentence = f"All that are compared. Kept out of them, for another time allowance: {counted}."
        return answer(question, sentence, finding=Finding.FINE)
    if not len(rows) or (rows["extra_time"] == "").any():
        return answer(question, "The table does not say.", finding=Finding.UNKNOWN)
    return answer(question, "Yes.", finding=Finding.FINE)


def check_familiar(rows: pd.DataFrame) -> DesignCheck:
    """Whether everybody compared had got to know the console before their drills before the training."""
    question = Question("Was there an unscored drill first, to get used to the console?", "a first unscored drill")
    before = rows[rows["phase"] == Phase.BEFORE.value]
    if before.empty or (before["familiar"] == "").any():
        sentence = "The table does not say. Without one, part of any change is getting used to the console."
        return answer(question, sentence, finding=Finding.UNKNOWN)
    is_familiar = (before["familiar"] == "yes").groupby(before["person_id"]).all()
    people, familiar = len(is_familiar), int(is_familiar.sum())
    if familiar == people:
        return answer(question, f"Yes, for all {people}.", finding=Finding.FINE)
    sentence = f"For {familiar} of {people}. For the others, part of any change is getting used to the console."
    return answer(question, sentence, finding=Finding.CONCERN)


def check_lessons(rows: pd.DataFrame) -> DesignCheck:
    """Whether lessons were done before the drills before the training, and by whom of those compared how many.

    Everybody alike is fine: what they learned is in the baseline. A part of them, or lessons between two drills before
    the training, moves the baseline of some and not of others.
    """
    question = Question("Were lessons done before the drills before the training?", "lessons before the baseline")
    before = rows[rows["phase"] == Phase.BEFORE.value]
    if before.empty or before["lessons"].isna().any():
        return answer(question, "The table does not say.", finding=Finding.UNKNOWN)
    of_person = before.groupby("person_id")["lessons"]
    first, last = of_person.min(), of_person.max()
    people, had, between = len(first), int((first > 0).sum()), int((last > first).sum())
    if not had and not between:
        return answer(question, "No.", finding=Finding.FINE)
    tries = f"{last.sum():.0f} {'try' if last.sum() == 1 else 'tries'} in all"
    if had == people and not between:
        sentence = f"Yes, by all {people}, {tries}. What they learned there is in the results before the training."
        return answer(question, sentence, finding=Finding.FINE)
    sentence = f"By {int((last > 0).sum())} of {people}, {tries}."
    if between:
        sentence += f" For {between}, some came between two drills before the training, which raises the later one."
    else:
        sentence += " The results before the training are higher for them than without lessons."
    return answer(question, sentence, finding=Finding.CONCERN)
