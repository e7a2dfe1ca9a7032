"""The way from one place of a site to another, as the places it leads through."""

import math
from dataclasses import dataclass
from itertools import groupby

import networkx as nx
from shapely.geometry import Point, Polygon

from sim.site.model import Site, WalkNode


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceWays:
    """The walk graph of a site without its rooms.

    Attributes:
        ways: node_ids joined by edges with their `length_m`.
        zones: zone_id of each node, None where it lies in no zone.
    """

    ways: "nx.Graph[str]"
    zones: dict[str, str | None]

    def find_between(self, start: str, end: str) -> tuple[str, ...]:
        """Return the zones on the shortest way between two, both included; () when there is none."""
        starts = sorted(node for node in self.ways if self.zones[node] == start)
        ends = sorted(node for node in self.ways if self.zones[node] == end)
        if not starts or not ends or not nx.has_path(self.ways, starts[0], ends[0]):
            return ()
        path = nx.shortest_path(self.ways, starts[0], ends[0], weight="length_m")
        passed = [zone for node in path if (zone := self.zones[node]) is not None]
        return tuple(zone for zone, _ in groupby(passed))


def make_place_ways(site: Site) -> PlaceWays:
    """Return the ways of a site; ways through doors of rooms do not count."""
    nodes = {node.node_id: node for node in site.walk_nodes if node.door is None}
    areas = [(space.floor, space.zone_id, Polygon(space.polygon)) for space in site.spaces]
    ways: nx.Graph[str] = nx.Graph()
    for a, b in site.walk_edges:
        if a in nodes and b in nodes:
            ways.add_edge(a, b, length_m=math.dist(nodes[a].at, nodes[b].at))
    return PlaceWays(ways=ways, zones={name: _find_zone(areas, node) for name, node in nodes.items()})


def _find_zone(areas: list[tuple[str, str, Polygon]], node: WalkNode) -> str | None:
    at = Point(node.at)
    return next((zone for floor, zone, area in areas if floor == node.floor and area.covers(at)), None)
