"""A result from an estimate with its error and degrees of freedom: interval and p from the t distribution."""

import math
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import special

from sim.compare.statistics.result import FEWEST_FOR_TEST, LEVEL, Result, too_few_warning

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
