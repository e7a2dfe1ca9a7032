"""A task in sentences: lines of the score card, a verdict, an advice, and moments of marks and of losses."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from sim.scoring.losses import Loss
from sim.scoring.moments import MarkMoment, Moment, MomentKind, PlaceMoment
from sim.scoring.score_card import METRICS, Judged, MetricValue, PartView, ScoreCard
from sim.scoring.trace_moments import LossMoment
from sim.tasks.common.task import AnswerForm
from sim.text.tables import round_beside
from sim.text.times import write_minutes
from sim.truth.appearance import is_over
from sim.truth.index import TruthIndex


class Trains(StrEnum):
    """The skill that an advice is about; each task type says which it trains.

    SAME stands for whatever the drill just done trains.
    """

    LOOK_ALIKES = "telling people apart"
    NEXT_CAMERA = "the next camera"
    LAST_PLACE = "the last place"
    CHECKS = "secondary screening"
    SAME = "the same again"


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to practice next; without another skill named, by a drill of the kind just done."""

    sentence: str
    trains: Trains = field(default=Trains.SAME, kw_only=True)


def advise_next(card: ScoreCard, harder: Advice) -> tuple[Advice]:
    """Return `harder` where nothing is left to practice; what failed without an advice of its own is done again."""
    if card.passed is not False:
        return (harder,)
    if card.criteria["inside_limit"] is False:
        return (Advice("Submit before the time is up: what you have by then counts."),)
    return (Advice("Check each part of your answer before you submit."),)


def read_number(value: MetricValue) -> float:
    return 0.0 if value is None else float(value)


def make_part(key: str, value: str, sentence: str, *, good: bool | None, label: str = "") -> PartView:
    return PartView(key=key, label=label or METRICS[key].label, value=value, sentence=sentence, good=good)


def judge_part(
    card: ScoreCard, key: str, *, right: str, wrong: str, unanswered: str = "", label: str = ""
) -> Iterator[PartView]:
    """Yield the line of a yes-or-no measure, with the sentence for either; nothing when it has no value.

    `unanswered` is the sentence where nothing was answered, "" where something was.
    """
    value = card.values.get(key)
    if value:
        yield make_part(key, "Correct", right, good=True, label=label)
    elif value is not None:
        said = "No answer" if unanswered else "Incorrect"
        yield make_part(key, said, unanswered or wrong, good=False, label=label)


def judge_place_part(score: Judged) -> Iterator[PartView]:
    yield from judge_part(
        score.card,
        "final_place",
        right="This is where the student was last seen.",
        wrong="The student was last seen elsewhere.",
        unanswered="" if score.answer.final_zone else "You gave no last location.",
    )


def judge_error_part(card: ScoreCard, key: str, goal_s: float, *, off: str, exact: str) -> Iterator[PartView]:
    error_s = card.values.get(key)
    if error_s is None:
        return
    words = write_error(error_s, goal_s)
    value, sentence = (f"{words} off", off.format(words)) if round(error_s) else ("On time", exact)
    yield make_part(key, value, sentence, good=not is_over(error_s, goal_s))


def list_time_parts(card: ScoreCard) -> Iterator[PartView]:
    used_s = card.values.get("completion_time_s")
    if used_s is None:
        return
    words = write_minutes(used_s)
    if card.criteria["inside_limit"] is False:
        sentence = f"The limit of {words} passed before you submitted."
        yield make_part("completion_time_s", f"over {words}", sentence, good=False)
    else:
        yield make_part("completion_time_s", words, "From the start until you submitted.", good=None)


def write_missing(card: ScoreCard, missing: Mapping[str, str | None]) -> str | None:
    """Return what the pass rule lacks in one sentence; None for nothing.

    "Not yet. You found 0 of 4 appearances (goal: 3), missed the last location, and ran out of time."
    """
    said = {"inside_limit": "ran out of time", **missing}
    clauses = [clause for key, is_met in card.criteria.items() if is_met is False and (clause := said[key])]
    return f"Not yet. You {join_clauses(clauses)}." if clauses else None


def join_clauses(parts: Sequence[str]) -> str:
    if len(parts) < 3:
        return " and ".join(parts)
    return f"{', '.join(parts[:-1])}, and {parts[-1]}"


def write_off(error_s: float, goal_s: float) -> str:
    """Return what stands after "You" for a mark at the wrong moment."""
    return f"missed the moment by {write_error(error_s, goal_s)} (goal: within {goal_s:.0f} seconds)"


def write_error(error_s: float, goal_s: float) -> str:
    """Return "12 seconds"; "5.3 seconds" where a whole number would be the goal, which that is not."""
    text = round_beside(error_s, goal_s)
    return f"{text} second" if text == "1" else f"{text} seconds"


