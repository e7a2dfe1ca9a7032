"""The result of a setup task in sentences."""

from collections.abc import Iterator, Mapping

from sim.services.advice import Advice
from sim.services.part_lines import judge_part, list_time_parts, make_part, write_missing
from sim.services.score import AttemptScore
from sim.services.views import PartView
from sim.tasks.base import Task

_MISSING = {
    "view_right": "the view does not show the cameras of the way in their order",
    "fault_right": "the faulty camera was not found",
}


class SetupWords:
    """See `sim.services.task_words.TaskWords`."""

    def write_parts(self, score: AttemptScore, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        """Return a line for every measure that has a value."""
        return tuple(_list_parts(score))

    def write_verdict(self, score: AttemptScore, task: Task, names: Mapping[str, str]) -> str:
        """Return the result in one sentence."""
        return write_missing(score.card, _MISSING) or "Right: the view is set up."

    def write_advice(self, score: AttemptScore, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        """Return one or two things to practise next."""
        if score.card.values.get("view_similarity") != 1.0:
            return (Advice("Walk the way on the plan with your finger and note every camera whose cone you pass."),)
        if score.card.values.get("fault_right") is False:
            return (Advice("Compare the clock in each picture with the clock of the console."),)
        return (Advice("Set up one view for each way you would search first."),)


def _list_parts(score: AttemptScore) -> Iterator[PartView]:
    similarity = float(score.card.values["view_similarity"] or 0.0)
    sentence = "How much of the way's cameras, in their order, the view shows."
    yield make_part("view_similarity", "View", f"{similarity:.0%}", sentence, good=similarity == 1.0)
    yield from judge_part(
        score.card,
        "fault_right",
        "Faulty camera",
        right="This is the camera that needs mending.",
        wrong="Another camera needs mending.",
    )
    yield from list_time_parts(score.card)
