"""Where people walk on stairs: the ends of flights, the turns on landings, and the doors that stairs come up to."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import Point, Polygon

from sim.site.model import Opening, Ramp, Site
from sim.site.plan import LEVEL_M, find_other_floor

FloatArray = NDArray[np.float64]

DOOR_BACK_M = 0.45
_TURN_M = 0.6
_NEAR_M = 0.05
_SHOULDER_M = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class StairPlace:
    """A place on stairs: where, how high over the lower floor, how wide the way is there, meters."""

    name: str
    at: FloatArray
    z_m: float
    width_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """One flight or ramp with the places at its ends."""

    foot: StairPlace
    top: StairPlace
    up: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class UpperDoor:
    """A door of the floor above, with the place on the landing before it."""

    opening: Opening
    place: StairPlace


def list_flights(site: Site, floor_id: str) -> tuple[Flight, ...]:
    return tuple(
        _make_flight(ramp, f"s{floor_id}-{number:02d}")
        for number, ramp in enumerate((r for r in site.ramps if r.floor == floor_id), start=1)
        if abs(ramp.top_z_m - ramp.foot_z_m) > LEVEL_M
    )


def list_landings(site: Site, floor_id: str) -> tuple[tuple[Polygon, float], ...]:
    """Return the landings of a floor above its surface, with their heights."""
    level = (r for r in site.ramps if r.floor == floor_id and abs(r.top_z_m - r.foot_z_m) <= LEVEL_M)
    return tuple((Polygon(ramp.polygon), ramp.top_z_m) for ramp in level)


def list_upper_doors(site: Site, floor_id: str) -> Iterator[UpperDoor]:
    """Yield the doors on floors above that the stairs of a floor come up to."""
    heights_m = {floor.floor_id: floor.elevation_m for floor in site.floors}
    for door in site.openings:
        if door.z_m <= 0 and find_other_floor(site, door) == floor_id:
            angle = np.deg2rad(door.facing_deg)
            place = StairPlace(
                name=f"{door.door_id[:34]}-land",
                at=np.asarray(door.at) - DOOR_BACK_M * np.array([np.cos(angle), np.sin(angle)]),
                z_m=heights_m[door.floor] - heights_m[floor_id],
                width_m=door.width_m - _SHOULDER_M,
            )
            yield UpperDoor(opening=door, place=place)


def find_ends(
    landing: Polygon, z_m: float, flights: tuple[Flight, ...], doors: tuple[UpperDoor, ...]
) -> tuple[tuple[StairPlace, FloatArray | None], ...]:
    """Return what meets on a landing: ends of flights, each with the way on from it, and places before doors."""
    ends: list[tuple[StairPlace, FloatArray | None]] = []
    for flight in flights:
        ends += [(flight.foot, -flight.up), (flight.top, flight.up)]
    ends += [(door.place, None) for door in doors]
    return tuple(
        (place, onward)
        for place, onward in ends
        if abs(place.z_m - z_m) <= LEVEL_M and landing.distance(Point(*place.at)) < _NEAR_M
    )


def make_turn(place: StairPlace, onward: FloatArray) -> StairPlace:
    """Return the place on a landing where somebody turns who comes from the end of a flight."""
    return StairPlace(name=f"{place.name}-turn", at=place.at + _TURN_M * onward, z_m=place.z_m, width_m=place.width_m)


def _make_flight(ramp: Ramp, name: str) -> Flight:
    foot, top = np.asarray(ramp.foot, dtype=np.float64), np.asarray(ramp.top, dtype=np.float64)
    up = (top - foot) / np.linalg.norm(top - foot)
    corners = np.asarray(ramp.polygon) @ np.array([-up[1], up[0]])
    width_m = float(np.ptp(corners)) - _SHOULDER_M
    return Flight(
        foot=StairPlace(name=f"{name}-foot", at=foot, z_m=ramp.foot_z_m, width_m=width_m),
        top=StairPlace(name=f"{name}-top", at=top, z_m=ramp.top_z_m, width_m=width_m),
        up=up,
    )
