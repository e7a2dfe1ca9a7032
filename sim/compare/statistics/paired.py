"""Paired difference of a measure: Hodges-Lehmann estimate, exact interval, exact signed-rank test."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import special

from sim.compare.statistics.result import FEWEST_FOR_TEST, LEVEL, Result, too_few_warning

FloatArray = npt.NDArray[np.float64]

METHOD = "Hodges-Lehmann median of paired differences, after - before; exact Wilcoxon signed-rank interval and test"
APPROXIMATE_METHOD = (
    "Hodges-Lehmann median of paired differences, after - before; Wilcoxon signed-rank interval and test, normal "
    "approximation with corrections for ties and continuity"
)
ROUNDING = 9
SORTED_UP_TO = 100
KEPT_UP_TO = 30
"""People up to whom null distributions are kept for the next team with the same ranks."""
EXACT_UP_TO = 400
"""People up to whom the null distribution is counted out; above, normal approximation and exact agree to 1e-4 in p."""


def compute_paired_difference(
    before: FloatArray, after: FloatArray, *, level: float = LEVEL, has_p: bool = True
) -> Result:
    """Return the typical difference after - before within people.

    The estimate is the median of the n (n + 1) / 2 Walsh averages (Hodges and Lehmann 1963,
    doi:10.1214/aoms/1177704172). The interval runs between two of them, chosen by the exact null distribution of the
    signed-rank statistic, so it covers at least `level` for symmetric differences; a bootstrap interval covers less
    with so few people. With five people or fewer no such interval reaches 95%: the whole range of the differences is
    given, with its true level in `settings["level"]`. The test is exact over all 2**n signs, zeros dropped, ties given
    mean ranks. Above `EXACT_UP_TO` people the null distribution is taken as normal, and `method` says so.
    Worked: differences 1, 2, 3, 4, 5, 6: estimate 3.5, interval 1 to 6 at level 1 - 2 / 64 = 0.96875,
    p = 2 / 64 = 0.03125.

    Args:
        before: one value a person, (n,), finite.
        after: the same, in the same order of people.
        level: coverage that is asked for.
        has_p: whether a test belongs to it; without, no warning speaks of tests either.
    """
    n = len(before)
    if n == 0:
        return Result(
            estimate=None,
            interval=None,
            p=None,
            method=METHOD,
            n=0,
            settings={"level": level},
            warnings=("Nobody has this measure in both phases.",),
        )
    difference = np.round(after - before, ROUNDING)
    changed = int(np.count_nonzero(difference))
    averages = n * (n + 1) // 2
    ordered = np.sort(np.round(difference * 10.0**ROUNDING).astype(np.int64))
    skipped, reached = (0, 0.0) if n == 1 else _walsh_bounds(n, level=level)
    ranks = ((averages - 1) // 2, averages // 2, skipped, averages - 1 - skipped)
    low, high, lower, upper = _find_walsh(ordered, ranks)
    estimate = (low + high) / 2.0
    method = METHOD if n <= EXACT_UP_TO else APPROXIMATE_METHOD
    warnings = [] if n >= FEWEST_FOR_TEST or not has_p else [too_few_warning(n)]
    if n == 1 or not changed:
        warnings.append("No interval: one person." if n == 1 else "No interval: nobody changed at all.")
        return Result(
            estimate=estimate,
            interval=None,
            p=None,
            method=method,
            n=n,
            settings={"level": level, "changed": changed},
            warnings=tuple(warnings),
        )
    p = None
    if n >= FEWEST_FOR_TEST and has_p:
        p = _signed_rank_p(difference)
        if changed < FEWEST_FOR_TEST:
            warnings.append(f"Only {changed} of {n} people changed at all, so no test could reach 5%.")
    if ordered[0] == ordered[-1]:
        warnings.append("Everyone changed by exactly the same amount; an interval without width is not certainty.")
    return Result(
        estimate=estimate,
        interval=(lower, upper),
        p=p,
        method=method,
        n=n,
        settings={"level": reached, "changed": changed},
        warnings=tuple(warnings),
    )


def _find_walsh(ordered: npt.NDArray[np.int64], ranks: tuple[int, ...]) -> tuple[float, ...]:
    """Return the Walsh averages of these ranks, 0 for the smallest."""
    unit = 2.0 * 10.0**ROUNDING
    if len(ordered) > SORTED_UP_TO:
        return tuple(_bisect_walsh(ordered, rank) / unit for rank in ranks)
    rows, columns = list_pairs(len(ordered))
    sums = np.sort(ordered[rows] + ordered[columns])
    return tuple(float(sums[rank]) / unit for rank in ranks)


@lru_cache(maxsize=64)
def list_pairs(n: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return both places of all n (n + 1) / 2 pairs i <= j."""
    rows, columns = np.triu_indices(n)
    return rows, columns


