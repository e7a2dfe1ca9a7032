"""Getting there: when somebody counts as arrived, and how a stop, an act, an absence or the way out begins."""

import math

from sim.crowd.people.people import Aid
from sim.crowd.people.track import Pose
from sim.crowd.places.errands import Act, Away, Errand, Leave, Pass, Stop
from sim.crowd.places.routes import RouteMap
from sim.crowd.walking.acting import Acting
from sim.crowd.walking.gates import Gates
from sim.crowd.walking.hours import Hours
from sim.crowd.walking.manners import Manners
from sim.crowd.walking.setting_out import SettingOut
from sim.crowd.walking.walker import GLIDE_S, STUCK, Mode, Walker

_ARRIVED_M = 0.12
_GIVE_UP_M = 0.9
_NEXT_TO_M = 0.3
_GIVE_UP_ACT_M = 0.45
_PASSED_M = 1.2
_GIVE_UP_PASS_M = 2.5
_AT_DOOR_M = 0.4
_LEAVING_M = 3.0
_TURN_RAD_S = 1.7
_FIRST_GLANCE_S = 2.0
_CURB_M = 3.0
_QUEUE_M = 0.6
_STUCK_M = 9.0


class Arriving:
    """Notices who has got where they were going, and begins what they came for."""

    def __init__(
        self, routes: RouteMap, gates: Gates, acting: Acting, setting_out: SettingOut, *, manners: Manners, hours: Hours
    ) -> None:
        self._routes = routes
        self._gates = gates
        self._acting = acting
        self._setting_out = setting_out
        self._manners = manners
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
        if self._manners.takes_turns and math.dist(walker.at, stop.spot.place.at) > _NEXT_TO_M:
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
        """Let a person wait at the spot of an act for the others."""
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
