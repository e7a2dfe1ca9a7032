"""Blind stretches: the parts of a site's ways that no camera shows, and how long it takes to walk through them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from sim.site.coverage import Coverage, make_coverage
from sim.site.model import Site, WalkNode

if TYPE_CHECKING:
    import networkx as nx

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
    """How much of a site's ways its cameras show."""

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
    exits = {row[0]: nodes[row[1]].door for row in _list_room_edges(site, nodes)}
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


def _list_room_edges(site: Site, nodes: dict[str, WalkNode]) -> Iterable[tuple[str, str]]:
    """Yield (node outside, node with a door) of every edge that leads through a door."""
    for a, b in site.walk_edges:
        if nodes[b].door is not None:
            yield a, b
        if nodes[a].door is not None:
            yield b, a


def _add_way(ways: "nx.Graph[tuple[str, ...]]", coverages: dict[str, Coverage], a: WalkNode, b: WalkNode) -> None:
    """Add the way between two nodes as pieces of about 0.25 m, each with the cameras that show its middle."""
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
