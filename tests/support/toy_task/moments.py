"""The moment of a wrong camera."""

from dataclasses import dataclass

from sim.tasks.busiest.judge import CAMERA, BusiestCase, judge_camera

from sim.scoring.moments import Moment, MomentKind, Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class BusiestMoment(Moment):
    """A camera named wrongly, or none."""

    given: str | None
    right: str


def find_busiest_moments(case: BusiestCase) -> tuple[Moment, ...]:
    """Return the wrong answer, if it is one, with the first frame of the right camera."""
    if judge_camera(case):
        return ()
    right = case.right[0]
    return (
        BusiestMoment(
            kind=MomentKind.WRONG_CAMERA,
            t_s=None,
            scenes=(Scene(camera_id=right, frame=0),),
            given=case.answer.choices.get(CAMERA),
            right=right,
        ),
    )
