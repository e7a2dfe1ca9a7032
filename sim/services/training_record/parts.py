"""The parts of a pass rule in words that a jury can follow: what was asked, what came of it, and whether it was tried.

Read from the ledger alone: the measures of a result, and which parts it met.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from sim.services.ledger import gaps
from sim.services.ledger.record import ResultRecord
from sim.tasks.common.task_words import write_share
from sim.text.tables import round_beside

RULES: Final[Mapping[str, tuple[str, str, str]]] = {
    "appearance_recall": ("at least 80% of the appearances found", "found {appearance_recall} of the appearances", ""),
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
    "surplus_clips": ("no extra clips", "no extra clips", "{surplus_clips:.0f} extra clips"),
    "custody_complete": ("every question about the export answered", "all answered", "not all answered"),
    "inside_limit": ("on time", "on time", "ran out of time"),
}
"""Of each part: what is asked, what is said where it was met, and where not; "" for the same with the measure."""

GOALS: Final[Mapping[str, float]] = {
    "appearance_recall": 0.8,
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
ON_TIME: Final = (
    "“On time” means within the limit that applied to this person. Some people are entitled to extended time; who they "
    "are is not part of this record. The drill's own settings keep each limit, and a trainer can show it where the law "
    "asks for it."
)


def write_parts(result: ResultRecord) -> str:
    """Return each part of the pass rule with what came of it: "Last location correct: met. On time: not met (...)"."""
    order = sorted(result.criteria, key=lambda key: list(RULES).index(key) if key in RULES else -1)
    return " ".join(_write_part(key, result.criteria[key], result) for key in order)


def write_rule(key: str) -> str:
    return RULES[key][0] if key in RULES else key.replace("_", " ")


def was_tried(key: str, result: ResultRecord) -> bool:
    """Return whether a result says anything of a part, see `gaps.was_tried`."""
    return gaps.was_tried(key, criteria=result.criteria, parts=result.parts)


def _write_part(key: str, is_met: bool | None, result: ResultRecord) -> str:
    rule = write_rule(key)
    asked = rule[:1].upper() + rule[1:]
    if is_met is None:
        return f"{asked}: not measured."
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
        return words.format(**dict(_list_measures(result)))
    except KeyError:
        return ""


def _list_measures(result: ResultRecord) -> Iterator[tuple[str, float | str]]:
    for name, value in result.parts.items():
        if name in GOALS and gaps.is_number(value):
            yield name, write_share(float(value), GOALS[name])
        elif gaps.is_number(value):
            yield name, round_beside(float(value), NEAR_S) if name == "sighting_error_s" else float(value)
