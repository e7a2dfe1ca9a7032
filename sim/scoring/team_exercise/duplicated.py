"""How much of the viewing was done twice at the same time."""

from itertools import combinations

from sim.scoring.footage_use import Span, merge_spans
from sim.scoring.metric import Better, Metric, divide
from sim.scoring.team_exercise.evidence import ExerciseCase, Screen, find_within

SAME_WITHIN_S = 10.0
"""Two members see the same when they have the same camera at site times at most this far apart, seconds."""


def compute_duplicated(case: ExerciseCase) -> float | None:
    """Return the share of viewing seconds in which another member saw the same at that moment, 0..1.

    Viewing seconds are the drill seconds during which a member had a camera as the main picture, moving or still,
    summed over members. Of these count those at which at least one other member had the same camera, at a site time at
    most 10 s away. None when nobody viewed anything. Two members for 60 s each, for 15 s of them on the same camera at
    the same time: 30 / 120 = 0.25.
    """
    viewed = sum(screen.to_s - screen.from_s for member in case.members for screen in member.screens)
    twice: list[list[Span]] = [[] for _ in case.members]
    for (one, first), (other, second) in combinations(enumerate(case.members), 2):
        for a in first.screens:
            for b in second.screens:
                span = find_shared(a, b)
                if span is not None:
                    twice[one].append(span)
                    twice[other].append(span)
    return divide(sum(high - low for spans in twice for low, high in merge_spans(spans)), viewed)


def find_shared(one: Screen, other: Screen) -> Span | None:
    """Return the drill time in which two screens show the same, or None."""
    low, high = max(one.from_s, other.from_s), min(one.to_s, other.to_s)
    if one.camera_id != other.camera_id or low >= high:
        return None
    apart = _read_site_s(one, low) - _read_site_s(other, low)
    return find_within(apart, one.rate - other.rate, span=(low, high), reach_s=SAME_WITHIN_S)


def _read_site_s(screen: Screen, at_s: float) -> float:
    return screen.site_from_s + screen.rate * (at_s - screen.from_s)


EXERCISE_DUPLICATED = Metric(
    key="exercise_duplicated", version=1, unit="ratio", better=Better.LOWER, needs_log=True, compute=compute_duplicated
)
