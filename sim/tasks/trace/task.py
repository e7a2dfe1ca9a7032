"""Task type `trace`: where was this person, camera after camera, and where last."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.errors import TaskError
from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.metric import Metric
from sim.scoring.moments import Moment, sort_moments
from sim.scoring.registry import TRACE_METRICS
from sim.scoring.score_card import ScoreCard, compute_score_card
from sim.scoring.trace_moments import find_trace_moments, list_place_moments
from sim.tasks.common.absent import search_absent
from sim.tasks.common.advice import Trains
from sim.tasks.common.answer_form import AnswerForm
from sim.tasks.common.base import SearchTaskFile, Task, parse_file
from sim.tasks.common.flaw import Flaw
from sim.tasks.common.search_step import SearchStep
from sim.tasks.common.skill import Skill
from sim.tasks.common.sought import check_sought, find_half_seen, find_late_glimpse
from sim.tasks.common.task_type import ABSENT_RULE, APPEARANCES_RULE, TIME_COUNTS, Direction, UsualParts
from sim.tasks.common.task_words import TaskWords
from sim.tasks.trace.flaws import flaw_trace
from sim.tasks.trace.searcher import answer_trace_perfectly, search_trace
from sim.tasks.trace.sentences import TRACE_WORDS
from sim.truth.index import TruthIndex
from sim.truth.window import cut_window

TRACE = "trace"


class TraceTaskFile(SearchTaskFile):
    """`{"type": "trace", "target": "P014", "window_s": [0, 240]}`."""

    type: Literal["trace"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceType(UsualParts):
    """See `sim.tasks.common.task_type.TaskType`."""

    name: str = TRACE
    version: int = 2
    metrics: Sequence[Metric[TraceCase]] = TRACE_METRICS
    title: str = "Trace a student"
    practice_title: str = "Practice"
    counts: Sequence[str] = (
        "How many of the student's appearances you marked.",
        "That you marked no one else.",
        "The student's last location.",
        TIME_COUNTS,
    )
    pass_rule: str = f"Pass: {APPEARANCES_RULE}, last location correct, in time. {ABSENT_RULE}"
    words: TaskWords = TRACE_WORDS
    follows: Direction | None = Direction.FORWARD
    can_be_absent: bool = True
    trains: Sequence[tuple[Trains, float]] = (
        (Trains.LOOK_ALIKES, 30.0),
        (Trains.NEXT_CAMERA, 1.0),
    )

    def make_question(self, task: Task) -> str:
        """Return what is asked, in words for the trainee."""
        return "Mark this student once in each appearance on a camera, and give their last location."

    def make_answer_form(self, task: Task) -> AnswerForm:
        """Return any number of marks, the final zone, and "never appears"."""
        return AnswerForm(asks_final_zone=True, asks_absent=True)

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        """Return one task for everybody known, seen or not, who can fairly be asked for."""
        window = cut_window(index, window_s)
        asked = [
            person
            for person in index.person_ids
            if find_half_seen(window, person) is None and find_late_glimpse(window, person) is None
        ]
        return tuple(Task(type=TRACE, target=person, window_s=window_s) for person in asked)

    def parse_task(self, text: str, *, source: str) -> Task:
        """Read a trace task. Raises TaskError."""
        return parse_file(TraceTaskFile, text, source=source, error_type=TaskError).make_task(TRACE)

    def check_task(self, task: Task, index: TruthIndex) -> None:
        """Raise TaskError: the person is unknown or cannot fairly be asked for, or the window leaves the recording."""
        window, person = cut_window(index, task.window_s), task.person
        check_sought(window, person, (find_half_seen(window, person), find_late_glimpse(window, person)))

    def score(self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None) -> ScoreCard:
        """Return the score card. Raises TaskError and AnswerError as `make_trace_case`."""
        return compute_score_card(
            make_trace_case(index, target=task.person, window_s=task.window_s, answer=answer, log=log)
        )

    def find_moments(
        self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None
    ) -> tuple[Moment, ...]:
        """Return wrong marks, stretches missed, losses, the first right mark and the last place, by site time."""
        case = make_trace_case(index, target=task.person, window_s=task.window_s, answer=answer, log=log)
        return sort_moments((*find_trace_moments(case), *list_place_moments(case)))

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        """Return one mark on the clearest row of each leg, and the true final zone."""
        return answer_trace_perfectly(task, index)

    def answer_wrongly(self, task: Task, index: TruthIndex) -> tuple[Flaw, ...]:
        """Return answers with one mistake each; see `sim.tasks.trace.flaws`."""
        return flaw_trace(task, index)

    def search(
        self, task: Task, index: TruthIndex, *, rng: np.random.Generator, skill: Skill, look_alikes: Sequence[str] = ()
    ) -> tuple[SearchStep, ...]:
        """Play the trace; see `sim.tasks.trace.searcher` and, for somebody who never appears, `search_absent`."""
        window = cut_window(index, task.window_s)
        if not window.find_target(task.person):
            return search_absent(task, window, rng=rng, skill=skill, look_alikes=look_alikes)
        return search_trace(task, index, rng=rng, skill=skill, look_alikes=look_alikes)


TRACE_TYPE = TraceType()
