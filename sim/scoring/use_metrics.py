"""What was watched (search economy, re-watch share, mean speed, time on target), and what each second went on.

The wall is part of footage seen.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

import numpy as np

from sim.scoring.case import TraceCase
from sim.scoring.evidence import Clip, Mark, SearchLog, Timed, TimedMark, Watch
from sim.scoring.score_card import Better, divide, metric
from sim.truth.appearance import FloatArray, is_over
from sim.truth.window import TruthWindow


def find_made_times(log: SearchLog | None) -> dict[Mark, float]:
    """Return when each mark that was kept was first made, seconds from release; nothing without a log."""
    return {mark: timed.at_s for mark, timed in _find_made(log).items()}


def _find_made(log: SearchLog | None) -> dict[Mark, TimedMark]:
    return {} if log is None else {timed.mark: timed for timed in reversed(log.marks) if timed.kept}


def find_first_correct_s(case: TraceCase) -> float | None:
    """Return drill time of the first mark, of those handed in, that claims an appearance in T, seconds, or None."""
    made_s = find_made_times(need_log(case))
    claims = zip(case.answer.marks, case.claims.appearance.tolist(), strict=True)
    times = [made_s[mark] for mark, number in claims if number in case.claims.target and mark in made_s]
    return min(times, default=None)


@metric(
    "first",
    "time_to_first_correct_mark_s",
    "First correct mark",
    version=3,
    unit="s",
    better=Better.LOWER,
    needs_log=True,
)
def compute_first_correct_s(case: TraceCase) -> float | None:
    """Return seconds from release to the first correct mark, else the time used (censored); None when T is empty.

    First correct mark at 41.0 s: 41.0, made. None in 200 s: 200.0, not made.
    """
    if not case.legs:
        return None
    first = find_first_correct_s(case)
    return need_log(case).used_s if first is None else first


@metric("first", "first_correct_mark_made", version=3, needs_log=True)
def judge_first_correct_made(case: TraceCase) -> bool | None:
    """Return whether a correct mark was made, that is, whether its time is not censored; None when T is empty."""
    return None if not case.legs else find_first_correct_s(case) is not None


@metric("time", "completion_time_s", "Time used", version=1, unit="s", better=Better.LOWER, needs_log=True)
def compute_completion_s(case: Timed) -> float:
    """Return seconds from release to submit; the limit, censored, when `finished` is false.

    Submitted at 200.0 s: 200.0. Not submitted inside a limit of 360 s: 360.0.
    """
    log = need_log(case)
    return log.used_s if log.finished else log.limit_s


@metric("time", "finished", version=1, needs_log=True)
def judge_finished(case: Timed) -> bool:
    """Return whether the answer was submitted inside the limit."""
    return need_log(case).finished


def need_log(case: Timed) -> SearchLog:
    """Return the case's log; metrics with `needs_log` are only computed when there is one."""
    if case.log is None:
        raise ValueError("this metric needs a search log")
    return case.log


Span = tuple[float, float]


def merge_spans(spans: Iterable[Span]) -> list[Span]:
    """Return the union of spans as disjoint ones, ascending: (0, 5), (3, 8), (9, 10) give (0, 8), (9, 10)."""
    merged: list[Span] = []
    for low, high in sorted(spans):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return merged


def _cut(spans: Iterable[Span], low: float, high: float) -> list[Span]:
    return [(max(first, low), min(last, high)) for first, last in spans if max(first, low) < min(last, high)]


def sum_distinct_s(watches: Iterable[Watch]) -> float:
    """Return camera-seconds of footage seen at least once."""
    by_camera: dict[str, list[Span]] = {}
    for watch in watches:
        for camera in watch.cameras:
            by_camera.setdefault(camera, []).append((watch.site_from_s, watch.site_to_s))
    return sum(high - low for spans in by_camera.values() for low, high in merge_spans(spans))


@metric("footage", "search_economy", "Footage watched", version=3, unit="ratio", better=Better.LOWER, needs_log=True)
def compute_search_economy(case: TraceCase) -> float | None:
    """Return distinct camera-seconds watched / camera-seconds of T; None when T has no length or nothing marked.

    Anyone who finds nothing has not been economical by watching little.
    60 s of footage watched for 29.7 s of target give 2.02. Below 1, less was watched than there is of the target.
    """
    if not case.claims.target:
        return None
    return divide(sum_distinct_s(need_log(case).watches), case.sum_spans_s(case.legs))


