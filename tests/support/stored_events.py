"""What the server keeps of an attempt, for tests."""

from typing import Any

from sim.drill.event import EventKind
from sim.services.app.wiring import App


def list_payloads(services: App, attempt_id: str, kind: EventKind) -> list[dict[str, Any]]:
    """Return what the stored events of one kind say, in their order."""
    with services.store.read() as work:
        return [dict(s.event.payload) for s in work.events.list_all(attempt_id) if s.event.kind is kind]
