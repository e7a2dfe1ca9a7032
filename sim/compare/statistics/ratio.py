"""Ratio of typical times: after to before, within the same people."""

import numpy as np
import numpy.typing as npt
from scipy import special

from sim.compare.statistics.result import FEWEST_FOR_TEST, LEVEL, Result, too_few_warning


def compute_time_ratio(
    before_s: npt.NDArray[np.float64], after_s: npt.NDArray[np.float64], *, level: float = LEVEL
) -> Result:
    """Return the geometric mean of after / before over people who finished in both phases.

    A ratio of 0.75 means that a person typically needed three quarters of the time. Interval and p come from the t
    distribution of the mean log ratio (paired t test on log times), so they agree with each other.
    Worked: before 100, 200, 400 s and after 50, 100, 100 s: (1/2 * 1/2 * 1/4) ** (1/3) = 0.396850.

    Args:
        before_s: one time a person in seconds, (n,), > 0.
        after_s: the same, in the same order of people.
        level: coverage of the interval.
    """
    method = "geometric mean of after / before over people who finished both; t interval and test on log ratios"
    n = len(before_s)
    if n == 0:
        return Result(
            estimate=None,
            interval=None,
            p=None,
            method=method,
            n=0,
            settings={"level": level},
            warnings=("Nobody finished inside the limit in both phases, so there is no ratio of times.",),
        )
    log_ratio = np.log(after_s) - np.log(before_s)
    mean = float(log_ratio.mean())
    settings = {
        "level": level,
        "typical_before_s": float(np.exp(np.log(before_s).mean())),
        "typical_after_s": float(np.exp(np.log(after_s).mean())),
    }
    warnings = [] if n >= FEWEST_FOR_TEST else [too_few_warning(n)]
    spread = float(log_ratio.std(ddof=1)) if n >= 2 else 0.0
    if spread < 1e-12:
        warnings.append(
            "No interval: one person."
            if n == 1
            else "No interval: everyone changed by exactly the same share, as recorded times do not. Check the table."
        )
        return Result(
            estimate=float(np.exp(mean)),
            interval=None,
            p=None,
            method=method,
            n=n,
            settings=settings,
            warnings=tuple(warnings),
        )
    error = spread / float(np.sqrt(n))
    half = float(special.stdtrit(n - 1, 1.0 - (1.0 - level) / 2.0)) * error
    p = float(2.0 * special.stdtr(n - 1, -abs(mean) / error)) if n >= FEWEST_FOR_TEST else None
    return Result(
        estimate=float(np.exp(mean)),
        interval=(float(np.exp(mean - half)), float(np.exp(mean + half))),
        p=p,
        method=method,
        n=n,
        settings=settings,
        warnings=tuple(warnings),
    )
