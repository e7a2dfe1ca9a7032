"""The moments of a trace: wrong marks, appearances missed, losses, the first right mark, the last place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sim.scoring.case import TraceCase
from sim.scoring.final_place import find_final_row, find_final_zone
from sim.scoring.losses import Loss, find_losses
from sim.scoring.mark_moments import list_mark_moments
from sim.scoring.moments import BoxRole, MarkMoment, Moment, MomentKind, PlaceMoment, make_scene, sort_moments
from sim.scoring.person_in_frame import (
    PersonInFrame,
    find_clearest,
    find_first,
    find_last,
    find_nearest,
    read_person,
)
from sim.scoring.worked import place_missed


@dataclass(frozen=True, slots=True, kw_only=True)
class LossMoment(Moment):
    """A loss: the appearance that was found where the next one begins or it ends, and the next one.

    `leaving` is where the student leaves the camera's picture (backwards: where they come into it).
    """

    loss: Loss
    leaving: PersonInFrame


def find_trace_moments(case: TraceCase, *, is_backwards: bool = False) -> tuple[Moment, ...]:
    """Return all moments of a trace but the last place, in the order worked; `is_backwards`: the task's direction."""
    losses = find_losses(case, is_backwards=is_backwards)
    return sort_moments(
        (
            *list_mark_moments(case),
            *(_describe_loss(case, loss) for loss in losses),
            *_list_missed(case, {loss.following for loss in losses}, place_missed(case, is_backwards=is_backwards)),
            *_list_absence(case),
        )
    )


def list_place_moments(case: TraceCase) -> Iterator[PlaceMoment]:
    """Yield the last sighting when the place named is another one."""
    right = find_final_zone(case)
    row = find_final_row(case)
    if row is None or right is None or case.answer.final_zone == right:
        return
    sighting = read_person(case.index, row)
    yield PlaceMoment(
        kind=MomentKind.WRONG_PLACE,
        t_s=sighting.t_s,
        scenes=(make_scene(sighting, BoxRole.STUDENT),),
        right=right,
        given=case.answer.final_zone,
    )


def _describe_loss(case: TraceCase, loss: Loss) -> LossMoment:
    window = case.window
    leaving = find_first(window, loss.left) if loss.is_backwards else find_last(window, loss.left)
    turn_s = max(loss.left_s, loss.next_s) if loss.is_backwards else min(loss.left_s, loss.next_s)
    left = find_nearest(window, (loss.left,), turn_s) or leaving
    following = find_clearest(window, loss.following)
    return LossMoment(
        kind=MomentKind.WRONG_CAMERA_NEXT if loss.is_found else MomentKind.LOST,
        t_s=left.t_s,
        scenes=(make_scene(left, BoxRole.STUDENT), make_scene(following, BoxRole.STUDENT)),
        worked=loss.mark_number + 0.25,
        loss=loss,
        leaving=leaving,
    )


def _list_missed(case: TraceCase, told: set[int], places: Mapping[int, float]) -> Iterator[MarkMoment]:
    """Yield every missed appearance that no loss tells of."""
    for number in case.legs:
        if number in case.claims.target or number in told:
            continue
        sighting = find_clearest(case.window, number)
        yield MarkMoment(
            kind=MomentKind.MISSED,
            t_s=sighting.t_s,
            scenes=(make_scene(sighting, BoxRole.STUDENT),),
            worked=places.get(number),
            camera_id=sighting.camera_id,
            sought=case.target,
            right=sighting,
            span_s=(float(case.window.first_s[number]), float(case.window.last_s[number])),
        )


def _list_absence(case: TraceCase) -> Iterator[Moment]:
    if not case.legs and not case.answer.not_on_camera:
        yield Moment(kind=MomentKind.NOT_ABSENT, t_s=None)
