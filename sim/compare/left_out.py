"""Which attempts of a table may be compared, and why the others may not."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from sim.compare.conditions import (
    Conditions,
    choose_conditions,
    choose_device,
    choose_limit,
    find_other_devices,
    say_devices,
    say_options,
)
from sim.compare.counting import (
    find_met_again,
    has_extra_time,
    is_on_wrong_side,
    is_out_of_order,
    is_quick,
    was_seen_before,
)
from sim.compare.people import EVERYBODY, WAITING, Part, Wanted, find_wanted, has_two_groups
from sim.compare.table import QUICK_S, Phase
from sim.text.tables import write_time
from sim.text.words import order_console, say_console

RETENTION_REASON = "a retention drill is neither before nor after"
NOT_COMPARABLE_TIME = "another time allowance, kept out of the timed numbers"
SEEN_BEFORE = "saw this recording in practice before the drill or during it, so the drill does not count"

Rule = Callable[[pd.DataFrame], "pd.Series[bool]"]
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
    # other_profiles, other_options, other_devices, other_limits: of attempts that were left out for it
    other_profiles: tuple[str, ...]
    other_options: tuple[str, ...]
    other_devices: tuple[str, ...]
    other_limits: tuple[float, ...]
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
    that their person had seen in practice; forms and students that one person met more than once, where every attempt
    of the whole table counts; drills of which it is not known whether they were passed, while it is of others; attempts
    on another console, with other options, on another kind of device, under another limit; people without an attempt on
    both sides; those who waited, when nobody of the trained is left.

    Anyone who had another time allowance is not named: their attempts are one line without a person.

    Args:
        checked: the table as `check_attempts` returns it.
        profile: the console to compare.
        options: the options to compare.
        device: the kind of device to compare; where one of these is None, it is what most people have on both sides.
        wanted: whom to compare.

    Raises:
        ComparisonError: nobody is of a school or person asked for.
    """
    steps = _Steps(checked)
    is_wanted, part = find_wanted(checked, wanted)
    rows = checked.assign(is_wanted=is_wanted, is_met_again=find_met_again(checked))
    rows = steps.drop(rows, "not asked", lambda each: ~each["is_wanted"], "not asked for")
    rows = steps.drop(rows, "retention", lambda each: each["phase"] == Phase.RETENTION.value, RETENTION_REASON)
    if has_two_groups(checked):
        rows = steps.drop(
            rows, "no group", lambda each: each["group"] == "", "is in neither group, while others are in one"
        )
    rows = steps.drop(rows, "wrong side", is_on_wrong_side, _say_wrong_side)
    before_order = rows
    rows = steps.drop(rows, "order", is_out_of_order, "a drill marked after was done before one marked before")
    out_of_order = int(before_order["person_id"].nunique() - rows["person_id"].nunique())
    rows = steps.drop(rows, "extra time", has_extra_time, NOT_COMPARABLE_TIME)
    quick = f"submitted within {QUICK_S:.0f} seconds, which nobody can search in"
    rows = steps.drop(rows, "quick", is_quick, quick)
    rows = steps.drop(rows, "seen before", was_seen_before, SEEN_BEFORE)
    rows = steps.drop(rows, "met again", lambda each: each["is_met_again"], _say_met_again)
    if (checked["passed"] != "").any():
        rows = steps.drop(
            rows, "not scored", lambda each: each["passed"] == "", "whether it was passed is not in the table"
        )
    usual = choose_conditions(rows, profile=None, options=None)
    asked = choose_conditions(rows, profile=profile, options=options)
    consoles, on_console = (
        rows,
        steps.drop(
            rows, "console", lambda each: each["profile"] != asked.profile, lambda out: _say_other_profile(asked, out)
        ),
    )
    with_options = steps.drop(
        on_console, "options", lambda each: each["options"] != asked.options, lambda out: _say_other_options(asked, out)
    )
    usual_device, one_device = choose_device(with_options, device=None), choose_device(with_options, device=device)
    other_devices = find_other_devices(with_options, wanted=one_device)
    on_device = steps.drop(
        with_options,
        "device",
        lambda each: each["device"].isin(other_devices),
        lambda out: _say_other_device(one_device, out),
    )
    limit_s = choose_limit(on_device)
    with_limit = steps.drop(
        on_device, "limit", lambda each: each["limit_s"] != limit_s, lambda out: _say_other_limit(limit_s, out)
    )
    rows = steps.drop(with_limit, "one side", _is_one_sided, _say_one_sided)
    rows = steps.drop(rows, "waits", _waits_alone, "waited, and nobody of the trained group has comparable drills")
    compared = {*rows["person_id"].unique(), *steps.private}
    picked = [say_console(asked.profile)] if asked.profile != usual.profile else []
    picked += [say_options(asked.options)] if asked.options != usual.options else []
    picked += [say_devices([one_device])] if one_device != usual_device else []
    return Comparable(
        rows=rows.loc[:, checked.columns],
        conditions=asked,
        device=one_device,
        limit_s=limit_s,
        other_profiles=tuple(sorted(set(consoles["profile"].unique()) - {asked.profile}, key=order_console)),
        other_options=tuple(sorted(set(on_console["options"].unique()) - {asked.options})),
        other_devices=other_devices,
        other_limits=tuple(sorted({float(each) for each in on_device["limit_s"].unique()} - {limit_s})),
        picked=", ".join(picked),
        part=part,
        dropped=steps.dropped,
        out_of_order=out_of_order,
        left_after_before=with_limit[
            ~with_limit["person_id"].isin(compared) & (with_limit["phase"] == Phase.BEFORE.value)
        ],
        left_out=steps.list_left_out(),
    )


