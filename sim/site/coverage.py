"""What the cameras of a site can see of a person past walls, stairs and canopies; the blind stretches of its ways."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from shapely import unary_union
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from sim.site.camera import CHEST_M, CameraView, make_view
from sim.site.model import Furnishing, Opening, PointXY, Ramp, Site, WalkNode
from sim.site.plan import WALL_THICKNESS_M, FloorPlan, make_doorway, make_floor_plan, make_footprint

if TYPE_CHECKING:
    import networkx as nx


FloatArray = NDArray[np.float64]

HALF_WALL_M = WALL_THICKNESS_M / 2
SEAM_M = 0.01
ENDLESS_M = 1e3
CANOPY_ROOF_M = 0.34


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A convex thing in plan from one height to another, site coordinates."""

    outline: Polygon
    low_m: float
    high_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """Level floor: where, and how high in site coordinates. A flight of stairs is one surface a step."""

    area: BaseGeometry
    z_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorModel:
    surfaces: tuple[Surface, ...]
    blocks: tuple[Block, ...]


def make_floor_model(site: Site, floor_id: str, *, plan: FloorPlan | None = None) -> FloorModel:
    """Return a floor's surfaces, doorways included, and what hides: walls and doors, not windows or tables."""
    plan = plan or make_floor_plan(site, floor_id)
    ground_m = next(f.elevation_m for f in site.floors if f.floor_id == floor_id)
    steps = [step for ramp in site.ramps if ramp.floor == floor_id for step in _list_steps(ramp, ground_m)]
    level = _find_level_floor(site, floor_id).difference(unary_union([step.area for step in steps]))
    stairs = [
        Block(outline=part, low_m=ground_m, high_m=step.z_m)
        for step in steps
        for part in getattr(step.area, "geoms", [step.area])
        if isinstance(part, Polygon)
    ]
    blocks = (*_list_walls(site, plan, floor_id, ground_m), *_list_built(site, floor_id, ground_m), *stairs)
    return FloorModel(surfaces=(Surface(area=level, z_m=ground_m), *steps), blocks=blocks)


def make_window_slot(window: Furnishing) -> Polygon:
    """Return the part of the wall that a window is set in: the wall is behind its back edge."""
    width_m, _, height_m = window.size_m
    backwards = {"facing_deg": window.facing_deg + 180, "size_m": (width_m, 0.4, height_m)}
    return make_footprint(window.model_copy(update=backwards))


def _find_level_floor(site: Site, floor_id: str) -> BaseGeometry:
    spaces = [
        Polygon(s.polygon).buffer(0.0 if s.kind == "outdoor" else -HALF_WALL_M, join_style="mitre")
        for s in site.spaces
        if s.floor == floor_id
    ]
    doorways = [
        make_doorway(o, inward_m=HALF_WALL_M + SEAM_M, outward_m=HALF_WALL_M + SEAM_M)
        for o in site.openings
        if o.floor == floor_id and o.leads_to is not None and o.z_m <= 0
    ]
    return unary_union([*spaces, *doorways])


def _list_walls(site: Site, plan: FloorPlan, floor_id: str, ground_m: float) -> Iterable[Block]:
    windows = [f for f in site.furnishings if f.floor == floor_id and f.kind == "window"]
    slots = [make_window_slot(window) for window in windows]
    glazed = unary_union(slots)
    for x1, y1, x2, y2 in plan.walls:
        line = LineString([(x1, y1), (x2, y2)])
        for part in _list_lines(line.difference(glazed)):
            yield _make_wall(part, -ENDLESS_M, ENDLESS_M)
        for window, slot in zip(windows, slots, strict=True):
            sill_m = ground_m + window.z_m
            for part in _list_lines(line.intersection(slot)):
                yield _make_wall(part, -ENDLESS_M, sill_m)
                yield _make_wall(part, sill_m + window.size_m[2], ENDLESS_M)
    for opening in site.openings:
        if opening.floor == floor_id:
            doorway = make_doorway(opening, inward_m=HALF_WALL_M, outward_m=HALF_WALL_M)
            is_open = opening.leads_to is not None
            low_m = ground_m + opening.z_m + opening.height_m if is_open else -ENDLESS_M
            yield Block(outline=doorway, low_m=low_m, high_m=ENDLESS_M)


