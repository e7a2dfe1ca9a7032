"""Time until submitted, with attempts that reached the limit censored there: curves and shares."""

from bisect import bisect_right
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import special

from sim.compare.statistics.result import LEVEL, Result

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
TINY = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """The attempts of one phase."""

    duration_s: FloatArray  # time to submit, or the limit when not finished, (m,) float64, > 0
    finished: BoolArray
    person: IntArray
    people: int  # number of people, each with at least one attempt

    def __post_init__(self) -> None:
        if not len(self.duration_s) == len(self.finished) == len(self.person) > 0:
            raise ValueError("duration_s, finished and person must be as long as each other, and not empty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Share finished by a time: steps that hold from `time_s[i]` until `time_s[i + 1]`, the last until `end_s`."""

    time_s: tuple[float, ...]  # 0 and every time at which somebody finished, (k,)
    share: tuple[float, ...]
    # lower, upper: pointwise interval, (k,)
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    end_s: float  # the longest limit


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveFit:
    """The product-limit estimate at every time at which somebody finished."""

    time_s: FloatArray  # those times, (k,)
    survival: FloatArray  # share still searching just after each, (k,)
    # of log survival, (k,): Greenwood's, or, of several drills a person, that grouped by person times n / (n - 1),
    # whichever is larger
    log_variance: FloatArray
    hazard_sum: FloatArray  # running sum of done / (at risk * (at risk - done)), which is Greenwood's variance, (k,)
    leaving: FloatArray  # 1 / (at risk - done) for each step; 0 where all that were at risk finished, (k,)
    step: IntArray  # for each attempt, how many steps it was at risk in, less one: -1..k-1, (m,)


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
    grouped = _sum_squares_by_person(sample, fit) * sample.people / max(1, sample.people - 1)
    return replace(fit, log_variance=np.maximum(hazard_sum, grouped))


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


def _count_known(sample: Durations, at_s: FloatArray) -> FloatArray:
    """Return of how many people something is known at each time, (k,): a drill that ran as long, or was finished."""
    until_s = np.zeros(sample.people)
    np.maximum.at(until_s, sample.person, np.where(sample.finished, np.inf, sample.duration_s))
    count = sample.people - np.searchsorted(np.sort(until_s), at_s, side="left")
    return np.maximum(count, 1).astype(np.float64)


def _bound_share(share: FloatArray, size: FloatArray, *, level: float) -> tuple[FloatArray, FloatArray]:
    """Return the binomial interval (Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404) of shares, (k,) each.

    `size` may be a broken number. Worked: 8 of 8 gives 0.6306 to 1, since 0.025 ** (1 / 8) = 0.6306; 4 of 8 gives
    0.1570 to 0.8430.
    """
    tail, done = (1.0 - level) / 2.0, share * size
    lower = np.where(share > 0.0, special.betaincinv(np.maximum(done, TINY), size - done + 1.0, tail), 0.0)
    upper = np.where(share < 1.0, special.betaincinv(done + 1.0, np.maximum(size - done, TINY), 1.0 - tail), 1.0)
    return lower, upper


def _step_bounds(sample: Durations, fit: CurveFit, *, level: float) -> tuple[FloatArray, FloatArray]:
    """Return the interval of the share finished before the first step and from each step on, (k + 1,) each.

    The share is taken as one of so many independent drills as have its variance, S (1 - S) / variance of S (effective
    size: Dorey and Korn 1987, doi:10.1002/sim.4780060605; for drills that belong together Korn and Graubard 1998,
    Survey Methodology 24, 193-201), and gets the exact binomial interval of that number. Several drills of a person
    count for no less than one, so the size is at least the people known then, which it is where nobody or everybody has
    finished. A lower bound never falls: a share above a bound at one time is above it at every later one.
    """
    known = _count_known(sample, np.concatenate(([0.0], fit.time_s)))
    survival = np.concatenate(([1.0], fit.survival))
    log_variance = np.concatenate(([0.0], fit.log_variance))
    inside = (survival > 0.0) & (survival < 1.0)
    size = known.copy()
    size[inside] = np.maximum(known[inside], (1.0 / survival[inside] - 1.0) / log_variance[inside])
    lower, upper = _bound_share(1.0 - survival, size, level=level)
    return np.asarray(np.maximum.accumulate(lower), dtype=np.float64), upper


def compute_curve(sample: Durations, *, end_s: float, level: float = LEVEL) -> Curve:
    """Return the share finished by each time, with a pointwise interval as `_step_bounds` gives it.

    Args:
        sample: the attempts.
        end_s: the longest limit.
        level: coverage of the interval.
    """
    fit = fit_curve(sample)
    lowers, uppers = _step_bounds(sample, fit, level=level)
    return Curve(
        time_s=(0.0, *fit.time_s.tolist()),
        share=(0.0, *(1.0 - fit.survival).tolist()),
        lower=tuple(lowers.tolist()),
        upper=tuple(uppers.tolist()),
        end_s=end_s,
    )


def count_at_risk(sample: Durations, *, at_s: float) -> int:
    """Return how many attempts were still running just before `at_s`."""
    return int((sample.duration_s >= at_s).sum())


def compute_share_finished(
    sample: Durations, *, at_s: float, curve: Curve | None = None, level: float = LEVEL
) -> Result:
    """Return the share finished by `at_s` seconds, 0..1, by Kaplan-Meier.

    `at_s` must not be above the longest duration watched; beyond it nothing is known and the estimate is None. `curve`
    is what `compute_curve` gives at that level, where that is there already.
    """
    method = "Kaplan-Meier; exact binomial interval of as many independent drills as have its variance"
    settings = {"at_s": at_s, "level": level, "at_risk": count_at_risk(sample, at_s=at_s)}
    longest_s = float(sample.duration_s.max())
    curve = curve or compute_curve(sample, end_s=longest_s, level=level)
    if at_s > longest_s and curve.share[-1] < 1.0:
        return Result(
            estimate=None,
            interval=None,
            p=None,
            method=method,
            n=sample.people,
            settings=settings,
            warnings=("No drill ran that long.",),
        )
    step = bisect_right(curve.time_s, at_s) - 1
    return Result(
        estimate=curve.share[step],
        interval=(curve.lower[step], curve.upper[step]),
        p=None,
        method=method,
        n=sample.people,
        settings=settings,
    )


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
