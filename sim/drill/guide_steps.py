"""How far somebody went through the familiarization drill: the steps of its guide, found in the log again.

The steps are those of `sim/ui/console/js/guide_steps.js`, by the same names; a test holds the two together.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sim.drill.attempt import Phase
from sim.drill.event import EventKind
from sim.drill.marks import read_number
from sim.drill.profile import ProfileName, get_profile

FAR_S = 15.0
"""How far along the timeline a jump goes that is no press of a button."""

Payload = Mapping[str, Any]
IsDone = Callable[[EventKind, Payload], bool]


def _by(wanted: EventKind) -> IsDone:
    return lambda kind, _payload: kind is wanted


def _is_backwards(kind: EventKind, payload: Payload) -> bool:
    speed = read_number(payload, "speed")
    return kind in (EventKind.PLAY, EventKind.SPEED) and speed is not None and speed < 0.0


def _is_far(kind: EventKind, payload: Payload) -> bool:
    first, last = read_number(payload, "from_s"), read_number(payload, "t_s")
    return kind is EventKind.SEEK and first is not None and last is not None and abs(last - first) > FAR_S


def _is_closer(kind: EventKind, payload: Payload) -> bool:
    scale = read_number(payload, "scale")
    return kind is EventKind.ZOOM and scale is not None and scale > 1.0


STEPS: Mapping[str, IsDone] = MappingProxyType(
    {
        "camera": _by(EventKind.FOCUS),
        "play": lambda kind, payload: kind is EventKind.PLAY and not payload.get("tick"),
        "pause": _by(EventKind.PAUSE),
        "jump": _by(EventKind.SEEK),
        "step": _by(EventKind.STEP),
        "speed": _by(EventKind.SPEED),
        "backwards": _is_backwards,
        "time": _is_far,
        "plan": _by(EventKind.MAP),
        "link": _by(EventKind.LINK),
        "wall": lambda kind, payload: kind is EventKind.VIEW and payload.get("name") == "wall",
        "find": _by(EventKind.FIND),
        "zoom": _is_closer,
        "mark": _by(EventKind.MARK),
        "unmark": _by(EventKind.UNMARK),
        "bookmark": _by(EventKind.BOOKMARK),
        "fault": _by(EventKind.FAULT),
        "handIn": _by(EventKind.SUBMIT),
    }
)
COUNTED_KINDS = frozenset(EventKind) - {
    EventKind.KEY,
    EventKind.STALL,
    EventKind.QUALITY,
    EventKind.HIDDEN,
    EventKind.VISIBLE,
    EventKind.HELD,
}
"""Kinds to look through: the others come often and are no step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepsDone:
    """How many steps were done, of how many that the console has."""

    done: int
    of: int

    @property
    def is_whole(self) -> bool:
        return self.done == self.of


def list_steps(profile: ProfileName) -> tuple[str, ...]:
    console = get_profile(profile)
    has = {
        "plan": console.map,
        "link": console.links,
        "backwards": any(speed < 0.0 for speed in console.speeds),
    }
    return tuple(name for name in STEPS if has.get(name, True))


def count_steps(log: Iterable[tuple[EventKind, Payload]], *, profile: ProfileName) -> StepsDone:
    """Return how many steps a log holds the event of. As in the console, an event does the first step that it can."""
    steps = list_steps(profile)
    done: set[str] = set()
    for kind, payload in log:
        used = next((name for name in steps if name not in done and STEPS[name](kind, payload)), None)
        if used is not None:
            done.add(used)
    return StepsDone(done=len(done), of=len(steps))


class StepKind(StrEnum):
    """What is done in a step, in the order of a program."""

    FAMILIARIZATION = "familiarization"
    BEFORE = "before"
    TRAINING = "training"
    AFTER = "after"
    RETENTION = "retention"

    @property
    def phase(self) -> Phase | None:
        """The side of the training that its drills count for; None where none is measured."""
        return _PHASES.get(self)


_PHASES = {
    StepKind.BEFORE: Phase.BEFORE,
    StepKind.AFTER: Phase.AFTER,
    StepKind.RETENTION: Phase.RETENTION,
}
