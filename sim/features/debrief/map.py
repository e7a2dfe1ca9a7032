"""The debrief's map: the student's true way, the trainee's marks and what was watched, all on one axis of site time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sim.features.debrief.facts import EndedAttempt
from sim.scoring.case import describe_legs
from sim.scoring.evidence import Watch
from sim.scoring.plan_points import MarkedPlace, MarkKind, TracePoint, find_marked_places, make_true_path
from sim.scoring.use_metrics import merge_spans
from sim.site.camera import find_ground
from sim.tasks import get_task_type

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
