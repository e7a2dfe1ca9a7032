"""What was watched: search economy, re-watch share, mean speed, time on target. The wall does not count."""

from collections.abc import Iterable

from sim.scoring.case import TraceCase
from sim.scoring.duration import need_log
from sim.scoring.evidence import Watch
from sim.scoring.metric import Better, Metric, divide

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
