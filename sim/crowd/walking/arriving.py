"""Getting there: when somebody counts as arrived, and how a stop, an act, an absence or the way out begins."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.crowd.people.people import Aid, Pose
from sim.crowd.places.errands import Act, Away, Errand, Leave, Pass, Stop
from sim.crowd.places.routes import RouteMap
from sim.crowd.walking.acting import Acting
from sim.crowd.walking.avoidance import GAP_M, find_goal, find_need, is_free, name_errand
from sim.crowd.walking.steering import Gates, Jams, Steering
from sim.crowd.walking.walker import GLIDE_S, STUCK, Mode, Walker
from sim.errors import ScenarioError
from sim.site.model import PointXY, WalkNode

STEP_HZ = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Frames of a recording, how many a second and in all; people move in steps of at most 1 / `STEP_HZ` seconds."""

    fps: float
    frame_count: int

    @property
    def steps_a_frame(self) -> int:
        return max(1, math.ceil(STEP_HZ / self.fps - 1e-9))

    @property
    def step_s(self) -> float:
        return 1.0 / (self.fps * self.steps_a_frame)

    @property
    def step_count(self) -> int:
        """Steps of the whole recording; the last one is the last frame."""
        return (self.frame_count - 1) * self.steps_a_frame + 1

    def find_frame(self, at_s: float) -> int:
        """Return the first frame at or after a time in seconds; a time after the end is the frame after the last."""
        return self.frame_count if math.isinf(at_s) else min(self.frame_count, math.ceil(at_s * self.fps - 1e-6))


class Hours:
    """Opening times by door; a door that has none is always open."""

    def __init__(self, hours: Mapping[str, tuple[tuple[float, float], ...]] | None = None) -> None:
        """`hours`: of each door from when to when it is open, seconds."""
        self._hours = dict(hours or {})

    def is_open(self, door_id: str | None, now_s: float) -> bool:
        if door_id not in self._hours:
            return True
        return any(start_s <= now_s <= end_s for start_s, end_s in self._hours[door_id])


_FIRST_GLANCE_S = 2.0


class SettingOut:
    def __init__(self, routes: RouteMap, acting: Acting) -> None:
        self._routes = routes
        self._acting = acting

    def go_on(self, walker: Walker, now_s: float) -> None:
        """Let a person be done with their errand and begin the next one. Raises as `begin`."""
        errand = walker.current
        if isinstance(errand, Stop):
            self._acting.end(errand.event_id, walker, now_s)
        walker.errand += 1
        walker.spot = None
        self.begin(walker, now_s)

    def begin(self, walker: Walker, now_s: float) -> None:
        """Send a person off to their errand, leaving out acts that were called off; or let them stay."""
        walker.moment, walker.is_held = -1, False
        errand = walker.current
        while isinstance(errand, Act) and self._acting.is_called_off(errand):
            walker.errand += 1
            errand = walker.current
        if errand is None or (isinstance(errand, Act) and not self._acting.has_come(errand.departs, now_s)):
            _hold(walker, now_s, is_held=errand is not None)
            return
        via: tuple[str, ...] = errand.nodes[:-1] if isinstance(errand, Pass) else ()
        person = walker.itinerary.person
        try:
            goal = find_goal(self._routes, errand)
            route = self._routes.find_route(walker.place, goal, via=via, need=find_need(person))
        except ScenarioError as error:
            raise ScenarioError(
                f"{person.person_id} of day {walker.itinerary.day_id}, step {walker.errand + 1} "
                f"({name_errand(errand)}): {error.what.rstrip('.')}",
                expected=error.expected,
                todo=error.todo,
            ) from error
        walker.follow(route, now_s=now_s)
        walker.stuck = 0


def _hold(walker: Walker, now_s: float, *, is_held: bool) -> None:
    walker.rest_rad = math.atan2(walker.velocity[1], walker.velocity[0])
    walker.mode, walker.velocity, walker.stay_until_s = Mode.STAYING, (0.0, 0.0), math.inf
    walker.pose, walker.facing_rad, walker.is_held = Pose.STAND, walker.rest_rad, is_held
    walker.glance_s = now_s + _FIRST_GLANCE_S


_ARRIVED_M = 0.12
_GIVE_UP_M = 0.9
_NEXT_TO_M = 0.3
_GIVE_UP_ACT_M = 0.45
_PASSED_M = 1.2
_GIVE_UP_PASS_M = 2.5
_AT_DOOR_M = 0.4
_LEAVING_M = 3.0
_TURN_RAD_S = 1.7

_CURB_M = 3.0
_QUEUE_M = 0.6
_STUCK_M = 9.0


