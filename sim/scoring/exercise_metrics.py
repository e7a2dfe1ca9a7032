"""How much of the person's way was on anybody's screen."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from statistics import median

from sim.scoring.case import TraceCase
from sim.scoring.score_card import Better, MetricValue, divide, list_metrics, metric
from sim.scoring.use_metrics import Span, merge_spans, sum_overlap_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A stretch of drill time during which one member had one camera as the main picture, moving evenly or still."""

    camera_id: str
    # from_s, to_s: drill time, seconds since release, from < to
    from_s: float
    to_s: float
    # site_from_s, site_to_s: site time on screen at its beginning and end, equal for a still picture
    site_from_s: float
    site_to_s: float

    @property
    def rate(self) -> float:
        """Site seconds a second, negative when played backwards, 0 for a still picture."""
        return (self.site_to_s - self.site_from_s) / (self.to_s - self.from_s)

    def find_near(self, site_s: float, *, reach_s: float) -> tuple[float, float] | None:
        """Return first and last drill time at which the picture is at most `reach_s` from a site time, or None."""
        return find_within(self.site_from_s - site_s, self.rate, span=(self.from_s, self.to_s), reach_s=reach_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Somebody asked another to take over a camera."""

    asker: str  # role of the person who asked
    # camera_id, site_s: where and when, as asked: site time
    camera_id: str
    site_s: float
    asked_s: float  # drill time, seconds since release


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberScreens:
    """What one member had on screen: stretches that do not overlap, ascending."""

    role: str
    screens: tuple[Screen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseCase:
    """One team exercise, looked up in truth."""

    trace: TraceCase  # the merged answer, as for one person
    members: tuple[MemberScreens, ...]  # everybody's screens
    requests: tuple[Request, ...]  # in the order asked

    def list_legs(self) -> Iterator[tuple[str, float, float]]:
        """Return camera, first and last site time in the window of each appearance of the person sought."""
        window = self.trace.window
        for number, camera in zip(self.trace.legs, self.trace.find_cameras(self.trace.legs), strict=True):
            yield camera, float(window.first_s[number]), float(window.last_s[number])


def find_within(start: float, rate: float, *, span: tuple[float, float], reach_s: float) -> tuple[float, float] | None:
    """Return the part of `span` in which |start + rate (u - span[0])| <= reach_s, or None.

    From 20 with rate -2 over 0 to 12 s, reach 10: 5 to 12 s.
    """
    low_s, high_s = span
    if rate == 0:
        return span if abs(start) <= reach_s else None
    ends = sorted(((-reach_s - start) / rate, (reach_s - start) / rate))
    low, high = max(low_s, low_s + ends[0]), min(high_s, low_s + ends[1])
    return (low, high) if low <= high else None


@metric("exercise", "exercise_coverage", version=3, unit="ratio", needs_log=True)
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


@metric("exercise", "exercise_appearances_seen", version=3, unit="ratio", needs_log=True)
def compute_legs_seen(case: ExerciseCase) -> float | None:
    """Return the share of the appearances in T of which anybody had a picture on screen, even a still one, 0..1.

    None when T is empty. 3 of 4 appearances: 0.75.
    """
    screens = [screen for member in case.members for screen in member.screens]
    legs = list(case.list_legs())
    seen = sum(
        any(
            screen.camera_id == camera
            and min(screen.site_from_s, screen.site_to_s) <= last_s
            and max(screen.site_from_s, screen.site_to_s) >= first_s
            for screen in screens
        )
        for camera, first_s, last_s in legs
    )
    return divide(seen, len(legs))


def list_played(screens: Iterable[Screen], camera_id: str) -> list[Span]:
    """Return the site time of a camera that was played through, as disjoint spans, ascending."""
    return merge_spans(
        (min(screen.site_from_s, screen.site_to_s), max(screen.site_from_s, screen.site_to_s))
        for screen in screens
        if screen.camera_id == camera_id and screen.site_from_s != screen.site_to_s
    )


SAME_WITHIN_S = 10.0
"""Two members see the same when they have the same camera at site times at most this far apart, seconds."""


@metric("exercise", "exercise_duplicated", version=1, unit="ratio", better=Better.LOWER, needs_log=True)
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


@metric("exercise", "exercise_hand_off_delay", version=1, unit="s", better=Better.LOWER, needs_log=True)
def compute_hand_off_delay(case: ExerciseCase) -> float | None:
    """Return the median delay of all requests, seconds, at least 0; one never met is longer than every other.

    None without requests, and when the median is one that was never met. Delays of 4 and 9 s and one never: 9 s.
    """
    delays = [find_delay_s(case, request) for request in case.requests]
    middle = median(delays) if delays else math.inf
    return middle if math.isfinite(middle) else None


@metric("exercise", "exercise_hand_offs_met", version=1, unit="ratio", needs_log=True)
def compute_hand_offs_met(case: ExerciseCase) -> float | None:
    """Return the share of the requests that were met before the end, 0..1; None without requests (2 of 3: 0.667)."""
    return divide(sum(math.isfinite(find_delay_s(case, request)) for request in case.requests), len(case.requests))


def compute_exercise_measures(case: ExerciseCase) -> dict[str, MetricValue]:
    """Return every measure of an exercise by its key."""
    return {each.key: each.compute(case) for each in list_metrics("exercise")}
