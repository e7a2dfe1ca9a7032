"""The event log: append-only, keyed by attempt, tab and number, so that a repeat is harmless."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, func, insert, select, tuple_, update

from sim.db import tables
from sim.db.rows import StoredEvent, TabRow, read_row, write_row
from sim.db.sessions import HelpRow
from sim.drill.arrivals import HeardTab, Silence, join_silences
from sim.drill.event import Event, EventKind

_EVENT = tables.event.c
_TAB = tables.tab.c
_SELECT_EVENT = select(
    _EVENT.tab_id,
    _EVENT.seq,
    _EVENT.t_client_ms,
    _EVENT.kind,
    _EVENT.payload,
    _EVENT.arrived_at,
    _EVENT.arrived_s,
    _EVENT.counted,
    _EVENT.earliest_s,
)
_THIS_TAB = (_TAB.attempt_id == bindparam("attempt")) & (_TAB.tab_id == bindparam("tab"))
_FROM_TAB = (_EVENT.attempt_id == bindparam("attempt")) & (_EVENT.tab_id == bindparam("tab"))
_SELECT_LATER = select(_EVENT.seq).where(_FROM_TAB, _EVENT.seq > bindparam("acked")).order_by(_EVENT.seq)
_SELECT_LATEST = select(func.max(_EVENT.seq)).where(_FROM_TAB)
_SELECT_KNOWN = select(_EVENT.seq).where(_FROM_TAB, _EVENT.seq.in_(bindparam("numbers", expanding=True)))
_SELECT_KIND = _SELECT_EVENT.where(_FROM_TAB, _EVENT.kind == bindparam("kind")).order_by(_EVENT.seq)
_SELECT_TABS = (
    select(_TAB.tab_id, _TAB.acked_seq, _TAB.heard_s, _TAB.since_s, _TAB.stored, _TAB.stored_bytes)
    .where(_TAB.attempt_id == bindparam("attempt"))
    .order_by(_TAB.tab_id)
)
_OF_SOME = _TAB.attempt_id.in_(bindparam("attempts", expanding=True))
_IS_BEYOND = (
    exists()
    .where(_EVENT.attempt_id == _TAB.attempt_id, _EVENT.tab_id == _TAB.tab_id, _EVENT.seq > _TAB.acked_seq)
    .label("is_beyond")
)
_SELECT_TABS_OF_SOME = select(
    _TAB.attempt_id, _TAB.tab_id, _TAB.acked_seq, _TAB.heard_s, _TAB.since_s, _TAB.stored, _TAB.stored_bytes, _IS_BEYOND
).where(_OF_SOME)
_INSERT_TAB = insert(tables.tab)
_UPDATE_TAB = update(tables.tab).where(_THIS_TAB)
_LASTING = _EVENT.kind.in_(bindparam("kinds", expanding=True))
_THIS_COUNTED = (_EVENT.attempt_id == bindparam("attempt")) & _EVENT.counted
_LAST = select(_EVENT.tab_id, func.max(_EVENT.seq)).where(_THIS_COUNTED, ~_LASTING).group_by(_EVENT.tab_id, _EVENT.kind)
_SELECT_STANDING = _SELECT_EVENT.where(_THIS_COUNTED, _LASTING | tuple_(_EVENT.tab_id, _EVENT.seq).in_(_LAST)).order_by(
    _EVENT.t_client_ms, _EVENT.tab_id, _EVENT.seq
)
_COUNT_TABS = select(func.count(_EVENT.tab_id.distinct())).where(_THIS_COUNTED, _EVENT.kind == bindparam("kind"))
_INSERT_EVENT = insert(tables.event)
"""Made once: putting them together takes longer than the database does, and every post of events needs all."""

_EventRow = Row[str, int, float, str, str, datetime, float, bool, float | None]
_KINDS = {kind.value: kind for kind in EventKind}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsTable:
    """The events of all attempts, on one open transaction."""

    connection: Connection

    def append(self, attempt_id: str, events: Sequence[StoredEvent]) -> tuple[StoredEvent, ...]:
        """Store those that are not stored yet; return them in the order given. A stored event is never changed."""
        if not events:
            return ()
        known = self._find_known(attempt_id, events)
        fresh: list[StoredEvent] = []
        for stored in events:
            key = (stored.event.tab_id, stored.event.seq)
            if key not in known:
                known.add(key)
                fresh.append(stored)
        if fresh:
            self.connection.execute(_INSERT_EVENT, [_to_values(attempt_id, stored) for stored in fresh])
        return tuple(fresh)

    def append_fresh(self, events: Mapping[str, Sequence[StoredEvent]]) -> None:
        """Store events of several attempts, by attempt, that are known not to be stored yet."""
        values = [_to_values(attempt_id, stored) for attempt_id, fresh in events.items() for stored in fresh]
        if values:
            self.connection.execute(_INSERT_EVENT, values)

    def find_complete(self, attempt_id: str, tab_id: str, *, acked: int) -> int:
        """Return the highest number up to which the tab's events are complete, from one that is known on."""
        for seq in self.connection.scalars(_SELECT_LATER, {"attempt": attempt_id, "tab": tab_id, "acked": acked}):
            if seq != acked + 1:
                break
            acked = seq
        return acked

    def list_tabs(self, attempt_id: str) -> dict[str, TabRow]:
        return {
            tab_id: _to_tab(acked, heard_s, since_s, stored, stored_bytes)
            for tab_id, acked, heard_s, since_s, stored, stored_bytes in self.connection.execute(
                _SELECT_TABS, {"attempt": attempt_id}
            )
        }

    def list_tabs_of(self, attempt_ids: Collection[str]) -> tuple[dict[str, dict[str, TabRow]], set[tuple[str, str]]]:
        """Return every tab of some attempts, by attempt and tab, and those that lack events before later ones."""
        found: dict[str, dict[str, TabRow]] = {attempt_id: {} for attempt_id in attempt_ids}
        gaps: set[tuple[str, str]] = set()
        chosen = self.connection.execute(_SELECT_TABS_OF_SOME, {"attempts": list(attempt_ids)})
        for attempt_id, tab_id, acked, heard_s, since_s, stored, stored_bytes, is_beyond in chosen:
            found[attempt_id][tab_id] = _to_tab(acked, heard_s, since_s, stored, stored_bytes)
            if is_beyond:
                gaps.add((attempt_id, tab_id))
        return found, gaps

    def list_acked(self, attempt_id: str) -> dict[str, int]:
        """Return the highest complete number of every tab."""
        return {tab_id: row.acked for tab_id, row in self.list_tabs(attempt_id).items()}

    def save_tab(self, attempt_id: str, tab_id: str, row: TabRow, *, is_new: bool) -> None:
        """Write every value of a tab."""
        self.save_tabs([(attempt_id, tab_id, row)], are_new=is_new)

    def save_tabs(self, tabs: Sequence[tuple[str, str, TabRow]], *, are_new: bool) -> None:
        """Write every value of tabs, each with its attempt and its id: of new ones, or of some that are there."""
        attempt, tab = ("attempt_id", "tab_id") if are_new else ("attempt", "tab")
        values = [{attempt: attempt_id, tab: tab_id, **_to_tab_values(row)} for attempt_id, tab_id, row in tabs]
        if values:
            self.connection.execute(_INSERT_TAB if are_new else _UPDATE_TAB, values)

    def list_all(self, attempt_id: str) -> tuple[StoredEvent, ...]:
        """Return the whole log, by the browser's time, then tab, then number: the same whatever order it came in."""
        chosen = _SELECT_EVENT.where(_EVENT.attempt_id == attempt_id).order_by(
            _EVENT.t_client_ms, _EVENT.tab_id, _EVENT.seq
        )
        return _to_events(self.connection.execute(chosen).all())

    def list_standing(self, attempt_id: str, *, lasting: Collection[EventKind]) -> tuple[StoredEvent, ...]:
        """Return what counts of a log and tells where the search stands, ordered as `list_all`.

        That is every event of the lasting kinds, and of each other kind the last one of each tab: of a log of 20,000 a
        few hundred, as a rule. When the search went on after a call is not told by it.
        """
        here = {"attempt": attempt_id, "kinds": [kind.value for kind in lasting]}
        return _to_events(self.connection.execute(_SELECT_STANDING, here).all())

    def find_latest(self, attempt_id: str, tab_id: str) -> int:
        """Return the highest number of a tab's events, complete or not; 0 for none."""
        return self.connection.scalar(_SELECT_LATEST, {"attempt": attempt_id, "tab": tab_id}) or 0

    def find(self, attempt_id: str, tab_id: str, *, kind: EventKind) -> tuple[StoredEvent, ...]:
        """Return a tab's events of one kind, by number."""
        here = {"attempt": attempt_id, "tab": tab_id, "kind": kind.value}
        return _to_events(self.connection.execute(_SELECT_KIND, here).all())

    def list_kinds(
        self, attempt_ids: Collection[str], kinds: Collection[EventKind]
    ) -> dict[str, list[tuple[EventKind, Mapping[str, Any]]]]:
        """Return kind and payload of the events of some kinds, by attempt, in the order of the browser's time."""
        chosen = (
            select(_EVENT.attempt_id, _EVENT.kind, _EVENT.payload)
            .where(_EVENT.attempt_id.in_(list(attempt_ids)), _EVENT.kind.in_([kind.value for kind in kinds]))
            .order_by(_EVENT.attempt_id, _EVENT.t_client_ms, _EVENT.tab_id, _EVENT.seq)
        )
        found: dict[str, list[tuple[EventKind, Mapping[str, Any]]]] = {}
        for attempt_id, kind, payload in self.connection.execute(chosen):
            found.setdefault(attempt_id, []).append((_KINDS[kind], json.loads(payload)))
        return found

    def count_tabs(self, attempt_id: str, *, kind: EventKind) -> int:
        """Return from how many tabs events of a kind came that count."""
        return self.connection.scalar(_COUNT_TABS, {"attempt": attempt_id, "kind": kind.value}) or 0

    def _find_known(self, attempt_id: str, events: Sequence[StoredEvent]) -> set[tuple[str, int]]:
        known: set[tuple[str, int]] = set()
        for tab_id in {stored.event.tab_id for stored in events}:
            numbers = [stored.event.seq for stored in events if stored.event.tab_id == tab_id]
            here = {"attempt": attempt_id, "tab": tab_id, "numbers": numbers}
            known.update((tab_id, seq) for seq in self.connection.scalars(_SELECT_KNOWN, here))
        return known


