"""The conditions a drill was done under: its console and its options. Only drills under the same are compared."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from sim.columns import CONSOLE_PROFILES, DEVICES
from sim.compare.table import Phase
from sim.text.words import order_console

MIXED = "mixed"


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


def choose_conditions(rows: pd.DataFrame, *, profile: str | None, options: str | None) -> Conditions:
    """Return the conditions under which most people have drills in both phases; among equals those of most drills.

    Args:
        rows: as `check_attempts` returns them.
        profile: where given, only conditions with this console are chosen from.
        options: where given, only conditions with these options are chosen from.
    """

    def weigh(each: Conditions) -> tuple[int, int, int]:
        return _weigh(rows[(rows["profile"] == each.profile) & (rows["options"] == each.options)])

    fitting = [
        each for each in list_conditions(rows) if profile in (None, each.profile) and options in (None, each.options)
    ]
    if len(fitting) == 1:
        return fitting[0]
    return max(fitting, key=weigh, default=Conditions(profile=profile or CONSOLE_PROFILES[0], options=options or ""))


def choose_device(rows: pd.DataFrame, *, device: str | None) -> str:
    """Return the kind of device on which most people have drills in both phases, "" where none is known.

    Drills on more than one kind are never chosen. `device`, where given, is what comes back.
    """
    if device is not None:
        return device
    found = set(rows["device"].unique())
    known = [each for each in DEVICES if each != MIXED and each in found]
    if len(known) == 1:
        return known[0]
    return max(known, key=lambda each: _weigh(rows[rows["device"] == each]), default="")


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
    if len(limits) == 1:
        return limits[0]
    return max(limits, key=lambda each: _weigh(rows[rows["limit_s"] == each]), default=float("nan"))


def _weigh(those: pd.DataFrame) -> tuple[int, int, int]:
    """Return how many people have drills before and after, and how many drills; retention tells only where all tie."""
    sided = those[those["phase"] != Phase.RETENTION.value]
    phases = sided[["person_id", "phase"]].drop_duplicates()["person_id"].value_counts(sort=False)
    return int((phases == 2).sum()), len(sided), len(those)


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