def write_share(share: float, goal: float) -> str:
    """Return "58%"; "59.6%" where a whole number would be the goal, which that is not."""
    return f"{round_beside(100.0 * share, 100.0 * goal)}%"


STUDENT = "the student"


class MomentFacts(Protocol):
    @property
    def form(self) -> AnswerForm: ...

    @property
    def index(self) -> TruthIndex: ...

    @property
    def get_links(self) -> Callable[[], Mapping[str, Any]]:
        """What gives where people leave each picture and who shows them next, see `sim.site.next_camera`."""

    def name_camera(self, camera_id: str) -> str:
        """Return "CAM-07 Stairs"."""

    def name_place(self, zone_id: str) -> str: ...

    def name_door(self, door_id: str) -> str: ...

    def write_clock(self, t_s: float) -> str:
        """Return site time, seconds, as the cameras show it."""

    def compare(self, sought: str, marked: str, t_s: float, *, owner: str = STUDENT) -> str:
        """Return what tells two people apart at a moment; "" when it is not known or must not be told."""

    def list_look_alikes(self, person_id: str) -> Collection[str]:
        """Return who is hard to tell from a person; nobody where it must not be told."""


def join_cameras(facts: MomentFacts, cameras: Sequence[str]) -> str:
    """Return "CAM-01 Lobby, CAM-02 Hall and CAM-03 Stairs", "no camera" for none."""
    names = [facts.name_camera(camera) for camera in cameras]
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names) or "no camera"


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentText:
    """A title of a few words that begins small and ends without a full stop, and sentences, "" for none."""

    title: str
    text: str = ""


