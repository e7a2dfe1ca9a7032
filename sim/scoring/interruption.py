"""Interruptions of a drill: how many calls were answered, how fast, and how soon the search went on.

They are measured only where a drill is given with interruptions, and play no part in the pass rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.scoring.metric import Better, Metric
from sim.scoring.score_card import ScoreCard


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedCall:
    """One call that came; drill times in seconds since release."""

    call_id: str
    came_s: float  # when it came on screen
    ended_s: float | None  # when it was answered or rang off; None where the drill ended before
    value: str | None  # the reply; None where there was none
    is_right: bool  # the reply is the right one
    # the first searching action after `ended_s`, see docs/scoring.md; None where there was none
    resumed_s: float | None

    @property
    def answer_s(self) -> float | None:
        """Seconds from the call to its answer; None without an answer."""
        return None if self.value is None or self.ended_s is None else self.ended_s - self.came_s

    @property
    def recovery_s(self) -> float | None:
        """Seconds from the call's end to the search going on; None where it did not."""
        return None if self.resumed_s is None or self.ended_s is None else self.resumed_s - self.ended_s


Calls = Sequence[TimedCall]


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def count_calls(calls: Calls) -> int:
    """Return how many calls came before the hand-in."""
    return len(calls)


def count_answered(calls: Calls) -> int:
    """Return how many of them were answered."""
    return sum(call.value is not None for call in calls)


def count_right(calls: Calls) -> int:
    """Return how many were answered rightly."""
    return sum(call.is_right for call in calls)


def compute_answer_time(calls: Calls) -> float | None:
    """Return the mean seconds from call to answer, over calls answered; None when there is none.

    Example:
        A call at 40 s answered at 46.5 s, one at 120 s that rang off: 6.5.
    """
    return _mean([seconds for call in calls if (seconds := call.answer_s) is not None])


def compute_recovery_time(calls: Calls) -> float | None:
    """Return the mean seconds from a call's end to the next searching action; None where there is none.

    Example:
        Calls that ended at 46.5 and 180 s, next actions at 49 and 183 s: (2.5 + 3) / 2 = 2.75.
    """
    return _mean([seconds for call in calls if (seconds := call.recovery_s) is not None])


INTERRUPTION_METRICS: tuple[Metric[Calls], ...] = (
    Metric(key="calls", version=1, unit="rows", better=Better.NEITHER, needs_log=True, compute=count_calls),
    Metric(key="calls_answered", version=1, unit="rows", better=Better.HIGHER, needs_log=True, compute=count_answered),
    Metric(key="calls_right", version=1, unit="rows", better=Better.HIGHER, needs_log=True, compute=count_right),
    Metric(key="answer_time_s", version=1, unit="s", better=Better.LOWER, needs_log=True, compute=compute_answer_time),
    Metric(
        key="recovery_time_s", version=1, unit="s", better=Better.LOWER, needs_log=True, compute=compute_recovery_time
    ),
)


def add_interruptions(card: ScoreCard, calls: Calls) -> ScoreCard:
    """Return the score card with the measures of the calls beside its own."""
    return replace(
        card,
        values={**card.values, **{metric.key: metric.compute(calls) for metric in INTERRUPTION_METRICS}},
        versions={**card.versions, **{metric.key: metric.version for metric in INTERRUPTION_METRICS}},
    )
