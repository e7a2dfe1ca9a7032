"""Which attempts of a table may be compared, and why the others may not."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd

from sim.columns import CONSOLE_PROFILES
from sim.compare.conditions import Conditions, choose_conditions, say_options
from sim.compare.table import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Attempts of one person that the comparison does not use, and why."""

    person_id: str
    attempts: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparable:
    """What is left to compare.

    Attributes:
        rows: the attempts that may be compared.
        conditions: their console profile and options.
        other_profiles: profiles of attempts that were left out for it.
        other_options: options of attempts on the same console that were left out for it.
        repeated: attempts left out because their person met the form more than once.
        left_out: by rule, then by person.
    """

    rows: pd.DataFrame
    conditions: Conditions
    other_profiles: tuple[str, ...]
    other_options: tuple[str, ...]
    repeated: int
    left_out: tuple[LeftOut, ...]


def leave_out_incomparable(checked: pd.DataFrame, *, profile: str | None, options: str | None) -> Comparable:
    """Return the attempts that may be compared.

    Left out, in this order: retention attempts; forms that one person met more than once (the person may remember the
    answer, whichever attempt it was); attempts on another console profile; attempts with other options; attempts under
    a time limit that the person did not have in both phases; people without an attempt in both phases.

    Args:
        checked: the table as `check_attempts` returns it.
        profile: the profile to compare.
        options: the options to compare; where one of these is None, it is what most people have in both phases.
    """
    left_out: list[LeftOut] = []
    measured = _leave_out(checked, _is_retention, _say_retention, left_out)
    seen_once = _leave_out(measured, _is_repeated_form, _say_repeated_form, left_out)
    wanted = choose_conditions(seen_once, profile=profile, options=options)
    on_console = _leave_out(
        seen_once,
        lambda each: each["profile"] != wanted.profile,
        partial(_say_other_profile, wanted.profile),
        left_out,
    )
    rows = _leave_out(
        on_console,
        lambda each: each["options"] != wanted.options,
        partial(_say_other_options, wanted.options),
        left_out,
    )
    rows = _leave_out(rows, _has_one_sided_limit, _say_one_sided_limit, left_out)
    rows = _leave_out(rows, _is_one_sided, _say_one_sided, left_out)
    return Comparable(
        rows=rows,
        conditions=wanted,
        other_profiles=tuple(
            name for name in CONSOLE_PROFILES if name != wanted.profile and (seen_once["profile"] == name).any()
        ),
        other_options=tuple(sorted(set(on_console["options"]) - {wanted.options})),
        repeated=len(measured) - len(seen_once),
        left_out=tuple(left_out),
    )


def _leave_out(
    rows: pd.DataFrame,
    is_out: Callable[[pd.DataFrame], "pd.Series[bool]"],
    say: Callable[[pd.DataFrame], str],
    left_out: list[LeftOut],
) -> pd.DataFrame:
    out = is_out(rows)
    for person_id, dropped in rows[out].groupby("person_id", sort=True):
        left_out.append(LeftOut(person_id=str(person_id), attempts=len(dropped), reason=say(dropped)))
    return rows[~out]


def _is_retention(rows: pd.DataFrame) -> "pd.Series[bool]":
    return rows["phase"] == Phase.RETENTION.value


def _say_retention(_dropped: pd.DataFrame) -> str:
    return "a retention drill is neither before nor after"


def _is_repeated_form(rows: pd.DataFrame) -> "pd.Series[bool]":
    return rows.duplicated(subset=["person_id", "form_id"], keep=False)


def _say_repeated_form(dropped: pd.DataFrame) -> str:
    forms = ", ".join(sorted(set(dropped["form_id"])))
    return f"met the same form more than once ({forms}) and may remember the answer"


def _say_other_profile(wanted: str, dropped: pd.DataFrame) -> str:
    profiles = " and ".join(sorted(set(dropped["profile"])))
    return f"on the {profiles} console; only drills on the {wanted} console are compared here"


def _say_other_options(wanted: str, dropped: pd.DataFrame) -> str:
    given = " and ".join(say_options(options) for options in sorted(set(dropped["options"])))
    return f"given {given}; only drills {say_options(wanted)} are compared here"


def _has_one_sided_limit(rows: pd.DataFrame) -> "pd.Series[bool]":
    phases = rows.groupby(["person_id", "limit_s"])["phase"].transform("nunique")
    in_both = rows.groupby("person_id")["phase"].transform("nunique") == 2
    return (phases < 2) & in_both


def _say_one_sided_limit(dropped: pd.DataFrame) -> str:
    limits = " and ".join(f"{limit / 60.0:g} min" for limit in sorted(set(dropped["limit_s"])))
    return f"had a time limit ({limits}) that was not used in both phases"


def _is_one_sided(rows: pd.DataFrame) -> "pd.Series[bool]":
    return rows.groupby("person_id")["phase"].transform("nunique") < 2


def _say_one_sided(dropped: pd.DataFrame) -> str:
    return f"has comparable drills {dropped['phase'].iloc[0]} only"
