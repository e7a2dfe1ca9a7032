"""How long playing had to wait for footage: such a drill was slowed by the connection, not by the person."""

from collections.abc import Iterable

from sim.drill.event import Event, EventKind
from sim.drill.marks import read_number

CLEAN_BELOW_S = 5.0
"""Waiting up to here, all together, leaves the time of a drill clean, seconds."""


def sum_stalls_s(events: Iterable[Event]) -> float:
    """Return the seconds that `stall` events report; what is missing or below nought counts as nothing.

    Example:
        Stalls of 0.7 and 2.1 s give 2.8.
    """
    waits = (read_number(event.payload, "seconds") for event in events if event.kind is EventKind.STALL)
    return sum(max(0.0, wait) for wait in waits if wait is not None)


def is_clean(stall_s: float | None) -> bool:
    """Whether a drill's time may be taken as it is; where waiting was not noted nothing speaks against it."""
    return stall_s is None or stall_s <= CLEAN_BELOW_S
