"""Whether one drill counts before and after training, by what it is itself and the conditions it was done under.

The comparison leaves out by these rules (`sim.compare.left_out`), and whoever gives, joins or lists drills asks
them beforehand (`sim.rules.counts`). That somebody has no drills on the other side is not among them.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

import pandas as pd

from sim.columns import CONSOLE_PROFILES, DEVICES
from sim.compare.table import QUICK_S, Phase
from sim.text.words import order_console

MIXED = "mixed"
BEFORE, AFTER, RETENTION = (phase.value for phase in Phase)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """A console profile, and the names of the options with blanks between as `check_attempts` leaves them."""

    profile: str
    options: str


def list_conditions(rows: pd.DataFrame) -> tuple[Conditions, ...]:
    """Return the conditions that occur, by console as `order_console` has them, those without options first."""
    pairs = rows[["profile", "options"]].drop_duplicates()
    found = {
        Conditions(profile=profile, options=options)
        for profile, options in zip(pairs["profile"], pairs["options"], strict=True)
    }
    return tuple(sorted(found, key=lambda each: (order_console(each.profile), each.options)))


def choose_conditions(rows: pd.DataFrame, *, profile: str | None = None, options: str | None = None) -> Conditions:
    """Return the conditions under which most people have drills in both phases; among equals those of most drills.

    Only conditions with the console and the options that are given are chosen from.
    """
    fitting = [
        each for each in list_conditions(rows) if profile in (None, each.profile) and options in (None, each.options)
    ]
    usual = Conditions(profile=profile or CONSOLE_PROFILES[0], options=options or "")
    return _choose(
        fitting, usual, lambda each: rows[(rows["profile"] == each.profile) & (rows["options"] == each.options)]
    )


def choose_device(rows: pd.DataFrame) -> str:
    """Return the kind of device on which most people have drills in both phases, "" where none is known.

    Drills on more than one kind are never chosen.
    """
    found = set(rows["device"].unique())
    known = [each for each in DEVICES if each != MIXED and each in found]
    return _choose(known, "", lambda each: rows[rows["device"] == each])


def find_other_devices(rows: pd.DataFrame, *, wanted: str) -> tuple[str, ...]:
    """Return the kinds of device in the rows that cannot be compared with `wanted`.

    Not knowing the device of some drills rules them out only where different ones are known to have been used: in a
    table that names one kind here and nothing there, nothing speaks against that kind.
    """
    found = set(rows["device"].unique())
    others = [each for each in DEVICES if each in found and each != wanted]
    return (*others, "") if others and wanted and "" in found else tuple(others)


def choose_limit(rows: pd.DataFrame) -> float:
    """Return the time limit, in seconds, under which most people have drills in both phases; NaN without any drill.

    Times under different limits are no measure of the same thing, so that one odd limit never cuts the others.
    """
    limits = sorted(float(each) for each in rows["limit_s"].unique())
    return _choose(limits, math.nan, lambda each: rows[rows["limit_s"] == each])


def _choose(known: Sequence[T], none: T, pick: Callable[[T], pd.DataFrame]) -> T:
    """Return what most people have drills with before and after, then most drills; retention tells where all tie."""
    if len(known) < 2:  # nothing to weigh
        return next(iter(known), none)

    def weigh(each: T) -> tuple[int, int, int]:
        those = pick(each)
        sided = those[those["phase"] != RETENTION]
        phases = sided[["person_id", "phase"]].drop_duplicates()["person_id"].value_counts(sort=False)
        return int((phases == 2).sum()), len(sided), len(those)

    return max(known, key=weigh)


def say_options(options: str) -> str:
    """Return "with appearance search and interruptions", or "without options"."""
    words = [name.replace("-", " ") for name in options.split()]
    if not words:
        return "without options"
    return "with " + (words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}")


def say_devices(devices: Sequence[str]) -> str:
    """Return "a phone", "a phone or a tablet", "more than one kind of device"."""
    words = [
        "more than one kind of device" if device == "mixed" else f"a {device}" if device else "" for device in devices
    ]
    return " or ".join(word or "a device that is not known" for word in words)


class Reason(StrEnum):
    """Why a drill does not count, in the order in which the rules are asked."""

    WRONG_SIDE = "done on the other side of the training"
    OUT_OF_ORDER = "of a person with a drill before training that came later than one after it"
    QUICK = "submitted sooner than anybody can search"
    SEEN_BEFORE = "the recording was seen in practice"
    KNOWN = "anybody can look up its answers"
    FORM_MET = "the form was met before"
    CONSOLE = "another console or other options"
    DEVICE = "another kind of device"
    # the last: what is told of everyone else's drills would else be missing on theirs alone, and tell who has it
    EXTRA_TIME = "another time allowance"

    @property
    def is_private(self) -> bool:
        """Whether only the person and those who set it may read it, never a board."""
        return self is Reason.EXTRA_TIME

    @property
    def stays_due(self) -> bool:
        """Whether the step is still to be done; nobody is asked to do again what would not count the next time either.

        That is what they did in their own time, and any drill of somebody who did them in the wrong order.
        """
        return self not in (Reason.EXTRA_TIME, Reason.OUT_OF_ORDER)


# The reasons as they are told everywhere, of those that name no day, console, device or form.
WHY: Final[Mapping[Reason, str]] = {
    Reason.OUT_OF_ORDER: "a drill before training was done later than one after training",
    Reason.QUICK: f"submitted within {QUICK_S:.0f} seconds, which nobody can search in",
    Reason.SEEN_BEFORE: "on a recording seen in practice",
    Reason.KNOWN: "on footage whose answers anyone can look up",
}


def say_side(phases: Iterable[str], day: str) -> str:
    """Return 'recorded as "before", but done after the training on Nov 30'; `day` is " on Nov 30", or ""."""
    recorded = sorted(set(phases), reverse=True)
    side = "on the other side of" if len(recorded) > 1 else "after" if recorded == [BEFORE] else "before"
    quoted = " and ".join(f'"{phase}"' for phase in recorded)
    return f"recorded as {quoted}, but done {side} the training{day}"


# Columns of `sim.columns.ATTEMPTS` with a value for each drill; NaN for a number that is not known.
Columns = Mapping[str, Sequence[Any]] | pd.DataFrame


def is_on_wrong_side(rows: Columns) -> list[bool]:
    """Return which drills lie on the other side of the training than their phase says."""
    return [
        days > 0.0 if phase == BEFORE else days < 0.0
        for days, phase in zip(rows["days_since_training"], rows["phase"], strict=True)
    ]


def is_out_of_order(rows: Columns, *, left_out: Sequence[bool] | None = None) -> list[bool]:
    """Return the drills before and after training of people with one before that came later than one after it.

    Which of the two is on the wrong side cannot be told, so none of that person's says anything. Drills that were
    `left_out` already have no say.
    """
    drills = list(zip(rows["person_id"], rows["phase"], rows["drill_number"], strict=True))
    out = left_out or [False] * len(drills)
    last_before: dict[str, float] = {}
    first_after: dict[str, float] = {}
    for (person_id, phase, number), is_out in zip(drills, out, strict=True):
        if is_out or math.isnan(number):
            continue
        if phase == BEFORE:
            last_before[person_id] = max(number, last_before.get(person_id, number))
        elif phase == AFTER:
            first_after[person_id] = min(number, first_after.get(person_id, number))
    mixed = {each for each, first in first_after.items() if first < last_before.get(each, -math.inf)}
    return [
        not is_out and phase != RETENTION and person_id in mixed
        for (person_id, phase, _), is_out in zip(drills, out, strict=True)
    ]


def is_quick(rows: Columns) -> list[bool]:
    """Return which drills were submitted within `QUICK_S`."""
    return [
        bool(finished and elapsed_s < QUICK_S)
        for finished, elapsed_s in zip(rows["finished"], rows["elapsed_s"], strict=True)
    ]


def find_met_again(rows: Columns) -> list[bool]:
    """Return which drills before or after are on a form, or seek a student, that their person met in another one.

    A retention drill counts only where it is known to have come earlier, by the day or by the number of the drill.
    """
    again = _find_again(rows, list(rows["form_id"]))
    if "target_id" not in rows:
        return again
    by_target = _find_again(rows, [target or None for target in rows["target_id"]])
    return [by_form or by_who for by_form, by_who in zip(again, by_target, strict=True)]


def _find_again(rows: Columns, met: Sequence[str | None]) -> list[bool]:
    """Return the same by what each drill's person met in it, None where that is not known."""
    keys = list(zip(rows["person_id"], met, strict=True))
    is_later = [phase == RETENTION for phase in rows["phase"]]
    sided = Counter(key for key, later in zip(keys, is_later, strict=True) if not later and key[1] is not None)
    again = [not later and sided[key] > 1 for key, later in zip(keys, is_later, strict=True)]
    if any(is_later):
        for name in ("days_since_training", "drill_number"):
            first: dict[tuple[str, str | None], float] = {}
            for key, later, value in zip(keys, is_later, rows[name], strict=True):
                if later and key[1] is not None and not math.isnan(value):
                    first[key] = min(value, first.get(key, value))
            again = [
                was or (not later and first.get(key, math.inf) < value)
                for was, key, later, value in zip(again, keys, is_later, rows[name], strict=True)
            ]
    return again
