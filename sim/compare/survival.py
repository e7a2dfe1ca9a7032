"""Time until submitted, with attempts that reached the limit censored there: curves, shares, restricted means."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from sim.compare.result import LEVEL, Result

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """The attempts of one phase.

    Attributes:
        duration_s: time to submit, or the limit when not finished, (m,) float64, > 0.
        finished: (m,) bool.
        person: who, 0..people-1, (m,) int64.
        people: number of people, each with at least one attempt.
    """

    duration_s: FloatArray
    finished: BoolArray
    person: IntArray
    people: int

    def __post_init__(self) -> None:
        if not len(self.duration_s) == len(self.finished) == len(self.person) > 0:
            raise ValueError("duration_s, finished and person must be as long as each other, and not empty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Share finished by a time: steps that hold from `time_s[i]` until `time_s[i + 1]`, the last until `end_s`.

    Attributes:
        time_s: 0 and every time at which somebody finished, (k,).
        share: 0..1, (k,).
        lower, upper: pointwise interval, (k,).
        end_s: the longest limit.
    """

    time_s: tuple[float, ...]
    share: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """Kaplan-Meier steps: time (k,), survival (k,), and how each person moves log survival, (people, k)."""

    time_s: FloatArray
    survival: FloatArray
    influence: FloatArray
    greenwood: FloatArray


def _fit(sample: Durations) -> _Fit:
    """Fit the product-limit estimate (Kaplan and Meier 1958, doi:10.1080/01621459.1958.10501452).

    `influence[p, j]` is the derivative of log S(t_j) by the weight of person p's attempts (infinitesimal jackknife).
    With one attempt a person the sum of its squares over people is exactly Greenwood's variance; with several it counts
    the attempts of one person as the related things they are.
    """
    time_s = np.unique(sample.duration_s[sample.finished])
    steps = len(time_s)
    survival = np.ones(steps)
    greenwood = np.zeros(steps)
    influence = np.zeros((sample.people, steps))
    alive, variance, moved = 1.0, 0.0, np.zeros(sample.people)
    for step, time in enumerate(time_s):
        at_risk = (sample.duration_s >= time).astype(np.float64)
        done = ((sample.duration_s == time) & sample.finished).astype(np.float64)
        risk_count, done_count = at_risk.sum(), done.sum()
        if done_count < risk_count:
            alive *= 1.0 - done_count / risk_count
            variance += done_count / (risk_count * (risk_count - done_count))
            each = (at_risk - done) / (risk_count - done_count) - at_risk / risk_count
            moved = moved + np.bincount(sample.person, weights=each, minlength=sample.people)
        else:
            alive = 0.0
        survival[step], greenwood[step], influence[:, step] = alive, variance, moved
    return _Fit(time_s=time_s, survival=survival, influence=influence, greenwood=greenwood)


def _share_interval(
    sample: Durations, *, at_s: float, survival: float, log_variance: float, level: float
) -> tuple[float, float]:
    """Return the interval of the share finished by `at_s`.

    Log-log transform of Greenwood's interval (Kalbfleisch and Prentice 1980) while 0 < S < 1. Where nobody or everybody
    has finished that form has no width, which would claim certainty: there the exact binomial bound (Clopper and
    Pearson 1934, doi:10.1093/biomet/26.4.404) over the people known at that time is used. Worked: 8 of 8 finished gives
    0.6306 to 1, since 0.025 ** (1 / 8) = 0.6306.
    """
    tail = (1.0 - level) / 2.0
    if 0.0 < survival < 1.0:
        width = float(special.ndtri(1.0 - tail)) * np.sqrt(log_variance) / abs(np.log(survival))
        return 1.0 - float(survival ** np.exp(-width)), 1.0 - float(survival ** np.exp(width))
    known = (sample.duration_s >= at_s) | sample.finished
    people = max(1, len(np.unique(sample.person[known])))
    bound = tail ** (1.0 / people)
    return (0.0, 1.0 - bound) if survival == 1.0 else (bound, 1.0)


def _log_variance(fit: _Fit, step: int) -> float:
    return max(float(fit.greenwood[step]), float(np.square(fit.influence[:, step]).sum()))


def compute_curve(sample: Durations, *, end_s: float, level: float = LEVEL) -> Curve:
    """Return the share finished by each time, with a pointwise interval; `end_s` is the longest limit."""
    fit = _fit(sample)
    lower, upper = _share_interval(sample, at_s=0.0, survival=1.0, log_variance=0.0, level=level)
    rows = [(0.0, 0.0, lower, upper)]
    for step, time in enumerate(fit.time_s):
        survival = float(fit.survival[step])
        lower, upper = _share_interval(
            sample, at_s=float(time), survival=survival, log_variance=_log_variance(fit, step), level=level
        )
        rows.append((float(time), 1.0 - survival, lower, upper))
    times, shares, lowers, uppers = zip(*rows, strict=True)
    return Curve(time_s=times, share=shares, lower=lowers, upper=uppers, end_s=end_s)


