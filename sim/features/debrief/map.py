"""The debrief's map and heat map: the student's true way, the trainee's marks, and what was watched when."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sim.features.debrief.facts import EndedAttempt
from sim.scoring.case import describe_legs
from sim.scoring.evidence import Watch
from sim.scoring.plan_points import MarkedPlace, MarkKind, TracePoint, find_marked_places, make_true_path
from sim.scoring.use_metrics import (
    Span,
    TimeUse,
    compute_time_budget,
    compute_watched_s,
    list_seen,
    list_stretches,
    merge_spans,
    sum_overlap_s,
)
from sim.site.camera import find_ground
from sim.tasks import get_task_type
from sim.text.tables import round_to_sum
from sim.text.times import write_minutes
from sim.truth.index import TruthIndex
from sim.truth.window import cut_window

MOST_MARKS = 120
"""Marks drawn at most; more would hide the plan. Those that are right come first, then the earliest."""
MARK_WORDS = {
    MarkKind.RIGHT: "correct",
    MarkKind.WRONG_PERSON: "wrong person",
    MarkKind.NOBODY: "no one there",
    MarkKind.UNCOUNTED: "the student, too briefly or too hidden to count",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MapMark:
    number: int  # 1, 2, 3 ... by site time.
    kind: str  # a value of `MarkKind`
    words: str  # the kind in words
    count: int  # how many marks they are
    # t_s, clock: site time of the first of them
    t_s: float
    clock: str
    # camera_id, camera_name: where it was made
    camera_id: str
    camera_name: str
    # x_m, y_m, floor: where on the plan; for nobody, where the picture says that somebody would have stood
    x_m: float
    y_m: float
    floor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSpan:
    """A camera from one site time to another, seconds: the student on it, or the trainee watching it."""

    camera_id: str
    camera_name: str
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    plan: dict[str, Any]  # the site, see `sim.site.drawn_plan.make_plan`
    start: datetime  # the moment of site time 0
    window_s: tuple[float, float]  # first and last second of the axis
    true_path: tuple[TracePoint, ...]  # the student's way; empty when they were on no camera
    marks: tuple[MapMark, ...]  # ordered by site time
    marks_listed: tuple[MapMark, ...]  # all of them, for the table
    student: tuple[MapSpan, ...]  # when which camera showed the student
    watched: tuple[MapSpan, ...]  # what the trainee played or stepped through, each camera's stretches joined

    @property
    def more_marks(self) -> int:
        return len(self.marks_listed) - len(self.marks)


def make_map_view(ended: EndedAttempt, plan: dict[str, Any]) -> MapView | None:
    case = ended.score.case
    if case is None:
        return None
    places = find_marked_places(
        case, right=get_task_type(ended.form.type).find_people_to_mark(ended.form.task, case.index)
    )
    marks = tuple(_describe_mark(ended, place, number) for number, place in enumerate(places, start=1))
    return MapView(
        plan=plan,
        start=ended.start,
        window_s=ended.form.window_s,
        true_path=make_true_path(case),
        marks=choose_marks(marks),
        marks_listed=marks,
        student=tuple(
            MapSpan(
                camera_id=leg.camera_id, camera_name=ended.name_camera(leg.camera_id), from_s=leg.from_s, to_s=leg.to_s
            )
            for leg in describe_legs(case)
        ),
        watched=_list_watched(ended, ended.score.replay.log.watches),
    )


def _describe_mark(ended: EndedAttempt, place: MarkedPlace, number: int) -> MapMark:
    mark = place.mark
    x_m, y_m, floor = place.stood_at or _find_empty_place(ended, place)
    return MapMark(
        number=number,
        kind=place.kind.value,
        words=_say_mark(ended, place),
        count=place.count,
        t_s=mark.t_s,
        clock=ended.write_clock(mark.t_s),
        camera_id=mark.camera_id,
        camera_name=ended.name_camera(mark.camera_id),
        x_m=x_m,
        y_m=y_m,
        floor=floor,
    )


def _find_empty_place(ended: EndedAttempt, place: MarkedPlace) -> tuple[float, float, str]:
    """Return where somebody would have stood, on the plan at least: a point near the horizon may lie far outside."""
    site = ended.recording.site
    camera = site.get_camera(place.mark.camera_id)
    floor_z_m = next(floor.elevation_m for floor in site.floors if floor.floor_id == camera.floor)
    x_m, y_m = find_ground(camera, x=place.mark.x, y=place.mark.y, floor_z_m=floor_z_m)
    xs, ys = zip(*(point for space in site.spaces for point in space.polygon), strict=True)
    return min(max(x_m, min(xs)), max(xs)), min(max(y_m, min(ys)), max(ys)), camera.floor


def choose_marks(marks: Sequence[MapMark]) -> tuple[MapMark, ...]:
    first = sorted(marks, key=lambda mark: (mark.kind != MarkKind.RIGHT, mark.number))[:MOST_MARKS]
    return tuple(sorted(first, key=lambda mark: mark.number))


def _list_watched(ended: EndedAttempt, watches: Sequence[Watch]) -> tuple[MapSpan, ...]:
    low_s, high_s = ended.form.window_s
    spans: dict[str, list[tuple[float, float]]] = {}
    for watch in watches:
        cut = (max(low_s, watch.site_from_s), min(high_s, watch.site_to_s))
        for camera_id in watch.cameras:
            if cut[0] < cut[1]:
                spans.setdefault(camera_id, []).append(cut)
    return tuple(
        MapSpan(camera_id=camera_id, camera_name=ended.name_camera(camera_id), from_s=from_s, to_s=to_s)
        for camera_id in sorted(spans)
        for from_s, to_s in merge_spans(spans[camera_id])
    )


def _say_mark(ended: EndedAttempt, place: MarkedPlace) -> str:
    if place.kind is not MarkKind.NOBODY:
        return MARK_WORDS[place.kind]
    if ended.recording.manifest.staged is not None:
        return "nobody known here"
    return MARK_WORDS[place.kind] if place.stood_at is None else "someone else, too hidden or too far away to count"


SLICES_S = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 3600.0)
MOST_SLICES = 30
MOST_TICKS = 5
SLACK = 1e-6
LEVELS = ("not watched", "less than half", "half or more", "more than once")


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraCell:
    """A slice of site time that was watched: where it lies on the row, 0..1, and how much (see `LEVELS`)."""

    from_share: float
    to_share: float
    level: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraRow:
    camera_id: str
    name: str
    cells: tuple[CameraCell, ...]  # slices watched at all
    student: tuple[tuple[float, float], ...]
    watched: str  # footage seen, repeats counted again, in words
    student_here: str  # how long the student was on it, in words; "" for not at all
    student_seen: str  # how much of that was watched, in words; "" where there is nothing to watch


@dataclass(frozen=True, slots=True, kw_only=True)
class CamerasView:
    rows: tuple[CameraRow, ...]  # cameras that were watched or had the student, in the order of their ids
    ticks: tuple[tuple[float, str], ...]  # where on a row, 0..1, and what the clock says there
    slice_words: str  # how long one cell is
    span_words: str  # from when to when the rows go
    left_out: int  # how many cameras were neither watched nor had the student
    sentence: str  # what the picture says
    has_person: bool  # someone was to be found
    has_appeared: bool  # and was on a camera, if only for a glimpse


def make_cameras_view(ended: EndedAttempt, index: TruthIndex) -> CamerasView:
    """Return the heat map over the task's window. Glimpses are drawn; the sentence speaks of appearances only."""
    target, watches = ended.form.target, ended.score.replay.log.watches
    low_s, high_s = ended.form.window_s
    window = cut_window(index, ended.form.window_s)
    stretches = () if target is None else list_stretches(window, window.find_target(target))
    glimpses = () if target is None else list_stretches(window, window.find_glimpses(target))
    camera_ids = list(index.camera_ids)
    # the shortest slices of a usual length that are at most `MOST_SLICES`
    length = high_s - low_s
    slice_s = next((each for each in SLICES_S if length / each <= MOST_SLICES), length / MOST_SLICES)
    count = max(1, math.ceil(length / slice_s - SLACK))
    edges = (*(low_s + number * slice_s for number in range(count)), high_s)
    watched = compute_watched_s(watches, camera_ids=camera_ids, edges_s=edges)
    once = [list_seen(watches, each) for each in camera_ids]
    there = [merge_spans((s.from_s, s.to_s) for s in stretches if s.camera_id == each) for each in camera_ids]
    here = [sum(high - low for low, high in spans) for spans in there]
    seen = [sum_overlap_s(own, spans) for own, spans in zip(once, there, strict=True)]
    glimpsed = [[(s.from_s, s.to_s) for s in glimpses if s.camera_id == each] for each in camera_ids]
    student = [merge_spans([*spans, *more]) for spans, more in zip(there, glimpsed, strict=True)]
    shown = [n for n, spans in enumerate(student) if spans or watched[n].any()]
    return CamerasView(
        rows=tuple(
            CameraRow(
                camera_id=camera_ids[n],
                name=ended.name_camera(camera_ids[n]),
                cells=_make_cells(ended, edges, watched[n].tolist(), once[n]),
                student=tuple(_to_shares(span, low_s, high_s) for span in student[n]),
                watched=write_minutes(float(watched[n].sum())),
                student_here=write_minutes(here[n]) if there[n] else "a glimpse" if student[n] else "",
                student_seen=write_minutes(seen[n]) if there[n] else "",
            )
            for n in shown
        ),
        ticks=_make_ticks(ended, low_s, high_s),
        slice_words=write_minutes(edges[1] - edges[0]),
        span_words=f"{ended.write_clock(low_s)} to {ended.write_clock(high_s)}",
        left_out=len(camera_ids) - len(shown),
        sentence=_write_sentence(
            [f"{each} {ended.name_camera(each)}" for each in camera_ids],
            here=here,
            seen=seen,
            watched_count=int(watched.any(axis=1).sum()),
        ),
        has_person=target is not None,
        has_appeared=any(student),
    )


