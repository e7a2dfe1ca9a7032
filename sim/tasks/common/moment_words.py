"""Moments of marks in words: who was marked, how they differ from the student, and where the student was."""

from collections.abc import Callable, Mapping

from sim.scoring.moments import MarkMoment, Moment, MomentKind, PlaceMoment
from sim.scoring.trace_moments import LossMoment
from sim.tasks.common.loss_words import describe_loss
from sim.tasks.common.moment_facts import MomentFacts
from sim.tasks.common.moment_text import MomentText, join_sentences
from sim.text.times import write_minutes

AT_ONCE_S = 1.0


def tell_search_moment(facts: MomentFacts, moment: Moment) -> MomentText:
    """Return a moment of a search in words: a mark, a loss, a wrong place or door, a person on no camera."""
    match moment:
        case MarkMoment():
            return tell_mark(facts, moment)
        case LossMoment():
            return _tell_loss(facts, moment)
        case PlaceMoment():
            return _tell_place(facts, moment)
        case _:
            return _tell_absence()


def tell_mark(facts: MomentFacts, moment: MarkMoment) -> MomentText:
    """Return a mark on the student, on somebody else, on nobody, or one that is missing, in words."""
    return _TELLERS[moment.kind](facts, moment)


def write_made(moment: MarkMoment, did: str) -> str:
    """Return when a mark was made: "You found the student after 41 s." "" when that is not known."""
    return "" if moment.made_s is None else f"{did} after {write_minutes(moment.made_s)}."


def write_times(moment: MarkMoment, did: str) -> str:
    """Return "You marked this person 3 times.", "" for once."""
    return "" if moment.times == 1 else f"{did} {moment.times} times."


def write_where(facts: MomentFacts, moment: MarkMoment, *, who: str = "the student") -> str:
    """Return where the person sought was at the time of the mark."""
    right = moment.right
    someone = f"{who[0].upper()}{who[1:]}"
    if right is None:
        return f"{someone} doesn't appear on any camera in this time."
    frame = moment.scenes[0].frame
    if (right.camera_id, right.frame) == (moment.scenes[0].camera_id, frame):
        return f"{someone} is in the same picture."
    where, when = facts.name_camera(right.camera_id), facts.write_clock(right.t_s)
    if moment.t_s is not None and abs(right.t_s - moment.t_s) < AT_ONCE_S:
        return f"{someone} was at {where} at that time."
    return f"{someone} was visible at {where} at {when}."


def _tell_wrong_person(facts: MomentFacts, moment: MarkMoment) -> MomentText:
    marked, t_s = moment.marked or "", moment.t_s or 0.0
    is_alike = marked in facts.list_look_alikes(moment.sought)
    return MomentText(
        title="you followed a look-alike" if is_alike else "you marked someone else",
        text=join_sentences(
            facts.compare(moment.sought, marked, t_s),
            write_where(facts, moment),
            write_times(moment, "You marked this person"),
        ),
    )


def _tell_early(facts: MomentFacts, moment: MarkMoment) -> MomentText:
    last = moment.right
    if last is None or moment.t_s is None:
        return MomentText(title="the student was seen again later")
    where, when = facts.name_camera(last.camera_id), facts.write_clock(last.t_s)
    off = write_minutes(abs(last.t_s - moment.t_s))
    if last.t_s < moment.t_s:
        text = f"This is only a glimpse of the student. The last sighting that counts is at {where}, at {when}."
        return MomentText(title="your mark is after the last sighting", text=text)
    text = f"This is the student, but they were last seen {off} later: at {where}, at {when}."
    return MomentText(title="the student was seen again after your mark", text=text)


def _tell_right(facts: MomentFacts, moment: MarkMoment) -> MomentText:
    title = "correct, this is the student" if facts.form.most_marks == 1 else "your first correct mark"
    return MomentText(title=title, text=write_made(moment, "You found the student"))


def _tell_nobody(facts: MomentFacts, moment: MarkMoment) -> MomentText:
    text = join_sentences(write_times(moment, "You marked about here"), write_where(facts, moment))
    if not facts.index.knows_everybody:
        why = "In real footage only the walker is known, so whom you marked cannot be told."
        return MomentText(title="nobody known here", text=join_sentences(text, why))
    return MomentText(title="you marked a spot where no one is", text=text)


def _tell_too_hidden(facts: MomentFacts, moment: MarkMoment) -> MomentText:
    why = "Too little of this person is visible, or they are too far away: the mark counts as one on no one."
    text = join_sentences(why, write_times(moment, "You marked this person"), write_where(facts, moment))
    return MomentText(title="you marked someone who can hardly be seen", text=text)


def _tell_more(facts: MomentFacts, moment: MarkMoment) -> MomentText:
    whom = "someone else, or on no one" if facts.index.knows_everybody else "nobody known"
    return MomentText(title=f"{moment.times:,} more marks were on {whom}")


def _tell_no_mark(facts: MomentFacts, moment: MarkMoment) -> MomentText:
    return MomentText(title="you marked no one", text="This is the student, boxed in the picture.")


def _tell_missed(facts: MomentFacts, moment: MarkMoment) -> MomentText:
    text = ""
    if moment.span_s is not None:
        begins, ends = (facts.write_clock(t_s) for t_s in moment.span_s)
        text = f"They were in view from {begins} to {ends}." if begins != ends else f"They were in view at {begins}."
    return MomentText(title="the student passed here, and you did not mark them", text=text)


_TELLERS: Mapping[MomentKind, Callable[[MomentFacts, MarkMoment], MomentText]] = {
    MomentKind.FIRST_RIGHT: _tell_right,
    MomentKind.WRONG_PERSON: _tell_wrong_person,
    MomentKind.NOBODY: _tell_nobody,
    MomentKind.TOO_HIDDEN: _tell_too_hidden,
    MomentKind.MORE_WRONG: _tell_more,
    MomentKind.NO_MARK: _tell_no_mark,
    MomentKind.NOT_LAST: _tell_early,
    MomentKind.MISSED: _tell_missed,
}


def _tell_loss(facts: MomentFacts, moment: LossMoment) -> MomentText:
    did = "lost the student" if moment.kind is MomentKind.LOST else "looked elsewhere first"
    title = f"going back from here, you {did}" if moment.loss.is_backwards else f"you {did} after this"
    return MomentText(title=title, text=describe_loss(facts, moment).sentence)


def _tell_absence() -> MomentText:
    title = "the student doesn't appear on any camera in this time"
    return MomentText(title=title, text="The correct answer is to say so and to mark no one.")


def _tell_place(facts: MomentFacts, moment: PlaceMoment) -> MomentText:
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
