"""Where somebody on the way would go next: along the lane, round those who stand, one by one through narrow doors."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from sim.crowd.people.people import Pose
from sim.crowd.places.errands import Act, Stop
from sim.crowd.places.ground import Ground, Landings, compute_distances
from sim.crowd.places.routes import RouteMap
from sim.crowd.walking.avoidance import SAME_LEVEL_M, find_goal, find_need
from sim.crowd.walking.gait import STAIR_PACE
from sim.crowd.walking.walker import Mode, Walker
from sim.errors import ScenarioError
from sim.site.model import PointXY

LIMIT_S = 60.0
"""Somebody who got no further for this long in all at one place was stuck there."""
LEAST_PEOPLE = 5
SHARE = 0.1


class Jams:
    """Counts for how long each person got no further at each door or in each zone."""

    def __init__(self, people_count: int) -> None:
        self._people_count = people_count
        self._waited_s: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        self._stuck: dict[int, str] = {}

    def note(self, place: str, walker: Walker, seconds: float) -> None:
        """Add time in which a person wanted on and could not; `place` is named as the message is to name it."""
        waited = self._waited_s[place]
        waited[walker.number] += seconds
        if waited[walker.number] > LIMIT_S:
            self._stuck.setdefault(walker.number, place)

    def check(self, now_s: float) -> None:
        """Raise ScenarioError when more than a tenth of all, and at least five, are stuck somewhere."""
        most = max(LEAST_PEOPLE, SHARE * self._people_count)
        if len(self._stuck) < most:
            return
        places = list(self._stuck.values())
        worst = max(sorted(set(places)), key=places.count)
        longest_s = max(self._waited_s[worst].values())
        raise ScenarioError(
            f"the crowd is too dense to move: after {now_s:.0f} s, {len(self._stuck)} of {self._people_count} people "
            f"had been stuck for over {LIMIT_S:.0f} s, {places.count(worst)} of them at {worst} "
            f"(up to {longest_s:.0f} s)",
            expected=f"at most {SHARE:.0%} of the people, or {LEAST_PEOPLE - 1}",
            todo=f"send fewer people through {worst}, spread their times (at_s), or use other doors as well",
        )


_HOLD_LIMIT_S = 12.0
_FORGET_S = 0.5


class Gates:
    """Who may pass each narrow door now, and who waits for it."""

    def __init__(self) -> None:
        self._holder: dict[str, Walker] = {}
        self._queue: dict[str, dict[int, float]] = {}

    def ask(self, gate: str, walker: Walker, now_s: float) -> bool:
        """Return whether the walker may pass; if not, they wait in the queue for as long as they keep asking."""
        holder = self._holder.get(gate)
        if holder is walker:
            return True
        queue = self._queue.setdefault(gate, {})
        queue[walker.number] = now_s
        for number in [n for n, asked_s in queue.items() if now_s - asked_s > _FORGET_S]:
            del queue[number]
        if holder is not None and now_s - holder.gate_since_s > _HOLD_LIMIT_S:
            self.release(holder)
            holder = None
        if holder is not None or next(iter(queue)) != walker.number:
            return False
        del queue[walker.number]
        self.release(walker)
        self._holder[gate] = walker
        walker.gate, walker.gate_since_s = gate, now_s
        return True

    def release(self, walker: Walker) -> None:
        if walker.gate is not None:
            self._holder.pop(walker.gate, None)
            walker.gate = None


_SEES_M = 2.0
_IN_THE_WAY_M = 0.5
_ROOM_M = (0.54, 0.36)
_WALL_ROOM_M = 0.27
_CHANGE_SIDE_RAD = 0.8
_OFFSETS_M = (0.62, 0.9, 1.25, 1.6, 2.0)

_GATE_ASK_M = 1.7
_GATE_WAIT_M = 1.25
_GATE_PASSED_M = 0.85
_PROGRESS_EVERY_S = 1.6
_PROGRESS_M = 0.25
_LEAN_RAD = -0.05
_MAKES_WAY_M = 0.8
_MAKES_WAY_S = 1.0
_MAKES_WAY_M_S = 0.45
_LANDING_ROOM_M = 0.2
_LAST_M_S = 0.22
_BRAKE_M_S2 = 0.8


class Steering:
    def __init__(
        self, routes: RouteMap, walkers: Sequence[Walker], gates: Gates, parties: Mapping[int, Sequence[Walker]]
    ) -> None:
        self._routes = routes
        self._walkers = walkers
        self._gates = gates
        self._parties = parties
        self._standing: list[Walker] = []
        self._landings = Landings(routes.grounds.values())

    def look_round(self) -> None:
        """Note who stands where now; once a step, before anybody's wish is asked."""
        self._standing = [w for w in self._walkers if w.is_present and w.mode is not Mode.WALKING]

    def wish(self, walker: Walker, now_s: float) -> PointXY:
        self._change_floor(walker)
        self._watch_progress(walker, now_s)
        goal, walker.side = find_way_around(
            walker.at, walker.aim(), self._list_standing(walker), self._routes.grounds[walker.floor], side=walker.side
        )
        room_m = self._find_room_m(walker, now_s)
        if room_m <= 0:
            return (0.0, 0.0)
        dx, dy = goal[0] - walker.at[0], goal[1] - walker.at[1]
        distance = math.hypot(dx, dy)
        if distance < 1e-6:
            return (0.0, 0.0)
        speed = min(self._choose_speed(walker), _find_speed_m_s(room_m))
        angle = math.atan2(dy, dx) + (walker.detour_rad if now_s < walker.detour_until_s else _LEAN_RAD)
        if walker.remaining_m < 1.2 and now_s >= walker.detour_until_s:
            angle -= _LEAN_RAD
        return (round(speed * math.cos(angle), 4), round(speed * math.sin(angle), 4))

    def _list_standing(self, walker: Walker) -> list[PointXY]:
        x, y = walker.at
        return [
            w.at
            for w in self._standing
            if abs(w.at[0] - x) < 3.0 and abs(w.at[1] - y) < 3.0 and abs(w.z_m - walker.z_m) < SAME_LEVEL_M
        ]

    def _change_floor(self, walker: Walker) -> None:
        target = walker.waypoints[walker.leg].floor
        if target != walker.floor and self._landings.find_other_floor(walker.floor, walker.at) == target:
            at = np.asarray([walker.at])
            if self._routes.grounds[target].compute_clearance_m(at)[0] >= _LANDING_ROOM_M:
                walker.floor = target

    def _choose_speed(self, walker: Walker) -> float:
        speed = walker.pace_m_s
        if walker.is_on_flight:
            speed *= STAIR_PACE
        party = self._parties[walker.itinerary.party]
        if len(party) > 1:
            speed *= _find_haste(walker, party)
        if isinstance(walker.current, Stop | Act):
            speed = min(speed, _find_speed_m_s(walker.remaining_m))
        return speed

    def _find_room_m(self, walker: Walker, now_s: float) -> float:
        """Return how far the walker may go on: not up to a narrow door that somebody else is in."""
        if walker.gate is not None:
            node = self._routes.nodes[walker.gate]
            ahead = any(w.gate == walker.gate for w in walker.waypoints[walker.leg :])
            if not ahead and math.dist(walker.at, node.at) > _GATE_PASSED_M and not self._is_beyond(walker):
                self._gates.release(walker)
        for leg in range(walker.leg, min(walker.leg + 2, len(walker.waypoints))):
            gate = walker.waypoints[leg].gate
            if gate is None or gate == walker.gate:
                continue
            distance = math.dist(walker.at, walker.waypoints[leg].at)
            if distance < _GATE_ASK_M and not self._gates.ask(gate, walker, now_s):
                if distance < _GATE_WAIT_M:
                    walker.best_left_m, walker.checked_s = math.inf, now_s
                return distance - _GATE_WAIT_M
        return math.inf

    def _is_beyond(self, walker: Walker) -> bool:
        return walker.leg == len(walker.path) - 1 and not isinstance(walker.current, Stop | Act)

    def _watch_progress(self, walker: Walker, now_s: float) -> None:
        if now_s - walker.checked_s < _PROGRESS_EVERY_S:
            return
        walker.checked_s = now_s
        left_m = walker.remaining_m
        ground = self._routes.grounds[walker.floor]
        if left_m < walker.best_left_m - _PROGRESS_M:
            walker.best_left_m = left_m
            walker.stuck = 0
            is_same = walker.waypoints[walker.leg].floor == walker.floor
            if is_same and not ground.is_clear(walker.at, walker.path[walker.leg], margin_m=0.05):
                self._replan(walker, now_s)
            return
        walker.stuck += 1
        turn_rad, goes_left = float(walker.rng.uniform(0.6, 1.5)), walker.rng.uniform() < 0.35
        # On stairs the left is where the others come: who dodged there was swept down a flight again.
        walker.detour_rad = turn_rad if goes_left and not walker.waypoints[walker.leg].is_flight else -turn_rad
        walker.detour_until_s = now_s + 0.8
        self._ask_to_make_way(walker, now_s)
        if walker.stuck >= 2:
            self._replan(walker, now_s)

    def _ask_to_make_way(self, walker: Walker, now_s: float) -> None:
        for other in self._walkers:
            stands = other.mode is Mode.STAYING and other.moment < 0 and other.pose is not Pose.SIT
            near = abs(other.z_m - walker.z_m) < SAME_LEVEL_M
            if stands and near and math.dist(other.at, walker.at) < _MAKES_WAY_M:
                other.makes_way_until_s, other.makes_way_for = now_s + _MAKES_WAY_S, walker.at

    def _replan(self, walker: Walker, now_s: float) -> None:
        errand = walker.current
        assert errand is not None
        drift = 0.4 * float(walker.rng.uniform(-1, 1))
        stuck = walker.stuck
        need = find_need(walker.itinerary.person)
        route = self._routes.find_route(walker.place, find_goal(self._routes, errand), need=need)
        walker.follow(route, now_s=now_s, drift=drift)
        walker.stuck = stuck


