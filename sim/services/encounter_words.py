"""The result of an encounter task in sentences."""

from collections.abc import Iterator, Mapping

from sim.scoring.meeting import NEAR_S
from sim.services.advice import Advice
from sim.services.part_lines import judge_part, list_time_parts, make_part, write_missing
from sim.services.score import AttemptScore
from sim.services.views import PartView
from sim.tasks.base import Task

_MISSING = {
    "right_other": "the mark is not on the person who was met",
    "near_in_time": "the moment is not the right one",
}


class EncounterWords:
    """See `sim.services.task_words.TaskWords`."""

    def write_parts(self, score: AttemptScore, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        """Return a line for every measure that has a value."""
        return tuple(_list_parts(score))

    def write_verdict(self, score: AttemptScore, task: Task, names: Mapping[str, str]) -> str:
        """Return the result in one sentence."""
        return write_missing(score.card, _MISSING) or "Right: the person and the moment."

    def write_advice(self, score: AttemptScore, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        """Return one or two things to practise next."""
        if score.card.values.get("right_other") is False:
            return (
                Advice("Follow the student until they stop or change something, then look at who stands with them."),
            )
        error_s = score.card.values.get("moment_error_s")
        if error_s is not None and error_s > NEAR_S:
            return (Advice("Step around the moment until you see the two together, and mark there."),)
        return (Advice("Try the same with a student who is harder to tell from others."),)


def _list_parts(score: AttemptScore) -> Iterator[PartView]:
    yield from judge_part(
        score.card,
        "right_other",
        "The other person",
        right="Your mark is on the person who was met.",
        wrong="Your mark is not on the person who was met, or nothing was marked.",
    )
    error_s = score.card.values.get("moment_error_s")
    if error_s is not None:
        sentence = "No camera shows the person nearer to the moment." if error_s == 0 else f"{error_s:.0f} seconds off."
        yield make_part("moment_error_s", "Moment", f"{error_s:.0f} s off", sentence, good=error_s <= NEAR_S)
    yield from list_time_parts(score.card)
