"""Who walks through a recording: body, clothes, role, and where they are in every frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import NDArray

Rgb = tuple[float, float, float]


class Role(StrEnum):
    STUDENT = "student"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Garment:
    kind: str  # word of the wardrobe ("hoodie", "jeans", "backpack", "ponytail", "none")
    colour: str  # colour name, part of the descriptor; "none" when `kind` is
    rgb: Rgb  # the colour itself, linear 0..1
    accent: Rgb | None = None  # a second colour (logo, stripe, sleeve), linear 0..1, or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outfit:
    """Everything a person is told apart by, besides the body; a `vest` is worn over the top."""

    top: Garment
    bottom: Garment
    shoes: Garment
    hair: Garment
    headwear: Garment
    bag: Garment
    lanyard: bool
    skin: Rgb
    glasses: bool = False
    vest: Garment | None = None


class Aid(StrEnum):
    NONE = "none"
    WHEELCHAIR = "wheelchair"
    CRUTCHES = "crutches"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How somebody walks; the default is the walk of all people of one body."""

    # how much of each baked manner of walking is in it (`walk_long` and so on): 0 none, 1 all, below 0 its opposite
    shares: tuple[tuple[str, float], ...] = ()
    stride_share: float = 1.0  # the person's stride, times the body's
    hurry_share: float = 1.0  # the same in a hurry; equal for one who has no other walk then
    holds_strap: bool = False  # walks with a hand on the strap of the backpack


PLAIN = Manner()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    person_id: str
    role: Role
    body_id: str  # name of a baked body
    height_scale: float  # multiplies the baked body's size, about 0.94..1.06
    outfit: Outfit  # what the person wears at first
    look_alike_of: str | None = None  # the person this one was made to resemble, or None
    # what the person wears after a change (a jacket swapped, a bag handed over), in order;
    # `sim.crowd.people.people.Track.look` says when
    later_outfits: tuple[Outfit, ...] = ()
    aid: Aid = Aid.NONE  # wheelchair, crutches or nothing
    manner: Manner = PLAIN  # how the person walks

    @property
    def outfits(self) -> tuple[Outfit, ...]:
        """All outfits in order; `Track.look` counts in these."""
        return (self.outfit, *self.later_outfits)


FloatArray = NDArray[np.float64]


class Kind(StrEnum):
    BUS = "bus"
    SEDAN = "sedan"
    SUV = "suv"
    VAN = "van"


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleTrack:
    vehicle_id: str  # its name among people and things
    kind: Kind
    rgb: tuple[float, float, float]  # linear colour of its paint; a bus is yellow whatever this is
    first_frame: int  # frame of row 0
    xyz_m: FloatArray  # [n, 3] float64, the ground below its middle, site coordinates
    heading_rad: FloatArray
    is_open: NDArray[np.bool_]  # [n] bool, whether its door is open
    floor: str  # floor_id


class Pose(IntEnum):
    """What the body does; the renderer has a baked pose or cycle for each."""

    WALK = 0
    STAND = 1
    PHONE = 2
    SIT = 3
    LOCKER = 4
    TALK = 5
    RUN = 6
    STAIRS_UP = 7
    STAIRS_DOWN = 8
    KNEEL = 9
    HAND_OVER = 10
    LIE = 11
    ARMS_OUT = 12
    WAND = 13
    SEARCH = 14
    WHEEL = 15
    CRUTCHES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One person's motion over an unbroken stretch of frames. A person who leaves and comes back has two."""

    person_id: str  # whose
    first_frame: int  # frame of row 0
    xyz_m: NDArray[np.float64]  # [n, 3] float64, point on the ground between the feet, site coordinates
    heading_rad: NDArray[np.float64]  # [n] float64, where the body faces, counterclockwise from east
    # [n] float64 in 0..1, left heel strike at 0, advanced by distance walked so that feet do not slide
    gait_phase: NDArray[np.float64]
    speed_m_s: NDArray[np.float64]
    pose: NDArray[np.int8]  # [n] int8, values of `Pose`
    floor: tuple[str, ...]  # floor_id of each row
    zone: tuple[str, ...]  # zone_id of each row
    look: NDArray[np.int8]  # [n] int8, which of `Person.outfits` is worn
    stride_m: float = 1.2  # of a brisk walk without hurry


@dataclass(frozen=True, slots=True, kw_only=True)
class Prop:
    """A thing that stands or lies by itself for a while."""

    prop_id: str  # its name in the events
    garment: Garment  # what it looks like: a bag or a jacket
    first_frame: int
    last_frame: int
    xyz_m: tuple[float, float, float]  # [3] point on the ground below its middle, site coordinates
    heading_rad: float  # where its front faces
    floor: str  # floor_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """When and where an errand with an `event_id` (`sim.crowd.places.errands`) really happened."""

    event_id: str  # the errand's or act's name
    start_frame: int  # first frame of it
    end_frame: int  # last frame of it, at most the recording's last
    person_ids: tuple[str, ...]  # who took part; of an act in the order of their parts
    # the middle between those people when it started, on the ground, site coordinates
    xyz_m: tuple[float, float, float]
    floor: str  # floor_id there
    zone: str  # zone_id there
    is_over: bool = True  # False when the recording ended first


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorTrack:
    door_id: str
    open_share: NDArray[np.float32]  # [frames] float32, from 0, shut, to 1, wide open


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    people: tuple[Person, ...]
    tracks: tuple[Track, ...]
    fps: float
    frame_count: int
    props: tuple[Prop, ...] = ()
    happenings: tuple[Happening, ...] = ()
    vehicles: tuple[VehicleTrack, ...] = ()
    doors: tuple[DoorTrack, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsByFrame:
    """The rows of all tracks in the order of their frames, within a frame in that of the tracks."""

    order: NDArray[np.int64]  # [n] int64, where each row lies when the tracks are put end to end
    track: NDArray[np.int64]
    row: NDArray[np.int64]
    # [frames + 1] int64, where the rows of each frame begin, up to the last frame in which anybody is there
    starts: NDArray[np.int64]


def order_rows(tracks: Sequence[Track]) -> RowsByFrame:
    """Return the rows of tracks by frame; no frames for no tracks."""
    lengths = [len(track.pose) for track in tracks]
    row = np.concatenate([np.zeros(0, dtype=np.int64), *(np.arange(n) for n in lengths)])
    owner = np.repeat(np.arange(len(lengths)), lengths)
    frame = row + np.repeat([track.first_frame for track in tracks], lengths).astype(np.int64)
    order = np.argsort(frame, kind="stable")
    starts = np.searchsorted(frame[order], np.arange(frame.max(initial=-1) + 2))
    return RowsByFrame(order=order, track=owner[order], row=row[order], starts=starts)
