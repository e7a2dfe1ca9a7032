"""The ways of a site: where people leave a camera's picture and appear next, and what lies between two places.

All of it comes from the building alone. A site's ways are points half a meter apart, each with the cameras that show a
person there.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from shapely import contains_xy
from shapely.geometry import Point, Polygon

from sim.site.camera import CHEST_M, CameraView, make_view
from sim.site.coverage import WALK_M_S, Coverage, make_coverage
from sim.site.model import Site, WalkNode

if TYPE_CHECKING:
    import networkx as nx


FloatArray = NDArray[np.float64]
STRIDE_M = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class WayPoint:
    chest_m: FloatArray  # [3], where the chest of a person is who stands there, site coordinates
    zone_id: str  # of the place it lies in, "" for none
    cameras: frozenset[str]  # camera_ids of the cameras that show it


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The walk graph in short pieces: `graph` joins numbers of `points`, edges have `length_m`."""

    points: tuple[WayPoint, ...]
    graph: "nx.Graph[int]"


def make_ways(site: Site) -> Ways:
    """Return the ways of a site. Rooms behind doors are part of them, as places no camera shows."""
    import networkx as nx  # noqa: PLC0415 - loaded when first needed

    coverages = {floor.floor_id: make_coverage(site, floor.floor_id) for floor in site.floors}
    chests: list[tuple[float, float, float]] = []
    floors: list[str] = []
    graph: nx.Graph[int] = nx.Graph()

    def add(at: tuple[float, float], floor: str) -> int:
        coverage = coverages[floor]
        chests.append((*at, coverage.elevation_m + coverage.plan.compute_floor_z(at) + CHEST_M))
        floors.append(floor)
        graph.add_node(len(chests) - 1)
        return len(chests) - 1

    nodes = {node.node_id: node for node in site.walk_nodes}
    numbers = {node.node_id: add(node.at, node.floor) for node in site.walk_nodes}
    for a, b in site.walk_edges:
        ends = (nodes[a], nodes[b])
        between = [add(at, floor) for at, floor in _list_between(*ends)]
        chain = [numbers[a], *between, numbers[b]]
        length_m = float(np.hypot(*np.subtract(ends[1].at, ends[0].at)))
        for start, end in pairwise(chain):
            graph.add_edge(start, end, length_m=length_m / (len(chain) - 1))
    return Ways(points=_look(site, np.asarray(chests).reshape(-1, 3), floors, coverages), graph=graph)


def _look(
    site: Site, chests_m: FloatArray, floors: Sequence[str], coverages: Mapping[str, Coverage]
) -> tuple[WayPoint, ...]:
    zones = [""] * len(floors)
    for space in site.spaces:
        inside = contains_xy(Polygon(space.polygon), chests_m[:, 0], chests_m[:, 1])
        for n in np.flatnonzero(inside & (np.asarray(floors) == space.floor)).tolist():
            zones[n] = space.zone_id
    shown: dict[int, tuple[str, ...]] = {}
    for floor, coverage in coverages.items():
        own = np.flatnonzero(np.asarray(floors) == floor)
        shown.update(zip(own.tolist(), coverage.list_cameras(chests_m[own]), strict=True))
    return tuple(
        WayPoint(chest_m=chest_m, zone_id=zones[n], cameras=frozenset(shown[n])) for n, chest_m in enumerate(chests_m)
    )


def _list_between(a: WalkNode, b: WalkNode) -> list[tuple[tuple[float, float], str]]:
    (ax, ay), (bx, by) = a.at, b.at
    count = max(1, round(float(np.hypot(bx - ax, by - ay)) / STRIDE_M))
    shares = [k / count for k in range(1, count)]
    return [((ax + s * (bx - ax), ay + s * (by - ay)), a.floor if s < 0.5 else b.floor) for s in shares]


MOST_CAMERAS = 2
NEAR_IN_PICTURE = 0.15
NEAR_ALIKE = 0.4
FARTHEST_M = 80.0
BEHIND_M = 5.0
BEFORE_M = 3.0
GOOD_VIEW_M = 6.0
GOOD_VIEW_WEIGHT = 0.5
ONWARD_M = 1.5
SIDE_WEIGHT = 4.0  # of where a way out lies in the picture, in heights from its middle, beside the step out of it


