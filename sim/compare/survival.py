"""Time until submitted, with attempts that reached the limit censored there: curves and shares."""

from dataclasses import dataclass, replace

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
class CurveFit:
    """The product-limit estimate at every time at which somebody finished.

    Attributes:
        time_s: those times, (k,).
        survival: share still searching just after each, (k,).
        log_variance: of log survival, never smaller than Greenwood's, (k,).
        hazard_sum: running sum of done / (at risk * (at risk - done)), which is Greenwood's variance, (k,).
        leaving: 1 / (at risk - done) for each step; 0 where all that were at risk finished, (k,).
        step: for each attempt, how many steps it was at risk in, less one: -1..k-1, (m,).
    """

    time_s: FloatArray
    survival: FloatArray
    log_variance: FloatArray
    hazard_sum: FloatArray
    leaving: FloatArray
    step: IntArray


def fit_curve(sample: Durations, *, has_variance: bool = True) -> CurveFit:
    """Fit the product-limit estimate (Kaplan and Meier 1958, doi:10.1080/01621459.1958.10501452).

    The variance is the sum over people of the square of each one's influence: the derivative of log S(t) by the weight
    of that person's attempts (infinitesimal jackknife). With one attempt a person that is exactly Greenwood's variance;
    with several it counts the attempts of one person as the related things they are. In O(m log m) for m attempts.
    Without `has_variance` that step is left out.
    """
    time_s = np.unique(sample.duration_s[sample.finished])
    ordered = np.sort(sample.duration_s)
    at_risk = len(ordered) - np.searchsorted(ordered, time_s, side="left")
    finished_s = np.sort(sample.duration_s[sample.finished])
    done = np.searchsorted(finished_s, time_s, side="right") - np.searchsorted(finished_s, time_s, side="left")
    left = at_risk - done
    survival = np.asarray(np.cumprod(left / at_risk), dtype=np.float64)
    leaving = np.divide(1.0, left, out=np.zeros(len(time_s)), where=left > 0)
    hazard_sum = np.asarray(np.cumsum(leaving * done / at_risk), dtype=np.float64)
    step = np.searchsorted(time_s, sample.duration_s, side="right").astype(np.int64) - 1
    fit = CurveFit(
        time_s=time_s,
        survival=survival,
        log_variance=hazard_sum,
        hazard_sum=hazard_sum,
        leaving=leaving,
        step=step,
    )
    if not has_variance or len(sample.duration_s) == sample.people or not len(time_s):
        return fit
    return replace(fit, log_variance=np.maximum(hazard_sum, _sum_squares_by_person(sample, fit)))


def _sum_squares_by_person(sample: Durations, fit: CurveFit) -> FloatArray:
    """Return the sum over people of their squared influence on log S at each step, (k,).

    An attempt that runs on past step j has the influence H_j there (`hazard_sum`); from the step at which it ends on it
    keeps what it had, less `leaving` if it finished. So a person with r running and a kept sum of K has r H_j + K, and
    only the three sums over people of r^2, r K and K^2 need to be followed from step to step.
    """
    known = fit.step >= 0
    order = np.lexsort((fit.step, sample.person))
    person, step, is_known = sample.person[order], fit.step[order], known[order]
    index = np.maximum(step, 0)
    kept = np.where(is_known, fit.hazard_sum[index] - np.where(sample.finished[order], fit.leaving[index], 0.0), 0.0)
    first = np.searchsorted(person, person, side="left")
    count = np.searchsorted(person, person, side="right") - first
    running = (count - (np.arange(len(person)) - first)).astype(np.float64)
    summed = np.concatenate(([0.0], np.cumsum(kept)))
    kept_before = summed[:-1] - summed[first]
    # A censored attempt ends after its last step, so at that step it still runs; what it keeps is the same number.
    steps = len(fit.time_s)

    def follow(change: FloatArray, start: float) -> FloatArray:
        early = change[~is_known].sum()
        moved = np.bincount(step[is_known], weights=change[is_known], minlength=steps)
        return np.asarray(start + early + np.cumsum(moved), dtype=np.float64)

    each = np.bincount(sample.person, minlength=sample.people).astype(np.float64)
    runs = follow(1.0 - 2.0 * running, float(np.square(each).sum()))
    mixed = follow((running - 1.0) * (kept_before + kept) - running * kept_before, 0.0)
    keeps = follow(np.square(kept_before + kept) - np.square(kept_before), 0.0)
    height = fit.hazard_sum
    return np.maximum(height * height * runs + 2.0 * height * mixed + keeps, 0.0)


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


