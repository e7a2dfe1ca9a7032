"""Task type `event`: when and where did this happen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from sim.errors import TaskError
from sim.scoring.evidence import Answer, Mark, SearchLog
from sim.scoring.mark import check_marks
from sim.scoring.moments import Boxed, BoxRole, Moment, MomentKind, Scene, box_point, find_frame
from sim.scoring.score_card import Better, Judged, PartView, list_metrics, metric
from sim.tasks.common.checks import find_largest
from sim.tasks.common.simulated_user import Flaw, SimulatedUser
from sim.tasks.common.sought import check_kind, find_event
from sim.tasks.common.task import AnswerForm, Marks, Name, Task, TaskFile
from sim.tasks.common.task_type import TIME_COUNTS, TaskType
from sim.tasks.common.task_words import (
    Advice,
    MomentFacts,
    MomentText,
    join_cameras,
    join_sentences,
    judge_error_part,
    judge_part,
    write_missing,
    write_off,
)
from sim.text.times import write_minutes
from sim.truth.appearance import LINES, PX_TOLERANCE, is_over
from sim.truth.events import Event, Shown
from sim.truth.index import EventView, TruthIndex, find_event_views
from sim.truth.window import check_window, cut_window

NEAR_S = 5.0
POINT_MARGIN_PX = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCase:
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


@metric("event", "right_camera", "Camera", version=3)
def judge_camera(case: EventCase) -> bool:
    return case.marked_view is not None


@metric("event", "time_error_s", "Moment", version=3, unit="s", better=Better.LOWER)
def compute_time_error_s(case: EventCase) -> float | None:
    """Return seconds from the mark to the event's span, 0 inside it; None without a mark.

    Span 60 to 66 s: marked at 63 s 0, at 70 s 4.
    """
    if case.mark is None:
        return None
    return max(case.event.start_s - case.mark.t_s, case.mark.t_s - case.event.end_s, 0.0)


@metric("event", "right_point", "Spot in the picture", version=3)
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
    x_px, y_px, margin_px = case.mark.x * width, case.mark.y * height, POINT_MARGIN_PX / LINES * height + PX_TOLERANCE
    inside_x = box[0] - margin_px <= x_px <= box[2] + margin_px
    return inside_x and box[1] - margin_px <= y_px <= box[3] + margin_px


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

    event_id: Name
    kind: Literal["propped-door", "bag-left", "collapse", "meeting", "hand-over"]


def _find_fault(views: Sequence[EventView], index: TruthIndex) -> str | None:
    if not views:
        return "no camera shows it"
    shares = {view.camera_id: view.compute_largest_share(index.table.picture_wh[view.camera_id]) for view in views}
    camera_id = max(shares, key=lambda each: shares[each])
    if shares[camera_id] > MOST_COVERED:
        return f"its box covers {shares[camera_id]:.0%} of the picture of {camera_id}"
    return None


def _mark(shown: Shown, index: TruthIndex) -> Mark:
    width, height = index.table.picture_wh[shown.camera_id]
    x1, y1, x2, y2 = shown.box_xyxy
    return Mark(camera_id=shown.camera_id, t_s=shown.shown_s, x=(x1 + x2) / 2 / width, y=(y1 + y2) / 2 / height)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMoment(Moment):
    event: Event  # what happened
    shown_on: tuple[str, ...]  # the cameras that show it
    error_s: float | None  # seconds from the mark to the event's span, None without a mark


class EventType(TaskType):
    name = "event"
    title = "What happened, where and when"
    practice_title = "What happened when"
    counts = ("The camera.", "The moment.", "The spot in the picture.", TIME_COUNTS)
    pass_rule = f"Pass: a camera that shows it, within {NEAR_S:.0f} seconds, the correct spot in the picture."
    metrics = list_metrics("event", "time")
    file = EventTaskFile
    harder = Advice("Try the same with a shorter limit.")

    def make_question(self, task: Task) -> str:
        what = QUESTIONS[str(task.params["kind"])]
        return f"{what} Find when and where, and mark the place in the picture while it happens."

    def make_answer_form(self, task: Task) -> AnswerForm:
        return AnswerForm(marks=Marks.PLACE, most_marks=1)

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        """Return a task for each event that cameras show, not too large, and that is the only one of its kind.

        The question names only the kind, so a second one would be as right an answer.
        """
        low_s, high_s = check_window(index, window_s)
        found = [e for e in index.events if e.kind in QUESTIONS and e.end_s >= low_s and e.start_s <= high_s]
        kinds = [event.kind for event in found]
        return tuple(
            Task(type=self.name, window_s=window_s, params={"event_id": event.event_id, "kind": event.kind})
            for event in found
            if kinds.count(event.kind) == 1
            and low_s <= event.start_s
            and event.end_s <= high_s
            and _find_fault(find_event_views(index, event), index) is None
        )

    def check_task(self, task: Task, index: TruthIndex) -> None:
        """Raise TaskError when there is no such event, a window outside the recording, or nothing to point at.

        That is an event that no camera shows, or one whose box covers over a quarter of a picture: any mark would do.
        """
        check_window(index, task.window_s)
        event = find_event(task, index, kinds=QUESTIONS)
        check_kind(task, event)
        fault = _find_fault(find_event_views(index, event), index)
        if fault is not None:
            raise TaskError(
                f"the event {event.event_id!r} cannot be asked about: {fault}",
                expected=f"an event that cameras show in at most {MOST_COVERED:.0%} of their picture",
                todo="choose the forms again",
            )

    def make_case(self, task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> EventCase:
        event = find_event(task, index, kinds=QUESTIONS)
        check_marks(index, answer.marks, check_window(index, task.window_s))
        mark = answer.marks[-1] if answer.marks else None
        return EventCase(index=index, event=event, views=find_event_views(index, event), mark=mark, log=log)

    def judge(self, case: EventCase) -> dict[str, bool | None]:
        error_s = compute_time_error_s(case)
        return {
            "right_camera": judge_camera(case),
            "near_in_time": error_s is not None and not is_over(error_s, NEAR_S),
            "right_point": judge_point(case) is True,
        }

    def list_moments(self, case: EventCase, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        error_s = compute_time_error_s(case)
        kinds: list[MomentKind] = []
        if case.mark is None:
            kinds.append(MomentKind.NO_MARK)
        elif not judge_camera(case):
            kinds.append(MomentKind.WRONG_CAMERA)
        elif judge_point(case) is False:
            kinds.append(MomentKind.WRONG_POINT)
        if error_s is not None and is_over(error_s, NEAR_S):
            kinds.append(MomentKind.WRONG_TIME)
        return tuple(_describe_event(case, kind, error_s) for kind in kinds or [MomentKind.FIRST_RIGHT])

    def list_parts(self, score: Judged, task: Task) -> Iterator[PartView]:
        yield from judge_part(
            score.card,
            "right_camera",
            right="The camera you chose shows what happened.",
            wrong="What happened is not on the camera you marked.",
            unanswered="" if score.answer.marks else "You marked nothing.",
        )
        off, exact = "You were {} off.", "You marked it while it happened."
        yield from judge_error_part(score.card, "time_error_s", NEAR_S, off=off, exact=exact)
        wrong = "Your mark is elsewhere in the picture."
        yield from judge_part(score.card, "right_point", right="Your mark is where it happened.", wrong=wrong)

    def write_verdict(self, score: Judged, task: Task) -> str:
        error_s = score.card.values.get("time_error_s")
        failures = {
            "right_camera": "chose a camera that does not show it" if score.answer.marks else "marked nothing",
            "near_in_time": None if error_s is None else write_off(error_s, NEAR_S),
            "right_point": "missed the spot in the picture" if score.card.values.get("right_point") is False else None,
        }
        return write_missing(score.card, failures) or "Correct. You found the camera, the moment, and the spot."

    def list_advice(self, score: Judged, task: Task) -> Iterator[Advice]:
        values = score.card.values
        error_s = values.get("time_error_s")
        if values.get("right_camera") is False:
            yield Advice("Open the cameras of the likely places, one after the other.")
        elif error_s is not None and is_over(error_s, NEAR_S):
            yield Advice("Use the motion on the timeline to find the moment, then step frame by frame.")
        elif values.get("right_point") is False:
            yield Advice("Step to a picture in which it is happening, and click on the very spot.")

    def tell_moment(self, facts: MomentFacts, moment: EventMoment) -> MomentText:
        event = moment.event
        seen_on = f"It is visible on {join_cameras(facts, moment.shown_on)}."
        when = f"It happened from {facts.write_clock(event.start_s)} to {facts.write_clock(event.end_s)}."
        place = f"Location: {facts.name_place(event.zone)}." if event.zone else ""
        off = write_minutes(moment.error_s or 0.0)
        side = "early" if moment.t_s is not None and moment.t_s < event.start_s else "late"
        title, *sentences = {
            MomentKind.FIRST_RIGHT: ("correct: camera, moment, and spot", when, place),
            MomentKind.NO_MARK: ("you marked nothing", when, seen_on, place),
            MomentKind.WRONG_CAMERA: ("this camera does not show it", seen_on, when, place),
            MomentKind.WRONG_POINT: ("it happened elsewhere in this picture", "The correct spot is boxed.", when),
            MomentKind.WRONG_TIME: (f"your mark is {off} too {side}", when, place),
        }[moment.kind]
        return MomentText(title=title, text=join_sentences(*sentences))

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        return Answer(marks=(_mark(find_event_views(index, find_event(task, index, kinds=QUESTIONS))[0].best, index),))

    def answer_wrongly(self, task: Task, index: TruthIndex) -> Iterator[Flaw]:
        right = self.answer_perfectly(task, index).marks[0]
        event = find_event(task, index, kinds=QUESTIONS)
        low_s, high_s = task.window_s
        late_s = event.end_s + LATE_S if event.end_s + LATE_S <= high_s else max(low_s, event.start_s - LATE_S)
        views = find_event_views(index, event)
        late = replace(_mark(views[0].find_shown(late_s), index), t_s=late_s)
        yield Flaw("wrong time", Answer(marks=(late,)), {"time_error_s"})
        yield Flaw("wrong point", Answer(marks=(replace(right, x=0.0, y=0.0),)), {"right_point"})
        yield Flaw("no mark", Answer(), {"right_camera", "time_error_s", "right_point"})
        showing = {view.camera_id for view in views}
        for blind in [each for each in index.camera_ids if each not in showing][:1]:
            answer = Answer(marks=(replace(right, camera_id=blind),))
            yield Flaw("wrong camera", answer, {"right_camera", "right_point"})

    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
        window = cut_window(index, task.window_s)
        event = find_event(task, index, kinds=QUESTIONS)
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


def _describe_event(case: EventCase, kind: MomentKind, error_s: float | None) -> EventMoment:
    mark, view, at_mark = case.mark, case.marked_view, kind is MomentKind.WRONG_POINT
    # beside a wrong point the frame judged by, else the best
    shown = find_largest([each.best for each in case.views]) if view is None else view.best
    boxes, scenes = [], []
    if mark is not None:
        width, height = case.index.table.picture_wh[mark.camera_id]
        boxes.append(box_point(mark.x * width, mark.y * height))
        if at_mark and view is not None:
            shown = view.find_shown(mark.t_s)
        if kind in (MomentKind.WRONG_CAMERA, MomentKind.WRONG_TIME):
            frame = find_frame(case.index, mark.t_s)
            scenes.append(Scene(camera_id=mark.camera_id, frame=frame, boxes=tuple(boxes)))
    if shown is not None:
        event_box = Boxed(role=BoxRole.EVENT, box_xyxy=shown.box_xyxy)
        frame = find_frame(case.index, shown.shown_s)
        scenes.append(Scene(camera_id=shown.camera_id, frame=frame, boxes=(event_box, *(boxes if at_mark else ()))))
    return EventMoment(
        kind=kind,
        t_s=case.event.start_s if mark is None else mark.t_s,
        scenes=tuple(scenes),
        event=case.event,
        shown_on=tuple(each.camera_id for each in case.views),
        error_s=error_s,
    )
