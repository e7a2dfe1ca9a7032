"""What a comparison of one team holds: plain frozen types, no computation."""

from dataclasses import dataclass

from sim.compare.checks.design import DesignReport
from sim.compare.content.both_together import Change, Effects, Verdict
from sim.compare.statistics.result import Result
from sim.compare.statistics.survival import Curve


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSide:
    """One person in one phase.

    Attributes:
        attempts, finished: how many drills, and how many of them were submitted inside the limit.
        time_s: geometric mean over the finished ones, or None when there is none. Never holds a time-out.
        limit_s: the longest limit of these drills.
        accuracy: mean over the drills where defined, by column name; a measure defined nowhere is left out.
    """

    attempts: int
    finished: int
    time_s: float | None
    limit_s: float
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
    """Everything on times. Curves, shares and means are None or empty when there is nobody to compare.

    Attributes:
        ratio: typical time after to before.
        before_curve, after_curve: share finished by a time.
        at_risk: numbers still running, at the times a reader looks at.
        shares: finished by 5, 10 and 15 minutes, as far as the limits reach, and by the limit.
        restricted_mean: mean time counting at most the limit, in each phase.
        restricted_mean_change: after - before, everyone counted.
        timed_out: drills that reached the limit, before and after.
        hazard_ratio: Cox regression stratified by person on all drills: above 1 finishes sooner after; None without
            anybody to compare. Shown beside the rest, never decides.
        mixed_model: ratio of times after to before at equal difficulty, order and device, from the mixed model; None
            below 8 people or 2 drills a person and phase. Shown beside the rest, never decides.
    """

    ratio: Result
    before_curve: Curve | None
    after_curve: Curve | None
    at_risk: tuple[AtRisk, ...]
    shares: tuple[ShareFinished, ...]
    restricted_mean: PhaseResults | None
    restricted_mean_change: Result | None
    timed_out: tuple[int, int]
    hazard_ratio: Result | None = None
    mixed_model: Result | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureReport:
    """One accuracy measure: its column name, which way is better, and its paired difference.

    Attributes:
        difference: Hodges-Lehmann estimate with the exact signed-rank interval, which decides from 6 people on.
    """

    measure: str
    higher_is_better: bool
    difference: Result
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """The two numbers that decide the word, and over what their intervals go.

    Attributes:
        over: "people", or "schools" from 6 schools on.
        time_by: "ratio" of typical times while everyone finished; once anybody timed out "mean", the change of the
            restricted mean in seconds.
        time: that number.
        accuracy: change in IDF1.
    """

    over: str
    time_by: str
    time: Result
    accuracy: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChange:
    """How one person changed, less the practice gain that is to be expected; only with 4 or more drills a phase.

    Attributes:
        time: ratio of typical times after to before, divided by the expected practice gain; below 1 is faster.
        accuracy: difference in IDF1; None where it is not defined in enough drills.
        time_change, accuracy_change: BETTER or WORSE when beyond what drills of one person vary by, else UNCLEAR.
    """

    person_id: str
    time: Result
    accuracy: Result | None
    time_change: Change
    accuracy_change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPoint:
    """Drills some time after the training, of people compared; time and accuracy, since accuracy fades faster.

    Attributes:
        name: "after" for the drills right after the training, "1 week", "3 months", "6 months", "12 months".
        days: when it is due, days after the training; 0 for "after".
        time: mean time in seconds counting at most the limit, of those who have drills at this point.
        accuracy: mean IDF1, 0..1, of the same people; None where it is not defined for anybody.
        time_change: seconds more than right after the training, the same people; None for "after".
        accuracy_change: IDF1 less or more than right after the training, the same people; None for "after".
    """

    name: str
    days: int
    time: Result
    accuracy: Result | None
    time_change: Result | None
    accuracy_change: Result | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTypeReport:
    """One row of the forest picture. Every task type in the table has one, or none has. No word, no p.

    Attributes:
        people, attempts: with drills of this type in both phases, and their drills.
        time: ratio of mean times counting at most the limit, after to before; below 1 is faster; everyone counts.
        accuracy: paired difference in IDF1; None where it is not defined for anybody.
    """

    task_type: str
    people: int
    attempts: int
    time: Result
    accuracy: Result | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningPoint:
    """Everybody's drill of one number in one phase ("before" or "after").

    Attributes:
        time: mean time in seconds counting at most the limit.
        accuracy: mean IDF1, 0..1; None where it is not defined for anybody.
    """

    drill_number: int
    phase: str
    time: Result
    accuracy: Result | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeReport:
    """What a double baseline tells of practice: the gain before any training, and the change beyond it.

    Attributes:
        gain: ratio of times, last to first drill before the training.
        beyond: ratio of times after to before, divided by the practice to be expected from `gain`; below 1 is faster
            than practice explains.
        accuracy_gain, accuracy_beyond: the same in IDF1, as differences; None where it is not defined.
        is_beyond_practice: the whole interval of `beyond` lies below 1.
        sentence: what this means, in words.
        baselines: drills before the training of the person who has fewest.
        is_told: half of the people or more have baselines enough to compare their trend with the change.
    """

    gain: Result
    beyond: Result
    accuracy_gain: Result | None
    accuracy_beyond: Result | None
    is_beyond_practice: bool
    sentence: str
    baselines: int = 2
    is_told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupReport:
    """Two groups, of which one trained: the difference of their changes.

    Attributes:
        trained, waiting: names of the groups as in the table.
        by_lot: whether lots were drawn for who waits.
        trained_people, waiting_people: people compared in each.
        trained_time, waiting_time: change of the mean time counting at most the limit, seconds, in each group.
        time: trained less waiting of these changes, seconds; below 0 the trained gained more.
        ratio: the trained group's ratio of typical times divided by the waiting group's, finishers only.
        accuracy: difference of mean changes in IDF1, trained less waiting; None where it is not defined.
        trained_accuracy, waiting_accuracy: change in IDF1 in each group, by Hodges-Lehmann as of all people; None where
            it is not defined.
        sentence: both changes, who gained more, and whether that is clear.
    """

    trained: str
    waiting: str
    by_lot: bool
    trained_people: int
    waiting_people: int
    trained_time: Result
    waiting_time: Result
    time: Result
    ratio: Result
    accuracy: Result | None
    sentence: str
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
    """Several schools as clusters: the same changes, with intervals over schools instead of over people.

    Attributes:
        schools: how many.
        decides: with 6 or more schools these intervals decide the word; with fewer the intervals over people do, and
            speak of these schools only.
        ratio: of typical times.
        time_change: of the mean time counting at most the limit, seconds.
        accuracy: mean difference in IDF1; None where it is not defined.
        by_school: each school.
        sentence: what may be said of schools in general, in words.
    """

    schools: int
    decides: bool
    ratio: Result
    time_change: Result
    accuracy: Result | None
    by_school: tuple[SchoolReport, ...]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Before and after of one team, complete.

    Attributes:
        word, verdict: the word for time and accuracy together, and the sentences around it.
        no_word: why no word is given whatever the numbers say, in sentences; empty where nothing stands against it.
        time_sentence: the number that decides on times, with its interval, in words.
        accuracy_sentence: the same on accuracy.
        checks_sentence: how many checks of the design are open, and which.
        not_in_it: who and what is not in the comparison, and why.
        sides: how each side changed.
        deciding: the numbers that decide; None without anybody to compare.
        design: what was compared, and what was left out.
        pairs: by person.
        time, accuracy: the numbers.
        warnings: about the data as a whole.
        cannot_show: what this design cannot show; always stated.
        people: reliable change of each person with enough drills; empty when nobody has.
        people_note: why `people` is empty, or how to read it.
        retention: "after" and every due date with drills; empty without retention drills.
        by_task_type: every task type or, without task types or with only one, none.
        learning: by drill number; empty when the table has no drill numbers.
        practice: None without a double baseline whose order is known.
        groups: None unless the table has two groups.
        district: None unless the table has two or more schools, and everybody's.
    """

    word: Verdict
    verdict: str
    no_word: tuple[str, ...]
    time_sentence: str
    accuracy_sentence: str
    checks_sentence: str
    not_in_it: tuple[str, ...]
    sides: Effects
    deciding: Deciding | None
    design: DesignReport
    pairs: tuple[Pair, ...]
    time: TimeReport
    accuracy: tuple[MeasureReport, ...]
    warnings: tuple[str, ...]
    cannot_show: tuple[str, ...]
    people: tuple[PersonChange, ...] = ()
    people_note: str = ""
    retention: tuple[RetentionPoint, ...] = ()
    by_task_type: tuple[TaskTypeReport, ...] = ()
    learning: tuple[LearningPoint, ...] = ()
    practice: PracticeReport | None = None
    groups: GroupReport | None = None
    district: DistrictReport | None = None