@dataclass(frozen=True, slots=True, kw_only=True)
class NextCamera:
    """A camera that shows a person next, and the walking time until then at 1.3 m/s; 0 when it shows them already."""

    camera_id: str
    walking_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkZone:
    # [2] shares 0..1 of the picture's width and height: the chest of a person who is about to leave
    at: tuple[float, float]
    above_y: float  # the same for a point over that person's head; may lie outside the picture
    turn_deg: float  # which way in the picture it lies and they go on, clockwise, 0 to the right
    cameras: tuple[NextCamera, ...]  # one or two, the likelier first, then another view of the same hall


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reach:
    """How far a camera's view is: walking meters, and the same with what it is set back behind other cameras."""

    meters: float
    order_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leaving:
    """One way out: the last point in the picture, and the cameras that can come next."""

    at: tuple[float, float]  # as in `LinkZone`
    above_y: float  # as in `LinkZone`
    onward: tuple[float, float]  # [2], right and down in the picture: to where the way out lies and goes on
    reaches: Mapping[str, _Reach]  # by camera_id


def compute_links(site: Site) -> dict[str, tuple[LinkZone, ...]]:
    """Return each camera's link zones by camera_id; none for a camera that nobody can walk away from to another.

    People are taken to follow the walk graph. Where a way leaves what a camera shows, all ways on from there are
    followed until another camera shows them, or the first camera again.
    """
    ways = make_ways(site)
    halls = {camera.camera_id: _find_hall(ways, camera.camera_id) for camera in site.cameras}
    return {
        camera.camera_id: _find_zones(
            ways,
            make_view(camera),
            camera.camera_id,
            same_hall=frozenset(each for each, hall in halls.items() if hall and hall == halls[camera.camera_id]),
        )
        for camera in site.cameras
    }


def _find_hall(ways: Ways, camera_id: str) -> str:
    shown = Counter(point.zone_id for point in ways.points if camera_id in point.cameras and point.zone_id)
    return min(shown, key=lambda zone_id: (-shown[zone_id], zone_id), default="")


def describe_links(site: Site) -> dict[str, Any]:
    return {
        camera_id: [
            {
                "x": zone.at[0],
                "y": zone.at[1],
                "above_y": zone.above_y,
                "turn_deg": zone.turn_deg,
                "cameras": [{"camera_id": c.camera_id, "walking_s": c.walking_s} for c in zone.cameras],
            }
            for zone in zones
        ]
        for camera_id, zones in compute_links(site).items()
    }


def _find_zones(ways: Ways, view: CameraView, camera_id: str, *, same_hall: frozenset[str]) -> tuple[LinkZone, ...]:
    leavings = [[leaving] for leaving in _list_leavings(ways, view, camera_id)]
    near = _gather(leavings, lambda a, b: _is_near(a[0].at, b[0].at, NEAR_IN_PICTURE))

    def belong_together(one: list[_Leaving], other: list[_Leaving]) -> bool:
        a, b = _join(one, same_hall), _join(other, same_hall)
        return _is_near(a.at, b.at, NEAR_ALIKE) and {c.camera_id for c in a.cameras} == {c.camera_id for c in b.cameras}

    return tuple(_join(zone, same_hall) for zone in _gather(near, belong_together))


def _gather(
    groups: list[list[_Leaving]], are_one: Callable[[list[_Leaving], list[_Leaving]], bool]
) -> list[list[_Leaving]]:
    joined: list[list[_Leaving]] = []
    for group in groups:
        home = next((each for each in joined if are_one(each, group)), None)
        if home is None:
            joined.append(list(group))
        else:
            home.extend(group)
    return joined


def _is_near(a: tuple[float, float], b: tuple[float, float], reach: float) -> bool:
    return float(np.hypot(a[0] - b[0], a[1] - b[1])) < reach