def _bisect_walsh(ordered: npt.NDArray[np.int64], rank: int) -> int:
    """Return twice the Walsh average of that rank by bisection on whole numbers.

    Counting the averages up to a value takes n log n steps, so that thousands of people need no n (n + 1) / 2 numbers.
    """
    low, high = 2 * int(ordered[0]), 2 * int(ordered[-1])
    while low < high:
        middle = (low + high) // 2
        twice = int(np.searchsorted(ordered, middle - ordered, side="right").sum())
        alone = int(np.searchsorted(2 * ordered, middle, side="right"))
        if (twice + alone) // 2 > rank:
            high = middle
        else:
            low = middle + 1
    return low


@lru_cache(maxsize=64)
def _walsh_bounds(n: int, *, level: float) -> tuple[int, float]:
    """Return how many Walsh averages to skip at each end, and the level that this reaches.

    Skipping c at each end leaves a level of 1 - 2 P(W <= c), W the signed-rank statistic: 1 - 2 / 2**n for c = 0.
    """
    if n > EXACT_UP_TO:
        mean, spread = n * (n + 1) / 4.0, np.sqrt(n * (n + 1) * (2 * n + 1) / 24.0)
        cut = int(np.floor(mean - 0.5 + spread * special.ndtri((1.0 - level) / 2.0)))
        return cut, float(1.0 - 2.0 * special.ndtr((cut + 0.5 - mean) / spread))
    below = np.cumsum(_rank_sum_distribution(np.arange(1, n + 1), most=n * (n + 1) // 4))
    skipped = int(np.searchsorted(below, (1.0 - level) / 2.0, side="right")) - 1
    skipped = max(skipped, 0)
    return skipped, float(1.0 - 2.0 * below[skipped])


def _signed_rank_p(difference: FloatArray) -> float:
    changed = difference[difference != 0.0]
    if not len(changed):
        return 1.0
    doubled = _double_ranks(np.abs(changed))
    positive = int(doubled[changed > 0.0].sum())
    if len(changed) > EXACT_UP_TO:
        # the doubled statistic has mean sum / 2 and variance sum of squares / 4; continuity: one unit of it
        distance = abs(positive - doubled.sum() / 2.0) - 1.0
        spread = np.sqrt(np.square(doubled.astype(np.float64)).sum()) / 2.0
        return float(min(1.0, 2.0 * special.ndtr(-max(distance, 0.0) / spread)))
    smaller = min(positive, int(doubled.sum()) - positive)
    if len(doubled) <= KEPT_UP_TO:
        return float(min(1.0, 2.0 * _count_rank_sums(tuple(sorted(doubled.tolist())))[smaller]))
    return float(min(1.0, 2.0 * _rank_sum_distribution(doubled, most=smaller).sum()))


def _double_ranks(values: FloatArray) -> npt.NDArray[np.int64]:
    """Return twice the rank of each value, ties given their mean rank, (n,)."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((2 * np.cumsum(count) - count + 1)[place], dtype=np.int64)


@lru_cache(maxsize=1024)
def _count_rank_sums(ranks: tuple[int, ...]) -> FloatArray:
    """Return P(sum of the positive ranks <= s), s = 0..half of all: the same for all teams with these ranks."""
    return np.cumsum(_rank_sum_distribution(np.array(ranks, dtype=np.int64), most=sum(ranks) // 2))


def _rank_sum_distribution(ranks: npt.NDArray[np.int64], *, most: int) -> FloatArray:
    """Return P(sum of the positive ranks = s), s = 0..most, when every sign is a fair coin."""
    probability = np.zeros(most + 1)
    probability[0] = 1.0
    for rank in ranks:
        probability *= 0.5
        if rank <= most:
            probability[rank:] += probability[: most + 1 - rank].copy()
    return probability


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
