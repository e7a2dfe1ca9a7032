"""The result of an event task in sentences."""

from collections.abc import Iterator, Mapping

from sim.scoring.judged import Judged
from sim.scoring.moments import Moment, MomentKind
from sim.scoring.part import PartView
from sim.tasks.common.advice import Advice, advise_next
from sim.tasks.common.base import Task
from sim.tasks.common.moment_facts import MomentFacts, join_cameras
from sim.tasks.common.moment_text import MomentText, join_sentences
from sim.tasks.common.moment_words import tell_search_moment
from sim.tasks.common.part_lines import judge_part, list_time_parts, make_part, write_error, write_missing, write_off
from sim.tasks.event.judge import NEAR_S
from sim.tasks.event.moments import EventMoment
from sim.text.times import write_minutes


class EventWords:
    """See `sim.tasks.common.task_words.TaskWords`."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        """Return a line for every measure that has a value."""
        return tuple(_list_parts(score))

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        values, has_mark = score.card.values, bool(score.answer.marks)
        error_s = values.get("time_error_s")
        failures = {
            "right_camera": "chose a camera that does not show it" if has_mark else "marked nothing",
            "near_in_time": None if error_s is None else write_off(error_s, NEAR_S),
            "right_point": "missed the spot in the picture" if values.get("right_point") is False else None,
        }
        return write_missing(score.card, failures) or "Correct. You found the camera, the moment, and the spot."

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        """Return one or two things to practice next."""
        values = score.card.values
        if values.get("right_camera") is False:
            return (Advice("Think of the places where it could happen, and open their cameras one after the other."),)
        error_s = values.get("time_error_s")
        if error_s is not None and error_s > NEAR_S:
            return (Advice("Use the motion on the timeline to find the moment, then step frame by frame."),)
        if values.get("right_point") is False:
            return (Advice("Step to a picture in which it is happening, and click on the very spot."),)
        return advise_next(score.card, Advice("Try the same with a shorter limit."))

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText:
        return tell_event(facts, moment) if isinstance(moment, EventMoment) else tell_search_moment(facts, moment)


EVENT_WORDS = EventWords()


def _list_parts(score: Judged) -> Iterator[PartView]:
    card = score.card
    yield from judge_part(
        card,
        "right_camera",
        "Camera",
        right="The camera you chose shows what happened.",
        wrong="What happened is not on the camera you marked.",
        unanswered="" if score.answer.marks else "You marked nothing.",
    )
    error_s = card.values.get("time_error_s")
    if error_s is not None:
        off = write_error(error_s, NEAR_S)
        sentence = f"You were {off} off." if round(error_s) else "You marked it while it happened."
        value = f"{off} off" if round(error_s) else "On time"
        yield make_part("time_error_s", "Moment", value, sentence, good=error_s <= NEAR_S)
    yield from judge_part(
        card,
        "right_point",
        "Spot in the picture",
        right="Your mark is where it happened.",
        wrong="Your mark is elsewhere in the picture.",
    )
    yield from list_time_parts(card)


def tell_event(facts: MomentFacts, moment: EventMoment) -> MomentText:
    """Return a mark beside the event, or none, in words."""
    event = moment.event
    seen_on = f"It is visible on {join_cameras(facts, moment.shown_on)}."
    when = f"It happened from {facts.write_clock(event.start_s)} to {facts.write_clock(event.end_s)}."
    place = f"Location: {facts.name_place(event.zone)}." if event.zone else ""
    match moment.kind:
        case MomentKind.FIRST_RIGHT:
            return MomentText(title="correct: camera, moment, and spot", text=join_sentences(when, place))
        case MomentKind.NO_MARK:
            return MomentText(title="you marked nothing", text=join_sentences(when, seen_on, place))
        case MomentKind.WRONG_CAMERA:
            return MomentText(title="this camera does not show it", text=join_sentences(seen_on, when, place))
        case MomentKind.WRONG_POINT:
            return MomentText(
                title="it happened elsewhere in this picture", text=join_sentences("The correct spot is boxed.", when)
            )
        case _:
            off = write_minutes(moment.error_s or 0.0)
            side = "early" if moment.t_s is not None and moment.t_s < event.start_s else "late"
            return MomentText(title=f"your mark is {off} too {side}", text=join_sentences(when, place))
