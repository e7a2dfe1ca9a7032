"""What became of the calls of a drill, folded from the log: answered or missed, and when the search went on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sim.drill.event import Event, EventKind
from sim.drill.marks import read_text
from sim.drill.replay import order_events
from sim.scoring.interruption import TimedCall

SEARCHING = frozenset(
    {
        EventKind.FOCUS,
        EventKind.PLAY,
        EventKind.SEEK,
        EventKind.STEP,
        EventKind.SPEED,
        EventKind.VIEW,
        EventKind.MAP,
        EventKind.LINK,
        EventKind.FIND,
        EventKind.MARK,
        EventKind.UNMARK,
        EventKind.CHOICE,
        EventKind.CLIP,
        EventKind.UNCLIP,
        EventKind.BOOKMARK,
        EventKind.FAULT,
        EventKind.PIN,
        EventKind.SYNC,
        EventKind.ZOOM,
        EventKind.SIMILAR,
        EventKind.SUGGESTION,
    }
)
"""Kinds by which a search goes on. A `play` that only says that playing goes on is none."""


@dataclass(slots=True, kw_only=True)
class CallState:
    """One call as far as the log goes: when it came, how and when it ended; drill time, seconds."""

    came_s: float
    ended_s: float | None = None
    value: str | None = None
    resumed_s: float | None = None


@dataclass(slots=True, kw_only=True)
class CallFold:
    """Takes the events of a log in their order. What is garbled, repeated or of no call changes nothing."""

    calls: dict[str, CallState] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        at_s = event.t_client_ms / 1000.0
        call_id = read_text(event.payload, "call_id")
        call = self.calls.get(call_id or "")
        match event.kind:
            case EventKind.CALL if call_id is not None and call is None:
                self.calls[call_id] = CallState(came_s=at_s)
            case EventKind.REPLY if call is not None and call.ended_s is None:
                call.ended_s, call.value = at_s, read_text(event.payload, "value")
            case EventKind.MISSED if call is not None and call.ended_s is None:
                call.ended_s = at_s
            case kind if kind in SEARCHING and event.payload.get("tick") is not True:
                self._resume(at_s)
            case _:
                pass

    def _resume(self, at_s: float) -> None:
        for call in self.calls.values():
            if call.ended_s is not None and call.resumed_s is None:
                call.resumed_s = at_s


def fold_calls(events: Iterable[Event], *, right: Mapping[str, str]) -> tuple[TimedCall, ...]:
    """Return what became of each call that came before the hand-in, in the order they came."""
    fold = CallFold()
    for event in order_events(events):
        if event.kind is EventKind.SUBMIT:
            break
        fold.take(event)
    return tuple(
        TimedCall(
            call_id=call_id,
            came_s=call.came_s,
            ended_s=call.ended_s,
            value=call.value,
            is_right=call.value == right[call_id],
            resumed_s=call.resumed_s,
        )
        for call_id, call in sorted(fold.calls.items(), key=lambda item: item[1].came_s)
        if call_id in right
    )
