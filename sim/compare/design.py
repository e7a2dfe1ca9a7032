"""What kind of comparison the attempts allow, checked before any number is computed."""

from dataclasses import dataclass
from enum import Enum

import pandas as pd

from sim.compare.conditions import say_options
from sim.compare.left_out import LeftOut, leave_out_incomparable
from sim.compare.table import Phase


class Design(Enum):
    """Designs that the table alone can show, named as a report names them."""

    BEFORE_AFTER = "before and after, one group"
    DOUBLE_BASELINE = "two or more drills before, one group"
    NONE = "no one in both phases"


class Finding(Enum):
    """Outcome of one check of the design."""

    FINE = "fine"
    CONCERN = "concern"
    UNKNOWN = "not in the table"


LARGEST_FORM_GAP = 0.34


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignCheck:
    """One question put to the design and its answer in a sentence."""

    question: str
    finding: Finding
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignReport:
    """What is compared: the design, the checks, and what was left out.

    Attributes:
        design: the design, by its name.
        people: people compared.
        profile: the console profile of every attempt compared; None when nothing can be compared.
        other_profiles: profiles of attempts that were left out for it.
        options: the options of every attempt compared, names with blanks between; None when nothing can be compared.
        other_options: options of attempts on that console that were left out for it.
        checks: every check, also those that could not be made.
        left_out: by person.
    """

    design: Design
    people: int
    profile: str | None
    other_profiles: tuple[str, ...]
    options: str | None
    other_options: tuple[str, ...]
    checks: tuple[DesignCheck, ...]
    left_out: tuple[LeftOut, ...]


def check_design(
    checked: pd.DataFrame, *, profile: str | None = None, options: str | None = None
) -> tuple[pd.DataFrame, DesignReport]:
    """Return the attempts that may be compared (see `leave_out_incomparable`), and the report on the design.

    Args:
        checked: the table as `check_attempts` returns it.
        profile: the console profile to compare.
        options: the options to compare; where one of these is None, it is what most people have in both phases.
    """
    left = leave_out_incomparable(checked, profile=profile, options=options)
    rows = left.rows
    people = int(rows["person_id"].nunique())
    checks = (
        _check_same_people(people=people, everyone=int(checked["person_id"].nunique())),
        _check_forms_seen_once(left.repeated),
        _check_forms_balanced(rows),
        _check_drills_each(rows),
        _check_one_console(left.conditions.profile, left.other_profiles),
        _check_same_options(left.conditions.options, left.other_options),
        UNANSWERED[0],
        _check_familiar(rows),
        *UNANSWERED[1:],
    )
    return rows, DesignReport(
        design=_name_design(rows),
        people=people,
        profile=left.conditions.profile if people else None,
        other_profiles=left.other_profiles,
        options=left.conditions.options if people else None,
        other_options=left.other_options,
        checks=checks,
        left_out=left.left_out,
    )


UNANSWERED = (
    DesignCheck(
        question="Were the forms equally hard before and after?",
        finding=Finding.UNKNOWN,
        sentence="How hard each form is cannot be read from this table.",
    ),
    DesignCheck(
        question="Did everyone use the same kind of device both times?",
        finding=Finding.UNKNOWN,
        sentence="The table does not say. A phone before and a computer after is not a fair comparison.",
    ),
)


def _name_design(rows: pd.DataFrame) -> Design:
    if rows.empty:
        return Design.NONE
    before = rows[rows["phase"] == Phase.BEFORE.value]
    return Design.DOUBLE_BASELINE if before.groupby("person_id").size().min() >= 2 else Design.BEFORE_AFTER


def _check_same_people(*, people: int, everyone: int) -> DesignCheck:
    question = "The same people before and after?"
    if people == everyone:
        return DesignCheck(question=question, finding=Finding.FINE, sentence=f"Yes, all {people}.")
    return DesignCheck(
        question=question,
        finding=Finding.CONCERN,
        sentence=f"{people} of {everyone} have comparable drills in both phases; only they are compared.",
    )


def _check_forms_seen_once(repeated: int) -> DesignCheck:
    question = "Did anyone get the same form twice?"
    if not repeated:
        return DesignCheck(question=question, finding=Finding.FINE, sentence="No.")
    return DesignCheck(
        question=question,
        finding=Finding.CONCERN,
        sentence=f"Yes. The {repeated} drills concerned are left out and listed.",
    )


