"""What the server knows of when an event was made: between what it had of that tab before, and the event's arrival.

Pure. Times are seconds since release by the server's clock, with those in which a trainer had stopped the attempt's
(real times, see `sim.drill.pauses`); see docs/events.md, "When an event was made".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sim.drill.pauses import NO_PAUSES, Pauses

Span = tuple[float, float]

ALLOWANCE_S = 3.0
"""How much earlier than the tab's previous arrival an event may have been made, seconds.

An event made while the previous post is still on its way comes with the next one, and a console's clock may be up to
2 s behind before it is set.
"""
SILENT_S = 10.0
"""A tab without a sign for longer than this is silent; a console posts at least every 4 s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardTab:
    """What was heard of one tab so far.

    Attributes:
        heard_s: when its latest post came.
        since_s: what it still holds back was made after this, but for the allowance.
    """

    heard_s: float
    since_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A time in which the server heard nothing of a tab, by drill time.

    Attributes:
        tab_id: of which.
        from_s, to_s: from its last sign, or that of the attempt for a tab not heard before, to the post that ended it.
        late: events that came with that post, or were still held back then, made more than 10 s before they came.
        is_offline: no other tab of the attempt was heard either.
    """

    tab_id: str
    from_s: float
    to_s: float
    late: int
    is_offline: bool


def find_since_s(tab_id: str, heard: Mapping[str, HeardTab]) -> float:
    """Return the moment after which what a tab posts now was made, without the allowance.

    Of a tab that was never heard it is when the attempt was last heard: a console posts as soon as it is open.
    """
    own = heard.get(tab_id)
    if own is not None:
        return own.since_s
    return max((each.heard_s for each in heard.values()), default=0.0)


def bound_s(t_client_s: float, *, floor_s: float | None, arrived_s: float) -> float:
    """Return when an event was made: the browser's time, inside what the server saw; `floor_s` None for no lower bound.

    A browser that says 4.0 for an event that arrived at 31.0, in a tab heard last at 30.0, is taken at 27.0.
    """
    low_s = 0.0 if floor_s is None else max(0.0, floor_s)
    return min(max(t_client_s, low_s), arrived_s)


def find_silence(
    tab_id: str,
    heard: Mapping[str, HeardTab],
    *,
    arrived_s: float,
    made_s: Sequence[float],
    pauses: Pauses = NO_PAUSES,
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
