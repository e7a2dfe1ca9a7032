"""A task and its answer form: their files, what is known when a task begins, and the checks that all share."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Annotated, Any, Self, TypeVar

import pydantic
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from sim.checked import describe_first
from sim.errors import AnswerError, SimError, TaskError
from sim.scoring.evidence import Answer, Clip, Mark
from sim.truth.appearance import STRETCH_S, TIME_TOLERANCE_S, is_over
from sim.truth.index import TruthIndex, check_cameras


class Known(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    t_s: float = pydantic.Field(ge=0, allow_inf_nan=False)  # site time, seconds
    # the camera that showed them; None for a sighting by a person
    camera_id: Annotated[str, pydantic.Field(min_length=1, max_length=40)] | None = None
    # the space in which a person saw them; None for a sighting on a camera
    zone_id: Annotated[str, pydantic.Field(min_length=1, max_length=40)] | None = None
    seen_by: Annotated[str, pydantic.Field(max_length=40)] = ""  # who saw them, as in "a teacher"; "" for a camera

    @model_validator(mode="after")
    def _check_place(self) -> Self:
        if (self.camera_id is None) == (self.zone_id is None):
            raise ValueError("a last sighting has a camera_id or a zone_id, and not both")
        if (self.zone_id is not None) != bool(self.seen_by.strip()):
            raise ValueError("seen_by says who saw the student in a space, as in 'a teacher'; a camera has none")
        return self


def check_place(
    known: Known,
    *,
    camera_ids: Sequence[str],
    zone_ids: Sequence[str],
    duration_s: float,
    window_s: tuple[float, float],
) -> None:
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


Model = TypeVar("Model", bound=BaseModel)


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


Name = Annotated[str, pydantic.Field(min_length=1)]


class StrictFile(BaseModel):
    """Base of everything read from a task or answer file: no unknown keys, no silent conversions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class TaskFile(StrictFile):
    type: str
    window_s: tuple[float, float]

    def make_task(self) -> Task:
        """Return the task of a file; what is no field of `Task` becomes its params."""
        own = {name: getattr(self, name) for name in type(self).model_fields if name in Task.__dataclass_fields__}
        params = self.model_dump(exclude=set(own), exclude_defaults=True)
        return Task(**own, params=params)


class SearchTaskFile(TaskFile):
    """A task that seeks one person, with what is known of them at the start and the part of the site it is about.

    `{"target": "P014", "window_s": [0, 240], "known": {"t_s": 12, "camera_id": "CAM-03"}, "cameras": ["CAM-03"]}`;
    the last two may be left out.
    """

    target: Name
    known: Known | None = None
    cameras: tuple[str, ...] | None = None


def check_start(task: Task, index: TruthIndex) -> None:
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
    check_place(
        task.known,
        camera_ids=index.camera_ids,
        zone_ids=sorted(index.table.floor_zones),
        duration_s=index.table.duration_s,
        window_s=task.window_s,
    )
    camera_id, t_s = task.known.camera_id, task.known.t_s
    if camera_id is not None and not any(
        each.camera_id == camera_id and not is_over(max(each.start_s - t_s, t_s - each.end_s), STRETCH_S)
        for each in index.find_appearances(task.target)
    ):
        raise TaskError(
            f"{camera_id} does not show {task.target} at {t_s:g} s, where they are said to be last seen",
            expected="a camera and a time at which it shows them",
            todo="correct known.t_s or known.camera_id",
        )


def parse_file(model: type[Model], text: str, *, source: str, error_type: type[SimError]) -> Model:
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise error_type(describe_first(error, source=source), todo="correct the file and try again") from error


def parse_task_type(text: str, *, source: str) -> str:
    return parse_file(_TypeProbe, text, source=source, error_type=TaskError).type


class _TypeProbe(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    type: str


class Marks(StrEnum):
    PERSON = "person"
    PLACE = "place"
    NONE = "none"


class FieldKind(StrEnum):
    """Where a field's options come from: the site's doors to outside, the recording's cameras, or the field itself."""

    DOOR = "door"
    CAMERA = "camera"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question answered by choosing. Its answer is `Answer.choices[key]`."""

    key: str  # unique within the form
    kind: FieldKind  # where the options come from
    label: str  # the question in words
    options: tuple[Option, ...] = ()  # of a CHOICE, in the order shown
    is_required: bool = True  # handing in without it is warned of


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One of a list of things to judge or to do, one after the other. Its answer is `Answer.choices[key]`."""

    key: str  # unique within the form
    label: str  # in words; says nothing of the answer
    # camera_id, t_s: the moment it is about, to be opened with one click; None where finding it is the task
    camera_id: str | None = None
    t_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerForm:
    marks: Marks = Marks.PERSON  # what a mark in the picture means
    most_marks: int | None = None  # None for any number
    asks_final_zone: bool = False  # the hand-in asks where the person is, or was last seen (`Answer.final_zone`)
    asks_absent: bool = False  # the hand-in offers "never appears on any camera" (`Answer.not_on_camera`)
    fields: tuple[Field, ...] = ()  # asked for at the hand-in
    # worked through during the drill; each is answered by one of `item_options`, or, where that is empty, by the camera
    # that is the main picture
    items: tuple[Item, ...] = ()
    item_options: tuple[Option, ...] = ()  # the possible answers to an item
    clips: bool = False  # stretches of cameras are cut out
    asks_view: bool = False  # a view of the wall is kept, and handed in
    list_name: str = ""  # what the list of them is called: of alarms, of calls, of clips; "" for a drill of marks

    @property
    def marks_all(self) -> bool:
        """Whether every appearance of a person is asked for: marked, or cut out as a clip."""
        return self.clips or (self.marks is Marks.PERSON and self.most_marks is None)

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


class AnswerFile(StrictFile):
    """`{"marks": [{"camera_id", "t_s", "x", "y"}], "final_zone": null, "not_on_camera": false, ...}`."""

    marks: tuple[Mark, ...]
    final_zone: str | None = None
    not_on_camera: bool = False
    choices: dict[str, str] = pydantic.Field(default_factory=dict)
    clips: tuple[Clip, ...] = ()
    view: tuple[str, ...] = ()


def parse_answer(text: str, *, source: str) -> Answer:
    return Answer(**dict(parse_file(AnswerFile, text, source=source, error_type=AnswerError)))