class _Steps:
    """One rule after the other; keeps who was left out for which."""

    def __init__(self, checked: pd.DataFrame) -> None:
        self.private = frozenset(checked.loc[checked["extra_time"] == "yes", "person_id"].unique())
        self.dropped: dict[str, int] = {}
        self._left_out: list[LeftOut] = []

    def drop(self, rows: pd.DataFrame, name: str, is_out: Rule, say: Say | str) -> pd.DataFrame:
        out = is_out(rows)
        self.dropped[name] = int(out.sum())
        if not self.dropped[name]:
            return rows
        for person_id, gone in rows[out].groupby("person_id", sort=True):
            reason = say if isinstance(say, str) else say(gone)
            self._left_out.append(LeftOut(person_id=str(person_id), attempts=len(gone), reason=reason))
        return rows[~out]

    def list_left_out(self) -> tuple[LeftOut, ...]:
        """Return everything left out, with everybody who had another time allowance together, under no name."""
        shown = [out for out in self._left_out if out.person_id not in self.private]
        hidden = sum(out.attempts for out in self._left_out if out.person_id in self.private)
        if hidden:
            shown.append(LeftOut(person_id="", attempts=hidden, reason=NOT_COMPARABLE_TIME))
        return tuple(shown)


def _waits_alone(rows: pd.DataFrame) -> "pd.Series[bool]":
    waits = rows["group"].str.startswith(WAITING)
    return waits if waits.all() else ~waits & waits


def _say_wrong_side(out: pd.DataFrame) -> str:
    phases = sorted(set(out["phase"]), reverse=True)
    sides = " and ".join(f'"{phase}"' for phase in phases)
    if len(phases) > 1:
        return f"recorded as {sides}, but done on the other side of the training date"
    return f"recorded as {sides}, but done {'after' if phases == [Phase.BEFORE.value] else 'before'} the training date"


def _say_met_again(out: pd.DataFrame) -> str:
    forms = ", ".join(sorted(set(out["form_id"])))
    return f"met the same form or student more than once ({forms}) and may remember the answer"


def _say_other_profile(asked: Conditions, out: pd.DataFrame) -> str:
    profiles = " and ".join(say_console(name) for name in sorted(set(out["profile"])))
    return f"on the {profiles} console; only drills on the {say_console(asked.profile)} console are compared here"


def _say_other_options(asked: Conditions, out: pd.DataFrame) -> str:
    given = " and ".join(say_options(options) for options in sorted(set(out["options"])))
    return f"given {given}; only drills {say_options(asked.options)} are compared here"


def _say_other_device(wanted: str, out: pd.DataFrame) -> str:
    compared = f"a {wanted}" if wanted else "one kind of device"
    return f"on {say_devices(sorted(set(out['device'])))}; only drills on {compared} are compared here"


def _say_other_limit(limit_s: float, out: pd.DataFrame) -> str:
    limits = " and ".join(write_time(limit) for limit in sorted(set(out["limit_s"])))
    return f"had a time limit of {limits}; only drills with {write_time(limit_s)} are compared here"


def _is_one_sided(rows: pd.DataFrame) -> "pd.Series[bool]":
    is_before = (rows["phase"] == Phase.BEFORE.value).groupby(rows["person_id"])
    return ~(is_before.transform("max") & ~is_before.transform("min"))


def _say_one_sided(out: pd.DataFrame) -> str:
    return f"has comparable drills {out['phase'].iloc[0]} only"
