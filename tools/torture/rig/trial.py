"""What a trial is, and how one try of it is judged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tools.torture.rig.outcome import Outcome
from tools.torture.rig.rig import Rig
from tools.torture.rig.sender import Sender


def judge(rig: Rig, senders: Sequence[Sender], *, saw: str, wrong: Sequence[str]) -> Outcome:
    """Return an outcome with the log in the database held against what the senders were told."""
    counted = rig.count(senders)
    return Outcome(
        saw=saw,
        acknowledged=counted.acknowledged,
        lost=counted.lost,
        doubled=counted.doubled,
        wrong=tuple(wrong),
    )


TryOnce = Callable[[Rig], Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One fault that is tried again and again.

    Attributes:
        name: to call it by on the command line.
        fault: what is done, for the table.
        try_once: does it once; raises CannotTryError where this machine cannot.
        most_tries: it is not tried more often than that in one run, whatever was asked for.
        usual_s: how long a try lasts on a quiet machine, about: where time is short, the long ones come last.
        is_waiting: it waits most of the time, so that others may be tried beside it where time is short.
        is_filler: it comes last and takes what time is left, up to `usual_s`, part of which is kept for it.
        part: what it belongs to; the trials of a part can be called by its name.
    """

    name: str
    fault: str
    try_once: TryOnce
    most_tries: int = 1000
    usual_s: float = 5.0
    is_waiting: bool = False
    is_filler: bool = False
    part: str = "faults"
