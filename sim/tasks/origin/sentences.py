"""The result of an origin task in sentences."""

from collections.abc import Iterator, Mapping

from sim.errors import TaskError
from sim.scoring.judged import Judged
from sim.scoring.moments import Moment
from sim.scoring.part import PartView
from sim.tasks.common.advice import Advice, Trains, advise_next
from sim.tasks.common.base import Task
from sim.tasks.common.moment_facts import MomentFacts
from sim.tasks.common.moment_text import MomentText
from sim.tasks.common.moment_words import tell_search_moment
from sim.tasks.common.part_lines import judge_part, list_time_parts, write_missing
from sim.tasks.common.path_sentences import get_case, list_trace_failures, write_parts, write_success
from sim.tasks.origin.judge import DOOR


class OriginWords:
    """See `sim.tasks.common.task_words.TaskWords`."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        """Return a line for every measure that has a value."""
        return tuple(_list_parts(score, task))

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        is_absent = score.card.values.get("absence_right") is not None
        if score.case is None:
            raise TaskError("an origin task without a person has no way back to describe")
        failures = {**list_trace_failures(score.case), "door_right": "missed the entrance"}
        right = f"{write_success(score.case)}, marked no one else, and named the entrance."
        if is_absent:
            right = "Correct. The student doesn't appear on any camera in this time."
        return write_missing(score.card, failures) or right

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        """Return one or two things to practice next."""
        if score.card.values.get("door_right") is False:
            return (
                Advice(
                    "Play backward from each mark and open the camera the student comes out of, until the entrance.",
                    trains=Trains.NEXT_CAMERA,
                ),
            )
        return advise_next(score.card, Advice("Try a student who comes in while many others do."))

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText:
        return tell_search_moment(facts, moment)


ORIGIN_WORDS = OriginWords()


def _list_parts(score: Judged, task: Task) -> Iterator[PartView]:
    yield from judge_part(
        score.card,
        "door_right",
        "Entrance",
        right="This is the entrance they used.",
        wrong="They used another entrance.",
        unanswered="" if score.answer.choices.get(DOOR) else "You named no entrance.",
    )
    yield from (each for each in write_parts(score.card, get_case(score, task)) if each.key != "completion_time_s")
    yield from list_time_parts(score.card)
