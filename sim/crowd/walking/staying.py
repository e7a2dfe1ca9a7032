"""What people do who stay at a spot: talk in turn, look about, check a phone, use a locker."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.crowd.people.people import Role
from sim.crowd.people.track import Pose
from sim.crowd.walking.walker import Walker

_GLANCE_S = (3.5, 9.0)
_SPEECH_S = (2.5, 7.0)
_LOOKS_UP_S = (0.3, 1.2)
_DUTY_RAD = 0.9


@dataclass(slots=True)
class _Talk:
    """Whose turn it is in a ring of people, and until when."""

    speaker: int = -1
    until_s: float = -math.inf


class Pastimes:
    """Chooses pose and facing of those who stay, again and again, by their own random streams."""

    def __init__(self, parties: Mapping[int, Sequence[Walker]]) -> None:
        self._parties = parties
        self._talks: dict[int, _Talk] = {}

    def pass_time(self, walker: Walker, now_s: float, *, waits: bool) -> None:
        """Let a person who stays change pose or facing when it is time to.

        `waits` says that what the person came for is done, and that friends or a cue are waited for.
        """
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
