"""What happened and what was wrong with cameras, as truth records it: `events.parquet` in typed form.

Camera faults are the rows whose kind is a `FaultKind`.
"""

import json
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from sim.columns import EVENTS
from sim.errors import TruthError
from sim.truth.appearance import GAP_MAX_S
from sim.truth.table import cast_rows, check_columns

_SHARED = ("kind", "start_s", "end_s", "person_ids", "floor", "zone", "x_m", "y_m", "detail")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A camera that shows an event."""

    camera_id: str
    shown_s: float  # the moment at which it shows the event best, seconds from recording start
    box_xyxy: tuple[float, float, float, float]  # the box around what happens at that moment, pixels of the main stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One happening."""

    event_id: str  # its name; of a story beat the beat_id
    kind: str  # of a story beat ("hand-over") or of a camera fault ("dead-span")
    # start_s, end_s: from recording start, site clock
    start_s: float
    end_s: float
    person_ids: tuple[str, ...]  # who took part, in the order of their roles
    camera_id: str  # of a fault, the camera that it happened to; else ""
    floor: str
    zone: str
    at_m: tuple[float, float] | None  # where, site plan; None for a fault
    shown: tuple[Shown, ...]  # the cameras that show it, ordered by camera_id
    detail: Mapping[str, object]  # what else belongs to this kind


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTable:
    """The events of a recording. `rows` has the columns `sim.columns.EVENTS`, sorted by event_id, camera_id.

    Raises:
        TruthError: columns, dtypes or values are not as `sim.columns.EVENTS` says.
    """

    rows: pd.DataFrame

    def __post_init__(self) -> None:
        check_columns(self.rows, EVENTS, name="event")
        for what in check_events(self.rows):
            raise TruthError(f"events: {what}")

    def find(self, kind: str | None = None) -> tuple[Event, ...]:
        """Return the events of a kind, or all, in order of start (tie: event_id)."""
        events: list[Event] = []
        for _, rows in self.rows.groupby("event_id", sort=True):
            if kind is None or rows["kind"].iloc[0] == kind:
                events.append(_make_event(rows))
        return tuple(sorted(events, key=lambda event: (event.start_s, event.event_id)))

    def get(self, event_id: str) -> Event:
        """Return one event, or raise TruthError naming those that exist."""
        rows = self.rows[self.rows["event_id"] == event_id]
        if len(rows) == 0:
            known = ", ".join(sorted(set(self.rows["event_id"]))) or "none"
            raise TruthError(f"event {event_id!r} is not in this recording", expected=f"one of {known}")
        return _make_event(rows)


def make_event_table(rows: pd.DataFrame) -> EventTable:
    """Cast rows to the column types, sort them, and wrap them. Raises TruthError on missing columns or wrong values."""
    return EventTable(rows=cast_rows(rows, EVENTS, name="event", order=("event_id", "camera_id")))


def make_empty_events() -> pd.DataFrame:
    """Return no rows, columns `sim.columns.EVENTS`: what a recording without story and faults has."""
    return pd.DataFrame(columns=[c.name for c in EVENTS]).astype({c.name: c.dtype for c in EVENTS})


