"""Moments of checks at the entrance detector: which was misjudged, and the frame that shows it best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.scoring.moments import Boxed, BoxRole, Moment, MomentKind, Scene
from sim.scoring.person_in_frame import find_frame, find_in_frame
from sim.scoring.screening_alarms import Verdict, judge_check, name_alarm, read_verdict
from sim.truth.events import Event, Shown
from sim.truth.index import TruthIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictMoment(Moment):
    """A verdict on one check."""

    alarm: Event  # the alarm with the facts of its check
    right: Verdict
    given: Verdict | None
    number: int | None  # of the alarm in the list shown, None where there is only one


def find_check_moments(
    index: TruthIndex, alarms: Sequence[Event], choices: Mapping[str, str]
) -> tuple[VerdictMoment, ...]:
    """Return every check that was misjudged, and the first incomplete one that was noticed, in the order listed."""
    moments: list[VerdictMoment] = []
    has_noticed = False
    for number, alarm in enumerate(alarms, start=1):
        given, right = read_verdict(choices.get(name_alarm(number))), judge_check(alarm)
        is_right = given is right
        is_first = is_right and right is Verdict.NOT_COMPLETE and not has_noticed
        has_noticed |= is_first
        if is_first or not is_right:
            moments.append(describe_verdict(index, alarm, given=given, number=number))
    return tuple(moments)


def describe_verdict(
    index: TruthIndex, alarm: Event, *, given: Verdict | None, number: int | None = None
) -> VerdictMoment:
    """Return the moment of a verdict: the check where a camera shows it best, and the student walking on after it."""
    right = judge_check(alarm)
    return VerdictMoment(
        kind=MomentKind.RIGHT_CHECK if given is right else MomentKind.WRONG_VERDICT,
        t_s=alarm.start_s,
        scenes=_list_scenes(index, alarm),
        alarm=alarm,
        right=right,
        given=given,
        number=number,
    )


def find_best_shown(event: Event) -> Shown | None:
    """Return the camera that shows an event largest (tie: smaller camera_id), None when none does."""
    return find_largest(event.shown)


def find_largest(shown: Sequence[Shown]) -> Shown | None:
    """Return the one with the largest box (tie: the first), None of none."""

    def measure_px(shown: Shown) -> float:
        x1, y1, x2, y2 = shown.box_xyxy
        return (x2 - x1) * (y2 - y1)

    return max(shown, key=measure_px, default=None)


def _list_scenes(index: TruthIndex, alarm: Event) -> tuple[Scene, ...]:
    best = find_best_shown(alarm)
    if best is None:
        return ()
    check = Scene(
        camera_id=best.camera_id,
        frame=find_frame(index, best.shown_s),
        boxes=(Boxed(role=BoxRole.CHECK, box_xyxy=best.box_xyxy),),
    )
    end = find_frame(index, alarm.end_s)
    student = find_in_frame(index, alarm.person_ids[0], camera_id=best.camera_id, frame=end)
    if student is None:
        return (check,)
    walks_on = Boxed(role=BoxRole.STUDENT, box_xyxy=student.box_xyxy)
    return (check, Scene(camera_id=best.camera_id, frame=end, boxes=(walks_on,)))
