"""Task type `event`: when and where did this happen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from sim.errors import TaskError
from sim.scoring.evidence import Answer, Mark, SearchLog
from sim.scoring.metric import Metric
from sim.scoring.moments import Moment
from sim.scoring.score_card import ScoreCard
from sim.tasks.common.answer_form import AnswerForm, Marks
from sim.tasks.common.base import Task, TaskFile, parse_file
from sim.tasks.common.flaw import Flaw
from sim.tasks.common.search_step import SearchStep
from sim.tasks.common.simulated_user import SimulatedUser
from sim.tasks.common.skill import Skill
from sim.tasks.common.story import EVENT_ID, find_event, list_single_events
from sim.tasks.common.task_type import TIME_COUNTS, UsualParts
from sim.tasks.common.task_words import TaskWords
from sim.tasks.event.judge import EVENT_METRICS, NEAR_S, EventCase, make_event_card, make_event_case
from sim.tasks.event.moments import find_event_moments
from sim.tasks.event.sentences import EVENT_WORDS
from sim.truth.events import Event, Shown
from sim.truth.index import EventView, TruthIndex, find_event_views
from sim.truth.window import check_window, cut_window

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


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType(UsualParts):
    """See `sim.tasks.common.task_type.TaskType`."""

    name: str = EVENT
    version: int = 2
    metrics: Sequence[Metric[EventCase]] = EVENT_METRICS
    title: str = "What happened, where and when"
    practice_title: str = "What happened when"
    counts: Sequence[str] = ("The camera.", "The moment.", "The spot in the picture.", TIME_COUNTS)
    pass_rule: str = (
        f"Pass: a camera that shows it, within {NEAR_S:.0f} seconds, the correct spot in the picture, in time."
    )
    words: TaskWords = EVENT_WORDS

    def make_question(self, task: Task) -> str:
        """Return what is asked, in words for the trainee."""
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
        """Read an event task. Raises TaskError."""
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

    def score(self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None) -> ScoreCard:
        """Return the score card. Raises TaskError and AnswerError."""
        event = _find(task, index)
        return make_event_card(make_event_case(index, event, window_s=task.window_s, answer=answer, log=log))

    def find_moments(
        self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None
    ) -> tuple[Moment, ...]:
        """Return what was wrong about the mark, beside the frame that shows the event."""
        event = _find(task, index)
        return find_event_moments(make_event_case(index, event, window_s=task.window_s, answer=answer, log=log))

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

    def search(
        self, task: Task, index: TruthIndex, *, rng: np.random.Generator, skill: Skill, look_alikes: Sequence[str] = ()
    ) -> tuple[SearchStep, ...]:
        """Look at some cameras, then mark the event; who misses it marks another moment or hands in nothing."""
        window = cut_window(index, task.window_s)
        event = _find(task, index)
        views = find_event_views(index, event)
        user = SimulatedUser(rng=rng, skill=skill, site_s=window.window_s[0])
        user.begin()
        shown = views[int(rng.integers(len(views)))].best
        user.stray(index.camera_ids, window, around_s=event.start_s)
        mark = _mark(shown, index)
        if rng.random() < skill.miss_share:
            mark = replace(mark, t_s=float(rng.uniform(*window.window_s)))
        if rng.random() >= skill.follow_share:
            user.mark(mark, window)
        user.submit()
        return tuple(user.steps)


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


EVENT_TYPE = EventType()
