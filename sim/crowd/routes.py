"""Ways through a site: the shortest walk over the walk graph, with a lane to the right of its middle."""

import math
from dataclasses import dataclass

import networkx as nx

from sim.crowd.ground import Ground, make_ground
from sim.errors import ScenarioError
from sim.site.model import PointXY, Site

BODY_MARGIN_M = 0.28
_ENTRY_CANDIDATES = 6
_DOORWAY_WIDTH_M = 0.9
_SHORTCUT_M = 6.0
_DOOR_LEAF_M = 1.6
_FRAME_ROOM_M = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point on a floor."""

    floor: str
    at: PointXY


@dataclass(frozen=True, slots=True, kw_only=True)
class Waypoint:
    """One point of a route.

    Attributes:
        at: the middle of the way here.
        width_m: how far people spread across the way, 0 where the point must be met exactly.
        gate: node_id when only one person fits at a time, else None.
        is_threshold: in a doorway, which has to be passed by its middle.
    """

    floor: str
    at: PointXY
    width_m: float
    gate: str | None = None
    is_threshold: bool = False


class RouteMap:
    """The walk graph of a site, with the ground of each floor."""

    def __init__(self, site: Site) -> None:
        self.site_name = site.name
        self.grounds: dict[str, Ground] = {f.floor_id: make_ground(site, f.floor_id) for f in site.floors}
        self.nodes = {node.node_id: node for node in site.walk_nodes}
        self._door_nodes = {node.door: node.node_id for node in site.walk_nodes if node.door is not None}
        graph: nx.Graph[str] = nx.Graph()
        graph.add_nodes_from(self.nodes)
        for a, b in site.walk_edges:
            length = math.dist(self.nodes[a].at, self.nodes[b].at) + abs(self.nodes[a].z_m - self.nodes[b].z_m)
            graph.add_edge(a, b, weight=length)
        self.graph = graph
        self._thresholds = _find_thresholds(site)
        self._paths: dict[str, tuple[dict[str, float], dict[str, list[str]]]] = {}

    def get_door_node(self, door_id: str) -> str:
        """Return the node where people come and go by a door.

        Raises:
            ScenarioError: nobody can come or go there.
        """
        if door_id not in self._door_nodes:
            raise ScenarioError(
                f"door {door_id!r} of {self.site_name} has no walk node", expected=", ".join(sorted(self._door_nodes))
            )
        return self._door_nodes[door_id]

    def get_node_place(self, node_id: str) -> Place:
        """Return where a node is."""
        node = self.nodes[node_id]
        return Place(floor=node.floor, at=node.at)

    def can_reach(self, place: Place) -> bool:
        """Tell whether some node can be walked to straight from a place."""
        return bool(self.list_entries(place, most=1))

    def list_entries(self, place: Place, *, most: int = _ENTRY_CANDIDATES) -> list[tuple[str, float]]:
        """Return the nearest nodes that can be walked to straight from a place, with the distance in metres."""
        near = sorted(
            (round(math.dist(node.at, place.at), 6), node.node_id)
            for node in self.nodes.values()
            if node.floor == place.floor
        )
        ground = self.grounds[place.floor]
        entries: list[tuple[str, float]] = []
        for distance, node_id in near:
            at = self.nodes[node_id].at
            if distance < 1e-6 or any(ground.is_clear(place.at, at, margin_m=m) for m in (BODY_MARGIN_M, 0.05)):
                entries.append((node_id, distance))
            if len(entries) == most or (entries and entries[0][1] < 1e-6):
                break
        return entries

    def find_route(self, start: Place, goal: Place, *, via: tuple[str, ...] = ()) -> tuple[Waypoint, ...]:
        """Return the way from one place to another, through the nodes `via`, ending exactly at the goal.

        Raises:
            ScenarioError: there is no way.
        """
        stops = [*(self.get_node_place(node_id) for node_id in via), goal]
        waypoints: list[Waypoint] = []
        here = start
        for stop in stops:
            waypoints.extend(self._find_leg(here, stop))
            here = stop
        return tuple(waypoints)

    def _find_leg(self, start: Place, goal: Place) -> list[Waypoint]:
        end = Waypoint(floor=goal.floor, at=goal.at, width_m=0.0)
        near = math.dist(start.at, goal.at) <= _SHORTCUT_M and start.floor == goal.floor
        if near and self.grounds[start.floor].is_clear(start.at, goal.at, margin_m=BODY_MARGIN_M):
            return [end]
        best: tuple[float, str, str] | None = None
        goals = self.list_entries(goal)
        for first, head_m in self.list_entries(start):
            lengths, _ = self._get_paths(first)
            for last, tail_m in goals:
                if last in lengths:
                    option = (round(head_m + lengths[last] + tail_m, 6), first, last)
                    best = option if best is None or option < best else best
        if best is None:
            raise ScenarioError(
                f"there is no way from {start.at} to {goal.at} at {self.site_name}",
                todo="join the two places by walk_edges in site.yaml",
            )
        names = self._get_paths(best[1])[1][best[2]]
        points = [self._make_waypoint(name) for name in names]
        if math.dist(points[-1].at, goal.at) < 1e-6:
            points.pop()
        return [*self._cut_corners(start, points, end), end]

    def _get_paths(self, node_id: str) -> tuple[dict[str, float], dict[str, list[str]]]:
        if node_id not in self._paths:
            lengths = nx.single_source_dijkstra_path_length(self.graph, node_id)
            self._paths[node_id] = (lengths, nx.single_source_dijkstra_path(self.graph, node_id))
        return self._paths[node_id]

    def is_gate(self, node_id: str) -> bool:
        """Tell whether only one person fits at a node at a time."""
        node = self.nodes[node_id]
        return node.width_m < _DOORWAY_WIDTH_M and node.door is None

    def _make_waypoint(self, node_id: str) -> Waypoint:
        node = self.nodes[node_id]
        gate = node_id if self.is_gate(node_id) else None
        is_threshold = node_id in self._thresholds
        width_m = 0.0 if gate else node.width_m - (_FRAME_ROOM_M if is_threshold else 0.0)
        return Waypoint(
            floor=node.floor, at=node.at, width_m=width_m, gate=gate, is_threshold=gate is not None or is_threshold
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
        if middle.is_threshold or middle.floor != floor or after.floor != floor:
            return False
        if math.dist(before, after.at) > _SHORTCUT_M:
            return False
        return self.grounds[floor].is_clear(before, after.at, margin_m=BODY_MARGIN_M)


def compute_lane(
    start: PointXY, waypoints: tuple[Waypoint, ...], *, lane: float, abreast_m: float = 0.0
) -> list[PointXY]:
    """Return a route's points moved to the right of its direction.

    Args:
        start: where the walk begins.
        waypoints: the middle of the way.
        lane: share of half the way's width, 0 the middle, 1 the right edge, negative on the left.
        abreast_m: metres to the right of that, less where the way is narrow.
    """
    line = [start, *(w.at for w in waypoints)]
    moved: list[PointXY] = []
    for index, waypoint in enumerate(waypoints):
        room = max(0.0, waypoint.width_m / 2 - 0.1)
        offset = max(-room, min(room, lane * room + abreast_m))
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


def _unit(a: PointXY, b: PointXY) -> tuple[float, float]:
    length = math.dist(a, b)
    return ((b[0] - a[0]) / length, (b[1] - a[1]) / length) if length > 1e-9 else (0.0, 0.0)