class Arriving:
    """Notices who has got where they were going, and begins what they came for."""

    def __init__(
        self, routes: RouteMap, gates: Gates, acting: Acting, setting_out: SettingOut, *, hours: Hours
    ) -> None:
        self._routes = routes
        self._gates = gates
        self._acting = acting
        self._setting_out = setting_out
        self._hours = hours

    def check(self, walker: Walker, now_s: float) -> None:
        """Begin what a walking person came for once they are near enough to where it is."""
        errand = walker.current
        assert errand is not None
        left_m = math.dist(walker.at, walker.path[-1])
        on_last_leg = walker.leg == len(walker.path) - 1
        if isinstance(errand, Leave) and self._waits_for_door(walker, errand, now_s):
            return
        self._note_start(walker, errand, now_s)
        if not on_last_leg or left_m > _find_reach_m(walker, errand):
            return
        match errand:
            case Stop():
                self._acting.begin(errand.event_id, walker, now_s)
                self.begin_stop(walker, errand, now_s, share=1.0)
            case Act():
                self.begin_act(walker, errand, now_s)
            case Pass():
                self._acting.end(errand.event_id, walker, now_s)
                self._setting_out.go_on(walker, now_s)
            case Away():
                self._acting.begin(errand.event_id, walker, now_s)
                self._go_out(walker, Mode.OUTSIDE)
                walker.wake_s, walker.door_id = now_s + errand.seconds, errand.back_door_id
                walker.errand += 1
                if walker.errand >= len(walker.itinerary.errands):
                    walker.mode = Mode.GONE
            case Leave():
                self._acting.end(errand.event_id, walker, now_s)
                self._go_out(walker, Mode.GONE)

    def _waits_for_door(self, walker: Walker, leave: Leave, now_s: float) -> bool:
        """Let a person stand some way from a door that is shut: a vehicle that has not come yet, or has left."""
        if self._hours.is_open(leave.door_id, now_s):
            return False
        room_m = _CURB_M + _QUEUE_M * (walker.number % 5)
        if walker.remaining_m > room_m and not (walker.stuck >= STUCK and walker.remaining_m < _STUCK_M):
            return False
        self._gates.release(walker)
        walker.rest_rad = walker.facing_rad = math.atan2(walker.velocity[1], walker.velocity[0])
        walker.mode, walker.pose, walker.velocity, walker.spot = Mode.STAYING, Pose.STAND, (0.0, 0.0), None
        walker.stay_until_s, walker.glance_s = math.inf, now_s + _FIRST_GLANCE_S
        return True

    def _go_out(self, walker: Walker, mode: Mode) -> None:
        self._gates.release(walker)
        walker.mode, walker.velocity = mode, (0.0, 0.0)

    def _note_start(self, walker: Walker, errand: Errand, now_s: float) -> None:
        """Note that somebody is at the first node of a way that is an event, or nearly out at a door that is one."""
        if not errand.event_id or errand.event_id in self._acting.events:
            return
        if isinstance(errand, Pass):
            first = self._routes.nodes[errand.nodes[0]]
            if walker.floor == first.floor and math.dist(walker.at, first.at) < _PASSED_M:
                self._acting.begin(errand.event_id, walker, now_s)
        elif isinstance(errand, Leave) and walker.remaining_m < _LEAVING_M:
            self._acting.begin(errand.event_id, walker, now_s)

    def begin_stop(self, walker: Walker, stop: Stop, now_s: float, *, share: float) -> None:
        """Let a person stop at a spot for a share of the stop's seconds; to sit they turn round first."""
        self._gates.release(walker)
        arrival_rad = math.atan2(walker.velocity[1], walker.velocity[0])
        walker.spot = stop.spot
        walker.velocity = (0.0, 0.0)
        walker.stay_until_s = now_s + stop.seconds * share
        walker.glance_s = now_s
        walker.facing_rad = stop.spot.facing_rad
        walker.pose = stop.spot.pose
        walker.mode = Mode.STAYING
        if math.dist(walker.at, stop.spot.place.at) > _NEXT_TO_M:
            self._wait_beside(walker, stop, arrival_rad, now_s)
            return
        if stop.spot.seat_at is not None and walker.itinerary.person.aid is not Aid.WHEELCHAIR:
            turn_s = abs(math.remainder(walker.facing_rad - arrival_rad, 2 * math.pi)) / _TURN_RAD_S + 0.4
            walker.mode, walker.pose, walker.turn_s = Mode.TURNING, Pose.STAND, now_s + turn_s
            walker.stay_until_s += GLIDE_S + turn_s

    def _wait_beside(self, walker: Walker, stop: Stop, arrival_rad: float, now_s: float) -> None:
        """Let a person who found their locker or place taken stand where they are instead, for as long."""
        if stop.spot.seat_at is not None and math.dist(walker.at, stop.spot.seat_at) <= _NEXT_TO_M:
            return
        walker.spot, walker.pose = None, Pose.STAND
        walker.rest_rad = walker.facing_rad = arrival_rad
        walker.glance_s = now_s + _FIRST_GLANCE_S

    def begin_act(self, walker: Walker, act: Act, now_s: float) -> None:
        self._gates.release(walker)
        walker.spot, walker.velocity, walker.facing_rad = act.spot, (0.0, 0.0), act.spot.facing_rad
        walker.mode, walker.pose, walker.moment = Mode.STAYING, Pose.STAND, -1
        walker.arrived_s, walker.glance_s, walker.stay_until_s = now_s, now_s + _FIRST_GLANCE_S, math.inf