def _step_bounds(sample: Durations, fit: CurveFit, *, level: float) -> tuple[FloatArray, FloatArray]:
    """Return the interval of the share finished from each step on, lower bounds never falling, (k,) each."""
    # before the last step somebody is left and somebody has finished: 0 < S < 1
    inside = (fit.survival > 0.0) & (fit.survival < 1.0)
    survival = fit.survival[inside]
    width = special.ndtri(1.0 - (1.0 - level) / 2.0) * np.sqrt(fit.log_variance[inside]) / np.abs(np.log(survival))
    lowers, uppers = np.zeros(len(inside)), np.zeros(len(inside))
    lowers[inside], uppers[inside] = 1.0 - survival ** np.exp(-width), 1.0 - survival ** np.exp(width)
    for step in np.flatnonzero(~inside):
        lowers[step], uppers[step] = _share_interval(
            sample, at_s=float(fit.time_s[step]), survival=float(fit.survival[step]), log_variance=0.0, level=level
        )
    return np.asarray(np.maximum.accumulate(lowers), dtype=np.float64), uppers


def compute_curve(sample: Durations, *, end_s: float, fit: CurveFit | None = None, level: float = LEVEL) -> Curve:
    """Return the share finished by each time, with a pointwise interval.

    A share that is known to be above a bound at one time is above it at every later one, so a lower bound never falls:
    the binomial one, which counts people, would lie below Greenwood's, which counts drills.

    Args:
        sample: the attempts.
        end_s: the longest limit.
        fit: what `fit_curve` gives for them, where that is there already.
        level: coverage of the interval.
    """
    fit = fit or fit_curve(sample)
    lower, upper = _share_interval(sample, at_s=0.0, survival=1.0, log_variance=0.0, level=level)
    lowers, uppers = _step_bounds(sample, fit, level=level)
    return Curve(
        time_s=(0.0, *fit.time_s.tolist()),
        share=(0.0, *(1.0 - fit.survival).tolist()),
        lower=(lower, *lowers.tolist()),
        upper=(upper, *uppers.tolist()),
        end_s=end_s,
    )


def count_at_risk(sample: Durations, *, at_s: float) -> int:
    """Return how many attempts were still running just before `at_s`."""
    return int((sample.duration_s >= at_s).sum())


def compute_share_finished(
    sample: Durations, *, at_s: float, fit: CurveFit | None = None, level: float = LEVEL
) -> Result:
    """Return the share finished by `at_s` seconds, 0..1, by Kaplan-Meier; `fit` is as in `compute_curve`.

    `at_s` must not be above the longest duration watched; beyond it nothing is known and the estimate is None.
    """
    method = "Kaplan-Meier; Greenwood log-log interval, exact binomial where nobody or everybody had finished"
    settings = {"at_s": at_s, "level": level, "at_risk": count_at_risk(sample, at_s=at_s)}
    fit = fit or fit_curve(sample)
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
    variance = 0.0 if step < 0 else float(fit.log_variance[step])
    interval = _share_interval(sample, at_s=at_s, survival=survival, log_variance=variance, level=level)
    if step >= 0:
        interval = (float(_step_bounds(sample, fit, level=level)[0][step]), interval[1])
    return Result(estimate=1.0 - survival, interval=interval, p=None, method=method, n=sample.people, settings=settings)
