"""Keeping to a lane: a route's points moved to the right of its direction."""

import math

from sim.crowd.places.routes import Waypoint
from sim.site.model import PointXY

_FLIGHT_LANE = 0.45


def compute_lane(
    start: PointXY, waypoints: tuple[Waypoint, ...], *, lane: float, abreast_m: float = 0.0
) -> list[PointXY]:
    """Return a route's points moved to the right of its direction."""
    line = [start, *(w.at for w in waypoints)]
    moved: list[PointXY] = []
    for index, waypoint in enumerate(waypoints):
        room = max(0.0, waypoint.width_m / 2 - 0.1)
        wanted_m = max(lane, _FLIGHT_LANE) * room if waypoint.is_flight else lane * room + abreast_m
        offset = max(-room, min(room, wanted_m))
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


def _unit(a: PointXY, b: PointXY) -> tuple[float, float]:
    length = math.dist(a, b)
    return ((b[0] - a[0]) / length, (b[1] - a[1]) / length) if length > 1e-9 else (0.0, 0.0)
