"""The result of an origin task in sentences."""

from collections.abc import Iterator, Mapping

from sim.services.advice import Advice, Trains
from sim.services.part_lines import judge_part, list_time_parts, write_missing
from sim.services.score import AttemptScore
from sim.services.score_sentences import TRACE_WORDS
from sim.services.views import PartView
from sim.tasks.base import Task

_MISSING = {
    "leg_recall": "less than 80% of the student's stretches on camera were marked",
    "no_wrong_person": "somebody else was marked",
    "door_right": "the door is not right",
    "no_contradiction": "you marked someone and also said that the student is on no camera",
    "absence_right": "the student is on no camera in this time; the right answer says so and marks nobody",
}


class OriginWords:
    """See `sim.services.task_words.TaskWords`."""

    def write_parts(self, score: AttemptScore, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        """Return a line for every measure that has a value."""
        return tuple(_list_parts(score, task, names))

    def write_verdict(self, score: AttemptScore, task: Task, names: Mapping[str, str]) -> str:
        """Return the result in one sentence."""
        is_absent = score.card.values.get("absence_right") is not None
        right = "Right: the student is on no camera in this time." if is_absent else "Right: the way back and the door."
        return write_missing(score.card, _MISSING) or right

    def write_advice(self, score: AttemptScore, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        """Return one or two things to practise next."""
        if score.card.values.get("door_right") is False:
            return (
                Advice(
                    "Play backwards from each mark and open the camera the student comes out of, until the door.",
                    trains=Trains.NEXT_CAMERA,
                ),
            )
        return (Advice("Try a student who comes in while many others do."),)


def _list_parts(score: AttemptScore, task: Task, names: Mapping[str, str]) -> Iterator[PartView]:
    yield from judge_part(
        score.card,
        "door_right",
        "Door",
        right="This is the door they came in by.",
        wrong="They came in by another door.",
    )
    yield from (each for each in TRACE_WORDS.write_parts(score, task, names) if each.key != "completion_time_s")
    yield from list_time_parts(score.card)
