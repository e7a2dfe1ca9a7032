"""Task type `encounter`: who met this person, or handed something to them, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from sim.errors import TaskError
from sim.scoring.evidence import Answer, Mark, SearchLog
from sim.scoring.metric import Metric
from sim.scoring.moments import Moment
from sim.scoring.score_card import ScoreCard
from sim.tasks.common.aim import aim_at
from sim.tasks.common.answer_form import AnswerForm
from sim.tasks.common.base import Task, TaskFile, parse_file
from sim.tasks.common.flaw import Flaw
from sim.tasks.common.search_step import SearchStep
from sim.tasks.common.simulated_user import SimulatedUser
from sim.tasks.common.skill import Skill
from sim.tasks.common.story import EVENT_ID, find_event
from sim.tasks.common.task_type import TIME_COUNTS, UsualParts
from sim.tasks.common.task_words import TaskWords
from sim.tasks.encounter.judge import ENCOUNTER_METRICS, NEAR_S, MeetingCase, make_encounter_card, make_meeting_case
from sim.tasks.encounter.moments import find_meeting_moments
from sim.tasks.encounter.sentences import ENCOUNTER_WORDS
from sim.truth.events import Event
from sim.truth.index import TruthIndex
from sim.truth.window import check_window, cut_window

ENCOUNTER = "encounter"
FAR_S = 20.0

QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "meeting": "This student meets someone. Find whom,",
        "hand-over": "A bag passes between this student and someone else. Find who that is,",
        "jacket-swap": "This student swaps tops with someone. Find who that is,",
    }
)


class EncounterTaskFile(TaskFile):
    """`{"type": "encounter", "target": "P035", "event_id": "meeting-1", "kind": "meeting", "window_s": [0, 300]}`."""

    type: Literal["encounter"]
    target: Annotated[str, Field(min_length=1)]
    event_id: Annotated[str, Field(min_length=1)]
    kind: Literal["meeting", "hand-over", "jacket-swap"]
    window_s: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class EncounterType(UsualParts):
    """See `sim.tasks.common.task_type.TaskType`."""

    name: str = ENCOUNTER
    version: int = 2
    metrics: Sequence[Metric[MeetingCase]] = ENCOUNTER_METRICS
    title: str = "Who met the student"
    practice_title: str = "Who met them"
    counts: Sequence[str] = ("That your mark is on the other person.", "How near it is to the moment.", TIME_COUNTS)
    pass_rule: str = f"Pass: your mark is on the other person, within {NEAR_S:.0f} seconds of the moment, in time."
    words: TaskWords = ENCOUNTER_WORDS

    def make_question(self, task: Task) -> str:
        """Return what is asked, in words for the trainee."""
        return (
            f"{QUESTIONS[str(task.params['kind'])]} and mark that person as near to the moment as a camera shows them."
        )

    def make_answer_form(self, task: Task) -> AnswerForm:
        """Return one mark of a person."""
        return AnswerForm(most_marks=1)

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        """Return a task for either side of every meeting of two whom cameras show in the window."""
        low_s, high_s = check_window(index, window_s)
        window = cut_window(index, window_s)
        tasks = []
        for event in index.events:
            if event.kind not in QUESTIONS or len(event.person_ids) != 2:
                continue
            inside = low_s <= event.start_s and event.end_s <= high_s
            if inside and all(window.find_target(person) for person in event.person_ids):
                params = {EVENT_ID: event.event_id, "kind": event.kind}
                pair = event.person_ids
                tasks += [Task(type=ENCOUNTER, target=each, window_s=window_s, params=params) for each in pair]
        return tuple(tasks)

    def parse_task(self, text: str, *, source: str) -> Task:
        """Read an encounter task. Raises TaskError."""
        file = parse_file(EncounterTaskFile, text, source=source, error_type=TaskError)
        params = {EVENT_ID: file.event_id, "kind": file.kind}
        return Task(type=ENCOUNTER, target=file.target, window_s=file.window_s, params=params)

    def check_task(self, task: Task, index: TruthIndex) -> None:
        """Raise TaskError when there is no such meeting, it is of another kind, or no camera shows the other person."""
        index.get_person_code(task.person)
        window = cut_window(index, task.window_s)
        event, other = _find_pair(task, index)
        if task.params.get("kind") != event.kind:
            raise TaskError(f"the event {event.event_id!r} is of kind {event.kind}", todo="choose the forms again")
        if not window.find_target(other):
            raise TaskError("no camera shows the other person in the window", todo="choose the forms again")

    def score(self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None) -> ScoreCard:
        """Return the score card. Raises TaskError and AnswerError."""
        event, other = _find_pair(task, index)
        case = make_meeting_case(index, event, other=other, window_s=task.window_s, answer=answer, log=log)
        return make_encounter_card(case)

    def find_moments(
        self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None
    ) -> tuple[Moment, ...]:
        """Return what the mark was beside the person who was met."""
        event, other = _find_pair(task, index)
        case = make_meeting_case(index, event, other=other, window_s=task.window_s, answer=answer, log=log)
        return find_meeting_moments(index, case, seeker=task.person, other=other, window_s=task.window_s)

    def find_people_to_mark(self, task: Task, index: TruthIndex) -> frozenset[str]:
        """Return those whom the person named met."""
        met = {
            person for event in index.events if event.event_id == task.params[EVENT_ID] for person in event.person_ids
        }
        return frozenset(met - {task.person})

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        """Return a mark on the other person, as near to the meeting as a camera shows them."""
        event, other = _find_pair(task, index)
        return Answer(marks=(_mark_near(index, task, other, event.start_s, event.end_s),))

    def answer_wrongly(self, task: Task, index: TruthIndex) -> tuple[Flaw, ...]:
        """Return answers with the person themselves marked, the other one far from the moment, and no mark."""
        event, other = _find_pair(task, index)
        both = frozenset({"right_other", "moment_error_s"})
        own = _mark_near(index, task, task.person, event.start_s, event.end_s)
        flaws = [
            Flaw(name="the same student marked", answer=Answer(marks=(own,)), hurts=both),
            Flaw(name="no mark", answer=Answer(), hurts=both),
        ]
        for far_s in (task.window_s[0], task.window_s[1]):
            mark = _mark_near(index, task, other, far_s, far_s)
            if min(abs(mark.t_s - event.start_s), abs(mark.t_s - event.end_s)) > FAR_S:
                answer = Answer(marks=(mark,))
                flaws.append(Flaw(name="far from the moment", answer=answer, hurts=frozenset({"moment_error_s"})))
        return tuple(flaws)

    def search(
        self, task: Task, index: TruthIndex, *, rng: np.random.Generator, skill: Skill, look_alikes: Sequence[str] = ()
    ) -> tuple[SearchStep, ...]:
        """Follow the student towards the meeting, then mark the other; who follows wrongly marks somebody nearby."""
        window = cut_window(index, task.window_s)
        event, other = _find_pair(task, index)
        user = SimulatedUser(rng=rng, skill=skill, site_s=window.window_s[0])
        user.begin()
        for leg in window.find_target(task.person):
            if window.first_s[leg] > event.end_s:
                break
            user.stray(index.camera_ids, window, around_s=float(window.first_s[leg]))
            user.open_camera(index.appearances[leg].camera_id)
            user.watch(from_s=float(window.first_s[leg]), to_s=float(window.last_s[leg]))
        if rng.random() < skill.miss_share:
            user.submit()
            return tuple(user.steps)
        marked = task.person if rng.random() < skill.follow_share else other
        user.mark(_mark_near(index, task, marked, event.start_s, event.end_s), window)
        user.submit()
        return tuple(user.steps)


def _find_pair(task: Task, index: TruthIndex) -> tuple[Event, str]:
    """Return the meeting and the person whom the target met. Raises TaskError."""
    event = find_event(task, index, kinds=QUESTIONS)
    others = [each for each in event.person_ids if each != task.person]
    if task.person not in event.person_ids or len(others) != 1:
        raise TaskError(
            f"{task.person} is not one of the two of the event {event.event_id!r}", todo="choose the forms again"
        )
    return event, others[0]


def _mark_near(index: TruthIndex, task: Task, person: str, from_s: float, to_s: float) -> Mark:
    """Return a mark on a person in the row of the window that is nearest to a span. Raises TaskError: on no camera."""
    rows, own = index.appearance_rows, index.find_asked_rows(person, task.window_s)
    if len(own) == 0:
        raise TaskError("no camera shows the other person in the window", todo="choose the forms again")
    off_s = np.maximum(np.maximum(from_s - rows.t_s[own], rows.t_s[own] - to_s), 0.0)
    return aim_at(index, int(rows.table_row[own[int(np.argmin(off_s))]]))


ENCOUNTER_TYPE = EncounterType()