def _to_tab(acked: int, heard_s: float | None, since_s: float | None, stored: int, stored_bytes: int) -> TabRow:
    heard = None if heard_s is None or since_s is None else HeardTab(heard_s=heard_s, since_s=since_s)
    return TabRow(acked=acked, heard=heard, stored=stored, stored_bytes=stored_bytes)


def _to_tab_values(row: TabRow) -> dict[str, object]:
    return {
        "acked_seq": row.acked,
        "heard_s": row.heard.heard_s if row.heard else None,
        "since_s": row.heard.since_s if row.heard else None,
        "stored": row.stored,
        "stored_bytes": row.stored_bytes,
    }


def _to_values(attempt_id: str, stored: StoredEvent) -> dict[str, object]:
    return {
        "attempt_id": attempt_id,
        "tab_id": stored.event.tab_id,
        "seq": stored.event.seq,
        "kind": stored.event.kind.value,
        "t_client_ms": stored.event.t_client_ms,
        "payload": write_payload(stored.event.payload),
        "arrived_at": stored.arrived_at,
        "arrived_s": stored.arrived_s,
        "counted": stored.counted,
        "earliest_s": stored.earliest_s,
    }


def write_payload(payload: Mapping[str, Any]) -> str:
    return json.dumps(dict(payload), allow_nan=False, separators=(",", ":"), sort_keys=True)


