"""The one result type of the comparison: a number never travels without its interval, method and warnings."""

from collections.abc import Mapping
from dataclasses import dataclass, field

LEVEL = 0.95
FEWEST_FOR_TEST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One estimate with all that is needed to read it."""

    estimate: float | None  # the number, or None when the data do not allow one
    # lower and upper bound, holding the estimate, or None when none can be given. Its level is `settings["level"]`.
    interval: tuple[float, float] | None
    # two-sided p value. Never without estimate and interval, and never below `FEWEST_FOR_TEST` people: with five people
    # the smallest p that a two-sided signed-rank test can reach is 2 / 2**5 = 0.0625.
    p: float | None
    method: str  # how it was computed, in words
    n: int  # people the number rests on
    # what it was computed with, and the parts it was made from
    settings: Mapping[str, float | int | str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()  # sentences to show beside it

    def __post_init__(self) -> None:
        if self.interval is not None:
            if self.estimate is None:
                raise ValueError("an interval needs an estimate")
            lower, upper = self.interval
            slack = 1e-9 * max(1.0, abs(lower), abs(upper))
            if not lower - slack <= self.estimate <= upper + slack:
                raise ValueError(f"{self.estimate} lies outside its interval {self.interval}")
        if self.p is not None:
            if self.interval is None:
                raise ValueError("a p value never stands alone")
            if self.n < FEWEST_FOR_TEST:
                raise ValueError(f"no p value below {FEWEST_FOR_TEST} people")
            if not 0.0 <= self.p <= 1.0:
                raise ValueError(f"p is {self.p}")

    @property
    def is_testable(self) -> bool:
        """Whether enough people stand behind the interval to call a change clear."""
        return self.interval is not None and self.n >= FEWEST_FOR_TEST


def too_few_warning(n: int) -> str:
    """Return the sentence shown with a result of fewer than `FEWEST_FOR_TEST` people."""
    people = "1 person" if n == 1 else f"{n} people"
    return f"With {people} no test could reach 5%, whatever they did; no p value is given."
