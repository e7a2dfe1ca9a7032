"""A task, its file, and the checks that all share."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from sim.checked import describe_first
from sim.errors import SimError, TaskError

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
