"""The parts of a pass rule in a record: what each asks, what is said of it where it was met and where not.

A result that was recorded years ago is told from what stands in it, without its task.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, TypeGuard

from sim.tasks.common.task_words import write_share
from sim.text.tables import round_beside

Criteria = Mapping[str, bool | None]
Measures = Mapping[str, Any]


class Recorded(Protocol):
    @property
    def criteria(self) -> Criteria: ...

    @property
    def parts(self) -> Measures: ...


RULES: Final[Mapping[str, tuple[str, str, str]]] = {
    "appearance_recall": (
        "at least 80% of the appearances found, or all but one of 2 to 4",
        "found {appearance_recall} of the appearances",
        "",
    ),
    "no_wrong_person": ("no one else marked", "marked no one else", "marked someone else"),
    "few_empty_marks": ("few marks on no one", "few marks on no one", "many marks on no one"),
    "right_person": ("the mark is on the right person", "marked the right person", "did not mark the right person"),
    "no_contradiction": ("one answer", "gave one answer", "said “on no camera” and marked someone"),
    "final_place": ("last location correct", "last location correct", "last location incorrect or missing"),
    "absence_right": (
        "says that the student is on no camera, and marks no one",
        "said so",
        "did not say so, or marked someone",
    ),
    "searched_enough": ("at least 50% of the footage looked at", "looked at {footage_seen}", ""),
    "near_last_sighting": (
        "within 5 seconds of the last sighting",
        "{sighting_error_s} s from the last sighting",
        "",
    ),
    "near_in_time": ("near the moment in time", "near enough in time", "not near enough in time"),
    "right_camera": ("a camera that shows it", "right camera", "wrong camera, or none"),
    "right_point": ("the correct spot in the picture", "right spot", "wrong spot, or none"),
    "right_other": ("the mark is on the other person", "marked the other person", "did not mark the other person"),
    "right_share": ("at least 90% of the calls answered correctly", "{right_share} of the calls", ""),
    "door_right": ("entrance correct", "entrance correct", "entrance incorrect or missing"),
    "verdict_right": ("the correct answer about the check", "answer correct", "answer incorrect or missing"),
    "fault_right": ("the faulty camera named", "faulty camera named", "faulty camera not named"),
    "hit_rate": ("at least 80% of incomplete checks caught", "caught {hit_rate}", ""),
    "false_alarm_rate": ("at most 20% false alarms", "{false_alarm_rate} false alarms", ""),
    "undecided": ("every alarm decided", "every alarm decided", "{undecided:.0f} not decided"),
    "view_right": ("exactly the cameras of the route, in order", "view correct", "view not correct"),
    "cut_share": ("every appearance cut out", "cut out {cut_share} of the appearances", ""),
    "mean_iou": ("clips match the appearances by at least 60%", "matched by {mean_iou}", ""),
    "outside_share": ("at most 25% cut without the student", "{outside_share} without the student", ""),
    "few_surplus_clips": ("few extra clips", "few extra clips", "{surplus_clips:.0f} extra clips"),
    "custody_complete": ("every question about the export answered", "all answered", "not all answered"),
    "inside_limit": ("on time", "on time", "ran out of time"),
}
"""Of each part: what is asked, what is said where it was met, and where not; "" for the same with the measure."""

SKILLS: Final[Mapping[str, str]] = {
    "appearance_recall": "following the person from camera to camera",
    "no_wrong_person": "telling people apart",
    "few_empty_marks": "marking only the person",
    "right_person": "telling people apart",
    "no_contradiction": "giving one answer, marks or on no camera",
    "final_place": "naming the last place",
    "absence_right": "saying that someone is on no camera",
    "searched_enough": "searching before saying so",
    "near_last_sighting": "finding the last picture of the person",
    "near_in_time": "finding the moment",
    "right_camera": "choosing the right camera",
    "right_point": "pointing out the place",
    "right_other": "finding the other person",
    "right_share": "answering every call",
    "door_right": "naming the door",
    "verdict_right": "judging an alarm",
    "fault_right": "naming a camera's fault",
    "hit_rate": "seeing what a screening missed",
    "false_alarm_rate": "leaving complete checks alone",
    "undecided": "deciding on every alarm",
    "view_right": "setting up the view",
    "cut_share": "cutting out every appearance",
    "mean_iou": "cutting from coming into view to leaving it",
    "outside_share": "cutting out nothing else",
    "few_surplus_clips": "cutting out nothing else",
    "custody_complete": "noting the custody of footage",
    "inside_limit": "finishing in time",
}
"""What each part of a pass rule shows that somebody can do; see docs/scoring.md."""

GOALS: Final[Mapping[str, float]] = {
    "appearance_recall": 0.8,
    "footage_seen": 0.5,
    "right_share": 0.9,
    "hit_rate": 0.8,
    "false_alarm_rate": 0.2,
    "cut_share": 1.0,
    "mean_iou": 0.6,
    "outside_share": 0.25,
}
"""Shares that a part asks for: a measure is told with as many decimals as tell it from that."""
NEAR_S: Final = 5.0


VACUOUS: Final = "nothing was done that could show it"


def write_parts(result: Recorded) -> str:
    """Return each part of the pass rule with what came of it: "Last location correct: met. On time: not met (...)"."""
    order = sorted(result.criteria, key=lambda key: list(RULES).index(key) if key in RULES else -1)
    return " ".join(_write_part(key, result.criteria[key], result) for key in order)


def write_rule(key: str) -> str:
    return RULES[key][0] if key in RULES else key.replace("_", " ")


def name_skill(key: str) -> str:
    return SKILLS.get(key, key.replace("_", " "))


def _write_part(key: str, is_met: bool | None, result: Recorded) -> str:
    rule = write_rule(key)
    asked = rule[:1].upper() + rule[1:]
    if is_met is None:
        return f"{asked}: not measured."
    if is_met and not was_tried(key, result):
        return f"{asked}: met ({VACUOUS})."
    told = _tell(key, result, is_met=is_met)
    state = "met" if is_met else "not met"
    return f"{asked}: {state} ({told})." if told else f"{asked}: {state}."


def _tell(key: str, result: Recorded, *, is_met: bool) -> str:
    _, right, wrong = RULES.get(key, ("", "", ""))
    words = right if is_met or not wrong else wrong
    if is_met and "{" not in words:
        return ""
    measures: dict[str, float | str] = {}
    for name, value in result.parts.items():
        if is_number(value) and name in GOALS:
            measures[name] = write_share(float(value), GOALS[name])
        elif is_number(value):
            measures[name] = round_beside(float(value), NEAR_S) if name == "sighting_error_s" else float(value)
    try:
        return words.format(**measures)
    except KeyError:
        return ""


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
_SHARES: Final = ("appearance_recall", "right_share", "hit_rate", "cut_share", "view_similarity")


def was_tried(key: str, result: Recorded) -> bool:
    """Return whether a result says anything of a part.

    A part that was not met counts: it was asked, and not done. One that was met counts where something was done that
    could have failed it: marking no one else takes marking someone; finishing in time takes something right.
    """
    is_met = result.criteria.get(key)
    if is_met is not True or key not in _SHOWN_BY:
        return is_met is not None
    return _SHOWN_BY[key](result.criteria, result.parts)


def is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(parts: Measures, name: str) -> float:
    value = parts.get(name)
    return float(value) if is_number(value) else 0.0


_SHOWN_BY: Final[Mapping[str, Callable[[Criteria, Measures], bool]]] = {
    "no_wrong_person": lambda _, parts: _number(parts, "appearance_recall") > 0,
    "few_empty_marks": lambda _, parts: _number(parts, "appearance_recall") > 0,
    "no_contradiction": lambda criteria, parts: (
        any(parts.get(name) is not None for name in ("appearance_precision", "sighting_error_s"))
        or criteria.get("absence_right") is True
    ),
    "false_alarm_rate": lambda criteria, parts: criteria.get("undecided") is True or _number(parts, "hit_rate") > 0,
    "few_surplus_clips": lambda _, parts: _number(parts, "cut_share") > 0,
    "inside_limit": lambda criteria, parts: (
        any(criteria.get(key) is True for key in _RIGHT) or any(_number(parts, name) > 0 for name in _SHARES)
    ),
}
"""Of each part that can be met by doing nothing: whether something was done."""
