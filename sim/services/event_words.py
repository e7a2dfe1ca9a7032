"""The result of an event task in sentences."""

from collections.abc import Iterator, Mapping

from sim.scoring.happening import NEAR_S
from sim.services.advice import Advice
from sim.services.part_lines import judge_part, list_time_parts, make_part, write_missing
from sim.services.score import AttemptScore
from sim.services.views import PartView
from sim.tasks.base import Task

_MISSING = {
    "right_camera": "the camera does not show it",
    "near_in_time": "the moment is not the right one",
    "right_point": "the place in the picture is not right",
}


class EventWords:
    """See `sim.services.task_words.TaskWords`."""

    def write_parts(self, score: AttemptScore, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        """Return a line for every measure that has a value."""
        return tuple(_list_parts(score))

    def write_verdict(self, score: AttemptScore, task: Task, names: Mapping[str, str]) -> str:
        """Return the result in one sentence."""
        return write_missing(score.card, _MISSING) or "Right: camera, moment and place."

    def write_advice(self, score: AttemptScore, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        """Return one or two things to practise next."""
        values = score.card.values
        if values.get("right_camera") is False:
            return (Advice("Think of the places where it could happen, and open their cameras one after the other."),)
        error_s = values.get("time_error_s")
        if error_s is not None and error_s > NEAR_S:
            return (Advice("Use the motion on the timeline to find the moment, then step frame by frame."),)
        return (Advice("Try the same with a shorter limit."),)


def _list_parts(score: AttemptScore) -> Iterator[PartView]:
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
        sentence = "You marked it while it happened." if error_s == 0 else f"You were {error_s:.0f} seconds off."
        yield make_part("time_error_s", "Moment", f"{error_s:.0f} s off", sentence, good=error_s <= NEAR_S)
    yield from judge_part(
        card,
        "right_point",
        "Place in the picture",
        right="Your mark is where it happened.",
        wrong="Your mark is elsewhere in the picture.",
    )
    yield from list_time_parts(card)
