"""Where vehicles drive before a school, and where they stop: at free stretches of the curb beside a space for walkers.

Read from the site alone. Roads run along one side of the building; what stands on them in the plates is never driven
through. A stop becomes a door of the site (`add_stops`), by which people get off and on while a vehicle stands there.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Point, Polygon

from sim.crowd.people.people import FloatArray, Kind
from sim.site.model import Furnishing, Opening, Site, Space, WalkNode
from sim.site.plan import make_floor_plan

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


SPEED_M_S = 6.5
_BRAKES_M_S2 = 1.3
_SPEEDS_UP_M_S2 = 0.7
_TURNS_M = {True: (26.0, 22.0, 18.0, 15.0, 12.0, 10.0, 9.0), False: (16.0, 13.0, 10.0, 8.0, 6.5)}
_CLEAR_M = 0.15
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
    assert drive.stand is not None
    return list(outline(drive, np.asarray([drive.stand.along_m])))


def blocks(standing: Drive, other: Drive) -> bool:
    """Tell whether a standing vehicle is in the way of another that comes to its own stand or leaves it."""
    assert other.stand is not None
    along = other.stand.along_m + np.arange(-other.in_m, other.out_m + _CHECKED_M, _CHECKED_M)
    return not _is_clear(other, along, list_standing(standing))


def _is_clear(drive: Drive, along_m: FloatArray, parked: list[Polygon]) -> bool:
    rings = outline(drive, along_m)
    return all(bool((shapely.distance(rings, other) >= _CLEAR_M).all()) for other in parked)


def _is_near(ring: Polygon, lane: Lane, along_m: float) -> bool:
    middle = ring.centroid
    away = (middle.x - lane.origin[0]) * lane.onward[0] + (middle.y - lane.origin[1]) * lane.onward[1] - along_m
    return math.fabs(away) < 45


STOP_PREFIX = "curb-"

_CURB_M = 0.35
_CURB_TOUCHES_M = 0.6
_INSIDE_M = 1.4
_SILL_WIDTH_M = 0.5
_DOOR_FREE_M = 1.6
_ORDER = ((Kind.BUS, True), (Kind.VAN, True), (Kind.VAN, True), (Kind.BUS, False), (Kind.VAN, False))
_ENDS_M = 25.0
_STEP_M = 0.5
_DOOR_WIDTH_M = 1.0
_NODE_REACH_M = 14.0
_MOST = 6
_HARDLY = 0.05
_SEEN_M = 45.0
_EDGE_DEG = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    stop_id: str  # also the door_id by which people get off and on
    kind: Kind  # what fits here: a bus's place takes cars as well
    stand: Stand  # where a vehicle stands there, as the lane counts
    lane: Lane  # the road's
    door_at: tuple[float, float]  # plan point on the curb before the door
    zone: str  # the outdoor space


def find_lanes(site: Site) -> tuple[Lane, ...]:
    """Return the driving lane of each road of the ground floor that is no parking, with what is parked along it."""
    ground = min(site.floors, key=lambda floor: abs(floor.elevation_m)).floor_id
    roads = [f for f in site.furnishings if f.kind == "road" and f.text != "parking" and f.floor == ground]
    parked = tuple(_outline(f) for f in site.furnishings if f.kind in ("bus", "car") and f.floor == ground)
    return tuple(_make_lane(road, ground, parked) for road in roads)


@lru_cache(maxsize=8)
def find_stops(site: Site) -> tuple[Stop, ...]:
    """Return the places where vehicles can stop, buses' first, in the order in which the traffic passes them.

    Looking takes a quarter of a second at a school with a long road, and a drill being made asks several times.
    """
    found: list[Stop] = []
    spaces = [space for space in site.spaces if space.kind == "outdoor"]
    for lane in find_lanes(site):
        drives: list[Drive] = []
        for kind, is_seen in _ORDER:
            if len(found) >= _MOST:
                break
            options = [
                made
                for along_m in np.arange(lane.start_m + _ENDS_M, lane.end_m - _ENDS_M, _STEP_M)
                if (made := _make_stop(lane, kind, float(along_m), spaces, number=len(found) + 1, drives=drives))
                and (not is_seen or _judge_sight(made[0], site) > 0)
            ]
            if options:
                stop, drive = max(options, key=lambda made: _judge(made[0], made[1], site))
                found.append(stop)
                drives.append(drive)
    return tuple(found)


def add_stops(site: Site) -> Site:
    """Return the site with a door, a sill and a way to the walk for each stop from which there is one.

    A site that has them is returned as it is.
    """
    if any(node.door is not None and node.door.startswith(STOP_PREFIX) for node in site.walk_nodes):
        return site
    openings: list[Opening] = []
    nodes: list[WalkNode] = []
    edges: list[tuple[str, str]] = []
    for stop in find_stops(site):
        lane, (x, y) = stop.lane, stop.door_at
        plan = make_floor_plan(site, lane.floor)
        outward = (lane.to_road[0], lane.to_road[1])
        sill = (round(x, 3), round(y, 3))
        walkable = (x - 0.6 * outward[0], y - 0.6 * outward[1])
        near = sorted(
            (math.dist(node.at, sill), node.node_id)
            for node in site.walk_nodes
            if node.floor == lane.floor
            and node.door is None
            and math.dist(node.at, sill) < _NODE_REACH_M
            and plan.is_clear(walkable, node.at, margin_m=0.25)
        )
        if not near:
            continue
        inside = (round(x + _INSIDE_M * outward[0], 3), round(y + _INSIDE_M * outward[1], 3))
        name = f"Curb, {next(s.name for s in site.spaces if s.zone_id == stop.zone)}"
        openings.append(
            Opening(
                door_id=stop.stop_id,
                name=f"{name} ({stop.stop_id.removeprefix(STOP_PREFIX)})",
                floor=lane.floor,
                at=sill,
                facing_deg=math.degrees(math.atan2(-outward[1], -outward[0])),
                width_m=_DOOR_WIDTH_M,
                kind="gap",
            )
        )
        nodes += [
            WalkNode(node_id=stop.stop_id, floor=lane.floor, at=inside, width_m=_SILL_WIDTH_M, door=stop.stop_id),
            WalkNode(node_id=f"{stop.stop_id}-sill", floor=lane.floor, at=sill, width_m=_SILL_WIDTH_M),
        ]
        edges += [(stop.stop_id, f"{stop.stop_id}-sill"), (f"{stop.stop_id}-sill", near[0][1])]
    if not openings:
        return site
    return site.model_copy(
        update={
            "openings": (*site.openings, *openings),
            "walk_nodes": (*site.walk_nodes, *nodes),
            "walk_edges": (*site.walk_edges, *edges),
        }
    )


def _make_stop(
    lane: Lane, kind: Kind, along_m: float, spaces: Sequence[Space], *, number: int, drives: Sequence[Drive]
) -> tuple[Stop, Drive] | None:
    """Return the stop, if it is free and neither in the way of those before it nor they in its way."""
    length_m, width_m = SIZES_M[kind]
    x, y = lane.locate(along_m + length_m / 2 - DOOR_BEHIND_FRONT_M[kind], lane.curb_m)
    for space in spaces:
        ring = Polygon(space.polygon)
        inner = (x - 0.8 * lane.to_road[0], y - 0.8 * lane.to_road[1])
        if ring.exterior.distance(Point(x, y)) > _CURB_TOUCHES_M or not ring.contains(Point(inner)):
            continue
        edge = ring.exterior.interpolate(ring.exterior.project(Point(x, y)))
        ends = [math.dist((edge.x, edge.y), corner) for corner in space.polygon]
        if min(ends) < _DOOR_FREE_M:
            continue
        stand = Stand(along_m=along_m, aside_m=lane.curb_m - _CURB_M - width_m / 2)
        standing = tuple(ring for drive in drives for ring in list_standing(drive))
        beside = replace(lane, parked=(*lane.parked, *standing))
        drive = find_drive(beside, kind, stand)
        if drive is None or any(blocks(drive, other) for other in drives):
            return None
        stop = Stop(
            stop_id=f"{STOP_PREFIX}{number}",
            kind=kind,
            stand=stand,
            lane=beside,
            door_at=(float(edge.x), float(edge.y)),
            zone=space.zone_id,
        )
        return stop, drive
    return None


def _judge(stop: Stop, drive: Drive, site: Site) -> tuple[bool, float, float]:
    """Return how good a place is: seen at all, then how gently one drives to it and away, then how well it is seen."""
    sight = round(_judge_sight(stop, site), 6)
    return sight > _HARDLY, drive.in_m + drive.out_m, sight


def _judge_sight(stop: Stop, site: Site) -> float:
    """Return how well cameras see the door of a vehicle there: 1 for each that is near, less for one far off."""
    outdoors = [Polygon(space.polygon) for space in site.spaces if space.kind == "outdoor"]
    total = 0.0
    for camera in site.cameras:
        x, y = camera.position_m[:2]
        dx, dy = stop.door_at[0] - x, stop.door_at[1] - y
        aside = abs(math.remainder(math.atan2(dy, dx) - math.radians(camera.yaw_deg), 2 * math.pi))
        if aside < math.radians(camera.hfov_deg / 2 - _EDGE_DEG) and any(o.distance(Point(x, y)) < 1 for o in outdoors):
            total += max(0.0, 1 - math.hypot(dx, dy) / _SEEN_M)
    return total


def _make_lane(road: Furnishing, floor: str, parked: tuple[Polygon, ...]) -> Lane:
    """Return the lane of a road: traffic keeps right, with the curb that `facing_deg` points to on its right."""
    facing = math.radians(road.facing_deg)
    width_m, depth_m = road.size_m[0], road.size_m[1]
    out = (round(math.cos(facing), 9), round(math.sin(facing), 9))
    onward = (-out[1], out[0])
    back = road.at
    middle = (back[0] + out[0] * depth_m / 2, back[1] + out[1] * depth_m / 2)
    return Lane(
        floor=floor,
        origin=middle,
        onward=onward,
        to_road=(-out[0], -out[1]),
        start_m=-width_m / 2,
        end_m=width_m / 2,
        curb_m=depth_m / 2,
        aside_m=-0.4,
        parked=parked,
    )


def _outline(thing: Furnishing) -> Polygon:
    angle = math.radians(thing.facing_deg)
    c, s = math.cos(angle), math.sin(angle)
    half, depth = thing.size_m[0] / 2, thing.size_m[1]
    corners = [(-half, 0.0), (half, 0.0), (half, depth), (-half, depth)]
    return Polygon([(thing.at[0] + d * c - w * s, thing.at[1] + d * s + w * c) for w, d in corners])
