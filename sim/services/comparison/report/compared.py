"""A table of attempts compared, with what a page offers beside it: the file, and the choice of what is compared."""

from dataclasses import dataclass

import pandas as pd

from sim.compare.checks.same_person import say_same_people
from sim.compare.data.conditions import Conditions, list_conditions
from sim.compare.report.report import compare_attempts
from sim.drill.options import Options, describe_options, read_options
from sim.drill.profile import ProfileName
from sim.services.attempt.console_profiles import get_card
from sim.services.comparison.report.handover import ReportExport, make_handover
from sim.services.comparison.report.recipe import Asked
from sim.services.comparison.view import ComparisonView
from sim.text.tables import guard_cell


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionsCard:
    """A console and options in a list; `name` is unlike that of every other one."""

    name: str
    title: str
    conditions: Conditions


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Before and after of a team or of a district."""

    comparison: ComparisonView  # what to draw
    handover: ReportExport  # the same, ready for the report and the files
    people: str  # what `person_id` holds, "names" or "pseudonyms"
    # name of the console and options of the drills compared, None when there is nothing to compare
    compared: str | None
    choices: tuple[ConditionsCard, ...]  # consoles and options of all drills, those compared among them
    # who may be one person under two ids, in words; "" where nobody may, or where it was said that they are not
    same_people: str = ""

    @property
    def export_csv(self) -> bytes:
        """The attempts behind it with the columns of `sim.columns.ATTEMPTS`, UTF-8 with BOM."""
        return write_attempts_csv(self.handover.table)


def compare_table(
    table: pd.DataFrame,
    *,
    title: str,
    by_name: bool,
    conditions: Conditions | None = None,
    are_different: bool = False,
) -> Compared:
    """Return the comparison of a table of attempts under one console and options: the usual ones if None."""
    asked = Asked(
        profile=conditions.profile if conditions else None,
        options=conditions.options if conditions else None,
        are_different=are_different,
    )
    compared = compare_attempts(table, profile=asked.profile, options=asked.options, are_different=asked.are_different)
    design = compared.design
    handover = make_handover(compared, table, title=title, by_name=by_name, asked=asked)
    return Compared(
        comparison=handover.view,
        handover=handover,
        people="names" if by_name else "pseudonyms",
        compared=None if design.profile is None else f"{design.profile} {design.options}",
        choices=tuple(_make_conditions_card(each) for each in list_conditions(table)),
        same_people=say_same_people(design.same_people) if design.same_people and not are_different else "",
    )


def write_conditions(profile: ProfileName, options: Options) -> str:
    """Return a console and options in words."""
    return f"{get_card(profile).title} {describe_options(options)}".strip()


def write_attempts_csv(table: pd.DataFrame) -> bytes:
    """Return an attempts table as CSV that `python -m sim compare` reads and spreadsheets open without formulas."""
    table = table.apply(lambda column: column.map(lambda cell: guard_cell(cell) if isinstance(cell, str) else cell))
    return table.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _make_conditions_card(conditions: Conditions) -> ConditionsCard:
    return ConditionsCard(
        name=f"{conditions.profile} {conditions.options}",
        title=write_conditions(ProfileName(conditions.profile), read_options(conditions.options.split())),
        conditions=conditions,
    )
