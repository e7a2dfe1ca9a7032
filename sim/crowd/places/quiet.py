"""Quiet places: where people can stand for a while without being in the way of doors, lockers, seats or walkers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import shapely

from sim.crowd.places.routes import RouteMap
from sim.crowd.places.segments import FloatArray, compute_least_distances
from sim.site.model import PointXY, Site

_GRID_M = 0.25
_BODY_ROOM_M = 0.34
_DOOR_ROOM_M = 1.3
_STOP_ROOM_M = 0.65
_NOWHERE = (1e6, 1e6)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietPoints:
    """Points of one zone with room around them."""

    floor: str  # floor_id
    at: FloatArray  # [n, 2] plan meters
    aside_m: FloatArray  # [n] how far each is from the ways people walk


@dataclass(frozen=True, slots=True, kw_only=True)
class _Survey:
    """Quiet points for one person, with how far each is from what has to be left free."""

    points: QuietPoints
    wall_m: FloatArray
    door_m: FloatArray
    stop_m: FloatArray


class QuietPlaces:
    """Looks a zone over once, and answers for rings of any size."""

    def __init__(self, site: Site, routes: RouteMap, list_stops: Callable[[str], Iterable[PointXY]]) -> None:
        """`list_stops` returns where else people stop in a zone: at its lockers and seats."""
        self._site = site
        self._routes = routes
        self._list_stops = list_stops
        self._surveys: dict[str, _Survey] = {}

    def find(self, zone: str, *, radius_m: float) -> QuietPoints:
        """Return the points of a zone with room for a ring of people of a radius around them."""
        if zone not in self._surveys:
            self._surveys[zone] = self._look_over(zone)
        survey = self._surveys[zone]
        fits = _has_room(survey.wall_m, survey.door_m, survey.stop_m, radius_m=radius_m)
        points = survey.points
        return QuietPoints(floor=points.floor, at=points.at[fits], aside_m=points.aside_m[fits])

    def _look_over(self, zone: str) -> _Survey:
        space = next(s for s in self._site.spaces if s.zone_id == zone)
        ground = self._routes.grounds[space.floor]
        at = _make_grid(space.polygon)
        at = at[shapely.intersects_xy(ground.plan.walkable, at[:, 0], at[:, 1])]
        doors = [o.at for o in self._site.openings if o.floor == space.floor]
        door_m, stop_m = _compute_gaps_m(at, doors), _compute_gaps_m(at, self._list_stops(zone))
        wall_m = ground.compute_clearance_m(at)
        kept = _has_room(wall_m, door_m, stop_m, radius_m=0.0)
        kept[kept] = ground.compute_heights_m(at[kept]) == ground.elevation_m
        kept[kept] = np.asarray([z == zone for z in ground.find_zones(at[kept])], dtype=np.bool_)
        kept[kept] = self._routes.entries.find_reachable(space.floor, at[kept])
        points = QuietPoints(floor=space.floor, at=at[kept], aside_m=self._compute_aside_m(space.floor, at[kept]))
        return _Survey(points=points, wall_m=wall_m[kept], door_m=door_m[kept], stop_m=stop_m[kept])

    def _compute_aside_m(self, floor: str, at: FloatArray) -> FloatArray:
        nodes = self._routes.nodes
        ways = [(*nodes[a].at, *nodes[b].at) for a, b in self._site.walk_edges if nodes[a].floor == floor]
        return compute_least_distances(at, np.asarray(ways, dtype=np.float64).reshape(-1, 4))


def _make_grid(polygon: Iterable[PointXY]) -> FloatArray:
    """Return points [n, 2] all over the rectangle around a polygon, column by column."""
    corners = np.asarray(polygon)
    low, high = corners.min(axis=0), corners.max(axis=0)
    grid = np.mgrid[low[0] : high[0] : _GRID_M, low[1] : high[1] : _GRID_M].reshape(2, -1).T
    return np.round(grid + _GRID_M / 2, 6)


def _compute_gaps_m(at: FloatArray, others: Iterable[PointXY]) -> FloatArray:
    """Return how far the nearest of the others is from each of the points [n, 2]: [n]; very far when there is none."""
    xy = np.asarray(list(others) or [_NOWHERE], dtype=np.float64)
    return np.asarray(np.hypot(at[:, 0, None] - xy[:, 0], at[:, 1, None] - xy[:, 1]).min(axis=1))


def _has_room(wall_m: FloatArray, door_m: FloatArray, stop_m: FloatArray, *, radius_m: float) -> np.ndarray:
    fits = (wall_m >= radius_m + _BODY_ROOM_M) & (door_m >= _DOOR_ROOM_M + radius_m)
    return np.asarray(fits & (stop_m >= _STOP_ROOM_M + radius_m))
