"""Calibration: did the trainee know how sure to be? From how sure they said they were of each mark.

Each step of the scale stands for a chance of being right: not sure 0.5, fairly sure 0.75, sure 1. The score is that of
Brier, "Verification of forecasts expressed in terms of probability", 1950,
doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2, split as by Murphy, "A new vector partition of the probability
score", 1973, doi:10.1175/1520-0450(1973)012<0595:ANVPOT>2.0.CO;2:
score = calibration error - resolution + share right (1 - share right).

Worked case of every number below: sure of 9 marks, 7 of them right; fairly sure of 4, 3 right; not sure of 2, 1 right.

Limits: the chances are ours, trainees see words only; with few marks every part is rough: below 5 none is given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sim.scoring.case import TraceCase
from sim.scoring.claim import NO_APPEARANCE, MarkOutcome
from sim.scoring.metric import Better, Metric

CHANCES: Mapping[int, float] = MappingProxyType({1: 0.5, 2: 0.75, 3: 1.0})
"""What each step of the scale is taken to mean."""

LEAST_RATED = 5
"""With fewer rated marks one of them more or less would turn the result round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One mark with how sure the trainee was (1 not, 2 fairly, 3 sure), and whether it was right."""

    confidence: int
    is_right: bool

    @property
    def chance(self) -> float:
        """The chance of being right that was claimed, 0.5..1."""
        return CHANCES[self.confidence]


def find_ratings(case: TraceCase) -> tuple[Rating, ...]:
    """Return the marks of which the trainee said how sure they were, in the order made.

    Several rated marks in one appearance are one, with what was said last; an empty one counts by itself and is wrong.
    Ignored marks are left out: they are neither right nor wrong.
    """
    ratings: dict[tuple[int, int], Rating] = {}
    marks = zip(case.answer.marks, case.claims.outcome.tolist(), case.claims.appearance.tolist(), strict=True)
    for number, (mark, outcome, appearance) in enumerate(marks):
        if mark.confidence is None or outcome == MarkOutcome.IGNORED:
            continue
        key = (NO_APPEARANCE, number) if outcome == MarkOutcome.EMPTY else (appearance, 0)
        ratings.pop(key, None)
        ratings[key] = Rating(confidence=mark.confidence, is_right=outcome == MarkOutcome.TARGET)
    return tuple(ratings.values())


def compute_brier(ratings: Sequence[Rating]) -> float | None:
    """Return the mean square of chance claimed less right (1) or not (0), 0..1, 0 best; None below 5 ratings.

    Worked case: (2 * 1 + 3 * 0.0625 + 0.5625 + 2 * 0.25) / 15 = 0.21667.
    """
    if len(ratings) < LEAST_RATED:
        return None
    return sum((rating.chance - rating.is_right) ** 2 for rating in ratings) / len(ratings)


def compute_calibration_error(ratings: Sequence[Rating]) -> float | None:
    """Return Murphy's reliability: squared gap of chance and share right a step, weighted; 0..1; None below 5 ratings.

    Worked case: 9 (1 - 7/9)^2 / 15 = 0.02963; the other two steps are exactly right.
    """
    if len(ratings) < LEAST_RATED:
        return None
    steps = _count_steps(ratings)
    return sum(n * (CHANCES[step] - right / n) ** 2 for step, (n, right) in steps.items()) / len(ratings)


def compute_resolution(ratings: Sequence[Rating]) -> float | None:
    """Return Murphy's resolution: squared gap of share right a step and over all, weighted; None below 5 ratings.

    How far what was said tells right marks from wrong ones; 0..share (1 - share). Worked case: shares 7/9, 3/4 and 1/2
    about 11/15 give 0.00852.
    """
    if len(ratings) < LEAST_RATED:
        return None
    share = _find_share(ratings)
    return sum(n * (right / n - share) ** 2 for n, right in _count_steps(ratings).values()) / len(ratings)


def compute_overconfidence(ratings: Sequence[Rating]) -> float | None:
    """Return mean chance claimed - share right, -0.5..1, above 0: surer than right; None below 5 ratings.

    Worked case: 13/15 - 11/15 = 0.13333.
    """
    if len(ratings) < LEAST_RATED:
        return None
    return sum(rating.chance for rating in ratings) / len(ratings) - _find_share(ratings)


def _find_share(ratings: Sequence[Rating]) -> float:
    return sum(rating.is_right for rating in ratings) / len(ratings)


def _count_steps(ratings: Sequence[Rating]) -> dict[int, tuple[int, int]]:
    """Return (marks, right ones) of each step that was used."""
    steps: dict[int, tuple[int, int]] = {}
    for rating in ratings:
        n, right = steps.get(rating.confidence, (0, 0))
        steps[rating.confidence] = (n + 1, right + rating.is_right)
    return steps


def count_rated(case: TraceCase) -> int:
    """Return how many marks were rated, see `find_ratings`: the n of the four measures below (worked case: 15)."""
    return len(find_ratings(case))


def compute_case_brier(case: TraceCase) -> float | None:
    """Return `compute_brier` of a case's ratings; None below 5."""
    return compute_brier(find_ratings(case))


def compute_case_calibration_error(case: TraceCase) -> float | None:
    """Return `compute_calibration_error` of a case's ratings; None below 5."""
    return compute_calibration_error(find_ratings(case))


def compute_case_resolution(case: TraceCase) -> float | None:
    """Return `compute_resolution` of a case's ratings; None below 5."""
    return compute_resolution(find_ratings(case))


def compute_case_overconfidence(case: TraceCase) -> float | None:
    """Return `compute_overconfidence` of a case's ratings; None below 5."""
    return compute_overconfidence(find_ratings(case))


CALIBRATION_METRICS: tuple[Metric[TraceCase], ...] = (
    Metric(key="rated_marks", version=2, unit="marks", better=Better.NEITHER, needs_log=False, compute=count_rated),
    Metric(
        key="brier_score", version=2, unit="ratio", better=Better.LOWER, needs_log=False, compute=compute_case_brier
    ),
    Metric(
        key="calibration_error",
        version=2,
        unit="ratio",
        better=Better.LOWER,
        needs_log=False,
        compute=compute_case_calibration_error,
    ),
    Metric(
        key="resolution",
        version=2,
        unit="ratio",
        better=Better.NEITHER,
        needs_log=False,
        compute=compute_case_resolution,
    ),
    Metric(
        key="overconfidence",
        version=2,
        unit="ratio",
        better=Better.NEITHER,
        needs_log=False,
        compute=compute_case_overconfidence,
    ),
)
