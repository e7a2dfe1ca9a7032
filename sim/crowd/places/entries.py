"""Which walk nodes can be walked to straight from a point: where a way over the walk graph begins and ends."""

import math
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from sim.crowd.places.ground import Ground
from sim.crowd.places.segments import FloatArray
from sim.site.model import PointXY, WalkNode

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
        """Return the nearest nodes that can be walked to straight from a point, with the distance in meters.

        A point on a node has that node alone.
        """
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
        """Tell whether some node can be walked to straight from a point."""
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
