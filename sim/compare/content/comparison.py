"""What a comparison of one team holds: plain frozen types, no computation."""

from dataclasses import dataclass
from enum import Enum

from sim.compare.checks.design import DesignReport
from sim.compare.checks.drill_checks import is_uneven
from sim.compare.statistics.result import FEWEST_FOR_TEST, Result
from sim.compare.statistics.survival import Curve

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


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSide:
    """One person in one phase."""

    # attempts, finished: how many drills, and how many of them were submitted inside the limit
    attempts: int
    finished: int
    time_s: float | None  # geometric mean over the finished ones, or None when there is none. Never holds a time-out.
    limit_s: float  # the longest limit of these drills
    # mean over the drills where defined, by column name; a measure defined nowhere is left out
    accuracy: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One person, before and after."""

    person_id: str
    before: PersonSide
    after: PersonSide


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRisk:
    """Drills still running just before a time."""

    at_s: float
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseResults:
    """A quantity in each phase."""

    before: Result
    after: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareFinished:
    """Share finished by one time, in each phase."""

    at_s: float
    results: PhaseResults


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeReport:
    """Everything on times. Curves, shares and means are None or empty when there is nobody to compare."""

    ratio: Result  # typical time after to before
    # before_curve, after_curve: share finished by a time
    before_curve: Curve | None
    after_curve: Curve | None
    at_risk: tuple[AtRisk, ...]  # numbers still running, at the times a reader looks at
    shares: tuple[ShareFinished, ...]  # finished by 5, 10 and 15 minutes, as far as the limits reach, and by the limit
    restricted_mean: PhaseResults | None  # mean time counting at most the limit, in each phase
    restricted_mean_change: Result | None  # after - before, everyone counted
    timed_out: tuple[int, int]  # drills that reached the limit, before and after


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureReport:
    """One accuracy measure: its column name, which way is better, and its paired difference."""

    measure: str
    higher_is_better: bool
    difference: Result  # Hodges-Lehmann estimate with the exact signed-rank interval, which decides from 6 people on
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """The two numbers that decide the word, and over what their intervals go."""

    over: str  # "people", or "schools" from 6 schools on
    # "ratio" of typical times while everyone finished; once anybody timed out "mean", the change of the restricted mean
    # in seconds
    time_by: str
    time: Result  # that number
    accuracy: Result  # change in IDF1


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChange:
    """How one person changed, less the practice gain that is to be expected; only with 4 or more drills a phase."""

    person_id: str
    time: Result  # ratio of typical times after to before, divided by the expected practice gain; below 1 is faster
    accuracy: Result | None  # difference in IDF1; None where it is not defined in enough drills
    # time_change, accuracy_change: BETTER or WORSE when beyond what drills of one person vary by, else UNCLEAR
    time_change: Change
    accuracy_change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPoint:
    """Drills some time after the training, of people compared; time and accuracy, since accuracy fades faster."""

    name: str  # "after" for the drills right after the training, "1 week", "3 months", "6 months", "12 months"
    days: int  # when it is due, days after the training; 0 for "after"
    time: Result  # mean time in seconds counting at most the limit, of those who have drills at this point
    accuracy: Result | None  # mean IDF1, 0..1, of the same people; None where it is not defined for anybody
    time_change: Result | None  # seconds more than right after the training, the same people; None for "after"
    accuracy_change: Result | None  # IDF1 less or more than right after the training, the same people; None for "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTypeReport:
    """One row of the forest picture. Every task type in the table has one, or none has. No word, no p."""

    task_type: str
    # people, attempts: with drills of this type in both phases, and their drills
    people: int
    attempts: int
    time: Result  # ratio of mean times counting at most the limit, after to before; below 1 is faster; everyone counts
    accuracy: Result | None  # paired difference in IDF1; None where it is not defined for anybody


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningPoint:
    """Everybody's drill of one number in one phase ("before" or "after")."""

    drill_number: int
    phase: str
    time: Result  # mean time in seconds counting at most the limit
    accuracy: Result | None  # mean IDF1, 0..1; None where it is not defined for anybody


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeReport:
    """What a double baseline tells of practice: the gain before any training, and the change beyond it."""

    gain: Result  # ratio of times, last to first drill before the training
    # ratio of times after to before, divided by the practice to be expected from `gain`; below 1 is faster than
    # practice explains
    beyond: Result
    # accuracy_gain, accuracy_beyond: the same in IDF1, as differences; None where it is not defined
    accuracy_gain: Result | None
    accuracy_beyond: Result | None
    is_beyond_practice: bool  # the whole interval of `beyond` lies below 1
    sentence: str  # what this means, in words
    baselines: int = 2  # drills before the training of the person who has fewest
    is_told: bool = False  # half of the people or more have baselines enough to compare their trend with the change


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupReport:
    """Two groups, of which one trained: the difference of their changes."""

    # trained, waiting: names of the groups as in the table
    trained: str
    waiting: str
    by_lot: bool  # whether lots were drawn for who waits
    # trained_people, waiting_people: people compared in each
    trained_people: int
    waiting_people: int
    # trained_time, waiting_time: change of the mean time counting at most the limit, seconds, in each group
    trained_time: Result
    waiting_time: Result
    time: Result  # trained less waiting of these changes, seconds; below 0 the trained gained more
    ratio: Result  # the trained group's ratio of typical times divided by the waiting group's, finishers only
    accuracy: Result | None  # difference of mean changes in IDF1, trained less waiting; None where it is not defined
    sentence: str  # both changes, who gained more, and whether that is clear
    # trained_accuracy, waiting_accuracy: change in IDF1 in each group, by Hodges-Lehmann as of all people; None where
    # it is not defined
    trained_accuracy: Result | None = None
    waiting_accuracy: Result | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolReport:
    """One school of a district, in the order of names, never by result. No p."""

    school: str
    people: int
    time_change: Result
    accuracy: Result | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictReport:
    """Several schools as clusters: the same changes, with intervals over schools instead of over people."""

    schools: int  # how many
    # with 6 or more schools these intervals decide the word; with fewer the intervals over people do, and speak of
    # these schools only
    decides: bool
    ratio: Result  # of typical times
    time_change: Result  # of the mean time counting at most the limit, seconds
    accuracy: Result | None  # mean difference in IDF1; None where it is not defined
    by_school: tuple[SchoolReport, ...]
    sentence: str  # what may be said of schools in general, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Before and after of one team, complete."""

    # word, verdict: the word for time and accuracy together, and the sentences around it
    word: Verdict
    verdict: str
    # why no word is given whatever the numbers say, in sentences; empty where nothing stands against it
    no_word: tuple[str, ...]
    time_sentence: str  # the number that decides on times, with its interval, in words
    accuracy_sentence: str
    checks_sentence: str  # how many checks of the design are open, and which
    not_in_it: tuple[str, ...]  # who and what is not in the comparison, and why
    sides: Effects  # how each side changed
    deciding: Deciding | None  # the numbers that decide; None without anybody to compare
    design: DesignReport  # what was compared, and what was left out
    pairs: tuple[Pair, ...]  # by person
    # time, accuracy: the numbers
    time: TimeReport
    accuracy: tuple[MeasureReport, ...]
    warnings: tuple[str, ...]  # about the data as a whole
    cannot_show: tuple[str, ...]  # what this design cannot show; always stated
    people: tuple[PersonChange, ...] = ()  # reliable change of each person with enough drills; empty when nobody has
    people_note: str = ""  # why `people` is empty, or how to read it
    retention: tuple[RetentionPoint, ...] = ()  # "after" and every due date with drills; empty without retention drills
    by_task_type: tuple[TaskTypeReport, ...] = ()  # every task type or, without task types or with only one, none
    learning: tuple[LearningPoint, ...] = ()  # by drill number; empty when the table has no drill numbers
    practice: PracticeReport | None = None  # None without a double baseline whose order is known
    groups: GroupReport | None = None  # None unless the table has two groups
    district: DistrictReport | None = None  # None unless the table has two or more schools, and everybody's
