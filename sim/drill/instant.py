"""A moment as the server knows it: the wall clock beside a clock that never steps."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Instant:
    wall: datetime  # UTC, with zone. It may step when somebody sets the clock.
    steady_s: float  # seconds of a monotonic clock; only differences within one `epoch` mean anything
    # names the run of the monotonic clock (from the start of a machine, or of one server process), so that readings of
    # two runs are never subtracted
    epoch: str

    def __post_init__(self) -> None:
        if self.wall.tzinfo is None:
            raise ValueError("an instant needs a wall time with its zone")


class Clock(Protocol):
    """Whatever tells the time."""

    def read(self) -> Instant: ...