def _find_reach_m(walker: Walker, errand: Errand) -> float:
    """Return how near counts as there: nearly on the spot, or not quite for somebody who is stuck."""
    is_stuck = walker.stuck >= STUCK
    match errand:
        case Stop():
            return _GIVE_UP_M if is_stuck and errand.spot.seat_at is None else _ARRIVED_M
        case Act():
            return _GIVE_UP_ACT_M if is_stuck else _ARRIVED_M
        case Pass():
            return _PASSED_M if walker.stuck == 0 else _GIVE_UP_PASS_M
        case _:
            return _AT_DOOR_M


_DOOR_GAP_M = 0.65
_JAMB_M = 0.5
_JAMB_MARGIN_M = 0.25
_FIRST_GAP_M = 0.03
_RINGS = 12


class ComingIn:
    def __init__(
        self,
        routes: RouteMap,
        walkers: Sequence[Walker],
        *,
        gates: Gates,
        jams: Jams,
        acting: Acting,
        steering: Steering,
        setting_out: SettingOut,
        arriving: Arriving,
        step_s: float,
        hours: Hours,
    ) -> None:
        self._routes = routes
        self._walkers = walkers
        self._gates = gates
        self._jams = jams
        self._acting = acting
        self._steering = steering
        self._setting_out = setting_out
        self._arriving = arriving
        self._step_s = step_s
        self._hours = hours

    def come_in(self, walker: Walker, now_s: float) -> None:
        """Let a person in, unless somebody is in their door: then they try again at the next step."""
        if walker.door_id is None:
            self._begin_inside(walker, now_s)
            return
        if not self._hours.is_open(walker.door_id, now_s):
            return
        node_id = self._routes.get_door_node(walker.door_id)
        node = self._routes.nodes[node_id]
        at = self._draw_place(walker, node)
        ground = self._routes.grounds[node.floor]
        z_m = ground.elevation_m + node.z_m
        gate = self._find_gate_of_door(node_id)
        is_clear = is_free(self._walkers, at, z_m=z_m, gap_m=_DOOR_GAP_M, but=walker)
        if not is_clear or (gate is not None and not self._gates.ask(gate, walker, now_s)):
            self._jams.note(f"door {walker.door_id}", walker, self._step_s)
            return
        walker.floor, walker.at, walker.z_m, walker.velocity = node.floor, at, z_m, (0.0, 0.0)
        self._finish_away(walker, now_s)
        self._setting_out.begin(walker, now_s)
        if walker.mode is Mode.WALKING:
            walker.velocity = self._steering.wish(walker, now_s)

    def _draw_place(self, walker: Walker, node: WalkNode) -> PointXY:
        """Return where in a wide door somebody comes in; a narrow one has its middle only."""
        angle = float(walker.rng.uniform(0, 2 * math.pi))
        spread = max(0.0, node.width_m / 2 - _JAMB_M)
        at = (round(node.at[0] + spread * math.cos(angle) * 0.3, 6), round(node.at[1] + spread * math.sin(angle), 6))
        if spread and not self._routes.grounds[node.floor].is_clear(node.at, at, margin_m=_JAMB_MARGIN_M):
            return node.at
        return at

    def _begin_inside(self, walker: Walker, now_s: float) -> None:
        errand = walker.current
        assert isinstance(errand, Stop | Act)
        walker.floor, walker.at = errand.spot.place.floor, errand.spot.place.at
        walker.z_m = self._routes.grounds[walker.floor].compute_height_m(walker.at)
        if isinstance(errand, Act):
            self._arriving.begin_act(walker, errand, now_s)
            return
        if errand.spot.seat_at is not None and walker.itinerary.person.aid is not Aid.WHEELCHAIR:
            walker.at = errand.spot.seat_at
        walker.at = self._find_free_place(walker)
        self._arriving.begin_stop(walker, errand, now_s, share=walker.itinerary.left_share)
        walker.mode = Mode.STAYING
        if walker.spot is not None:
            walker.pose = errand.spot.pose

    def _find_free_place(self, walker: Walker) -> PointXY:
        ground = self._routes.grounds[walker.floor]
        gap_m = GAP_M + _FIRST_GAP_M
        for ring in range(_RINGS):
            for turn in range(max(1, 6 * ring)):
                angle, out_m = 2 * math.pi * turn / max(1, 6 * ring), 0.3 * ring
                x, y = walker.at[0] + out_m * math.cos(angle), walker.at[1] + out_m * math.sin(angle)
                at = (round(x, 6), round(y, 6))
                if not is_free(self._walkers, at, z_m=walker.z_m, gap_m=gap_m, but=walker):
                    continue
                if ring == 0 or ground.is_clear(walker.at, at, margin_m=_JAMB_MARGIN_M):
                    return at
        return walker.at

    def _finish_away(self, walker: Walker, now_s: float) -> None:
        before = walker.itinerary.errands[walker.errand - 1] if walker.errand else None
        if isinstance(before, Away):
            walker.wear(before.look)
            self._acting.end(before.event_id, walker, now_s)

    def _find_gate_of_door(self, node_id: str) -> str | None:
        for neighbor in sorted(self._routes.graph.neighbors(node_id)):
            if self._routes.is_gate(neighbor):
                return str(neighbor)
        return None
