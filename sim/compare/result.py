"""The one result type of the comparison: a number never travels without its interval, method and warnings."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import special

LEVEL = 0.95
# People, or schools, that a word needs. With five, no two-sided signed-rank test reaches 5%: 2 / 2**5 is 0.0625.
FEWEST = 6
FEWEST_DESCRIBED = 3  # fewer people are never described
SMALLEST_ERROR = 1e-12

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One estimate with all that is needed to read it."""

    estimate: float | None  # None when the data do not allow a number
    interval: tuple[float, float] | None  # holds the estimate; None when none can be given
    method: str  # how it was computed, in words
    n: int  # people, or schools, the number rests on
    settings: Mapping[str, float | int | str] = field(default_factory=dict)  # "level" among them
    warnings: tuple[str, ...] = ()  # sentences to show beside it

    def __post_init__(self) -> None:
        if self.interval is None:
            return
        lower, upper = self.interval
        slack = 1e-9 * max(1.0, abs(lower), abs(upper))
        if self.estimate is None or not lower - slack <= self.estimate <= upper + slack:
            raise ValueError(f"{self.estimate} lies outside its interval {self.interval}")

    def is_below(self, value: float) -> bool:
        """Whether the whole interval lies below a value, with enough people behind it."""
        return self.n >= FEWEST and self.interval is not None and self.interval[1] < value

    def is_above(self, value: float) -> bool:
        """Whether the whole interval lies above a value, with enough people behind it."""
        return self.n >= FEWEST and self.interval is not None and self.interval[0] > value


def make_nothing(*, method: str, n: int, warning: str) -> Result:
    """Return a result without a number, and why there is none."""
    return Result(estimate=None, interval=None, method=method, n=n, warnings=(warning,))


def make_t_result(
    *,
    estimate: float,
    error: float,
    degrees: float,
    n: int,
    method: str,
    is_log: bool = False,
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
        is_log: estimate is the logarithm of the number to give.
        bounds: what the interval is cut to, after `is_log`.
        settings: as in `Result`; the level is added.
        warnings: as in `Result`.
        level: coverage of the interval.
    """
    told = {**(settings or {}), "error": float(error), "degrees": float(degrees), "level": level}
    if is_log:
        told["scale"] = "log"
    moved = math.exp(estimate) if is_log else float(estimate)
    if not error > SMALLEST_ERROR or degrees < 1.0:
        warnings = (*warnings, "No interval: too few, or all exactly alike.")
        return Result(estimate=moved, interval=None, method=method, n=n, settings=told, warnings=warnings)
    half = find_quantile(float(degrees), level) * error
    lower, upper = estimate - half, estimate + half
    if is_log:
        # beyond e**700 a number has no use and no room; an interval that wide says that nothing is known
        lower, upper = (math.exp(min(max(bound, -700.0), 700.0)) for bound in (lower, upper))
    if bounds is not None:
        lower, upper = max(bounds[0], lower), min(bounds[1], upper)
    interval = (float(lower), float(upper))
    return Result(estimate=moved, interval=interval, method=method, n=n, settings=told, warnings=warnings)


def at_level(result: Result, level: float) -> Result:
    """Return a result of `make_t_result` that was not cut to bounds, with its interval at another level."""
    if result.interval is None or result.estimate is None:
        return result
    is_log = result.settings.get("scale") == "log"
    return make_t_result(
        estimate=math.log(result.estimate) if is_log else result.estimate,
        error=float(result.settings["error"]),
        degrees=float(result.settings["degrees"]),
        n=result.n,
        method=result.method,
        is_log=is_log,
        settings=result.settings,
        level=level,
    )


@lru_cache(maxsize=256)
def find_quantile(degrees: float, level: float) -> float:
    """Return how many standard errors an interval reaches to either side."""
    return float(special.stdtrit(degrees, 1.0 - (1.0 - level) / 2.0))


def compute_mean(
    values: FloatArray,
    *,
    method: str,
    is_log: bool = False,
    bounds: tuple[float, float] | None = None,
    level: float = LEVEL,
) -> Result:
    """Return the mean of one value a person, (n,), with a t interval on n - 1 degrees of freedom.

    Worked: 1, 2, 3: mean 2, error 1 / sqrt(3), interval -0.4841 to 4.4841.
    """
    n = len(values)
    if not n:
        return make_nothing(method=method, n=0, warning="Nobody has this on both sides.")
    return make_t_result(
        estimate=float(values.mean()),
        error=float(values.std(ddof=1)) / math.sqrt(n) if n > 1 else 0.0,
        degrees=n - 1,
        n=n,
        method=method,
        is_log=is_log,
        bounds=bounds,
        level=level,
    )


MARGIN = 0.05  # fall in match (IDF1) up to which accuracy counts as held, unless the plan says otherwise

SMALLEST = 0.3  # smallest share of time worth having, unless the plan says otherwise

# Looks come one by one, and nobody knows how many more will: the first one counts whole, and what all others add to the
# chance of a wrong word has to stay small. With 1, unchanged teams got one in 5 to 6% by 20 looks (docs/validity.md).
LOOKS_POWER = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What was fixed before the drills, and what is known of the team beside its drills."""

    people: int | None = None  # on the team
    attended: int | None = None  # came to the training
    before: int | None = None  # drills planned before and after
    after: int | None = None
    training_on: date | None = None
    compare_on: date | None = None  # the day on which the comparison was to be made
    margin: float = MARGIN  # fall in match up to which accuracy counts as held
    smallest: float | None = None  # smallest share of time worth having, 0.2 for a fifth
    looks: int = 1  # how often this team was compared, each time with other drills
    teams: int | None = 1  # how many are compared, this one among them; None where nobody has said

    def raise_level(self, level: float) -> float:
        """Return a level at which all looks at all teams together are wrong as seldom as one look at one team."""
        return 1.0 - (1.0 - level) / (math.pow(self.looks, LOOKS_POWER) * (self.teams or 1))


NO_PLAN = Plan()
