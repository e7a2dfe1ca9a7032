"""What the trainee has so far, folded from the log: what a reloaded console goes on from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sim.drill.bookmarks_and_faults import Bookmark, BookmarksAndFaults, FaultReport
from sim.drill.call_fold import CallFold, CallState
from sim.drill.event import Event, EventKind
from sim.drill.marks import AnswerFold, LoggedMark, MarkFold, read_number
from sim.drill.replay import order_events
from sim.scoring.evidence import Clip

_TELLS_ANOTHER_TIME = {EventKind.MARK, EventKind.BOOKMARK, EventKind.FAULT}
"""Kinds whose `t_s` is a moment that was noted, possibly long ago, and not what is on screen."""

LASTING = frozenset(
    {
        EventKind.MARK,
        EventKind.UNMARK,
        EventKind.CHOICE,
        EventKind.CLIP,
        EventKind.UNCLIP,
        EventKind.BOOKMARK,
        EventKind.UNBOOKMARK,
        EventKind.FAULT,
        EventKind.UNFAULT,
        EventKind.VIEW,
        EventKind.SIMILAR,
        EventKind.SUGGESTION,
        EventKind.HINT,
        EventKind.CALL,
        EventKind.REPLY,
        EventKind.MISSED,
        EventKind.SUBMIT,
    }
)
"""Kinds of which every event may matter for where the search stands; of all others the last one of each tab does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleState:
    marks: tuple[LoggedMark, ...] = ()  # kept ones, in the order they were made
    # bookmarks, faults: those not taken away, in the order they were made
    bookmarks: tuple[Bookmark, ...] = ()
    faults: tuple[FaultReport, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)  # value of each field or item of the answer form, by key
    clips: Mapping[str, Clip] = field(default_factory=dict)  # stretches cut out, by clip_id
    own_view: tuple[str, ...] = ()  # cameras of the person's own view that is handed in, () for none
    calls: Mapping[str, CallState] = field(default_factory=dict)  # calls that came, by call_id
    note: str = ""  # the note as last written
    # final_zone, not_on_camera: what a submit said
    final_zone: str | None = None
    not_on_camera: bool = False
    camera_id: str | None = None  # the camera in focus, or None
    t_s: float | None = None  # site time on screen, or None when nothing was shown yet
    speed: float = 1.0  # playback rate
    wall_s: float | None = None  # site time at which the wall stands while the main picture has its own, else None
    # first and last second that the timeline shows, or None for all of the recording
    timeline_s: tuple[float, float] | None = None


def fold_console_state(events: Iterable[Event]) -> ConsoleState:
    """Fold events, in whatever order they come. A payload that lacks a value leaves that part as it was."""
    marks, noted, answers, calls = MarkFold(), BookmarksAndFaults(), AnswerFold(), CallFold()
    parts: dict[str, Any] = {}
    for event in order_events(events):
        payload = event.payload
        marks.take(event)
        noted.take(event)
        answers.take(event)
        calls.take(event)
        match event.kind:
            case EventKind.NOTE:
                parts["note"] = str(payload.get("text", ""))
            case EventKind.FOCUS if isinstance(payload.get("camera_id"), str):
                parts["camera_id"] = payload["camera_id"]
            case EventKind.VIEW if event.is_grid:
                parts["camera_id"] = None
            case EventKind.PIN:
                parts["wall_s"] = read_number(payload, "wall_s")
            case EventKind.SYNC:
                parts["wall_s"] = None
            case EventKind.VIEW if payload.get("name") == "timeline":
                parts["timeline_s"] = _read_span_s(payload) or parts.get("timeline_s")
            case EventKind.SUBMIT:
                zone = payload.get("final_zone")
                parts["final_zone"] = zone if isinstance(zone, str) else None
                parts["not_on_camera"] = payload.get("not_on_camera") is True
                parts["note"] = payload.get("note") or parts.get("note", "")
            case _:
                pass
        t_s, speed = read_number(payload, "t_s"), read_number(payload, "speed")
        if t_s is not None and event.kind not in _TELLS_ANOTHER_TIME:
            parts["t_s"] = t_s
        if speed is not None and event.kind in (EventKind.PLAY, EventKind.SPEED):
            parts["speed"] = speed
    return ConsoleState(
        marks=tuple(mark for mark in marks.made.values() if mark.kept and mark.frame is not None),
        bookmarks=tuple(noted.bookmarks.values()),
        faults=tuple(noted.faults.values()),
        choices=answers.choices,
        clips=answers.clips,
        own_view=answers.own_view,
        calls=calls.calls,
        **parts,
    )


def _read_span_s(payload: Mapping[str, Any]) -> tuple[float, float] | None:
    from_s, to_s = read_number(payload, "from_s"), read_number(payload, "to_s")
    return None if from_s is None or to_s is None else (from_s, to_s)


class BoardState(StrEnum):
    """One cell of the board, the most urgent last."""

    NOT_SCHEDULED = "not scheduled"
    DONE = "done"
    PLANNED = "planned"
    DUE = "due"
    OVERDUE = "overdue"


def judge_board_state(*, due_from: date, due_to: date, joined_on: date, is_done: bool, today: date) -> BoardState:
    """Return where a person stands with a step.

    Done is done whatever the day, so that a clock put back takes nothing away. Who joined after a step was over was
    never asked to do it.
    """
    if is_done:
        return BoardState.DONE
    if joined_on > due_to:
        return BoardState.NOT_SCHEDULED
    if today < due_from:
        return BoardState.PLANNED
    return BoardState.DUE if today <= due_to else BoardState.OVERDUE
