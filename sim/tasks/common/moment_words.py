"""Moments of marks and of losses in words: who was marked, how they differ from the student, where the student was."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.scoring.check_moments import Verdict, VerdictMoment
from sim.scoring.losses import Loss
from sim.scoring.moments import MarkMoment, Moment, MomentKind, PlaceMoment
from sim.scoring.person_in_frame import PersonInFrame
from sim.scoring.trace_moments import LossMoment
from sim.tasks.common.answer_form import Option
from sim.tasks.common.task_words import MomentFacts, MomentText, join_cameras, join_sentences
from sim.text.times import write_minutes
from sim.truth.events import Event

CHEST_SHARE = 0.35
"""How far down a box the chest is, where the plan's links have their places."""
MOST_OFFERED = 2
STILL_IN_VIEW_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LossView:
    """One loss, for a sentence and for a line of the table; every text is ready to be shown."""

    after: str  # camera left, "CAM-05 B Hall"
    after_clock: str
    unseen: str  # how long no camera showed the student, glimpses named
    then: str  # camera that showed them next (for a step back: before)
    then_clock: str
    opened: str  # cameras opened first instead, "" for none
    offered: str  # the nearest next cameras by the plan, "" for none
    outcome: str  # "found" or "not found"
    sentence: str  # all of it in words


def list_losses(facts: MomentFacts, moments: Iterable[Moment]) -> tuple[LossView, ...]:
    """Return a view of every loss among some moments, in their order."""
    return tuple(describe_loss(facts, moment) for moment in moments if isinstance(moment, LossMoment))


def describe_loss(facts: MomentFacts, moment: LossMoment) -> LossView:
    loss = moment.loss
    offered = find_offered(
        facts.get_links(), loss.left_camera, _find_chest(facts, moment.leaving), is_backwards=loss.is_backwards
    )
    return LossView(
        after=facts.name_camera(loss.left_camera),
        after_clock=facts.write_clock(loss.left_s),
        unseen=_write_unseen(facts, loss) if loss.unseen_s >= STILL_IN_VIEW_S else "none",
        then=facts.name_camera(loss.next_camera),
        then_clock=facts.write_clock(loss.next_s),
        opened=join_cameras(facts, loss.opened) if loss.opened else "",
        offered=join_cameras(facts, offered) if offered else "",
        outcome="found" if loss.is_found else "not found",
        sentence=_write_sentence(facts, loss, offered),
    )


def find_offered(
    links: Mapping[str, Any], camera_id: str, at_xy: tuple[float, float], *, is_backwards: bool = False
) -> tuple[str, ...]:
    """Return the cameras that the plan has for somebody who leaves a picture at a point, the nearest first.

    Forwards those of the link zone nearest to the point (shares of the picture). Backwards, where people come into the
    picture is not known to the links: the cameras with a way here, by walking time.
    """
    if not is_backwards:
        zones = links.get(camera_id, ())
        nearest = min(zones, key=lambda z: (z["x"] - at_xy[0]) ** 2 + (z["y"] - at_xy[1]) ** 2, default=None)
        return () if nearest is None else tuple(each["camera_id"] for each in nearest["cameras"])
    walking_s: dict[str, float] = {}
    for other, zones in links.items():
        for zone in zones:
            for each in zone["cameras"]:
                if each["camera_id"] == camera_id:
                    walking_s[other] = min(each["walking_s"], walking_s.get(other, each["walking_s"]))
    return tuple(sorted(walking_s, key=lambda camera: (walking_s[camera], camera))[:MOST_OFFERED])


def _find_chest(facts: MomentFacts, sighting: PersonInFrame) -> tuple[float, float]:
    width, height = facts.index.table.picture_wh[sighting.camera_id]
    x1, y1, x2, y2 = sighting.box_xyxy
    return (x1 + x2) / 2 / width, (y1 + CHEST_SHARE * (y2 - y1)) / height


def _write_sentence(facts: MomentFacts, loss: Loss, offered: Sequence[str]) -> str:
    said = [
        _write_beside(facts, loss)
        if loss.beside
        else (_write_way_back if loss.is_backwards else _write_way_on)(facts, loss)
    ]
    if loss.opened:
        said.append(f"You opened {join_cameras(facts, loss.opened)} {'first' if loss.is_found else 'instead'}.")
    if not loss.is_found:
        said.append("You did not mark them there.")
    if offered and not loss.beside:
        said.append(_write_plan(facts, loss, offered))
    return " ".join(said)


