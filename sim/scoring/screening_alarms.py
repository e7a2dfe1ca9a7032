"""Alarms of an entrance detector as truth records them, and what the cameras show of the check that follows."""

from enum import StrEnum

from sim.errors import TaskError
from sim.truth.appearance import TIME_TOLERANCE_S
from sim.truth.events import Event
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
