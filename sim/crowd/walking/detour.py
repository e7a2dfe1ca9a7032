"""Seeing people who stand in the way early enough to walk around them: ORCA alone stops in front of them."""

import math
from collections.abc import Sequence

import numpy as np

from sim.crowd.places.ground import Ground
from sim.crowd.places.segments import compute_distances
from sim.site.model import PointXY

_SEES_M = 2.0
_IN_THE_WAY_M = 0.5
_ROOM_M = (0.54, 0.36)
_WALL_ROOM_M = 0.27
_CHANGE_SIDE_RAD = 0.8
_OFFSETS_M = (0.62, 0.9, 1.25, 1.6, 2.0)


def find_way_around(
    at: PointXY, goal: PointXY, standing: Sequence[PointXY], ground: Ground, *, side: int = 0
) -> tuple[PointXY, int]:
    """Return where to walk to and on which side that is: 1 left, -1 right of someone in the way, 0 the goal itself.

    The point beside the first standing person on the straight way to the goal is the one with the smallest turn that
    leaves 0.54 m to every standing person (0.36 m if there is none) and 0.27 m to walls; when there is none of those
    either, the goal. The `side` taken before is kept unless the other is much shorter, so that nobody dithers.
    """
    distance = math.dist(at, goal)
    if distance < 1e-6:
        return goal, 0
    ux, uy = (goal[0] - at[0]) / distance, (goal[1] - at[1]) / distance
    nearest: tuple[float, PointXY] | None = None
    close: list[PointXY] = []
    for other in standing:
        gx, gy = other[0] - at[0], other[1] - at[1]
        if gx * gx + gy * gy > 9.0:
            continue
        close.append(other)
        ahead, aside = gx * ux + gy * uy, gx * uy - gy * ux
        is_in_way = 0.1 < ahead < min(_SEES_M, distance + 0.3) and abs(aside) < _IN_THE_WAY_M
        if is_in_way and (nearest is None or ahead < nearest[0]):
            nearest = (ahead, other)
    if nearest is None:
        return goal, 0
    blocker = nearest[1]
    points = [
        (blocker[0] + side * offset * uy, blocker[1] - side * offset * ux)
        for offset in _OFFSETS_M
        for side in (1.0, -1.0)
    ]
    heading = math.atan2(uy, ux)
    turns = [math.remainder(math.atan2(y - at[1], x - at[0]) - heading, 2 * math.pi) for x, y in points]
    costs = [abs(turn) + (_CHANGE_SIDE_RAD if turn * side < 0 else 0.0) for turn in turns]
    order = sorted(range(len(points)), key=lambda i: (round(costs[i], 6), i))
    people = np.asarray(close)
    here_m = np.hypot(people[:, 0] - at[0], people[:, 1] - at[1])
    for room_m in _ROOM_M:
        for index in order:
            point = points[index]
            past_m = compute_distances(people, np.asarray([(*at, *point)]))[:, 0]
            if (past_m < np.minimum(room_m, here_m - 0.01)).any():
                continue
            wall_m = float(ground.compute_clearance_m(np.asarray([point]))[0])
            if wall_m >= _WALL_ROOM_M and ground.is_clear(at, point, margin_m=0.1):
                return point, 1 if turns[index] > 0 else -1
    return goal, 0
