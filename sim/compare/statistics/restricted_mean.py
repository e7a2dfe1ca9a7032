"""Restricted means: the mean time counting at most the limit, in which everyone counts, those who timed out too."""

import numpy as np
import numpy.typing as npt
from scipy import special

from sim.compare.statistics.result import LEVEL, Result
from sim.compare.statistics.survival import Durations, fit_curve

FloatArray = npt.NDArray[np.float64]


def _mean_parts(sample: Durations, *, limit_s: float) -> tuple[float, FloatArray]:
    """Return the area under the curve up to `limit_s` and how each person moves it, (people,)."""
    fit = fit_curve(sample, has_variance=False)
    inside = fit.time_s < limit_s
    edges = np.concatenate(([0.0], fit.time_s[inside], [limit_s]))
    heights = np.concatenate(([1.0], fit.survival[inside]))
    widths = np.diff(edges)
    area = float((heights * widths).sum())
    # what an attempt moves in log S at each step, times the area that hangs on that step
    hung = np.zeros(len(fit.time_s) + 1)
    hung[: int(inside.sum())] = heights[1:] * widths[1:]
    after = np.cumsum(hung[::-1])[::-1]
    steps = len(fit.time_s)
    grown = np.concatenate(([0.0], np.cumsum(fit.hazard_sum * hung[:steps])))
    index = np.maximum(fit.step, 0)
    each = np.zeros(len(sample.duration_s))
    if steps:
        each = grown[index + 1] + fit.hazard_sum[index] * after[index + 1]
        each = np.where(fit.step >= 0, each - np.where(sample.finished, fit.leaving[index] * after[index], 0.0), 0.0)
    moved = np.bincount(sample.person, weights=each, minlength=sample.people)
    return area, np.asarray(moved, dtype=np.float64)


def compute_restricted_mean(sample: Durations, *, limit_s: float, level: float = LEVEL) -> Result:
    """Return the mean time to submit, counting at most `limit_s` seconds (restricted mean; area under the curve).

    Interval: t with people - 1 degrees of freedom on the infinitesimal-jackknife variance times n / (n - 1), by the
    delta method on the logit of the mean as a share of the limit for the lower end and on the log for the upper end, at
    most the limit. Times are skewed to the right: a t interval on seconds lies too low.
    Worked: 100, 200 and 300 s, limit 400: mean 200, half width 248.41 s,
    on the logit 248.41 * 400 / (200 * 200) = 2.4841, interval 30.8 to 400 s; with 190, 200 and 210 s 176.0 to 226.4 s.
    """
    method = "restricted mean (area under Kaplan-Meier); t interval, lower end on the logit, upper end on the log"
    area, moved = _mean_parts(sample, limit_s=limit_s)
    settings = {"limit_s": limit_s, "level": level}
    spread = _spread(moved, level=level)
    interval = None if spread is None else bound_mean(area, spread, limit_s=limit_s)
    if interval is None:
        return Result(
            estimate=area,
            interval=None,
            p=None,
            method=method,
            n=sample.people,
            settings=settings,
            warnings=("No interval: one person, or everyone alike.",),
        )
    return Result(estimate=area, interval=interval, p=None, method=method, n=sample.people, settings=settings)


def bound_mean(mean: float, half: float, *, limit_s: float) -> tuple[float, float] | None:
    """Return the interval of a mean between 0 and a limit from half its width in seconds; None at either end.

    The lower end is on the logit of the share of the limit, the upper one on the log, at most the limit.
    """
    if not 0.0 < mean < limit_s:
        return None
    low = special.logit(mean / limit_s) - half * limit_s / (mean * (limit_s - mean))
    return limit_s * float(special.expit(low)), min(
        limit_s, mean * float(np.exp(min(half / mean, np.log(limit_s / mean))))
    )


def move_mean_change(before: Durations, after: Durations, *, limit_s: float) -> tuple[float, FloatArray]:
    """Return after minus before of the restricted mean in seconds, and how each person moves it, (people,).

    Both samples hold the same people under the same numbers. Each person's part is their influence on the one mean less
    that on the other; the parts add up to 0.
    """
    if before.people != after.people:
        raise ValueError("both phases must hold the same people")
    area_before, moved_before = _mean_parts(before, limit_s=limit_s)
    area_after, moved_after = _mean_parts(after, limit_s=limit_s)
    return area_after - area_before, moved_after - moved_before


def compute_restricted_mean_change(
    before: Durations, after: Durations, *, limit_s: float, level: float = LEVEL
) -> Result:
    """Return after minus before of the restricted mean, in seconds, paired by person; everyone counts, time-outs too.

    The interval is the t interval on what `move_mean_change` says of each person; without censoring and with one
    attempt each this is the paired t interval.
    """
    change, moved = move_mean_change(before, after, limit_s=limit_s)
    return _make_moved(
        change,
        moved,
        method="difference of restricted means, after - before; paired t interval on each person's influence",
        limit_s=limit_s,
        level=level,
        is_log=False,
    )


def compute_restricted_mean_ratio(
    before: Durations, after: Durations, *, limit_s: float, level: float = LEVEL
) -> Result:
    """Return after to before of the restricted mean, paired by person: a ratio of times in which everyone counts.

    The influence on the logarithm is that on each mean, divided by that mean (delta method). Worked: 100 and 300 s
    before, 100 and 100 s after, limit 400: ratio 0.5.
    """
    if before.people != after.people:
        raise ValueError("both phases must hold the same people")
    area_before, moved_before = _mean_parts(before, limit_s=limit_s)
    area_after, moved_after = _mean_parts(after, limit_s=limit_s)
    return _make_moved(
        float(np.log(area_after / area_before)),
        moved_after / area_after - moved_before / area_before,
        method="ratio of restricted means, after / before; paired t interval on each person's influence on its log",
        limit_s=limit_s,
        level=level,
        is_log=True,
    )


def _make_moved(
    estimate: float, moved: FloatArray, *, method: str, limit_s: float, level: float, is_log: bool
) -> Result:
    people = len(moved)
    spread = _spread(moved, level=level)
    interval = None if spread is None else (estimate - spread, estimate + spread)
    if is_log:
        estimate = float(np.exp(estimate))
        interval = None if interval is None else (float(np.exp(interval[0])), float(np.exp(interval[1])))
    return Result(
        estimate=estimate,
        interval=interval,
        p=None,
        method=method,
        n=people,
        settings={"limit_s": limit_s, "level": level},
        warnings=() if interval else ("No interval: one person, or everyone alike.",),
    )


def _spread(moved: FloatArray, *, level: float) -> float | None:
    """Return half the width of the t interval from each person's influence, or None when there is no spread to use."""
    people = len(moved)
    if people < 2:
        return None
    variance = float(np.square(moved).sum()) * people / (people - 1)
    if variance < 1e-12:
        return None
    return float(special.stdtrit(people - 1, 1.0 - (1.0 - level) / 2.0)) * float(np.sqrt(variance))
