"""Hints in a practice drill: which there are, how many, and where they stand in the log.

A hint needs truth, so the server gives it and writes it into the log itself, under a tab of its own: what a browser
posts cannot make hints unsaid.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from sim.drill.event import Event, EventKind
from sim.drill.marks import read_text

SERVER_TAB = "00000000-0000-0000-0000-000000000000"
MOST_HINTS = 5


class HintName(StrEnum):
    NEXT_CAMERA = "next-camera"
    STILL_THERE = "still-there"


def list_hints(events: Iterable[Event]) -> tuple[str, ...]:
    """Return the names of the hints that the server gave, in the order they are stored."""
    return tuple(read_text(payload, "name") or "" for payload in list_given(events))


def list_given(events: Iterable[Event]) -> tuple[Mapping[str, Any], ...]:
    """Return what is stored of the hints that the server gave: name, moment, and what was said, in their order."""
    return tuple(event.payload for event in events if event.kind is EventKind.HINT and event.tab_id == SERVER_TAB)
