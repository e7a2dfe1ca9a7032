"""Ways through a site: the shortest walk over the walk graph, with a lane to the right of its middle."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import FloatArray
from sim.crowd.places.ground import Ground, make_ground
from sim.errors import ScenarioError, SiteError
from sim.site.model import PointXY, Site, WalkNode
from sim.site.plan import LEVEL_M

_SQUEEZED_MARGIN_M = 0.05
_SAME_M = 1e-6
_MOST = 6


class Entries:
    """The walk nodes of each floor, ready to be asked which of them a point has a straight way to."""

    def __init__(self, nodes: Iterable[WalkNode], grounds: Mapping[str, Ground]) -> None:
        self._grounds = grounds
        self._nodes: dict[str, list[WalkNode]] = {floor: [] for floor in grounds}
        for node in nodes:
            self._nodes[node.floor].append(node)

    def list_nearest(self, floor: str, at: PointXY, *, most: int = _MOST) -> list[tuple[str, float]]:
        """Return the nearest nodes straight from a point, with meters; a point on a node has that alone."""
        near = sorted((round(math.dist(node.at, at), 6), node.node_id, node.at) for node in self._nodes[floor])
        ground = self._grounds[floor]
        entries: list[tuple[str, float]] = []
        for distance, node_id, node_at in near:
            if distance < _SAME_M or ground.is_clear(at, node_at, margin_m=_SQUEEZED_MARGIN_M):
                entries.append((node_id, distance))
            if len(entries) == most or (entries and entries[0][1] < _SAME_M):
                break
        return entries

    def can_reach(self, floor: str, at: PointXY) -> bool:
        return bool(self.list_nearest(floor, at, most=1))

    def find_reachable(self, floor: str, points: FloatArray) -> NDArray[np.bool_]:
        """Say for each of the points [n, 2] what `can_reach` says of it: [n]."""
        ground = self._grounds[floor]
        nodes = np.asarray([node.at for node in self._nodes[floor]], dtype=np.float64).reshape(-1, 2)
        gaps_m = np.hypot(points[:, 0, None] - nodes[:, 0], points[:, 1, None] - nodes[:, 1])
        reachable = np.zeros(len(points), dtype=np.bool_)
        for nearest in np.argsort(gaps_m, axis=1, kind="stable").T:
            left = np.flatnonzero(~reachable)
            if len(left) == 0:
                break
            paths = np.concatenate([points[left], nodes[nearest[left]]], axis=1)
            is_there = gaps_m[left, nearest[left]] < _SAME_M
            reachable[left] = is_there | ground.are_clear(paths, margin_m=_SQUEEZED_MARGIN_M)
        return reachable


BODY_MARGIN_M = 0.28
WHEEL_WAY_M = 0.9
_DOORWAY_WIDTH_M = 0.9
_SHORTCUT_M = 6.0
_DOOR_LEAF_M = 1.6
_FRAME_ROOM_M = 0.5
_STAIR_COST = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    floor: str
    at: PointXY


@dataclass(frozen=True, slots=True, kw_only=True)
class Waypoint:
    floor: str
    at: PointXY  # the middle of the way here
    width_m: float  # how far people spread across the way, 0 where the point must be met exactly
    gate: str | None = None  # node_id when only one person fits at a time, else None
    is_threshold: bool = False  # in a doorway, which has to be passed by its middle
    # on a landing or at an end of stairs, where people keep to the right and go one after the other
    is_flight: bool = False


class Need(Enum):
    FEET = "feet"
    WHEELS = "wheels"


class RouteMap:
    def __init__(self, site: Site) -> None:
        import networkx as nx  # noqa: PLC0415 - loaded when first needed

        self.site_name = site.name
        self.grounds: dict[str, Ground] = {f.floor_id: make_ground(site, f.floor_id) for f in site.floors}
        self.zone_floors = {space.zone_id: space.floor for space in site.spaces}
        self.nodes = {node.node_id: node for node in site.walk_nodes}
        self.entries = Entries(site.walk_nodes, self.grounds)
        self._door_nodes = {node.door: node.node_id for node in site.walk_nodes if node.door is not None}
        graph: nx.Graph[str] = nx.Graph()
        graph.add_nodes_from(self.nodes)
        heights_m = {f.floor_id: f.elevation_m for f in site.floors}
        flights = {name for name, node in self.nodes.items() if node.z_m > LEVEL_M and node.door is None}
        for a, b in site.walk_edges:
            rise_m = abs(self._compute_z_m(a, heights_m) - self._compute_z_m(b, heights_m))
            if self.nodes[a].floor != self.nodes[b].floor and rise_m > LEVEL_M:
                raise SiteError(
                    f"walk edge [{a}, {b}] of {site.name} joins two floors with {rise_m:.2f} m between its ends",
                    expected="ends at the same height: z_m of the lower node is the upper floor's height above its own",
                    todo="correct z_m of the nodes in site.yaml",
                )
            graph.add_edge(a, b, weight=math.dist(self.nodes[a].at, self.nodes[b].at) + _STAIR_COST * rise_m)
            graph.edges[a, b]["rise_m"] = rise_m
            flights |= {a, b} if rise_m > LEVEL_M else set()
            if not self._is_open(a, b):
                raise SiteError(
                    f"walk edge [{a}, {b}] of {site.name} goes through a wall or a furnishing",
                    expected="a door or a free way between its ends",
                    todo="add the opening to site.yaml, or lead the edge round",
                )
        self.graph = graph
        self._flights = frozenset(flights)
        self._wheel_ways = graph.edge_subgraph([(a, b) for a, b in graph.edges if self._is_for_wheels(a, b)])
        self._thresholds = _find_thresholds(site)
        self._paths: dict[tuple[str, Need], tuple[dict[str, float], dict[str, list[str]]]] = {}

    def _compute_z_m(self, node_id: str, heights_m: dict[str, float]) -> float:
        node = self.nodes[node_id]
        return heights_m[node.floor] + node.z_m

    def _is_open(self, a: str, b: str) -> bool:
        """Tell whether one can walk from node to node; between floors the upper floor has the door."""
        ends = (self.nodes[a], self.nodes[b])
        floors = {node.floor for node in ends}
        return any(self.grounds[floor].is_clear(ends[0].at, ends[1].at, margin_m=0.0) for floor in sorted(floors))

    def _is_for_wheels(self, a: str, b: str) -> bool:
        """Tell whether an edge is level and wide; of the way out through a door only the inner end counts."""
        ends = self.nodes[a], self.nodes[b]
        if self.graph.edges[a, b]["rise_m"] > LEVEL_M or ends[0].floor != ends[1].floor:
            return False
        inner = [node.at for node in ends if node.door is None]
        ground = self.grounds[ends[0].floor]
        return len(inner) == 0 or ground.is_clear(inner[0], inner[-1], margin_m=WHEEL_WAY_M / 2)

    def get_door_node(self, door_id: str) -> str:
        if door_id not in self._door_nodes:
            raise ScenarioError(
                f"door {door_id!r} of {self.site_name} has no walk node", expected=", ".join(sorted(self._door_nodes))
            )
        return self._door_nodes[door_id]

    def get_node_place(self, node_id: str) -> Place:
        node = self.nodes[node_id]
        return Place(floor=node.floor, at=node.at)

    def find_route(
        self, start: Place, goal: Place, *, via: tuple[str, ...] = (), need: Need = Need.FEET
    ) -> tuple[Waypoint, ...]:
        """Return the way from one place to another, through the nodes `via`, ending exactly at the goal."""
        stops = [*(self.get_node_place(node_id) for node_id in via), goal]
        waypoints: list[Waypoint] = []
        here = start
        for stop in stops:
            waypoints.extend(self._find_leg(here, stop, need))
            here = stop
        return tuple(waypoints)

    def _find_leg(self, start: Place, goal: Place, need: Need) -> list[Waypoint]:
        end = Waypoint(floor=goal.floor, at=goal.at, width_m=0.0)
        near = math.dist(start.at, goal.at) <= _SHORTCUT_M and start.floor == goal.floor
        if near and self.grounds[start.floor].is_clear(start.at, goal.at, margin_m=BODY_MARGIN_M):
            return [end]
        best: tuple[float, str, str] | None = None
        goals = self.entries.list_nearest(goal.floor, goal.at)
        for first, head_m in self.entries.list_nearest(start.floor, start.at):
            lengths, _ = self._get_paths(first, need)
            for last, tail_m in goals:
                if last in lengths:
                    option = (round(head_m + lengths[last] + tail_m, 6), first, last)
                    best = option if best is None or option < best else best
        if best is None:
            raise self._explain(start, goal, need)
        names = self._get_paths(best[1], need)[1][best[2]]
        points = [self._make_waypoint(name) for name in names]
        if math.dist(points[-1].at, goal.at) < 1e-6:
            points.pop()
        return [*self._cut_corners(start, points, end), end]

    def _explain(self, start: Place, goal: Place, need: Need) -> ScenarioError:
        ways = f"from {_name(start)} to {_name(goal)} at {self.site_name}"
        if need is not Need.FEET:
            return ScenarioError(
                f"there is no way without stairs {ways}, at least {WHEEL_WAY_M} m wide",
                expected="places that a wheelchair can get to",
                todo="send this person elsewhere, or let someone without a wheelchair go there",
            )
        return ScenarioError(f"there is no way {ways}", todo="join the two places by walk_edges in site.yaml")

    def _get_paths(self, node_id: str, need: Need) -> tuple[dict[str, float], dict[str, list[str]]]:
        import networkx as nx  # noqa: PLC0415 - loaded when first needed

        key = (node_id, need)
        if key not in self._paths:
            graph = self.graph if need is Need.FEET else self._wheel_ways
            if node_id not in graph:
                return {}, {}
            lengths = nx.single_source_dijkstra_path_length(graph, node_id)
            self._paths[key] = (lengths, nx.single_source_dijkstra_path(graph, node_id))
        return self._paths[key]

    def is_gate(self, node_id: str) -> bool:
        node = self.nodes[node_id]
        return node.width_m < _DOORWAY_WIDTH_M and node.door is None

    def _make_waypoint(self, node_id: str) -> Waypoint:
        node = self.nodes[node_id]
        gate = node_id if self.is_gate(node_id) else None
        is_threshold = node_id in self._thresholds
        width_m = 0.0 if gate else node.width_m - (_FRAME_ROOM_M if is_threshold else 0.0)
        return Waypoint(
            floor=node.floor,
            at=node.at,
            width_m=width_m,
            gate=gate,
            is_threshold=gate is not None or is_threshold,
            is_flight=node_id in self._flights,
        )

    def _cut_corners(self, start: Place, points: list[Waypoint], end: Waypoint) -> list[Waypoint]:
        """Drop nodes near both ends that only lead astray, so that nobody walks back to a node's middle first."""
        while points and self._can_skip(start.floor, start.at, points[0], points[1] if len(points) > 1 else end):
            points = points[1:]
        while points:
            before = points[-2].at if len(points) > 1 else start.at
            if not self._can_skip(end.floor, before, points[-1], end):
                break
            points = points[:-1]
        return points

    def _can_skip(self, floor: str, before: PointXY, middle: Waypoint, after: Waypoint) -> bool:
        if middle.is_threshold or middle.is_flight or middle.floor != floor or after.floor != floor:
            return False
        if math.dist(before, after.at) > _SHORTCUT_M:
            return False
        return self.grounds[floor].is_clear(before, after.at, margin_m=BODY_MARGIN_M)


def _find_thresholds(site: Site) -> frozenset[str]:
    """Return the nodes that lie in an opening and are narrow: door leaves, however wide the glass around them is."""
    found: set[str] = set()
    for node in site.walk_nodes:
        for opening in site.openings:
            normal = math.radians(opening.facing_deg)
            gx, gy = node.at[0] - opening.at[0], node.at[1] - opening.at[1]
            out_m = abs(gx * math.cos(normal) + gy * math.sin(normal))
            along_m = abs(gy * math.cos(normal) - gx * math.sin(normal))
            is_in = opening.floor == node.floor and out_m < 0.3 and along_m < opening.width_m / 2
            if is_in and node.width_m <= _DOOR_LEAF_M:
                found.add(node.node_id)
    return frozenset(found)


def _name(place: Place) -> str:
    return f"({place.at[0]:.1f}, {place.at[1]:.1f}) on floor {place.floor}"
