"""The result of a locate task in sentences."""

from collections.abc import Iterator, Mapping

from sim.scoring.judged import Judged
from sim.scoring.moments import Moment
from sim.scoring.part import PartView
from sim.tasks.common.advice import Advice, Trains, advise_next
from sim.tasks.common.base import Task
from sim.tasks.common.moment_facts import MomentFacts
from sim.tasks.common.moment_text import MomentText
from sim.tasks.common.moment_words import tell_search_moment
from sim.tasks.common.part_lines import (
    judge_part,
    list_time_parts,
    make_part,
    write_error,
    write_missing,
)
from sim.tasks.common.path_sentences import write_absence_failure
from sim.tasks.locate.judge import NEAR_S


class LocateWords:
    """See `sim.tasks.common.task_words.TaskWords`."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        """Return a line for every measure that has a value."""
        return tuple(_list_parts(score))

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        is_absent = score.card.values.get("absence_right") is not None
        right = (
            "Correct. The student doesn't appear on any camera in this time."
            if is_absent
            else "Correct. You found the student's last sighting and the location."
        )
        return write_missing(score.card, _list_failures(score)) or right

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        """Return one or two things to practice next."""
        values = score.card.values
        advice: list[Advice] = []
        if values.get("right_person") is False and not score.answer.marks:
            advice.append(
                Advice(
                    "Mark the student each time you find them farther on: the last mark counts.",
                    trains=Trains.NEXT_CAMERA,
                )
            )
        elif values.get("right_person") is False:
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
                    "When the student leaves a picture, open the camera where they would come out and continue.",
                    trains=Trains.NEXT_CAMERA,
                )
            )
        if values.get("final_place") is False:
            advice.append(Advice("Find the camera on the map before you give the location.", trains=Trains.LAST_PLACE))
        harder = Advice("Try a student who is harder to tell from others.", trains=Trains.LOOK_ALIKES)
        return tuple(advice[:2]) or advise_next(score.card, harder)

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText:
        return tell_search_moment(facts, moment)


LOCATE_WORDS = LocateWords()


def _list_failures(score: Judged) -> dict[str, str | None]:
    error_s, case = score.card.values.get("sighting_error_s"), score.case
    has_marks = bool(score.answer.marks)
    late = None
    if error_s is not None:
        late = f"marked the student {_write_off(error_s)} (goal: within {NEAR_S:.0f} seconds)"
    return {
        "right_person": "did not mark the student" if has_marks else "marked no one",
        "near_last_sighting": late,
        "final_place": "missed the last location",
        "no_contradiction": "said that the student doesn't appear, but marked someone" if case and case.legs else None,
        "absence_right": write_absence_failure(has_marks=has_marks),
    }


def _write_off(error_s: float) -> str:
    return f"{write_error(error_s, NEAR_S)} before the last sighting"


def _list_parts(score: Judged) -> Iterator[PartView]:
    card = score.card
    yield from judge_part(
        card,
        "right_person",
        "Correct student",
        right="Your mark is on the student.",
        wrong="Your mark is not on the student.",
        unanswered="" if score.answer.marks else "You marked no one.",
    )
    error_s = card.values.get("sighting_error_s")
    if error_s is not None:
        off = round(error_s)
        sentence = f"You marked the student {_write_off(error_s)}." if off else "You marked the last sighting."
        value = f"{write_error(error_s, NEAR_S)} off" if off else "On time"
        yield make_part("sighting_error_s", "Last sighting", value, sentence, good=error_s <= NEAR_S)
    yield from judge_part(
        card,
        "final_place",
        "Last location",
        right="This is where the student was last seen.",
        wrong="The student was last seen elsewhere.",
        unanswered="" if score.answer.final_zone else "You gave no last location.",
    )
    yield from judge_part(
        card,
        "absence_right",
        "Not on any camera",
        right="The student doesn't appear on any camera in this time, and you said so.",
        wrong="The student doesn't appear on any camera in this time. Say so, and mark no one.",
    )
    yield from list_time_parts(card)