def _write_plan(facts: MomentFacts, loss: Loss, offered: Sequence[str]) -> str:
    many, one = "next cameras were", "next camera was"
    if loss.is_backwards:
        many, one = "cameras before it were", "camera before it was"
    other = "" if loss.next_camera in offered else "; this time it was another one"
    return f"The map's nearest {many if len(offered) > 1 else one} {join_cameras(facts, offered)}{other}."


def _write_unseen(facts: MomentFacts, loss: Loss) -> str:
    """Return how long no camera showed the student, with the cameras that had a glimpse of them."""
    glimpsed = f", except for a glimpse on {join_cameras(facts, loss.glimpses)}" if loss.glimpses else ""
    return f"{write_minutes(loss.unseen_s)}{glimpsed}"


def _write_beside(facts: MomentFacts, loss: Loss) -> str:
    here, there, _ = _name_way(facts, loss)
    until = f"{'from' if loss.is_backwards else 'until'} {facts.write_clock(loss.next_until_s)}"
    return f"The student was not only on {here}, but at the same time {there}, {until}."


def _write_way_on(facts: MomentFacts, loss: Loss) -> str:
    here, there, clock = _name_way(facts, loss)
    if loss.unseen_s >= STILL_IN_VIEW_S:
        return f"After {here} the student was on no camera for {_write_unseen(facts, loss)}, then {there}, at {clock}."
    if loss.next_s < loss.left_s:
        return f"While still on {here} the student came into view {there}, at {clock}."
    return f"After {here} the student went straight on and was {there}, at {clock}."


def _write_way_back(facts: MomentFacts, loss: Loss) -> str:
    here, there, clock = _name_way(facts, loss)
    if loss.unseen_s >= STILL_IN_VIEW_S:
        unseen = _write_unseen(facts, loss)
        return f"Before {here} the student was on no camera for {unseen}, and before that {there}, until {clock}."
    if loss.next_s >= loss.left_s:
        return f"Already before {here} the student was in view {there}, until {clock}."
    return f"Before {here} the student was {there}, until {clock}."


def _name_way(facts: MomentFacts, loss: Loss) -> tuple[str, str, str]:
    is_same = loss.left_camera == loss.next_camera
    there = "on the same camera" if is_same else f"at {facts.name_camera(loss.next_camera)}"
    return facts.name_camera(loss.left_camera), there, facts.write_clock(loss.next_s)


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


VERDICT_WORDS: Mapping[Verdict, str] = {
    Verdict.COMPLETE: "completed",
    Verdict.NOT_COMPLETE: "not completed",
    Verdict.CANNOT_TELL: "one that cannot be told",
}


def tell_verdict(facts: MomentFacts, moment: VerdictMoment) -> MomentText:
    name = "the check" if moment.number is None else f"alarm {moment.number}"
    if moment.kind is MomentKind.RIGHT_CHECK:
        return MomentText(title=f"{name}: you noticed that it was not completed", text=write_check(moment.alarm))
    right = VERDICT_WORDS[moment.right]
    if moment.given is None:
        return MomentText(title=f"{name}: you gave no verdict", text=f"It was {right}. {write_check(moment.alarm)}")
    said = (
        "you said it cannot be told"
        if moment.given is Verdict.CANNOT_TELL
        else (f"you called it {VERDICT_WORDS[moment.given]}")
    )
    return MomentText(title=f"{name}: {said}", text=join_sentences(f"It was {right}.", write_check(moment.alarm)))


def write_check(alarm: Event) -> str:
    """Return what staff did: the wand, and how many compartments of the bag; as far as truth says."""
    if not alarm.shown:
        return "No camera shows it, so no one can say whether it was completed."
    wand, total, searched = (alarm.detail.get(key) for key in ("wand", "compartments", "searched"))
    said = []
    if isinstance(wand, bool):
        said.append("The wand was used." if wand else "The wand was not used.")
    if isinstance(total, int) and isinstance(searched, int) and total > 0:
        said.append(_write_bag(total, searched))
    return " ".join(said)


def _write_bag(total: int, searched: int) -> str:
    if searched >= total:
        return f"All {total} compartments of the bag were opened." if total > 1 else "The bag was opened."
    if searched == 0:
        return f"None of the bag's {total} compartments was opened." if total > 1 else "The bag was not opened."
    left = total - searched
    were = "was" if left == 1 else "were"
    return (
        f"{searched} of {total} compartments of the bag were opened: {left} {were} not, before the student walked on."
    )


VERDICT_OPTIONS = (
    Option(value=Verdict.COMPLETE.value, label="Completed"),
    Option(value=Verdict.NOT_COMPLETE.value, label="Not completed"),
    Option(value=Verdict.CANNOT_TELL.value, label="Cannot tell"),
)