@metric("footage", "rewatch_share", "Watched again", version=2, unit="ratio", better=Better.LOWER, needs_log=True)
def compute_rewatch_share(case: TraceCase) -> float | None:
    """Return the share of watched camera-seconds that had been watched before, 0..1; None when nothing was watched.

    The spans 0-40 and 20-60 s of one camera: 80 s watched, 60 s distinct, share 0.25.
    """
    watches = need_log(case).watches
    total = sum((w.site_to_s - w.site_from_s) * len(w.cameras) for w in watches)
    return divide(max(0.0, total - sum_distinct_s(watches)), total)


@metric("footage", "mean_speed", "Playing speed", version=2, unit="ratio", better=Better.NEITHER, needs_log=True)
def compute_mean_speed(case: TraceCase) -> float | None:
    """Return site seconds played / real seconds played; None when nothing was played (40 s in 20 s: 2.0)."""
    played = [w for w in need_log(case).watches if w.wall_s > 0]
    return divide(sum(w.site_to_s - w.site_from_s for w in played), sum(w.wall_s for w in played))


@metric("footage", "time_on_target", "Student in the large picture", version=3, unit="ratio", needs_log=True)
def compute_time_on_target(case: TraceCase) -> float | None:
    """Return real seconds played with the target visible in an open tile / real seconds played, 0..1; None if none.

    The target is visible from the first to the last row in the window of each appearance in T. A stretch of 20 s site
    time played in 10 s, the target visible for 5 s of it, counts 2.5 of 10 s.
    """
    visible = list_stretches(case.window, case.legs)
    played = [w for w in need_log(case).watches if w.wall_s > 0 and w.site_to_s > w.site_from_s]
    on_target = 0.0
    for watch in played:
        spans = ((clip.from_s, clip.to_s) for clip in visible if clip.camera_id in watch.cameras)
        seen = merge_spans(_cut(spans, watch.site_from_s, watch.site_to_s))
        on_target += watch.wall_s * sum(high - low for low, high in seen) / (watch.site_to_s - watch.site_from_s)
    return divide(on_target, sum(w.wall_s for w in played))


WALL_SPEED = 4.0
"""Up to this speed people see who comes by in the small pictures of the wall."""


@metric("absence", "footage_seen", "Footage looked at", version=1, unit="ratio", needs_log=True)
def compute_footage_seen(case: TraceCase) -> float:
    """Return the share of all cameras' footage in the window that was looked at, 0..1.

    Looked at is what was played or stepped through in the large picture, or played at up to 4x on the wall. Of three
    cameras and 60 s, 40 s on the wall at 4x and 10 s more of one of them: (3 * 40 + 10) / 180 = 0.7222.
    """
    low_s, high_s = case.window.window_s
    looked: dict[str, list[Span]] = {camera: [] for camera in case.index.camera_ids}
    for watch in need_log(case).watches:
        on_wall = () if is_over(abs(watch.speed), WALL_SPEED) else watch.wall
        seen = _cut([(watch.site_from_s, watch.site_to_s)], low_s, high_s)
        for camera in {*watch.cameras, *on_wall} & looked.keys():
            looked[camera] += seen
    seen_s = sum(sum(high - low for low, high in merge_spans(spans)) for spans in looked.values())
    return seen_s / (len(case.index.camera_ids) * (high_s - low_s))


def compute_watched_s(watches: Iterable[Watch], *, camera_ids: Sequence[str], edges_s: Sequence[float]) -> FloatArray:
    """Return site seconds of each camera seen in each slice, repeats counted again, [cameras, slices].

    CAM-01 played from 5 to 25 s and once more from 20 to 25 s, slices at 0, 10, 20 and 30 s: 5, 10 and 10 s.
    Slices meet at `edges_s`, ascending, one more than there are slices; watches of other cameras are left out.
    """
    edges = np.asarray(edges_s, dtype=np.float64)
    places = {camera: row for row, camera in enumerate(camera_ids)}
    watched = np.zeros((len(camera_ids), len(edges) - 1), dtype=np.float64)
    for watch in watches:
        overlap = np.minimum(edges[1:], watch.site_to_s) - np.maximum(edges[:-1], watch.site_from_s)
        for camera in watch.cameras:
            if camera in places:
                watched[places[camera]] += np.maximum(overlap, 0.0)
    return watched


