"""Everybody's walk through the building: errands, routes, doors, stops, waiting for friends, getting unstuck."""

import math
from collections.abc import Sequence

import numpy as np

from sim.crowd.avoidance import SAME_LEVEL_M, Avoidance, is_free
from sim.crowd.detour import find_way_around
from sim.crowd.errands import Act, Away, Errand, Itinerary, Leave, Pass, Stop
from sim.crowd.gait import STAIR_PACE
from sim.crowd.gates import Gates
from sim.crowd.ground import find_other_floor
from sim.crowd.people import Role
from sim.crowd.routes import Place, RouteMap
from sim.crowd.track import Pose
from sim.crowd.walker import GLIDE_S, Mode, Walker
from sim.site.model import PointXY

STEP_HZ = 20.0

_ARRIVED_M = 0.12
_GIVE_UP_M = 0.9
_PASSED_M = 1.2
_GIVE_UP_PASS_M = 2.5
_DOOR_GAP_M = 0.65
_GATE_ASK_M = 1.7
_GATE_WAIT_M = 1.25
_GATE_PASSED_M = 0.85
_WAIT_FOR_FRIENDS_S = 20.0
_PROGRESS_EVERY_S = 1.6
_PROGRESS_M = 0.25
_LEAN_RAD = -0.05
_MAKES_WAY_M = 0.8
_MAKES_WAY_S = 1.0
_MAKES_WAY_M_S = 0.45
_GLANCE_S = (3.5, 9.0)
_LANDING_ROOM_M = 0.2


def walk(
    routes: RouteMap, itineraries: Sequence[Itinerary], *, steps: int, step_s: float, rng: np.random.Generator
) -> tuple[Walker, ...]:
    """Let everybody live their day for `steps` steps of `step_s` seconds; return them with their footprints."""
    streams = rng.spawn(len(itineraries))
    walkers = tuple(
        Walker(number=number, itinerary=itinerary, rng=stream, wake_s=itinerary.enter_s, door_id=itinerary.enter_door)
        for number, (itinerary, stream) in enumerate(zip(itineraries, streams, strict=True))
    )
    building = _Building(routes, walkers, step_s)
    for step in range(steps):
        building.act(round(step * step_s, 6))
        for walker in walkers:
            walker.leave_footprint(step)
        building.move(round(step * step_s, 6))
    return walkers


