"""What a result says of itself: what would make it doubtful, counted once, in the words of every page, paper and file.

Nothing is said of extended time: who has it is nobody's to read.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sim.attempt.arrivals import SILENT_S, is_clean
from sim.attempt.attempt import AttemptState
from sim.text.tables import write_time


def list_remarks(doubts: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a sentence for everything unusual in what `sim.ledger.writing.find_doubts` found."""
    return tuple(_list(doubts))


def _list(doubts: Mapping[str, Any]) -> Iterator[str]:
    if not is_clean(stall_s := doubts.get("stall_s")):
        yield f"The connection cost about {stall_s:.0f} seconds, so this time may not be comparable."
    if (unheard_s := doubts.get("unheard_s", 0.0)) > SILENT_S:
        yield f"Nothing was heard from the browser for {unheard_s:.0f} seconds."
    if late := doubts.get("late_events"):
        what = "1 action arrived" if late == 1 else f"{late} actions arrived"
        its = "its time is" if late == 1 else "their times are"
        yield f"{what} more than {SILENT_S:.0f} seconds late, so {its} the browser's own."
    if (tabs := doubts.get("mark_tabs", 1)) > 1:
        yield f"Marks came from {tabs} browser tabs or devices."
    if unopened := doubts.get("unopened_marks"):
        yield f"{_count_marks(unopened)} a camera that was not opened."
    if unsent := doubts.get("unsent_marks"):
        yield f"{_count_marks(unsent)} a picture that was never sent to the browser."
    if doubts.get("unwatched"):
        yield "No footage was played."
    if paused_s := doubts.get("paused_s"):
        yield f"The clock was stopped for {write_time(paused_s)}, which is not part of the time."
    if actions := doubts.get("paused_actions"):
        yield f"{write_paused(actions)} What is done in a pause does not count."


_UNTOLD: Final = {
    AttemptState.SUBMITTED: "within the time allowed",
    AttemptState.TIMED_OUT: "ran out of time",
    AttemptState.ABANDONED: "given up",
}
"""What is said of a time that would tell that somebody has extended time, or that is none."""


def say_time(state: AttemptState, told_s: float | None) -> str:
    """Return what may be told of an ended drill's time; `told_s` is what `find_told_s` gives."""
    return _UNTOLD.get(state, "-") if told_s is None else write_time(told_s)


def _count_marks(count: int) -> str:
    return "1 mark is on" if count == 1 else f"{count} marks are each on"


def write_paused(actions: int) -> str:
    """Return how many actions came while the clock was stopped, as a sentence."""
    return f"{actions:,} {'action' if actions == 1 else 'actions'} came while the drill was paused."
