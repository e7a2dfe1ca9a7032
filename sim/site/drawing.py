"""A school while somebody draws it: its parts by name, and the steps that put, change and take them.

A drawing is plain JSON, `drawing[kind][name]`, so that a step is a list of changes that can be turned round. Places are
plan meters, x to the right and y up on the plan; the plan's picture has its own scale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sim.checked import describe_first
from sim.errors import SiteError
from sim.site.model import SunSpec
from sim.site.stairs import StairShape

Json = dict[str, Any]
Drawing = dict[str, dict[str, Json]]

FARTHEST_M = 2000.0
MOST_OF: Final[Mapping[str, int]] = {
    "school": 1,
    "floors": 6,
    "spaces": 150,
    "doors": 400,
    "things": 600,
    "stairs": 24,
    "cameras": 32,
}
HEAD = "head"
_NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$"

Meters = Annotated[float, Field(ge=-FARTHEST_M, le=FARTHEST_M)]
Point = tuple[Meters, Meters]
Text = Annotated[str, Field(min_length=1, max_length=60)]
FloorName = Annotated[str, Field(pattern=_NAME)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class DrawnSchool(_Part):
    name: Text


class PlanPicture(_Part):
    """The picture under a floor's drawing: its size in pixels, its scale, and the place of its lower left corner.

    `tilt_deg`: how far its own long lines are from level, counterclockwise. `turn_deg`: how far it is turned since.
    """

    size_wh: tuple[int, int]
    m_per_px: float = Field(gt=0.0005, lt=5.0)
    at: Point = (0.0, 0.0)
    is_scaled: bool = False
    tilt_deg: float = 0.0
    turn_deg: float = 0.0


class DrawnFloor(_Part):
    name: Text
    elevation_m: float = Field(default=0.0, ge=-20, le=60)
    height_m: float = Field(default=3.0, gt=2.0, lt=12.0)
    picture: PlanPicture | None = None


class DrawnSpace(_Part):
    floor: FloorName
    name: Text
    kind: Literal["hall", "lobby", "cafeteria", "office", "room", "outdoor"] = "hall"
    polygon: tuple[Point, ...] = Field(min_length=3, max_length=120)
    height_m: float | None = Field(default=None, gt=2.0, lt=12.0)


class DrawnDoor(_Part):
    floor: FloorName
    name: Text
    kind: Literal["gap", "classroom", "office", "exterior", "restroom", "stair"] = "classroom"
    at: Point
    width_m: float = Field(default=1.0, gt=0.5, lt=12.0)
    height_m: float = Field(default=2.1, gt=1.5, lt=6.0)
    leaf: Literal["open", "closed"] = "open"


class DrawnThing(_Part):
    floor: FloorName
    kind: Annotated[str, Field(pattern=_NAME)] = "lockers"
    polygon: tuple[Point, ...] = Field(min_length=3, max_length=12)
    height_m: float = Field(default=1.0, gt=0.02, lt=20.0)
    solid: bool = True
    facing_deg: float | None = None
    z_m: float = Field(default=0.0, ge=0, lt=12.0)


class DrawnStairs(_Part):
    """Stairs from their floor to an upper one: a rectangle, as `sim.site.stairs.StairBlock` says."""

    floor: FloorName
    upper: FloorName
    name: Text
    polygon: tuple[Point, ...] = Field(min_length=4, max_length=4)
    up_deg: float = Field(default=90.0, ge=-360, le=360)
    shape: StairShape = "straight"


class PicturePoint(_Part):
    """A point of the building and of the picture: plan meters, height over the floor, shares of width and height."""

    at: Point
    z_m: float = Field(default=0.0, ge=-5, le=12)
    u: float = Field(ge=0, le=1)
    v: float = Field(ge=0, le=1)


class FoundCamera(_Part):
    """Where a camera was found to hang, over its floor, and how it looks: accepted by eye."""

    at: Point
    over_floor_m: float = Field(gt=0.3, le=12)
    yaw_deg: float
    pitch_deg: float = Field(ge=-90, le=45)
    roll_deg: float = Field(ge=-30, le=30)
    hfov_deg: float = Field(gt=10, lt=140)
    k1: float = Field(gt=-0.5, le=0)


Share = Annotated[float, Field(ge=0, le=1)]
Box = tuple[Share, Share, Share, Share]


class Outline(_Part):
    """Something that stands in view and is on no plan: its outline in the picture, shares of width and height."""

    points: tuple[tuple[Share, Share], ...] = Field(min_length=3, max_length=60)


class DrawnCamera(_Part):
    """A camera as it was put on the plan, with its picture's size and points, and what was found of it.

    `bars`: the shares of width and height that are black on each side, as the picture has another shape than 16:9.
    `picture_mark`: what tells its picture from those that it had before; "" without one.
    `boxes`: what is to be painted out of the picture, people and burnt-in text: left, top, right, bottom as shares.
    """

    floor: FloorName
    name: Text
    at: Point
    yaw_deg: float = 0.0
    over_floor_m: float = Field(default=2.8, gt=0.3, le=12)
    hfov_deg: float | None = Field(default=None, gt=10, lt=140)
    mode: Literal["day", "night"] = "day"
    sun: SunSpec | None = None
    picture_wh: tuple[int, int] | None = None
    picture_mark: Annotated[str, Field(max_length=16)] = ""
    bars: tuple[Annotated[float, Field(ge=0, lt=0.5)], Annotated[float, Field(ge=0, lt=0.5)]] = (0.0, 0.0)
    points: tuple[PicturePoint, ...] = Field(default=(), max_length=40)
    found: FoundCamera | None = None
    outlines: tuple[Outline, ...] = Field(default=(), max_length=20)
    boxes: tuple[Box, ...] = Field(default=(), max_length=60)

    @property
    def is_ready(self) -> bool:
        """Whether it is matched and has a picture in which nothing is left to be painted out."""
        return self.found is not None and self.picture_wh is not None and not self.boxes


PARTS: Final[Mapping[str, type[_Part]]] = {
    "school": DrawnSchool,
    "floors": DrawnFloor,
    "spaces": DrawnSpace,
    "doors": DrawnDoor,
    "things": DrawnThing,
    "stairs": DrawnStairs,
    "cameras": DrawnCamera,
}


class Change(_Part):
    """One part as it is from now on; None where it is taken away."""

    kind: Literal["school", "floors", "spaces", "doors", "things", "stairs", "cameras"]
    name: Annotated[str, Field(pattern=_NAME)]
    now: Json | None

    @model_validator(mode="after")
    def _check_name(self) -> "Change":
        if self.kind == "cameras" and not (
            self.name[:4] == "CAM-" and self.name[4:].isdecimal() and len(self.name) == 6
        ):
            raise ValueError("a camera is named CAM-01 to CAM-99")
        if self.kind == "school" and (self.name != HEAD or self.now is None):
            raise ValueError("a school has one name")
        return self


def make_empty_drawing(name: str) -> Drawing:
    drawing: Drawing = {kind: {} for kind in PARTS}
    drawing["school"][HEAD] = DrawnSchool(name=name).model_dump(mode="json")
    drawing["floors"]["1"] = DrawnFloor(name="Main floor").model_dump(mode="json")
    return drawing


def apply_changes(drawing: Mapping[str, Mapping[str, Json]], changes: Sequence[Change]) -> Drawing:
    now = {kind: dict(drawing[kind]) for kind in PARTS}
    for change in changes:
        if change.now is None:
            now[change.kind].pop(change.name, None)
        else:
            now[change.kind][change.name] = check_part(change.kind, change.now)
        if len(now[change.kind]) > MOST_OF[change.kind]:
            raise SiteError(
                f"the plan has {len(now[change.kind])} {change.kind}", expected=f"at most {MOST_OF[change.kind]}"
            )
    first = next(iter(now["floors"]), "")
    lost = next(
        (
            part
            for kind in PARTS
            for part in now[kind].values()
            if any(part.get(end, first) not in now["floors"] for end in ("floor", "upper"))
        ),
        None,
    )
    if lost is not None or not now["floors"]:
        raise SiteError("a part is on a floor that is not there", todo="delete what is on a floor before the floor")
    return now


def check_part(kind: str, data: object) -> Json:
    try:
        return PARTS[kind].model_validate(data).model_dump(mode="json")
    except ValidationError as error:
        raise SiteError(
            describe_first(error, source=f"this part of the plan ({kind})"), todo="draw it again"
        ) from error


@dataclass(slots=True)
class History:
    """A drawing with the steps that led to it; those after `place` were undone."""

    drawing: Drawing
    # each with the changes that undo it
    steps: list[tuple[tuple[Change, ...], tuple[Change, ...]]] = field(default_factory=list)
    place: int = 0  # how many of the steps hold

    def do(self, changes: Sequence[Change]) -> tuple[Change, ...]:
        """Make a step; what was undone is gone. Raises SiteError, and changes nothing, as `apply_changes`."""
        after = apply_changes(self.drawing, changes)
        touched = dict.fromkeys((change.kind, change.name) for change in changes)
        undone = (Change(kind=kind, name=name, now=self.drawing[kind].get(name)) for kind, name in reversed(touched))
        self.steps[self.place :] = [(tuple(changes), tuple(undone))]
        self.drawing, self.place = after, self.place + 1
        return tuple(changes)

    def undo(self) -> tuple[Change, ...]:
        if self.place == 0:
            return ()
        self.place -= 1
        changes = self.steps[self.place][1]
        self.drawing = apply_changes(self.drawing, changes)
        return changes

    def redo(self) -> tuple[Change, ...]:
        if self.place == len(self.steps):
            return ()
        changes = self.steps[self.place][0]
        self.drawing = apply_changes(self.drawing, changes)
        self.place += 1
        return changes
