"""Which attempts of a table may be compared, and why the others may not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.compare import counting
from sim.compare.counting import WHY, Conditions, Reason, say_devices, say_options
from sim.compare.facts import EVERYBODY, WAITING, Part, Wanted, find_wanted, has_two_groups
from sim.compare.result import BoolArray
from sim.compare.table import Phase
from sim.text.tables import write_time
from sim.text.words import order_console, say_console

NOT_COMPARABLE_TIME = "another time allowance, kept out of the timed numbers"
RETENTION_REASON = "a retention drill is neither before nor after"

Say = Callable[[pd.DataFrame], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Attempts of one person that the comparison does not use, and why. `person_id` is "" where nobody is named."""

    person_id: str
    attempts: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparable:
    """What is left to compare."""

    rows: pd.DataFrame  # the attempts before and after that may be compared
    conditions: Conditions  # console profile and options of all these
    device: str  # the kind of device, "" where it is not known
    limit_s: float  # the time limit; NaN where nothing is left
    others: tuple[str, ...]  # consoles, options, devices and limits that attempts were left out for, in words
    picked: str  # the conditions that were asked for instead of the usual ones, in words; "" for none
    part: Part | None  # the part of the people that this is, None for everybody
    dropped: dict[str, int]  # attempts left out, by the name of the rule
    out_of_order: int  # people left out because a drill marked after was done before one marked before
    # attempts before of people who have comparable ones before and none after, without anyone with extra time
    left_after_before: pd.DataFrame
    left_out: tuple[LeftOut, ...]  # by rule, then by person


def leave_out(
    checked: pd.DataFrame,
    *,
    profile: str | None = None,
    options: str | None = None,
    device: str | None = None,
    wanted: Wanted = EVERYBODY,
) -> Comparable:
    """Return the attempts that may be compared.

    Left out, in this order: people who were not asked for; retention attempts; people of no group where there are two;
    attempts whose day lies on the other side of the training; people with a drill marked after that was done before one
    marked before; attempts with another time allowance; drills handed in sooner than `QUICK_S`; drills on a recording
    that their person had seen in practice; drills whose answers anybody can look up, unless all are; forms and students
    that one person met more than once, where every attempt of the whole table counts; drills of which it is not known
    whether they were passed, while it is of others; attempts on another console, with other options, on another kind of
    device, under another limit; people without an attempt on both sides; those who waited, when nobody of the trained
    is left.

    Anyone who had another time allowance is not named: their attempts are one line without a person.

    Args as of `compare_attempts`, but the table as `check_attempts` returns it.

    Raises:
        ComparisonError: nobody is of a school or person asked for.
    """
    steps = _Steps(checked)
    is_wanted, part = find_wanted(checked, wanted)
    steps.drop("not asked", ~is_wanted, "not asked for")
    steps.drop("retention", steps.rows["phase"] == Phase.RETENTION.value, RETENTION_REASON)
    if has_two_groups(checked):
        steps.drop("no group", steps.rows["group"] == "", "is in neither group, while others are in one")
    steps.drop("wrong side", counting.is_on_wrong_side(steps.rows), lambda out: counting.say_side(out["phase"], ""))
    people = steps.rows["person_id"].nunique()
    steps.drop("order", counting.is_out_of_order(steps.rows), WHY[Reason.OUT_OF_ORDER])
    out_of_order = int(people - steps.rows["person_id"].nunique())
    steps.drop("extra time", steps.rows["extra_time"] == "yes", NOT_COMPARABLE_TIME)
    steps.drop("quick", counting.is_quick(steps.rows), WHY[Reason.QUICK])
    steps.drop("seen before", steps.rows["seen_before"] == "yes", WHY[Reason.SEEN_BEFORE])
    is_known = steps.rows["origin"] == "public"
    steps.drop("known", is_known & (not is_known.all()), WHY[Reason.KNOWN])
    steps.drop("met again", steps.rows["is_met_again"], _say_met_again)
    if (checked["passed"] != "").any():
        steps.drop("not scored", steps.rows["passed"] == "", "whether it was passed is not in the table")
    usual = counting.choose_conditions(steps.rows)
    asked = counting.choose_conditions(steps.rows, profile=profile, options=options)
    on_other_console = steps.drop(
        "console",
        steps.rows["profile"] != asked.profile,
        lambda out: (
            f"on the {_say_each(say_console, out['profile'])} console; only drills on the {say_console(asked.profile)} "
            "console are compared here"
        ),
    )
    with_other_options = steps.drop(
        "options",
        steps.rows["options"] != asked.options,
        lambda out: (
            f"given {_say_each(say_options, out['options'])}; only drills {say_options(asked.options)} are compared "
            "here"
        ),
    )
    usual_device = counting.choose_device(steps.rows)
    one_device = usual_device if device is None else device
    other_devices = counting.find_other_devices(steps.rows, wanted=one_device)
    compared_device = f"a {one_device}" if one_device else "one kind of device"
    steps.drop(
        "device",
        steps.rows["device"].isin(other_devices),
        lambda out: f"on {say_devices(sorted(set(out['device'])))}; only drills on {compared_device} are compared here",
    )
    limit_s = counting.choose_limit(steps.rows)
    with_other_limit = steps.drop(
        "limit",
        steps.rows["limit_s"] != limit_s,
        lambda out: (
            f"had a time limit of {_say_each(write_time, out['limit_s'])}; only drills with {write_time(limit_s)} are "
            "compared here"
        ),
    )
    with_limit = steps.rows
    is_before = (steps.rows["phase"] == Phase.BEFORE.value).groupby(steps.rows["person_id"])
    has_both = is_before.transform("max") & ~is_before.transform("min")
    steps.drop("one side", ~has_both, lambda out: f"has comparable drills {out['phase'].iloc[0]} only")
    waits = steps.rows["group"].str.startswith(WAITING)
    steps.drop("waits", waits & bool(waits.all()), "waited, and nobody of the trained group has comparable drills")
    gone = ~with_limit["person_id"].isin({*steps.rows["person_id"].unique(), *steps.private})
    picked = [say_console(asked.profile)] if asked.profile != usual.profile else []
    picked += [say_options(asked.options)] if asked.options != usual.options else []
    picked += [say_devices([one_device])] if one_device != usual_device else []
    return Comparable(
        rows=steps.rows.loc[:, checked.columns],
        conditions=asked,
        device=one_device,
        limit_s=limit_s,
        others=(
            *(f"{say_console(each)} console" for each in sorted(set(on_other_console["profile"]), key=order_console)),
            *map(say_options, sorted(set(with_other_options["options"]))),
            *([f"on {say_devices(other_devices)}"] if other_devices else []),
            *(f"with a limit of {write_time(each)}" for each in sorted(set(with_other_limit["limit_s"]))),
        ),
        picked=", ".join(picked),
        part=part,
        dropped=steps.dropped,
        out_of_order=out_of_order,
        left_after_before=with_limit[gone & (with_limit["phase"] == Phase.BEFORE.value)],
        left_out=steps.list_left_out(),
    )


