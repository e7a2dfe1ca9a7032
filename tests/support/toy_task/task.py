"""Task type `busiest`: which camera shows the most people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from sim.tasks.busiest.judge import BUSIEST_METRICS, CAMERA, BusiestCase, make_busiest_card
from sim.tasks.busiest.moments import find_busiest_moments
from sim.tasks.busiest.sentences import BUSIEST_WORDS

from sim.errors import TaskError
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.metric import Metric
from sim.scoring.moments import Moment
from sim.scoring.score_card import ScoreCard
from sim.tasks.common.answer_form import AnswerForm, Field, FieldKind, Marks
from sim.tasks.common.base import Task, TaskFile, parse_file
from sim.tasks.common.flaw import Flaw
from sim.tasks.common.simulated_user import SearchStep, SimulatedUser, Skill
from sim.tasks.common.task_type import TIME_COUNTS, UsualParts
from sim.tasks.common.task_words import TaskWords
from sim.truth.index import TruthIndex
from sim.truth.window import check_window


class BusiestTaskFile(TaskFile):
    """`{"type": "busiest", "window_s": [0, 60]}`."""

    type: Literal["busiest"]
    window_s: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class BusiestType(UsualParts):
    """See `sim.tasks.common.task_type.TaskType`."""

    name: str = "busiest"
    version: int = 1
    metrics: Sequence[Metric[BusiestCase]] = BUSIEST_METRICS
    title: str = "The busiest camera"
    practice_title: str = "Busiest camera"
    counts: Sequence[str] = ("The camera.", TIME_COUNTS)
    pass_rule: str = "Pass: the camera that shows the most people, in time."
    words: TaskWords = BUSIEST_WORDS

    def make_question(self, task: Task) -> str:
        """Return what is asked, in words for the trainee."""
        return "Which camera shows the most people?"

    def make_answer_form(self, task: Task) -> AnswerForm:
        """Return one camera to choose."""
        field = Field(key=CAMERA, kind=FieldKind.CAMERA, label="The busiest camera")
        return AnswerForm(marks=Marks.NONE, fields=(field,))

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        """Return one task for each half of the window in which somebody is seen."""
        low_s, high_s = check_window(index, window_s)
        middle_s = (low_s + high_s) / 2
        halves = ((low_s, middle_s), (middle_s, high_s))
        return tuple(Task(type=self.name, window_s=half) for half in halves if _find_busiest(index, half))

    def parse_task(self, text: str, *, source: str) -> Task:
        """Read a task. Raises TaskError."""
        file = parse_file(BusiestTaskFile, text, source=source, error_type=TaskError)
        return Task(type=self.name, window_s=file.window_s)

    def check_task(self, task: Task, index: TruthIndex) -> None:
        """Raise TaskError when nobody is seen."""
        if not _find_busiest(index, check_window(index, task.window_s)):
            raise TaskError("nobody is seen", expected="someone on a camera", todo="choose another window")

    def score(self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None) -> ScoreCard:
        """Return the score card. Raises TaskError."""
        self.check_task(task, index)
        return make_busiest_card(BusiestCase(right=_find_busiest(index, task.window_s), answer=answer, log=log))

    def find_moments(
        self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None
    ) -> tuple[Moment, ...]:
        """Return the wrong answer, if it is one."""
        return find_busiest_moments(BusiestCase(right=_find_busiest(index, task.window_s), answer=answer, log=log))

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        """Return the camera."""
        return Answer(choices={CAMERA: _find_busiest(index, task.window_s)[0]})

    def answer_wrongly(self, task: Task, index: TruthIndex) -> tuple[Flaw, ...]:
        """Return no camera."""
        return (Flaw(name="no camera", answer=Answer(), hurts=frozenset({"right_busiest"})),)

    def search(
        self, task: Task, index: TruthIndex, *, rng: np.random.Generator, skill: Skill, look_alikes: Sequence[str] = ()
    ) -> tuple[SearchStep, ...]:
        """Name the camera."""
        user = SimulatedUser(rng=rng, skill=skill, site_s=task.window_s[0])
        user.begin()
        user.choose(CAMERA, _find_busiest(index, task.window_s)[0])
        user.submit()
        return tuple(user.steps)


def _find_busiest(index: TruthIndex, window_s: tuple[float, float]) -> tuple[str, ...]:
    rows = index.table.rows
    seen = rows[(rows["t_s"] >= window_s[0]) & (rows["t_s"] <= window_s[1])]
    people = seen.groupby("camera_id", observed=True)["person_id"].nunique()
    return tuple(str(camera) for camera in people[people == people.max()].index)


BUSIEST_TYPE = BusiestType()
