"""Pulling up cameras as places are called out: the right one, how soon, and how many wrong ones before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from sim.scoring.duration import COMPLETION, FINISHED, need_log
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.metric import Better, Metric
from sim.scoring.score_card import Criterion, ScoreCard, make_score_card

PASS_SHARE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsCase:
    """An answer beside the calls."""

    calls: tuple[str, ...]  # key of each call, in the order called
    right: Mapping[str, Sequence[str]]  # the cameras that show what is called, by key
    answer: Answer  # what was handed in
    log: SearchLog | None  # how the search went, or None


def is_right(case: CallsCase, key: str) -> bool:
    """Return whether the camera confirmed for a call shows the place."""
    return case.answer.choices.get(key) in case.right[key]


def compute_right_share(case: CallsCase) -> float:
    """Return the share of calls answered by a camera that shows the place. 9 of 10: 0.9."""
    return sum(is_right(case, key) for key in case.calls) / len(case.calls)


def list_spans_s(case: CallsCase) -> list[tuple[str, float, float]]:
    """Return each call that was answered, from the answer to the one before, or release, to its own last answer."""
    times = {choice.key: choice.at_s for choice in need_log(case).choices if choice.key in case.right}
    answered = sorted(((at_s, key) for key, at_s in times.items()), key=lambda each: each[0])
    bounds = [(0.0, ""), *answered]
    return [(key, before, at_s) for (before, _), (at_s, key) in pairwise(bounds)]


def compute_median_s(case: CallsCase) -> float | None:
    """Return the median seconds a call took, of those answered rightly; None when none was.

    Release at 0, answers at 4, 10 and 13 s, all right: median of 4, 6 and 3, 4 s.
    """
    taken = [to_s - from_s for key, from_s, to_s in list_spans_s(case) if is_right(case, key)]
    return median(taken) if taken else None


def count_wrong_openings(case: CallsCase) -> int:
    """Return how many cameras were opened, while a call was looked for, that do not show its place."""
    openings = need_log(case).openings
    return sum(
        opening.camera_id not in case.right[key]
        for key, from_s, to_s in list_spans_s(case)
        for opening in openings
        if from_s < opening.at_s <= to_s
    )


RIGHT_SHARE = Metric(
    key="right_share", version=2, unit="ratio", better=Better.HIGHER, needs_log=False, compute=compute_right_share
)
CALL_TIME = Metric(
    key="median_call_s", version=2, unit="s", better=Better.LOWER, needs_log=True, compute=compute_median_s
)
WRONG_OPENINGS = Metric(
    key="wrong_openings", version=2, unit="rows", better=Better.LOWER, needs_log=True, compute=count_wrong_openings
)
CALL_METRICS: tuple[Metric[CallsCase], ...] = (RIGHT_SHARE, CALL_TIME, WRONG_OPENINGS, COMPLETION, FINISHED)


def make_calls_card(case: CallsCase) -> ScoreCard:
    """Compute every metric that the case allows. Passed: nine calls in ten answered rightly."""
    criteria = (Criterion(key="right_share", met=compute_right_share(case) >= PASS_SHARE),)
    return make_score_card(case, CALL_METRICS, criteria=criteria)
