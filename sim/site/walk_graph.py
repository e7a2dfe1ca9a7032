"""Where people walk on a drawn floor: places in the middle of free room, joined where a body fits, and through doors.

Places are chosen greedily by clearance, as the centers of bubbles that keep off each other (Quinlan & Khatib 1993,
doi:10.1109/ROBOT.1993.291936, elastic bands' bubbles); neighbors are those of the Delaunay triangulation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay
from shapely import contains_xy, distance, points, prepare, unary_union
from shapely.geometry import Point, Polygon

from sim.site.model import Opening, PointXY, Ramp, Site, WalkNode
from sim.site.plan import LEVEL_M, FloorPlan, find_other_floor, make_floor_plan

FloatArray = NDArray[np.float64]
_SHOULDER_M = 0.6
DOOR_BACK_M = 0.45
_TURN_M = 0.6
_NEAR_M = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class StairPlace:
    """A place on stairs: where, how high over the lower floor, how wide the way is there, meters."""

    name: str
    at: FloatArray
    z_m: float
    width_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    foot: StairPlace
    top: StairPlace
    up: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class UpperDoor:
    opening: Opening
    place: StairPlace


def list_upper_doors(site: Site, floor_id: str) -> Iterator[UpperDoor]:
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


GRID_M = 0.5
CLEAR_M = 0.55
BODY_M = 0.32
NARROW_BODY_M = 0.27
LONGEST_M = 9.0
FRONT_M = 0.9
STAIR_SILL_M = 0.4
BACK_M = {"exterior": 1.5, "gap": 0.8}
ROOM_BACK_M = 1.1
_LEAST_REACH_M, _MOST_REACH_M, _REACH_SHARE = 1.6, 4.5, 1.3
_LEAST_WIDTH_M, _MOST_WIDTH_M = 0.5, 3.4

_DETOUR = 1.06
_NEAREST = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkGraph:
    # nodes, edges: as in the site file
    nodes: tuple[WalkNode, ...]
    edges: tuple[tuple[str, str], ...]
    cut_off: tuple[str, ...]  # doors and spaces, by id, that no way reaches


@dataclass(slots=True, kw_only=True)
class _Floor:
    plan: FloorPlan
    floor_id: str
    nodes: dict[str, WalkNode] = field(default_factory=dict)
    graph: "nx.Graph[str]" = field(default_factory=nx.Graph)

    def add(self, name: str, at: FloatArray, *, width_m: float, z_m: float = 0.0, door: str | None = None) -> str:
        place = (round(float(at[0]), 2), round(float(at[1]), 2))
        width_m = round(min(max(width_m, _LEAST_WIDTH_M), _MOST_WIDTH_M), 1)
        self.nodes[name] = WalkNode(node_id=name, floor=self.floor_id, at=place, z_m=z_m, width_m=width_m, door=door)
        self.graph.add_node(name)
        return name

    def join(self, a: str, b: str, *, margin_m: float = BODY_M) -> bool:
        if not self.plan.is_clear(self.nodes[a].at, self.nodes[b].at, margin_m=margin_m):
            return False
        self.graph.add_edge(a, b)
        return True

    def measure(self, a: str, b: str) -> float:
        return float(np.hypot(*np.subtract(self.nodes[a].at, self.nodes[b].at)))


def compute_walk_graph(site: Site) -> WalkGraph:
    """Return where people walk, floors joined by stairs, for a site whose own walk nodes are left out of account."""
    built = [_build_floor(site, floor.floor_id) for floor in site.floors]
    whole: nx.Graph[str] = nx.compose_all([each.graph for each in built])
    for floor in built:
        for door in list_upper_doors(site, floor.floor_id):
            above = f"{door.opening.door_id[:34]}-sill"
            if door.place.name in whole and above in whole:
                whole.add_edge(door.place.name, above)
    parts = sorted(nx.connected_components(whole), key=lambda part: (-len(part), min(part)))
    kept: set[str] = set()
    for each in built:
        if not kept & each.nodes.keys():
            kept |= next((part for part in parts if part & each.nodes.keys()), set())
    return WalkGraph(
        nodes=tuple(node for floor in built for name, node in floor.nodes.items() if name in kept),
        edges=tuple((a, b) for a, b in whole.edges if a in kept),
        cut_off=tuple(name for floor in built for name in _find_cut_off(site, floor, kept)),
    )


def _build_floor(site: Site, floor_id: str) -> _Floor:
    floor = _Floor(plan=make_floor_plan(site, floor_id), floor_id=floor_id)
    doors = [o for o in site.openings if o.floor == floor_id and (o.leads_to is not None or o.leaf == "open")]
    fixed = [name for door in doors if door.z_m <= 0 for name in _add_door(site, floor, door)]
    flights = tuple(
        _make_flight(ramp, f"s{floor_id}-{number:02d}")
        for number, ramp in enumerate((r for r in site.ramps if r.floor == floor_id), start=1)
        if abs(ramp.top_z_m - ramp.foot_z_m) > LEVEL_M
    )
    fixed += [_add_place(floor, flight.foot) for flight in flights if flight.foot.z_m <= LEVEL_M]
    free = [
        floor.add(f"f{floor_id}-{number:03d}", at, width_m=2 * clear_m - 1.0)
        for number, (at, clear_m) in enumerate(_choose_places(floor, fixed), start=1)
    ]
    _join_neighbors(floor, [*free, *fixed])
    for name in fixed:
        part = nx.node_connected_component(floor.graph, name)
        others = [other for other in floor.nodes if other not in part and not other.endswith("-in")]
        near = sorted(others, key=lambda other: floor.measure(name, other))[:_NEAREST]
        next((other for other in near if floor.join(name, other, margin_m=NARROW_BODY_M)), None)
    # no edge that a way over one other place is hardly longer than
    for a, b in sorted(floor.graph.edges, key=lambda edge: -floor.measure(*edge)):
        length_m = floor.measure(a, b)
        shared = set(floor.graph[a]) & set(floor.graph[b])
        if any(floor.measure(a, via) + floor.measure(via, b) < _DETOUR * length_m for via in shared):
            floor.graph.remove_edge(a, b)
    _add_flights(site, floor, flights)
    return floor


def _add_place(floor: _Floor, place: StairPlace) -> str:
    return floor.add(place.name, place.at, width_m=place.width_m, z_m=place.z_m)


def _add_flights(site: Site, floor: _Floor, flights: tuple[Flight, ...]) -> None:
    for flight in flights:
        floor.graph.add_edge(*(_add_place(floor, end) for end in (flight.foot, flight.top)))
    doors = tuple(list_upper_doors(site, floor.floor_id))
    level = (r for r in site.ramps if r.floor == floor.floor_id and abs(r.top_z_m - r.foot_z_m) <= LEVEL_M)
    for landing in level:
        ends = find_ends(Polygon(landing.polygon), landing.top_z_m, flights, doors)
        names = [_add_place(floor, place) for place, _ in ends]
        for a, b in combinations(names, 2):
            floor.join(a, b, margin_m=NARROW_BODY_M)
        if nx.is_connected(floor.graph.subgraph(names)) if names else True:
            continue
        turns = [
            (
                name,
                StairPlace(name=f"{place.name}-turn", at=place.at + _TURN_M * on, z_m=place.z_m, width_m=place.width_m),
            )
            for name, (place, on) in zip(names, ends, strict=True)
            if on is not None
        ]
        for name, turn in turns:
            floor.graph.add_edge(name, _add_place(floor, turn))
        doorsteps = [name for name, (_, on) in zip(names, ends, strict=True) if on is None]
        for a, b in combinations([*(turn.name for _, turn in turns), *doorsteps], 2):
            floor.join(a, b, margin_m=NARROW_BODY_M)


def _add_door(site: Site, floor: _Floor, door: Opening) -> Iterator[str]:
    angle = np.deg2rad(door.facing_deg)
    inward, at = np.array([np.cos(angle), np.sin(angle)]), np.asarray(door.at)
    width_m = door.width_m - _SHOULDER_M
    name = f"{door.door_id[:34]}-sill"
    from_stairs = find_other_floor(site, door) is not None
    if from_stairs:
        at = at + inward * STAIR_SILL_M
    sill = floor.add(name, at, width_m=width_m if door.leads_to is not None else _LEAST_WIDTH_M)
    ends = [("front", FRONT_M)]
    if from_stairs:
        pass
    elif door.leads_to is not None:
        ends.append(("back", -FRONT_M))
    else:
        back = at - inward * BACK_M.get(door.kind, ROOM_BACK_M)
        behind = floor.add(f"{door.door_id[:34]}-in", back, width_m=width_m / 2, door=door.door_id)
        floor.graph.add_edge(sill, behind)
    for side, far_m in ends:
        place = at + inward * far_m
        if floor.plan.is_walkable((float(place[0]), float(place[1])), margin_m=BODY_M):
            end = floor.add(f"{door.door_id[:34]}-{side}", place, width_m=width_m)
            if floor.join(sill, end, margin_m=NARROW_BODY_M):
                yield end
            else:
                del floor.nodes[end]
                floor.graph.remove_node(end)
    yield sill


def _choose_places(floor: _Floor, fixed: Sequence[str]) -> Iterator[tuple[FloatArray, float]]:
    stairs = unary_union([Polygon(ramp.polygon) for ramp in floor.plan.ramps])
    room = floor.plan.walkable.buffer(-CLEAR_M).difference(stairs)
    if room.is_empty:
        return
    x1, y1, x2, y2 = floor.plan.walkable.bounds
    columns, rows = np.meshgrid(np.arange(x1, x2, GRID_M), np.arange(y1, y2, GRID_M))
    grid = np.stack([columns.ravel(), rows.ravel()], axis=1)
    prepare(room)
    grid = grid[contains_xy(room, grid[:, 0], grid[:, 1])]
    clear_m = np.asarray(distance(floor.plan.walkable.boundary, points(grid)))
    is_taken = np.zeros(len(grid), dtype=bool)
    for name in fixed:
        is_taken |= np.linalg.norm(grid - floor.nodes[name].at, axis=1) < FRONT_M
    for number in np.argsort(-np.round(clear_m, 1), kind="stable"):
        if not is_taken[number]:
            reach_m = min(max(_LEAST_REACH_M, _REACH_SHARE * float(clear_m[number])), _MOST_REACH_M)
            is_taken |= np.linalg.norm(grid - grid[number], axis=1) < reach_m
            yield grid[number], float(clear_m[number])


def _join_neighbors(floor: _Floor, names: Sequence[str]) -> None:
    if len(names) < 4:
        # qhull joggles four places or more
        pairs = set(combinations(names, 2))
    else:
        # joggled: places on one line have no triangulation
        triangles = Delaunay(np.array([floor.nodes[name].at for name in names]), qhull_options="QJ Pp").simplices
        sides = (sorted((int(t[i]), int(t[j]))) for t in triangles for i, j in ((0, 1), (1, 2), (0, 2)))
        pairs = {(names[a], names[b]) for a, b in sides}
    for a, b in sorted(pairs):
        if not floor.graph.has_edge(a, b) and floor.measure(a, b) < LONGEST_M:
            floor.join(a, b)


def _find_cut_off(site: Site, built: _Floor, kept: set[str]) -> Iterator[str]:
    places: list[PointXY] = [node.at for name, node in built.nodes.items() if name in kept]
    for space in site.spaces:
        outline = Polygon(space.polygon)
        if space.floor == built.floor_id and not any(contains_xy(outline, *at) for at in places):
            yield space.zone_id
    for name, node in built.nodes.items():
        if node.door is not None and name not in kept:
            yield node.door