def count_at_risk(sample: Durations, *, at_s: float) -> int:
    """Return how many attempts were still running just before `at_s`."""
    return int((sample.duration_s >= at_s).sum())


def compute_share_finished(sample: Durations, *, at_s: float, level: float = LEVEL) -> Result:
    """Return the share finished by `at_s` seconds, 0..1, by Kaplan-Meier.

    `at_s` must not be above the longest duration watched; beyond it nothing is known and the estimate is None.
    """
    method = "Kaplan-Meier; Greenwood log-log interval, exact binomial where nobody or everybody had finished"
    settings = {"at_s": at_s, "level": level, "at_risk": count_at_risk(sample, at_s=at_s)}
    fit = _fit(sample)
    if at_s > sample.duration_s.max() and not (len(fit.survival) and fit.survival[-1] == 0.0):
        return Result(
            estimate=None,
            interval=None,
            p=None,
            method=method,
            n=sample.people,
            settings=settings,
            warnings=("No drill ran that long.",),
        )
    step = int(np.searchsorted(fit.time_s, at_s, side="right")) - 1
    survival = 1.0 if step < 0 else float(fit.survival[step])
    variance = 0.0 if step < 0 else _log_variance(fit, step)
    interval = _share_interval(sample, at_s=at_s, survival=survival, log_variance=variance, level=level)
    return Result(estimate=1.0 - survival, interval=interval, p=None, method=method, n=sample.people, settings=settings)


def _mean_parts(sample: Durations, *, limit_s: float) -> tuple[float, FloatArray]:
    """Return the area under the curve up to `limit_s` and how each person moves it, (people,)."""
    fit = _fit(sample)
    inside = fit.time_s < limit_s
    edges = np.concatenate(([0.0], fit.time_s[inside], [limit_s]))
    heights = np.concatenate(([1.0], fit.survival[inside]))
    widths = np.diff(edges)
    area = float((heights * widths).sum())
    moved = (fit.influence[:, inside] * (heights[1:] * widths[1:])).sum(axis=1)
    return area, moved


def compute_restricted_mean(sample: Durations, *, limit_s: float, level: float = LEVEL) -> Result:
    """Return the mean time to submit, counting at most `limit_s` seconds (restricted mean; area under the curve).

    Interval: t with people - 1 degrees of freedom on the infinitesimal-jackknife variance times n / (n - 1); without
    censoring this is the classical interval of a mean. Worked: 100, 200 and 300 s, limit 400: 200 s, -48.4 to 448.4,
    which is then cut to 0..400.
    """
    method = "restricted mean (area under Kaplan-Meier); t interval, variance grouped by person"
    area, moved = _mean_parts(sample, limit_s=limit_s)
    settings = {"limit_s": limit_s, "level": level}
    spread = _spread(moved, level=level)
    if spread is None:
        return Result(
            estimate=area,
            interval=None,
            p=None,
            method=method,
            n=sample.people,
            settings=settings,
            warnings=("No interval: one person, or everyone alike.",),
        )
    interval = (max(0.0, area - spread), min(limit_s, area + spread))
    return Result(estimate=area, interval=interval, p=None, method=method, n=sample.people, settings=settings)


def compute_restricted_mean_change(
    before: Durations, after: Durations, *, limit_s: float, level: float = LEVEL
) -> Result:
    """Return after minus before of the restricted mean, in seconds, paired by person; everyone counts, time-outs too.

    Both samples hold the same people under the same numbers. Each person's change is their influence on the one mean
    less that on the other; without censoring and with one attempt each this is the paired t interval.
    """
    if before.people != after.people:
        raise ValueError("both phases must hold the same people")
    method = "difference of restricted means, after - before; paired t interval on each person's influence"
    area_before, moved_before = _mean_parts(before, limit_s=limit_s)
    area_after, moved_after = _mean_parts(after, limit_s=limit_s)
    change = area_after - area_before
    settings = {"limit_s": limit_s, "level": level}
    spread = _spread(moved_after - moved_before, level=level)
    if spread is None:
        return Result(
            estimate=change,
            interval=None,
            p=None,
            method=method,
            n=before.people,
            settings=settings,
            warnings=("No interval: one person, or everyone alike.",),
        )
    return Result(
        estimate=change,
        interval=(change - spread, change + spread),
        p=None,
        method=method,
        n=before.people,
        settings=settings,
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
