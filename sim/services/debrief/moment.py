"""Each moment in words, and what the boxes in its pictures are called."""

from collections.abc import Callable, Mapping
from typing import Any

from sim.scoring.check_moments import VerdictMoment
from sim.scoring.moments import BoxRole, MarkMoment, Moment, MomentKind, PlaceMoment
from sim.scoring.trace_moments import LossMoment
from sim.services.debrief.check_moment import tell_verdict
from sim.services.debrief.event_moment import tell_event, tell_meeting
from sim.services.debrief.facts import DebriefFacts
from sim.services.debrief.list_moment import tell_call, tell_clip, tell_fields, tell_view
from sim.services.debrief.losses import describe_loss
from sim.services.debrief.mark_moment import tell_mark
from sim.services.debrief.moment_text import MomentText
from sim.tasks.encounter.moments import MeetingMoment
from sim.tasks.event.moments import EventMoment
from sim.tasks.export.moments import ClipMoment, FieldsMoment
from sim.tasks.pull_up.moments import CallMoment
from sim.tasks.setup.moments import ViewMoment

BOX_WORDS: Mapping[BoxRole, str] = {
    BoxRole.STUDENT: "The student",
    BoxRole.MARKED: "You marked",
    BoxRole.POINT: "You marked here",
    BoxRole.OTHER: "The other person",
    BoxRole.EVENT: "Here",
    BoxRole.CHECK: "The check",
}


def tell_moment(facts: DebriefFacts, moment: Moment) -> MomentText:
    """Return a moment in words."""
    return _TELLERS[type(moment)](facts, moment)


def _tell_loss(facts: DebriefFacts, moment: LossMoment) -> MomentText:
    did = "lost the student" if moment.kind is MomentKind.LOST else "looked elsewhere first"
    title = f"going back from here, you {did}" if moment.loss.is_backwards else f"you {did} after this"
    return MomentText(title=title, text=describe_loss(facts, moment).sentence)


def _tell_absence(facts: DebriefFacts, moment: Moment) -> MomentText:
    title = "the student doesn't appear on any camera in this time"
    return MomentText(title=title, text="The correct answer is to say so and to mark no one.")


def _tell_place(facts: DebriefFacts, moment: PlaceMoment) -> MomentText:
    if moment.kind is MomentKind.WRONG_DOOR:
        right = f"They used {facts.name_door(moment.right)}."
        if moment.given is None:
            return MomentText(title="you did not say which entrance they used", text=right)
        text = f"{right} You said {facts.name_door(moment.given)}."
        return MomentText(title="they used another entrance", text=text)
    right = f"They were last seen here: {facts.name_place(moment.right)}."
    if moment.given is None:
        return MomentText(title="you did not give their last location", text=right)
    text = f"{right} You said {facts.name_place(moment.given)}."
    return MomentText(title="they were last seen at another location", text=text)


_TELLERS: Mapping[type[Moment], Callable[[DebriefFacts, Any], MomentText]] = {
    Moment: _tell_absence,
    LossMoment: _tell_loss,
    MarkMoment: tell_mark,
    MeetingMoment: tell_meeting,
    PlaceMoment: _tell_place,
    VerdictMoment: tell_verdict,
    EventMoment: tell_event,
    CallMoment: tell_call,
    ClipMoment: tell_clip,
    FieldsMoment: tell_fields,
    ViewMoment: tell_view,
}
