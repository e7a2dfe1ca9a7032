"""What a task type is: its data, and the questions that the rest of the program asks of it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import islice
from typing import Any, ClassVar

import numpy as np

from sim.errors import TaskError
from sim.scoring.case import make_trace_case
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.moments import Moment
from sim.scoring.score_card import (
    FEW_LEGS,
    LEAST_SEEN,
    MOST_EMPTY_MARKS,
    PASS_LEG_RECALL,
    Judged,
    Metric,
    PartView,
    ScoreCard,
    make_score_card,
)
from sim.tasks.common.simulated_user import Flaw, SearchStep, SimulatedUser, Skill
from sim.tasks.common.task import AnswerForm, Task, TaskFile, parse_file
from sim.tasks.common.task_words import (
    Advice,
    MomentFacts,
    MomentText,
    Trains,
    advise_next,
    list_time_parts,
    tell_search_moment,
)
from sim.text.times import write_minutes
from sim.truth.appearance import GLIMPSE_S
from sim.truth.index import TruthIndex

TIME_COUNTS = "How long you took. The clock does not stop when you pause or reload."
"""What counts in every drill."""
APPEARANCES_COUNT = (
    f"At least {PASS_LEG_RECALL:.0%} of the student's appearances, or all but one of {FEW_LEGS[0]} to {FEW_LEGS[-1]}. "
    f"A glimpse doesn't count: one of less than {write_minutes(GLIMPSE_S)}, or too small to tell who it is.",
    f"No one else marked, and at most {MOST_EMPTY_MARKS} more marks on no one than appearances found.",
)
APPEARANCES_RULE = f"{PASS_LEG_RECALL:.0%} of appearances, no one else"
ABSENT_RULE = f"If none shows them, see {LEAST_SEEN:.0%} of the footage, say so, mark no one."


class Direction(StrEnum):
    FORWARD = "forward"
    BACKWARD = "backward"


class TaskType(ABC):
    """One kind of question: how it is read, answered, scored, told, and played by simulated searchers.

    An answer is looked up in truth as a case, by `make_case`; the card, the moments and the words are read off it.
    """

    name: ClassVar[str]  # the `type` in task files
    title: ClassVar[str]  # what it is called where people read it: "Trace a student"
    practice_title: ClassVar[str]  # what its practice drills are called, before their number: "Where now"
    counts: ClassVar[Sequence[str]]  # what counts in a drill, in sentences, as the briefing tells it when asked
    # when a drill is passed within its limit, in one line; the numbers are those that are judged by
    pass_rule: ClassVar[str]
    metrics: ClassVar[Sequence[Metric]]  # what an answer is measured by, in the order shown
    # which way somebody is followed from camera to camera; None where nobody is. It decides on hints too
    follows: ClassVar[Direction | None] = None
    can_be_absent: ClassVar[bool] = False  # whether the person sought may be one that no camera shows
    # the skills that a drill of this type trains, beside its own, each with how well: more is better
    trains: ClassVar[Sequence[tuple[Trains, float]]] = ()
    file: ClassVar[type[TaskFile]]  # how its task files are read
    harder: ClassVar[Advice]  # what to practice next where nothing is left to practice

    @abstractmethod
    def make_question(self, task: Task) -> str:
        """Return what is asked, in words for the trainee; times are shown beside it."""

    @abstractmethod
    def make_answer_form(self, task: Task) -> AnswerForm:
        """Return what the trainee is asked for. It says nothing of the answer."""

    @abstractmethod
    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        """Return every task of this type that the recording supports, in a fixed order; () when there is none."""

    def parse_task(self, text: str, *, source: str) -> Task:
        """Read a task file's text; raises TaskError naming `source` and key."""
        return parse_file(self.file, text, source=source, error_type=TaskError).make_task()

    def can_measure(self, task: Task) -> bool:
        """Return whether a task tells how well somebody does; others are for practice alone."""
        return True

    @abstractmethod
    def check_task(self, task: Task, index: TruthIndex) -> None:
        """Raise TaskError when the recording has not what the task names, or cannot support the question."""

    def make_case(self, task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> Any:
        """Look an answer up in truth, as a trace of the person sought unless the type says otherwise.

        Raises TaskError and AnswerError.
        """
        return make_trace_case(index, target=task.person, window_s=task.window_s, answer=answer, log=log)

    @abstractmethod
    def judge(self, case: Any) -> dict[str, bool | None]:
        """Return the parts of the pass rule beside the limit, by key: whether each is met."""

    def make_card(self, case: Any) -> ScoreCard:
        return make_score_card(case, self.metrics, criteria=self.judge(case))

    def score(self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None) -> ScoreCard:
        """Judge an answer; raises TaskError and AnswerError."""
        return self.make_card(self.make_case(task, answer, index, log))

    @abstractmethod
    def list_moments(self, case: Any, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        """Return what to look at again in a case, in the order told."""

    def find_moments(
        self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None
    ) -> tuple[Moment, ...]:
        """Return what to look at again in an answer, in the order told; raises TaskError and AnswerError as `score`."""
        return self.list_moments(self.make_case(task, answer, index, log), task, index)

    def find_people_to_mark(self, task: Task, index: TruthIndex) -> frozenset[str]:
        return frozenset() if task.target is None else frozenset({task.target})

    @abstractmethod
    def list_parts(self, score: Judged, task: Task) -> Iterator[PartView]:
        """Yield a line for every measure of the answer that has a value, in the order shown."""

    def write_parts(self, score: Judged, task: Task) -> tuple[PartView, ...]:
        return (*self.list_parts(score, task), *list_time_parts(score.card))

    @abstractmethod
    def write_verdict(self, score: Judged, task: Task) -> str: ...

    @abstractmethod
    def list_advice(self, score: Judged, task: Task) -> Iterator[Advice]:
        """Yield what to practice of what went wrong, the most telling first."""

    def write_advice(self, score: Judged, task: Task) -> tuple[Advice, ...]:
        return tuple(islice(self.list_advice(score, task), 2)) or advise_next(score.card, self.harder)

    def tell_moment(self, facts: MomentFacts, moment: Any) -> MomentText:
        return tell_search_moment(facts, moment)

    @abstractmethod
    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        """Return the answer that truth gives: full marks."""

    @abstractmethod
    def answer_wrongly(self, task: Task, index: TruthIndex) -> Iterator[Flaw]:
        """Yield an answer for each way of being wrong that the recording allows, with what it spoils."""

    def search(
        self, task: Task, index: TruthIndex, *, rng: np.random.Generator, skill: Skill, look_alikes: Sequence[str] = ()
    ) -> tuple[SearchStep, ...]:
        """Play the task as a person of that skill would, from release to submit, as `play` does.

        The searcher knows no limit: steps later than the drill's have to be cut off by the code that plays them.
        """
        user = SimulatedUser(rng=rng, skill=skill, site_s=task.window_s[0])
        user.begin()
        self.play(user, task, index, look_alikes)
        return tuple(user.steps)

    @abstractmethod
    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
        """Let a user take the steps of a search, from what is seen."""
