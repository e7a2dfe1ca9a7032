"""Times in which a trainer has stopped an attempt's clock, and what of a log such a time leaves out.

Pure. Drill time stands still in a pause; *real* time does not: both are seconds since release by the server's clocks.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from sim.drill.event import Event, EventKind

LEARNS_WITHIN_S = 5.0
"""How long after the beginning of a pause all still works, seconds: a console learns of it within 4 s, by a post."""
SET_WITHIN_S = 3.0
"""How far off a browser's clock may be around the end of a pause that it did not know of, seconds."""
READ_AGAIN_S = 0.01
"""What a browser was told of the clock, in whole milliseconds, may lie this much before the truth."""

ALWAYS = frozenset(
    {
        EventKind.OPEN,
        EventKind.CLOSE,
        EventKind.PAUSE,
        EventKind.HIDDEN,
        EventKind.VISIBLE,
        EventKind.CONNECTION,
    }
)
"""Kinds that count in a pause too: the page comes, goes, or stops playing. They add nothing to an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """One pause that has ended: at which drill time the clock stood, and for how long, seconds."""

    at_s: float
    stood_s: float


class Weight(Enum):
    """What becomes of an event: it counts; it is kept and never counts; its console sends it again later."""

    COUNTS = "counts"
    LEFT_OUT = "left out"
    WAITS = "waits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """All pauses of an attempt.

    Attributes:
        ended: in their order.
        open_at_s: at which drill time the clock stands now; None while it runs.
    """

    ended: tuple[Pause, ...] = ()
    open_at_s: float | None = None

    def to_drill_s(self, real_s: float) -> float:
        """Return the drill time of a real time: after a pause of 60 s at 100 s, 170 gives 110, and 130 gives 100."""
        return real_s - sum(min(end_s, real_s) - from_s for from_s, end_s in self._list_spans() if from_s < real_s)

    def to_real_s(self, drill_s: float, *, told_s: float) -> float:
        """Return the real time that a browser means by a drill time, when it was told last at a real time.

        Of pauses that began later it knows nothing: its clock ran on.
        """
        return drill_s + told_s - self.to_drill_s(told_s)

    def is_in(self, real_s: float) -> bool:
        """Return whether a moment lies in a pause that consoles know of."""
        return any(from_s + LEARNS_WITHIN_S < real_s < end_s for from_s, end_s in self._list_spans())

    def weigh(self, *, made_s: float, told_s: float, heard_s: float, arrived_s: float) -> Weight:
        """Return what becomes of an event; all times are real ones, see docs/events.md, "Pauses".

        What arrives in a pause was made in it, unless by the server's bounds it was made before. Then it counts when
        the server knew that nobody was there as the pause began. Where a tab was heard just before it, nobody can say:
        the console keeps the event and sends it again when the drill continues, where the bounds of late events hold,
        so that nothing is gained over making it then. What a tab that did not know of a pause says to have made in it
        does not count later either.

        Args:
            made_s: when it was made, inside the server's bounds.
            told_s: when its tab was told of the clock last.
            heard_s: when any tab of the attempt was heard last before it came.
            arrived_s: when it came.
        """
        for from_s, end_s in self._list_spans():
            known_s = from_s + LEARNS_WITHIN_S
            was_offline = heard_s < from_s - LEARNS_WITHIN_S
            if known_s < arrived_s < end_s:
                if made_s <= (known_s if was_offline else from_s - READ_AGAIN_S):
                    return Weight.COUNTS if was_offline else Weight.WAITS
                return Weight.LEFT_OUT
            if told_s < from_s and known_s < made_s < end_s - SET_WITHIN_S:
                return Weight.LEFT_OUT
        return Weight.COUNTS

    def _list_spans(self) -> Iterator[tuple[float, float]]:
        stood_s = 0.0
        for each in self.ended:
            yield each.at_s + stood_s, each.at_s + stood_s + each.stood_s
            stood_s += each.stood_s
        if self.open_at_s is not None:
            yield self.open_at_s + stood_s, math.inf


NO_PAUSES = Pauses()


def is_action(event: Event) -> bool:
    """Return whether an event is something that somebody did, and not the page coming, going or playing on."""
    return event.kind not in ALWAYS and event.payload.get("tick") is not True
