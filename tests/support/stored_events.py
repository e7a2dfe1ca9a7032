"""What the server keeps of an attempt, for tests."""

from typing import Any

from sim.db.rows import AttemptRow, StoredEvent
from sim.drill.event import EventKind
from sim.services.app.wiring import App


def get_attempt(services: App, attempt_id: str) -> AttemptRow:
    with services.store.read() as work:
        return work.attempts.get(attempt_id)


def list_events(services: App, attempt_id: str, kind: EventKind | None = None) -> list[StoredEvent]:
    """Return the stored events of an attempt, of one kind where it is given."""
    with services.store.read() as work:
        return [each for each in work.events.list_all(attempt_id) if kind in (None, each.event.kind)]


def list_payloads(services: App, attempt_id: str, kind: EventKind) -> list[dict[str, Any]]:
    return [dict(each.event.payload) for each in list_events(services, attempt_id, kind)]
