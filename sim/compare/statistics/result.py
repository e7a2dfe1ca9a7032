"""The one result type of the comparison: a number never travels without its interval, method and warnings."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import special

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


SMALLEST_ERROR = 1e-12
FloatArray = npt.NDArray[np.float64]


def make_t_result(
    *,
    estimate: float,
    error: float,
    degrees: float,
    n: int,
    method: str,
    is_log: bool = False,
    has_p: bool = True,
    bounds: tuple[float, float] | None = None,
    settings: Mapping[str, float | int | str] | None = None,
    warnings: tuple[str, ...] = (),
    level: float = LEVEL,
) -> Result:
    """Return the result of an estimate whose error follows a t distribution.

    Args:
        estimate: on the scale on which it was estimated.
        error: its standard error on that scale; 0 or NaN gives no interval, since all being alike is no certainty.
        degrees: degrees of freedom; below 1 gives no interval.
        n: people, or schools, that it rests on.
        method: in words.
        is_log: estimate is the logarithm of the number to give, which then is tested against 1 instead of 0.
        has_p: whether a test belongs to it; without, no warning speaks of tests either.
        bounds: what the interval is cut to, after `is_log`.
        settings: as in `Result`; the level is added.
        warnings: as in `Result`.
        level: coverage of the interval.
    """
    moved = float(np.exp(estimate)) if is_log else float(estimate)
    told = {**(settings or {}), "level": level}
    if has_p and n < FEWEST_FOR_TEST:
        warnings = (*warnings, too_few_warning(n))
    if not error > SMALLEST_ERROR or degrees < 1.0:
        return Result(
            estimate=moved,
            interval=None,
            p=None,
            method=method,
            n=n,
            settings=told,
            warnings=(*warnings, "No interval: too few, or all exactly alike."),
        )
    half = _find_quantile(float(degrees), level) * error
    lower, upper = estimate - half, estimate + half
    if is_log:
        # Beyond e**700 a number has no use and no room; an interval that wide says that nothing is known.
        lower, upper = (math.exp(min(max(bound, -700.0), 700.0)) for bound in (lower, upper))
    if bounds is not None:
        lower, upper = max(bounds[0], lower), min(bounds[1], upper)
    p = float(2.0 * special.stdtr(degrees, -abs(estimate) / error)) if has_p and n >= FEWEST_FOR_TEST else None
    return Result(
        estimate=moved,
        interval=(float(lower), float(upper)),
        p=p,
        method=method,
        n=n,
        settings=told,
        warnings=warnings,
    )


@lru_cache(maxsize=256)
def _find_quantile(degrees: float, level: float) -> float:
    return float(special.stdtrit(degrees, 1.0 - (1.0 - level) / 2.0))


def make_nothing(
    *, method: str, n: int, warning: str, settings: Mapping[str, float | int | str] | None = None
) -> Result:
    """Return a result without a number, and why there is none."""
    return Result(
        estimate=None, interval=None, p=None, method=method, n=n, settings=dict(settings or {}), warnings=(warning,)
    )


def compute_mean(
    values: FloatArray,
    *,
    method: str,
    is_log: bool = False,
    has_p: bool = False,
    bounds: tuple[float, float] | None = None,
    settings: Mapping[str, float | int | str] | None = None,
    warnings: tuple[str, ...] = (),
    level: float = LEVEL,
) -> Result:
    """Return the mean of one value a person, (n,), with a t interval on n - 1 degrees of freedom.

    The rest is as in `make_t_result`. Worked: 1, 2, 3: mean 2, error 1 / sqrt(3), interval -0.4841 to 4.4841.
    """
    n = len(values)
    return make_t_result(
        estimate=float(values.mean()),
        error=float(values.std(ddof=1)) / float(np.sqrt(n)) if n > 1 else 0.0,
        degrees=n - 1,
        n=n,
        method=method,
        is_log=is_log,
        has_p=has_p,
        bounds=bounds,
        settings=settings,
        warnings=warnings,
        level=level,
    )
