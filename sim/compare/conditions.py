"""The conditions a drill was done under: its console and its options. Only drills under the same are compared."""

from dataclasses import dataclass

import pandas as pd

from sim.columns import CONSOLE_PROFILES


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """A console profile, and the names of the options with blanks between as `check_attempts` leaves them."""

    profile: str
    options: str


def list_conditions(rows: pd.DataFrame) -> tuple[Conditions, ...]:
    """Return the conditions that occur, by console in the order of `CONSOLE_PROFILES`, those without options first."""
    found = {
        Conditions(profile=profile, options=options)
        for profile, options in zip(rows["profile"], rows["options"], strict=True)
    }
    return tuple(sorted(found, key=lambda each: (CONSOLE_PROFILES.index(each.profile), each.options)))


def choose_conditions(rows: pd.DataFrame, *, profile: str | None, options: str | None) -> Conditions:
    """Return the conditions under which most people have drills in both phases; among equals those of most drills.

    Args:
        rows: as `check_attempts` returns them.
        profile: where given, only conditions with this console are chosen from.
        options: where given, only conditions with these options are chosen from.
    """

    def weigh(each: Conditions) -> tuple[int, int]:
        those = rows[(rows["profile"] == each.profile) & (rows["options"] == each.options)]
        return int((those.groupby("person_id")["phase"].nunique() == 2).sum()), len(those)

    fitting = [
        each for each in list_conditions(rows) if profile in (None, each.profile) and options in (None, each.options)
    ]
    return max(fitting, key=weigh, default=Conditions(profile=profile or CONSOLE_PROFILES[0], options=options or ""))


def say_options(options: str) -> str:
    """Return "with appearance search and interruptions", or "without options"."""
    words = [name.replace("-", " ") for name in options.split()]
    if not words:
        return "without options"
    return "with " + (words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}")
