"""Moments of meetings and events in words: who and when it was, and on which camera it is to be seen."""

from sim.scoring.moments import MomentKind
from sim.services.debrief.facts import DebriefFacts
from sim.services.debrief.mark_moment import write_made, write_times, write_where
from sim.services.debrief.moment_text import MomentText, join_sentences
from sim.tasks.encounter.moments import MeetingMoment
from sim.tasks.event.moments import EventMoment
from sim.text.times import write_minutes
from sim.truth.events import Event

MET = "the person they met"


def tell_meeting(facts: DebriefFacts, moment: MeetingMoment) -> MomentText:
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


def tell_event(facts: DebriefFacts, moment: EventMoment) -> MomentText:
    """Return a mark beside the event, or none, in words."""
    event = moment.event
    shows = [facts.name_camera(camera_id) for camera_id in moment.shown_on]
    seen_on = f"It is visible on {' and '.join(shows)}."
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


def _write_meeting(facts: DebriefFacts, event: Event) -> str:
    begins, ends = facts.write_clock(event.start_s), facts.write_clock(event.end_s)
    seen = "" if event.shown else ", off camera"
    return f"The meeting was {begins} to {ends}{seen}."


def _tell_far_off(facts: DebriefFacts, moment: MeetingMoment, when: str) -> MomentText:
    right = moment.right
    if right is None:
        return MomentText(title="the right person, far from the moment", text=when)
    nearest = f"The nearest picture of them is {facts.name_camera(right.camera_id)} at {facts.write_clock(right.t_s)}."
    return MomentText(title="the right person, far from the moment", text=join_sentences(when, nearest))


def _tell_other(facts: DebriefFacts, moment: MeetingMoment, when: str) -> MomentText:
    where = write_where(facts, moment, who=MET)
    if moment.marked == moment.seeker:
        text = join_sentences("The other person was asked for.", where, when)
        return MomentText(title="you marked the student, not the person they met", text=text)
    unlike = facts.compare(moment.sought, moment.marked or "", moment.t_s or 0.0, owner=MET)
    text = join_sentences(unlike, where, when, write_times(moment, "You marked this person"))
    return MomentText(title="you marked someone else", text=text)
