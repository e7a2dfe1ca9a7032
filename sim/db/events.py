"""The event log: append-only, keyed by attempt, tab and number, so that a repeat is harmless."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from sim.attempt.arrivals import HeardTab, Silence
from sim.attempt.events import Act, Event, EventKind, read_act
from sim.db.columns import JSON_TEXT, PRACTICE, Col, Row, cascade, column, inner, raw, told
from sim.db.rows import AT_ONCE, Condition, Rows
from sim.errors import StoreError


class StoredEvent(Row, table="attempt_event", of="attempt", kept=PRACTICE):
    """What was done in a drill. Each camera opened, jump in time, mark and answer, to the second, for the debrief."""

    event: Event  # what the browser sent
    attempt_id: Col[str] = inner("", "", 64, cascade("attempt.attempt_id"), primary_key=True)
    tab_id: Col[str] = inner("event.tab_id", "", 36, primary_key=True)
    seq: Col[int] = inner("event.seq", "", primary_key=True, autoincrement=False)
    kind: Col[EventKind] = inner("event.kind", "what was done")
    t_client_ms: Col[float] = inner("event.t_client_ms", "")
    payload: Col[Mapping[str, Any]] = inner(
        "event.payload", "on which camera and when; what was marked or answered", JSON_TEXT
    )
    arrived_at: Col[datetime] = told("when")
    arrived_s: Col[float] = column()  # the server's elapsed seconds when it came
    counted: Col[bool] = column()  # inside the limit and the grace; others are kept but never scored
    earliest_s: Col[float | None] = column(default=None)  # when it can have been made first; None: not bound


class TabRow(Row, table="attempt_tab", of="attempt", kept=PRACTICE):
    """Browser windows of a drill. Which window a drill was done in, so that nothing is counted twice."""

    attempt_id: Col[str] = column(64, cascade("attempt.attempt_id"), primary_key=True)
    tab_id: Col[str] = told("a random number of the window", 36, primary_key=True)
    acked: Col[int] = column(default=0, name="acked_seq", server_default=None)  # complete up to it
    heard: HeardTab | None = None  # what was heard of it, pauses included; None for a tab never heard
    heard_s: Col[float | None] = inner("heard.heard_s", "")
    since_s: Col[float | None] = inner("heard.since_s", "")
    stored: Col[int] = column(default=0)  # events
    stored_bytes: Col[int] = column(default=0)  # of their payloads


class SilenceRow(Row, table="attempt_silence", of="attempt", sorted_by="from_s tab_id", kept=PRACTICE):
    """Lost connections in a drill. When nothing was heard of its browser, and how much of what was done came late."""

    silence: Silence
    attempt_id: Col[str] = column(64, cascade("attempt.attempt_id"), primary_key=True)
    tab_id: Col[str] = inner("silence.tab_id", "a random number of the window", 36, primary_key=True)
    from_s: Col[float] = inner("silence.from_s", "from when, seconds into the drill", primary_key=True)
    to_s: Col[float] = inner("silence.to_s", "until when")
    late: Col[int] = inner("silence.late", "how much arrived late")
    is_offline: Col[bool] = inner("silence.is_offline", "no other window was heard either")


class HelpRow(Row, table="attempt_help", of="attempt", sorted_by="attempt_id number", kept=PRACTICE):
    """Calls for help. When someone asked for help in a session."""

    attempt_id: Col[str] = column(64, cascade("attempt.attempt_id"), primary_key=True)
    number: Col[int] = column(primary_key=True, autoincrement=False)
    asked_at: Col[datetime] = told("when")
    elapsed_s: Col[float] = column()  # the attempt's own time at it, seconds
    answered_at: Col[datetime | None] = told("when answered", default=None)  # by the trainer


_SELECT_EVENT = select(*map(raw, list(StoredEvent.table.columns)[1:]))
_IS_BEYOND = exists().where(
    StoredEvent.attempt_id == TabRow.attempt_id, StoredEvent.tab_id == TabRow.tab_id, StoredEvent.seq > TabRow.acked
)
_SELECT_TABS_OF_SOME = select(TabRow.table, _IS_BEYOND.label("is_beyond")).where(
    TabRow.attempt_id.in_(bindparam("attempts", expanding=True))
)
_IN_TIME = (StoredEvent.t_client_ms, StoredEvent.tab_id, StoredEvent.seq)
_INSERT_EVENT = {
    "sqlite": sqlite.insert(StoredEvent.table).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(StoredEvent.table).on_conflict_do_nothing(),
}
"""Made once: putting them together takes longer than the database does, and every post of events needs all."""

_KINDS = {kind.value: kind for kind in EventKind}


class EventsTable(Rows):
    def append(self, events: Mapping[str, Sequence[StoredEvent]]) -> None:
        """Store events by attempt; those that are stored already stay as they are."""
        values = [{**each.values(), "attempt_id": key} for key, fresh in events.items() for each in fresh]
        if values:
            self.connection.execute(_INSERT_EVENT[self.connection.dialect.name], values)

    def list_tabs_of(self, attempt_ids: Collection[str]) -> tuple[dict[str, dict[str, TabRow]], set[tuple[str, str]]]:
        """Return every tab of some attempts, by attempt and tab, and those that lack events before later ones."""
        found: dict[str, dict[str, TabRow]] = {attempt_id: {} for attempt_id in attempt_ids}
        gaps: set[tuple[str, str]] = set()
        for row in self.connection.execute(_SELECT_TABS_OF_SOME, {"attempts": list(attempt_ids)}):
            attempt_id, tab_id, *_, is_beyond = row
            found[attempt_id][tab_id] = TabRow.make(row)
            if is_beyond:
                gaps.add((attempt_id, tab_id))
        return found, gaps

    def list_all(self, attempt_id: str, *where: Condition) -> tuple[StoredEvent, ...]:
        """Return the log, by the browser's time, then tab, then number: the same whatever order it came in."""
        chosen = _SELECT_EVENT.where(StoredEvent.attempt_id == attempt_id, *where).order_by(*_IN_TIME)
        found, events = self.connection.execute(chosen), []
        with _tell_changed():
            for rows in found.partitions(AT_ONCE):  # many at once cost as much again in collecting garbage
                payloads = json.loads(f"[{','.join(row[4] for row in rows)}]")
                for row, payload in zip(rows, payloads, strict=True):
                    tab_id, seq, kind, t_client_ms, _, arrived_at, arrived_s, counted, earliest_s = row
                    act = read_act(_KINDS[kind], payload)
                    event = Event(tab_id=tab_id, seq=seq, t_client_ms=t_client_ms, act=act, payload=payload)
                    arrived = {"arrived_at": arrived_at, "arrived_s": arrived_s, "earliest_s": earliest_s}
                    events.append(StoredEvent(event=event, counted=counted, **arrived))
        return tuple(events)

    def list_standing(self, attempt_id: str, *, lasting: Collection[EventKind]) -> tuple[StoredEvent, ...]:
        """Return what tells where the search stands: all events of the lasting kinds, of others each tab's last."""
        is_lasting, here = StoredEvent.kind.in_(lasting), (StoredEvent.attempt_id == attempt_id, StoredEvent.counted)
        latest = select(StoredEvent.tab_id, func.max(StoredEvent.seq)).where(*here, ~is_lasting)
        latest = latest.group_by(StoredEvent.tab_id, StoredEvent.kind)
        is_latest = tuple_(StoredEvent.tab_id, StoredEvent.seq).in_(latest)
        return self.list_all(attempt_id, StoredEvent.counted, is_lasting | is_latest)

    def list_kinds(self, attempt_ids: Collection[str], kinds: Collection[EventKind]) -> dict[str, list[Act]]:
        """Return what was done of some kinds, by attempt, in the order of the browser's time."""
        columns = (StoredEvent.attempt_id, StoredEvent.kind, StoredEvent.payload)
        where = (StoredEvent.attempt_id.in_(attempt_ids), StoredEvent.kind.in_(kinds))
        found: dict[str, list[Act]] = {}
        with _tell_changed():
            for attempt_id, kind, payload in self.list_columns(columns, *where, order_by=_IN_TIME):
                found.setdefault(attempt_id, []).append(read_act(kind, payload))
        return found


@contextmanager
def _tell_changed() -> Iterator[None]:
    """Say that an event is none that was taken in: its payload is no JSON, its kind unknown, or a value missing."""
    try:
        yield
    except (ValueError, KeyError) as error:
        raise StoreError(
            "a stored event cannot be read: someone has changed it in the database",
            todo="run `sightline records verify`, and restore a backup from before",
        ) from error