class _Steps:
    """One rule after the other: what is left, and who was left out for which."""

    def __init__(self, checked: pd.DataFrame) -> None:
        self.rows = checked.assign(is_met_again=counting.find_met_again(checked))
        self.private = frozenset(checked.loc[checked["extra_time"] == "yes", "person_id"].unique())
        self.dropped: dict[str, int] = {}
        self._left_out: list[LeftOut] = []

    def drop(self, name: str, is_out: "pd.Series[bool] | BoolArray | list[bool]", say: Say | str) -> pd.DataFrame:
        """Leave attempts out, and return them; `say` tells why, of those of one person."""
        is_out = np.asarray(is_out, dtype=bool)
        out = self.rows[is_out]
        self.dropped[name] = len(out)
        if len(out):
            self.rows = self.rows[~is_out]
            for person_id, gone in out.groupby("person_id", sort=True):
                reason = say if isinstance(say, str) else say(gone)
                self._left_out.append(LeftOut(person_id=str(person_id), attempts=len(gone), reason=reason))
        return out

    def list_left_out(self) -> tuple[LeftOut, ...]:
        """Return everything left out, with everybody who had another time allowance together, under no name."""
        shown = [out for out in self._left_out if out.person_id not in self.private]
        hidden = sum(out.attempts for out in self._left_out if out.person_id in self.private)
        if hidden:
            shown.append(LeftOut(person_id="", attempts=hidden, reason=NOT_COMPARABLE_TIME))
        return tuple(shown)


def _say_each(say: Callable[[Any], str], values: "pd.Series[Any]") -> str:
    return " and ".join(say(value) for value in sorted(set(values)))


def _say_met_again(out: pd.DataFrame) -> str:
    forms = ", ".join(sorted(set(out["form_id"])))
    return f"met the same form or student more than once ({forms}) and may remember the answer"
