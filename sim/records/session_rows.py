"""What the store gives back about session days: typed, frozen rows."""

from dataclasses import dataclass
from datetime import datetime

from sim.drill.options import Options
from sim.drill.profile import ProfileName
from sim.drill.session_day import Attendance, Day


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One session day.

    Attributes:
        team_id: whose it is.
        step_id: the step of a program that it is for, or None.
        makes_up: the session whose absent people it is for, or None.
        day: what drill, how it is given, and how far it is.
        profile, options: the console of its drills, and what they are given with besides.
        place: where it is held, "" when not said.
        code: what is said aloud to join, without spaces.
        link_number: counts up when the links given out so far are to work no more.
        created_at: UTC.
        recording_id, form_id: the footage and the one drill chosen for it, None where nobody chose.
        voided_at, void_reason: when and why it was voided; None and "" where it stands.
    """

    session_id: str
    team_id: str
    step_id: str | None
    makes_up: str | None
    day: Day
    profile: ProfileName
    options: Options
    place: str
    code: str
    link_number: int
    created_at: datetime
    recording_id: str | None = None
    form_id: str | None = None
    voided_at: datetime | None = None
    void_reason: str = ""

    @property
    def begins_at(self) -> datetime:
        """When it is to begin, or was opened; UTC."""
        return self.day.planned_at or self.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitedRow:
    """One person invited to a session.

    Attributes:
        attendance: whether they came.
        extra_time: factor on the limit of their drill, 1 without extended time.
        seat: counts up whenever the name is freed; anyone who holds an earlier seat has lost it.
        return_code: what they come back with on another device.
        attempt_id: the drill they were given in this session, None before it.
        joined_at: when the name was taken, None while it is free.
        seen_at: last sign of life outside the drill.
    """

    session_id: str
    person_id: str
    attendance: Attendance
    extra_time: float
    seat: int
    return_code: str
    attempt_id: str | None = None
    joined_at: datetime | None = None
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceChange:
    """One change of somebody's attendance, with why."""

    session_id: str
    person_id: str
    number: int
    was: Attendance
    became: Attendance
    reason: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpRow:
    """One call for help during an attempt.

    Attributes:
        asked_at: UTC.
        elapsed_s: the attempt's own time at it, seconds.
        answered_at: when the trainer marked it as answered, None until then.
    """

    attempt_id: str
    number: int
    asked_at: datetime
    elapsed_s: float
    answered_at: datetime | None = None