def list_seen(watches: Iterable[Watch], camera_id: str) -> list[Span]:
    """Return the site time of a camera that was seen at least once, as disjoint spans, ascending."""
    return merge_spans((w.site_from_s, w.site_to_s) for w in watches if camera_id in w.cameras)


def sum_overlap_s(seen: Iterable[Span], wanted: Sequence[Span]) -> float:
    """Return how much of some spans lies in others; each list is of disjoint spans.

    Of 10 to 20 s and 30 to 35 s, 15 to 32 s has 7 s.
    """
    return sum(max(0.0, min(high, b) - max(low, a)) for low, high in seen for a, b in wanted)


def find_choices(case: TraceCase, *, is_backwards: bool = False) -> tuple[tuple[int, str, str], ...]:
    """Return every choice of a next camera that can be judged: (appearance left, camera opened, camera right).

    For each claimed appearance of T that is followed in T by one on another camera: the first camera opened, other than
    its own, after the first kept mark that claims it. Appearances after which none was opened are left out.
    Backwards, the right camera is that of the appearance before.
    """
    log = need_log(case)
    made_at: dict[int, tuple[float, int]] = {}
    made = _find_made(log)
    for mark, number in zip(case.answer.marks, case.claims.appearance.tolist(), strict=True):
        if number in case.claims.target and mark in made:
            at = (made[mark].at_s, made[mark].order)
            made_at[number] = min(at, made_at.get(number, at))
    choices: list[tuple[int, str, str]] = []
    for here, following in pairwise(case.legs[::-1] if is_backwards else case.legs):
        camera, right = case.find_cameras((here, following))
        if here not in made_at or camera == right:
            continue
        opened = [o.camera_id for o in log.openings if (o.at_s, o.order) > made_at[here] and o.camera_id != camera]
        if opened:
            choices.append((here, opened[0], right))
    return tuple(choices)


@metric("next", "next_camera_accuracy", "Next camera chosen correctly", version=3, unit="ratio", needs_log=True)
def compute_next_camera_accuracy(case: TraceCase) -> float | None:
    """Return the share of judged choices in which the camera opened was the next one in truth, 0..1; None: no choice.

    Two choices, one of them right, give 0.5.
    """
    choices = find_choices(case)
    return divide(sum(opened == right for _, opened, right in choices), len(choices))


@metric(
    "previous", "previous_camera_accuracy", "Previous camera chosen correctly", version=3, unit="ratio", needs_log=True
)
def compute_previous_camera_accuracy(case: TraceCase) -> float | None:
    """Return the same for a search backwards, 0..1: the right camera is that of the appearance before; None: no choice.

    The target took cameras 1, 2, 3; found on 3, then 2 was opened and found, then 4: 0.5.
    """
    choices = find_choices(case, is_backwards=True)
    return divide(sum(opened == right for _, opened, right in choices), len(choices))


class TimeUse(StrEnum):
    """What a second went on. Where two fit, the earlier in this order has it.

    AWAY: the page was not open yet, out of sight or closed. WAITING: playing waited for footage. The next four divide
    the playing, by what is in the large picture. FOLLOWING: the target. WRONG_PERSON: an appearance of somebody else
    that the answer claims. AGAIN: footage of that camera that had been on screen before. SEARCHING: anything else.
    PAUSED: all the rest; the picture stood still, jumped or was stepped through.
    """

    AWAY = "away"
    WAITING = "waiting"
    FOLLOWING = "following"
    WRONG_PERSON = "wrong-person"
    AGAIN = "again"
    SEARCHING = "searching"
    PAUSED = "paused"


def list_stretches(window: TruthWindow, numbers: Iterable[int]) -> tuple[Clip, ...]:
    """Return what of these appearances lies in a window."""
    return tuple(
        Clip(
            camera_id=window.index.appearances[n].camera_id,
            from_s=float(window.first_s[n]),
            to_s=float(window.last_s[n]),
        )
        for n in numbers
    )


