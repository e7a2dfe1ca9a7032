"""The rules of a session day: where somebody who has joined belongs, and what a trainer's step allows.

Pure: the present moment is an argument. A session is open until it is ended or its day is over; a drill that was begun
goes on after that.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sim.attempt.attempt import RELEASED, AttemptState, Phase
from sim.errors import SessionError

EXTRA_TIMES = (1.0, 1.25, 1.5, 2.0)  # factors on the limit that a trainer can choose; 1 is no extended time

DOORS = timedelta(hours=2)  # how long before its planned time a session lets people in

COUNTDOWN = timedelta(seconds=5)
REOPENS = timedelta(days=1)  # how long after its end a session can be opened again

THERE_S = 20.0  # seconds after its last sign of life that a page still counts as open; it gives one every few seconds


class SessionKind(StrEnum):
    FAMILIARIZATION = "familiarization"
    BEFORE = "before"
    AFTER = "after"
    RETENTION = "retention"


KIND_WORDS = {
    "familiarization": "Getting to know",
    "before": "Before training",
    "after": "After training",
    "retention": "Later on",
}


class Starting(StrEnum):
    """Whether the trainer releases everybody's clock, or everybody begins when ready."""

    TOGETHER = "together"
    EACH = "each"


class Attendance(StrEnum):
    """Whether somebody came. `INVITED` is not known yet."""

    INVITED = "invited"
    PRESENT = "present"
    ABSENT = "absent"
    MADE_UP = "made_up"


CAME = (Attendance.PRESENT, Attendance.MADE_UP)


class Place(StrEnum):
    WAITING = "waiting"
    DRILL = "drill"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    kind: SessionKind  # which drill it is for
    starting: Starting  # together or each alone
    expires_at: datetime  # when it ends by itself, UTC
    briefing_at: datetime | None = None  # when the trainer showed the briefing, None until then
    started_at: datetime | None = None  # when the trainer released the clocks, or let everybody begin alone
    ended_at: datetime | None = None  # when the trainer ended it
    planned_at: datetime | None = None  # when it is to begin, UTC; None for one that was opened for at once
    starts_at: datetime | None = None  # when a countdown to the start ends, None without one
    paused_at: datetime | None = None  # since when everybody's clock stands still, None while they run
    # for how long they have stood still since it began, and it was closed before it was opened again, s
    paused_s: float = 0.0


def get_phase(kind: SessionKind) -> Phase | None:
    """Return which side of the training a session's drills belong to; None for familiarization."""
    return None if kind is SessionKind.FAMILIARIZATION else Phase(kind.value)


def is_over(day: Day, now: datetime) -> bool:
    return day.ended_at is not None or now >= day.expires_at


def is_ahead(day: Day, now: datetime) -> bool:
    """Return whether the session is planned for later: nobody can join yet, and it can still be moved or canceled."""
    return day.ended_at is None and day.planned_at is not None and now < day.planned_at - DOORS


def is_canceled(day: Day) -> bool:
    return day.ended_at is not None and day.planned_at is not None and day.ended_at < day.planned_at - DOORS


def is_let_in(day: Day) -> bool:
    """Return whether nobody waits any more: anyone who has joined goes on to the briefing.

    Getting to know the console has no briefing: it begins with the trainer's start.
    """
    if day.paused_at is not None and day.kind is SessionKind.FAMILIARIZATION:
        return False
    if day.starting is Starting.EACH or day.started_at is not None:
        return True
    return day.briefing_at is not None and day.kind is not SessionKind.FAMILIARIZATION


def is_held(day: Day, now: datetime) -> bool:
    """Return whether a briefing that is open has no start button: the trainer starts everybody together, or has paused.

    After the end nothing is held: the drill is then the person's own, as any drill that was given.
    """
    waits = day.paused_at is not None or (day.starting is Starting.TOGETHER and day.started_at is None)
    return waits and not is_over(day, now)


def find_place(day: Day, now: datetime, *, attempt: AttemptState | None) -> Place:
    """Return where somebody who has joined belongs; `attempt` is the state of their drill, None without one."""
    if attempt is not None and (attempt in RELEASED or attempt is AttemptState.ABANDONED):
        return Place.DRILL
    if is_over(day, now):
        return Place.OVER
    return Place.DRILL if is_let_in(day) else Place.WAITING


