"""A moment of an attempt worth looking at again: what it was, and the frames that show it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sim.truth.appearance import IntArray
from sim.truth.index import TruthIndex
from sim.truth.window import TruthWindow

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonInFrame:
    """One person in one frame: `t_s` is site time, `box_xyxy` in pixels of the main stream."""

    camera_id: str
    frame: int
    t_s: float
    person_id: str
    zone: str
    box_xyxy: Box


def find_frame(index: TruthIndex, t_s: float) -> int:
    """Return the number of the frame on screen at a site time: floor(t_s * fps + 0.5), inside the recording."""
    return int(np.clip(np.floor(t_s * index.table.fps + 0.5), 0, index.table.frame_count - 1))


def read_person(index: TruthIndex, table_row: int) -> PersonInFrame:
    """Return one row of the truth table as a sighting."""
    row = index.table.rows.iloc[table_row]
    return PersonInFrame(
        camera_id=str(row["camera_id"]),
        frame=int(row["frame"]),
        t_s=float(row["t_s"]),
        person_id=str(row["person_id"]),
        zone=str(row["zone"]),
        box_xyxy=(float(row["x1"]), float(row["y1"]), float(row["x2"]), float(row["y2"])),
    )


def find_in_frame(index: TruthIndex, person_id: str, *, camera_id: str, frame: int) -> PersonInFrame | None:
    """Return a person in one frame of a camera, however small or hidden; None where truth has no row of them."""
    rows = index.frame_rows
    key = index.get_camera_code(camera_id) * index.stride + frame
    low, high = np.searchsorted(rows.key, [key, key + 1])
    mine = np.flatnonzero(rows.person[low:high] == index.get_person_code(person_id))
    return read_person(index, int(rows.table_row[low + mine[0]])) if len(mine) else None


def find_clearest_row(window: TruthWindow, number: int) -> int:
    """Return the row of truth of an appearance's tallest, least hidden moment inside the window; of equals the widest.

    Somebody who is coming in from the side is as tall as a second later, and hardly to be hit.
    """
    own = window.index.appearance_rows.table_row[list_rows(window, number)]
    table = window.index.table.rows.iloc[own]
    seen = ((table["y2"] - table["y1"]) * table["visible"]).to_numpy(dtype=np.float64)
    width = (table["x2"] - table["x1"]).to_numpy(dtype=np.float64)
    best = np.lexsort((-width, -seen))[0]
    return int(own[best])


def find_nearest(window: TruthWindow, legs: Sequence[int], t_s: float) -> PersonInFrame | None:
    """Return the row of some appearances that is nearest in time to `t_s` (tie: the first), None without any."""
    if not legs:
        return None
    own = np.concatenate([list_rows(window, number) for number in legs])
    rows = window.index.appearance_rows
    return read_person(window.index, int(rows.table_row[own[int(np.argmin(np.abs(rows.t_s[own] - t_s)))]]))


def list_rows(window: TruthWindow, number: int) -> IntArray:
    """Return the rows of an appearance inside the window, as positions in `TruthIndex.appearance_rows`; [n]."""
    rows = window.index.appearance_rows
    own: IntArray = np.arange(rows.low[number], rows.high[number], dtype=np.int64)
    inside: IntArray = own[(rows.t_s[own] >= window.first_s[number]) & (rows.t_s[own] <= window.last_s[number])]
    return inside


POINT_REACH_PX = 12.0


class MomentKind(StrEnum):
    """What a moment is about. Those in `GOOD_KINDS` are to be kept up, all others to be looked at."""

    FIRST_RIGHT = "first right mark"
    RIGHT_CHECK = "check judged right"
    WRONG_PERSON = "wrong person"
    NOBODY = "nobody marked there"
    TOO_HIDDEN = "someone marked who is too hidden to count"
    MORE_WRONG = "more wrong marks"
    NO_MARK = "no mark made"
    MISSED = "missed"
    LOST = "lost"
    WRONG_CAMERA_NEXT = "another camera first"
    NOT_LAST = "seen again later"
    WRONG_PLACE = "last place"
    WRONG_DOOR = "door"
    NOT_ABSENT = "on no camera"
    FAR_OFF = "far from the moment"
    WRONG_CAMERA = "camera"
    WRONG_TIME = "time"
    WRONG_POINT = "point in the picture"
    WRONG_VERDICT = "check misjudged"
    WRONG_CALL = "call"
    NOT_CUT = "not cut out"
    BAD_ENDS = "in and out"
    SURPLUS = "clip too many"
    CUSTODY = "custody"
    NOT_IN_VIEW = "camera missing in the view"
    NOT_ON_WAY = "camera not on the way"
    ORDER = "order of the view"
    WRONG_FAULT = "faulty camera"


GOOD_KINDS = frozenset({MomentKind.FIRST_RIGHT, MomentKind.RIGHT_CHECK})


class BoxRole(StrEnum):
    """Who or what a box is around; each has its own words and its own line."""

    STUDENT = "student"
    MARKED = "marked"
    POINT = "point"
    OTHER = "other"
    EVENT = "event"
    CHECK = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxed:
    """A box in a frame, pixels of the main stream."""

    role: BoxRole
    box_xyxy: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One frame of one camera with what to look at in it; nothing boxed where the whole picture is meant."""

    camera_id: str
    frame: int
    boxes: tuple[Boxed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment. What belongs to some kinds only is told by the classes below."""

    kind: MomentKind  # what it is about
    t_s: float | None  # site time, seconds; None where it belongs to no moment of the footage
    scenes: tuple[Scene, ...] = ()  # frames that show it: what was done before what is right; () where no frame does
    # where it belongs in the order in which the trainee worked: the number of its mark, from 0, and between two marks
    # what was missed there; None for what belongs to no mark
    worked: float | None = None

    @property
    def is_good(self) -> bool:
        """Whether it is to be kept up."""
        return self.kind in GOOD_KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkMoment(Moment):
    """A mark, or one that is missing."""

    camera_id: str  # where the mark is; where the person was to be marked when there is none
    sought: str  # the person whom the mark was to be on
    marked: str | None = None  # who was marked instead, None where nobody was
    times: int = 1  # marks that say the same
    # the sought person in the frame of the mark, else their sighting nearest to it; None: on no camera
    right: PersonInFrame | None = None
    made_s: float | None = None  # seconds from release at which it was first made, None when that is not known
    span_s: tuple[float, float] | None = None  # of a stretch that was missed, from when to when it is in view


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMoment(Moment):
    """A place named wrongly: zone_id or door_id, `given` None for no answer."""

    right: str
    given: str | None


def make_scene(sighting: PersonInFrame, role: BoxRole) -> Scene:
    """Return the frame of a sighting, with the person boxed."""
    return Scene(
        camera_id=sighting.camera_id, frame=sighting.frame, boxes=(Boxed(role=role, box_xyxy=sighting.box_xyxy),)
    )


def box_point(x_px: float, y_px: float) -> Boxed:
    """Return a small box about a point that was marked."""
    reach = POINT_REACH_PX
    return Boxed(role=BoxRole.POINT, box_xyxy=(x_px - reach, y_px - reach, x_px + reach, y_px + reach))


def sort_moments(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """Return moments in the order in which the trainee worked, then those without a mark in order of site time.

    Those without either come last, in the order given.
    """

    def place(moment: Moment) -> tuple[bool, float, bool, float]:
        return moment.worked is None, moment.worked or 0.0, moment.t_s is None, moment.t_s or 0.0

    return tuple(sorted(moments, key=place))
