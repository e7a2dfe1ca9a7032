"""Moments of a search for one place: the last sighting (`locate`), the door (`origin`), the alarm's student."""

from collections.abc import Iterator

from sim.scoring.case import TraceCase
from sim.scoring.check_moments import describe_verdict
from sim.scoring.final_place import find_final_row, judge_absence
from sim.scoring.fix import resolve_fixes
from sim.scoring.mark_moments import (
    describe_missing,
    describe_right,
    describe_wrong,
    list_mark_moments,
)
from sim.scoring.moments import BoxRole, MarkMoment, Moment, MomentKind, PlaceMoment, make_scene, sort_moments
from sim.scoring.screening_alarms import read_verdict
from sim.scoring.spot import Spot, find_nearest, make_spot
from sim.scoring.trace_moments import find_trace_moments, list_place_moments
from sim.scoring.worked import find_made_times
from sim.tasks.alarm.judge import SCREENING_KEY, AlarmCase, judge_verdict
from sim.tasks.locate.judge import NEAR_S, compute_sighting_error_s, judge_right_person
from sim.tasks.origin.judge import DOOR, OriginCase, find_first_inside, judge_door
from sim.truth.events import Event


def find_locate_moments(case: TraceCase) -> tuple[Moment, ...]:
    """Return what the mark was, compared with the last sighting, and the place."""
    row = find_final_row(case)
    if row is None:
        absent = [] if judge_absence(case) else [Moment(kind=MomentKind.NOT_ABSENT, t_s=None)]
        return sort_moments((*list_mark_moments(case), *absent))
    last = make_spot(case.index, row)
    mark = _describe_last_mark(case, last)
    error_s = compute_sighting_error_s(case)
    if error_s is not None and error_s > NEAR_S:
        mark = _describe_early(case, mark, last)
    return sort_moments((mark, *list_place_moments(case)))


def find_origin_moments(case: OriginCase) -> tuple[Moment, ...]:
    """Return the moments of the search backwards, and the door when another one was named."""
    return sort_moments((*find_trace_moments(case, is_backwards=True), *_list_door(case)))


def find_alarm_moments(case: AlarmCase, alarm: Event) -> tuple[Moment, ...]:
    """Return who was marked, the check when it was misjudged, and the last place when another one was named."""
    moments: list[Moment] = []
    student = find_nearest(case.window, case.legs, max(alarm.start_s, case.window.window_s[0]))
    if student is not None:
        moments.append(_describe_last_mark(case, student))
    if not judge_verdict(case):
        given = read_verdict(case.answer.choices.get(SCREENING_KEY))
        moments.append(describe_verdict(case.index, alarm, given=given))
    return sort_moments((*moments, *list_place_moments(case)))


def _describe_last_mark(case: TraceCase, instead: Spot) -> MarkMoment:
    """Return the moment of the last mark; only that one counts."""
    if not case.answer.fixes:
        return describe_missing(instead, MomentKind.NO_MARK)
    fix = case.answer.fixes[-1]
    row = int(resolve_fixes(case.index, (fix,)).table_row[0])
    made_s = find_made_times(case.log).get(fix)
    if judge_right_person(case):
        return describe_right(case.index, fix, row=row, made_s=made_s)
    return describe_wrong(case.index, fix, row=row, sought=case.target, instead=instead, made_s=made_s)


def _describe_early(case: TraceCase, mark: MarkMoment, last: Spot) -> MarkMoment:
    return MarkMoment(
        kind=MomentKind.NOT_LAST,
        t_s=mark.t_s,
        scenes=(*mark.scenes, make_scene(last, BoxRole.STUDENT)),
        camera_id=mark.camera_id,
        sought=case.target,
        right=last,
        made_s=mark.made_s,
    )


def _list_door(case: OriginCase) -> Iterator[PlaceMoment]:
    row = find_first_inside(case.index, case.target, case.window.window_s)
    if row is None or case.door is None or judge_door(case):
        return
    spot = make_spot(case.index, row)
    yield PlaceMoment(
        kind=MomentKind.WRONG_DOOR,
        t_s=spot.t_s,
        scenes=(make_scene(spot, BoxRole.STUDENT),),
        right=case.door,
        given=case.answer.choices.get(DOOR),
    )
