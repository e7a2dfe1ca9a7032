"""How far somebody got in getting to know the console: its steps, counted from the events of the log.

The guide in the console (`sim/ui/console/js/guide_steps.js`) has the same steps; a test holds the two together.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from sim.drill.event import Event, EventKind
from sim.drill.profile import PROFILES, ProfileName

FAR_S: Final = 15.0

Payload = Mapping[str, Any]
Judge = Callable[[EventKind, Payload], bool]


def _by(wanted: EventKind) -> Judge:
    return lambda kind, _: kind is wanted


def _is_backward(kind: EventKind, payload: Payload) -> bool:
    return kind in (EventKind.PLAY, EventKind.SPEED) and float(payload.get("speed", 0.0)) < 0


def _is_far(kind: EventKind, payload: Payload) -> bool:
    if kind is not EventKind.SEEK or "t_s" not in payload or "from_s" not in payload:
        return False
    return abs(float(payload["t_s"]) - float(payload["from_s"])) > FAR_S


STEPS: Final[Mapping[str, Judge]] = {
    "camera": _by(EventKind.FOCUS),
    "play": lambda kind, payload: kind is EventKind.PLAY and not payload.get("tick"),
    "pause": _by(EventKind.PAUSE),
    "jump": _by(EventKind.SEEK),
    "step": _by(EventKind.STEP),
    "speed": _by(EventKind.SPEED),
    "backwards": _is_backward,
    "time": _is_far,
    "plan": _by(EventKind.MAP),
    "link": _by(EventKind.LINK),
    "wall": lambda kind, payload: kind is EventKind.VIEW and payload.get("name") == "wall",
    "find": _by(EventKind.FIND),
    "zoom": lambda kind, payload: kind is EventKind.ZOOM and float(payload.get("scale", 1.0)) > 1,
    "mark": _by(EventKind.MARK),
    "sure": _by(EventKind.CONFIDENCE),
    "unmark": _by(EventKind.UNMARK),
    "bookmark": _by(EventKind.BOOKMARK),
    "fault": _by(EventKind.FAULT),
    "handIn": _by(EventKind.SUBMIT),
}


def list_steps(profile: ProfileName) -> tuple[str, ...]:
    """Return the steps that a console has, in the order of the guide; the whole one has 19."""
    console = PROFILES[profile]
    is_offered = {
        "plan": console.map,
        "link": console.links,
        "jump": 10 in console.jumps_s,
        "backwards": any(speed < 0 for speed in console.speeds),
    }
    return tuple(name for name in STEPS if is_offered.get(name, True))


def count_steps(events: Iterable[Event], profile: ProfileName) -> int:
    """Return how many steps were done; one event does the first that it can do, as in the guide."""
    left = list(list_steps(profile))
    whole = len(left)
    for event in events:
        done = next((name for name in left if STEPS[name](event.kind, event.payload)), None)
        if done is not None:
            left.remove(done)
    return whole - len(left)
