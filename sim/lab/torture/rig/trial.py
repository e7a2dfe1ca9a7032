"""What a trial is, and what one try of it came to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.errors import SimError

if TYPE_CHECKING:
    from sim.lab.torture.rig.rig import Rig
    from sim.lab.torture.rig.sender import Sender


class CannotTryError(SimError):
    """This machine lacks what a trial needs; the table says so."""


class ServerError(SimError):
    """The server under trial did not do what a server must: it did not start, or did not answer in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one try came to.

    Attributes:
        saw: the answer's status and words, as the user saw them; a few sentences.
        acknowledged: events that the server said it had.
        lost: those of them that it has not any more, or has differently.
        doubled: events that it has more than once.
        wrong: everything else that must not be, in words; empty when all is right.
    """

    saw: str
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    wrong: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost, doubled or otherwise wrong."""
        return not (self.lost or self.doubled or self.wrong)


def judge(rig: "Rig", senders: "Sequence[Sender]", *, saw: str, wrong: Sequence[str]) -> Outcome:
    """Return an outcome with the log in the database held against what the senders were told."""
    counted = rig.count(senders)
    return Outcome(
        saw=saw,
        acknowledged=counted.acknowledged,
        lost=counted.lost,
        doubled=counted.doubled,
        wrong=tuple(wrong),
    )


TryOnce = Callable[["Rig"], Outcome]


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
