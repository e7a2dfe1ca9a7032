"""Everybody's day in the building, step by step: coming in, errands, stops, acts, waiting for friends, leaving."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.crowd.people.people import Aid
from sim.crowd.people.track import Pose
from sim.crowd.places.errands import Act, Itinerary, Leave, Stop
from sim.crowd.places.routes import RouteMap
from sim.crowd.walking.acting import Acting, check_cues
from sim.crowd.walking.arriving import Arriving
from sim.crowd.walking.avoidance import Avoidance, is_free
from sim.crowd.walking.coming_in import ComingIn
from sim.crowd.walking.gates import Gates
from sim.crowd.walking.hours import Hours
from sim.crowd.walking.jams import Jams
from sim.crowd.walking.manners import CLOSE, Manners
from sim.crowd.walking.setting_out import SettingOut
from sim.crowd.walking.staying import Pastimes
from sim.crowd.walking.steering import Steering, step_aside
from sim.crowd.walking.walker import STUCK, Mode, Walker
from sim.site.model import PointXY

_WAIT_FOR_FRIENDS_S = 20.0
_SEAT_ROOM_M = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """Everybody with their footprints, and the record of what happened."""

    walkers: tuple[Walker, ...]
    acting: Acting


def walk(
    routes: RouteMap,
    itineraries: Sequence[Itinerary],
    *,
    steps: int,
    step_s: float,
    rng: np.random.Generator,
    manners: Manners = CLOSE,
    hours: Hours | None = None,
) -> Walked:
    """Let everybody live their day for `steps` steps of `step_s` seconds, leaving each other the room of `manners`."""
    check_cues(itineraries)
    streams = rng.spawn(len(itineraries))
    walkers = tuple(
        Walker(number=number, itinerary=itinerary, rng=stream, wake_s=itinerary.enter_s, door_id=itinerary.enter_door)
        for number, (itinerary, stream) in enumerate(zip(itineraries, streams, strict=True))
    )
    building = _Building(routes, walkers, step_s, manners, hours or Hours())
    for step in range(steps):
        building.act(round(step * step_s, 6))
        for walker in walkers:
            walker.leave_footprint(step)
        building.move(round(step * step_s, 6))
    return Walked(walkers=walkers, acting=building.acting)


class _Building:
    """The walkers, the doors between them, and the clock's next step."""

    def __init__(
        self, routes: RouteMap, walkers: tuple[Walker, ...], step_s: float, manners: Manners, hours: Hours
    ) -> None:
        self._routes = routes
        self._walkers = walkers
        self._step_s = step_s
        self._hours = hours
        self._avoidance = Avoidance(tuple(routes.grounds.values()), len(walkers), step_s, manners=manners)
        self._parties: dict[int, list[Walker]] = {}
        for walker in walkers:
            self._parties.setdefault(walker.itinerary.party, []).append(walker)
        self._jams = Jams(len(walkers))
        self._pastimes = Pastimes(self._parties)
        self.acting = Acting(walkers)
        gates = Gates()
        self._steering = Steering(routes, walkers, gates, self._parties)
        self._setting_out = SettingOut(routes, self.acting)
        self._arriving = Arriving(routes, gates, self.acting, self._setting_out, manners=manners, hours=hours)
        self._coming_in = ComingIn(
            routes,
            walkers,
            gates=gates,
            jams=self._jams,
            acting=self.acting,
            steering=self._steering,
            setting_out=self._setting_out,
            arriving=self._arriving,
            step_s=step_s,
            manners=manners,
            hours=hours,
        )

    def act(self, now_s: float) -> None:
        """Let everybody come in, arrive, finish a stop or leave, as it is time."""
        self.acting.update(now_s)
        for walker in self._walkers:
            match walker.mode:
                case Mode.OUTSIDE if now_s >= walker.wake_s:
                    self._coming_in.come_in(walker, now_s)
                case Mode.WALKING:
                    self._arriving.check(walker, now_s)
                case Mode.TURNING if now_s >= walker.turn_s:
                    walker.mode, walker.pose, walker.glide_s = Mode.SITTING_DOWN, Pose.SIT, 0.0
                case Mode.SITTING_DOWN if walker.has_glided:
                    walker.mode = Mode.STAYING
                case Mode.STANDING_UP if walker.has_glided:
                    self._setting_out.go_on(walker, now_s)
                case Mode.STAYING:
                    self._stay(walker, now_s)
                case _:
                    pass

    def move(self, now_s: float) -> None:
        wishes: dict[int, PointXY] = {}
        self._steering.look_round()
        for walker in self._walkers:
            if walker.mode is Mode.WALKING:
                wishes[walker.number] = self._steering.wish(walker, now_s)
                if walker.stuck >= STUCK:
                    zone = self._routes.grounds[walker.floor].find_zones(np.asarray([walker.at]))[0]
                    self._jams.note(f"zone {zone}", walker, self._step_s)
            elif walker.mode is Mode.STAYING and now_s < walker.makes_way_until_s:
                wishes[walker.number] = step_aside(walker)
        self._avoidance.step(self._walkers, wishes)
        self._jams.check(now_s)

    def _stay(self, walker: Walker, now_s: float) -> None:
        errand = walker.current
        if isinstance(errand, Leave):
            if self._hours.is_open(errand.door_id, now_s):
                self._setting_out.begin(walker, now_s)
            else:
                self._pastimes.pass_time(walker, now_s, waits=True)
            return
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
            if is_free(self._walkers, walker.spot.place.at, z_m=walker.z_m, gap_m=_SEAT_ROOM_M, but=walker):
                walker.mode, walker.glide_s = Mode.STANDING_UP, 0.0
            return
        self._setting_out.go_on(walker, now_s)

    def _stay_for_act(self, walker: Walker, act: Act, now_s: float) -> None:
        if self.acting.is_called_off(act):
            self._setting_out.go_on(walker, now_s)
        elif walker.is_held and self.acting.has_come(act.departs, now_s):
            self._setting_out.begin(walker, now_s)
        elif walker.moment < 0:
            self._pastimes.pass_time(walker, now_s, waits=True)
        elif self.acting.go_on(walker, act, now_s):
            self._setting_out.go_on(walker, now_s)

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
