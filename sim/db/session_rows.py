"""What the store gives back about session days: typed, frozen rows."""

from dataclasses import dataclass
from datetime import datetime

from sim.drill.options import Options
from sim.drill.profile import ProfileName
from sim.drill.session_day import Attendance, Day


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    session_id: str
    team_id: str  # whose it is
    step_id: str | None  # the step of a program that it is for, or None
    makes_up: str | None  # the session whose absent people it is for, or None
    day: Day  # what drill, how it is given, and how far it is
    # profile, options: the console of its drills, and what they are given with besides
    profile: ProfileName
    options: Options
    place: str  # where it is held, "" when not said
    code: str  # what is said aloud to join, without spaces
    link_number: int  # counts up when the links given out so far are to work no more
    created_at: datetime  # UTC
    # recording_id, form_id: the footage and the one drill chosen for it, None where nobody chose
    recording_id: str | None = None
    form_id: str | None = None
    # voided_at, void_reason: when and why it was voided; None and "" where it stands
    voided_at: datetime | None = None
    void_reason: str = ""

    @property
    def begins_at(self) -> datetime:
        """When it is to begin, or was opened; UTC."""
        return self.day.planned_at or self.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitedRow:
    session_id: str
    person_id: str
    attendance: Attendance  # whether they came
    extra_time: float  # factor on the limit of their drill, 1 without extended time
    seat: int  # counts up whenever the name is freed; anyone who holds an earlier seat has lost it
    return_code: str  # what they come back with on another device
    attempt_id: str | None = None  # the drill they were given in this session, None before it
    joined_at: datetime | None = None  # when the name was taken, None while it is free
    seen_at: datetime | None = None  # last sign of life outside the drill


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
    """One call for help during an attempt."""

    attempt_id: str
    number: int
    asked_at: datetime  # UTC
    elapsed_s: float  # the attempt's own time at it, seconds
    answered_at: datetime | None = None  # when the trainer marked it as answered, None until then
