"""Everybody's day in the building, step by step: coming in, errands, stops, acts, waiting for friends, leaving."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.crowd.acting import Acting, check_cues
from sim.crowd.avoidance import Avoidance, is_free
from sim.crowd.errands import Act, Away, Errand, Itinerary, Leave, Pass, Stop
from sim.crowd.gates import Gates
from sim.crowd.jams import Jams
from sim.crowd.people import Aid
from sim.crowd.routes import Place, RouteMap
from sim.crowd.staying import Pastimes
from sim.crowd.steering import Steering, find_need, step_aside
from sim.crowd.track import Pose
from sim.crowd.walker import GLIDE_S, Mode, Walker
from sim.errors import ScenarioError
from sim.site.model import PointXY

_ARRIVED_M = 0.12
_GIVE_UP_M = 0.9
_GIVE_UP_ACT_M = 0.45
_PASSED_M = 1.2
_GIVE_UP_PASS_M = 2.5
_DOOR_GAP_M = 0.65
_LEAVING_M = 3.0
_WAIT_FOR_FRIENDS_S = 20.0
_TURN_RAD_S = 1.7
_STUCK = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """Everybody with their footprints, and the record of what happened."""

    walkers: tuple[Walker, ...]
    acting: Acting


def walk(
    routes: RouteMap, itineraries: Sequence[Itinerary], *, steps: int, step_s: float, rng: np.random.Generator
) -> Walked:
    """Let everybody live their day for `steps` steps of `step_s` seconds.

    Raises:
        ScenarioError: a place cannot be got to by who is to go there, or an itinerary contradicts itself or another.
    """
    check_cues(itineraries)
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
    return Walked(walkers=walkers, acting=building.acting)


class _Building:
    """The walkers, the doors between them, and the clock's next step."""

    def __init__(self, routes: RouteMap, walkers: tuple[Walker, ...], step_s: float) -> None:
        self._routes = routes
        self._walkers = walkers
        self._gates = Gates()
        self._avoidance = Avoidance(tuple(routes.grounds.values()), len(walkers), step_s)
        self._parties: dict[int, list[Walker]] = {}
        for walker in walkers:
            self._parties.setdefault(walker.itinerary.party, []).append(walker)
        self._jams = Jams(len(walkers))
        self._steering = Steering(routes, walkers, self._gates, self._parties, self._find_goal)
        self._pastimes = Pastimes(self._parties)
        self.acting = Acting(walkers)
        self._step_s = step_s

    def act(self, now_s: float) -> None:
        """Let everybody come in, arrive, finish a stop or leave, as it is time."""
        self.acting.update(now_s)
        for walker in self._walkers:
            match walker.mode:
                case Mode.OUTSIDE if now_s >= walker.wake_s:
                    self._come_in(walker, now_s)
                case Mode.WALKING:
                    self._check_arrival(walker, now_s)
                case Mode.TURNING if now_s >= walker.turn_s:
                    walker.mode, walker.pose, walker.glide_s = Mode.SITTING_DOWN, Pose.SIT, 0.0
                case Mode.SITTING_DOWN if walker.has_glided:
                    walker.mode = Mode.STAYING
                case Mode.STANDING_UP if walker.has_glided:
                    self._next_errand(walker, now_s)
                case Mode.STAYING:
                    self._stay(walker, now_s)
                case _:
                    pass

    def move(self, now_s: float) -> None:
        """Move everybody one step on."""
        wishes: dict[int, PointXY] = {}
        self._steering.look_round()
        for walker in self._walkers:
            if walker.mode is Mode.WALKING:
                wishes[walker.number] = self._steering.wish(walker, now_s)
                if walker.stuck >= _STUCK:
                    zone = self._routes.grounds[walker.floor].find_zones(np.asarray([walker.at]))[0]
                    self._jams.note(f"zone {zone}", walker, self._step_s)
            elif walker.mode is Mode.STAYING and now_s < walker.makes_way_until_s:
                wishes[walker.number] = step_aside(walker)
        self._avoidance.step(self._walkers, wishes)
        self._jams.check(now_s)

    def _come_in(self, walker: Walker, now_s: float) -> None:
        if walker.door_id is None:
            self._begin_inside(walker, now_s)
            return
        node_id = self._routes.get_door_node(walker.door_id)
        node = self._routes.nodes[node_id]
        angle = float(walker.rng.uniform(0, 2 * math.pi))
        spread = max(0.0, node.width_m / 2 - 0.5)
        at = (
            round(node.at[0] + spread * math.cos(angle) * 0.3, 6),
            round(node.at[1] + spread * math.sin(angle), 6),
        )
        ground = self._routes.grounds[node.floor]
        if spread and not ground.is_clear(node.at, at, margin_m=0.25):
            at = node.at
        z_m = ground.elevation_m + node.z_m
        gate = self._find_gate_of_door(node_id)
        is_clear = is_free(self._walkers, at, z_m=z_m, gap_m=_DOOR_GAP_M, but=walker)
        if not is_clear or (gate is not None and not self._gates.ask(gate, walker, now_s)):
            self._jams.note(f"door {walker.door_id}", walker, self._step_s)
            return
        walker.floor, walker.at, walker.z_m, walker.velocity = node.floor, at, z_m, (0.0, 0.0)
        self._finish_away(walker, now_s)
        self._begin_errand(walker, now_s)
        if walker.mode is Mode.WALKING:
            walker.velocity = self._steering.wish(walker, now_s)

    def _begin_inside(self, walker: Walker, now_s: float) -> None:
        errand = walker.current
        assert isinstance(errand, Stop | Act)
        walker.floor, walker.at = errand.spot.place.floor, errand.spot.place.at
        walker.z_m = self._routes.grounds[walker.floor].compute_height_m(walker.at)
        if isinstance(errand, Act):
            self._begin_act(walker, errand, now_s)
            return
        if errand.spot.seat_at is not None and walker.itinerary.person.aid is not Aid.WHEELCHAIR:
            walker.at = errand.spot.seat_at
        self._begin_stop(walker, errand, now_s, share=walker.itinerary.left_share)
        walker.mode, walker.pose = Mode.STAYING, errand.spot.pose

    def _finish_away(self, walker: Walker, now_s: float) -> None:
        before = walker.itinerary.errands[walker.errand - 1] if walker.errand else None
        if isinstance(before, Away):
            walker.wear(before.look)
            self.acting.end(before.event_id, walker, now_s)

    def _find_gate_of_door(self, node_id: str) -> str | None:
        for neighbour in sorted(self._routes.graph.neighbors(node_id)):
            if self._routes.is_gate(neighbour):
                return str(neighbour)
        return None

    def _begin_errand(self, walker: Walker, now_s: float) -> None:
        walker.moment, walker.is_held = -1, False
        errand = walker.current
        while isinstance(errand, Act) and self.acting.is_called_off(errand):
            walker.errand += 1
            errand = walker.current
        if errand is None or (isinstance(errand, Act) and not self.acting.has_come(errand.departs, now_s)):
            self._hold(walker, now_s, is_held=errand is not None)
            return
        via: tuple[str, ...] = errand.nodes[:-1] if isinstance(errand, Pass) else ()
        try:
            route = self._routes.find_route(walker.place, self._find_goal(errand), via=via, need=find_need(walker))
        except ScenarioError as error:
            raise ScenarioError(
                f"{walker.itinerary.person.person_id} of day {walker.itinerary.day_id}, step {walker.errand + 1} "
                f"({_name(errand)}): {error.what.rstrip('.')}",
                expected=error.expected,
                todo=error.todo,
            ) from error
        walker.follow(route, now_s=now_s)
        walker.stuck = 0

    def _hold(self, walker: Walker, now_s: float, *, is_held: bool) -> None:
        """Let a person stay where they are: for good, or until the cue to depart."""
        walker.rest_rad = math.atan2(walker.velocity[1], walker.velocity[0])
        walker.mode, walker.velocity, walker.stay_until_s = Mode.STAYING, (0.0, 0.0), math.inf
        walker.pose, walker.facing_rad, walker.is_held = Pose.STAND, walker.rest_rad, is_held
        walker.glance_s = now_s + 2.0

    def _find_goal(self, errand: Errand) -> Place:
        match errand:
            case Stop() | Act():
                return errand.spot.place
            case Pass():
                return self._routes.get_node_place(errand.nodes[-1])
            case Away() | Leave():
                return self._routes.get_node_place(self._routes.get_door_node(errand.door_id))

    def _check_arrival(self, walker: Walker, now_s: float) -> None:
        errand = walker.current
        assert errand is not None
        left_m = math.dist(walker.at, walker.path[-1])
        on_last_leg = walker.leg == len(walker.path) - 1
        self._note_start(walker, errand, now_s)
        match errand:
            case Stop():
                reach_m = _GIVE_UP_M if walker.stuck >= _STUCK and errand.spot.seat_at is None else _ARRIVED_M
            case Act():
                reach_m = _GIVE_UP_ACT_M if walker.stuck >= _STUCK else _ARRIVED_M
            case Pass():
                reach_m = _PASSED_M if walker.stuck == 0 else _GIVE_UP_PASS_M
            case _:
                reach_m = 0.4
        if not on_last_leg or left_m > reach_m:
            return
        match errand:
            case Stop():
                self.acting.begin(errand.event_id, walker, now_s)
                self._begin_stop(walker, errand, now_s, share=1.0)
            case Act():
                self._begin_act(walker, errand, now_s)
            case Pass():
                self.acting.end(errand.event_id, walker, now_s)
                self._next_errand(walker, now_s)
            case Away():
                self.acting.begin(errand.event_id, walker, now_s)
                self._gates.release(walker)
                walker.mode, walker.velocity = Mode.OUTSIDE, (0.0, 0.0)
                walker.wake_s, walker.door_id = now_s + errand.seconds, errand.back_door_id
                walker.errand += 1
                if walker.errand >= len(walker.itinerary.errands):
                    walker.mode = Mode.GONE
            case Leave():
                self.acting.end(errand.event_id, walker, now_s)
                self._gates.release(walker)
                walker.mode, walker.velocity = Mode.GONE, (0.0, 0.0)

    def _note_start(self, walker: Walker, errand: Errand, now_s: float) -> None:
        """Note that somebody is at the first node of a way that is an event, or nearly out at a door that is one."""
        if not errand.event_id or errand.event_id in self.acting.events:
            return
        if isinstance(errand, Pass):
            first = self._routes.nodes[errand.nodes[0]]
            if walker.floor == first.floor and math.dist(walker.at, first.at) < _PASSED_M:
                self.acting.begin(errand.event_id, walker, now_s)
        elif isinstance(errand, Leave) and walker.remaining_m < _LEAVING_M:
            self.acting.begin(errand.event_id, walker, now_s)

    def _begin_stop(self, walker: Walker, stop: Stop, now_s: float, *, share: float) -> None:
        self._gates.release(walker)
        arrival_rad = math.atan2(walker.velocity[1], walker.velocity[0])
        walker.spot = stop.spot
        walker.velocity = (0.0, 0.0)
        walker.stay_until_s = now_s + stop.seconds * share
        walker.glance_s = now_s
        walker.facing_rad = stop.spot.facing_rad
        walker.pose = stop.spot.pose
        walker.mode = Mode.STAYING
        if stop.spot.seat_at is not None and walker.itinerary.person.aid is not Aid.WHEELCHAIR:
            turn_s = abs(math.remainder(walker.facing_rad - arrival_rad, 2 * math.pi)) / _TURN_RAD_S + 0.4
            walker.mode, walker.pose, walker.turn_s = Mode.TURNING, Pose.STAND, now_s + turn_s
            walker.stay_until_s += GLIDE_S + turn_s

    def _begin_act(self, walker: Walker, act: Act, now_s: float) -> None:
        self._gates.release(walker)
        walker.spot, walker.velocity, walker.facing_rad = act.spot, (0.0, 0.0), act.spot.facing_rad
        walker.mode, walker.pose, walker.moment = Mode.STAYING, Pose.STAND, -1
        walker.arrived_s, walker.glance_s, walker.stay_until_s = now_s, now_s + 2.0, math.inf

    def _stay(self, walker: Walker, now_s: float) -> None:
        errand = walker.current
        if isinstance(errand, Act):
            self._stay_for_act(walker, errand, now_s)
            return
        cue = errand.until if isinstance(errand, Stop) else None
        is_called = cue is not None and self.acting.has_come(cue, now_s)
        is_over = now_s >= walker.stay_until_s
        if not is_called and not (is_over and self._may_go(walker, now_s)):
            self._pastimes.pass_time(walker, now_s, waits=is_over)
            return
        if walker.pose is Pose.SIT and walker.spot is not None and walker.itinerary.person.aid is not Aid.WHEELCHAIR:
            if is_free(self._walkers, walker.spot.place.at, z_m=walker.z_m, gap_m=0.6, but=walker):
                walker.mode, walker.glide_s = Mode.STANDING_UP, 0.0
            return
        self._next_errand(walker, now_s)

    def _stay_for_act(self, walker: Walker, act: Act, now_s: float) -> None:
        if self.acting.is_called_off(act):
            self._next_errand(walker, now_s)
        elif walker.is_held and self.acting.has_come(act.departs, now_s):
            self._begin_errand(walker, now_s)
        elif walker.moment < 0:
            self._pastimes.pass_time(walker, now_s, waits=True)
        elif self.acting.go_on(walker, act, now_s):
            self._next_errand(walker, now_s)

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

    def _next_errand(self, walker: Walker, now_s: float) -> None:
        errand = walker.current
        if isinstance(errand, Stop):
            self.acting.end(errand.event_id, walker, now_s)
        walker.errand += 1
        walker.spot = None
        self._begin_errand(walker, now_s)


def _name(errand: Errand) -> str:
    match errand:
        case Stop() | Act():
            return f"to {errand.spot.pose.name.lower()} on floor {errand.spot.place.floor}"
        case Pass():
            return f"by {', '.join(errand.nodes)}"
        case Away() | Leave():
            return f"out by door {errand.door_id}"
