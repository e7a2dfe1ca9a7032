"""What a comparison of one team holds: plain frozen types, no computation."""

from dataclasses import dataclass

from sim.compare.both_together import Change, Sides, Word
from sim.compare.design import DesignReport
from sim.compare.result import Result
from sim.compare.survival import Curve


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
    """

    ratio: Result
    before_curve: Curve | None
    after_curve: Curve | None
    at_risk: tuple[AtRisk, ...]
    shares: tuple[ShareFinished, ...]
    restricted_mean: PhaseResults | None
    restricted_mean_change: Result | None
    timed_out: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureReport:
    """One accuracy measure: its column name, which way is better, and its paired difference."""

    measure: str
    higher_is_better: bool
    difference: Result
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Before and after of one team, complete.

    Attributes:
        word, verdict: the word for time and accuracy together, and the sentences around it.
        time_sentence: the ratio of typical times in words.
        sides: how each side changed.
        design: what was compared, and what was left out.
        pairs: by person.
        time, accuracy: the numbers.
        warnings: about the data as a whole.
        cannot_show: what this design cannot show; always stated.
    """

    word: Word
    verdict: str
    time_sentence: str
    sides: Sides
    design: DesignReport
    pairs: tuple[Pair, ...]
    time: TimeReport
    accuracy: tuple[MeasureReport, ...]
    warnings: tuple[str, ...]
    cannot_show: tuple[str, ...]
