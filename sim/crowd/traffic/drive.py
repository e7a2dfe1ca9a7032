"""How a vehicle drives along a lane, pulls up at the curb, stands and pulls out again."""

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from sim.crowd.people.people import Kind

SIZES_M = {Kind.BUS: (11.0, 2.5), Kind.SEDAN: (4.8, 1.9), Kind.SUV: (4.8, 1.9), Kind.VAN: (5.1, 1.9)}
"""Length and width."""

DOOR_BEHIND_FRONT_M = {Kind.BUS: 2.0, Kind.SEDAN: 2.6, Kind.SUV: 2.6, Kind.VAN: 2.8}
"""From the front to the middle of the door that people use."""

PAINTS = (
    (0.30, 0.31, 0.32),
    (0.02, 0.03, 0.07),
    (0.24, 0.02, 0.02),
    (0.45, 0.45, 0.43),
    (0.03, 0.07, 0.05),
    (0.10, 0.10, 0.11),
)
"""Linear RGB that cars come in."""

FloatArray = NDArray[np.float64]

SPEED_M_S = 6.5
_BRAKES_M_S2 = 1.3
_SPEEDS_UP_M_S2 = 0.7
_TURNS_M = {True: (26.0, 22.0, 18.0, 15.0, 12.0, 10.0, 9.0), False: (16.0, 13.0, 10.0, 8.0, 6.5)}
_CHECKED_M = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One straight driving lane: meters along it with the traffic, aside of the road's middle toward the curb."""

    floor: str  # floor_id
    origin: tuple[float, float]  # plan point in the road's middle where both counts are 0
    onward: tuple[float, float]  # unit vector of the traffic
    to_road: tuple[float, float]  # unit vector from the curb to the road
    start_m: float  # where the road begins
    end_m: float
    curb_m: float  # how far aside the curb is
    aside_m: float  # how far aside vehicles drive
    parked: tuple[Polygon, ...]  # what stands on the road in the plates

    def locate(self, along_m: float, aside_m: float) -> tuple[float, float]:
        return (
            self.origin[0] + self.onward[0] * along_m - self.to_road[0] * aside_m,
            self.origin[1] + self.onward[1] * along_m - self.to_road[1] * aside_m,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    along_m: float
    aside_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """A way along a lane; without a stand straight through."""

    lane: Lane
    kind: Kind  # of the vehicle
    stand: Stand | None = None  # where it stops
    in_m: float = 0.0  # over how many meters it leaves the lane before it stops
    out_m: float = 0.0  # over how many it is back in it

    def compute_places(self, along_m: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return plan points [n, 2] and headings [n], radians, where the middle is so far along [n]."""
        lane = self.lane
        aside, slope = np.full(len(along_m), lane.aside_m), np.zeros(len(along_m))
        if self.stand is not None:
            for length_m, sign in ((self.in_m, 1.0), (self.out_m, -1.0)):
                gone = (along_m - self.stand.along_m) * sign
                part = (gone <= 0) & (gone > -length_m)
                u = 1 + gone[part] / length_m
                far_m = self.stand.aside_m - lane.aside_m
                aside[part] = lane.aside_m + far_m * u * u * (3 - 2 * u)
                slope[part] = sign * far_m * 6 * u * (1 - u) / length_m
        onward, curbward = np.asarray(lane.onward), -np.asarray(lane.to_road)
        at = np.asarray(lane.origin) + along_m[:, None] * onward + aside[:, None] * curbward
        ahead = onward + slope[:, None] * curbward
        return at, np.arctan2(ahead[:, 1], ahead[:, 0])


def find_drive(lane: Lane, kind: Kind, stand: Stand) -> Drive | None:
    """Return a drive to a stand and away from it that touches nothing parked; None when there is none."""
    near = [ring for ring in lane.parked if _is_near(ring, lane, stand.along_m)]
    place = Drive(lane=lane, kind=kind, stand=stand, in_m=1.0, out_m=1.0)
    if not _is_clear(place, np.asarray([stand.along_m]), near):
        return None
    lengths: list[float] = []
    for sign in (-1.0, 1.0):
        for length_m in _TURNS_M[kind is Kind.BUS]:
            trial = Drive(lane=lane, kind=kind, stand=stand, in_m=length_m, out_m=length_m)
            along = stand.along_m + sign * np.arange(0.0, length_m + _CHECKED_M, _CHECKED_M)
            if _is_clear(trial, along, near):
                lengths.append(length_m)
                break
        else:
            return None
    return Drive(lane=lane, kind=kind, stand=stand, in_m=lengths[0], out_m=lengths[1])


def compute_along(drive: Drive, at_s: float, until_s: float, times_s: FloatArray) -> FloatArray:
    """Return how far along the vehicle is [n] at times [n]: at the stand from `at_s` to `until_s`, before on its way.

    Without a stand it passes the road's middle at `at_s` at an even speed.
    """
    if drive.stand is None:
        return np.asarray((times_s - at_s) * SPEED_M_S + (drive.lane.start_m + drive.lane.end_m) / 2)
    before = _compute_way(np.maximum(at_s - times_s, 0.0), _BRAKES_M_S2)
    after = _compute_way(np.maximum(times_s - until_s, 0.0), _SPEEDS_UP_M_S2)
    return np.asarray(drive.stand.along_m - before + after)


def _compute_way(seconds: FloatArray, change_m_s2: float) -> FloatArray:
    """Return how far one gets from standing [n] in some time [n]."""
    full_s = SPEED_M_S / change_m_s2
    slow = np.minimum(seconds, full_s)
    return np.asarray(change_m_s2 * slow**2 / 2 + np.maximum(seconds - full_s, 0) * SPEED_M_S)


def outline(drive: Drive, along_m: FloatArray) -> NDArray[np.object_]:
    """Return the rectangles [n] that the vehicle covers in the plan."""
    at, heading = drive.compute_places(along_m)
    length_m, width_m = SIZES_M[drive.kind]
    corners = np.asarray([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (length_m / 2, width_m / 2)
    c, s = np.cos(heading)[:, None], np.sin(heading)[:, None]
    x = at[:, 0, None] + corners[:, 0] * c - corners[:, 1] * s
    y = at[:, 1, None] + corners[:, 0] * s + corners[:, 1] * c
    return np.asarray(shapely.polygons(np.stack([x, y], axis=-1)))


def list_standing(drive: Drive) -> list[Polygon]:
    """Return the rectangle that the vehicle covers while it stands."""
    assert drive.stand is not None
    return list(outline(drive, np.asarray([drive.stand.along_m])))


def blocks(standing: Drive, other: Drive) -> bool:
    """Tell whether a standing vehicle is in the way of another that comes to its own stand or leaves it."""
    assert other.stand is not None
    along = other.stand.along_m + np.arange(-other.in_m, other.out_m + _CHECKED_M, _CHECKED_M)
    return not _is_clear(other, along, list_standing(standing))


def _is_clear(drive: Drive, along_m: FloatArray, parked: list[Polygon]) -> bool:
    rings = outline(drive, along_m)
    return all(bool((shapely.distance(rings, other) >= 0.15).all()) for other in parked)


def _is_near(ring: Polygon, lane: Lane, along_m: float) -> bool:
    middle = ring.centroid
    away = (middle.x - lane.origin[0]) * lane.onward[0] + (middle.y - lane.origin[1]) * lane.onward[1] - along_m
    return math.fabs(away) < 45
