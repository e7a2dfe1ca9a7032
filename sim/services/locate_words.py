"""The result of a locate task in sentences."""

from collections.abc import Iterator, Mapping

from sim.scoring.locating import NEAR_S
from sim.services.advice import Advice, Trains
from sim.services.part_lines import judge_part, list_time_parts, make_part, write_missing
from sim.services.score import AttemptScore
from sim.services.views import PartView
from sim.tasks.base import Task

_MISSING = {
    "right_person": "the mark is not on the student",
    "near_last_sighting": "the student was seen again later",
    "final_place": "the place is not right",
    "no_contradiction": "you marked someone and also said that the student is on no camera",
    "absence_right": "the student is on no camera in this time; the right answer says so and marks nobody",
}


class LocateWords:
    """See `sim.services.task_words.TaskWords`."""

    def write_parts(self, score: AttemptScore, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        """Return a line for every measure that has a value."""
        return tuple(_list_parts(score))

    def write_verdict(self, score: AttemptScore, task: Task, names: Mapping[str, str]) -> str:
        """Return the result in one sentence."""
        is_absent = score.card.values.get("absence_right") is not None
        right = (
            "Right: the student is on no camera in this time."
            if is_absent
            else "Right: you found the student and the place."
        )
        return write_missing(score.card, _MISSING) or right

    def write_advice(self, score: AttemptScore, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        """Return one or two things to practise next."""
        values = score.card.values
        advice: list[Advice] = []
        if values.get("right_person") is False:
            advice.append(
                Advice(
                    "Compare bag, shoes and hair with what you know of the student before you mark someone.",
                    trains=Trains.LOOK_ALIKES,
                )
            )
        error_s = values.get("sighting_error_s")
        if error_s is not None and error_s > NEAR_S:
            advice.append(
                Advice(
                    "When the student leaves a picture, open the camera where they would come out and go on.",
                    trains=Trains.NEXT_CAMERA,
                )
            )
        if values.get("final_place") is False:
            advice.append(Advice("Find the camera on the plan before you name the place.", trains=Trains.LAST_PLACE))
        return tuple(advice[:2]) or (
            Advice("Try a student who is harder to tell from others.", trains=Trains.LOOK_ALIKES),
        )


def _list_parts(score: AttemptScore) -> Iterator[PartView]:
    card = score.card
    yield from judge_part(
        card,
        "right_person",
        "The right person",
        right="Your mark is on the student.",
        wrong="Your mark is not on the student.",
    )
    error_s = card.values.get("sighting_error_s")
    if error_s is not None:
        sentence = f"You marked the student {error_s:.0f} seconds from where they were last seen."
        yield make_part("sighting_error_s", "Last sighting", f"{error_s:.0f} s off", sentence, good=error_s <= NEAR_S)
    yield from judge_part(
        card,
        "final_place",
        "Last place",
        right="This is where the student was last seen.",
        wrong="The student was last seen elsewhere.",
    )
    yield from judge_part(
        card,
        "absence_right",
        "On no camera",
        right="The student is on no camera in this time, and you said so.",
        wrong="The student is on no camera in this time; the right answer was to say so and mark nobody.",
    )
    yield from list_time_parts(card)
