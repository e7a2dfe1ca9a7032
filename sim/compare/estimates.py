"""The estimators that decide: one group, two groups, practice. One value a person; times as log seconds."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import special

from sim.compare.facts import average_sides
from sim.compare.result import (
    LEVEL,
    BoolArray,
    FloatArray,
    IntArray,
    Result,
    compute_mean,
    find_quantile,
    make_nothing,
    make_t_result,
)

MEAN = "{what}: mean change per {unit}, after less before; t interval"
RANK = "{what}: Hodges-Lehmann change per {unit}; signed-rank interval"
GROUPS = "{what}: analysis of covariance, trained against waiting, own baseline as covariate; t interval"
GROUPS_OF_SCHOOLS = "{what}: analysis of covariance over means of schools; t interval"
PRACTICE = "{what}: after less before, less one slope of practice by log drill number; t interval on each person's part"
EXACT_UP_TO = 50  # people up to whom the signed-rank distribution is counted out; beyond, the normal approximation
ROUNDING = 9  # decimals to which changes are rounded: equal changes are then equal whatever the order of adding was
WALSH_UP_TO = 2_000  # people up to whom all pairs of changes are averaged; beyond, the interval is found by bisection


def compute_change(
    before: FloatArray,
    after: FloatArray,
    *,
    what: str,
    school: IntArray | None = None,
    is_log: bool = False,
    level: float = LEVEL,
) -> Result:
    """Return the mean change with its t interval.

    Worked: before 1, 2, 3 and after 2, 4, 6: changes 1, 2, 3, mean 2 (-0.4841 to 4.4841).

    Args:
        before: one value a person, (n,); people with NaN on either side are left out.
        after: the same, in the same order.
        what: what is measured, for the method.
        school: of each person, from 0, (n,): then each school counts once, by the mean of its people.
        is_log: the values are logarithms; the result is a ratio.
        level: coverage of the interval.
    """
    change, unit = find_change(before, after, school)
    return compute_mean(change, method=MEAN.format(what=what, unit=unit), is_log=is_log, level=level)


def find_change(before: FloatArray, after: FloatArray, school: IntArray | None) -> tuple[FloatArray, str]:
    """Return the changes of those who have both values, of each person or each school, and which of the two."""
    change = after - before
    known = ~np.isnan(change)
    if school is None:
        return change[known], "person"
    return _mean_by(change[known], school[known]), "school"


def compute_rank_change(
    change: FloatArray, *, what: str, unit: str = "person", is_log: bool = False, level: float = LEVEL
) -> Result:
    """Return the Hodges-Lehmann estimate of changes, (n,), with the interval that the signed-rank test inverts.

    The interval leaves out as many Walsh averages at each end as bring its level nearest to `level` (Hollander and
    Wolfe 1999, 3.3). Worked: 1, 2, 3 has the averages 1, 1.5, 2, 2, 2.5, 3: middle 2, interval 1 to 3, level 0.75.
    """
    n, method = len(change), RANK.format(what=what, unit=unit)
    if not n:
        return make_nothing(method=method, n=0, warning="Nobody has this on both sides.")
    ordered = np.sort(np.round(change * 10.0**ROUNDING).astype(np.int64))
    averages = n * (n + 1) // 2
    skipped, reached = (0, 0.0) if n == 1 else _find_skipped(n, level=level)
    low, high, lower, upper = _find_walsh(
        ordered, ((averages - 1) // 2, averages // 2, skipped, averages - 1 - skipped)
    )
    middle = (low + high) / 2.0
    if is_log:
        middle, lower, upper = math.exp(middle), math.exp(lower), math.exp(upper)
    is_alike = n == 1 or ordered[0] == ordered[-1]
    return Result(
        estimate=middle,
        interval=None if is_alike else (lower, upper),
        method=method,
        n=n,
        settings={"level": reached},
        warnings=("No interval: one person, or everybody changed alike.",) if is_alike else (),
    )


def compute_groups(
    before: FloatArray,
    after: FloatArray,
    is_trained: BoolArray,
    *,
    what: str,
    school: IntArray | None = None,
    is_log: bool = False,
    level: float = LEVEL,
) -> Result:
    """Return how much more the trained changed than those who waited, by analysis of covariance.

    The value after is explained by the group and by the person's own value before (Vickers and Altman 2001,
    doi:10.1136/bmj.323.7321.1123); where several schools have both groups, by the school too. Where every school is of
    one group as a whole, the means of the schools take the place of people. In R: `lm(after ~ trained + before)`, with
    `+ school`. Worked: before 1, 2, 3, 4, after 1, 2, 2, 3, the last two trained: the slope is 1 and
    the trained lie 1 lower.

    Args as of `compute_change`; `is_trained` says who was trained, (n,).
    """
    known = ~np.isnan(before) & ~np.isnan(after)
    before, after, is_trained = before[known], after[known], is_trained[known]
    method, school = GROUPS.format(what=what), None if school is None else school[known]
    if school is not None and is_by_school(school, is_trained):
        method = GROUPS_OF_SCHOOLS.format(what=what)
        before, after = _mean_by(before, school), _mean_by(after, school)
        is_trained, school = _mean_by(is_trained.astype(np.float64), school) > 0.5, None
    n = len(before)
    if not is_trained.any() or is_trained.all():
        return make_nothing(method=method, n=n, warning="One of the groups has nobody to compare.")
    columns = [np.ones(n), is_trained.astype(np.float64), before - before.mean()]
    if school is not None:
        columns += [(school == each).astype(np.float64) for each in np.unique(school)[1:]]
    design = np.stack(columns, axis=1)
    settings = {"trained": int(is_trained.sum()), "waiting": int((~is_trained).sum())}
    inverse = np.linalg.pinv(design.T @ design, hermitian=True)
    solved = inverse @ (design.T @ after)
    rank = design.shape[1] if school is None else int(np.linalg.matrix_rank(design))
    if school is not None and rank == int(np.linalg.matrix_rank(np.delete(design, 1, axis=1))):
        return make_nothing(method=method, n=n, warning="The two groups cannot be told from their schools.")
    rest = after - design @ solved
    degrees = n - rank
    if degrees < 1:
        return make_nothing(method=method, n=n, warning="Too few to tell the groups from what they were before.")
    variance = float(rest @ rest) / degrees
    return make_t_result(
        estimate=float(solved[1]),
        error=math.sqrt(variance * max(float(inverse[1, 1]), 0.0)),
        degrees=degrees,
        n=n,
        method=method,
        is_log=is_log,
        settings=settings,
        level=level,
    )


def is_by_school(school: IntArray, is_trained: BoolArray) -> bool:
    """Return whether there are several schools, each of one group as a whole."""
    share = _mean_by(is_trained.astype(np.float64), school)
    return len(share) > 1 and bool(np.isin(share, (0.0, 1.0)).all())


@dataclass(frozen=True, slots=True)
class Practice:
    """One slope of practice over all drills, within each person's sides."""

    x: FloatArray  # mean log drill number of each person before and after, (n, 2), NaN where there is none
    y: FloatArray  # mean value, the same
    off_x: FloatArray  # how far each drill's log number lies from its mean, (m,)
    rest: FloatArray  # what the slope leaves of each drill's value, (m,)
    square: float  # sum of squares of `off_x`
    slope: float


