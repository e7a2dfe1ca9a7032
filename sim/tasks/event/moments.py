"""Moments of a search for something that happened."""

from dataclasses import dataclass

from sim.scoring.check_moments import find_largest
from sim.scoring.moments import Boxed, BoxRole, Moment, MomentKind, Scene, box_point
from sim.scoring.person_in_frame import find_frame
from sim.tasks.event.judge import NEAR_S as EVENT_NEAR_S
from sim.tasks.event.judge import EventCase, compute_time_error_s, judge_camera, judge_point
from sim.truth.events import Event, Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMoment(Moment):
    """A mark beside the event it is about."""

    event: Event  # what happened
    shown_on: tuple[str, ...]  # the cameras that show it
    camera_id: str | None  # the camera marked, None without a mark
    error_s: float | None  # seconds from the mark to the event's span, None without a mark


def find_event_moments(case: EventCase) -> tuple[Moment, ...]:
    """Return what was wrong about the mark, each beside the frame that shows the event; or that it was right."""
    error_s = compute_time_error_s(case)
    kinds: list[MomentKind] = []
    if case.mark is None:
        kinds.append(MomentKind.NO_MARK)
    elif not judge_camera(case):
        kinds.append(MomentKind.WRONG_CAMERA)
    elif judge_point(case) is False:
        kinds.append(MomentKind.WRONG_POINT)
    if error_s is not None and error_s > EVENT_NEAR_S:
        kinds.append(MomentKind.WRONG_TIME)
    return tuple(_describe_event(case, kind, error_s) for kind in kinds or [MomentKind.FIRST_RIGHT])


def _describe_event(case: EventCase, kind: MomentKind, error_s: float | None) -> EventMoment:
    mark = case.mark
    shown = _choose_shown(case, kind)
    scenes: list[Scene] = []
    if shown is not None:
        boxes = [Boxed(role=BoxRole.EVENT, box_xyxy=shown.box_xyxy)]
        if mark is not None and kind is MomentKind.WRONG_POINT:
            boxes.append(_box_mark(case))
        scenes.append(Scene(camera_id=shown.camera_id, frame=find_frame(case.index, shown.shown_s), boxes=tuple(boxes)))
    if mark is not None and kind in (MomentKind.WRONG_CAMERA, MomentKind.WRONG_TIME):
        marked = Scene(camera_id=mark.camera_id, frame=find_frame(case.index, mark.t_s), boxes=(_box_mark(case),))
        scenes.insert(0, marked)
    return EventMoment(
        kind=kind,
        t_s=case.event.start_s if mark is None else mark.t_s,
        scenes=tuple(scenes),
        event=case.event,
        shown_on=tuple(view.camera_id for view in case.views),
        camera_id=None if mark is None else mark.camera_id,
        error_s=error_s,
    )


def _choose_shown(case: EventCase, kind: MomentKind) -> Shown | None:
    """Return the frame that shows the event: beside a wrong point the one judged by, else the best."""
    view = case.marked_view
    if view is not None and case.mark is not None and kind is MomentKind.WRONG_POINT:
        return view.find_shown(case.mark.t_s)
    if view is not None:
        return view.best
    return find_largest([each.best for each in case.views])


def _box_mark(case: EventCase) -> Boxed:
    assert case.mark is not None
    width, height = case.index.table.picture_wh[case.mark.camera_id]
    return box_point(case.mark.x * width, case.mark.y * height)
