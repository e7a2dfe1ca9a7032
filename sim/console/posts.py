"""A post of events, checked to the last value, and what it says of its tab; nothing here touches the database."""

import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, NoReturn
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.attempt.arrivals import (
    ALLOWANCE_S,
    ALWAYS,
    HeardTab,
    Pauses,
    Silence,
    Weight,
    bound_s,
    find_silence,
    find_since_s,
    hear,
    is_action,
)
from sim.attempt.attempt import Attempt, Instant, compute_real_s, is_counted
from sim.attempt.events import Event, EventKind, read_act
from sim.attempt.posted import MAX_TEXT, Number, describe_fault
from sim.db.attempts import StoredEvent, TabRow
from sim.db.columns import write_json
from sim.errors import AnswerError, AttemptError

MAX_BODY_BYTES = 256 * 1024
MAX_EVENTS = 2000
MAX_SEQ = 20_000
MAX_DEPTH = 6
MAX_VALUES = 200
MAX_NUMBER = 1e13
"""As milliseconds some 300 years: a browser's clock may be wrong by any of it, the server bounds the time."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class PostedEvent(_Strict):
    seq: Annotated[int, Field(ge=1, le=MAX_SEQ)]
    t_client_ms: Number
    kind: EventKind
    payload: dict[str, Any]


class PostedBatch(_Strict):
    """The body of a post: one tab's events, none for a heartbeat; `waiting`: how many it holds back for the next."""

    tab: UUID
    events: Annotated[tuple[PostedEvent, ...], Field(max_length=MAX_EVENTS)]
    waiting: Annotated[int, Field(ge=0)] = 0


def parse_batch(body: bytes) -> tuple[str, tuple[Event, ...], int]:
    try:
        _check_plain(json.loads(body, parse_constant=_refuse_constant))
        batch = PostedBatch.model_validate_json(body)
    except ValidationError as error:
        raise describe_fault(error) from error
    except (ValueError, RecursionError) as error:
        raise AnswerError(f"the body cannot be read: {error}", expected='{"tab": UUID, "events": [...]}') from error
    tab_id = str(batch.tab)
    events: list[Event] = []
    try:
        for each in batch.events:
            events.append(
                Event(
                    tab_id=tab_id,
                    seq=each.seq,
                    t_client_ms=each.t_client_ms,
                    act=read_act(each.kind, each.payload),
                    payload=each.payload,
                )
            )
    except ValidationError as error:
        raise describe_fault(error, prefix=f"events.{len(events)}.payload.") from error
    return tab_id, tuple(events), batch.waiting


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _check_plain(value: Any, *path: object) -> None:
    if isinstance(value, str):
        if len(value) > MAX_TEXT or "\x00" in value:
            raise ValueError(f"{_name(path)} is too long or holds a null character")
    elif isinstance(value, dict | list):
        if len(path) > MAX_DEPTH:
            raise ValueError(f"{_name(path)} is nested too deep")
        limit = MAX_EVENTS if len(path) == 1 else MAX_VALUES
        if len(value) > limit:
            raise ValueError(f"{_name(path)} has more than {limit} values")
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            _check_plain(item, *path, key)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{_name(path)} is not finite")
    elif isinstance(value, int | float) and abs(value) > MAX_NUMBER:
        raise ValueError(f"{_name(path)} is larger than any number of a drill")


def _name(path: tuple[object, ...]) -> str:
    return ".".join(("body", *map(str, path)))