class _Building:
    """The walkers, the doors between them, and the clock's next step."""

    def __init__(self, routes: RouteMap, walkers: tuple[Walker, ...], step_s: float) -> None:
        self._routes = routes
        self._walkers = walkers
        self._step_s = step_s
        self._gates = Gates()
        self._avoidance = Avoidance(tuple(routes.grounds.values()), len(walkers), step_s)
        self._standing: list[Walker] = []
        self._landings = [ground for ground in routes.grounds.values() if ground.plan.portals]
        self._parties: dict[int, list[Walker]] = {}
        for walker in walkers:
            self._parties.setdefault(walker.itinerary.party, []).append(walker)

    def act(self, now_s: float) -> None:
        """Let everybody come in, arrive, finish a stop or leave, as it is time."""
        for walker in self._walkers:
            match walker.mode:
                case Mode.OUTSIDE if now_s >= walker.wake_s:
                    self._come_in(walker, now_s)
                case Mode.WALKING:
                    self._check_arrival(walker, now_s)
                case Mode.SITTING_DOWN if walker.has_glided:
                    walker.mode, walker.pose = Mode.STAYING, Pose.SIT
                case Mode.STANDING_UP if walker.has_glided:
                    self._next_errand(walker, now_s)
                case Mode.STAYING:
                    self._stay(walker, now_s)
                case _:
                    pass

    def move(self, now_s: float) -> None:
        """Move everybody one step on."""
        wishes: dict[int, PointXY] = {}
        self._standing = [w for w in self._walkers if w.is_present and w.mode is not Mode.WALKING]
        for walker in self._walkers:
            if walker.mode is Mode.WALKING:
                wishes[walker.number] = self._wish(walker, now_s)
            elif walker.mode is Mode.STAYING and now_s < walker.makes_way_until_s:
                wishes[walker.number] = _step_aside(walker)
        self._avoidance.step(self._walkers, wishes)

    def _come_in(self, walker: Walker, now_s: float) -> None:
        if walker.door_id is None:
            stop = walker.itinerary.errands[0]
            assert isinstance(stop, Stop)
            walker.floor, walker.at = stop.spot.place.floor, stop.spot.place.at
            if stop.spot.seat_at is not None:
                walker.at = stop.spot.seat_at
            self._begin_stop(walker, stop, now_s, share=walker.itinerary.left_share)
            walker.mode, walker.pose = Mode.STAYING, stop.spot.pose
            return
        node_id = self._routes.get_door_node(walker.door_id)
        node = self._routes.nodes[node_id]
        angle = float(walker.rng.uniform(0, 2 * math.pi))
        spread = max(0.0, node.width_m / 2 - 0.5)
        at = (
            round(node.at[0] + spread * math.cos(angle) * 0.3, 6),
            round(node.at[1] + spread * math.sin(angle), 6),
        )
        if spread and not self._routes.grounds[node.floor].is_clear(node.at, at, margin_m=0.25):
            at = node.at
        z_m = self._routes.grounds[node.floor].elevation_m + node.z_m
        if not is_free(self._walkers, at, z_m=z_m, gap_m=_DOOR_GAP_M, but=walker):
            return
        gate = self._find_gate_of_door(node_id)
        if gate is not None and not self._gates.ask(gate, walker, now_s):
            return
        walker.floor, walker.at, walker.z_m, walker.velocity = node.floor, at, z_m, (0.0, 0.0)
        self._begin_errand(walker, now_s)
        walker.velocity = self._wish(walker, now_s)

    def _find_gate_of_door(self, node_id: str) -> str | None:
        for neighbour in sorted(self._routes.graph.neighbors(node_id)):
            if self._routes.is_gate(neighbour):
                return str(neighbour)
        return None

    def _begin_errand(self, walker: Walker, now_s: float) -> None:
        if walker.errand >= len(walker.itinerary.errands):
            walker.mode = Mode.STAYING
            walker.velocity = (0.0, 0.0)
            walker.stay_until_s = math.inf
            walker.pose = Pose.STAND
            return
        errand = walker.itinerary.errands[walker.errand]
        via: tuple[str, ...] = errand.nodes[:-1] if isinstance(errand, Pass) else ()
        walker.follow(self._routes.find_route(walker.place, self._find_goal(errand), via=via), now_s=now_s)
        walker.stuck = 0

    def _find_goal(self, errand: Errand) -> Place:
        match errand:
            case Stop() | Act():
                return errand.spot.place
            case Pass():
                return self._routes.get_node_place(errand.nodes[-1])
            case Away() | Leave():
                return self._routes.get_node_place(self._routes.get_door_node(errand.door_id))

    def _check_arrival(self, walker: Walker, now_s: float) -> None:
        errand = walker.itinerary.errands[walker.errand]
        left_m = math.dist(walker.at, walker.path[-1])
        on_last_leg = walker.leg == len(walker.path) - 1
        reach_m = _ARRIVED_M if isinstance(errand, Stop) else 0.4
        if isinstance(errand, Pass):
            reach_m = _PASSED_M if walker.stuck == 0 else _GIVE_UP_PASS_M
        if isinstance(errand, Stop) and walker.stuck >= 2 and errand.spot.seat_at is None:
            reach_m = _GIVE_UP_M
        if not on_last_leg or left_m > reach_m:
            return
        match errand:
            case Stop():
                self._begin_stop(walker, errand, now_s, share=1.0)
            case Pass():
                self._next_errand(walker, now_s)
            case Away():
                self._gates.release(walker)
                walker.mode, walker.velocity = Mode.OUTSIDE, (0.0, 0.0)
                walker.wake_s, walker.door_id = now_s + errand.seconds, errand.back_door_id
                walker.errand += 1
                if walker.errand >= len(walker.itinerary.errands):
                    walker.mode = Mode.GONE
            case Leave():
                self._gates.release(walker)
                walker.mode, walker.velocity = Mode.GONE, (0.0, 0.0)

    def _begin_stop(self, walker: Walker, stop: Stop, now_s: float, *, share: float) -> None:
        self._gates.release(walker)
        walker.spot = stop.spot
        walker.velocity = (0.0, 0.0)
        walker.stay_until_s = now_s + stop.seconds * share
        walker.glance_s = now_s
        walker.facing_rad = stop.spot.facing_rad
        walker.pose = stop.spot.pose
        walker.mode = Mode.STAYING
        if stop.spot.seat_at is not None:
            walker.mode, walker.pose, walker.glide_s = Mode.SITTING_DOWN, Pose.WALK, 0.0
            walker.stay_until_s += GLIDE_S

    def _stay(self, walker: Walker, now_s: float) -> None:
        is_over = now_s >= walker.stay_until_s
        if is_over and self._may_go(walker, now_s):
            if walker.spot is not None and walker.spot.seat_at is not None:
                here = walker.spot.place
                if is_free(self._walkers, here.at, z_m=walker.z_m, gap_m=0.6, but=walker):
                    walker.mode, walker.pose, walker.glide_s = Mode.STANDING_UP, Pose.WALK, 0.0
                    walker.facing_rad = math.nan
            else:
                self._next_errand(walker, now_s)
            return
        if now_s >= walker.glance_s:
            self._glance(walker, now_s, waits=is_over)

    def _may_go(self, walker: Walker, now_s: float) -> bool:
        """Tell whether all friends have finished this errand too, or have been waited for long enough."""
        if now_s - walker.stay_until_s > _WAIT_FOR_FRIENDS_S:
            return True
        return all(
            mate.mode is Mode.GONE
            or mate.errand > walker.errand
            or (mate.errand == walker.errand and mate.mode is Mode.STAYING and now_s >= mate.stay_until_s)
            for mate in self._parties[walker.itinerary.party]
        )

    def _glance(self, walker: Walker, now_s: float, *, waits: bool) -> None:
        """Let a standing person look a little elsewhere, or take the phone out, once in a while."""
        walker.glance_s = now_s + float(walker.rng.uniform(*_GLANCE_S))
        turn, whim = float(walker.rng.uniform(-1, 1)), float(walker.rng.uniform())
        spot = walker.spot
        if spot is None or spot.pose is Pose.SIT:
            return
        is_student = walker.itinerary.person.role is Role.STUDENT
        if spot.pose is Pose.LOCKER and not waits:
            walker.facing_rad = spot.facing_rad + 0.12 * turn
        elif spot.pose is Pose.LOCKER:
            walker.facing_rad = spot.facing_rad + math.pi + 0.7 * turn
            walker.pose = Pose.PHONE if whim < 0.6 and is_student else Pose.STAND
        elif spot.ring_at is not None:
            walker.facing_rad = spot.facing_rad + 0.45 * turn
            walker.pose = Pose.PHONE if whim < 0.2 and is_student else Pose.STAND
        else:
            walker.facing_rad = spot.facing_rad + 0.6 * turn

    def _next_errand(self, walker: Walker, now_s: float) -> None:
        walker.errand += 1
        walker.spot = None
        self._begin_errand(walker, now_s)

    def _wish(self, walker: Walker, now_s: float) -> PointXY:
        """Return the velocity a walker would like, m/s."""
        self._change_floor(walker)
        self._watch_progress(walker, now_s)
        goal, walker.side = find_way_around(
            walker.at,
            walker.aim(),
            self._list_standing(walker),
            self._routes.grounds[walker.floor],
            side=walker.side,
        )
        if not self._may_pass(walker, now_s):
            return (0.0, 0.0)
        dx, dy = goal[0] - walker.at[0], goal[1] - walker.at[1]
        distance = math.hypot(dx, dy)
        if distance < 1e-6:
            return (0.0, 0.0)
        speed = self._choose_speed(walker)
        angle = math.atan2(dy, dx) + (walker.detour_rad if now_s < walker.detour_until_s else _LEAN_RAD)
        if walker.remaining_m < 1.2 and now_s >= walker.detour_until_s:
            angle -= _LEAN_RAD
        return (round(speed * math.cos(angle), 4), round(speed * math.sin(angle), 4))

    def _list_standing(self, walker: Walker) -> list[PointXY]:
        """Return where those are who do not walk, on the walker's level and near enough to matter."""
        x, y = walker.at
        return [
            w.at
            for w in self._standing
            if abs(w.at[0] - x) < 3.0 and abs(w.at[1] - y) < 3.0 and abs(w.z_m - walker.z_m) < SAME_LEVEL_M
        ]

    def _change_floor(self, walker: Walker) -> None:
        """Let a person on a landing that two floors share go by the walls of the floor they are bound for."""
        target = walker.waypoints[walker.leg].floor
        if target != walker.floor and find_other_floor(self._landings, walker.floor, walker.at) == target:
            at = np.asarray([walker.at])
            if self._routes.grounds[target].compute_clearance_m(at)[0] >= _LANDING_ROOM_M:
                walker.floor = target

    def _choose_speed(self, walker: Walker) -> float:
        speed = walker.itinerary.pace_m_s
        if walker.is_on_flight:
            speed *= STAIR_PACE
        mates = [
            m
            for m in self._parties[walker.itinerary.party]
            if m.mode is Mode.WALKING and m.errand == walker.errand and m.is_on_flight == walker.is_on_flight
        ]
        if len(mates) > 1:
            behind_m = walker.remaining_m - sum(m.remaining_m for m in mates) / len(mates)
            if abs(behind_m) < 8:
                speed *= min(1.2, max(0.7, 1 + 0.25 * behind_m))
        if isinstance(walker.itinerary.errands[walker.errand], Stop):
            speed = min(speed, 0.22 + 1.1 * walker.remaining_m)
        return speed

    def _may_pass(self, walker: Walker, now_s: float) -> bool:
        """Tell whether the walker may go on: not up to a narrow door that somebody else is in."""
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
            if distance < _GATE_ASK_M and not self._gates.ask(gate, walker, now_s) and distance < _GATE_WAIT_M:
                walker.best_left_m, walker.checked_s = math.inf, now_s
                return False
        return True

    def _is_beyond(self, walker: Walker) -> bool:
        """Tell whether the walker is on the last steps out through a door, where they still block it."""
        return walker.leg == len(walker.path) - 1 and not isinstance(walker.itinerary.errands[walker.errand], Stop)

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
        walker.detour_rad = float(walker.rng.uniform(0.6, 1.5)) * (1 if walker.rng.uniform() < 0.35 else -1)
        walker.detour_until_s = now_s + 0.8
        self._ask_to_make_way(walker, now_s)
        if walker.stuck >= 2:
            self._replan(walker, now_s)

    def _ask_to_make_way(self, walker: Walker, now_s: float) -> None:
        """Let people who stand close to somebody who is stuck step aside."""
        for other in self._walkers:
            stands = other.mode is Mode.STAYING and other.floor == walker.floor and other.pose is not Pose.SIT
            if stands and math.dist(other.at, walker.at) < _MAKES_WAY_M:
                other.makes_way_until_s, other.makes_way_for = now_s + _MAKES_WAY_S, walker.at

    def _replan(self, walker: Walker, now_s: float) -> None:
        errand = walker.itinerary.errands[walker.errand]
        drift = 0.4 * float(walker.rng.uniform(-1, 1))
        stuck = walker.stuck
        walker.follow(self._routes.find_route(walker.place, self._find_goal(errand)), now_s=now_s, drift=drift)
        walker.stuck = stuck


def _step_aside(walker: Walker) -> PointXY:
    """Return the velocity, m/s, of a standing person who steps back from somebody stuck beside them."""
    dx, dy = walker.at[0] - walker.makes_way_for[0], walker.at[1] - walker.makes_way_for[1]
    distance = math.hypot(dx, dy)
    if distance < 1e-6:
        return (0.0, 0.0)
    return (round(_MAKES_WAY_M_S * dx / distance, 4), round(_MAKES_WAY_M_S * dy / distance, 4))
