"""Time and accuracy read together: which single word the team's change may be given."""

from dataclasses import dataclass
from enum import Enum

from sim.compare.checks.form_checks import is_uneven
from sim.compare.statistics.result import FEWEST_FOR_TEST, Result

SLOWER_MARGIN = 1.10
LESS_ACCURATE_MARGIN = -0.05


class Change(Enum):
    """How one side changed, judged by its interval."""

    BETTER = "better"
    WORSE = "worse"
    UNCLEAR = "unclear"
    UNKNOWN = "unknown"


class Verdict(Enum):
    """The only words a comparison may end in."""

    IMPROVED = "improved"
    TRADED_ACCURACY_FOR_SPEED = "traded accuracy for speed"
    TRADED_SPEED_FOR_ACCURACY = "traded speed for accuracy"
    FASTER_ONLY = "faster, accuracy unsettled"
    MORE_ACCURATE_ONLY = "more accurate, time unsettled"
    WORSE = "worse"
    NO_BETTER = "no better than the waiting group"
    NOT_BEYOND_PRACTICE = "not clearly beyond practice"
    NO_CLEAR_CHANGE = "no clear change"
    NOT_JUDGED = "cannot be judged"
    TOO_FEW = "too few people to say"
    NOTHING_TO_COMPARE = "nothing to compare yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Both sides, and whether an unclear side leans the wrong way too far to call the whole an improvement."""

    time: Change
    accuracy: Change
    time_leans_slower: bool = False  # the time estimate is worse by more than 10%, clear or not
    # IDF1 is lower by more than 0.05, clear or not, or another measure clearly worsened
    accuracy_leans_worse: bool = False


def judge_time(*, ratio: Result, mean_change: Result, someone_timed_out: bool) -> Change:
    """Return how times changed.

    While everyone finished, the ratio decides. Once anybody timed out the ratio speaks only for the finishers, so the
    restricted mean, which counts everyone, decides. In both cases the other number must not point the other way.
    """
    if someone_timed_out:
        decides, other, neutral, other_neutral = mean_change, ratio, 0.0, 1.0
    else:
        decides, other, neutral, other_neutral = ratio, mean_change, 1.0, 0.0
    if decides.interval is None or not decides.is_testable:
        return Change.UNKNOWN
    lower, upper = decides.interval
    if upper < neutral:
        agrees = other.estimate is None or other.estimate <= other_neutral
        return Change.BETTER if agrees else Change.UNCLEAR
    if lower > neutral:
        agrees = other.estimate is None or other.estimate >= other_neutral
        return Change.WORSE if agrees else Change.UNCLEAR
    return Change.UNCLEAR


def judge_sides(
    *,
    ratio: Result,
    mean_change: Result,
    mean_before_s: float,
    someone_timed_out: bool,
    accuracy: Change,
    accuracy_difference: float,
    other_accuracy: tuple[Change, ...],
) -> Effects:
    """Return how both sides changed: time by `judge_time`, accuracy by IDF1; other measures can only hold a word back.

    Args:
        ratio: of typical times.
        mean_change: of the restricted mean, seconds.
        mean_before_s: the restricted mean before.
        someone_timed_out: any drill reached the limit.
        accuracy: how IDF1 changed.
        accuracy_difference: its estimate.
        other_accuracy: how the other measures changed.
    """
    return Effects(
        time=judge_time(ratio=ratio, mean_change=mean_change, someone_timed_out=someone_timed_out),
        accuracy=accuracy,
        time_leans_slower=(ratio.estimate or 0.0) > SLOWER_MARGIN
        or (mean_change.estimate or 0.0) > (SLOWER_MARGIN - 1.0) * mean_before_s,
        accuracy_leans_worse=accuracy_difference < LESS_ACCURATE_MARGIN or Change.WORSE in other_accuracy,
    )


def judge_difference(difference: Result, *, higher_is_better: bool) -> Change:
    """Return how an accuracy measure changed, by its interval alone."""
    if difference.estimate is None or difference.n < FEWEST_FOR_TEST:
        return Change.UNKNOWN
    if difference.interval is None or not difference.is_testable:
        return Change.UNCLEAR
    lower, upper = difference.interval if higher_is_better else (-difference.interval[1], -difference.interval[0])
    if lower > 0.0:
        return Change.BETTER
    return Change.WORSE if upper < 0.0 else Change.UNCLEAR


def is_explained_by_forms(sides: Effects, *, hardness: float | None) -> bool:
    """Return whether a side looks better where the forms after were easier, or worse where they were harder.

    Such a change is given no word, as it may be the forms'. `hardness` is what `compute_hardness_ratio` gives.
    """
    if hardness is None or not is_uneven(hardness):
        return False
    return (Change.BETTER if hardness < 1.0 else Change.WORSE) in (sides.time, sides.accuracy)


def choose_word(sides: Effects) -> Verdict:
    """Return the word for both sides together.

    "improved" needs one side clearly better and the other neither clearly worse nor leaning the wrong way.
    """
    time, accuracy = sides.time, sides.accuracy
    if time is Change.BETTER and accuracy is Change.WORSE:
        return Verdict.TRADED_ACCURACY_FOR_SPEED
    if time is Change.WORSE and accuracy is Change.BETTER:
        return Verdict.TRADED_SPEED_FOR_ACCURACY
    if Change.WORSE in (time, accuracy):
        return Verdict.WORSE
    if time is Change.BETTER:
        blocked = accuracy is Change.UNKNOWN or sides.accuracy_leans_worse
        return Verdict.FASTER_ONLY if blocked else Verdict.IMPROVED
    if accuracy is Change.BETTER:
        blocked = time is Change.UNKNOWN or sides.time_leans_slower or sides.accuracy_leans_worse
        return Verdict.MORE_ACCURATE_ONLY if blocked else Verdict.IMPROVED
    return Verdict.NOT_JUDGED if Change.UNKNOWN in (time, accuracy) else Verdict.NO_CLEAR_CHANGE
