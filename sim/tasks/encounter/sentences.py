"""The result of an encounter task in sentences."""

from collections.abc import Iterator, Mapping

from sim.scoring.judged import Judged
from sim.scoring.part import PartView
from sim.tasks.common.advice import Advice
from sim.tasks.common.base import Task
from sim.tasks.common.part_lines import judge_part, list_time_parts, make_part, write_count, write_missing, write_off
from sim.tasks.encounter.judge import NEAR_S


class EncounterWords:
    """See `sim.tasks.words.TaskWords`."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        """Return a line for every measure that has a value."""
        return tuple(_list_parts(score))

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        """Return the result in one sentence."""
        error_s = score.card.values.get("moment_error_s")
        failures = {
            "right_other": "did not mark the person they met" if score.answer.fixes else "marked no one",
            "near_in_time": None if error_s is None else write_off(error_s, NEAR_S),
        }
        return write_missing(score.card, failures) or "Correct. You marked the person they met, at the right moment."

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        """Return one or two things to practise next."""
        if score.card.values.get("right_other") is False:
            return (
                Advice("Follow the student until they stop or change something, then look at who stands with them."),
            )
        error_s = score.card.values.get("moment_error_s")
        if error_s is not None and error_s > NEAR_S:
            return (Advice("Step around the moment until you see the two together, and mark there."),)
        return (Advice("Try the same with a student who is harder to tell from others."),)


def _list_parts(score: Judged) -> Iterator[PartView]:
    yield from judge_part(
        score.card,
        "right_other",
        "The other person",
        right="Your mark is on the person they met.",
        wrong="Your mark is not on the person they met, or no one was marked.",
    )
    error_s = score.card.values.get("moment_error_s")
    if error_s is not None:
        off = write_count(round(error_s), "second")
        sentence = f"Your mark is {off} from the moment."
        if round(error_s) == 0:
            sentence = "No camera shows the person nearer to the moment."
        value = f"{off} off" if round(error_s) else "On time"
        yield make_part("moment_error_s", "Moment", value, sentence, good=error_s <= NEAR_S)
    yield from list_time_parts(score.card)
