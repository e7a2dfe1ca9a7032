"""What one try of a trial came to, and the two ways in which it comes to nothing."""

from dataclasses import dataclass

from sim.errors import SimError


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
