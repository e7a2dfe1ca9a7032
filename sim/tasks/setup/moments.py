"""Moments of a view set up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.scoring.moments import Moment, MomentKind, Scene
from sim.scoring.person_in_frame import find_frame
from sim.tasks.setup.judge import FAULT, SetupCase, judge_fault
from sim.truth.index import TruthIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewMoment(Moment):
    """Something about a view: the camera it is about ("" for the order of all), the way's cameras, and what was given.

    `given` is the view as it was set up, or the one camera that was named.
    """

    camera_id: str
    chain: tuple[str, ...]
    given: tuple[str, ...]


def find_view_moments(index: TruthIndex, case: SetupCase, *, window_s: tuple[float, float]) -> tuple[Moment, ...]:
    """Return what the checklist of a view lacks: cameras missing, cameras too many, the order, the faulty camera."""
    return tuple(_list_view_moments(index, case, find_frame(index, sum(window_s) / 2)))


def _list_view_moments(index: TruthIndex, case: SetupCase, frame: int) -> Iterator[ViewMoment]:
    view, chain = case.answer.view, case.chain

    def describe(kind: MomentKind, camera_id: str, given: Sequence[str] = view) -> ViewMoment:
        is_known = camera_id in index.table.picture_wh
        scenes = (Scene(camera_id=camera_id, frame=frame),) if is_known else ()
        return ViewMoment(kind=kind, t_s=None, scenes=scenes, camera_id=camera_id, chain=chain, given=tuple(given))

    for camera in chain:
        if camera not in view:
            yield describe(MomentKind.NOT_IN_VIEW, camera)
    for camera in dict.fromkeys(view):
        if camera not in chain:
            yield describe(MomentKind.NOT_ON_WAY, camera)
    if view != chain and set(view) == set(chain):
        yield describe(MomentKind.ORDER, "")
    if case.faulty is not None and judge_fault(case) is False:
        named = case.answer.choices.get(FAULT)
        yield describe(MomentKind.WRONG_FAULT, case.faulty, given=() if named is None else (named,))
