"""What kind of comparison the attempts allow, checked before any number is computed."""

from dataclasses import dataclass
from enum import Enum

import pandas as pd

from sim.compare.checks.counting import DesignCheck, Finding
from sim.compare.checks.drill_checks import (
    check_drills_unknown,
    check_familiar,
    check_forms_balanced,
    check_forms_equally_hard,
    check_forms_seen_once,
    check_lessons,
    check_one_console,
    check_one_device,
    check_same_options,
    check_usual_time,
)
from sim.compare.checks.left_out import Comparable, LeftOut, leave_out_incomparable
from sim.compare.checks.people_checks import (
    SamePerson,
    WhoLeft,
    check_baselines,
    check_chosen,
    check_drills_each,
    check_groups_whole,
    check_one_id_each,
    check_order,
    check_same_people,
    compute_who_left,
    find_choice,
    find_same_people,
    is_order_known,
)
from sim.compare.data.people import EVERYBODY, Part, Wanted, has_two_groups, is_drawn
from sim.compare.data.table import Phase

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
    """What is compared: the design, the checks, and what was left out."""

    design: Design  # the design, by its name
    people: int  # people compared, of both groups where there are two
    profile: str | None  # the console profile of every attempt compared; None when nothing can be compared
    other_profiles: tuple[str, ...]  # profiles of attempts that were left out for it
    # the options of every attempt compared, names with blanks between; None when nothing can be compared
    options: str | None
    other_options: tuple[str, ...]  # options of attempts on that console that were left out for it
    checks: tuple[DesignCheck, ...]  # every check, also those that could not be made
    left_out: tuple[LeftOut, ...]  # by person
    # the kind of device of every attempt compared, "" where not known; None when nothing can be compared
    device: str | None = None
    other_devices: tuple[str, ...] = ()  # kinds of device of attempts under these conditions that were left out for it
    part: Part | None = None  # the part of the people or schools that was asked for; None for everybody
    # how the people compared were chosen, one of `sim.columns.CHOSEN_BY`; "" where that is not known
    chosen_by: str = ""
    is_order_known: bool = False  # the table says of every drill compared when it was done
    # ids that may be one person under two; `are_different` when somebody said that they are not
    same_people: tuple[SamePerson, ...] = ()
    are_different: bool = False
    quick: int = 0  # drills left out because they were handed in sooner than anybody can search
    everyone: int = 0  # people in the table
    who_left: WhoLeft | None = None  # how those did before who have nothing after; None when nobody left

    @property
    def open_checks(self) -> tuple[DesignCheck, ...]:
        """The checks that found a concern, or that the table does not answer."""
        return tuple(check for check in self.checks if check.finding is not Finding.FINE)


def check_design(
    checked: pd.DataFrame,
    *,
    profile: str | None = None,
    options: str | None = None,
    device: str | None = None,
    wanted: Wanted = EVERYBODY,
    are_different: bool = False,
) -> tuple[pd.DataFrame, DesignReport]:
    """Return the attempts that may be compared (see `leave_out_incomparable`), and the report on the design.

    Where the design has a waiting group its attempts are among them, never to be pooled with the others.

    Args:
        checked: the table as `check_attempts` returns it.
        profile: the console profile to compare.
        options: the options to compare.
        device: the kind of device to compare; where one of these is None, it is what most people have in both phases.
        wanted: whom to compare.
        are_different: people who look like one under two ids are known to be different people.

    Raises:
        ComparisonError: everybody in a group waited, lots decided for some only, or nobody is of whom was asked for.
    """
    left = leave_out_incomparable(checked, profile=profile, options=options, device=device, wanted_part=wanted)
    people = int(left.rows["person_id"].nunique())
    same = find_same_people(checked)
    return left.rows, DesignReport(
        design=_name_design(left.rows),
        people=people,
        profile=left.conditions.profile if people else None,
        other_profiles=left.other_profiles,
        options=left.conditions.options if people else None,
        other_options=left.other_options,
        checks=_list_checks(checked, left, people=people, one_id=check_one_id_each(same, are_different=are_different)),
        left_out=left.left_out,
        device=left.device if people else None,
        other_devices=left.other_devices,
        part=left.part,
        chosen_by=find_choice(left.rows) if people else "",
        is_order_known=is_order_known(left.rows),
        same_people=same,
        are_different=are_different,
        quick=left.quick,
        everyone=int(checked["person_id"].nunique()),
        who_left=compute_who_left(left.rows, left.left_after_before),
    )


def _list_checks(
    checked: pd.DataFrame, left: Comparable, *, people: int, one_id: DesignCheck
) -> tuple[DesignCheck, ...]:
    rows, everyone = left.rows, int(checked["person_id"].nunique())
    groups = (check_groups_whole(checked, rows),) if has_two_groups(checked) else ()
    lessons = (check_lessons(rows),) if rows["lessons"].notna().any() else ()
    return (
        check_same_people(people=people, everyone=everyone, part=left.part),
        check_forms_seen_once(left.repeated, later=_count_met_later(checked)),
        check_forms_balanced(rows),
        check_drills_each(rows),
        check_one_console(left.conditions.profile, left.other_profiles),
        check_same_options(left.conditions.options, left.other_options),
        check_forms_equally_hard(rows),
        check_familiar(rows),
        *lessons,
        check_one_device(left.device, left.other_devices, rows=rows),
        check_order(rows, wrong_side=left.wrong_side, out_of_order=left.out_of_order, everyone=everyone),
        check_usual_time(rows, extra=left.extra_time),
        check_baselines(rows),
        check_chosen(rows),
        one_id,
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


def _count_met_later(checked: pd.DataFrame) -> int:
    """Return how many retention drills were on a form that their person has in another drill of the table."""
    again = checked.duplicated(["person_id", "form_id"], keep=False)
    return int((again & (checked["phase"] == Phase.RETENTION.value)).sum())
