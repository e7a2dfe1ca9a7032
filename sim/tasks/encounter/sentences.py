"""The result of an encounter task in sentences."""

from collections.abc import Iterator, Mapping

from sim.scoring.judged import Judged
from sim.scoring.moments import Moment, MomentKind
from sim.scoring.part import PartView
from sim.tasks.common.advice import Advice, advise_next
from sim.tasks.common.base import Task
from sim.tasks.common.moment_facts import MomentFacts
from sim.tasks.common.moment_text import MomentText, join_sentences
from sim.tasks.common.moment_words import tell_search_moment, write_made, write_times, write_where
from sim.tasks.common.part_lines import judge_part, list_time_parts, make_part, write_error, write_missing, write_off
from sim.tasks.encounter.judge import NEAR_S
from sim.tasks.encounter.moments import MeetingMoment
from sim.truth.events import Event

MET = "the person they met"


class EncounterWords:
    """See `sim.tasks.common.task_words.TaskWords`."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        """Return a line for every measure that has a value."""
        return tuple(_list_parts(score))

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        error_s = score.card.values.get("moment_error_s")
        failures = {
            "right_other": "did not mark the person they met" if score.answer.marks else "marked no one",
            "near_in_time": None if error_s is None else write_off(error_s, NEAR_S),
        }
        return write_missing(score.card, failures) or "Correct. You marked the person they met, at the right moment."

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        """Return one or two things to practice next."""
        if score.card.values.get("right_other") is False:
            return (
                Advice("Follow the student until they stop or change something, then look at who stands with them."),
            )
        error_s = score.card.values.get("moment_error_s")
        if error_s is not None and error_s > NEAR_S:
            return (Advice("Step around the moment until you see the two together, and mark there."),)
        return advise_next(score.card, Advice("Try the same with a student who is harder to tell from others."))

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText:
        return tell_meeting(facts, moment) if isinstance(moment, MeetingMoment) else tell_search_moment(facts, moment)


ENCOUNTER_WORDS = EncounterWords()


def _list_parts(score: Judged) -> Iterator[PartView]:
    yield from judge_part(
        score.card,
        "right_other",
        "The other person",
        right="Your mark is on the person they met.",
        wrong="Your mark is not on the person they met.",
        unanswered="" if score.answer.marks else "You marked no one.",
    )
    error_s = score.card.values.get("moment_error_s")
    if error_s is not None:
        off = write_error(error_s, NEAR_S)
        sentence = f"Your mark is {off} from the moment."
        if round(error_s) == 0:
            sentence = "No camera shows the person nearer to the moment."
        value = f"{off} off" if round(error_s) else "On time"
        yield make_part("moment_error_s", "Moment", value, sentence, good=error_s <= NEAR_S)
    yield from list_time_parts(score.card)


def tell_meeting(facts: MomentFacts, moment: MeetingMoment) -> MomentText:
    """Return a mark on the person met, on somebody else, or none, in words."""
    when = _write_meeting(facts, moment.event)
    match moment.kind:
        case MomentKind.FIRST_RIGHT:
            return MomentText(
                title="correct, this is the person", text=join_sentences(write_made(moment, "You marked them"), when)
            )
        case MomentKind.NO_MARK:
            return MomentText(title="you marked no one", text=join_sentences("The other person is boxed here.", when))
        case MomentKind.FAR_OFF:
            return _tell_far_off(facts, moment, when)
        case MomentKind.NOBODY:
            where = write_where(facts, moment, who=MET)
            return MomentText(title="you marked a spot where no one is", text=join_sentences(where, when))
        case _:
            return _tell_other(facts, moment, when)


def _write_meeting(facts: MomentFacts, event: Event) -> str:
    begins, ends = facts.write_clock(event.start_s), facts.write_clock(event.end_s)
    seen = "" if event.shown else ", off camera"
    return f"The meeting was {begins} to {ends}{seen}."


def _tell_far_off(facts: MomentFacts, moment: MeetingMoment, when: str) -> MomentText:
    right = moment.right
    if right is None:
        return MomentText(title="the right person, far from the moment", text=when)
    nearest = f"The nearest picture of them is {facts.name_camera(right.camera_id)} at {facts.write_clock(right.t_s)}."
    return MomentText(title="the right person, far from the moment", text=join_sentences(when, nearest))


def _tell_other(facts: MomentFacts, moment: MeetingMoment, when: str) -> MomentText:
    where = write_where(facts, moment, who=MET)
    if moment.marked == moment.seeker:
        text = join_sentences("The other person was asked for.", where, when)
        return MomentText(title="you marked the student, not the person they met", text=text)
    unlike = facts.compare(moment.sought, moment.marked or "", moment.t_s or 0.0, owner=MET)
    text = join_sentences(unlike, where, when, write_times(moment, "You marked this person"))
    return MomentText(title="you marked someone else", text=text)
