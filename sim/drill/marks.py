"""The marks of a log, folded: made, taken back, put back."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sim.drill.event import Event, EventKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedMark:
    mark_id: str  # names it in the log
    # camera_id, t_s, x, y: as in `sim.scoring.evidence.Mark`
    camera_id: str
    t_s: float
    frame: int | None  # the one on screen, None when the log does not say
    x: float
    y: float
    at_s: float  # drill time it was first made at, seconds since release
    kept: bool  # it is not taken back


@dataclass(slots=True, kw_only=True)
class MarkFold:
    """Takes the events of a log in their order, see `sim.drill.replay.order_events`.

    A `mark` whose id is known is the same mark: nothing changes while it is kept, and it is back when it was taken
    back. What a payload lacks or garbles is left out.
    """

    made: dict[str, LoggedMark] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """Take one event; kinds that say nothing about marks change nothing."""
        match event.kind:
            case EventKind.MARK:
                self._add(event)
            case EventKind.UNMARK:
                self._set_kept(read_text(event.payload, "mark_id"), kept=False)
            case _:
                pass

    def _add(self, event: Event) -> None:
        payload = event.payload
        mark_id, camera_id = read_text(payload, "mark_id"), read_text(payload, "camera_id")
        t_s, x, y = (read_number(payload, name) for name in ("t_s", "x", "y"))
        if mark_id is None or camera_id is None or t_s is None or x is None or y is None:
            return
        if mark_id in self.made:
            self._set_kept(mark_id, kept=True)
            return
        frame = read_number(payload, "frame")
        self.made[mark_id] = LoggedMark(
            mark_id=mark_id,
            camera_id=camera_id,
            t_s=t_s,
            frame=None if frame is None else int(frame),
            x=x,
            y=y,
            at_s=event.t_client_ms / 1000.0,
            kept=True,
        )

    def _set_kept(self, mark_id: str | None, *, kept: bool) -> None:
        if mark_id in self.made:
            self.made[mark_id] = replace(self.made[mark_id], kept=kept)


def read_number(payload: Mapping[str, Any], name: str) -> float | None:
    """Return a finite number of a payload, or None."""
    value = payload.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def read_text(payload: Mapping[str, Any], name: str) -> str | None:
    """Return a text of a payload that is not empty, or None."""
    value = payload.get(name)
    return value if isinstance(value, str) and value else None
