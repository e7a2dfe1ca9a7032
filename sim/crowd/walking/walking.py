"""Everybody's day in the building, step by step: coming in, errands, stops, acts, waiting for friends, leaving."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.crowd.people.people import Aid, Pose, Role
from sim.crowd.places.errands import Act, Itinerary, Leave, Stop
from sim.crowd.places.routes import RouteMap
from sim.crowd.walking.acting import Acting, check_cues
from sim.crowd.walking.arriving import Arriving, ComingIn, Hours, SettingOut
from sim.crowd.walking.avoidance import Avoidance, is_free
from sim.crowd.walking.steering import Gates, Jams, Steering, step_aside
from sim.crowd.walking.walker import STUCK, Mode, Walker
from sim.site.model import PointXY

_GLANCE_S = (3.5, 9.0)
_SPEECH_S = (2.5, 7.0)
_LOOKS_UP_S = (0.3, 1.2)
_DUTY_RAD = 0.9


@dataclass(slots=True)
class _Talk:
    speaker: int = -1
    until_s: float = -math.inf


class Pastimes:
    def __init__(self, parties: Mapping[int, Sequence[Walker]]) -> None:
        self._parties = parties
        self._talks: dict[int, _Talk] = {}

    def pass_time(self, walker: Walker, now_s: float, *, waits: bool) -> None:
        """Let a person who stays change pose or facing in time; `waits`: done, and waiting for friends or a cue."""
        spot = walker.spot
        if spot is not None and spot.pose is Pose.SIT:
            return
        if spot is not None and spot.ring_at is not None and self._talk(walker, now_s):
            return
        if now_s >= walker.glance_s:
            self._glance(walker, now_s, waits=waits)

    def _talk(self, walker: Walker, now_s: float) -> bool:
        """Let one of a ring speak and the others look at them; return whether there is anybody to talk to."""
        spot = walker.spot
        assert spot is not None
        assert spot.ring_at is not None
        here = [m for m in self._parties[walker.itinerary.party] if m.is_settled and m.spot is not None]
        ring = [m for m in here if m.spot is not None and m.spot.ring_at == spot.ring_at]
        if len(ring) < 2:
            return False
        talk = self._talks.setdefault(walker.itinerary.party, _Talk())
        if now_s >= talk.until_s:
            others = [m.number for m in ring if m.number != talk.speaker]
            talk.speaker = others[int(walker.rng.integers(len(others)))]
            talk.until_s = now_s + float(walker.rng.uniform(*_SPEECH_S))
            for mate in ring:
                mate.glance_s = now_s + float(mate.rng.uniform(*_LOOKS_UP_S))
        if now_s < walker.glance_s:
            return True
        walker.glance_s = math.inf
        speaker = next((m for m in ring if m.number == talk.speaker), walker)
        whim, turn = float(walker.rng.uniform()), float(walker.rng.uniform(-1, 1))
        if speaker is walker:
            walker.pose = Pose.TALK
            walker.facing_rad = spot.facing_rad + 0.25 * turn
            return True
        dx, dy = speaker.at[0] - walker.at[0], speaker.at[1] - walker.at[1]
        toward = math.remainder(math.atan2(dy, dx) - spot.facing_rad, 2 * math.pi)
        walker.facing_rad = spot.facing_rad + 0.6 * max(-0.9, min(0.9, toward))
        is_bored = whim < 0.12 and walker.itinerary.person.role is Role.STUDENT
        walker.pose = Pose.PHONE if is_bored else Pose.STAND
        return True

    def _glance(self, walker: Walker, now_s: float, *, waits: bool) -> None:
        walker.glance_s = now_s + float(walker.rng.uniform(*_GLANCE_S))
        turn, whim = float(walker.rng.uniform(-1, 1)), float(walker.rng.uniform())
        is_student = walker.itinerary.person.role is Role.STUDENT
        spot = walker.spot
        if spot is None:
            base = walker.rest_rad
            walker.facing_rad = base + 0.5 * turn
            walker.pose = Pose.PHONE if whim < 0.4 and is_student else Pose.STAND
        elif spot.pose is Pose.LOCKER and not waits:
            walker.facing_rad = spot.facing_rad + 0.12 * turn
        elif spot.pose is Pose.LOCKER:
            walker.facing_rad = spot.facing_rad + math.pi + 0.7 * turn
            walker.pose = Pose.PHONE if whim < 0.6 and is_student else Pose.STAND
        elif spot.ring_at is not None:
            walker.facing_rad = spot.facing_rad + 0.45 * turn
            walker.pose = Pose.PHONE if whim < 0.35 and is_student else Pose.STAND
        elif spot.pose is Pose.STAND and not is_student:
            walker.facing_rad = spot.facing_rad + _DUTY_RAD * turn
        else:
            walker.facing_rad = spot.facing_rad + 0.6 * turn


_WAIT_FOR_FRIENDS_S = 20.0
_SEAT_ROOM_M = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    walkers: tuple[Walker, ...]
    acting: Acting


def walk(
    routes: RouteMap,
    itineraries: Sequence[Itinerary],
    *,
    steps: int,
    step_s: float,
    rng: np.random.Generator,
    hours: Hours | None = None,
) -> Walked:
    check_cues(itineraries)
    streams = rng.spawn(len(itineraries))
    walkers = tuple(
        Walker(number=number, itinerary=itinerary, rng=stream, wake_s=itinerary.enter_s, door_id=itinerary.enter_door)
        for number, (itinerary, stream) in enumerate(zip(itineraries, streams, strict=True))
    )
    building = _Building(routes, walkers, step_s, hours or Hours())
    for step in range(steps):
        building.act(round(step * step_s, 6))
        for walker in walkers:
            walker.leave_footprint(step)
        building.move(round(step * step_s, 6))
    return Walked(walkers=walkers, acting=building.acting)


class _Building:
    def __init__(self, routes: RouteMap, walkers: tuple[Walker, ...], step_s: float, hours: Hours) -> None:
        self._routes = routes
        self._walkers = walkers
        self._step_s = step_s
        self._hours = hours
        self._avoidance = Avoidance(tuple(routes.grounds.values()), len(walkers), step_s)
        self._parties: dict[int, list[Walker]] = {}
        for walker in walkers:
            self._parties.setdefault(walker.itinerary.party, []).append(walker)
        self._jams = Jams(len(walkers))
        self._pastimes = Pastimes(self._parties)
        self.acting = Acting(walkers)
        gates = Gates()
        self._steering = Steering(routes, walkers, gates, self._parties)
        self._setting_out = SettingOut(routes, self.acting)
        self._arriving = Arriving(routes, gates, self.acting, self._setting_out, hours=hours)
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
        if now_s - walker.stay_until_s > _WAIT_FOR_FRIENDS_S:
            return True
        return all(
            mate.mode is Mode.GONE
            or mate.errand > walker.errand
            or (mate.errand == walker.errand and mate.mode is Mode.STAYING and now_s >= mate.stay_until_s)
            for mate in self._parties[walker.itinerary.party]
        )