def compute_time_budget(
    log: SearchLog, *, target: Sequence[Clip] = (), wrong: Sequence[Clip] = ()
) -> Mapping[TimeUse, float]:
    """Return the seconds of every use, in the order of `TimeUse`; they add up to `log.used_s`.

    Site time within one stretch played is taken to run evenly. Of 100 s used: the page away for 2 s at first and from
    60 to 75 s; CAM-01 played at 2x from 4 to 24 s (site 0-40 s) and again from 30 to 40 s (site 20-40 s), with a wait
    of 3 s noted at 36 s; the target on CAM-01 at site 10-20 s, somebody wrongly claimed there at 30-34 s. That is 17 s
    away, 3 waiting, 5 following, 3 on the wrong person, 6 again, 13 searching, 53 paused.

    Args:
        log: how the search went.
        target: where the person sought was to be seen.
        wrong: the appearances of others that the answer claims.
    """
    spans: dict[TimeUse, list[Span]] = {use: [] for use in TimeUse}
    spans[TimeUse.AWAY].extend(log.away)
    spans[TimeUse.WAITING].extend(log.waits)
    targets, wrongs = _by_camera(target), _by_camera(wrong)
    seen: dict[str, _Seen] = {}
    for watch in log.watches:
        if watch.wall_s > 0:
            spans[TimeUse.SEARCHING].append((watch.began_s, watch.began_s + watch.wall_s))
            spans[TimeUse.FOLLOWING].extend(_find_shown(watch, targets))
            spans[TimeUse.WRONG_PERSON].extend(_find_shown(watch, wrongs))
        for camera in watch.cameras:
            known = seen.setdefault(camera, _Seen())
            if watch.wall_s > 0:
                overlaps = known.cut(watch.site_from_s, watch.site_to_s)
                spans[TimeUse.AGAIN].extend(_to_drill_time(watch, low, high) for low, high in overlaps)
            known.add(watch.site_from_s, watch.site_to_s)
    spans[TimeUse.PAUSED].append((0.0, log.used_s))
    return dict(_share_out(spans, used_s=log.used_s))


def _share_out(spans: Mapping[TimeUse, Iterable[Span]], *, used_s: float) -> Iterator[tuple[TimeUse, float]]:
    """Yield what each use adds to the union of those before it, inside the time used."""
    taken: list[Span] = []
    before_s = 0.0
    for use in TimeUse:
        taken = merge_spans([*taken, *_cut(spans[use], 0.0, used_s)])
        so_far_s = sum(high - low for low, high in taken)
        yield use, max(0.0, so_far_s - before_s)
        before_s = so_far_s


def _by_camera(stretches: Iterable[Clip]) -> Mapping[str, Sequence[Clip]]:
    found: dict[str, list[Clip]] = {}
    for stretch in stretches:
        found.setdefault(stretch.camera_id, []).append(stretch)
    return found


def _find_shown(watch: Watch, stretches: Mapping[str, Sequence[Clip]]) -> Iterator[Span]:
    for camera in watch.cameras:
        for stretch in stretches.get(camera, ()):
            low, high = max(stretch.from_s, watch.site_from_s), min(stretch.to_s, watch.site_to_s)
            if low <= high:
                yield _to_drill_time(watch, low, high)


def _to_drill_time(watch: Watch, low_s: float, high_s: float) -> Span:
    """Return when, in drill time, a part of a watch was on screen: all the while for a picture that stands still."""
    length = watch.site_to_s - watch.site_from_s
    if length <= 0:
        return watch.began_s, watch.began_s + watch.wall_s
    rate = watch.wall_s / length
    if watch.speed < 0:
        low_s, high_s = (watch.site_from_s + watch.site_to_s - each for each in (high_s, low_s))
    return watch.began_s + (low_s - watch.site_from_s) * rate, watch.began_s + (high_s - watch.site_from_s) * rate


@dataclass(slots=True, kw_only=True)
class _Seen:
    """Site time of one camera that has been on screen: disjoint spans, ascending."""

    lows: list[float] = field(default_factory=list)
    highs: list[float] = field(default_factory=list)

    def cut(self, low_s: float, high_s: float) -> list[Span]:
        """Return the parts of a span that were seen, without single moments."""
        first, last = bisect_right(self.highs, low_s), bisect_left(self.lows, high_s)
        parts = zip(self.lows[first:last], self.highs[first:last], strict=True)
        return [(max(low, low_s), min(high, high_s)) for low, high in parts]

    def add(self, low_s: float, high_s: float) -> None:
        first, last = bisect_left(self.highs, low_s), bisect_right(self.lows, high_s)
        low_s, high_s = min([low_s, *self.lows[first:last]]), max([high_s, *self.highs[first:last]])
        self.lows[first:last], self.highs[first:last] = [low_s], [high_s]
