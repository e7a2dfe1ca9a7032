"""A task, its file, what is known when it begins, and the checks that all share."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sim.checked import describe_first
from sim.errors import SimError, TaskError
from sim.truth.appearance import GAP_MAX_S, TIME_TOLERANCE_S
from sim.truth.index import TruthIndex, check_cameras

SAME_SIGHTING_S = GAP_MAX_S
"""How far from a row of truth a camera's sighting may lie: the gap that an appearance may have."""


class Known(BaseModel):
    """The last sighting before the search, by a camera or by a person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    t_s: float = Field(ge=0, allow_inf_nan=False)  # site time, seconds
    # the camera that showed them; None for a sighting by a person
    camera_id: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    # the space in which a person saw them; None for a sighting on a camera
    zone_id: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    seen_by: Annotated[str, Field(max_length=40)] = ""  # who saw them, as in "a teacher"; "" for a camera

    @model_validator(mode="after")
    def _check_place(self) -> Self:
        if (self.camera_id is None) == (self.zone_id is None):
            raise ValueError("a last sighting has a camera_id or a zone_id, and not both")
        if (self.zone_id is not None) != bool(self.seen_by.strip()):
            raise ValueError("seen_by says who saw the student in a space, as in 'a teacher'; a camera has none")
        return self


def check_known(known: Known, index: TruthIndex, *, person: str, window_s: tuple[float, float]) -> None:
    """Hold a last sighting to the truth of a recording."""
    check_place(
        known,
        camera_ids=index.camera_ids,
        zone_ids=sorted(index.table.floor_zones),
        duration_s=index.table.duration_s,
        window_s=window_s,
    )
    if known.camera_id is not None and not _is_shown(index, person, known.camera_id, known.t_s):
        raise TaskError(
            f"{known.camera_id} does not show {person} at {known.t_s:g} s, where they are said to be last seen",
            expected="a camera and a time at which it shows them",
            todo="correct known.t_s or known.camera_id",
        )


def check_place(
    known: Known,
    *,
    camera_ids: Sequence[str],
    zone_ids: Sequence[str],
    duration_s: float,
    window_s: tuple[float, float],
) -> None:
    """Hold a last sighting to what there is at a site and in a recording."""
    if known.t_s > duration_s + TIME_TOLERANCE_S:
        raise TaskError(
            f"the last sighting, at {known.t_s:g} s, is after the recording",
            expected=f"0 to {duration_s:g} s",
            todo="correct known.t_s",
        )
    if known.t_s > window_s[1] + TIME_TOLERANCE_S:
        raise TaskError(
            f"the last sighting, at {known.t_s:g} s, is after the time that the drill asks about",
            expected=f"at most {window_s[1]:g} s, its end",
            todo="correct known.t_s or window_s",
        )
    if known.zone_id is not None and known.zone_id not in zone_ids:
        raise TaskError(
            f"there is no space {known.zone_id!r} at this site for the last sighting",
            expected=f"one of {', '.join(zone_ids)}",
            todo="correct known.zone_id",
        )
    if known.camera_id is not None and known.camera_id not in camera_ids:
        raise TaskError(
            f"there is no camera {known.camera_id!r} in this drill for the last sighting",
            expected=f"one of {', '.join(camera_ids)}",
            todo="correct known.camera_id",
        )


def _is_shown(index: TruthIndex, person: str, camera_id: str, t_s: float) -> bool:
    own = [each for each in index.find_appearances(person) if each.camera_id == camera_id]
    return any(each.start_s - SAME_SIGHTING_S <= t_s <= each.end_s + SAME_SIGHTING_S for each in own)


Model = TypeVar("Model", bound=BaseModel)


class TaskFile(BaseModel):
    """Base of everything read from a task or answer file: no unknown keys, no silent conversions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
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
