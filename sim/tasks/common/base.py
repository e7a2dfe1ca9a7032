"""A task, its file, and the checks that all share."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.checked import describe_first
from sim.errors import SimError, TaskError
from sim.tasks.common.known import Known, check_known
from sim.truth.index import TruthIndex, check_cameras

Model = TypeVar("Model", bound=BaseModel)


class TaskFile(BaseModel):
    """Base of everything read from a task or answer file: no unknown keys, no silent conversions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One question on a recording."""

    type: str  # name of its task type
    window_s: tuple[float, float]  # first and last second that the question is about, site time
    target: str | None = None  # person_id of the person sought; None where the question is not about finding one
    # what else the type needs, plain JSON, checked by its `check_task`
    params: Mapping[str, Any] = field(default_factory=dict)
    known: Known | None = None  # where and when the person was last seen; None where nothing is known
    cameras: tuple[str, ...] | None = None  # the part of the site that the question is about; None for all of it

    @property
    def person(self) -> str:
        """The person sought. Raises TaskError: the task names none."""
        if self.target is None:
            raise TaskError(f"a {self.type} task needs a person", expected="target: P014", todo="name the person")
        return self.target


class SearchTaskFile(TaskFile):
    """A task that seeks one person, with what is known of them at the start and the part of the site it is about.

    `{"target": "P014", "window_s": [0, 240], "known": {"t_s": 12, "camera_id": "CAM-03"}, "cameras": ["CAM-03"]}`;
    the last two may be left out.
    """

    target: Annotated[str, Field(min_length=1)]
    window_s: tuple[float, float]
    known: Known | None = None
    cameras: tuple[str, ...] | None = None

    def make_task(self, task_type: str) -> Task:
        return Task(type=task_type, target=self.target, window_s=self.window_s, known=self.known, cameras=self.cameras)


def check_start(task: Task, index: TruthIndex) -> None:
    """Hold what is known at the start, and the cameras of a task, to the truth of its cameras."""
    if task.cameras is not None:
        check_cameras(task.cameras, index.camera_ids)
    if task.known is None:
        return
    if task.target is None:
        raise TaskError(
            f"a last sighting is known, and the {task.type} task seeks nobody",
            expected="a task with a target",
            todo="take out known, or name the person",
        )
    check_known(task.known, index, person=task.target, window_s=task.window_s)


def parse_file(model: type[Model], text: str, *, source: str, error_type: type[SimError]) -> Model:
    """Read JSON text as a model, or raise `error_type` naming the source and the first wrong key."""
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise error_type(describe_first(error, source=source), todo="correct the file and try again") from error


def format_task_file(task: Task) -> str:
    """Return a task as the text of a task file, which the `parse_task` of its type reads."""
    person = {} if task.target is None else {"target": task.target}
    known = {} if task.known is None else {"known": task.known.model_dump(mode="json", exclude_none=True)}
    cameras = {} if task.cameras is None else {"cameras": list(task.cameras)}
    data = {"type": task.type, **person, "window_s": list(task.window_s), **task.params, **known, **cameras}
    return json.dumps(data, indent=2)


def parse_task_type(text: str, *, source: str) -> str:
    """Return the `type` that a task file's text names, or raise TaskError."""
    return parse_file(_TypeProbe, text, source=source, error_type=TaskError).type


class _TypeProbe(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    type: str
