"""Whether one drill counts before and after training, by what it is itself: asked before it is given, and afterwards.

The comparison leaves out by these rules (`sim.compare.left_out`), and whoever gives, joins or lists drills asks
them beforehand (`sim.services.team.counting`). That somebody has no drills on the other side is not among them.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

import numpy as np
import pandas as pd

from sim.columns import DEVICES
from sim.compare.conditions import MIXED, Conditions, choose_conditions
from sim.compare.table import QUICK_S, Phase

USUAL_DEVICE = DEVICES[0]
FEWEST_ON_OTHER = 3
"""People who must have measured drills on another kind of device before a team is taken to measure on that."""


class Reason(StrEnum):
    """Why a drill does not count, in the order in which the rules are asked."""

    WRONG_SIDE = "done on the other side of the training"
    OUT_OF_ORDER = "of a person with a drill before training that came later than one after it"
    EXTRA_TIME = "another time allowance"
    QUICK = "submitted sooner than anybody can search"
    SEEN_BEFORE = "the recording was seen in practice"
    FORM_MET = "the form was met before"
    CONSOLE = "another console or other options"
    DEVICE = "another kind of device"

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


def is_on_wrong_side(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Return which drills lie on the other side of the training than their phase says."""
    days = rows["days_since_training"]
    is_before = rows["phase"] == Phase.BEFORE.value
    return (is_before & (days > 0.0)) | (~is_before & (days < 0.0))


def is_out_of_order(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Return the drills before and after training of people with one before that came later than one after.

    Which of the two is on the wrong side cannot be told, so none of that person's says anything.
    """
    number, phase = rows["drill_number"], rows["phase"]
    last_before = number.where(phase == Phase.BEFORE.value).groupby(rows["person_id"]).transform("max")
    first_after = number.where(phase == Phase.AFTER.value).groupby(rows["person_id"]).transform("min")
    return (phase != Phase.RETENTION.value) & (first_after < last_before)


def has_extra_time(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Return which drills had another time allowance."""
    return rows["extra_time"] == "yes"


def is_quick(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Return which drills were submitted within `QUICK_S`."""
    return rows["finished"] & (rows["elapsed_s"] < QUICK_S)


def was_seen_before(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Return which drills are on a recording that their person saw in practice."""
    return rows["seen_before"] == "yes"


def find_met_again(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Return which drills before or after are on a form, or seek a student, that their person met in another one.

    A retention drill counts only where it is known to have come earlier, by the day or by the number of the drill.
    """
    again = _find_again(rows, rows["form_id"])
    if "target_id" not in rows.columns:
        return again
    target = rows["target_id"].where(rows["target_id"] != "", np.nan)
    return again | (_find_again(rows, target) & target.notna())


def _find_again(rows: pd.DataFrame, met: "pd.Series[str]") -> "pd.Series[bool]":
    keys = [rows["person_id"], met]
    is_later = rows["phase"] == Phase.RETENTION.value
    both = pd.DataFrame({"person_id": rows["person_id"], "met": met})
    again = both[~is_later].duplicated(keep=False)
    if is_later.any() and both.duplicated().any():
        for name in ("days_since_training", "drill_number"):
            first_later = rows[name].where(is_later).groupby(keys).transform("min")
            again |= (first_later < rows[name])[~is_later]
    return again.reindex(rows.index, fill_value=False).astype(bool)


def choose_team_device(used: Iterable[tuple[str, str]]) -> str:
    """Return the kind of device that a team measures on: a computer, unless most of its people used another kind.

    Args:
        used: person and device of the measured drills of one team that have ended; "" where the device is not known.
    """
    people: dict[str, set[str]] = {}
    for person_id, device in used:
        if device not in ("", MIXED):
            people.setdefault(device, set()).add(person_id)
    most = max(people, key=lambda device: (len(people[device]), device == USUAL_DEVICE), default=USUAL_DEVICE)
    return most if len(people.get(most, ())) >= FEWEST_ON_OTHER else USUAL_DEVICE


def choose_team_console(rows: pd.DataFrame) -> Conditions:
    """Return the console and options that a team measures with: those which the comparison of its drills chooses.

    So drills that do not count whatever their console, and follow-ups, have no say, unless there are no others.

    Args:
        rows: all measured drills of the team.
    """
    sided = rows[(rows["phase"] != Phase.RETENTION.value) & (_find_first(_ask_whatever_console(rows), rows) == "")]
    return choose_conditions(rows if sided.empty else sided, profile=None, options=None)


def find_reasons(rows: pd.DataFrame) -> "pd.Series[str]":
    """Return for each drill the first `Reason` why it does not count, "" where it does.

    Args:
        rows: all measured drills of the people, with `team_device` and `team_console` (profile and options) beside the
            columns of `sim.columns.ATTEMPTS`: what each one's team measures with.
    """
    rules = {
        **_ask_whatever_console(rows),
        Reason.CONSOLE: rows["profile"] + " " + rows["options"] != rows["team_console"],
        Reason.DEVICE: (rows["device"] != "") & (rows["device"] != rows["team_device"]),
    }
    return _find_first(rules, rows)


def _ask_whatever_console(rows: pd.DataFrame) -> "dict[Reason, pd.Series[bool]]":
    """Return which drills each rule leaves out of those that are asked before the console."""
    wrong_side = is_on_wrong_side(rows)
    return {
        Reason.WRONG_SIDE: wrong_side,
        Reason.OUT_OF_ORDER: is_out_of_order(rows[~wrong_side]).reindex(rows.index, fill_value=False),
        Reason.EXTRA_TIME: has_extra_time(rows),
        Reason.QUICK: is_quick(rows),
        Reason.SEEN_BEFORE: was_seen_before(rows),
        Reason.FORM_MET: find_met_again(rows),
    }


def _find_first(rules: "Mapping[Reason, pd.Series[bool]]", rows: pd.DataFrame) -> "pd.Series[str]":
    found = pd.Series("", index=rows.index, dtype="object")
    for reason, is_out in reversed(list(rules.items())):
        found = found.mask(is_out, reason.value)
    return found