def check_events(rows: pd.DataFrame) -> list[str]:
    """Return everything wrong with the values of event rows, in words; columns must be right.

    A time span goes forward from 0 on; a shown moment lies in it (0.05 s of rounding allowed) and comes with a camera
    and a box; rows of one event agree; a camera shows an event once; `detail` is a JSON object.
    """
    problems: list[str] = []
    shown = rows["shown_s"].notna()
    box = rows[["x1", "y1", "x2", "y2"]]
    inside = rows["shown_s"].between(rows["start_s"] - 0.05, rows["end_s"] + 0.05)
    checks = (
        (np.isfinite(rows["start_s"]) & np.isfinite(rows["end_s"]), "a time that is no number"),
        ((rows["start_s"] >= 0) & (rows["end_s"] >= rows["start_s"]), "a span that goes backward or starts early"),
        (~shown | (inside & (rows["camera_id"] != "")), "a shown moment outside its span, or without camera"),
        (box.notna().all(axis=1) == shown, "a box without a shown moment, or the other way round"),
        (~shown | ((rows["x1"] < rows["x2"]) & (rows["y1"] < rows["y2"])), "an empty box"),
        (rows["event_id"] != "", "no event_id"),
        (rows["kind"] != "", "no kind"),
        (~rows.duplicated(["event_id", "camera_id"]), "the same camera twice for one event"),
        (rows["detail"].map(_is_object).astype(bool), "a detail that is no JSON object"),
    )
    for right, meaning in checks:
        if not right.all():
            wrong = rows[~right]
            problems.append(f"{len(wrong)} rows have {meaning}, first: {wrong.iloc[0]['event_id'] or '(unnamed)'}")
    for event_id, group in rows.groupby("event_id", sort=True):
        if len(group[list(_SHARED)].drop_duplicates()) > 1:
            problems.append(f"the rows of event {event_id} contradict each other")
    return problems


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _make_event(rows: pd.DataFrame) -> Event:
    first = rows.iloc[0]
    x_m, y_m = float(first["x_m"]), float(first["y_m"])
    return Event(
        event_id=str(first["event_id"]),
        kind=str(first["kind"]),
        start_s=float(first["start_s"]),
        end_s=float(first["end_s"]),
        person_ids=tuple(str(first["person_ids"]).split()),
        camera_id=str(first["camera_id"]) if math.isnan(float(first["shown_s"])) else "",
        floor=str(first["floor"]),
        zone=str(first["zone"]),
        at_m=None if math.isnan(x_m) else (x_m, y_m),
        shown=tuple(_list_shown(rows)),
        detail=json.loads(str(first["detail"])),
    )


def _list_shown(rows: pd.DataFrame) -> Iterable[Shown]:
    shown = rows[rows["shown_s"].notna()].sort_values("camera_id")
    numbers = shown[["shown_s", "x1", "y1", "x2", "y2"]].to_numpy(dtype=np.float64)
    for camera_id, (at_s, x1, y1, x2, y2) in zip(shown["camera_id"], numbers, strict=True):
        yield Shown(
            camera_id=str(camera_id), shown_s=float(at_s), box_xyxy=(float(x1), float(y1), float(x2), float(y2))
        )


class FaultKind(StrEnum):
    """What can be wrong with a camera; also the `kind` of its event row."""

    CLOCK_OFFSET = "clock-offset"
    WRONG_NAME = "wrong-name"
    DEAD_SPAN = "dead-span"
    DIRTY_LENS = "dirty-lens"
    GLARE = "glare"
    LOW_LIGHT = "low-light"
    LOW_FRAME_RATE = "low-frame-rate"
    MOVED_VIEW = "moved-view"


def find_clock_offsets_s(events: pd.DataFrame) -> dict[str, float]:
    """Return by camera_id how many seconds the clock in its picture is fast (negative: slow), of wrong clocks only.

    `events` has the columns `sim.columns.EVENTS`. A camera whose picture says 8:01:30 at 8:00:00 has 90.
    """
    rows = events[events["kind"] == FaultKind.CLOCK_OFFSET.value]
    return {
        str(camera_id): float(json.loads(detail)["offset_s"])
        for camera_id, detail in zip(rows["camera_id"], rows["detail"], strict=True)
    }


def has_lost_signal(
    events: pd.DataFrame, *, window_s: tuple[float, float], camera_ids: Collection[str] | None = None
) -> bool:
    """Return whether a camera had no picture inside a window for so long that it splits a stay in two.

    Sightings more than 5.0 s apart belong to two appearances: a camera without a signal from 128 to 140 s splits a stay
    on it in two, one without for 4 s does not.

    Args:
        events: with the columns `sim.columns.EVENTS`.
        window_s: site time, first and last second.
        camera_ids: the cameras that count; None for all.
    """
    low_s, high_s = window_s
    rows = events[events["kind"] == FaultKind.DEAD_SPAN.value]
    if camera_ids is not None:
        rows = rows[rows["camera_id"].isin(list(camera_ids))]
    lost_s = rows["end_s"].clip(upper=high_s) - rows["start_s"].clip(lower=low_s)
    return bool((lost_s > GAP_MAX_S).any())


def count_clock_faults(events: pd.DataFrame) -> int:
    """Return the number of cameras whose clock is wrong: the `clock_faults` of a form's difficulty."""
    return len(find_clock_offsets_s(events))
