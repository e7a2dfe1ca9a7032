"""The ways of a site as points half a meter apart, each with the cameras that show a person there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.site.coverage import CHEST_M, Coverage, make_coverage
from sim.site.model import Site, WalkNode

if TYPE_CHECKING:
    import networkx as nx

FloatArray = NDArray[np.float64]

STRIDE_M = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class WayPoint:
    chest_m: FloatArray  # [3], where the chest of a person is who stands there, site coordinates
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
    return Ways(points=_look(np.asarray(chests).reshape(-1, 3), floors, coverages), graph=graph)


def _look(chests_m: FloatArray, floors: Sequence[str], coverages: Mapping[str, Coverage]) -> tuple[WayPoint, ...]:
    """Return points, [n, 3] and the floor of each, with the cameras that show them."""
    shown: dict[int, tuple[str, ...]] = {}
    for floor, coverage in coverages.items():
        own = np.flatnonzero(np.asarray(floors) == floor)
        shown.update(zip(own.tolist(), coverage.list_cameras(chests_m[own]), strict=True))
    return tuple(WayPoint(chest_m=chest_m, cameras=frozenset(shown[n])) for n, chest_m in enumerate(chests_m))


def _list_between(a: WalkNode, b: WalkNode) -> list[tuple[tuple[float, float], str]]:
    (ax, ay), (bx, by) = a.at, b.at
    count = max(1, round(float(np.hypot(bx - ax, by - ay)) / STRIDE_M))
    shares = [k / count for k in range(1, count)]
    return [((ax + s * (bx - ax), ay + s * (by - ay)), a.floor if s < 0.5 else b.floor) for s in shares]
