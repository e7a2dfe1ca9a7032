"""Moments of a search for a meeting."""

from dataclasses import dataclass

import numpy as np

from sim.scoring.mark import resolve_marks
from sim.scoring.mark_moments import describe_missing, describe_right, describe_wrong
from sim.scoring.moments import BoxRole, MarkMoment, Moment, MomentKind, make_scene
from sim.scoring.person_in_frame import PersonInFrame, read_person
from sim.scoring.worked import find_made_times
from sim.tasks.encounter.judge import NEAR_S as MEETING_NEAR_S
from sim.tasks.encounter.judge import MeetingCase, compute_moment_error_s, measure_errors_s
from sim.truth.events import Event
from sim.truth.index import TruthIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingMoment(MarkMoment):
    """A mark about a meeting: who was to be marked is the person met, `seeker` the student whom the task names."""

    event: Event
    seeker: str


def find_meeting_moments(
    index: TruthIndex, case: MeetingCase, *, seeker: str, other: str, window_s: tuple[float, float]
) -> tuple[Moment, ...]:
    """Return what the mark was, beside the person who was met, as near to the meeting as a camera shows them."""
    own = index.find_asked_rows(other, window_s)
    if len(own) == 0:
        return ()
    errors_s = measure_errors_s(index, case.event, other=other, window_s=window_s)
    met = read_person(index, int(index.appearance_rows.table_row[own[int(np.argmin(errors_s))]]))
    mark = _describe_meeting_mark(index, case, met)
    fields = {name: getattr(mark, name) for name in MarkMoment.__dataclass_fields__}
    return (MeetingMoment(**fields, event=case.event, seeker=seeker),)


def _describe_meeting_mark(index: TruthIndex, case: MeetingCase, met: PersonInFrame) -> MarkMoment:
    mark = case.mark
    if mark is None:
        return describe_missing(met, MomentKind.NO_MARK, role=BoxRole.OTHER)
    row = int(resolve_marks(index, (mark,)).table_row[0])
    made_s = find_made_times(case.log).get(mark)
    if not case.is_other:
        return describe_wrong(
            index, mark, row=row, sought=met.person_id, instead=met, role=BoxRole.OTHER, made_s=made_s
        )
    moment = describe_right(index, row=row, role=BoxRole.OTHER, made_s=made_s)
    error_s = compute_moment_error_s(case)
    if error_s is None or error_s <= MEETING_NEAR_S:
        return moment
    return MarkMoment(
        kind=MomentKind.FAR_OFF,
        t_s=moment.t_s,
        scenes=(*moment.scenes, make_scene(met, BoxRole.OTHER)),
        camera_id=moment.camera_id,
        sought=moment.sought,
        right=met,
        made_s=made_s,
    )
