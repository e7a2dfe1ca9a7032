"""The result of an alarm task in sentences."""

from collections.abc import Iterator, Mapping

from sim.scoring.check_moments import VerdictMoment
from sim.scoring.judged import Judged
from sim.scoring.moments import Moment
from sim.scoring.part import PartView
from sim.tasks.alarm.judge import SCREENING_KEY
from sim.tasks.common.advice import Advice, Trains, advise_next
from sim.tasks.common.base import Task
from sim.tasks.common.check_words import tell_verdict
from sim.tasks.common.moment_facts import MomentFacts
from sim.tasks.common.moment_text import MomentText
from sim.tasks.common.moment_words import tell_search_moment
from sim.tasks.common.part_lines import judge_part, list_time_parts, make_part, write_missing
from sim.text.times import write_minutes


class AlarmWords:
    """See `sim.tasks.common.task_words.TaskWords`."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        """Return a line for every measure that has a value."""
        return tuple(_list_parts(score))

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        right = "Correct. You found who it was, judged the check, and gave the location."
        failures = {
            "right_person": "did not mark the student who set off the alarm",
            "verdict_right": "misjudged the check"
            if score.answer.choices.get(SCREENING_KEY)
            else "did not say how the check went",
            "final_place": "missed the last location",
        }
        return write_missing(score.card, failures) or right

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        """Return one or two things to practice next."""
        values = score.card.values
        advice: list[Advice] = []
        if values.get("right_person") is False:
            advice.append(
                Advice(
                    "Go to the second of the alarm and mark the student in the detector, not the one who comes next."
                )
            )
        if values.get("verdict_right") is False:
            advice.append(
                Advice(
                    "Watch the check to its end: the wand, and every compartment of the bag, before they walk on.",
                    trains=Trains.CHECKS,
                )
            )
        if values.get("final_place") is False:
            advice.append(
                Advice(
                    "Follow the student from camera to camera, and find the last one on the map.",
                    trains=Trains.LAST_PLACE,
                )
            )
        return tuple(advice[:2]) or advise_next(
            score.card, Advice("Try another alarm, and aim for the same result in less time.")
        )

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText:
        return tell_verdict(facts, moment) if isinstance(moment, VerdictMoment) else tell_search_moment(facts, moment)


ALARM_WORDS = AlarmWords()


def _list_parts(score: Judged) -> Iterator[PartView]:
    card = score.card
    yield from judge_part(
        card,
        "right_person",
        "Who it was",
        right="Your mark is on the student who set off the alarm.",
        wrong="Your mark is not on the student who set off the alarm.",
        unanswered="" if score.answer.marks else "You marked no one.",
    )
    yield from judge_part(
        card,
        "verdict_right",
        "The check",
        right="You judged secondary screening as the cameras show it.",
        wrong="The cameras show something else of secondary screening than you said.",
        unanswered="" if score.answer.choices.get(SCREENING_KEY) else "You did not say how secondary screening went.",
    )
    yield from judge_part(
        card,
        "final_place",
        "Last location",
        right="This is where the student was last seen.",
        wrong="The student was last seen elsewhere.",
        unanswered="" if score.answer.final_zone else "You gave no last location.",
    )
    first_s = card.values.get("time_to_first_correct_fix_s")
    if first_s is not None and card.values.get("first_correct_fix_made"):
        sentence = "From the start to your first correct mark."
        yield make_part("time_to_first_correct_fix_s", "Student found", write_minutes(first_s), sentence, good=None)
    yield from list_time_parts(card)
