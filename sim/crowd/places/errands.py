"""What one person does, in order: data that timetable and story make and `sim.crowd.walking.walking` carries out.

Every errand takes the person to a place first; with `runs` they run there. An errand with an `event_id` leaves a
`sim.crowd.people.people.Happening` behind that says when and where it really happened.
"""

import math
from dataclasses import dataclass
from enum import Enum

from sim.crowd.people.people import Garment, Person, Pose
from sim.crowd.places.spots import Spot
from sim.errors import ScenarioError
from sim.site.model import PointXY

PATIENCE_S = 90.0


class CueEdge(Enum):
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A moment in somebody's errand that others go by: `delay_s` seconds after an event starts or ends."""

    event_id: str
    edge: CueEdge = CueEdge.START
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Go to a spot and stay there for `seconds`, or until the cue `until` if that comes first."""

    spot: Spot
    seconds: float
    runs: bool = False
    until: Cue | None = None
    event_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """Walk by nodes without a stop. Its event lasts from the first node to the last."""

    nodes: tuple[str, ...]
    runs: bool = False
    event_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """Leave by a door and come back after some time, then wearing outfit `look` (None: the same one)."""

    door_id: str
    back_door_id: str
    seconds: float
    runs: bool = False
    look: int | None = None
    event_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Leave by a door for good. Its event lasts from 3 m before the door to the last moment in it."""

    door_id: str
    runs: bool = False
    event_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutDown:
    """A thing put down, which then stands by itself until somebody picks it up or the recording ends."""

    prop_id: str  # its name in the events; one of a kind in the scenario
    garment: Garment  # what it looks like
    at: PointXY  # where, plan meters, on the floor of the one who puts it down
    heading_rad: float = 0.0  # where its front faces
    height_m: float = 0.0  # of what it stands on, above the ground: a table's top, or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One part of what a person does in an `Act`. Changes of `look` and of things come at its beginning."""

    pose: Pose  # any pose but the ways of getting about (walk, run, stairs)
    seconds: float  # how long, or at most how long where `until` is given
    until: Cue | None = None  # ends when this cue comes; a cue that never comes is `seconds` long
    facing_rad: float | None = None  # where the body faces, None: as the spot says
    look: int | None = None  # outfit put on, counted in `Person.outfits`, None: none
    put_down: PutDown | None = None  # thing put down
    pick_up: str | None = None  # prop_id of the thing taken up


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Go to a spot, wait there for all who take part, then act together.

    All who share an `event_id` are one act: they start their moments at the same time, when the last has come,
    `not_before_s` is over and the cue `after` has been given; each goes on with the day when their own moments are
    over. If somebody does not come within `patience_s` of that time, the act does not take place: nobody does
    anything, and there is no happening of it. A meeting, a hand-over and a screening have two or more in the cast; a
    collapse, a bag left behind and a jacket changed at a locker have one.
    """

    event_id: str  # the act's name
    spot: Spot  # where this person stands; `seat_at` is not allowed
    moments: tuple[Moment, ...]  # what this person does, in order
    part: int = 0  # 0, 1, ...: the person's place in `Happening.person_ids`
    cast: int = 1  # how many take part
    not_before_s: float = 0.0
    after: Cue | None = None
    # the cue that has to come before the person sets out for the spot (else at once); until then they stay where the
    # last errand ended
    departs: Cue | None = None
    patience_s: float = PATIENCE_S
    runs: bool = False

    def __post_init__(self) -> None:
        moving = {Pose.WALK, Pose.RUN, Pose.STAIRS_UP, Pose.STAIRS_DOWN}
        if not self.event_id or not self.moments or not 0 <= self.part < self.cast:
            raise ScenarioError(
                f"act {self.event_id!r} has {len(self.moments)} moments, part {self.part} of a cast of {self.cast}",
                expected="a name, at least one moment, and a part below the cast's number",
            )
        for moment in self.moments:
            if moment.pose in moving or moment.seconds < 0 or not math.isfinite(moment.seconds):
                raise ScenarioError(
                    f"act {self.event_id}: a moment of {moment.seconds} s in pose {moment.pose.name}",
                    expected="a pose held on the spot, for a finite time of at least 0 s",
                )
        if self.spot.seat_at is not None:
            raise ScenarioError(f"act {self.event_id} takes place on a seat", expected="a spot to stand at")


Errand = Stop | Pass | Away | Leave | Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Itinerary:
    person: Person
    day_id: str
    enter_door: str | None  # door of arrival; None: inside at the first stop when the recording starts
    enter_s: float
    errands: tuple[Errand, ...]
    party: int  # number shared by people who walk together
    pace_m_s: float
    lane: float  # preferred place across a way: 0 its middle, 1 its right edge
    abreast_m: float = 0.0  # how far to the right of the party's lane, meters
    left_share: float = 1.0  # for people who begin inside, how much of the first stop is still to come, 0..1