MAX_TABS = 50
MOST_EVENTS = 20_000
"""Of one attempt, all tabs together. A busy hour has about 7,000."""
MOST_BYTES = 5_000_000
"""Of the payloads of one attempt's events."""
CLOCK_MS = 1.0
"""A browser's clock tells no less than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    attempt_id: str  # of the token
    tab_id: str  # whose events
    events: Sequence[Event]  # none for a heartbeat
    waiting: int  # events that the tab holds back for its next post
    received: Instant  # when it was there, before it waited for its turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamped:
    stored: tuple[StoredEvent, ...]  # all but those that wait
    waiting: int  # events that their console keeps and sends again when the drill continues
    left_out: frozenset[int]  # numbers of those stored that a pause leaves out
    untimely: int  # actions that came in a pause and do not count, with those that wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    tab_id: str  # whose
    heard: Mapping[str, HeardTab]  # of every tab before it; its times are real ones, as `real_s`
    arrived_at: datetime  # UTC
    real_s: float  # when it came, as `sim.attempt.attempt.compute_real_s`
    pauses: Pauses  # of the attempt

    @property
    def arrived_s(self) -> float:
        return self.pauses.to_drill_s(self.real_s)

    @property
    def is_in_pause(self) -> bool:
        return self.pauses.is_in(self.real_s)

    def stamp(self, timing: Attempt, events: Sequence[Event], allowed: Sequence[bool]) -> Stamped:
        """Say of each event whether it counts: in time, in no pause and, in a team exercise, from who may do that."""
        earliest_s = self.pauses.to_drill_s(self._floor_s)
        stored: list[StoredEvent] = []
        left_out: set[int] = set()
        waiting = untimely = 0
        # a page that opens has asked for the clock, so it knows of every pause
        opened = min((event.seq for event in events if event.kind is EventKind.OPEN), default=None)
        for event, is_allowed in zip(events, allowed, strict=True):
            told_s = self._since_s if opened is None or event.seq < opened else self.real_s
            made_s = bound_s(self._read_s(event, told_s), earliest_s=self._floor_s, arrived_s=self.real_s)
            weight = Weight.COUNTS if event.kind in ALWAYS else self._weigh(made_s, told_s)
            if weight is not Weight.COUNTS and is_action(event):
                untimely += 1
            if weight is Weight.WAITS:
                waiting += 1
                continue
            if weight is Weight.LEFT_OUT:
                left_out.add(event.seq)
            is_in_time = is_counted(timing, made_s=self.pauses.to_drill_s(made_s), arrived_s=self.arrived_s)
            # kinds that only the server writes: what a browser posts of them is kept and counts nowhere
            is_own = is_allowed and event.kind not in (EventKind.SIMILAR, EventKind.HELD)
            stored.append(
                StoredEvent(
                    event=self._set(event, told_s),
                    arrived_at=self.arrived_at,
                    arrived_s=self.arrived_s,
                    counted=is_own and is_in_time and weight is Weight.COUNTS,
                    earliest_s=earliest_s,
                )
            )
        return Stamped(stored=tuple(stored), waiting=waiting, left_out=frozenset(left_out), untimely=untimely)

    def add_to(self, before: TabRow, fresh: Sequence[StoredEvent], *, acked: int, waiting: int) -> TabRow:
        """Return its tab as it is after it; `fresh` are the events that were not stored before."""
        return replace(
            before,
            acked=acked,
            heard=hear(self.tab_id, self.heard, arrived_s=self.real_s, waiting=waiting),
            stored=before.stored + len(fresh),
            stored_bytes=before.stored_bytes + sum(len(write_json(stored.event.payload)) for stored in fresh),
        )

    def find_silence(self, fresh: Sequence[StoredEvent], *, left_out: Collection[int] = ()) -> Silence | None:
        """Return the silence of its tab that it ends, or None; events `left_out` are told as done in a pause."""
        told, stood_s = [stored for stored in fresh if stored.event.seq not in left_out], 0.0
        if self.is_in_pause:
            told = [stored for stored in told if is_action(stored.event)]
            stood_s = self.real_s - self.pauses.to_real_s(self.arrived_s, told_s=self._since_s)
        made_s = [self.real_s - stood_s - (self.arrived_s - find_made_s(stored)) for stored in told]
        return find_silence(self.tab_id, self.heard, arrived_s=self.real_s, made_s=made_s, pauses=self.pauses)

    @property
    def _since_s(self) -> float:
        return find_since_s(self.tab_id, self.heard)

    @property
    def _floor_s(self) -> float:
        return max(0.0, self._since_s - ALLOWANCE_S)

    def _weigh(self, made_s: float, told_s: float) -> Weight:
        heard_s = max((each.heard_s for each in self.heard.values()), default=0.0)
        return self.pauses.weigh(made_s=made_s, told_s=told_s, heard_s=heard_s, arrived_s=self.real_s)

    def _set(self, event: Event, told_s: float) -> Event:
        """Return an event by drill time where its browser's clock ran on through a pause that it did not know of."""
        drill_ms = self.pauses.to_drill_s(self._read_s(event, told_s)) * 1000.0
        return replace(event, t_client_ms=drill_ms) if event.t_client_ms - drill_ms > CLOCK_MS else event

    def _read_s(self, event: Event, told_s: float) -> float:
        """Return when it was made by the browser's clock, which knows of the pauses before it was told of the clock."""
        return self.pauses.to_real_s(event.t_client_ms / 1000.0, told_s=told_s)


def make_arrival(
    tab_id: str, tabs: Mapping[str, TabRow], timing: Attempt, *, now: Instant, received: Instant | None
) -> Arrival:
    """Return a post beside what is known of the attempt's tabs; `received` None: it comes in as it is stored."""
    return Arrival(
        tab_id=tab_id,
        heard={name: tab.heard for name, tab in tabs.items() if tab.heard is not None},
        arrived_at=now.wall,
        real_s=compute_real_s(timing, received or now),
        pauses=timing.pauses,
    )


def check_tabs(tabs: Mapping[str, TabRow], tab_id: str) -> None:
    if tab_id not in tabs and len(tabs) >= MAX_TABS:
        raise AnswerError(
            f"the attempt was opened in {MAX_TABS} tabs already", todo="continue in one of the tabs that are open"
        )


def check_room(tab_id: str, tabs: Mapping[str, TabRow], tab: TabRow) -> None:
    after = [*(each for name, each in tabs.items() if name != tab_id), tab]
    if sum(each.stored for each in after) > MOST_EVENTS or sum(each.stored_bytes for each in after) > MOST_BYTES:
        raise AttemptError(
            "this drill has stored all that a drill may store",
            expected=f"at most {MOST_EVENTS:,} events and {MOST_BYTES // 1_000_000} MB",
            todo="start a new drill",
        )


def find_made_s(stored: StoredEvent) -> float:
    """Return when a stored event was made, as the server's bounds leave it, seconds since release."""
    return bound_s(stored.event.t_client_ms / 1000.0, earliest_s=stored.earliest_s, arrived_s=stored.arrived_s)
