"""The word for a team given as arrays: what `compare_attempts` judges by and nothing else, for thousands of teams."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.compare.content.comparison import (
    Change,
    Effects,
    Verdict,
    choose_word,
    judge_difference,
    judge_sides,
    judge_time,
)
from sim.compare.statistics.paired import compute_paired_difference, compute_time_ratio
from sim.compare.statistics.result import FEWEST_FOR_TEST, Result
from sim.compare.statistics.survival import Durations, compute_restricted_mean, compute_restricted_mean_change

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The word and what it rests on."""

    word: Verdict
    sides: Effects
    ratio: Result
    mean_change: Result
    accuracy: tuple[Result, ...]


def judge_arrays(
    before: Durations,
    after: Durations,
    *,
    accuracy_before: tuple[FloatArray, ...],
    accuracy_after: tuple[FloatArray, ...],
    higher_is_better: tuple[bool, ...],
    limit_s: float,
) -> Judged:
    """Return the word that `compare_attempts` gives to the same attempts under one limit and conditions.

    Args:
        before: the attempts before.
        after: the attempts after, of the same people.
        accuracy_before: for each measure, the one that decides first, its value in every attempt before, (m,), finite.
        accuracy_after: the same after.
        higher_is_better: for each measure.
        limit_s: the limit of all attempts.
    """
    ratio = _compare_typical(before, after)
    mean_change = compute_restricted_mean_change(before, after, limit_s=limit_s)
    differences = tuple(
        compute_paired_difference(_mean(first, before), _mean(second, after))
        for first, second in zip(accuracy_before, accuracy_after, strict=True)
    )
    changes = tuple(
        judge_difference(difference, higher_is_better=higher)
        for difference, higher in zip(differences, higher_is_better, strict=True)
    )
    sides = judge_sides(
        ratio=ratio,
        mean_change=mean_change,
        mean_before_s=compute_restricted_mean(before, limit_s=limit_s).estimate or 0.0,
        someone_timed_out=_has_time_out(before, after),
        accuracy=changes[0],
        accuracy_difference=differences[0].estimate or 0.0,
        other_accuracy=changes[1:],
    )
    word = choose_word(sides) if before.people >= FEWEST_FOR_TEST else Verdict.TOO_FEW
    return Judged(word=word, sides=sides, ratio=ratio, mean_change=mean_change, accuracy=differences)


def judge_time_arrays(before: Durations, after: Durations, *, limit_s: float) -> Change:
    """Return how times changed: the `sides.time` of `judge_arrays`, with nothing else worked out."""
    return judge_time(
        ratio=_compare_typical(before, after),
        mean_change=compute_restricted_mean_change(before, after, limit_s=limit_s),
        someone_timed_out=_has_time_out(before, after),
    )


def _compare_typical(before: Durations, after: Durations) -> Result:
    times = np.column_stack([_typical(side) for side in (before, after)])
    both = times[~np.isnan(times).any(axis=1)]
    return compute_time_ratio(np.exp(both[:, 0]), np.exp(both[:, 1]))


def _has_time_out(before: Durations, after: Durations) -> bool:
    return not (before.finished.all() and after.finished.all())


def _typical(side: Durations) -> FloatArray:
    """Return each person's mean log time over finished attempts, NaN where there is none, (people,)."""
    done = side.finished
    count = np.bincount(side.person[done], minlength=side.people)
    total = np.bincount(side.person[done], weights=np.log(side.duration_s[done]), minlength=side.people)
    typical: FloatArray = np.full(side.people, np.nan)
    np.divide(total, count, out=typical, where=count > 0)
    return typical


def _mean(values: FloatArray, side: Durations) -> FloatArray:
    total = np.bincount(side.person, weights=values, minlength=side.people)
    return np.asarray(total / np.bincount(side.person, minlength=side.people), dtype=np.float64)
