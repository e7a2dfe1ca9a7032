"""The parts of a pass rule in words that a jury can follow: what was asked, what came of it, and whether it was tried.

Read from the ledger alone: the measures of a result, and which parts it met.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeGuard

from sim.services.ledger.record import ResultRecord

RULES: Final[Mapping[str, tuple[str, str, str]]] = {
    "leg_recall": ("at least 80% of the appearances found", "found {leg_recall:.0%} of the appearances", ""),
    "no_wrong_person": ("no one else marked", "marked no one else", "marked someone else"),
    "right_person": ("the mark is on the right person", "marked the right person", "did not mark the right person"),
    "no_contradiction": ("one answer", "gave one answer", "said “on no camera” and marked someone"),
    "final_place": ("last location correct", "last location correct", "last location incorrect or missing"),
    "absence_right": (
        "says that the student is on no camera, and marks no one",
        "said so",
        "did not say so, or marked someone",
    ),
    "near_last_sighting": (
        "within 5 seconds of the last sighting",
        "{sighting_error_s:.0f} s from the last sighting",
        "",
    ),
    "near_in_time": ("near the moment in time", "near enough in time", "not near enough in time"),
    "right_camera": ("a camera that shows it", "right camera", "wrong camera, or none"),
    "right_point": ("the correct spot in the picture", "right spot", "wrong spot, or none"),
    "right_other": ("the mark is on the other person", "marked the other person", "did not mark the other person"),
    "right_share": ("at least 90% of the calls answered correctly", "{right_share:.0%} of the calls", ""),
    "door_right": ("entrance correct", "entrance correct", "entrance incorrect or missing"),
    "verdict_right": ("the correct answer about the check", "answer correct", "answer incorrect or missing"),
    "fault_right": ("the faulty camera named", "faulty camera named", "faulty camera not named"),
    "hit_rate": ("at least 80% of incomplete checks caught", "caught {hit_rate:.0%}", ""),
    "false_alarm_rate": ("at most 20% false alarms", "{false_alarm_rate:.0%} false alarms", ""),
    "undecided": ("every alarm decided", "every alarm decided", "{undecided:.0f} not decided"),
    "view_right": ("exactly the cameras of the route, in order", "view correct", "view not correct"),
    "cut_share": ("every appearance cut out", "cut out {cut_share:.0%} of the appearances", ""),
    "mean_iou": ("clips match the appearances by at least 60%", "matched by {mean_iou:.0%}", ""),
    "outside_share": ("at most 25% cut without the student", "{outside_share:.0%} without the student", ""),
    "surplus_clips": ("no extra clips", "no extra clips", "{surplus_clips:.0f} extra clips"),
    "custody_complete": ("every question about the export answered", "all answered", "not all answered"),
    "inside_limit": ("on time", "on time", "ran out of time"),
}
"""Of each part: what is asked, what is said where it was met, and where not; "" for the same with the measure."""

UNKNOWN: Final = "not measured"
VACUOUS: Final = "nothing was done that could show it"
ON_TIME: Final = (
    "“On time” means within the limit that applied to this person. Some people are entitled to extended time; who they "
    "are is not part of this record. The drill's own settings keep each limit, and a trainer can show it where the law "
    "asks for it."
)
_RIGHT: Final = (
    "absence_right",
    "custody_complete",
    "door_right",
    "fault_right",
    "final_place",
    "near_in_time",
    "near_last_sighting",
    "right_camera",
    "right_other",
    "right_person",
    "right_point",
    "verdict_right",
    "view_right",
)
_SHARES: Final = ("leg_recall", "right_share", "hit_rate", "cut_share", "view_similarity")


def write_parts(result: ResultRecord) -> str:
    """Return each part of the pass rule with what came of it: "Last location correct: met. On time: not met (...)"."""
    order = sorted(result.criteria, key=lambda key: list(RULES).index(key) if key in RULES else -1)
    return " ".join(_write_part(key, result.criteria[key], result) for key in order)


def write_rule(key: str) -> str:
    """Return what a part of a pass rule asks."""
    return RULES[key][0] if key in RULES else key.replace("_", " ")


def was_tried(key: str, result: ResultRecord) -> bool:
    """Return whether a result says anything of a part: what was met by doing nothing shows nothing.

    A part that was not met counts: it was asked, and not done. One that was met counts where something was done that
    could have failed it: marking no one else takes marking someone; finishing in time takes something right.
    """
    is_met = result.criteria.get(key)
    if is_met is not True or key not in _SHOWN_BY:
        return is_met is not None
    return _SHOWN_BY[key](result)


def _has_right(result: ResultRecord) -> bool:
    is_any = any(result.criteria.get(key) is True for key in _RIGHT)
    return is_any or any(_number(result.parts, name) > 0 for name in _SHARES)


def _has_answered(result: ResultRecord) -> bool:
    measured = (result.parts.get("leg_precision"), result.parts.get("sighting_error_s"))
    return any(value is not None for value in measured) or result.criteria.get("absence_right") is True


_SHOWN_BY: Final[Mapping[str, Callable[[ResultRecord], bool]]] = {
    "no_wrong_person": lambda result: _number(result.parts, "leg_recall") > 0,
    "no_contradiction": _has_answered,
    "false_alarm_rate": lambda result: (
        result.criteria.get("undecided") is True or _number(result.parts, "hit_rate") > 0
    ),
    "surplus_clips": lambda result: _number(result.parts, "cut_share") > 0,
    "inside_limit": _has_right,
}
"""Of each part that can be met by doing nothing: whether something was done."""


def _write_part(key: str, is_met: bool | None, result: ResultRecord) -> str:
    rule = write_rule(key)
    asked = rule[:1].upper() + rule[1:]
    if is_met is None:
        return f"{asked}: {UNKNOWN}."
    if is_met and not was_tried(key, result):
        return f"{asked}: met ({VACUOUS})."
    told = _tell(key, result, is_met=is_met)
    state = "met" if is_met else "not met"
    return f"{asked}: {state} ({told})." if told else f"{asked}: {state}."


def _tell(key: str, result: ResultRecord, *, is_met: bool) -> str:
    if key not in RULES:
        return ""
    _, right, wrong = RULES[key]
    words = right if is_met or not wrong else wrong
    if is_met and "{" not in words:
        return ""
    try:
        return words.format(**{name: value for name, value in result.parts.items() if _is_number(value)})
    except KeyError:
        return ""


def _number(parts: Mapping[str, Any], name: str) -> float:
    value = parts.get(name)
    return float(value) if _is_number(value) else 0.0


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