def fit_practice(
    person: IntArray, is_after: BoolArray, order: FloatArray, values: FloatArray, *, people: int
) -> Practice | None:
    """Return the slope that drills given as arrays, (m,) each, share; None where their numbers do not differ."""
    x, y = (average_sides(person, is_after, column, people=people) for column in (order, values))
    side = 2 * person + is_after
    off_x, off_y = order - x.ravel()[side], values - y.ravel()[side]
    square = float(off_x @ off_x)
    if square < 1e-9:
        return None
    slope = float(off_x @ off_y) / square
    return Practice(x=x, y=y, off_x=off_x, rest=off_y - slope * off_x, square=square, slope=slope)


def compute_beyond_practice(
    person: IntArray, is_after: BoolArray, order: FloatArray, values: FloatArray, *, what: str, is_log: bool = False
) -> Result | None:
    """Return the change beyond what practice explains; None where nothing tells of it.

    Practice makes times fall by a power of how often something was done (Newell and Rosenbloom 1981), a straight line
    of log time by log drill number. Its slope b is taken from all drills of all people within each phase: sum of
    (x - mean x)(y - mean y) over sum of (x - mean x) squared. Person i's change beyond it is
    d_i = mean y after - mean y before - b (mean x after - mean x before), and the estimate their mean. Its error is
    that of each person's part in it, so that b's own error is in it: (d_i - mean d) / n - mean dx * (part of i in b),
    on n - 1 degrees of freedom.

    Args as of `compute_change`, but of drills, (m,): whose each is, from 0, whether it came after the training, the
    logarithm of its number, and what is measured.
    """
    known = ~np.isnan(values)
    person, is_after, order, values = person[known], is_after[known], order[known], values[known]
    everybody = int(person.max()) + 1 if len(person) else 0
    fit = fit_practice(person, is_after, order, values, people=everybody)
    if fit is None:
        return None
    both = ~np.isnan(fit.x).any(axis=1)
    people = int(both.sum())
    if people < 2:
        return None
    slope = fit.slope
    part = np.bincount(person, weights=fit.off_x * fit.rest, minlength=everybody)[both] / fit.square
    moved_x, moved_y = (side[both, 1] - side[both, 0] for side in (fit.x, fit.y))
    beyond = moved_y - slope * moved_x
    mean = float(beyond.mean())
    influence = (beyond - mean) / people - float(moved_x.mean()) * part
    return make_t_result(
        estimate=mean,
        error=math.sqrt(float(influence @ influence) * people / (people - 1)),
        degrees=people - 1,
        n=people,
        method=PRACTICE.format(what=what),
        is_log=is_log,
        settings={"slope": slope},
    )


