"""The parts of a pass rule in a record: what each asks, what is said of it where it was met and where not.

A result that was recorded years ago is told from what stands in it, without its task.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from sim.db.ledger import Result
from sim.tasks.common.task_words import write_share
from sim.text.tables import round_beside

# Each part: what is asked, the measure that is told in any case, or else what is told where it was not met.
RULES: Final[Mapping[str, tuple[str, str, str]]] = {
    "appearance_recall": (
        "at least 80% of the appearances found, or all but one of 2 to 4",
        "found {appearance_recall} of the appearances",
        "",
    ),
    "no_wrong_person": ("no one else marked", "", "marked someone else"),
    "few_empty_marks": ("few marks on no one", "", "many marks on no one"),
    "right_person": ("the mark is on the right person", "", "did not mark the right person"),
    "no_contradiction": ("one answer", "", "said “on no camera” and marked someone"),
    "final_place": ("last location correct", "", "last location incorrect or missing"),
    "absence_right": (
        "says that the student is on no camera, and marks no one",
        "",
        "did not say so, or marked someone",
    ),
    "searched_enough": ("at least 50% of the footage looked at", "looked at {footage_seen}", ""),
    "near_last_sighting": ("within 5 seconds of the last sighting", "{sighting_error_s} s from the last sighting", ""),
    "near_in_time": ("near the moment in time", "", "not near enough in time"),
    "right_camera": ("a camera that shows it", "", "wrong camera, or none"),
    "right_point": ("the correct spot in the picture", "", "wrong spot, or none"),
    "right_other": ("the mark is on the other person", "", "did not mark the other person"),
    "right_share": ("at least 90% of the calls answered correctly", "{right_share} of the calls", ""),
    "door_right": ("entrance correct", "", "entrance incorrect or missing"),
    "verdict_right": ("the correct answer about the check", "", "answer incorrect or missing"),
    "fault_right": ("the faulty camera named", "", "faulty camera not named"),
    "hit_rate": ("at least 80% of incomplete checks caught", "caught {hit_rate}", ""),
    "false_alarm_rate": ("at most 20% false alarms", "{false_alarm_rate} false alarms", ""),
    "undecided": ("every alarm decided", "", "{undecided:.0f} not decided"),
    "view_right": ("exactly the cameras of the route, in order", "", "view not correct"),
    "cut_share": ("every appearance cut out", "cut out {cut_share} of the appearances", ""),
    "mean_iou": ("clips match the appearances by at least 60%", "matched by {mean_iou}", ""),
    "outside_share": ("at most 25% cut without the student", "{outside_share} without the student", ""),
    "few_surplus_clips": ("few extra clips", "", "{surplus_clips:.0f} extra clips"),
    "custody_complete": ("every question about the export answered", "", "not all answered"),
    "inside_limit": ("on time", "", "ran out of time"),
}

# What each part of a pass rule shows that somebody can do; see docs/scoring.md.
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

# Shares that a part asks for: a measure is told with as many decimals as tell it from that.
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
NEAR_S: Final = 5.0

VACUOUS: Final = "nothing was done that could show it"
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


def write_parts(result: Result) -> str:
    """Return each part of the pass rule with what came of it: "Last location correct: met. On time: not met (...)"."""
    measures: dict[str, float | str] = {}
    for name, value in result.parts.items():
        if not isinstance(value, int | float) or isinstance(value, bool):
            continue
        if name in GOALS:
            measures[name] = write_share(float(value), GOALS[name])
        else:
            measures[name] = round_beside(float(value), NEAR_S) if name == "sighting_error_s" else float(value)
    told = []
    for key in sorted(result.criteria, key=lambda key: list(RULES).index(key) if key in RULES else -1):
        is_met, (asked, measured, not_met) = result.criteria[key], RULES.get(key, (key.replace("_", " "), "", ""))
        if is_met is None:
            state = "not measured"
        elif is_met and not was_tried(key, result):
            state = f"met ({VACUOUS})"
        else:
            state, words = "met" if is_met else "not met", ""
            with suppress(KeyError):
                words = (measured or ("" if is_met else not_met)).format(**measures)
            state += f" ({words})" if words else ""
        told.append(f"{asked[:1].upper()}{asked[1:]}: {state}.")
    return " ".join(told)


def name_skill(key: str) -> str:
    return SKILLS.get(key, key.replace("_", " "))


def was_tried(key: str, result: Result) -> bool:
    """Return whether a result says anything of a part.

    A part that was not met counts: it was asked, and not done. One that was met counts where something was done that
    could have failed it: marking no one else takes marking someone; finishing in time takes something right.
    """
    criteria, parts = result.criteria, result.parts

    def is_right(*keys: str) -> bool:
        return any(criteria.get(each) is True for each in keys)

    def has_some(*names: str) -> bool:
        return any((parts.get(name) or 0) > 0 for name in names)

    could_fail = {
        "no_wrong_person": has_some("appearance_recall"),
        "few_empty_marks": has_some("appearance_recall"),
        "no_contradiction": is_right("absence_right")
        or any(parts.get(name) is not None for name in ("appearance_precision", "sighting_error_s")),
        "false_alarm_rate": is_right("undecided") or has_some("hit_rate"),
        "few_surplus_clips": has_some("cut_share"),
        "inside_limit": is_right(*_RIGHT) or has_some(*_SHARES),
    }
    is_met = criteria.get(key)
    return is_met is False or (is_met is True and could_fail.get(key, True))
