"""What the server knows of when an event was made: between what it had of that tab before, and the event's arrival.

Pure. Times are seconds since release by the server's clock. Where a trainer stopped the attempt's clock, drill time
stands still and *real* time does not; real it is where nothing else is said. What of a log a pause leaves out is here
too; see docs/events.md, "When an event was made" and "Pauses".
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from sim.attempt.events import Event, EventKind, Play

Span = tuple[float, float]

ALLOWANCE_S = 3.0
"""How much earlier than the tab's previous arrival an event may have been made, seconds.

An event made while the previous post is still on its way comes with the next one, and a console's clock may be
behind by as long as an answer was under way.
"""
SILENT_S = 10.0
"""A tab without a sign for longer than this is silent; a console posts at least every 4 s."""
LEARNS_WITHIN_S = 5.0
"""How long after the beginning of a pause all still works, seconds: a console learns of it within 4 s, by a post."""
SET_WITHIN_S = 3.0
"""How far off a browser's clock may be around the end of a pause that it did not know of, seconds."""
READ_AGAIN_S = 0.01
"""What a browser was told of the clock, in whole milliseconds, may lie this much before the truth."""

ALWAYS = frozenset(
    {EventKind.OPEN, EventKind.CLOSE, EventKind.PAUSE, EventKind.HIDDEN, EventKind.VISIBLE, EventKind.CONNECTION}
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
    ended: tuple[Pause, ...] = ()  # in their order
    open_at_s: float | None = None  # at which drill time the clock stands now; None while it runs

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
    return event.kind not in ALWAYS and not (isinstance(event.act, Play) and event.act.tick)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardTab:
    heard_s: float  # when its latest post came
    since_s: float  # what it still holds back was made after this, but for the allowance


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A time in which the server heard nothing of a tab, by drill time."""

    tab_id: str
    # from_s, to_s: from its last sign, or that of the attempt for a tab not heard before, to the post that ended it
    from_s: float
    to_s: float
    late: int  # events that came with that post, or were still held back then, made more than 10 s before they came
    is_offline: bool  # no other tab of the attempt was heard either


def find_since_s(tab_id: str, heard: Mapping[str, HeardTab]) -> float:
    """Return the moment after which what a tab posts now was made, without the allowance.

    Of a tab that was never heard it is when the attempt was last heard: a console posts as soon as it is open.
    """
    own = heard.get(tab_id)
    if own is not None:
        return own.since_s
    return max((each.heard_s for each in heard.values()), default=0.0)


def bound_s(t_client_s: float, *, earliest_s: float | None, arrived_s: float) -> float:
    """Return when an event was made: the browser's time, inside what the server saw; `earliest_s` None for no bound.

    A browser that says 4.0 for an event that arrived at 31.0, in a tab heard last at 30.0, is taken at 27.0.
    """
    return min(max(t_client_s, 0.0 if earliest_s is None else max(0.0, earliest_s)), arrived_s)


def find_silence(
    tab_id: str, heard: Mapping[str, HeardTab], *, arrived_s: float, made_s: Sequence[float], pauses: Pauses = NO_PAUSES
) -> Silence | None:
    """Return the silence that a post ends, or None.

    There is one when nothing of the tab was heard for more than 10 s and either nothing of any other tab, or the post
    brings events of that time. A tab that rests while another leads is not silent, nor is a browser in a pause.

    Args:
        tab_id: of the post.
        heard: of the tabs before it, by tab_id.
        arrived_s: when it came.
        made_s: when its events were made, bounded.
        pauses: of the attempt.
    """
    since_s = find_since_s(tab_id, heard)
    if arrived_s - since_s <= SILENT_S:
        return None
    from_s, to_s = pauses.to_drill_s(since_s), pauses.to_drill_s(arrived_s)
    late = sum(arrived_s - each > SILENT_S for each in made_s)
    is_offline = all(each.heard_s <= since_s for name, each in heard.items() if name != tab_id)
    if not (late or (is_offline and to_s - from_s > SILENT_S)):
        return None
    return Silence(tab_id=tab_id, from_s=from_s, to_s=to_s, late=late, is_offline=is_offline)


def hear(tab_id: str, heard: Mapping[str, HeardTab], *, arrived_s: float, waiting: int) -> HeardTab:
    """Return a tab after a post. While it says that more is waiting, what comes next may be as old as what came now."""
    own = heard.get(tab_id)
    latest_s = arrived_s if own is None else max(own.heard_s, arrived_s)
    return HeardTab(heard_s=latest_s, since_s=find_since_s(tab_id, heard) if waiting else latest_s)


def join_silences(before: Silence | None, now: Silence) -> Silence:
    """Return a silence with what a further post of the same one brings; `before` is what was stored of it."""
    if before is None:
        return now
    return replace(now, late=before.late + now.late, is_offline=before.is_offline)


def sum_unheard_s(silences: Iterable[Silence], *, heard_s: float | None, used_s: float, away: Sequence[Span]) -> float:
    """Return for how long of an ended attempt its console was open and nothing was heard of it, seconds.

    Away from the page browsers slow down what it sends, and the debrief tells that time anyway: it is left out. The
    time from the last sign to the end counts where it is more than 10 s.

    Args:
        silences: of the attempt; those without `is_offline` are no part.
        heard_s: when anything was heard last, by drill time; None where that was not noted.
        used_s: release to end.
        away: spans in which the page was hidden or not open.
    """
    spans = [(each.from_s, min(each.to_s, used_s)) for each in silences if each.is_offline]
    if heard_s is not None and used_s - heard_s > SILENT_S:
        spans.append((heard_s, used_s))
    total_s, reached_s = 0.0, 0.0
    for low_s, high_s in sorted(spans):
        for from_s, to_s in _cut_out((max(low_s, reached_s), high_s), away):
            total_s += to_s - from_s
        reached_s = max(reached_s, high_s)
    return total_s


def _cut_out(span: Span, away: Sequence[Span]) -> list[Span]:
    """Return what of a span is outside others, which may overlap."""
    kept: list[Span] = []
    low_s, high_s = span
    for from_s, to_s in sorted(away):
        if from_s > low_s:
            kept.append((low_s, min(from_s, high_s)))
        low_s = max(low_s, to_s)
    kept.append((low_s, high_s))
    return [each for each in kept if each[0] < each[1]]


CLEAN_BELOW_S = 5.0
"""Waiting up to here, all together, leaves the time of a drill clean, seconds."""


def is_clean(stall_s: float | None) -> bool:
    """Whether a drill's time may be taken as it is; where waiting was not noted nothing speaks against it."""
    return stall_s is None or stall_s <= CLEAN_BELOW_S
