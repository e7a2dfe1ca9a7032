"""Checks on what drills were done with: console, options, device, usual time, and a drill to get used to it."""

from collections.abc import Sequence

import pandas as pd

from sim.compare.checks.counting import NOTHING_YET, DesignCheck, Finding, Question, answer
from sim.compare.data.conditions import say_devices, say_options
from sim.compare.data.table import Phase
from sim.text.words import say_console


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


LARGEST_FORM_GAP = 0.34
HARDNESS_MARGIN = 0.05
"""Share by which the forms after may be harder or easier than those before, on average over people.

Parallel forms of one set differ by less than the set's margin, 3 index points of some 20, so one form for another is
not enough: the sides have to come out even on average. Time taken grows in proportion to the index
(`sim.compare.statistics.form_difficulty`), so 5% of difficulty looks like 5% of time: half of the 10% from which a
comparison takes times to lean."""


def check_forms_seen_once(repeated: int, *, later: int) -> DesignCheck:
    """Whether anybody met a form more than once, anywhere in the table.

    Args:
        repeated: drills before and after left out for it.
        later: follow-up drills on a form that their person had met before.
    """
    question = Question("Did anyone get the same form twice?", "same form twice")
    if not repeated and not later:
        return answer(question, "No.", finding=Finding.FINE)
    parts = []
    if repeated:
        parts.append(f"{'1 drill' if repeated == 1 else f'{repeated} drills'} left out and listed for it")
    if later:
        parts.append(f"{'1 follow-up drill' if later == 1 else f'{later} follow-up drills'} on a form met before")
    sentence = f"Yes: {'; '.join(parts)}."
    return answer(question, sentence, finding=Finding.CONCERN)


def check_drills_unknown(rows: pd.DataFrame, *, seen_before: int) -> DesignCheck:
    """Whether anybody could know the recordings beforehand: public ones, and ones seen in practice."""
    question = Question("Could anyone know these drills beforehand?", "drills known beforehand")
    seen = (
        f" {_count_drills(seen_before)} seen in practice before; they are left out and listed." if seen_before else ""
    )
    if rows.empty:
        return answer(question, NOTHING_YET + seen, finding=Finding.CONCERN if seen else Finding.UNKNOWN)
    if (rows["origin"] == "public").any():
        return answer(question, f"{say_public(rows)}{seen}", finding=Finding.CONCERN)
    if (rows["origin"] == "").any():
        sentence = f"Where the footage comes from cannot be read from this table.{seen}"
        return answer(question, sentence, finding=Finding.CONCERN if seen else Finding.UNKNOWN)
    sentence = f"No. The footage was made here, and nobody practices on it.{seen}"
    return answer(question, sentence, finding=Finding.CONCERN if seen else Finding.FINE)


def say_public(rows: pd.DataFrame) -> str:
    """Return the warning where drills are on public recordings; "" where none is."""
    count = int((rows["origin"] == "public").sum())
    if not count:
        return ""
    which = "All of these drills use" if count == len(rows) else f"{count} of these drills use"
    return (
        f"{which} footage for practice only: it comes with the program or can be made again, so its answers can be "
        "known beforehand. Measure on footage made here to measure."
    )


def _count_drills(count: int) -> str:
    return "1 drill was on a recording" if count == 1 else f"{count} drills were on recordings"


def check_forms_balanced(rows: pd.DataFrame) -> DesignCheck:
    """Whether the same forms stand before and after, each for other people: the counterbalanced order."""
    question = Question("Were the same forms used on both sides, for different people?", "forms on both sides")
    if rows.empty:
        return answer(question, NOTHING_YET, finding=Finding.UNKNOWN)
    before, after = (_compute_shares(rows, phase) for phase in (Phase.BEFORE, Phase.AFTER))
    gap = float(before.sub(after, fill_value=0.0).abs().sum()) / 2.0
    if gap >= 1.0 - 1e-9:
        sentence = "No. No form was used on both sides, so an easier form would look like progress."
        return answer(question, sentence, finding=Finding.CONCERN)
    if gap > LARGEST_FORM_GAP:
        sentence = "Only in part. Some forms were used mostly on one side; an easier form would look like progress."
        return answer(question, sentence, finding=Finding.CONCERN)
    return answer(question, "Yes, the forms were spread over both sides.", finding=Finding.FINE)


def _compute_shares(rows: pd.DataFrame, phase: Phase) -> "pd.Series[float]":
    return rows.loc[rows["phase"] == phase.value, "form_id"].value_counts(normalize=True)


def compute_hardness_ratio(rows: pd.DataFrame) -> float | None:
    """Return mean difficulty after / before, over people; None where a drill's is not known or nobody is there.

    Worked: a person with forms of 20 before and 22 after, another with 21 and 20: (22 + 20) / (20 + 21) = 1.0244.
    """
    if rows.empty or rows["difficulty"].isna().any():
        return None
    means = rows.groupby(["phase", "person_id"])["difficulty"].mean().groupby("phase").mean()
    return float(means[Phase.AFTER.value] / means[Phase.BEFORE.value])


def is_uneven(ratio: float | None) -> bool:
    """Return whether one side was harder by more than `HARDNESS_MARGIN`; False where that is not known."""
    return ratio is not None and abs(ratio - 1.0) > HARDNESS_MARGIN + 1e-9


def check_forms_equally_hard(rows: pd.DataFrame) -> DesignCheck:
    """Whether the forms after were as hard as those before, within `HARDNESS_MARGIN`."""
    question = Question("Were the forms equally hard before and after?", "equally hard forms")
    ratio = compute_hardness_ratio(rows)
    if ratio is None:
        sentence = "How hard each form is cannot be read from this table."
        return answer(question, sentence, finding=Finding.UNKNOWN)
    percent = abs(100.0 * (ratio - 1.0))
    if percent < 0.05:
        return answer(question, "Yes, to a tenth of a percent.", finding=Finding.FINE)
    direction = "easier" if ratio < 1.0 else "harder"
    if not is_uneven(ratio):
        sentence = f"Nearly: those after were {percent:.1f}% {direction} on average, inside the 5% allowed."
        return answer(question, sentence, finding=Finding.FINE)
    looks = "faster and more accurate" if ratio < 1.0 else "slower and less accurate"
    sentence = f"No. Those after were {percent:.0f}% {direction} on average; that alone can make people look {looks}."
    return answer(question, sentence, finding=Finding.CONCERN)
