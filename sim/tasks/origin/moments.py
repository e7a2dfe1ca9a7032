"""Moments of a search for where somebody came in."""

from collections.abc import Iterator

from sim.scoring.moments import BoxRole, Moment, MomentKind, PlaceMoment, make_scene, sort_moments
from sim.scoring.person_in_frame import read_person
from sim.scoring.trace_moments import find_trace_moments
from sim.tasks.origin.judge import DOOR, OriginCase, find_first_inside, judge_door


def find_origin_moments(case: OriginCase) -> tuple[Moment, ...]:
    """Return the moments of the search backwards, and the door when another one was named."""
    return sort_moments((*find_trace_moments(case, is_backwards=True), *_list_door(case)))


def _list_door(case: OriginCase) -> Iterator[PlaceMoment]:
    row = find_first_inside(case.index, case.target, case.window.window_s)
    if row is None or case.door is None or judge_door(case):
        return
    sighting = read_person(case.index, row)
    yield PlaceMoment(
        kind=MomentKind.WRONG_DOOR,
        t_s=sighting.t_s,
        scenes=(make_scene(sighting, BoxRole.STUDENT),),
        right=case.door,
        given=case.answer.choices.get(DOOR),
    )