def _find_speed_m_s(left_m: float) -> float:
    """Return how fast somebody may be who is to stop in so many meters without stopping dead."""
    return math.sqrt(_LAST_M_S**2 + 2 * _BRAKE_M_S2 * left_m)


def _find_haste(walker: Walker, party: Sequence[Walker]) -> float:
    """Return by how much somebody walks faster or slower to be level with those of their party on the same way."""
    mates = [
        m
        for m in party
        if m.mode is Mode.WALKING and m.errand == walker.errand and m.is_on_flight == walker.is_on_flight
    ]
    behind_m = walker.remaining_m - sum(m.remaining_m for m in mates) / len(mates)
    return min(1.2, max(0.7, 1 + 0.25 * behind_m)) if len(mates) > 1 and abs(behind_m) < 8 else 1.0


def step_aside(walker: Walker) -> PointXY:
    """Return the velocity, m/s, of a standing person who steps back from somebody stuck beside them."""
    dx, dy = walker.at[0] - walker.makes_way_for[0], walker.at[1] - walker.makes_way_for[1]
    distance = math.hypot(dx, dy)
    if distance < 1e-6:
        return (0.0, 0.0)
    return (round(_MAKES_WAY_M_S * dx / distance, 4), round(_MAKES_WAY_M_S * dy / distance, 4))


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
