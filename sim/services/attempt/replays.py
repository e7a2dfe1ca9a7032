"""A finished search, to be watched again as the trainee saw it."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from sim.db.rows import AttemptRow
from sim.drill.event import Event
from sim.drill.expert.hands import Caption
from sim.drill.replay import order_events
from sim.errors import AttemptError
from sim.services.app.wiring import App
from sim.services.attempt.console_data import make_console_data
from sim.services.attempt.footage_access import make_links
from sim.services.attempt.intake import clamp_events
from sim.services.attempt.kept_apart import is_shut
from sim.services.attempt.scores import SCORED, settle
from sim.services.attempt.views import ConsoleView


@dataclass(frozen=True, slots=True, kw_only=True)
class BackLink:
    """Where a replay leads: the query of the drill page, its words, and whether it is the next thing to do."""

    query: str
    label: str
    is_next: bool = False


def get_replay(app: App, attempt_id: str) -> ConsoleView:
    """Return what the console draws, as for a running attempt, with the log beside it under `replay`.

    `replay` holds used_ms, limit_ms, captions (none), back {href, label, is_next}, and events [{t_ms, kind, payload}]:
    those that count, in order, t_ms since release.

    Raises:
        AttemptError: unknown, without a result, or others are still measured on its footage.
        TaskError, RecordingError: the form or the recording is not to be had.
    """
    row = open_replay(app, attempt_id)
    with app.store.read() as work:
        log = work.events.list_all(attempt_id)
    return make_replay(app, row, clamp_events(log), used_ms=(row.timing.used_s or 0.0) * 1000.0)


def open_replay(app: App, attempt_id: str) -> AttemptRow:
    """Return an ended attempt whose footage its trainee may watch again. Raises AttemptError as `get_replay`."""
    row = settle(app, attempt_id)
    timing = row.timing
    if timing.state not in SCORED or timing.used_s is None:
        raise AttemptError(
            f"the search cannot be watched again: the attempt is {timing.state.replace('_', ' ')}",
            expected="an attempt that was submitted or whose time was up",
            todo="finish the drill first",
        )
    with app.store.read() as work:
        if is_shut(app, work, row.recording_id):
            raise AttemptError(
                "the search cannot be watched again yet: others are still measured on this footage",
                todo="look at the debrief; the search opens when the program is closed",
            )
    return row


def make_replay(
    app: App,
    row: AttemptRow,
    events: Sequence[Event],
    *,
    used_ms: float,
    captions: Sequence[Caption] = (),
    back: BackLink | None = None,
) -> ConsoleView:
    """Return what the console draws of a search on an attempt's footage.

    `captions` say why, by drill time; `back` is where it leads afterward, None for the debrief.
    """
    back = back or BackLink(query=urlencode({"attempt": row.timing.attempt_id}), label="Back to debrief")
    replay = {
        "events": [
            {"t_ms": event.t_client_ms, "kind": event.kind.value, "payload": dict(event.payload)}
            for event in order_events(events)
            if event.t_client_ms <= used_ms
        ],
        "used_ms": used_ms,
        "limit_ms": row.timing.limit_s * 1000.0,
        "captions": [{"t_ms": caption.at_s * 1000.0, "text": caption.text} for caption in captions],
        "ghost": None,
        "back": {"href": f"?{back.query}", "label": back.label, "is_next": back.is_next},
    }
    data = {**make_console_data(app, row, make_links(app, row)), "replay": replay}
    return ConsoleView(attempt_id=row.timing.attempt_id, state=row.timing.state.value, data=data)