def _join(zone: list[_Leaving], same_hall: frozenset[str]) -> LinkZone:
    best: dict[str, _Reach] = {}
    for leaving in zone:
        for camera_id, reach in leaving.reaches.items():
            if camera_id not in best or reach.order_m < best[camera_id].order_m:
                best[camera_id] = reach
    ordered = sorted(best.items(), key=lambda item: (item[1].order_m, item[0]))
    # who walks on down the same hall passes others by, which are nearer
    nearest = ordered[:MOST_CAMERAS] + [each for each in ordered[MOST_CAMERAS:] if each[0] in same_hall][:1]
    x, y = np.mean([leaving.at for leaving in zone], axis=0)
    right, down = np.mean([leaving.onward for leaving in zone], axis=0)
    return LinkZone(
        at=(round(float(x), 3), round(float(y), 3)),
        above_y=round(min(leaving.above_y for leaving in zone), 3),
        turn_deg=round(float(np.rad2deg(np.arctan2(down, right))), 1),
        cameras=tuple(NextCamera(camera_id=c, walking_s=round(r.meters / WALK_M_S, 1)) for c, r in nearest),
    )


def _list_leavings(ways: Ways, view: CameraView, camera_id: str) -> Iterable[_Leaving]:
    shown = {n for n, point in enumerate(ways.points) if camera_id in point.cameras}
    for inside in sorted(shown):
        for outside in sorted(set(ways.graph[inside]) - shown):
            reaches = _find_next(ways, inside, outside, shown)
            reaches.pop(camera_id, None)
            if reaches:
                way = (ways.points[inside].chest_m, ways.points[outside].chest_m)
                yield _describe(view, *way, reaches=reaches)


def _describe(
    view: CameraView, inside_m: FloatArray, outside_m: FloatArray, *, reaches: Mapping[str, _Reach]
) -> _Leaving:
    above_m = inside_m + np.array([0.0, 0.0, 0.9])
    step = outside_m - inside_m
    onward_m = inside_m + step / max(float(np.linalg.norm(step)), 1e-6) * ONWARD_M
    pixels, depth = view.compute_pixels(np.stack([inside_m, above_m, onward_m]))
    size = np.asarray(view.size_wh, dtype=np.float64)
    way = pixels[2] - pixels[0] if depth[2] > 0 else pixels[0] - size / 2
    # a step behind glass or at the far end of a hall may go anywhere: one walks to where the way out is seen
    aside = SIDE_WEIGHT * (pixels[0] - size / 2) / size[1]
    right, down = way / max(float(np.linalg.norm(way)), 1e-6) + aside
    x, y = pixels[0] / size
    return _Leaving(
        at=(float(x), float(y)),
        above_y=float(pixels[1, 1] / size[1]),
        onward=(float(right), float(down)),
        reaches=reaches,
    )


def _find_next(ways: Ways, inside: int, outside: int, shown: set[int]) -> dict[str, _Reach]:
    """Return the cameras that can show a person next who walks out over an edge, and how near each is.

    Those that show them a few meters before count as well: people do not keep to the middle of their way.
    """
    meters = dict.fromkeys(ways.points[inside].cameras, 0.0)
    orders = dict(meters)
    seen_m: dict[str, float] = defaultdict(float)
    first_m = float(ways.graph.edges[inside, outside]["length_m"])
    for length_m, point, is_behind in _walk(ways, outside, first_m, shown, is_behind=bool(meters)):
        for camera_id in ways.points[point].cameras:
            meters.setdefault(camera_id, length_m)
            orders.setdefault(camera_id, length_m + (BEHIND_M if is_behind else 0.0))
            if length_m < meters[camera_id] + GOOD_VIEW_M:
                seen_m[camera_id] += STRIDE_M
    for length_m, point, _ in _walk(ways, inside, 0.0, set(ways.graph) - shown, is_behind=False, farthest_m=BEFORE_M):
        for camera_id in ways.points[point].cameras:
            meters.setdefault(camera_id, 0.0)
            orders.setdefault(camera_id, length_m + BEHIND_M)
    return {
        c: _Reach(meters=meters[c], order_m=orders[c] - min(seen_m[c], GOOD_VIEW_M) * GOOD_VIEW_WEIGHT) for c in meters
    }