def _list_built(site: Site, floor_id: str, ground_m: float) -> Iterable[Block]:
    for thing in site.furnishings:
        if thing.floor == floor_id and thing.kind in ("canopy", "building"):
            high_m = ground_m + thing.z_m + thing.size_m[2]
            low_m = high_m - CANOPY_ROOF_M if thing.kind == "canopy" else ground_m + thing.z_m
            yield Block(outline=make_footprint(thing), low_m=low_m, high_m=high_m)


def _list_steps(ramp: Ramp, ground_m: float) -> Iterable[Surface]:
    outline = Polygon(ramp.polygon)
    if ramp.steps == 0:
        yield Surface(area=outline, z_m=ground_m + max(ramp.foot_z_m, ramp.top_z_m))
        return
    foot, run = np.asarray(ramp.foot), np.asarray(ramp.top) - np.asarray(ramp.foot)
    beyond = float(np.hypot(*(np.ptp(np.asarray(ramp.polygon), axis=0)))) / float(np.hypot(*run))
    across = np.array([-run[1], run[0]]) * beyond
    for number in range(ramp.steps):
        start = -beyond if number == 0 else number / ramp.steps
        end = 1 + beyond if number == ramp.steps - 1 else (number + 1) / ramp.steps
        near, far = foot + run * start, foot + run * end
        area = outline.intersection(Polygon([near - across, near + across, far + across, far - across]))
        if not area.is_empty:
            rise_m = (ramp.top_z_m - ramp.foot_z_m) * (number + 1) / ramp.steps
            yield Surface(area=area, z_m=ground_m + ramp.foot_z_m + rise_m)


def _make_wall(line: LineString, low_m: float, high_m: float) -> Block:
    return Block(outline=line.buffer(HALF_WALL_M, cap_style="flat"), low_m=low_m, high_m=high_m)


def _list_lines(shape: BaseGeometry) -> list[LineString]:
    return [p for p in getattr(shape, "geoms", [shape]) if isinstance(p, LineString) and p.length > SEAM_M]


def compute_wall_distance(walls: FloatArray, origin: FloatArray, direction: FloatArray) -> float:
    """Return the distance in meters from a point to the first wall along a unit direction; inf if there is none."""
    start = walls[:, :2] - origin
    span = walls[:, 2:] - walls[:, :2]
    cross = direction[0] * span[:, 1] - direction[1] * span[:, 0]
    parallel = np.abs(cross) < 1e-12
    safe = np.where(parallel, 1.0, cross)
    reach = (start[:, 0] * span[:, 1] - start[:, 1] * span[:, 0]) / safe
    along = (start[:, 0] * direction[1] - start[:, 1] * direction[0]) / safe
    hit = ~parallel & (reach > 1e-6) & (along >= -1e-9) & (along <= 1 + 1e-9)
    return float(reach[hit].min()) if hit.any() else float("inf")


