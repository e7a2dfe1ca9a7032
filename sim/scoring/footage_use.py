"""What was watched: search economy, re-watch share, mean speed, time on target. The wall does not count."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from sim.scoring.case import TraceCase
from sim.scoring.duration import need_log
from sim.scoring.evidence import Watch
from sim.scoring.metric import Better, Metric, divide
from sim.truth.appearance import FloatArray

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


def sum_distinct_s(watches: Iterable[Watch]) -> float:
    """Return camera-seconds of footage seen at least once."""
    by_camera: dict[str, list[Span]] = {}
    for watch in watches:
        for camera in watch.cameras:
            by_camera.setdefault(camera, []).append((watch.site_from_s, watch.site_to_s))
    return sum(high - low for spans in by_camera.values() for low, high in merge_spans(spans))


def compute_search_economy(case: TraceCase) -> float | None:
    """Return distinct camera-seconds watched / camera-seconds of T; None when T has no length or nothing marked.

    Anyone who finds nothing has not been economical by watching little.
    60 s of footage watched for 29.7 s of target give 2.02. Below 1, less was watched than there is of the target.
    """
    if not case.claims.target:
        return None
    return divide(sum_distinct_s(need_log(case).watches), case.sum_spans_s(case.legs))


def compute_rewatch_share(case: TraceCase) -> float | None:
    """Return the share of watched camera-seconds that had been watched before, 0..1; None when nothing was watched.

    The spans 0-40 and 20-60 s of one camera: 80 s watched, 60 s distinct, share 0.25.
    """
    watches = need_log(case).watches
    total = sum((w.site_to_s - w.site_from_s) * len(w.cameras) for w in watches)
    return divide(max(0.0, total - sum_distinct_s(watches)), total)


def compute_mean_speed(case: TraceCase) -> float | None:
    """Return site seconds played / real seconds played; None when nothing was played (40 s in 20 s: 2.0)."""
    played = [w for w in need_log(case).watches if w.wall_s > 0]
    return divide(sum(w.site_to_s - w.site_from_s for w in played), sum(w.wall_s for w in played))


def compute_time_on_target(case: TraceCase) -> float | None:
    """Return real seconds played with the target visible in an open tile / real seconds played, 0..1; None if none.

    The target is visible from the first to the last row in the window of each appearance in T. A stretch of 20 s site
    time played in 10 s, the target visible for 5 s of it, counts 2.5 of 10 s.
    """
    on_target = 0.0
    played = 0.0
    for watch in need_log(case).watches:
        length = watch.site_to_s - watch.site_from_s
        if watch.wall_s <= 0 or length <= 0:
            continue
        played += watch.wall_s
        seen: list[Span] = []
        for number, camera in zip(case.legs, case.find_cameras(case.legs), strict=True):
            low = max(float(case.window.first_s[number]), watch.site_from_s)
            high = min(float(case.window.last_s[number]), watch.site_to_s)
            if camera in watch.cameras and low < high:
                seen.append((low, high))
        on_target += watch.wall_s * sum(high - low for low, high in merge_spans(seen)) / length
    return divide(on_target, played)


SEARCH_ECONOMY = Metric(
    key="search_economy", version=2, unit="ratio", better=Better.LOWER, needs_log=True, compute=compute_search_economy
)
REWATCH_SHARE = Metric(
    key="rewatch_share", version=1, unit="ratio", better=Better.LOWER, needs_log=True, compute=compute_rewatch_share
)
MEAN_SPEED = Metric(
    key="mean_speed", version=1, unit="ratio", better=Better.NEITHER, needs_log=True, compute=compute_mean_speed
)
TIME_ON_TARGET = Metric(
    key="time_on_target", version=2, unit="ratio", better=Better.HIGHER, needs_log=True, compute=compute_time_on_target
)


def compute_watched_s(watches: Iterable[Watch], *, camera_ids: Sequence[str], edges_s: Sequence[float]) -> FloatArray:
    """Return site seconds of each camera seen in each slice, repeats counted again, [cameras, slices].

    CAM-01 played from 5 to 25 s and once more from 20 to 25 s, slices at 0, 10, 20 and 30 s: 5, 10 and 10 s.

    Args:
        watches: what was played or stepped through.
        camera_ids: the rows; watches of other cameras are left out.
        edges_s: where slices meet, ascending, one more than there are slices.
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


def sum_overlap_s(seen: Iterable[Span], wanted: Iterable[Span]) -> float:
    """Return how much of some spans lies in others; each list is of disjoint spans.

    Of 10 to 20 s and 30 to 35 s, 15 to 32 s has 7 s.
    """
    spans = list(wanted)
    return sum(max(0.0, min(high, b) - max(low, a)) for low, high in seen for a, b in spans)


def find_choices(case: TraceCase, *, is_backwards: bool = False) -> tuple[tuple[int, str, str], ...]:
    """Return every choice of a next camera that can be judged: (appearance left, camera opened, camera right).

    For each claimed appearance of T that is followed in T by one on another camera: the first camera opened, other than
    its own, after the first kept mark that claims it. Appearances after which none was opened are left out.
    Backwards, the right camera is that of the appearance before.
    """
    log = need_log(case)
    made_at: dict[int, float] = {}
    times = {timed.mark: timed.at_s for timed in reversed(log.marks) if timed.kept}
    for mark, number in zip(case.answer.marks, case.claims.appearance.tolist(), strict=True):
        if number in case.claims.target and mark in times:
            made_at[number] = min(times[mark], made_at.get(number, times[mark]))
    choices: list[tuple[int, str, str]] = []
    legs = case.legs[::-1] if is_backwards else case.legs
    for here, following in pairwise(legs):
        camera, right = case.find_cameras((here, following))
        if here not in made_at or camera == right:
            continue
        opened = [o.camera_id for o in log.openings if o.at_s >= made_at[here] and o.camera_id != camera]
        if opened:
            choices.append((here, opened[0], right))
    return tuple(choices)


def compute_next_camera_accuracy(case: TraceCase) -> float | None:
    """Return the share of judged choices in which the camera opened was the next one in truth, 0..1; None: no choice.

    Two choices, one of them right, give 0.5.
    """
    choices = find_choices(case)
    return divide(sum(opened == right for _, opened, right in choices), len(choices))


def compute_previous_camera_accuracy(case: TraceCase) -> float | None:
    """Return the same for a search backwards, 0..1: the right camera is that of the appearance before; None: no choice.

    The target took cameras 1, 2, 3; found on 3, then 2 was opened and found, then 4: 0.5.
    """
    choices = find_choices(case, is_backwards=True)
    return divide(sum(opened == right for _, opened, right in choices), len(choices))


NEXT_CAMERA = Metric(
    key="next_camera_accuracy",
    version=2,
    unit="ratio",
    better=Better.HIGHER,
    needs_log=True,
    compute=compute_next_camera_accuracy,
)
PREVIOUS_CAMERA = Metric(
    key="previous_camera_accuracy",
    version=2,
    unit="ratio",
    better=Better.HIGHER,
    needs_log=True,
    compute=compute_previous_camera_accuracy,
)
