"""What a task asks of the trainee, as the console draws it: marks, fields, a list of items, clips."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Annotated, Any

import pydantic

from sim.errors import AnswerError
from sim.scoring.evidence import Answer, Clip, Mark
from sim.tasks.common.base import TaskFile, parse_file


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


class MarkFile(TaskFile):
    camera_id: Annotated[str, pydantic.Field(min_length=1)]
    t_s: float
    x: float
    y: float


class ClipFile(TaskFile):
    camera_id: Annotated[str, pydantic.Field(min_length=1)]
    from_s: float
    to_s: float


class AnswerFile(TaskFile):
    """`{"marks": [{"camera_id", "t_s", "x", "y"}], "final_zone": null, "not_on_camera": false, ...}`."""

    marks: tuple[MarkFile, ...]
    final_zone: str | None = None
    not_on_camera: bool = False
    choices: dict[str, str] = pydantic.Field(default_factory=dict)
    clips: tuple[ClipFile, ...] = ()
    view: tuple[str, ...] = ()


def parse_answer_file(text: str, *, source: str) -> Answer:
    """Read an answer. Raises AnswerError naming `source` and key."""
    file = parse_file(AnswerFile, text, source=source, error_type=AnswerError)
    return Answer(
        marks=tuple(Mark(camera_id=f.camera_id, t_s=f.t_s, x=f.x, y=f.y) for f in file.marks),
        final_zone=file.final_zone,
        not_on_camera=file.not_on_camera,
        choices=file.choices,
        clips=tuple(Clip(camera_id=c.camera_id, from_s=c.from_s, to_s=c.to_s) for c in file.clips),
        view=file.view,
    )


def format_answer_file(answer: Answer) -> str:
    """Return an answer as the text of an answer file, which `parse_answer_file` reads."""
    return json.dumps(asdict(answer), indent=2)
