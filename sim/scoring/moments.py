"""A moment of an attempt worth looking at again: what it was, and the frames that show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sim.scoring.person_in_frame import Box, PersonInFrame

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