def _to_events(found: Sequence[_EventRow]) -> tuple[StoredEvent, ...]:
    """Return rows of `_SELECT_EVENT` as events; their payloads are read as one text, as a log has thousands."""
    payloads = json.loads(f"[{','.join(payload for _, _, _, _, payload, *_ in found)}]")
    return tuple(
        StoredEvent(
            event=Event(tab_id=tab_id, seq=seq, t_client_ms=t_client_ms, kind=_KINDS[kind], payload=payload),
            arrived_at=arrived_at,
            arrived_s=arrived_s,
            counted=counted,
            earliest_s=earliest_s,
        )
        for (tab_id, seq, t_client_ms, kind, _, arrived_at, arrived_s, counted, earliest_s), payload in zip(
            found, payloads, strict=True
        )
    )


_SILENCE = tables.silence.c
_HELP = tables.attempt_help.c


@dataclass(frozen=True, slots=True, kw_only=True)
class SilencesTable:
    """The silences of all attempts, on one open transaction."""

    connection: Connection

    def keep(self, attempt_id: str, silence: Silence) -> None:
        """Store a silence; a further post that belongs to the same one is added to it."""
        same = (
            (_SILENCE.attempt_id == attempt_id)
            & (_SILENCE.tab_id == silence.tab_id)
            & (_SILENCE.from_s == silence.from_s)
        )
        before = next((each for each in self.list_all(attempt_id) if _is_same(each, silence)), None)
        joined = join_silences(before, silence)
        self.connection.execute(delete(tables.silence).where(same))
        self.connection.execute(
            insert(tables.silence).values(
                attempt_id=attempt_id,
                tab_id=joined.tab_id,
                from_s=joined.from_s,
                to_s=joined.to_s,
                late=joined.late,
                is_offline=joined.is_offline,
            )
        )

    def list_all(self, attempt_id: str) -> tuple[Silence, ...]:
        """Return the silences of an attempt in the order they began."""
        chosen = (
            select(_SILENCE.tab_id, _SILENCE.from_s, _SILENCE.to_s, _SILENCE.late, _SILENCE.is_offline)
            .where(_SILENCE.attempt_id == attempt_id)
            .order_by(_SILENCE.from_s, _SILENCE.tab_id)
        )
        return tuple(
            Silence(tab_id=tab_id, from_s=from_s, to_s=to_s, late=late, is_offline=is_offline)
            for tab_id, from_s, to_s, late, is_offline in self.connection.execute(chosen)
        )


