"""Where vehicles can stop along a road: free stretches of the curb beside an outdoor space that people walk on.

Read from the site alone. Roads run along one side of the building; what stands on them in the plates is never driven
through. A stop becomes a door of the site (`add_stops`), by which people get off and on while a vehicle stands there.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from shapely.geometry import Point, Polygon

from sim.crowd.people.people import Kind
from sim.crowd.traffic.drive import DOOR_BEHIND_FRONT_M, SIZES_M, Drive, Lane, Stand, blocks, find_drive, list_standing
from sim.site.model import Furnishing, Opening, Site, Space, WalkNode
from sim.site.plan import make_floor_plan

STOP_PREFIX = "curb-"

_CURB_M = 0.35
_CURB_TOUCHES_M = 0.6
_INSIDE_M = 1.4
_SILL_WIDTH_M = 0.5
_DOOR_FREE_M = 1.6
_ORDER = ((Kind.BUS, True), (Kind.VAN, True), (Kind.VAN, True), (Kind.BUS, False), (Kind.VAN, False))
_ENDS_M = 25.0
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
            if len(found) >= 6:
                break
            options = [
                made
                for along_m in np.arange(lane.start_m + _ENDS_M, lane.end_m - _ENDS_M, 0.5)
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
            and math.dist(node.at, sill) < 14.0
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
                width_m=1.0,
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
    return sight > 0.05, drive.in_m + drive.out_m, sight


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