def _walk(
    ways: Ways, start: int, start_m: float, barred: set[int], *, is_behind: bool, farthest_m: float = FARTHEST_M
) -> Iterable[tuple[float, int, bool]]:
    """Yield points by their walking meters from the start, with whether a camera shows the way there already."""
    queue = [(start_m, start, is_behind)]
    done: set[int] = set()
    while queue:
        length_m, point, is_behind = heappop(queue)
        if point in done or length_m > farthest_m:
            continue
        done.add(point)
        yield length_m, point, is_behind
        is_behind = is_behind or bool(ways.points[point].cameras)
        for neighbor, row in ways.graph[point].items():
            if neighbor not in done and neighbor not in barred:
                heappush(queue, (length_m + row["length_m"], neighbor, is_behind))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceWays:
    ways: "nx.Graph[str]"  # node_ids joined by edges with their `length_mm`, whole millimeters, stairs with their slope
    # zone_ids that each node touches: one inside a place, two on the border of two, none outside all
    zones: Mapping[str, frozenset[str]]

    def find_all(self, start: str, ends: Collection[str]) -> Mapping[str, frozenset[tuple[str, ...]]]:
        """Return, by the zone it ends in, the zones that shortest ways from one lead through, both included, in order.

        There is one shortest way for every node inside the first place and every node inside the second, more where two
        are equally long to the millimeter; nodes on a border are in neither place. Each sequence of zones is told once;
        () is one of them when there is no way from some node to some other. Without a node inside: an empty set.
        """
        found: dict[str, set[tuple[str, ...]]] = {end: set() for end in ends}
        inside = {end: self._list_inside(end) for end in ends}
        for node in self._list_inside(start):
            passed = self._list_passed(node)
            for end, nodes in inside.items():
                found[end].update(zones for other in nodes for zones in passed.get(other, {()}))
        return {end: frozenset(ways) for end, ways in found.items()}

    def _list_inside(self, zone: str) -> list[str]:
        return sorted(node for node in self.ways if self.zones[node] == {zone})

    def _list_passed(self, start: str) -> Mapping[str, set[tuple[str, ...]]]:
        import networkx as nx  # noqa: PLC0415 - loaded when first needed

        before, far = nx.dijkstra_predecessor_and_distance(self.ways, start, weight="length_mm")
        passed = {start: {tuple(self.zones[start])}}
        for node in (each for each in far if each != start):
            passed[node] = {
                _extend(zones, between)
                for last in before[node]
                for between in (self._list_between(last, node),)
                for zones in passed[last]
            }
        return passed

    def _list_between(self, here: str, there: str) -> list[str]:
        """Return where the stretch between two neighbors lies: in what both touch, else in each one's own place."""
        shared = self.zones[here] & self.zones[there]
        touched = [shared] if shared else [self.zones[here], self.zones[there]]
        return [zone for zones in touched if len(zones) == 1 for zone in zones]


def make_place_ways(site: Site) -> PlaceWays:
    """Return the ways of a site; ways through doors of rooms do not count."""
    import networkx as nx  # noqa: PLC0415 - loaded when first needed

    nodes = {node.node_id: node for node in site.walk_nodes if node.door is None}
    surface_m = {floor.floor_id: floor.elevation_m for floor in site.floors}
    areas = [(space.floor, space.zone_id, Polygon(space.polygon)) for space in site.spaces]
    ways: nx.Graph[str] = nx.Graph()
    for a, b in site.walk_edges:
        if a in nodes and b in nodes:
            ends = [(*node.at, surface_m[node.floor] + node.z_m) for node in (nodes[a], nodes[b])]
            ways.add_edge(a, b, length_mm=round(math.dist(*ends) * 1000))
    zones = {
        name: frozenset(zone for floor, zone, area in areas if floor == node.floor and area.covers(Point(node.at)))
        for name, node in nodes.items()
    }
    return PlaceWays(ways=ways, zones=zones)


def _extend(passed: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    for zone in more:
        if passed[-1:] != (zone,):
            passed = (*passed, zone)
    return passed
