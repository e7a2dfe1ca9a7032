"""The marks of a log, folded: made, taken back, put back."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sim.drill.event import Event, EventKind
from sim.scoring.evidence import Clip, TimedChoice


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


@dataclass(slots=True, kw_only=True)
class AnswerFold:
    """Takes the events of a log in their order. Garbled payloads change nothing."""

    choices: dict[str, str] = field(default_factory=dict)  # the value each key has now
    # every choice, in the order they were made, those taken back with value ""
    made: list[TimedChoice] = field(default_factory=list)
    clips: dict[str, Clip] = field(default_factory=dict)  # by clip_id, in the order they were first made
    wall: tuple[str, ...] = ()  # cameras of the wall as it was arranged last
    own_view: tuple[str, ...] = ()  # cameras of the person's own view that the wall showed last; () while there is none

    @property
    def view(self) -> tuple[str, ...]:
        """What is handed in as a view: their own, whatever they looked at after it; else the wall as it is."""
        return self.own_view or self.wall

    def take(self, event: Event) -> None:
        """Take one event; other kinds change nothing."""
        match event.kind:
            case EventKind.CHOICE:
                self._choose(event)
            case EventKind.CLIP:
                self._cut(event)
            case EventKind.UNCLIP:
                self.clips.pop(read_text(event.payload, "clip_id") or "", None)
            case EventKind.VIEW if event.payload.get("name") == "wall":
                self.wall = _read_cameras(event, self.wall)
            case EventKind.VIEW if event.payload.get("name") == "own":
                self.own_view = _read_cameras(event, self.own_view)
            case _:
                pass

    def _choose(self, event: Event) -> None:
        key, value = read_text(event.payload, "key"), event.payload.get("value")
        if key is None or not isinstance(value, str):
            return
        self.made.append(TimedChoice(key=key, value=value, at_s=event.t_client_ms / 1000.0))
        if value:
            self.choices[key] = value
        else:
            self.choices.pop(key, None)

    def _cut(self, event: Event) -> None:
        clip_id, camera_id = read_text(event.payload, "clip_id"), read_text(event.payload, "camera_id")
        from_s, to_s = read_number(event.payload, "from_s"), read_number(event.payload, "to_s")
        if clip_id is None or camera_id is None or from_s is None or to_s is None or not from_s < to_s:
            return
        self.clips[clip_id] = Clip(camera_id=camera_id, from_s=from_s, to_s=to_s)


def _read_cameras(event: Event, before: tuple[str, ...]) -> tuple[str, ...]:
    cameras = event.payload.get("cameras")
    if isinstance(cameras, list) and all(isinstance(camera, str) for camera in cameras):
        return tuple(cameras)
    return before
