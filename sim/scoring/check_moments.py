"""Moments of checks at the entrance detector: which was misjudged, and the frame that shows it best."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sim.errors import TaskError
from sim.scoring.moments import Boxed, BoxRole, Moment, MomentKind, Scene
from sim.scoring.person_in_frame import find_frame, find_in_frame
from sim.truth.appearance import TIME_TOLERANCE_S
from sim.truth.events import Event, Shown
from sim.truth.index import TruthIndex

SCREENING_ALARM = "screening-alarm"


class Verdict(StrEnum):
    """What is said of one check. COMPLETE: the wand and every compartment, before the student walked on."""

    COMPLETE = "complete"
    NOT_COMPLETE = "not-complete"
    CANNOT_TELL = "cannot-tell"


VERDICTS = frozenset(verdict.value for verdict in Verdict)


def find_alarms(index: TruthIndex, window_s: tuple[float, float]) -> tuple[Event, ...]:
    """Return the alarms whose check begins and ends inside the window, in order of start."""
    low_s, high_s = window_s
    return tuple(
        event
        for event in index.events
        if _is_alarm(event) and event.start_s >= low_s - TIME_TOLERANCE_S and event.end_s <= high_s + TIME_TOLERANCE_S
    )


def get_alarm(index: TruthIndex, event_id: str, window_s: tuple[float, float]) -> Event:
    """Return an alarm of the window, or raise TaskError naming those that there are."""
    alarms = {alarm.event_id: alarm for alarm in find_alarms(index, window_s)}
    try:
        return alarms[event_id]
    except KeyError:
        raise TaskError(
            f"event {event_id!r} is no detector alarm with a check between {window_s[0]:g} and {window_s[1]:g} s",
            expected=f"one of {', '.join(alarms)}" if alarms else "a recording with such an alarm",
        ) from None


def judge_check(alarm: Event) -> Verdict:
    """Return the right verdict: CANNOT_TELL when no camera shows the check, else whether it was complete."""
    if not alarm.shown:
        return Verdict.CANNOT_TELL
    return Verdict.COMPLETE if alarm.detail["complete"] else Verdict.NOT_COMPLETE


def read_verdict(value: str | None) -> Verdict | None:
    """Return the verdict that a choice says, None for no choice or another text."""
    return Verdict(value) if value in VERDICTS else None


def _is_alarm(event: Event) -> bool:
    return event.kind == SCREENING_ALARM and bool(event.person_ids) and isinstance(event.detail.get("complete"), bool)


def name_alarm(number: int) -> str:
    """Return the key of the verdict on the alarm of that number, from 1: "alarm-1"."""
    return f"alarm-{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictMoment(Moment):
    """A verdict on one check."""

    alarm: Event  # the alarm with the facts of its check
    right: Verdict
    given: Verdict | None
    number: int | None  # of the alarm in the list shown, None where there is only one


def find_check_moments(
    index: TruthIndex, alarms: Sequence[Event], verdicts: Sequence[Verdict | None]
) -> tuple[VerdictMoment, ...]:
    """Return every check that was misjudged, and the first incomplete one that was noticed, in the order listed."""
    moments: list[VerdictMoment] = []
    has_noticed = False
    for number, (alarm, given) in enumerate(zip(alarms, verdicts, strict=True), start=1):
        right = judge_check(alarm)
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
