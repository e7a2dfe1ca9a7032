"""What kind of comparison the attempts allow, checked before any number is computed."""

from dataclasses import dataclass
from enum import Enum

import pandas as pd

from sim.compare.condition_checks import (
    check_familiar,
    check_one_console,
    check_one_device,
    check_same_options,
    check_usual_time,
)
from sim.compare.findings import DesignCheck, Finding
from sim.compare.form_checks import (
    check_drills_unknown,
    check_forms_balanced,
    check_forms_equally_hard,
    check_forms_seen_once,
)
from sim.compare.group_names import has_two_groups, is_drawn
from sim.compare.left_out import Comparable, LeftOut, leave_out_incomparable
from sim.compare.people_checks import (
    check_baselines,
    check_drills_each,
    check_groups_whole,
    check_order,
    check_same_people,
)
from sim.compare.table import Phase

__all__ = ["Design", "DesignCheck", "DesignReport", "Finding", "check_design"]


class Design(Enum):
    """Designs that the table alone can show, named as a report names them."""

    BEFORE_AFTER = "before and after, one group"
    DOUBLE_BASELINE = "two or more drills before, one group"
    WAIT_LIST = "before and after, a trained and a waiting group"
    RANDOMISED = "before and after, a trained and a waiting group drawn by lot"
    NONE = "no one in both phases"


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignReport:
    """What is compared: the design, the checks, and what was left out.

    Attributes:
        design: the design, by its name.
        people: people compared, of both groups where there are two.
        profile: the console profile of every attempt compared; None when nothing can be compared.
        other_profiles: profiles of attempts that were left out for it.
        options: the options of every attempt compared, names with blanks between; None when nothing can be compared.
        other_options: options of attempts on that console that were left out for it.
        checks: every check, also those that could not be made.
        left_out: by person.
        device: the kind of device of every attempt compared, "" where not known; None when nothing can be compared.
        other_devices: kinds of device of attempts under these conditions that were left out for it.
    """

    design: Design
    people: int
    profile: str | None
    other_profiles: tuple[str, ...]
    options: str | None
    other_options: tuple[str, ...]
    checks: tuple[DesignCheck, ...]
    left_out: tuple[LeftOut, ...]
    device: str | None = None
    other_devices: tuple[str, ...] = ()


def check_design(
    checked: pd.DataFrame, *, profile: str | None = None, options: str | None = None, device: str | None = None
) -> tuple[pd.DataFrame, DesignReport]:
    """Return the attempts that may be compared (see `leave_out_incomparable`), and the report on the design.

    Where the design has a waiting group its attempts are among them, never to be pooled with the others.

    Args:
        checked: the table as `check_attempts` returns it.
        profile: the console profile to compare.
        options: the options to compare.
        device: the kind of device to compare; where one of these is None, it is what most people have in both phases.

    Raises:
        ComparisonError: everybody in a group waited, or lots decided for some only.
    """
    left = leave_out_incomparable(checked, profile=profile, options=options, device=device)
    people = int(left.rows["person_id"].nunique())
    return left.rows, DesignReport(
        design=_name_design(left.rows),
        people=people,
        profile=left.conditions.profile if people else None,
        other_profiles=left.other_profiles,
        options=left.conditions.options if people else None,
        other_options=left.other_options,
        checks=_list_checks(checked, left, people=people),
        left_out=left.left_out,
        device=left.device if people else None,
        other_devices=left.other_devices,
    )


def _list_checks(checked: pd.DataFrame, left: Comparable, *, people: int) -> tuple[DesignCheck, ...]:
    rows, everyone = left.rows, int(checked["person_id"].nunique())
    groups = (check_groups_whole(checked, rows),) if has_two_groups(checked) else ()
    return (
        check_same_people(people=people, everyone=everyone),
        check_forms_seen_once(left.repeated),
        check_forms_balanced(rows),
        check_drills_each(rows),
        check_one_console(left.conditions.profile, left.other_profiles),
        check_same_options(left.conditions.options, left.other_options),
        check_forms_equally_hard(rows),
        check_familiar(rows),
        check_one_device(left.device, left.other_devices, rows=rows),
        check_order(rows, wrong_side=left.wrong_side, out_of_order=left.out_of_order, everyone=everyone),
        check_usual_time(rows, extra=left.extra_time),
        check_baselines(rows),
        check_drills_unknown(rows, seen_before=left.seen_before),
        *groups,
    )


def _name_design(rows: pd.DataFrame) -> Design:
    if rows.empty:
        return Design.NONE
    if has_two_groups(rows):
        return Design.RANDOMISED if is_drawn(rows) else Design.WAIT_LIST
    before = rows[rows["phase"] == Phase.BEFORE.value]
    return Design.DOUBLE_BASELINE if before.groupby("person_id").size().min() >= 2 else Design.BEFORE_AFTER
