"""One person on the move: where they are, what they are doing, and where they want to go next."""

import math
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise

import numpy as np

from sim.crowd.people.people import Aid, Pose
from sim.crowd.places.errands import Errand, Itinerary
from sim.crowd.places.routes import Place, Waypoint
from sim.crowd.places.spots import Spot
from sim.site.model import PointXY

_FLIGHT_LANE = 0.45


def compute_lane(
    start: PointXY, waypoints: tuple[Waypoint, ...], *, lane: float, abreast_m: float = 0.0
) -> list[PointXY]:
    """Return a route's points moved to the right of its direction."""
    line = [start, *(w.at for w in waypoints)]
    moved: list[PointXY] = []
    for index, waypoint in enumerate(waypoints):
        room = max(0.0, waypoint.width_m / 2 - 0.1)
        wanted_m = max(lane, _FLIGHT_LANE) * room if waypoint.is_flight else lane * room + abreast_m
        offset = max(-room, min(room, wanted_m))
        before, at = line[index], line[index + 1]
        after = line[index + 2] if index + 2 < len(line) else None
        ux, uy = _unit(before, at)
        if after is not None:
            vx, vy = _unit(at, after)
            if ux * vx + uy * vy > -0.5:
                length = math.hypot(ux + vx, uy + vy)
                ux, uy = (ux + vx) / length, (uy + vy) / length
        moved.append((at[0] + uy * offset, at[1] - ux * offset))
    return moved


def _unit(a: PointXY, b: PointXY) -> tuple[float, float]:
    length = math.dist(a, b)
    return ((b[0] - a[0]) / length, (b[1] - a[1]) / length) if length > 1e-9 else (0.0, 0.0)


LOOK_AHEAD_M = 0.9
_PASSED_M = 0.3
GLIDE_S = 1.1
"""Time to sit down or to get up: as long as the body takes from standing to sitting, at an even pace."""
RUN_M_S = 2.45
STUCK = 2
"""From so many looks without progress on, somebody counts as stuck."""
_ON_FEET = (Pose.WALK, Pose.STAND, Pose.PHONE, Pose.TALK, Pose.LOCKER)


class Mode(Enum):
    OUTSIDE = "outside"
    WALKING = "walking"
    TURNING = "turning"
    SITTING_DOWN = "sitting down"
    STAYING = "staying"
    STANDING_UP = "standing up"
    GONE = "gone"


@dataclass(slots=True)
class Footprints:
    """What one person left behind in one unbroken stretch of simulation steps."""

    first_step: int  # step of row 0
    at: list[PointXY] = field(default_factory=list)  # positions
    facing_rad: list[float] = field(default_factory=list)  # where the person wants to face; NaN: along the walk
    pose: list[Pose] = field(default_factory=list)  # what the person means to do; gait decides about WALK and STAND
    floor: list[str] = field(default_factory=list)  # floor_id
    look: list[int] = field(default_factory=list)  # which of the person's outfits is worn


