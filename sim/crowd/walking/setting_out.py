"""Setting out for the next errand: finding the way, or staying where one is until a cue comes or for good."""

import math

from sim.crowd.people.track import Pose
from sim.crowd.places.errands import Act, Pass, Stop
from sim.crowd.places.routes import RouteMap
from sim.crowd.walking.acting import Acting
from sim.crowd.walking.goals import find_goal, find_need, name_errand
from sim.crowd.walking.walker import Mode, Walker
from sim.errors import ScenarioError

_FIRST_GLANCE_S = 2.0


class SettingOut:
    """Sends people off to their errands, one after the other."""

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
    """Let a person stay where they are: for good, or until the cue to depart."""
    walker.rest_rad = math.atan2(walker.velocity[1], walker.velocity[0])
    walker.mode, walker.velocity, walker.stay_until_s = Mode.STAYING, (0.0, 0.0), math.inf
    walker.pose, walker.facing_rad, walker.is_held = Pose.STAND, walker.rest_rad, is_held
    walker.glance_s = now_s + _FIRST_GLANCE_S