SIGHT_M = 32.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The cameras of one floor with its walls, ready to be asked about points.

    Walls, what is over an opening or under and over a window, and doors to rooms that are not modeled end the view;
    furnishings and people do not.
    """

    plan: FloorPlan
    elevation_m: float  # height of its surface, site coordinates
    views: tuple[tuple[str, CameraView], ...]  # camera_id and geometry of each camera of the floor
    sight: FloatArray  # [n, 4], the plan's `sight` without the windows in it
    # [n, 6] x1 y1 x2 y2 of each opening and window that one can look through, its lowest and its highest point, site
    # coordinates
    openings: FloatArray

    def find_cameras(self, at: PointXY, *, z_m: float = 0.0) -> tuple[str, ...]:
        """Return the cameras that show the chest of a person who stands at a point, `z_m` above the floor."""
        (found,) = self.list_cameras(np.array([[at[0], at[1], self.elevation_m + z_m + CHEST_M]]))
        return found

    def list_cameras(self, chests_m: FloatArray) -> list[tuple[str, ...]]:
        """Return for each chest, [n, 3] in site coordinates, the cameras that show it."""
        found: list[list[str]] = [[] for _ in chests_m]
        for camera_id, view in self.views:
            pixels, depth = view.compute_pixels(chests_m)
            is_near = (depth > 0.3) & (depth < SIGHT_M)
            for n in np.flatnonzero(is_near & (pixels >= 0).all(axis=1) & (pixels < view.size_wh).all(axis=1)):
                if self._is_in_sight(view, chests_m[n]):
                    found[n].append(camera_id)
        return [tuple(cameras) for cameras in found]

    def _is_in_sight(self, view: CameraView, chest: FloatArray) -> bool:
        way = chest[:2] - view.position_m[:2]
        length = float(np.linalg.norm(way))
        if compute_wall_distance(self.sight, view.position_m[:2], way / length) <= length:
            return False
        return self._passes_openings(view.position_m, chest)

    def _passes_openings(self, start: FloatArray, end: FloatArray) -> bool:
        first, span = self.openings[:, :2], self.openings[:, 2:4] - self.openings[:, :2]
        way = end[:2] - start[:2]
        cross = way[0] * span[:, 1] - way[1] * span[:, 0]
        safe = np.where(np.abs(cross) < 1e-12, np.inf, cross)
        gap = first - start[:2]
        share = (gap[:, 0] * span[:, 1] - gap[:, 1] * span[:, 0]) / safe
        along = (gap[:, 0] * way[1] - gap[:, 1] * way[0]) / safe
        met = (share > 0) & (share < 1) & (along >= 0) & (along <= 1) & np.isfinite(safe)
        z_m = start[2] + share * (end[2] - start[2])
        return not bool((met & ((z_m < self.openings[:, 4]) | (z_m > self.openings[:, 5]))).any())


def make_coverage(site: Site, floor_id: str) -> Coverage:
    elevation_m = next((f.elevation_m for f in site.floors if f.floor_id == floor_id), 0.0)
    openings = [_measure_opening(o, elevation_m) for o in site.openings if o.floor == floor_id and o.leads_to]
    plan = make_floor_plan(site, floor_id)
    sight, windows = _cut_windows(site, floor_id, plan.sight, elevation_m)
    return Coverage(
        plan=plan,
        elevation_m=elevation_m,
        views=tuple((c.camera_id, make_view(c)) for c in site.cameras if c.floor == floor_id),
        sight=sight,
        openings=np.asarray([*openings, *windows], dtype=np.float64).reshape(-1, 6),
    )


def _measure_opening(opening: Opening, elevation_m: float) -> list[float]:
    (x, y), angle = opening.at, np.deg2rad(opening.facing_deg)
    dx, dy = -np.sin(angle) * opening.width_m / 2, np.cos(angle) * opening.width_m / 2
    low = elevation_m + opening.z_m
    return [float(v) for v in (x - dx, y - dy, x + dx, y + dy, low, low + opening.height_m)]


def _cut_windows(
    site: Site, floor_id: str, sight: FloatArray, elevation_m: float
) -> tuple[FloatArray, list[list[float]]]:
    windows = [f for f in site.furnishings if f.floor == floor_id and f.kind == "window"]
    slots = [make_window_slot(window) for window in windows]
    lines = [LineString([row[:2], row[2:]]) for row in sight]
    glazed = unary_union(slots)
    kept = [_list_ends(line.difference(glazed)) for line in lines]
    found = [
        [*ends, elevation_m + window.z_m, elevation_m + window.z_m + window.size_m[2]]
        for window, slot in zip(windows, slots, strict=True)
        for line in lines
        for ends in _list_ends(line.intersection(slot))
    ]
    return np.asarray([row for rows in kept for row in rows], dtype=np.float64).reshape(-1, 4), found


def _list_ends(shape: BaseGeometry) -> list[list[float]]:
    parts = [p for p in getattr(shape, "geoms", [shape]) if isinstance(p, LineString) and p.length > 0]
    return [[float(v) for v in (*part.coords[0], *part.coords[-1])] for part in parts]


WALK_M_S = 1.3
STEP_M = 0.25
SHORTEST_M = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindStretch:
    """A connected part of the walk graph that no camera shows. Rooms behind doors are not part of it."""

    zones: tuple[str, ...]  # zone_ids it lies in, longest part first
    cameras: tuple[str, ...]  # camera_ids that show the ways where they leave it
    doors: tuple[str, ...]  # door_ids by which people can come and go unseen
    length_m: float  # longest shortest way through it, from one end to another; to the farthest point with one end only
    walking_s: float
    total_m: float  # length of all ways in it


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageReport:
    ways_m: float  # length of all ways outside rooms
    unseen_share: float  # share of it that no camera shows, 0..1
    stretches: tuple[BlindStretch, ...]  # blind stretches of at least 1 m, longest walk first
    seen_m: dict[str, float]  # camera_id to the length of ways it shows


def make_coverage_report(site: Site) -> CoverageReport:
    """Return what the cameras show of the ways of a site, sampled every 0.25 m. Raises SiteError as `make_coverage`."""
    import networkx as nx  # noqa: PLC0415 - loaded when first needed

    coverages = {floor.floor_id: make_coverage(site, floor.floor_id) for floor in site.floors}
    ways: nx.Graph[tuple[str, ...]] = nx.Graph()
    nodes = {node.node_id: node for node in site.walk_nodes}
    for a, b in site.walk_edges:
        if nodes[a].door is None and nodes[b].door is None:
            _add_way(ways, coverages, nodes[a], nodes[b])
    lengths = [(row["length_m"], row["cameras"]) for _, _, row in ways.edges(data=True)]
    total_m = sum(length for length, _ in lengths)
    blind = ways.edge_subgraph([(a, b) for a, b, row in ways.edges(data=True) if not row["cameras"]])
    both_ways = ((a, b) for edge in site.walk_edges for a, b in (edge, edge[::-1]))
    exits = {here: nodes[there].door for here, there in both_ways if nodes[there].door is not None}
    stretches = [
        _describe(ways, blind.subgraph(part), exits)
        for part in nx.connected_components(blind)
        if blind.subgraph(part).size(weight="length_m") >= SHORTEST_M
    ]
    seen: Counter[str] = Counter()
    for length, cameras in lengths:
        seen.update(dict.fromkeys(cameras, length))
    return CoverageReport(
        ways_m=total_m,
        unseen_share=sum(length for length, cameras in lengths if not cameras) / total_m if total_m else 0.0,
        stretches=tuple(sorted(stretches, key=lambda row: (-row.length_m, row.zones))),
        seen_m={camera.camera_id: seen[camera.camera_id] for camera in site.cameras},
    )


def _add_way(ways: "nx.Graph[tuple[str, ...]]", coverages: dict[str, Coverage], a: WalkNode, b: WalkNode) -> None:
    (ax, ay), (bx, by) = a.at, b.at
    length_m = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
    count = max(1, round(length_m / STEP_M))
    points = [(a.node_id,), *((a.node_id, b.node_id, str(k)) for k in range(1, count)), (b.node_id,)]
    for k, (start, end) in enumerate(pairwise(points)):
        share = (k + 0.5) / count
        floor = a.floor if share < 0.5 else b.floor
        at = (ax + share * (bx - ax), ay + share * (by - ay))
        coverage = coverages[floor]
        ways.add_edge(
            start,
            end,
            length_m=length_m / count,
            cameras=coverage.find_cameras(at, z_m=coverage.plan.compute_floor_z(at)),
            zone=coverage.plan.find_zone(at) or "",
        )


def _describe(
    ways: "nx.Graph[tuple[str, ...]]", part: "nx.Graph[tuple[str, ...]]", exits: dict[str, str | None]
) -> BlindStretch:
    zones: Counter[str] = Counter()
    for _, _, row in part.edges(data=True):
        zones[row["zone"]] += row["length_m"]
    beyond = {
        point: {camera for _, _, row in ways.edges(point, data=True) for camera in row["cameras"]} for point in part
    }
    doors = {point: exits[point[0]] for point in part if len(point) == 1 and exits.get(point[0])}
    ends = [point for point in part if beyond[point] or point in doors]
    length_m = _measure(part, ends)
    return BlindStretch(
        zones=tuple(zone for zone, _ in zones.most_common() if zone),
        cameras=tuple(sorted({camera for cameras in beyond.values() for camera in cameras})),
        doors=tuple(sorted({door for door in doors.values() if door})),
        length_m=length_m,
        walking_s=length_m / WALK_M_S,
        total_m=float(part.size(weight="length_m")),
    )


def _measure(part: "nx.Graph[tuple[str, ...]]", ends: Sequence[tuple[str, ...]]) -> float:
    import networkx as nx  # noqa: PLC0415 - loaded when first needed

    starts = ends or list(part)[:1]
    reach = {end: nx.single_source_dijkstra_path_length(part, end, weight="length_m") for end in starts}
    if len(ends) < 2:
        return float(max(max(lengths.values()) for lengths in reach.values()))
    return float(max(reach[a][b] for a, b in combinations(ends, 2)))
