"""Which wall a door stands in and what is behind it, from one click beside the wall."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.polygon import orient

from sim.errors import SiteError
from sim.site.model import PointXY, Space

FloatArray = NDArray[np.float64]

REACH_M = 1.5
_OUTDOORS_LAST_M = 0.05
_BEHIND_M = 0.4
_DIGITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorPlace:
    """Where a door stands."""

    at: PointXY  # on the edge of its space
    facing_deg: float  # the direction from the wall into that space
    zone_id: str  # the space
    leads_to: str | None  # the space on the other side, None where nothing is drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wall:
    space: Space
    line: LineString
    inward: FloatArray


def place_door(spaces: Sequence[Space], at: PointXY, *, floor_id: str, width_m: float) -> DoorPlace:
    """Return the door that is meant by a click: in the nearest wall, moved along it so that it fits in."""
    point = Point(at)
    walls = [wall for s in spaces if s.floor == floor_id and _is_near(s, at) for wall in _list_walls(s)]
    near = [(_rank(wall, point), number) for number, wall in enumerate(walls)]
    rank, number = min(near, default=(float("inf"), 0))
    if rank > REACH_M:
        raise SiteError(
            "there is no wall near this door",
            expected=f"a place at most {REACH_M:g} m from the edge of a space",
            todo="draw the space first, or click nearer to its wall",
        )
    wall = walls[number]
    room_m = wall.line.length - width_m
    if room_m < 0:
        raise SiteError(
            f"a door {width_m:g} m wide does not fit into this wall of {wall.space.name}",
            expected=f"at most {wall.line.length:.1f} m",
            todo="make the door narrower or the wall longer",
        )
    along_m = min(max(wall.line.project(point), width_m / 2), width_m / 2 + room_m)
    spot = np.asarray(wall.line.interpolate(along_m).coords[0])
    behind = Point(spot - _BEHIND_M * wall.inward)
    other = next((s for s in spaces if s.floor == floor_id and Polygon(s.polygon).contains(behind)), None)
    return DoorPlace(
        at=(round(float(spot[0]), _DIGITS), round(float(spot[1]), _DIGITS)),
        facing_deg=round(float(np.rad2deg(np.arctan2(wall.inward[1], wall.inward[0]))), 1),
        zone_id=wall.space.zone_id,
        leads_to=None if other is None else other.zone_id,
    )


def _is_near(space: Space, at: PointXY) -> bool:
    """Return whether a point lies in the rectangle around a space, or in reach of it."""
    sides = zip(at, zip(*space.polygon, strict=True), strict=True)
    return all(min(values) - REACH_M <= place <= max(values) + REACH_M for place, values in sides)


def _list_walls(space: Space) -> list[_Wall]:
    corners = np.asarray(orient(Polygon(space.polygon), sign=1.0).exterior.coords)
    walls = []
    for start, end in pairwise(corners):
        along = (end - start) / np.linalg.norm(end - start)
        walls.append(_Wall(space=space, line=LineString([start, end]), inward=np.array([-along[1], along[0]])))
    return walls


def _rank(wall: _Wall, point: Point) -> float:
    """Return how far a wall is, meters: where two spaces share one, the indoor one has it."""
    return float(wall.line.distance(point)) + (_OUTDOORS_LAST_M if wall.space.kind == "outdoor" else 0.0)
