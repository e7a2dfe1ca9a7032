"""When the console could not be used: not open, out of sight, or waiting for footage."""

from dataclasses import dataclass, field

from sim.drill.event import Event, EventKind
from sim.drill.marks import read_number

Span = tuple[float, float]


@dataclass(slots=True, kw_only=True)
class PresenceFold:
    """Takes the events of a log in their order, see `sim.drill.replay.order_events`.

    The console is away from release until the first event, from `hidden` to `visible`, and from `close` to the next
    `open`. Only the tab that opened last is asked. A `stall` says how many seconds before it were waited.

    Attributes:
        waits: spans of drill time, seconds since release, in the order reported.
    """

    waits: list[Span] = field(default_factory=list)
    _away: list[Span] = field(default_factory=list)
    _since_s: float | None = 0.0
    _leader: str | None = None

    def take(self, event: Event) -> None:
        """Take one event; kinds that say nothing about presence change nothing."""
        at_s = event.t_client_ms / 1000.0
        if event.kind is EventKind.OPEN or self._leader is None:
            self._leader = event.tab_id
            self._come_back(at_s)
        if event.tab_id != self._leader:
            return
        match event.kind:
            case EventKind.HIDDEN | EventKind.CLOSE:
                self._since_s = at_s if self._since_s is None else self._since_s
            case EventKind.VISIBLE:
                self._come_back(at_s)
            case EventKind.STALL:
                seconds = read_number(event.payload, "seconds")
                if seconds is not None and seconds > 0:
                    self.waits.append((at_s - seconds, at_s))
            case _:
                pass

    def list_away(self, *, used_s: float) -> tuple[Span, ...]:
        """Return the spans during which the console was away, up to the time used."""
        still = () if self._since_s is None else ((self._since_s, used_s),)
        return tuple(span for span in (*self._away, *still) if span[0] < span[1])

    def _come_back(self, at_s: float) -> None:
        if self._since_s is not None:
            self._away.append((self._since_s, at_s))
        self._since_s = None
