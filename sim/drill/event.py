"""One thing the trainee did in the console, as the browser reports it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """Everything the console reports. The payload of each is in docs/events.md."""

    OPEN = "open"
    CLOSE = "close"
    FOCUS = "focus"
    PLAY = "play"
    PAUSE = "pause"
    SEEK = "seek"
    STEP = "step"
    SPEED = "speed"
    VIEW = "view"
    MAP = "map"
    LINK = "link"
    FIND = "find"
    MARK = "mark"
    UNMARK = "unmark"
    CHOICE = "choice"
    CLIP = "clip"
    UNCLIP = "unclip"
    BOOKMARK = "bookmark"
    UNBOOKMARK = "unbookmark"
    FAULT = "fault"
    UNFAULT = "unfault"
    PIN = "pin"
    SYNC = "sync"
    ZOOM = "zoom"
    SNAPSHOT = "snapshot"
    QUALITY = "quality"
    STALL = "stall"
    SIMILAR = "similar"
    SUGGESTION = "suggestion"
    NOTE = "note"
    HINT = "hint"
    CALL = "call"
    REPLY = "reply"
    MISSED = "missed"
    ASK = "ask"
    TAKE = "take"
    STRIKE = "strike"
    ENTRY = "entry"
    LEAD = "lead"
    KEY = "key"
    HIDDEN = "hidden"
    VISIBLE = "visible"
    CONNECTION = "connection"
    HELD = "held"
    SUBMIT = "submit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    tab_id: str  # which browser tab, a UUID; each has its own sequence
    seq: int  # 1, 2, 3 ... within the tab.
    t_client_ms: float  # milliseconds since release by the browser's monotonic clock
    kind: EventKind  # what happened
    payload: Mapping[str, Any]  # details, plain JSON

    @property
    def is_grid(self) -> bool:
        """Whether the main picture was closed: the wall takes its place, at the size of its tiles, until a `focus`."""
        return self.kind is EventKind.VIEW and self.payload.get("name") == "grid"
