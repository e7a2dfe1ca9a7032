"""The ways from one place of a site to another, as the places they lead through."""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shapely.geometry import Point, Polygon

from sim.site.model import Site, WalkNode

if TYPE_CHECKING:
    import networkx as nx

MM_PER_M = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceWays:
    """The walk graph of a site without its rooms."""

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
        """Return for every node that can be reached the zones passed on the shortest ways to it, each sequence once."""
        import networkx as nx  # noqa: PLC0415 - loaded when first needed

        before, far = nx.dijkstra_predecessor_and_distance(self.ways, start, weight="length_mm")
        passed = {start: {tuple(self.zones[start])}}
        for node in (each for each in far if each != start):
            passed[node] = {
                _join(zones, between)
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
            ways.add_edge(a, b, length_mm=round(math.dist(*ends) * MM_PER_M))
    return PlaceWays(ways=ways, zones={name: _find_zones(areas, node) for name, node in nodes.items()})


def _join(passed: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    """Return the places passed and those that come next, none twice in a row."""
    for zone in more:
        if passed[-1:] != (zone,):
            passed = (*passed, zone)
    return passed


def _find_zones(areas: list[tuple[str, str, Polygon]], node: WalkNode) -> frozenset[str]:
    at = Point(node.at)
    return frozenset(zone for floor, zone, area in areas if floor == node.floor and area.covers(at))
