"""What a task type is."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import numpy as np

from sim.scoring.case import make_trace_case
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.metric import Metric
from sim.scoring.moments import Moment
from sim.scoring.score_card import PASS_LEG_RECALL, ScoreCard
from sim.tasks.common.answer_form import AnswerForm, parse_answer_file
from sim.tasks.common.base import Task
from sim.tasks.common.flaw import Flaw
from sim.tasks.common.simulated_user import SearchStep, SimulatedUser, Skill
from sim.tasks.common.task_words import TaskWords, Trains
from sim.truth.index import TruthIndex

TIME_COUNTS = "How long you took. The clock does not stop when you pause or reload."
"""What counts in every drill."""
APPEARANCES_RULE = f"at least {PASS_LEG_RECALL:.0%} of appearances (glimpses don't count), no one else"
ABSENT_RULE = "If the student doesn't appear on any camera: say so, and mark no one."


class Direction(StrEnum):
    """Which way through the footage a search goes."""

    FORWARD = "forward"
    BACKWARD = "backward"


class TaskType(Protocol):
    """One kind of question: how it is read, answered, scored, and played by simulated searchers."""

    @property
    def name(self) -> str:
        """The `type` in task files."""
        ...

    @property
    def version(self) -> int:
        """Raised whenever the same answer would be judged otherwise."""
        ...

    @property
    def metrics(self) -> Sequence[Metric[Any]]:
        """What an answer is measured by, in the order shown."""
        ...

    @property
    def title(self) -> str:
        """What the type is called where people read it: "Trace a student"."""
        ...

    @property
    def practice_title(self) -> str:
        """What its practice drills are called, before their number: "Where now"."""
        ...

    @property
    def counts(self) -> Sequence[str]:
        """What counts in a drill, in sentences, as the briefing tells it."""
        ...

    @property
    def pass_rule(self) -> str:
        """When a drill is passed, as the briefing tells it. The numbers are those that are judged by."""
        ...

    @property
    def words(self) -> TaskWords:
        """What writes its results in sentences."""
        ...

    @property
    def follows(self) -> Direction | None:
        """Which way somebody is followed from camera to camera; None where nobody is. It decides on hints too."""
        ...

    @property
    def can_be_absent(self) -> bool:
        """Whether the person sought may be one that no camera shows."""
        ...

    @property
    def trains(self) -> Sequence[tuple[Trains, float]]:
        """The skills that a drill of this type trains, beside its own, each with how well: more is better."""
        ...

    def make_question(self, task: Task) -> str:
        """Return what is asked, in words for the trainee; times are shown beside it."""
        ...

    def make_answer_form(self, task: Task) -> AnswerForm:
        """Return what the trainee is asked for. It says nothing of the answer."""
        ...

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        """Return every task of this type that the recording supports, in a fixed order; () when there is none."""
        ...

    def parse_task(self, text: str, *, source: str) -> Task:
        """Read a task file's text; raises TaskError naming `source` and key."""
        ...

    def parse_answer(self, text: str, *, source: str) -> Answer:
        """Read an answer file's text; raises AnswerError naming `source` and key."""
        ...

    def check_task(self, task: Task, index: TruthIndex) -> None:
        """Raise TaskError when the recording has not what the task names, or cannot support the question."""
        ...

    def score(self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None) -> ScoreCard:
        """Judge an answer; raises TaskError and AnswerError."""
        ...

    def find_moments(
        self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None
    ) -> tuple[Moment, ...]:
        """Return what to look at again in an answer, in the order told; raises TaskError and AnswerError as `score`."""
        ...

    def find_people_to_mark(self, task: Task, index: TruthIndex) -> frozenset[str]:
        """Return whom the marks of a right answer are on, person_ids."""
        ...

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        """Return the answer that truth gives: full marks."""
        ...

    def answer_wrongly(self, task: Task, index: TruthIndex) -> tuple[Flaw, ...]:
        """Return an answer for each way of being wrong that the recording allows, with what it spoils."""
        ...

    def search(
        self, task: Task, index: TruthIndex, *, rng: np.random.Generator, skill: Skill, look_alikes: Sequence[str] = ()
    ) -> tuple[SearchStep, ...]:
        """Play the task as a person of that skill would."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualParts(ABC):
    """The members of a `TaskType` that most types have alike.

    An answer is looked up in truth as a case, by `make_case`; the card and the moments are read off it.
    """

    make_card: Callable[[Any], ScoreCard]
    follows: Direction | None = None
    can_be_absent: bool = False
    trains: Sequence[tuple[Trains, float]] = ()

    def parse_answer(self, text: str, *, source: str) -> Answer:
        """Read an answer file's text. Raises AnswerError naming `source` and key."""
        return parse_answer_file(text, source=source)

    def make_case(self, task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> Any:
        """Look an answer up in truth; as a trace of the person sought unless the type says otherwise."""
        return make_trace_case(index, target=task.person, window_s=task.window_s, answer=answer, log=log)

    def score(self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None) -> ScoreCard:
        return self.make_card(self.make_case(task, answer, index, log))

    def find_moments(
        self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None
    ) -> tuple[Moment, ...]:
        return self.list_moments(self.make_case(task, answer, index, log), task, index)

    @abstractmethod
    def list_moments(self, case: Any, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        """Return what to look at again in a case, in the order told."""

    def find_people_to_mark(self, task: Task, index: TruthIndex) -> frozenset[str]:
        return frozenset() if task.target is None else frozenset({task.target})

    def search(
        self, task: Task, index: TruthIndex, *, rng: np.random.Generator, skill: Skill, look_alikes: Sequence[str] = ()
    ) -> tuple[SearchStep, ...]:
        """Play the task from release to submit, as `play` does.

        The searcher knows no limit: steps later than the drill's have to be cut off by the code that plays them.
        """
        user = SimulatedUser(rng=rng, skill=skill, site_s=task.window_s[0])
        user.begin()
        self.play(user, task, index, look_alikes)
        return tuple(user.steps)

    @abstractmethod
    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
        """Let a user take the steps of a search, from what is seen."""
