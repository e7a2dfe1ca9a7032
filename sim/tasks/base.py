"""What a task type is, and the checks that all share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from sim.checked import describe_first
from sim.errors import SimError, TaskError
from sim.scoring.evidence import SearchLog, TraceAnswer
from sim.scoring.metric import Metric
from sim.scoring.score_card import ScoreCard
from sim.tasks.search_step import SearchStep
from sim.tasks.skill import Skill
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
        target: person_id of the person sought.
        window_s: first and last second that the question is about, site time.
    """

    type: str
    target: str
    window_s: tuple[float, float]


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
    def metrics(self) -> Sequence[Metric]:
        """What an answer is measured by, in the order shown."""
        ...

    def make_question(self, task: Task) -> str:
        """Return what is asked, in words for the trainee; times are shown beside it."""
        ...

    def parse_task(self, text: str, *, source: str) -> Task:
        """Read a task file's text; raises TaskError naming `source` and key."""
        ...

    def parse_answer(self, text: str, *, source: str) -> TraceAnswer:
        """Read an answer file's text; raises AnswerError naming `source` and key."""
        ...

    def check_task(self, task: Task, index: TruthIndex) -> None:
        """Raise TaskError when the recording has not what the task names."""
        ...

    def score(self, task: Task, answer: TraceAnswer, index: TruthIndex, *, log: SearchLog | None = None) -> ScoreCard:
        """Judge an answer; raises TaskError and AnswerError."""
        ...

    def answer_perfectly(self, task: Task, index: TruthIndex) -> TraceAnswer:
        """Return the answer that truth gives: full marks."""
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


def parse_task_type(text: str, *, source: str) -> str:
    """Return the `type` that a task file's text names, or raise TaskError."""
    return parse_file(_TypeProbe, text, source=source, error_type=TaskError).type


class _TypeProbe(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    type: str
