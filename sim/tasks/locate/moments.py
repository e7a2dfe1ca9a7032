"""Moments of a search for where somebody was last seen."""

from sim.scoring.case import TraceCase
from sim.scoring.final_place import find_final_row, judge_absence
from sim.scoring.mark_moments import (
    describe_last_mark,
    list_mark_moments,
)
from sim.scoring.moments import BoxRole, MarkMoment, Moment, MomentKind, make_scene, sort_moments
from sim.scoring.person_in_frame import PersonInFrame, read_person
from sim.scoring.trace_moments import list_place_moments
from sim.tasks.locate.judge import NEAR_S, compute_sighting_error_s


def find_locate_moments(case: TraceCase) -> tuple[Moment, ...]:
    """Return what the mark was, compared with the last sighting, and the place."""
    row = find_final_row(case)
    if row is None:
        absent = [] if judge_absence(case) else [Moment(kind=MomentKind.NOT_ABSENT, t_s=None)]
        return sort_moments((*list_mark_moments(case), *absent))
    last = read_person(case.index, row)
    mark = describe_last_mark(case, last)
    error_s = compute_sighting_error_s(case)
    if error_s is not None and error_s > NEAR_S:
        mark = _describe_early(case, mark, last)
    return sort_moments((mark, *list_place_moments(case)))


def _describe_early(case: TraceCase, mark: MarkMoment, last: PersonInFrame) -> MarkMoment:
    return MarkMoment(
        kind=MomentKind.NOT_LAST,
        t_s=mark.t_s,
        scenes=(*mark.scenes, make_scene(last, BoxRole.STUDENT)),
        camera_id=mark.camera_id,
        sought=case.target,
        right=last,
        made_s=mark.made_s,
    )
