"""What the trainee has so far, folded from the log: what a reloaded console goes on from."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sim.drill.event import Event, EventKind
from sim.drill.replay import order_events

_SHOWS_TIME = frozenset(EventKind) - {EventKind.FIX, EventKind.UNFIX}


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedFix:
    """A fix as the console made it; `frame` is the one on screen."""

    fix_id: str
    camera_id: str
    t_s: float
    frame: int
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleState:
    """Where the search stands.

    Attributes:
        fixes: kept ones, in the order they were made.
        note: the note as last written.
        final_zone, not_on_camera: what a submit said.
        camera_id: the camera in focus, or None.
        t_s: site time on screen, or None when nothing was shown yet.
        speed: playback rate.
    """

    fixes: tuple[MarkedFix, ...] = ()
    note: str = ""
    final_zone: str | None = None
    not_on_camera: bool = False
    camera_id: str | None = None
    t_s: float | None = None
    speed: float = 1.0


def fold_console_state(events: Iterable[Event]) -> ConsoleState:
    """Fold events, in whatever order they come. A payload that lacks a value leaves that part as it was."""
    fixes: dict[str, MarkedFix] = {}
    parts: dict[str, Any] = {}
    for event in order_events(events):
        payload = event.payload
        match event.kind:
            case EventKind.FIX:
                fix = _read_fix(payload)
                if fix is not None:
                    fixes.setdefault(fix.fix_id, fix)
            case EventKind.UNFIX:
                fixes.pop(str(payload.get("fix_id")), None)
            case EventKind.NOTE:
                parts["note"] = str(payload.get("text", ""))
            case EventKind.FOCUS if isinstance(payload.get("camera_id"), str):
                parts["camera_id"] = payload["camera_id"]
            case EventKind.SUBMIT:
                zone = payload.get("final_zone")
                parts["final_zone"] = zone if isinstance(zone, str) else None
                parts["not_on_camera"] = payload.get("not_on_camera") is True
                parts["note"] = payload.get("note") or parts.get("note", "")
            case _:
                pass
        if event.kind in _SHOWS_TIME and _is_number(payload.get("t_s")):
            parts["t_s"] = float(payload["t_s"])
        if event.kind in (EventKind.PLAY, EventKind.SPEED) and _is_number(payload.get("speed")):
            parts["speed"] = float(payload["speed"])
    return ConsoleState(fixes=tuple(fixes.values()), **parts)


def _read_fix(payload: Any) -> MarkedFix | None:
    numbers = [payload.get(name) for name in ("t_s", "frame", "x", "y")]
    names = [payload.get(name) for name in ("fix_id", "camera_id")]
    if not all(_is_number(value) for value in numbers) or not all(isinstance(value, str) for value in names):
        return None
    t_s, frame, x, y = numbers
    return MarkedFix(fix_id=names[0], camera_id=names[1], t_s=float(t_s), frame=int(frame), x=float(x), y=float(y))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
