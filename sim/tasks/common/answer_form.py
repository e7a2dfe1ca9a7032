"""What a task asks of the trainee, as the console draws it: marks, fields, a list of items, clips."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Marks(StrEnum):
    """What a mark in the picture means."""

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
    """One possible answer."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question answered by choosing. Its answer is `Answer.choices[key]`.

    Attributes:
        key: unique within the form.
        kind: where the options come from.
        label: the question in words.
        options: of a CHOICE, in the order shown.
        is_required: handing in without it is warned of.
    """

    key: str
    kind: FieldKind
    label: str
    options: tuple[Option, ...] = ()
    is_required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One of a list of things to judge or to do, one after the other. Its answer is `Answer.choices[key]`.

    Attributes:
        key: unique within the form.
        label: in words; says nothing of the answer.
        camera_id, t_s: the moment it is about, to be opened with one click; None where finding it is the task.
    """

    key: str
    label: str
    camera_id: str | None = None
    t_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerForm:
    """All a task asks for.

    Attributes:
        marks: what a mark in the picture means.
        most_marks: None for any number.
        asks_final_zone: the hand-in asks where the person is, or was last seen (`Answer.final_zone`).
        asks_absent: the hand-in offers "never appears on any camera" (`Answer.not_on_camera`).
        fields: asked for at the hand-in.
        items: worked through during the drill; each is answered by one of `item_options`, or, where that is empty, by
            the camera that is the main picture.
        item_options: the possible answers to an item.
        clips: stretches of cameras are cut out.
        asks_view: a view of the wall is kept, and handed in.
        list_name: what the list of them is called: of alarms, of calls, of clips; "" for a drill of marks.
    """

    marks: Marks = Marks.PERSON
    most_marks: int | None = None
    asks_final_zone: bool = False
    asks_absent: bool = False
    fields: tuple[Field, ...] = ()
    items: tuple[Item, ...] = ()
    item_options: tuple[Option, ...] = ()
    clips: bool = False
    asks_view: bool = False
    list_name: str = ""

    @property
    def marks_all(self) -> bool:
        """Whether every appearance of a person is asked for: marked, or cut out as a clip."""
        return self.clips or (self.marks is Marks.PERSON and self.most_marks is None)

    def as_data(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)
