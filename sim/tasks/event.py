"""Task type `event`: when and where did this happen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field

from sim.errors import TaskError
from sim.scoring.check_moments import find_largest
from sim.scoring.duration import COMPLETION, FINISHED
from sim.scoring.evidence import Answer, Mark, SearchLog
from sim.scoring.judged import Judged, PartView
from sim.scoring.mark import check_marks
from sim.scoring.metric import Better, Metric
from sim.scoring.moments import Boxed, BoxRole, Moment, MomentKind, Scene, box_point
from sim.scoring.person_in_frame import find_frame
from sim.scoring.score_card import Criterion, ScoreCard, make_score_card
from sim.tasks.common.answer_form import AnswerForm, Marks
from sim.tasks.common.base import Task, TaskFile, parse_file
from sim.tasks.common.flaw import Flaw
from sim.tasks.common.moment_words import tell_search_moment
from sim.tasks.common.simulated_user import SimulatedUser
from sim.tasks.common.sought import EVENT_ID, find_event, list_single_events
from sim.tasks.common.task_type import TIME_COUNTS, UsualParts
from sim.tasks.common.task_words import (
    Advice,
    MomentFacts,
    MomentText,
    TaskWords,
    advise_next,
    join_cameras,
    join_sentences,
    judge_part,
    list_time_parts,
    make_part,
    write_error,
    write_missing,
    write_off,
)
from sim.text.times import write_minutes
from sim.truth.appearance import round_off_s
from sim.truth.events import Event, Shown
from sim.truth.index import EventView, TruthIndex, find_event_views
from sim.truth.window import check_window, cut_window

NEAR_S = 5.0
POINT_MARGIN_PX = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCase:
    """An answer beside the event it is about."""

    index: TruthIndex
    event: Event  # what happened
    views: tuple[EventView, ...]  # the cameras that show it, see `sim.truth.index`
    mark: Mark | None  # the last mark, or None
    log: SearchLog | None  # how the search went, or None

    @property
    def marked_view(self) -> EventView | None:
        """The event on the camera marked; None without a mark, or where that camera does not show it."""
        camera_id = None if self.mark is None else self.mark.camera_id
        return next((view for view in self.views if view.camera_id == camera_id), None)


def make_event_case(
    index: TruthIndex, event: Event, *, window_s: tuple[float, float], answer: Answer, log: SearchLog | None
) -> EventCase:
    """Put an answer beside its event. Raises TaskError: the window. AnswerError: a mark that may not be scored."""
    check_marks(index, answer.marks, check_window(index, window_s))
    mark = answer.marks[-1] if answer.marks else None
    return EventCase(index=index, event=event, views=find_event_views(index, event), mark=mark, log=log)


def judge_camera(case: EventCase) -> bool:
    """Return whether the mark is on a camera that shows the event; without a mark: false."""
    return case.marked_view is not None


def compute_time_error_s(case: EventCase) -> float | None:
    """Return seconds from the mark to the event's span, 0 inside it; None without a mark.

    Span 60 to 66 s: marked at 63 s 0, at 70 s 4.
    """
    if case.mark is None:
        return None
    return round_off_s(max(case.event.start_s - case.mark.t_s, case.mark.t_s - case.event.end_s, 0.0))


def judge_point(case: EventCase) -> bool | None:
    """Return whether the mark lies in the event's box, grown by 24 px; None on another camera.

    The box is that of the frame shown nearest to the mark's time. A box 162..253 x 345..409 holds points 138..277
    across and 321..433 down.
    """
    view = case.marked_view
    if case.mark is None or view is None:
        return None
    box = view.find_shown(case.mark.t_s).box_xyxy
    width, height = case.index.table.picture_wh[case.mark.camera_id]
    x_px, y_px = case.mark.x * width, case.mark.y * height
    inside_x = box[0] - POINT_MARGIN_PX <= x_px <= box[2] + POINT_MARGIN_PX
    return inside_x and box[1] - POINT_MARGIN_PX <= y_px <= box[3] + POINT_MARGIN_PX


RIGHT_CAMERA = Metric(key="right_camera", version=2, better=Better.HIGHER, compute=judge_camera)
TIME_ERROR = Metric(key="time_error_s", version=2, unit="s", better=Better.LOWER, compute=compute_time_error_s)
RIGHT_POINT = Metric(key="right_point", version=2, better=Better.HIGHER, compute=judge_point)
EVENT_METRICS: tuple[Metric[EventCase], ...] = (RIGHT_CAMERA, TIME_ERROR, RIGHT_POINT, COMPLETION, FINISHED)


def make_event_card(case: EventCase) -> ScoreCard:
    """Compute every metric that the case allows. Passed: a camera that shows it, within 5 s, the right point."""
    error_s = compute_time_error_s(case)
    criteria = (
        Criterion(key="right_camera", met=judge_camera(case)),
        Criterion(key="near_in_time", met=error_s is not None and error_s <= NEAR_S),
        Criterion(key="right_point", met=judge_point(case) is True),
    )
    return make_score_card(case, EVENT_METRICS, criteria=criteria)


EVENT = "event"
LATE_S = 12.0
MOST_COVERED = 0.25
"""The largest share of a picture that the box of an event may cover."""
QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "propped-door": "Someone goes out by a door that should stay shut.",
        "bag-left": "Someone puts a bag down and goes away without it.",
        "collapse": "A student collapses.",
        "meeting": "Two students meet and talk at an agreed place.",
        "hand-over": "A bag changes hands.",
    }
)


class EventTaskFile(TaskFile):
    """`{"type": "event", "event_id": "medical-emergency", "kind": "collapse", "window_s": [0, 300]}`."""

    type: Literal["event"]
    event_id: Annotated[str, Field(min_length=1)]
    kind: Literal["propped-door", "bag-left", "collapse", "meeting", "hand-over"]
    window_s: tuple[float, float]


def _make_task(event_id: str, kind: str, window_s: tuple[float, float]) -> Task:
    return Task(type=EVENT, window_s=window_s, params={EVENT_ID: event_id, "kind": kind})


def _find(task: Task, index: TruthIndex) -> Event:
    return find_event(task, index, kinds=QUESTIONS)


def _find_fault(views: Sequence[EventView], index: TruthIndex) -> str | None:
    """Return why nobody could be asked to point at an event, None when they can."""
    if not views:
        return "no camera shows it"
    shares = {view.camera_id: view.compute_largest_share(index.table.picture_wh[view.camera_id]) for view in views}
    camera_id = max(shares, key=lambda each: shares[each])
    if shares[camera_id] > MOST_COVERED:
        return f"its box covers {shares[camera_id]:.0%} of the picture of {camera_id}"
    return None


def _answer(mark: Mark) -> Answer:
    return Answer(marks=(mark,))


def _mark(shown: Shown, index: TruthIndex) -> Mark:
    width, height = index.table.picture_wh[shown.camera_id]
    x1, y1, x2, y2 = shown.box_xyxy
    return Mark(camera_id=shown.camera_id, t_s=shown.shown_s, x=(x1 + x2) / 2 / width, y=(y1 + y2) / 2 / height)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMoment(Moment):
    """A mark beside the event it is about."""

    event: Event  # what happened
    shown_on: tuple[str, ...]  # the cameras that show it
    camera_id: str | None  # the camera marked, None without a mark
    error_s: float | None  # seconds from the mark to the event's span, None without a mark


def find_event_moments(case: EventCase) -> tuple[Moment, ...]:
    """Return what was wrong about the mark, each beside the frame that shows the event; or that it was right."""
    error_s = compute_time_error_s(case)
    kinds: list[MomentKind] = []
    if case.mark is None:
        kinds.append(MomentKind.NO_MARK)
    elif not judge_camera(case):
        kinds.append(MomentKind.WRONG_CAMERA)
    elif judge_point(case) is False:
        kinds.append(MomentKind.WRONG_POINT)
    if error_s is not None and error_s > NEAR_S:
        kinds.append(MomentKind.WRONG_TIME)
    return tuple(_describe_event(case, kind, error_s) for kind in kinds or [MomentKind.FIRST_RIGHT])


def _describe_event(case: EventCase, kind: MomentKind, error_s: float | None) -> EventMoment:
    mark = case.mark
    shown = _choose_shown(case, kind)
    scenes: list[Scene] = []
    if shown is not None:
        boxes = [Boxed(role=BoxRole.EVENT, box_xyxy=shown.box_xyxy)]
        if mark is not None and kind is MomentKind.WRONG_POINT:
            boxes.append(_box_mark(case))
        scenes.append(Scene(camera_id=shown.camera_id, frame=find_frame(case.index, shown.shown_s), boxes=tuple(boxes)))
    if mark is not None and kind in (MomentKind.WRONG_CAMERA, MomentKind.WRONG_TIME):
        marked = Scene(camera_id=mark.camera_id, frame=find_frame(case.index, mark.t_s), boxes=(_box_mark(case),))
        scenes.insert(0, marked)
    return EventMoment(
        kind=kind,
        t_s=case.event.start_s if mark is None else mark.t_s,
        scenes=tuple(scenes),
        event=case.event,
        shown_on=tuple(view.camera_id for view in case.views),
        camera_id=None if mark is None else mark.camera_id,
        error_s=error_s,
    )


def _choose_shown(case: EventCase, kind: MomentKind) -> Shown | None:
    """Return the frame that shows the event: beside a wrong point the one judged by, else the best."""
    view = case.marked_view
    if view is not None and case.mark is not None and kind is MomentKind.WRONG_POINT:
        return view.find_shown(case.mark.t_s)
    if view is not None:
        return view.best
    return find_largest([each.best for each in case.views])


def _box_mark(case: EventCase) -> Boxed:
    assert case.mark is not None
    width, height = case.index.table.picture_wh[case.mark.camera_id]
    return box_point(case.mark.x * width, case.mark.y * height)


class EventWords:
    """See `sim.tasks.common.task_words.TaskWords`."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType(UsualParts):
    """See `sim.tasks.common.task_type.TaskType`."""

    name: str = EVENT
    version: int = 2
    metrics: Sequence[Metric[EventCase]] = EVENT_METRICS
    make_card: Callable[[Any], ScoreCard] = make_event_card
    title: str = "What happened, where and when"
    practice_title: str = "What happened when"
    counts: Sequence[str] = ("The camera.", "The moment.", "The spot in the picture.", TIME_COUNTS)
    pass_rule: str = (
        f"Pass: a camera that shows it, within {NEAR_S:.0f} seconds, the correct spot in the picture, in time."
    )
    words: TaskWords = EVENT_WORDS

    def make_question(self, task: Task) -> str:
        what = QUESTIONS[str(task.params["kind"])]
        return f"{what} Find when and where, and mark the place in the picture while it happens."

    def make_answer_form(self, task: Task) -> AnswerForm:
        """Return one mark of a place."""
        return AnswerForm(marks=Marks.PLACE, most_marks=1)

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        """Return a task for each event that cameras show, not too large, and that is the only one of its kind."""
        check_window(index, window_s)
        found = list_single_events(index, window_s, kinds=QUESTIONS)
        tasks = (_make_task(each.event_id, each.kind, window_s) for each in found)
        return tuple(task for task in tasks if _find_fault(find_event_views(index, _find(task, index)), index) is None)

    def parse_task(self, text: str, *, source: str) -> Task:
        file = parse_file(EventTaskFile, text, source=source, error_type=TaskError)
        return _make_task(file.event_id, file.kind, file.window_s)

    def check_task(self, task: Task, index: TruthIndex) -> None:
        """Raise TaskError when there is no such event, a window outside the recording, or nothing to point at.

        That is an event that no camera shows, or one whose box covers over a quarter of a picture: any mark would do.
        """
        check_window(index, task.window_s)
        event = _find(task, index)
        if task.params.get("kind") != event.kind:
            raise TaskError(f"the event {event.event_id!r} is of kind {event.kind}", todo="choose the forms again")
        fault = _find_fault(find_event_views(index, event), index)
        if fault is not None:
            raise TaskError(
                f"the event {event.event_id!r} cannot be asked about: {fault}",
                expected=f"an event that cameras show in at most {MOST_COVERED:.0%} of their picture",
                todo="choose the forms again",
            )

    def make_case(self, task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> EventCase:
        return make_event_case(index, _find(task, index), window_s=task.window_s, answer=answer, log=log)

    def list_moments(self, case: EventCase, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        """Return what was wrong about the mark, beside the frame that shows the event."""
        return find_event_moments(case)

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        """Return a mark in the middle of the event's box, halfway through it, on the first camera that shows it."""
        view = find_event_views(index, _find(task, index))[0]
        return Answer(marks=(_mark(view.best, index),))

    def answer_wrongly(self, task: Task, index: TruthIndex) -> tuple[Flaw, ...]:
        """Return answers with a wrong time, a wrong point, a wrong camera, and no mark."""
        right = self.answer_perfectly(task, index).marks[0]
        event = _find(task, index)
        low_s, high_s = task.window_s
        late_s = event.end_s + LATE_S if event.end_s + LATE_S <= high_s else max(low_s, event.start_s - LATE_S)
        views = find_event_views(index, event)
        showing = {view.camera_id for view in views}
        late = replace(_mark(views[0].find_shown(late_s), index), t_s=late_s)
        blind = [each for each in index.camera_ids if each not in showing]
        flaws = [
            Flaw(name="wrong time", answer=_answer(late), hurts=frozenset({"time_error_s"})),
            Flaw(name="wrong point", answer=_answer(replace(right, x=0.0, y=0.0)), hurts=frozenset({"right_point"})),
            Flaw(name="no mark", answer=Answer(), hurts=frozenset({"right_camera", "time_error_s", "right_point"})),
        ]
        if blind:
            answer = _answer(replace(right, camera_id=blind[0]))
            flaws.append(Flaw(name="wrong camera", answer=answer, hurts=frozenset({"right_camera", "right_point"})))
        return tuple(flaws)

    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
        """Look at some cameras, then mark the event; who misses it marks another moment or hands in nothing."""
        window = cut_window(index, task.window_s)
        event = _find(task, index)
        views = find_event_views(index, event)
        rng, skill = user.rng, user.skill
        shown = views[int(rng.integers(len(views)))].best
        user.stray(index.camera_ids, window, around_s=event.start_s)
        mark = _mark(shown, index)
        if rng.random() < skill.miss_share:
            mark = replace(mark, t_s=float(rng.uniform(*window.window_s)))
        if rng.random() >= skill.follow_share:
            user.mark(mark, window)
        user.submit()


EVENT_TYPE = EventType()
