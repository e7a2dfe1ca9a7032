"""What a task type is, and the checks that all share."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from sim.checked import describe_first
from sim.errors import SimError, TaskError
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.metric import Metric
from sim.scoring.moments import Moment
from sim.scoring.score_card import ScoreCard
from sim.tasks.common.answer_form import AnswerForm
from sim.tasks.common.flaw import Flaw
from sim.tasks.common.search_step import SearchStep
from sim.tasks.common.skill import Skill
from sim.truth.index import TruthIndex

Model = TypeVar("Model", bound=BaseModel)


class TaskFile(BaseModel):
    """Base of everything read from a task or answer file: no unknown keys, no silent conversions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One question on a recording.

    Attributes:
        type: name of its task type.
        window_s: first and last second that the question is about, site time.
        target: person_id of the person sought; None where the question is not about finding one.
        params: what else the type needs, plain JSON, checked by its `check_task`.
    """

    type: str
    window_s: tuple[float, float]
    target: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def person(self) -> str:
        """The person sought. Raises TaskError: the task names none."""
        if self.target is None:
            raise TaskError(f"a {self.type} task needs a person", expected="target: P014", todo="name the person")
        return self.target


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


def parse_file(model: type[Model], text: str, *, source: str, error_type: type[SimError]) -> Model:
    """Read JSON text as a model, or raise `error_type` naming the source and the first wrong key."""
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise error_type(describe_first(error, source=source), todo="correct the file and try again") from error


def format_task_file(task: Task) -> str:
    """Return a task as the text of a task file, which the `parse_task` of its type reads."""
    person = {} if task.target is None else {"target": task.target}
    return json.dumps({"type": task.type, **person, "window_s": list(task.window_s), **task.params}, indent=2)


def parse_task_type(text: str, *, source: str) -> str:
    """Return the `type` that a task file's text names, or raise TaskError."""
    return parse_file(_TypeProbe, text, source=source, error_type=TaskError).type


class _TypeProbe(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    type: str