def _check_one_console(wanted: str, others: tuple[str, ...]) -> DesignCheck:
    question = "Was the same kind of console used throughout?"
    if not others:
        return DesignCheck(question=question, finding=Finding.FINE, sentence=f"Yes, the {wanted} console.")
    return DesignCheck(
        question=question,
        finding=Finding.CONCERN,
        sentence=f"No. Drills on the {' and '.join(others)} console are left out: consoles are never mixed.",
    )


def _check_same_options(wanted: str, others: tuple[str, ...]) -> DesignCheck:
    question = "Were the drills given with the same options throughout?"
    if not others:
        sentence = f"Yes, {say_options(wanted)}."
        return DesignCheck(question=question, finding=Finding.FINE, sentence=sentence)
    left_out = " and ".join(say_options(options) for options in others)
    return DesignCheck(
        question=question,
        finding=Finding.CONCERN,
        sentence=f"No. Drills {left_out} are left out: only drills {say_options(wanted)} are compared.",
    )


def _check_familiar(rows: pd.DataFrame) -> DesignCheck:
    """Whether everybody compared had got to know the console before their drills before the training."""
    question = "Was there an unscored drill first, to get used to the console?"
    before = rows[rows["phase"] == Phase.BEFORE.value]
    if before.empty or (before["familiar"] == "").any():
        return DesignCheck(
            question=question,
            finding=Finding.UNKNOWN,
            sentence="The table does not say. Without one, part of any change is getting used to the console.",
        )
    is_familiar = (before["familiar"] == "yes").groupby(before["person_id"]).all()
    people, familiar = len(is_familiar), int(is_familiar.sum())
    if familiar == people:
        return DesignCheck(question=question, finding=Finding.FINE, sentence=f"Yes, for all {people}.")
    return DesignCheck(
        question=question,
        finding=Finding.CONCERN,
        sentence=f"For {familiar} of {people}. For the others, part of any change is getting used to the console.",
    )


def _check_forms_balanced(rows: pd.DataFrame) -> DesignCheck:
    question = "Were the same forms used on both sides, for different people?"
    if rows.empty:
        return DesignCheck(question=question, finding=Finding.UNKNOWN, sentence="Nothing to compare yet.")
    before, after = (_form_shares(rows, phase) for phase in (Phase.BEFORE, Phase.AFTER))
    gap = sum(abs(before.get(form, 0.0) - after.get(form, 0.0)) for form in {*before, *after}) / 2.0
    if gap >= 1.0 - 1e-9:
        return DesignCheck(
            question=question,
            finding=Finding.CONCERN,
            sentence="No. No form was used on both sides, so an easier form would look like progress.",
        )
    if gap > LARGEST_FORM_GAP:
        return DesignCheck(
            question=question,
            finding=Finding.CONCERN,
            sentence="Only in part. Some forms were used mostly on one side; an easier form would look like progress.",
        )
    return DesignCheck(question=question, finding=Finding.FINE, sentence="Yes, the forms were spread over both sides.")


def _form_shares(rows: pd.DataFrame, phase: Phase) -> dict[str, float]:
    forms = list(rows.loc[rows["phase"] == phase.value, "form_id"])
    return {form: forms.count(form) / len(forms) for form in set(forms)}


def _check_drills_each(rows: pd.DataFrame) -> DesignCheck:
    question = "How many drills did each person do?"
    if rows.empty:
        return DesignCheck(question=question, finding=Finding.UNKNOWN, sentence="Nothing to compare yet.")
    counts = rows.groupby(["person_id", "phase"]).size()
    if counts.max() == counts.min() == 1:
        sentence = "One before and one after. One drill says little about one person; only the team is compared."
        return DesignCheck(question=question, finding=Finding.CONCERN, sentence=sentence)
    if counts.max() == counts.min():
        return DesignCheck(
            question=question, finding=Finding.FINE, sentence=f"{counts.max()} before and {counts.max()} after."
        )
    sentence = f"From {counts.min()} to {counts.max()} a side. In the curve, people with more drills weigh more."
    return DesignCheck(question=question, finding=Finding.CONCERN, sentence=sentence)
