"""The result of an event task in sentences."""

from collections.abc import Iterator, Mapping

from sim.scoring.judged import Judged
from sim.scoring.part import PartView
from sim.tasks.common.advice import Advice
from sim.tasks.common.base import Task
from sim.tasks.common.part_lines import judge_part, list_time_parts, make_part, write_count, write_missing, write_off
from sim.tasks.event.judge import NEAR_S


class EventWords:
    """See `sim.tasks.words.TaskWords`."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        """Return a line for every measure that has a value."""
        return tuple(_list_parts(score))

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        """Return the result in one sentence."""
        values, has_mark = score.card.values, bool(score.answer.fixes)
        error_s = values.get("time_error_s")
        failures = {
            "right_camera": "chose a camera that does not show it" if has_mark else "marked nothing",
            "near_in_time": None if error_s is None else write_off(error_s, NEAR_S),
            "right_point": "missed the spot in the picture" if values.get("right_point") is False else None,
        }
        return write_missing(score.card, failures) or "Correct. You found the camera, the moment, and the spot."

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        """Return one or two things to practise next."""
        values = score.card.values
        if values.get("right_camera") is False:
            return (Advice("Think of the places where it could happen, and open their cameras one after the other."),)
        error_s = values.get("time_error_s")
        if error_s is not None and error_s > NEAR_S:
            return (Advice("Use the motion on the timeline to find the moment, then step frame by frame."),)
        return (Advice("Try the same with a shorter limit."),)


def _list_parts(score: Judged) -> Iterator[PartView]:
    card = score.card
    yield from judge_part(
        card,
        "right_camera",
        "Camera",
        right="The camera you chose shows what happened.",
        wrong="What happened is not on the camera you marked, or nothing was marked.",
    )
    error_s = card.values.get("time_error_s")
    if error_s is not None:
        off = write_count(round(error_s), "second")
        sentence = f"You were {off} off." if round(error_s) else "You marked it while it happened."
        value = f"{off} off" if round(error_s) else "On time"
        yield make_part("time_error_s", "Moment", value, sentence, good=error_s <= NEAR_S)
    yield from judge_part(
        card,
        "right_point",
        "Spot in the picture",
        right="Your mark is where it happened.",
        wrong="Your mark is elsewhere in the picture.",
    )
    yield from list_time_parts(card)
