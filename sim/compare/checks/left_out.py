"""Which attempts of a table may be compared, and why the others may not."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd

from sim.compare.checks.counting import (
    find_met_again,
    has_extra_time,
    is_on_wrong_side,
    is_out_of_order,
    is_quick,
    was_seen_before,
)
from sim.compare.data.conditions import (
    Conditions,
    choose_conditions,
    choose_device,
    find_other_devices,
    say_devices,
    say_options,
)
from sim.compare.data.people import EVERYBODY, WAITING, Part, Wanted, find_wanted, has_two_groups
from sim.compare.data.table import QUICK_S, Phase
from sim.text.words import order_console, say_console

RETENTION_REASON = "a retention drill is neither before nor after"
NOT_COMPARABLE_TIME = "another time allowance, kept out of the timed numbers"

SEEN_BEFORE = "saw this recording in practice before the drill or during it, so the drill does not count"


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
    other_profiles: tuple[str, ...]  # profiles of attempts that were left out for it
    other_options: tuple[str, ...]  # options of attempts on the same console that were left out for it
    other_devices: tuple[str, ...]  # kinds of device of attempts under the same conditions that were left out for it
    part: Part | None  # the part of the people that this is, None for everybody
    quick: int  # attempts left out because they were handed in sooner than anybody can search
    repeated: int  # attempts left out because their person met the form more than once
    # attempts before of people who have comparable ones before and none after, without anyone who had another time
    # allowance
    left_after_before: pd.DataFrame
    wrong_side: int  # attempts left out because their day lies on the other side of the training
    out_of_order: int  # people left out because a drill marked after was done before one marked before
    extra_time: int  # attempts left out because they had another time allowance
    seen_before: int  # attempts left out because their person had seen the recording outside measured drills
    left_out: tuple[LeftOut, ...]  # by rule, then by person


def leave_out_incomparable(
    checked: pd.DataFrame,
    *,
    profile: str | None,
    options: str | None,
    device: str | None = None,
    wanted_part: Wanted = EVERYBODY,
) -> Comparable:
    """Return the attempts that may be compared.

    Left out, in this order: people who were not asked for; retention attempts; people of no group where there are two;
    attempts whose day lies on the other side of the training; people with a drill marked after that was done before one
    marked before; attempts with another time allowance; drills handed in sooner than `QUICK_S`; drills on a recording
    that their person had seen in practice; forms that one person met more than once (the person may remember the
    answer, whichever attempt it was), where every attempt of the whole table counts, also one left out for another
    reason; attempts on another console profile; attempts with other options; attempts on another kind of device;
    attempts under a time limit that the person did not have in both phases; people without an attempt in both phases;
    those who waited, when nobody of the trained is left.

    Anyone who had another time allowance is not named: their attempts are one line without a person.

    Args:
        checked: the table as `check_attempts` returns it.
        profile: the profile to compare.
        options: the options to compare.
        device: the kind of device to compare; where one of these is None, it is what most people have in both phases.
        wanted_part: whom to compare.

    Raises:
        ComparisonError: nobody is of a school or person asked for.
    """
    left_out: list[LeftOut] = []
    is_wanted, part = find_wanted(checked, wanted_part)
    marked = checked.assign(is_wanted=is_wanted, is_met_again=find_met_again(checked))
    asked = _leave_out(marked, lambda each: ~each["is_wanted"], _say_not_asked, left_out)
    grouped = _leave_out(asked, _is_retention, _say_retention, left_out)
    if has_two_groups(checked):
        grouped = _leave_out(grouped, lambda each: each["group"] == "", _say_no_group, left_out)
    on_side = _leave_out(grouped, is_on_wrong_side, _say_wrong_side, left_out)
    in_order = _leave_out(on_side, is_out_of_order, _say_out_of_order, left_out)
    private = frozenset(checked.loc[checked["extra_time"] == "yes", "person_id"].unique())
    usual = _leave_out(in_order, has_extra_time, _say_extra_time, left_out)
    measured = _leave_out(usual, is_quick, _say_quick, left_out)
    unseen = _leave_out(measured, was_seen_before, _say_seen_before, left_out)
    seen_once = _leave_out(unseen, lambda each: each["is_met_again"], _say_repeated_form, left_out)
    wanted = choose_conditions(seen_once, profile=profile, options=options)
    on_console = _leave_out(
        seen_once,
        lambda each: each["profile"] != wanted.profile,
        partial(_say_other_profile, wanted.profile),
        left_out,
    )
    with_options = _leave_out(
        on_console,
        lambda each: each["options"] != wanted.options,
        partial(_say_other_options, wanted.options),
        left_out,
    )
    one_device = choose_device(with_options, device=device)
    other_devices = find_other_devices(with_options, wanted=one_device)
    rows = _leave_out(
        with_options,
        lambda each: each["device"].isin(other_devices),
        partial(_say_other_device, one_device),
        left_out,
    )
    with_limit = _leave_out(rows, _has_one_sided_limit, _say_one_sided_limit, left_out)
    rows = _leave_out(with_limit, _is_one_sided, _say_one_sided, left_out)
    rows = _leave_out(rows, _waits_alone, _say_waits_alone, left_out)
    return Comparable(
        rows=rows.loc[:, checked.columns],
        conditions=wanted,
        device=one_device,
        other_profiles=tuple(sorted(set(seen_once["profile"].unique()) - {wanted.profile}, key=order_console)),
        other_options=tuple(sorted(set(on_console["options"].unique()) - {wanted.options})),
        other_devices=other_devices,
        part=part,
        quick=len(usual) - len(measured),
        seen_before=len(measured) - len(unseen),
        repeated=len(unseen) - len(seen_once),
        left_after_before=with_limit[
            ~with_limit["person_id"].isin({*rows["person_id"].unique(), *private})
            & (with_limit["phase"] == Phase.BEFORE.value)
        ],
        wrong_side=len(grouped) - len(on_side),
        out_of_order=int(on_side["person_id"].nunique() - in_order["person_id"].nunique()),
        extra_time=len(in_order) - len(usual),
        left_out=_hide(left_out, private),
    )


def _hide(left_out: list[LeftOut], private: frozenset[str]) -> tuple[LeftOut, ...]:
    """Return the list with everybody who had another time allowance taken together, under no name."""
    shown = [out for out in left_out if out.person_id not in private]
    hidden = sum(out.attempts for out in left_out if out.person_id in private)
    if hidden:
        shown.append(LeftOut(person_id="", attempts=hidden, reason=NOT_COMPARABLE_TIME))
    return tuple(shown)


def _leave_out(
    rows: pd.DataFrame,
    is_out: Callable[[pd.DataFrame], "pd.Series[bool]"],
    say: Callable[[pd.DataFrame], str],
    left_out: list[LeftOut],
) -> pd.DataFrame:
    out = is_out(rows)
    if not out.any():
        return rows
    for person_id, dropped in rows[out].groupby("person_id", sort=True):
        left_out.append(LeftOut(person_id=str(person_id), attempts=len(dropped), reason=say(dropped)))
    return rows[~out]


def _is_retention(rows: pd.DataFrame) -> "pd.Series[bool]":
    return rows["phase"] == Phase.RETENTION.value


def _say_retention(_dropped: pd.DataFrame) -> str:
    return RETENTION_REASON


def _say_no_group(_dropped: pd.DataFrame) -> str:
    return "is in neither group, while others are in one"


def _waits_alone(rows: pd.DataFrame) -> "pd.Series[bool]":
    waits = rows["group"].str.startswith(WAITING)
    return waits if waits.all() else ~waits & waits


def _say_waits_alone(_dropped: pd.DataFrame) -> str:
    return "waited, and nobody of the trained group has comparable drills"


def _say_wrong_side(dropped: pd.DataFrame) -> str:
    phases = sorted(set(dropped["phase"]), reverse=True)
    sides = " and ".join(f'"{phase}"' for phase in phases)
    if len(phases) > 1:
        return f"recorded as {sides}, but done on the other side of the training date"
    return f"recorded as {sides}, but done {'after' if phases == [Phase.BEFORE.value] else 'before'} the training date"


def _say_out_of_order(_dropped: pd.DataFrame) -> str:
    return "a drill marked after was done before one marked before"


def _say_extra_time(_dropped: pd.DataFrame) -> str:
    return NOT_COMPARABLE_TIME


def _say_seen_before(_dropped: pd.DataFrame) -> str:
    return SEEN_BEFORE


def _say_not_asked(_dropped: pd.DataFrame) -> str:
    return "not asked for"


def _say_quick(_dropped: pd.DataFrame) -> str:
    return f"submitted within {QUICK_S:.0f} seconds, which nobody can search in"


def _say_repeated_form(dropped: pd.DataFrame) -> str:
    forms = ", ".join(sorted(set(dropped["form_id"])))
    return f"met the same form more than once ({forms}) and may remember the answer"


def _say_other_profile(wanted: str, dropped: pd.DataFrame) -> str:
    profiles = " and ".join(say_console(name) for name in sorted(set(dropped["profile"])))
    return f"on the {profiles} console; only drills on the {say_console(wanted)} console are compared here"


def _say_other_options(wanted: str, dropped: pd.DataFrame) -> str:
    given = " and ".join(say_options(options) for options in sorted(set(dropped["options"])))
    return f"given {given}; only drills {say_options(wanted)} are compared here"


def _say_other_device(wanted: str, dropped: pd.DataFrame) -> str:
    devices = say_devices(sorted(set(dropped["device"])))
    compared = f"a {wanted}" if wanted else "one kind of device"
    return f"on {devices}; only drills on {compared} are compared here"


def _has_one_sided_limit(rows: pd.DataFrame) -> "pd.Series[bool]":
    return ~_is_in_both(rows, ["person_id", "limit_s"]) & _is_in_both(rows, ["person_id"])


def _say_one_sided_limit(dropped: pd.DataFrame) -> str:
    limits = " and ".join(f"{limit / 60.0:g} min" for limit in sorted(set(dropped["limit_s"])))
    return f"had a time limit ({limits}) that was not used in both phases"


def _is_one_sided(rows: pd.DataFrame) -> "pd.Series[bool]":
    return ~_is_in_both(rows, ["person_id"])


def _is_in_both(rows: pd.DataFrame, names: list[str]) -> "pd.Series[bool]":
    """Return for each attempt whether those that share these columns lie before and after."""
    is_before = (rows["phase"] == Phase.BEFORE.value).groupby([rows[name] for name in names])
    return is_before.transform("max") & ~is_before.transform("min")


def _say_one_sided(dropped: pd.DataFrame) -> str:
    return f"has comparable drills {dropped['phase'].iloc[0]} only"