@dataclass(slots=True, kw_only=True)
class Walker:
    """A person's state in the simulation. All positions are plan meters, all times seconds."""

    number: int
    itinerary: Itinerary
    rng: np.random.Generator
    mode: Mode = Mode.OUTSIDE
    floor: str = ""
    at: PointXY = (0.0, 0.0)
    z_m: float = 0.0
    is_on_flight: bool = False
    velocity: PointXY = (0.0, 0.0)
    errand: int = 0
    look: int = 0
    moment: int = -1
    arrived_s: float = 0.0
    is_held: bool = False
    rest_rad: float = 0.0
    wake_s: float = 0.0
    door_id: str | None = None
    spot: Spot | None = None
    stay_until_s: float = 0.0
    glance_s: float = 0.0
    facing_rad: float = math.nan
    pose: Pose = Pose.STAND
    glide_s: float = 0.0
    turn_s: float = 0.0
    origin: PointXY = (0.0, 0.0)
    waypoints: tuple[Waypoint, ...] = ()
    path: list[PointXY] = field(default_factory=list)
    left_m: list[float] = field(default_factory=list)
    leg: int = 0
    gate: str | None = None
    gate_since_s: float = 0.0
    best_left_m: float = math.inf
    checked_s: float = 0.0
    stuck: int = 0
    detour_until_s: float = 0.0
    makes_way_until_s: float = -1.0
    makes_way_for: PointXY = (0.0, 0.0)
    detour_rad: float = 0.0
    side: int = 0
    footprints: list[Footprints] = field(default_factory=list)

    @property
    def is_present(self) -> bool:
        return self.mode not in (Mode.OUTSIDE, Mode.GONE)

    @property
    def current(self) -> Errand | None:
        return self.itinerary.errands[self.errand] if self.errand < len(self.itinerary.errands) else None

    @property
    def is_settled(self) -> bool:
        return self.mode is Mode.STAYING

    @property
    def pace_m_s(self) -> float:
        """How fast the person walks or runs when nothing is in the way."""
        pace = self.itinerary.pace_m_s
        match self.itinerary.person.aid:
            case Aid.WHEELCHAIR:
                return min(1.2, max(1.0, pace))
            case Aid.CRUTCHES:
                return min(0.9, max(0.7, pace))
        errand = self.current
        runs = errand is not None and errand.runs
        return RUN_M_S * pace / 1.3 if runs else pace

    def choose_pose(self) -> Pose:
        """Return the pose with the person's aid in it: a wheelchair is never left, crutches only to sit or lie."""
        aid = self.itinerary.person.aid
        if aid is Aid.WHEELCHAIR:
            return Pose.WHEEL
        errand = self.current
        if aid is Aid.CRUTCHES:
            return Pose.CRUTCHES if self.pose in _ON_FEET else self.pose
        runs = self.pose is Pose.WALK and errand is not None and errand.runs
        return Pose.RUN if runs else self.pose

    def wear(self, look: int | None) -> None:
        if look is not None:
            self.look = look

    @property
    def place(self) -> Place:
        return Place(floor=self.floor, at=self.at)

    def follow(self, waypoints: tuple[Waypoint, ...], *, now_s: float, drift: float = 0.0) -> None:
        """Start along a route, `drift` off the own lane."""
        self.origin = self.at
        self.waypoints = waypoints
        self.path = compute_lane(
            self.at, waypoints, lane=self.itinerary.lane + drift, abreast_m=self.itinerary.abreast_m
        )
        lengths = [math.dist(a, b) for a, b in pairwise(self.path)]
        left = [0.0]
        for length in reversed(lengths):
            left.append(left[-1] + length)
        self.left_m = left[::-1]
        self.leg = 0
        self.best_left_m = math.inf
        self.checked_s = now_s
        self.mode = Mode.WALKING
        self.pose = Pose.WALK
        self.facing_rad = math.nan

    @property
    def remaining_m(self) -> float:
        return math.dist(self.at, self.path[self.leg]) + self.left_m[self.leg]

    def aim(self) -> PointXY:
        """Move on along the path as far as it has been walked, and return the point to walk towards."""
        while self.leg < len(self.path) - 1 and self._has_passed():
            self.leg += 1
        start = self.path[self.leg - 1] if self.leg else self.origin
        end = self.path[self.leg]
        length = math.dist(start, end)
        share = _project(self.at, start, end)
        ahead_m = LOOK_AHEAD_M + share * length
        leg = self.leg
        while ahead_m > length and leg < len(self.path) - 1 and self.waypoints[leg].gate is None:
            ahead_m -= length
            leg += 1
            start, end = self.path[leg - 1], self.path[leg]
            length = math.dist(start, end)
        share = min(1.0, ahead_m / length) if length > 1e-9 else 1.0
        return (start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))

    def _has_passed(self) -> bool:
        """Tell whether the end of this leg is behind: reached, or the next leg is nearer than this one."""
        start = self.path[self.leg - 1] if self.leg else self.origin
        end, after = self.path[self.leg], self.path[self.leg + 1]
        distance = math.dist(self.at, end)
        if self.floor != self.waypoints[self.leg].floor:
            return False
        if distance < _PASSED_M:
            return True
        if self.waypoints[self.leg].gate is not None:
            return distance < 2 * _PASSED_M and _project(self.at, start, end) >= 1.0
        if distance > 2 * LOOK_AHEAD_M:
            return False
        return _compute_distance_m(self.at, end, after) <= _compute_distance_m(self.at, start, end) + 1e-6

    def glide(self, step_s: float) -> PointXY:
        """Return where the next step of sitting down or standing up leads; `glide_s` counts those really done."""
        spot = self.spot
        assert spot is not None and spot.seat_at is not None
        start, end = spot.place.at, spot.seat_at
        if self.mode is Mode.STANDING_UP:
            start, end = end, start
        left_s = GLIDE_S - self.glide_s
        rest = min(1.0, step_s / left_s) if left_s > 1e-9 else 1.0
        return (self.at[0] + rest * (end[0] - self.at[0]), self.at[1] + rest * (end[1] - self.at[1]))

    @property
    def has_glided(self) -> bool:
        return self.glide_s >= GLIDE_S - 1e-9

    def leave_footprint(self, step: int) -> None:
        if not self.is_present:
            return
        prints = self.footprints[-1] if self.footprints else None
        if prints is None or prints.first_step + len(prints.at) != step:
            prints = Footprints(first_step=step)
            self.footprints.append(prints)
        prints.at.append(self.at)
        prints.facing_rad.append(self.facing_rad)
        prints.pose.append(self.choose_pose())
        prints.floor.append(self.floor)
        prints.look.append(self.look)


def _project(at: PointXY, start: PointXY, end: PointXY) -> float:
    """Return how far along start-end a point is, 0..1."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length2 = dx * dx + dy * dy
    if length2 < 1e-12:
        return 1.0
    return min(1.0, max(0.0, ((at[0] - start[0]) * dx + (at[1] - start[1]) * dy) / length2))


def _compute_distance_m(at: PointXY, start: PointXY, end: PointXY) -> float:
    share = _project(at, start, end)
    return math.hypot(at[0] - start[0] - share * (end[0] - start[0]), at[1] - start[1] - share * (end[1] - start[1]))