def _make_cells(
    ended: EndedAttempt, edges_s: Sequence[float], watched_s: Sequence[float], once: Sequence[Span]
) -> tuple[CameraCell, ...]:
    cells = []
    for (from_s, to_s), seconds in zip(pairwise(edges_s), watched_s, strict=True):
        if seconds <= 0:
            continue
        # where parts of one passage overlap a little, it was not watched more than once
        seen_s, half_s = sum_overlap_s(once, [(from_s, to_s)]), (to_s - from_s) / 2
        level = 3 if seconds - seen_s >= half_s else 2 if seen_s >= half_s else 1
        from_share, to_share = _to_shares((from_s, to_s), edges_s[0], edges_s[-1])
        words = f"{ended.write_clock(from_s)}: {seconds:.0f} s watched, {LEVELS[level]}"
        cells.append(CameraCell(from_share=from_share, to_share=to_share, level=level, words=words))
    return tuple(cells)


def _to_shares(span: tuple[float, float], low_s: float, high_s: float) -> tuple[float, float]:
    return (span[0] - low_s) / (high_s - low_s), (span[1] - low_s) / (high_s - low_s)


def _make_ticks(ended: EndedAttempt, low_s: float, high_s: float) -> tuple[tuple[float, str], ...]:
    length = high_s - low_s
    step_s = next((each for each in SLICES_S if length / each <= MOST_TICKS), length)
    form = "%I:%M:%S" if step_s < 60.0 else "%I:%M"
    since_midnight_s = (ended.start - ended.start.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()
    first_s = math.ceil((since_midnight_s + low_s) / step_s - SLACK) * step_s - since_midnight_s
    moments = [first_s + number * step_s for number in range(MOST_TICKS + 1) if first_s + number * step_s <= high_s]
    return tuple(
        (each, f"{ended.start + timedelta(seconds=t_s):{form}}".lstrip("0"))
        for t_s in moments
        for each, _ in (_to_shares((t_s, t_s), low_s, high_s),)
    )


def _write_sentence(cameras: Sequence[str], *, here: Sequence[float], seen: Sequence[float], watched_count: int) -> str:
    if sum(here) <= 0:
        if watched_count == 0:
            return "No camera was played in the large picture."
        return f"You watched {watched_count} of {len(cameras)} cameras in the large picture."
    percent = round(100.0 * sum(seen) / sum(here))
    all_of_it = f"Cameras showed the student for {write_minutes(sum(here))} in all. "
    if not sum(seen):
        return f"{all_of_it}You watched none of it in the large picture."
    missed = [had - had_seen for had, had_seen in zip(here, seen, strict=True)]
    worst = max(range(len(cameras)), key=missed.__getitem__)
    rest = f" The longest part you did not watch, {write_minutes(missed[worst])}, is on {cameras[worst]}."
    watched = f"You watched {write_minutes(sum(seen))} of it in the large picture, {percent}%."
    return all_of_it + watched + (rest if round(missed[worst]) > 0 else "")


LEAST_TOLD_S = 1.0
_ORDER = (
    TimeUse.FOLLOWING,
    TimeUse.SEARCHING,
    TimeUse.AGAIN,
    TimeUse.WRONG_PERSON,
    TimeUse.PAUSED,
    TimeUse.WAITING,
    TimeUse.AWAY,
)
_WORDS: Mapping[TimeUse, tuple[str, str, str]] = {
    TimeUse.FOLLOWING: (
        "Following the student",
        "Playing, with the student in the large picture.",
        "following the student in the large picture",
    ),
    TimeUse.SEARCHING: (
        "Searching",
        "Playing footage for the first time, without the student in the large picture.",
        "searching footage without the student in it",
    ),
    TimeUse.AGAIN: (
        "Watching again",
        "Playing footage that you had seen before, without the student in it.",
        "footage that you had seen before",
    ),
    TimeUse.WRONG_PERSON: (
        "On the wrong person",
        "Playing, with someone in the large picture whom you marked by mistake.",
        "someone whom you marked by mistake",
    ),
    TimeUse.PAUSED: (
        "Paused",
        "Not playing: looking, deciding, choosing a camera, marking.",
        "a paused picture, to look, decide, and mark",
    ),
    TimeUse.WAITING: ("Waiting for footage", "Playing had to wait for the connection.", "waiting for footage"),
    TimeUse.AWAY: (
        "Away from the page",
        "The page was not open yet, hidden or closed.",
        "the page being hidden or closed",
    ),
}
_WORDS_WITHOUT_PERSON: Mapping[TimeUse, tuple[str, str, str]] = {
    TimeUse.SEARCHING: ("Watching", "Playing footage for the first time.", "watching footage for the first time"),
    TimeUse.AGAIN: ("Watching again", "Playing footage that you had seen before.", "footage that you had seen before"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLine:
    """One use of time: `use` is a value of `TimeUse`, `share` is 0..1 of the time used, `percent` whole percent."""

    use: str
    name: str
    meaning: str
    time: str
    share: float
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeBudgetView:
    lines: tuple[TimeLine, ...]
    total: str
    sentence: str


def make_time_budget_view(ended: EndedAttempt) -> TimeBudgetView:
    log, case = ended.score.replay.log, ended.score.case
    if case is None:
        found = compute_time_budget(log)
    else:
        right = get_task_type(ended.form.task.type).find_people_to_mark(ended.form.task, case.index)
        wrong = list_stretches(
            case.window, tuple(n for n in case.claims.claimed if case.index.appearances[n].person_id not in right)
        )
        found = compute_time_budget(log, target=list_stretches(case.window, case.shown), wrong=wrong)
    budget = dict(found)
    for use in (TimeUse.AWAY, TimeUse.WAITING):
        if budget[use] < LEAST_TOLD_S:
            budget[TimeUse.PAUSED] += budget.pop(use)
    uses = [
        use
        for use in _ORDER
        if use in budget and (case is not None or use not in (TimeUse.FOLLOWING, TimeUse.WRONG_PERSON))
    ]
    seconds = round_to_sum([budget[use] for use in uses])
    percents = round_to_sum([100.0 * budget[use] / log.used_s if log.used_s > 0 else 0.0 for use in uses])
    words = _WORDS if case is not None else {**_WORDS, **_WORDS_WITHOUT_PERSON}
    largest = max(range(len(uses)), key=lambda n: budget[uses[n]])
    return TimeBudgetView(
        lines=tuple(
            TimeLine(
                use=use.value,
                name=words[use][0],
                meaning=words[use][1],
                time=write_minutes(whole_s),
                share=budget[use] / log.used_s if log.used_s > 0 else 0.0,
                percent=percent,
            )
            for use, whole_s, percent in zip(uses, seconds, percents, strict=True)
        ),
        total=write_minutes(sum(seconds)),
        sentence=_write_time_sentence(seconds[largest], sum(seconds), words[uses[largest]][2]),
    )


def _write_time_sentence(largest_s: int, total_s: int, what: str) -> str:
    if largest_s == total_s:
        return f"All of the time, {write_minutes(total_s)}, went on {what}."
    most = "Most of the time" if 2 * largest_s > total_s else "The largest part of the time"
    return f"{most}, {write_minutes(largest_s)} of {write_minutes(total_s)}, went on {what}."