def _is_same(a: Silence, b: Silence) -> bool:
    return a.tab_id == b.tab_id and a.from_s == b.from_s


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpTable:
    """Calls for help, on one open transaction."""

    connection: Connection

    def ask(self, attempt_id: str, *, at: datetime, elapsed_s: float) -> HelpRow:
        """Store a call for help; one that still waits for its answer is returned as it is."""
        asked = self.list_of((attempt_id,))
        if asked and asked[-1].answered_at is None:
            return asked[-1]
        row = HelpRow(attempt_id=attempt_id, number=len(asked) + 1, asked_at=at, elapsed_s=elapsed_s)
        self.connection.execute(insert(tables.attempt_help).values(**write_row(row)))
        return row

    def answer(self, attempt_id: str, *, at: datetime) -> int:
        """Mark every call of an attempt that waits as answered; return how many there were."""
        waiting = (_HELP.attempt_id == attempt_id) & _HELP.answered_at.is_(None)
        return self.connection.execute(update(tables.attempt_help).where(waiting).values(answered_at=at)).rowcount

    def list_of(self, attempt_ids: Collection[str]) -> tuple[HelpRow, ...]:
        """Return the calls of some attempts, by attempt and in the order they were made."""
        chosen = (
            select(tables.attempt_help)
            .where(_HELP.attempt_id.in_(list(attempt_ids)))
            .order_by(_HELP.attempt_id, _HELP.number)
        )
        return tuple(read_row(HelpRow, found) for found in self.connection.execute(chosen).mappings())