def compute_shares(
    person: IntArray, time_s: FloatArray, is_passed: BoolArray, *, people: int, at_s: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the share of drills passed by each time, mean over people, and half its interval, (k,) each.

    Nobody is lost before the limit, so this is the completion curve, each person counted once; t interval over people.
    Drills are arrays, (m,), people numbered from 0 with one drill or more; `at_s` holds the times, (k,).
    """
    count = np.bincount(person, minlength=people)
    done = is_passed & (time_s <= at_s[:, None])
    shares = np.stack([np.bincount(person, weights=each, minlength=people) for each in done]) / count
    if people < 2:
        return shares.mean(axis=1), np.zeros(len(at_s))
    error = shares.std(axis=1, ddof=1) / math.sqrt(people)
    return shares.mean(axis=1), find_quantile(float(people - 1), LEVEL) * error


def _mean_by(values: FloatArray, code: IntArray) -> FloatArray:
    """Return the mean of each group of values, in the order of their codes; groups without any are left out."""
    count = np.bincount(code)
    return np.asarray(np.bincount(code, weights=values)[count > 0] / count[count > 0], dtype=np.float64)


def _find_walsh(ordered: npt.NDArray[np.int64], ranks: tuple[int, ...]) -> tuple[float, ...]:
    """Return the averages of pairs of changes with these ranks, 0 for the smallest."""
    unit = 2.0 * 10.0**ROUNDING
    if len(ordered) > WALSH_UP_TO:
        return tuple(_bisect_walsh(ordered, rank) / unit for rank in ranks)
    rows, columns = _list_pairs(len(ordered))
    sums = np.sort(ordered[rows] + ordered[columns])
    return tuple(float(sums[rank]) / unit for rank in ranks)


@lru_cache(maxsize=64)
def _list_pairs(n: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    rows, columns = np.triu_indices(n)
    return rows, columns


def _bisect_walsh(ordered: npt.NDArray[np.int64], rank: int) -> int:
    """Return twice the average of that rank; counting averages up to a value takes n log n steps."""
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
def _find_skipped(n: int, *, level: float) -> tuple[int, float]:
    """Return how many averages to leave out at each end, and the level that this reaches: nearest to `level`.

    Leaving out c gives 1 - 2 P(W <= c), W the signed-rank statistic: 1 - 2 / 2**n for c = 0.
    """
    if n > EXACT_UP_TO:
        mean, spread = n * (n + 1) / 4.0, math.sqrt(n * (n + 1) * (2 * n + 1) / 24.0)
        cut = int(np.floor(mean - 0.5 + spread * special.ndtri((1.0 - level) / 2.0)))
        return cut, float(1.0 - 2.0 * special.ndtr((cut + 0.5 - mean) / spread))
    levels = 1.0 - 2.0 * np.cumsum(_count_ranks(n))
    skipped = int(np.argmin(np.abs(levels - level)))
    return skipped, float(levels[skipped])


@lru_cache(maxsize=64)
def _count_ranks(n: int) -> FloatArray:
    """Return P(W = s), s = 0 .. a quarter of n (n + 1), when every sign is a fair coin."""
    most = n * (n + 1) // 4
    probability = np.zeros(most + 1)
    probability[0] = 1.0
    for rank in range(1, n + 1):
        probability *= 0.5
        if rank <= most:
            probability[rank:] += probability[: most + 1 - rank].copy()
    return probability
