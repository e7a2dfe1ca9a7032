"""One post of a console's events, and what it says of its tab; nothing here touches the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sim.drill.arrivals import ALLOWANCE_S, HeardTab, Silence, bound_s, find_silence, find_since_s, hear
from sim.drill.attempt import Attempt, compute_arrival_s, is_counted
from sim.drill.event import Event, EventKind
from sim.drill.instant import Instant
from sim.errors import AnswerError, AttemptError
from sim.records.events import write_payload
from sim.records.rows import StoredEvent, TabRow

MAX_TABS = 50
MOST_EVENTS = 20_000
"""Of one attempt, all tabs together. A busy hour has about 7,000."""
MOST_BYTES = 5_000_000
"""Of the payloads of one attempt's events."""
SERVERS_OWN = frozenset({EventKind.SIMILAR, EventKind.HELD})
"""Kinds that only the server writes: what a browser posts of them is kept and counts nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What a console sent.

    Attributes:
        attempt_id: of the token.
        tab_id: whose events.
        events: none for a heartbeat.
        waiting: events that the tab holds back for its next post.
        received: when it was there, before it waited for its turn.
    """

    attempt_id: str
    tab_id: str
    events: Sequence[Event]
    waiting: int
    received: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One post, as the server saw it. Attributes as of `sim.drill.arrivals`; `arrived_at` is UTC."""

    tab_id: str
    heard: Mapping[str, HeardTab]
    arrived_at: datetime
    arrived_s: float

    @property
    def floor_s(self) -> float:
        """The earliest time at which its events can have been made, seconds since release."""
        return max(0.0, find_since_s(self.tab_id, self.heard) - ALLOWANCE_S)

    def stamp(self, timing: Attempt, events: Sequence[Event], allowed: Sequence[bool]) -> tuple[StoredEvent, ...]:
        """Say of each event whether it counts: in time and, in a team exercise, from somebody who may do that."""
        floor_s = self.floor_s
        return tuple(
            StoredEvent(
                event=event,
                arrived_at=self.arrived_at,
                arrived_s=self.arrived_s,
                counted=is_allowed
                and event.kind not in SERVERS_OWN
                and is_counted(timing, made_s=self._find_made_s(event), arrived_s=self.arrived_s),
                floor_s=floor_s,
            )
            for event, is_allowed in zip(events, allowed, strict=True)
        )

    def add_to(self, before: TabRow, fresh: Sequence[StoredEvent], *, acked: int, waiting: int) -> TabRow:
        """Return its tab as it is after it; `fresh` are the events that were not stored before."""
        return TabRow(
            acked=acked,
            heard=hear(self.tab_id, self.heard, arrived_s=self.arrived_s, waiting=waiting),
            stored=before.stored + len(fresh),
            stored_bytes=before.stored_bytes + sum(len(write_payload(stored.event.payload)) for stored in fresh),
        )

    def find_silence(self, fresh: Sequence[StoredEvent]) -> Silence | None:
        """Return the silence of its tab that it ends, or None."""
        made_s = [find_made_s(stored) for stored in fresh]
        return find_silence(self.tab_id, self.heard, arrived_s=self.arrived_s, made_s=made_s)

    def _find_made_s(self, event: Event) -> float:
        return bound_s(event.t_client_ms / 1000.0, floor_s=self.floor_s, arrived_s=self.arrived_s)


def make_arrival(
    tab_id: str, tabs: Mapping[str, TabRow], timing: Attempt, *, now: Instant, received: Instant | None
) -> Arrival:
    """Return a post of a tab beside what is known of the attempt's tabs.

    `received`: when it came in; None where it comes in as it is stored.
    """
    return Arrival(
        tab_id=tab_id,
        heard={name: tab.heard for name, tab in tabs.items() if tab.heard is not None},
        arrived_at=now.wall,
        arrived_s=compute_arrival_s(timing, received or now),
    )


def check_tabs(tabs: Mapping[str, TabRow], tab_id: str) -> None:
    """Refuse one tab more than an attempt may have. Raises AnswerError."""
    if tab_id not in tabs and len(tabs) >= MAX_TABS:
        raise AnswerError(
            f"the attempt was opened in {MAX_TABS} tabs already", todo="continue in one of the tabs that are open"
        )


def check_room(tab_id: str, tabs: Mapping[str, TabRow], tab: TabRow) -> None:
    """Refuse more than a drill can make, `tab` being what one of its tabs becomes. Raises AttemptError."""
    after = [*(each for name, each in tabs.items() if name != tab_id), tab]
    if sum(each.stored for each in after) > MOST_EVENTS or sum(each.stored_bytes for each in after) > MOST_BYTES:
        raise AttemptError(
            "this drill has stored all that a drill may store",
            expected=f"at most {MOST_EVENTS:,} events and {MOST_BYTES // 1_000_000} MB",
            todo="start a new drill",
        )


def find_made_s(stored: StoredEvent) -> float:
    """Return when a stored event was made, as the server's bounds leave it, seconds since release."""
    return bound_s(stored.event.t_client_ms / 1000.0, floor_s=stored.floor_s, arrived_s=stored.arrived_s)