def join_sentences(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


CHEST_SHARE = 0.35
"""How far down a box the chest is, where the plan's links have their places."""
MOST_OFFERED = 2
STILL_IN_VIEW_S = 1.0
AT_ONCE_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LossView:
    after: str  # camera left, "CAM-05 B Hall"
    after_clock: str
    unseen: str  # how long no camera showed the student, glimpses named
    then: str  # camera that showed them next (for a step back: before)
    then_clock: str
    opened: str  # cameras opened first instead, "" for none
    offered: str  # the nearest next cameras by the plan, "" for none
    outcome: str  # "found" or "not found"
    sentence: str  # all of it in words


def describe_loss(facts: MomentFacts, moment: LossMoment) -> LossView:
    loss = moment.loss
    width, height = facts.index.table.picture_wh[moment.leaving.camera_id]
    x1, y1, x2, y2 = moment.leaving.box_xyxy
    chest = ((x1 + x2) / 2 / width, (y1 + CHEST_SHARE * (y2 - y1)) / height)
    offered = find_offered(facts.get_links(), loss.left_camera, chest, is_backwards=loss.is_backwards)
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


def _write_unseen(facts: MomentFacts, loss: Loss) -> str:
    glimpsed = f", except for a glimpse on {join_cameras(facts, loss.glimpses)}" if loss.glimpses else ""
    return f"{write_minutes(loss.unseen_s)}{glimpsed}"


def _write_sentence(facts: MomentFacts, loss: Loss, offered: Sequence[str]) -> str:
    here, clock, is_back = facts.name_camera(loss.left_camera), facts.write_clock(loss.next_s), loss.is_backwards
    is_same = loss.left_camera == loss.next_camera
    there = "on the same camera" if is_same else f"at {facts.name_camera(loss.next_camera)}"
    if loss.beside:
        until = f"{'from' if is_back else 'until'} {facts.write_clock(loss.next_until_s)}"
        way = f"The student was not only on {here}, but at the same time {there}, {until}."
    elif loss.unseen_s >= STILL_IN_VIEW_S:
        unseen = f"{here} the student was on no camera for {_write_unseen(facts, loss)}"
        way = f"After {unseen}, then {there}, at {clock}."
        if is_back:
            way = f"Before {unseen}, and before that {there}, until {clock}."
    elif is_back:
        seen = "the student was in view" if loss.next_s >= loss.left_s else "the student was"
        way = f"{'Already before' if loss.next_s >= loss.left_s else 'Before'} {here} {seen} {there}, until {clock}."
    elif loss.next_s < loss.left_s:
        way = f"While still on {here} the student came into view {there}, at {clock}."
    else:
        way = f"After {here} the student went straight on and was {there}, at {clock}."
    said = [way]
    if loss.opened:
        said.append(f"You opened {join_cameras(facts, loss.opened)} {'first' if loss.is_found else 'instead'}.")
    if not loss.is_found:
        said.append("You did not mark them there.")
    if offered and not loss.beside:
        many, one = "next cameras were", "next camera was"
        if is_back:
            many, one = "cameras before it were", "camera before it was"
        other = "" if loss.next_camera in offered else "; this time it was another one"
        nearest = many if len(offered) > 1 else one
        said.append(f"The map's nearest {nearest} {join_cameras(facts, offered)}{other}.")
    return " ".join(said)


def tell_search_moment(facts: MomentFacts, moment: Moment) -> MomentText:
    match moment:
        case MarkMoment():
            title, *said = _tell_mark(facts, moment)
        case LossMoment():
            did = "lost the student" if moment.kind is MomentKind.LOST else "looked elsewhere first"
            title = f"going back from here, you {did}" if moment.loss.is_backwards else f"you {did} after this"
            said = [describe_loss(facts, moment).sentence]
        case PlaceMoment(kind=MomentKind.WRONG_DOOR):
            said = [f"They used {facts.name_door(moment.right)}."]
            title = "you did not say which entrance they used"
            if moment.given is not None:
                title = "they used another entrance"
                said.append(f"You said {facts.name_door(moment.given)}.")
        case PlaceMoment():
            said = [f"They were last seen here: {facts.name_place(moment.right)}."]
            title = "you did not give their last location"
            if moment.given is not None:
                title = "they were last seen at another location"
                said.append(f"You said {facts.name_place(moment.given)}.")
        case _:
            title = "the student doesn't appear on any camera in this time"
            said = ["The correct answer is to say so and to mark no one."]
    return MomentText(title=title, text=join_sentences(*said))


def _tell_mark(facts: MomentFacts, moment: MarkMoment) -> tuple[str, ...]:
    where, times = write_where(facts, moment), write_times(moment, "You marked this person")
    last, t_s = moment.right, moment.t_s or 0.0
    said: tuple[str, ...]
    match moment.kind:
        case MomentKind.FIRST_RIGHT:
            title = "correct, this is the student" if facts.form.most_marks == 1 else "your first correct mark"
            said = (title, write_made(moment, "You found the student"))
        case MomentKind.WRONG_PERSON:
            marked = moment.marked or ""
            is_alike = marked in facts.list_look_alikes(moment.sought)
            title = "you followed a look-alike" if is_alike else "you marked someone else"
            said = (title, facts.compare(moment.sought, marked, t_s), where, times)
        case MomentKind.NOBODY:
            said = ("you marked a spot where no one is", write_times(moment, "You marked about here"), where)
            if not facts.index.knows_everybody:
                why = "In real footage only the walker is known, so whom you marked cannot be told."
                said = ("nobody known here", *said[1:], why)
        case MomentKind.TOO_HIDDEN:
            why = "Too little of this person is visible, or they are too far away: the mark counts as one on no one."
            said = ("you marked someone who can hardly be seen", why, times, where)
        case MomentKind.MORE_WRONG:
            whom = "someone else, or on no one" if facts.index.knows_everybody else "nobody known"
            said = (f"{moment.times:,} more marks were on {whom}",)
        case MomentKind.NO_MARK:
            said = ("you marked no one", "This is the student, boxed in the picture.")
        case MomentKind.NOT_LAST if last is not None:
            at = f"at {facts.name_camera(last.camera_id)}, at {facts.write_clock(last.t_s)}"
            why = f"This is the student, but they were last seen {write_minutes(last.t_s - t_s)} later: {at}."
            said = ("the student was seen again after your mark", why)
        case _:
            begins, ends = (facts.write_clock(each) for each in moment.span_s or (t_s, t_s))
            text = (
                f"They were in view from {begins} to {ends}." if begins != ends else f"They were in view at {begins}."
            )
            said = ("the student passed here, and you did not mark them", text)
    return said


def write_made(moment: MarkMoment, did: str) -> str:
    """Return when a mark was made: "You found the student after 41 s." "" when that is not known."""
    return "" if moment.made_s is None else f"{did} after {write_minutes(moment.made_s)}."


def write_times(moment: MarkMoment, did: str) -> str:
    return "" if moment.times == 1 else f"{did} {moment.times} times."


def write_where(facts: MomentFacts, moment: MarkMoment, *, who: str = "the student") -> str:
    right = moment.right
    someone = f"{who[0].upper()}{who[1:]}"
    if right is None:
        return f"{someone} doesn't appear on any camera in this time."
    if (right.camera_id, right.frame) == (moment.scenes[0].camera_id, moment.scenes[0].frame):
        return f"{someone} is in the same picture."
    where, when = facts.name_camera(right.camera_id), facts.write_clock(right.t_s)
    if moment.t_s is not None and abs(right.t_s - moment.t_s) < AT_ONCE_S:
        return f"{someone} was at {where} at that time."
    return f"{someone} was visible at {where} at {when}."
