"""How much of the person's way was on anybody's screen."""

import math
from collections.abc import Iterable
from itertools import combinations
from statistics import median

from sim.scoring.footage_use import Span, merge_spans, sum_overlap_s
from sim.scoring.metric import Better, Metric, MetricValue, divide
from sim.scoring.team_exercise.evidence import ExerciseCase, Request, Screen, find_within


def compute_coverage(case: ExerciseCase) -> float | None:
    """Return the share of the person's time on camera that at least one member had as the main picture, 0..1.

    Site seconds played through by anybody that lie in appearances of T on that camera, each once, over the sum of the
    lengths of T; None when T has no length. A still picture adds nothing. Appearances of 20 s on A and 10 s on B; one
    member played the first 12 s on A, another A's seconds 8 to 16 and all of B: (16 + 10) / 30 = 0.867.
    """
    screens = [screen for member in case.members for screen in member.screens]
    covered, total = 0.0, 0.0
    for camera, first_s, last_s in case.list_legs():
        covered += sum_overlap_s(list_played(screens, camera), [(first_s, last_s)])
        total += last_s - first_s
    return divide(covered, total)


def compute_legs_seen(case: ExerciseCase) -> float | None:
    """Return the share of the appearances in T of which anybody had a picture on screen, even a still one, 0..1.

    None when T is empty. 3 of 4 appearances: 0.75.
    """
    screens = [screen for member in case.members for screen in member.screens]
    legs = list(case.list_legs())
    seen = sum(any(_shows(screen, *leg) for screen in screens) for leg in legs)
    return divide(seen, len(legs))


def list_played(screens: Iterable[Screen], camera_id: str) -> list[Span]:
    """Return the site time of a camera that was played through, as disjoint spans, ascending."""
    return merge_spans(
        (min(screen.site_from_s, screen.site_to_s), max(screen.site_from_s, screen.site_to_s))
        for screen in screens
        if screen.camera_id == camera_id and screen.site_from_s != screen.site_to_s
    )


def _shows(screen: Screen, camera_id: str, first_s: float, last_s: float) -> bool:
    low, high = sorted((screen.site_from_s, screen.site_to_s))
    return screen.camera_id == camera_id and low <= last_s and high >= first_s


EXERCISE_COVERAGE = Metric(
    key="exercise_coverage", version=2, unit="ratio", better=Better.HIGHER, needs_log=True, compute=compute_coverage
)
EXERCISE_LEGS_SEEN = Metric(
    key="exercise_appearances_seen",
    version=2,
    unit="ratio",
    better=Better.HIGHER,
    needs_log=True,
    compute=compute_legs_seen,
)


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


REACH_S = 10.0
"""A request is met by the camera asked for at a site time at most this far from the one asked for, seconds."""


def find_delay_s(case: ExerciseCase, request: Request) -> float:
    """Return the drill seconds from a request until another member had that camera at about that time; inf for never.

    Who it was asked of plays no part, nor who accepted it: what counts is the picture. 0 for one who had it already.
    """
    moments = [math.inf]
    for member in case.members:
        if member.role == request.asker:
            continue
        for screen in member.screens:
            if screen.camera_id != request.camera_id or screen.to_s <= request.asked_s:
                continue
            near = screen.find_near(request.site_s, reach_s=REACH_S)
            if near is not None and near[1] >= request.asked_s:
                moments.append(max(near[0], request.asked_s))
    return min(moments) - request.asked_s


def compute_hand_off_delay(case: ExerciseCase) -> float | None:
    """Return the median delay of all requests, seconds, at least 0; one never met is longer than every other.

    None without requests, and when the median is one that was never met. Delays of 4 and 9 s and one never: 9 s.
    """
    delays = [find_delay_s(case, request) for request in case.requests]
    middle = median(delays) if delays else math.inf
    return middle if math.isfinite(middle) else None


def compute_hand_offs_met(case: ExerciseCase) -> float | None:
    """Return the share of the requests that were met before the end, 0..1; None without requests (2 of 3: 0.667)."""
    met = sum(math.isfinite(find_delay_s(case, request)) for request in case.requests)
    return divide(met, len(case.requests))


EXERCISE_HAND_OFF_DELAY = Metric(
    key="exercise_hand_off_delay",
    version=1,
    unit="s",
    better=Better.LOWER,
    needs_log=True,
    compute=compute_hand_off_delay,
)
EXERCISE_HAND_OFFS_MET = Metric(
    key="exercise_hand_offs_met", version=1, unit="ratio", better=Better.HIGHER, needs_log=True,
    compute=compute_hand_offs_met,
)  # fmt: skip


EXERCISE_METRICS: tuple[Metric[ExerciseCase], ...] = (
    EXERCISE_COVERAGE,
    EXERCISE_LEGS_SEEN,
    EXERCISE_DUPLICATED,
    EXERCISE_HAND_OFF_DELAY,
    EXERCISE_HAND_OFFS_MET,
)


def compute_exercise_measures(case: ExerciseCase) -> dict[str, MetricValue]:
    """Return every measure of an exercise by its key."""
    return {metric.key: metric.compute(case) for metric in EXERCISE_METRICS}
