"""What a bench reports: measured numbers, and the time that a piece of work takes."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sim.services.app.wiring import PROJECT

SAMPLE = PROJECT / "sample_footage" / "maple-ridge-first-bell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number.

    Attributes:
        name: what was measured, in plain words.
        value: the number.
        unit: "frames/s", "ms", "MB", or "x" for a ratio to the reference measured in the same run.
        target: what it should be, in words, or "".
        met: whether the target is reached; None without target.
        how: how it was measured, where the name does not say.
    """

    name: str
    value: float
    unit: str
    target: str = ""
    met: bool | None = None
    how: str = ""


def time_ms(
    work: Callable[[], object], *, repeats: int, pick: Callable[[Sequence[float]], float] = statistics.median
) -> float:
    """Return the time that a piece of work takes, milliseconds: the median, or what `pick` picks of the repeats.

    `min` tells what the work itself takes: what else the machine does can only add to it.
    """
    took: list[float] = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return pick(took) * 1000.0
