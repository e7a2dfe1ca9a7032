"""Moments of checks at the entrance detector: which was misjudged, and the frame that shows it best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sim.errors import TaskError
from sim.scoring.moments import Boxed, BoxRole, Moment, MomentKind, Scene, find_frame, find_in_frame
from sim.tasks.common.task import Option
from sim.tasks.common.task_words import MomentFacts, MomentText, join_sentences
from sim.truth.appearance import TIME_TOLERANCE_S
from sim.truth.events import Event, Shown
from sim.truth.index import TruthIndex


class Verdict(StrEnum):
    """What is said of one check. COMPLETE: the wand and every compartment, before the student walked on."""

    COMPLETE = "complete"
    NOT_COMPLETE = "not-complete"
    CANNOT_TELL = "cannot-tell"


def find_alarms(index: TruthIndex, window_s: tuple[float, float]) -> tuple[Event, ...]:
    low_s, high_s = window_s
    return tuple(
        event
        for event in index.events
        if event.kind == "screening-alarm"
        and event.person_ids
        and isinstance(event.detail.get("complete"), bool)
        and event.start_s >= low_s - TIME_TOLERANCE_S
        and event.end_s <= high_s + TIME_TOLERANCE_S
    )


def get_alarm(index: TruthIndex, event_id: str, window_s: tuple[float, float]) -> Event:
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
    return next((verdict for verdict in Verdict if verdict.value == value), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictMoment(Moment):
    alarm: Event  # the alarm with the facts of its check
    given: Verdict | None
    number: int | None  # of the alarm in the list shown, None where there is only one


def describe_verdict(
    index: TruthIndex, alarm: Event, *, given: Verdict | None, number: int | None = None
) -> VerdictMoment:
    return VerdictMoment(
        kind=MomentKind.RIGHT_CHECK if given is judge_check(alarm) else MomentKind.WRONG_VERDICT,
        t_s=alarm.start_s,
        scenes=_list_scenes(index, alarm),
        alarm=alarm,
        given=given,
        number=number,
    )


def find_largest(shown: Sequence[Shown]) -> Shown | None:
    def measure_px(shown: Shown) -> float:
        x1, y1, x2, y2 = shown.box_xyxy
        return (x2 - x1) * (y2 - y1)

    return max(shown, key=measure_px, default=None)


def _list_scenes(index: TruthIndex, alarm: Event) -> tuple[Scene, ...]:
    best = find_largest(alarm.shown)
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


VERDICT_WORDS: Mapping[Verdict, str] = {
    Verdict.COMPLETE: "completed",
    Verdict.NOT_COMPLETE: "not completed",
    Verdict.CANNOT_TELL: "one that cannot be told",
}


def tell_verdict(facts: MomentFacts, moment: VerdictMoment) -> MomentText:
    name = "the check" if moment.number is None else f"alarm {moment.number}"
    if moment.kind is MomentKind.RIGHT_CHECK:
        return MomentText(title=f"{name}: you noticed that it was not completed", text=write_check(moment.alarm))
    right = VERDICT_WORDS[judge_check(moment.alarm)]
    if moment.given is None:
        return MomentText(title=f"{name}: you gave no verdict", text=f"It was {right}. {write_check(moment.alarm)}")
    said = f"you called it {VERDICT_WORDS[moment.given]}"
    if moment.given is Verdict.CANNOT_TELL:
        said = "you said it cannot be told"
    return MomentText(title=f"{name}: {said}", text=join_sentences(f"It was {right}.", write_check(moment.alarm)))


def write_check(alarm: Event) -> str:
    if not alarm.shown:
        return "No camera shows it, so no one can say whether it was completed."
    wand, total, searched = (alarm.detail.get(key) for key in ("wand", "compartments", "searched"))
    said = []
    if isinstance(wand, bool):
        said.append("The wand was used." if wand else "The wand was not used.")
    if isinstance(total, int) and isinstance(searched, int) and total > 0:
        said.append(_write_bag(total, searched))
    return " ".join(said)


def _write_bag(total: int, searched: int) -> str:
    if searched >= total:
        return f"All {total} compartments of the bag were opened." if total > 1 else "The bag was opened."
    if searched == 0:
        return f"None of the bag's {total} compartments was opened." if total > 1 else "The bag was not opened."
    left = f"{total - searched} {'was' if total - searched == 1 else 'were'} not, before the student walked on."
    return f"{searched} of {total} compartments of the bag were opened: {left}"


VERDICT_OPTIONS = (
    Option(value=Verdict.COMPLETE.value, label="Completed"),
    Option(value=Verdict.NOT_COMPLETE.value, label="Not completed"),
    Option(value=Verdict.CANNOT_TELL.value, label="Cannot tell"),
)
