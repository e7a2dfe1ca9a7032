"""The result of a locate task in sentences."""

from collections.abc import Iterator, Mapping

from sim.scoring.locating import NEAR_S
from sim.services.clock_words import write_minutes
from sim.services.score import AttemptScore
from sim.services.views import PartView
from sim.tasks.base import Task

_MISSING = {
    "right_person": "the mark is not on the student",
    "near_last_sighting": "the student was seen again later",
    "final_place": "the place is not right",
    "absence_right": "the student is on no camera in this time",
    "inside_limit": "the time was up",
}


class LocateWords:
    """See `sim.services.task_words.TaskWords`."""

    def write_parts(self, score: AttemptScore, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        """Return a line for every measure that has a value."""
        return tuple(_list_parts(score))

    def write_verdict(self, score: AttemptScore, task: Task, names: Mapping[str, str]) -> str:
        """Return the result in one sentence."""
        missing = [criterion.key for criterion in score.card.criteria if criterion.met is False]
        if missing:
            return "Not there yet: " + " and ".join(_MISSING[key] for key in missing) + "."
        is_absent = score.card.values.get("absence_right") is not None
        return "Right: the student never appears." if is_absent else "Right: you found the student and the place."

    def write_advice(self, score: AttemptScore, task: Task, names: Mapping[str, str]) -> tuple[str, ...]:
        """Return one or two things to practise next."""
        values = score.card.values
        advice: list[str] = []
        if values.get("right_person") is False:
            advice.append("Compare bag, shoes and hair with the reference pictures before you mark someone.")
        error_s = values.get("sighting_error_s")
        if error_s is not None and error_s > NEAR_S:
            advice.append("When the student leaves a picture, open the camera where they would come out and go on.")
        if values.get("final_place") is False:
            advice.append("Find the camera on the plan before you name the place.")
        return tuple(advice[:2]) or ("Try a student who is harder to tell from others.",)


def _list_parts(score: AttemptScore) -> Iterator[PartView]:
    values = score.card.values
    if (right := values.get("right_person")) is not None:
        sentence = "Your mark is on the student." if right else "Your mark is not on the student."
        yield _make_part("right_person", "The right person", "yes" if right else "no", sentence, good=bool(right))
    if (error_s := values.get("sighting_error_s")) is not None:
        sentence = f"You marked the student {error_s:.0f} seconds from where they were last seen."
        yield _make_part("sighting_error_s", "Last sighting", f"{error_s:.0f} s off", sentence, good=error_s <= NEAR_S)
    if (place := values.get("final_place")) is not None:
        sentence = "This is where the student was last seen." if place else "The student was last seen elsewhere."
        yield _make_part("final_place", "Last place", "right" if place else "not right", sentence, good=bool(place))
    if (absent := values.get("absence_right")) is not None:
        word = "right" if absent else "not right"
        sentence = "The student is on no camera in this time."
        yield _make_part("absence_right", "Not on camera", word, sentence, good=bool(absent))
    if (used_s := values.get("completion_time_s")) is not None:
        yield _make_part("completion_time_s", "Time used", write_minutes(used_s), "From start to hand-in.", good=None)


def _make_part(key: str, label: str, value: str, sentence: str, *, good: bool | None) -> PartView:
    return PartView(key=key, label=label, value=value, sentence=sentence, good=good)