def is_there(seen_at: datetime | None, now: datetime) -> bool:
    """Return whether somebody's page has been open just now. A clock set back makes nobody absent."""
    return seen_at is not None and (now - seen_at).total_seconds() <= THERE_S


def show_briefing(day: Day, now: datetime) -> Day:
    """The trainer shows everybody the briefing. A second time nothing changes."""
    check_open(day, now)
    if day.starting is Starting.EACH or day.kind is SessionKind.FAMILIARIZATION:
        raise SessionError("this session has no common briefing", todo="continue without it")
    return day if day.briefing_at is not None else replace(day, briefing_at=now, paused_s=0.0)


def start(day: Day, now: datetime) -> Day:
    """The trainer starts everybody. A second time nothing changes."""
    if day.started_at is not None:
        return day
    check_open(day, now)
    if day.starting is Starting.EACH:
        raise SessionError("in this session everybody begins alone", todo="there is nothing to start")
    if day.kind is not SessionKind.FAMILIARIZATION and day.briefing_at is None:
        raise SessionError("nobody has read the briefing yet", todo="show the briefing first")
    if day.paused_at is not None:
        raise SessionError("this session is paused", todo="continue it first")
    return replace(day, started_at=now, starts_at=None, paused_s=0.0)


def count_down(day: Day, now: datetime) -> Day:
    """The trainer starts everybody in a few seconds, so that all see it come. Pressed again nothing changes."""
    if start(day, now) is day or day.starts_at is not None:
        return day
    return replace(day, starts_at=now + COUNTDOWN)


def count_left_s(day: Day, now: datetime) -> float | None:
    """Return the seconds of a countdown that are left, 0 once it is over; None without one."""
    return None if day.starts_at is None else max(0.0, (day.starts_at - now).total_seconds())


def is_start_due(day: Day, now: datetime) -> bool:
    waits = day.starts_at is not None and day.started_at is None and day.paused_at is None
    return waits and day.starts_at is not None and now >= day.starts_at and not is_over(day, now)


def pause(day: Day, now: datetime) -> Day:
    """Everybody's clock stands still, as for a fire alarm; a countdown is called off. A second time nothing changes."""
    check_doors(day, now)
    return day if day.paused_at is not None else replace(day, paused_at=now, starts_at=None)


def resume(day: Day, now: datetime) -> Day:
    """Everybody's clock runs on. A second time nothing changes."""
    if day.paused_at is None:
        return day
    stood_s = max(0.0, (now - day.paused_at).total_seconds())
    return replace(day, paused_at=None, paused_s=day.paused_s + stood_s)


def end(day: Day, now: datetime) -> Day:
    """The trainer ends the session, or its day is over. A second time nothing changes."""
    return day if day.ended_at is not None else replace(day, ended_at=min(now, day.expires_at), starts_at=None)


def can_reopen(day: Day, now: datetime) -> bool:
    """Return whether a session that has ended can be opened again: it was held, and ended within a day."""
    return not is_canceled(day) and now - (day.ended_at or day.expires_at) <= REOPENS


def reopen(day: Day, now: datetime, *, lasts: timedelta) -> Day:
    """Open a session again that has just ended; it then lasts as long as a new one. One that is open stays as it is.

    For as long as it was closed it stood still.
    """
    if not is_over(day, now):
        return day
    if not can_reopen(day, now):
        raise SessionError(
            "this session cannot be opened again",
            expected="one that was held and ended within a day",
            todo="open a new session for those who still have to do the drill",
        )
    closed_s = max(0.0, (now - (day.ended_at or day.expires_at)).total_seconds())
    return replace(day, ended_at=None, expires_at=max(day.expires_at, now + lasts), paused_s=day.paused_s + closed_s)


def check_open(day: Day, now: datetime) -> None:
    if is_over(day, now):
        raise SessionError("this session has ended", todo="open a new session for those who still have to do the drill")


def check_doors(day: Day, now: datetime) -> None:
    """Refuse to let somebody into a session that has ended, or is planned for later."""
    check_open(day, now)
    if is_ahead(day, now):
        raise SessionError("this session has not begun yet", todo="come back at the time in your invitation")


def check_extra_time(factor: float) -> float:
    if factor not in EXTRA_TIMES:
        raise SessionError(
            f"the extended time {factor!r} cannot be given",
            expected="one of " + ", ".join(f"{each:g}" for each in EXTRA_TIMES),
        )
    return factor
