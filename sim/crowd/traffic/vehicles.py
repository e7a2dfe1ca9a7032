"""The vehicles of a scenario file: which come when, and where they are in every frame."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import shapely
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.crowd.people.people import FloatArray, Kind, VehicleTrack
from sim.crowd.traffic.drive import (
    PAINTS,
    SIZES_M,
    STOP_PREFIX,
    Drive,
    compute_along,
    find_drive,
    find_lanes,
    find_stops,
    outline,
)
from sim.errors import ScenarioError
from sim.site.model import Identifier, Site

OPENS_S = 1.5
"""So long after a vehicle stands people get off and on."""
_LAST_CALL_S = 5.0
_APART_M = 0.4


class Vehicle(BaseModel):
    """A vehicle. With `stop` it stands there from `from_s` to `to_s`; without, it is half-way along the road then."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    from_s: float = Field(ge=-600, le=3600)
    stop: Identifier | None = None
    to_s: float | None = Field(default=None, le=7200)

    @model_validator(mode="after")
    def _check_times(self) -> "Vehicle":
        if (self.stop is None) != (self.to_s is None):
            raise ValueError("a vehicle that stops needs stop and to_s, one that passes neither")
        if self.to_s is not None and self.to_s < self.from_s + 2 * (OPENS_S + _LAST_CALL_S):
            raise ValueError(f"a vehicle stands for at least {2 * (OPENS_S + _LAST_CALL_S):g} s")
        return self


def list_hours(vehicles: Sequence[Vehicle]) -> dict[str, tuple[tuple[float, float], ...]]:
    hours: dict[str, list[tuple[float, float]]] = {}
    for vehicle in sorted(vehicles, key=lambda v: v.from_s):
        if vehicle.stop is not None and vehicle.to_s is not None:
            hours.setdefault(vehicle.stop, []).append((vehicle.from_s + OPENS_S, vehicle.to_s - _LAST_CALL_S))
    return {stop: tuple(times) for stop, times in hours.items()}


class Road:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.lanes = find_lanes(site)
        self.stops = {stop.stop_id: stop for stop in find_stops(site)}

    def find_drive(self, vehicle: Vehicle, *, number: int) -> Drive:
        if not self.lanes:
            raise ScenarioError(f"vehicles.{number}: {self.site.name} has no road", todo="leave vehicles out")
        if vehicle.stop is None:
            return Drive(lane=self.lanes[0], kind=vehicle.kind)
        stop = self.stops.get(vehicle.stop)
        if stop is None:
            raise ScenarioError(
                f"vehicles.{number}: {vehicle.stop!r} is no stop of {self.site.name}",
                expected=f"one of {', '.join(self.stops)}"
                if self.stops
                else "vehicles without a stop: no place is free",
            )
        drive = find_drive(stop.lane, vehicle.kind, stop.stand) if _fits(vehicle.kind, stop.kind) else None
        if drive is None:
            raise ScenarioError(f"vehicles.{number}: no {vehicle.kind.value} fits {vehicle.stop!r}", expected="a car")
        return drive


def check_vehicles(vehicles: Sequence[Vehicle], *, road: Road, duration_s: float) -> None:
    """Check that vehicles and their stops exist at the site and that no two are ever in one place."""
    times = np.arange(0, duration_s, 0.5)
    drives = [road.find_drive(vehicle, number=number) for number, vehicle in enumerate(vehicles)]
    rings = [outline(drive, _compute(drive, v, times)) for drive, v in zip(drives, vehicles, strict=True)]
    for (first, a), (second, b) in combinations(enumerate(rings), 2):
        touching = shapely.distance(a, b) < _APART_M
        if touching.any():
            raise ScenarioError(
                f"vehicles.{second} is inside vehicles.{first} or touches it at {times[touching][0]:g} s",
                todo="let one of them come later",
            )


def make_vehicle_tracks(
    vehicles: Sequence[Vehicle], *, site: Site, fps: float, frame_count: int, rng: np.random.Generator
) -> tuple[VehicleTrack, ...]:
    """Return where all vehicles are while they are on the road; `rng` decides the paint of cars."""
    if not vehicles:
        return ()
    tracks: list[VehicleTrack] = []
    road = Road(site)
    times = np.arange(frame_count) / fps
    for number, vehicle in enumerate(vehicles):
        drive = road.find_drive(vehicle, number=number)
        rgb = PAINTS[int(rng.integers(len(PAINTS)))]
        along = _compute(drive, vehicle, times)
        frames = np.flatnonzero((along >= drive.lane.start_m) & (along <= drive.lane.end_m))
        if len(frames) == 0:
            continue
        at, heading = drive.compute_places(along[frames])
        until_s = vehicle.to_s if vehicle.to_s is not None else -np.inf
        now = times[frames]
        xyz_m: FloatArray = np.column_stack([at, np.zeros(len(at))])
        tracks.append(
            VehicleTrack(
                vehicle_id=f"vehicle-{number + 1}",
                kind=vehicle.kind,
                rgb=rgb,
                first_frame=int(frames[0]),
                xyz_m=np.round(xyz_m, 6),
                heading_rad=np.round(heading, 6),
                is_open=(now >= vehicle.from_s + OPENS_S / 2) & (now <= until_s - OPENS_S),
                floor=drive.lane.floor,
            )
        )
    return tuple(tracks)


def _compute(drive: Drive, vehicle: Vehicle, times_s: FloatArray) -> FloatArray:
    return compute_along(drive, vehicle.from_s, vehicle.to_s or vehicle.from_s, times_s)


def _fits(kind: Kind, place: Kind) -> bool:
    return SIZES_M[kind] <= SIZES_M[place]


def is_stop(door_id: str) -> bool:
    return door_id.startswith(STOP_PREFIX)
