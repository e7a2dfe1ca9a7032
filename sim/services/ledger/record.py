"""The training record as it is read: sessions, people, results, gaps. `record_fold` puts it together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sim.db.ledger import LedgerKind
from sim.drill.session_day import Attendance
from sim.services.ledger.gaps import Gap
from sim.services.ledger.trainings import Training

MADE_UP_LATER = "made up in a later session"
"""The reason of an attendance that came by joining a later session, not by anyone's word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody invited to a session, and what became of it."""

    person_id: str
    name: str
    attendance: Attendance = Attendance.INVITED
    reason: str = ""  # of the last correction
    # how it was known who came, see `KnownBy`; "list" where someone else entered it; "" where nobody did
    known_by: str = ""
    by: str = ""  # who entered it, "" for themselves or where nobody was signed in
    device: str = ""  # the mark of the browser in which they joined, "" where that is not known
    same_device: tuple[str, ...] = ()  # the names of others who joined with that browser
    did_drill: bool = False  # they began a drill in it, which has ended


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    session_id: str
    team_id: str
    team: str
    school: str
    kind: str  # which drill it was for, as stored
    # content, content_version: what was taught, and which version of it
    content: str
    content_version: str
    place: str
    # opened_at, ended_at: UTC; `ended_at` is None while it is open
    opened_at: datetime
    opened_by: str
    makes_up: str | None  # the session whose absent people it was offered to
    need: str = ""  # why it was held
    # instructor, qualification: who held it, and what entitles them to
    instructor: str = ""
    qualification: str = ""
    ended_at: datetime | None = None
    # its length as it was measured; None while it is open, or where nobody ended it
    measured_hours: float | None = None
    # typed_hours, typed_by: its length as someone typed it instead, and who; None where nobody has
    typed_hours: float | None = None
    typed_by: str = ""
    guests: tuple[Guest, ...] = ()  # everybody invited, by name
    # when it was to begin, UTC, as planned last; None for one that was opened for at once
    planned_at: datetime | None = None
    is_canceled: bool = False  # it was called off before its time; `ended_at` is when
    paused_s: float = 0  # for how long everybody's clock was stopped, seconds

    @property
    def begins_at(self) -> datetime:
        """When it was to begin, or was opened; UTC."""
        return self.planned_at or self.opened_at

    @property
    def hours(self) -> float | None:
        """Its length, as typed or else as measured; None while it is open or where neither is known."""
        return self.measured_hours if self.typed_hours is None else self.typed_hours

    def list_took_part(self) -> tuple[Guest, ...]:
        """Return those who began a drill in it."""
        return tuple(guest for guest in self.guests if guest.did_drill)

    def list_without_drill(self) -> tuple[Guest, ...]:
        """Return those who were present and began no drill; nobody while it is open."""
        return tuple(guest for guest in self.guests if self.is_without_drill(guest))

    def is_without_drill(self, guest: Guest) -> bool:
        """Return whether somebody was present at a session that has ended without beginning a drill."""
        return self.ended_at is not None and guest.attendance is Attendance.PRESENT and not guest.did_drill

    def is_done_by(self, guest: Guest) -> bool:
        """Return whether it counts as done by somebody: they did its drill, may still do it, or made it up later."""
        has_come = guest.attendance in (Attendance.PRESENT, Attendance.MADE_UP)
        return has_come and not self.is_without_drill(guest)

    def list_who(self, *attendance: Attendance) -> tuple[Guest, ...]:
        """Return those invited whose attendance is one of some."""
        return tuple(guest for guest in self.guests if guest.attendance in attendance)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRecord:
    number: int  # of its ledger entry
    attempt_id: str
    session_id: str | None
    team_id: str
    person_id: str
    name: str
    team: str
    school: str
    # form, form_title, form_version: what was asked
    form: str
    form_title: str
    form_version: str
    # mode, phase: as stored; phase "" where there is none
    mode: str
    phase: str
    began_at: datetime  # when its clock began, UTC
    state: str  # how it ended
    used_s: float | None  # seconds; None where it is not told, as for everyone who ran out of time
    usual_limit_s: float  # the drill's time limit for everyone without extended time, seconds
    passed: bool | None  # by the pass rule; None without a score
    criteria: Mapping[str, bool | None]  # parts of the pass rule, met or not
    parts: Mapping[str, Any]  # the measures, see docs/scoring.md
    program: str  # which version scored it
    versions: Mapping[str, int]  # of the measures and of the pass rule
    known_by: str = ""  # how it was known who did it, see `KnownBy`; "" where that was not noted
    paused_s: float = 0  # for how long its clock was stopped, seconds; no part of `used_s`


@dataclass(frozen=True, slots=True, kw_only=True)
class UnscoredRecord:
    """Something one person did that is not scored for them: getting to know the console, or a team exercise.

    Attributes:
        number: of its ledger entry.
        kind: of that entry.
        exercise_id: the team exercise, None where that was not noted, and for getting to know the console.
        form_title: what it was on; "" for getting to know the console.
        role, members: the person's part in a team exercise, and of how many; "" and 0 else.
        passed: whether the team met the pass rule; None without a result.
        steps_done, steps: of getting to know the console; `steps_done` None where its log is gone.
        The others as in `ResultRecord`.
    """

    number: int
    kind: str
    attempt_id: str
    session_id: str | None
    team_id: str
    person_id: str
    name: str
    team: str
    school: str
    began_at: datetime
    state: str
    used_s: float | None
    usual_limit_s: float
    known_by: str
    exercise_id: str | None = None
    form_title: str = ""
    role: str = ""
    members: int = 0
    passed: bool | None = None
    steps_done: int | None = None
    steps: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remediation, or an acknowledgement: by whom, when, about whom, and what was said.

    Of an acknowledgement `known_by` says how it is known who they are, see `KnownBy`, "" where that was not noted;
    `link_by` who gave out the link that they came by, "" where nobody was signed in then, None without one.
    """

    kind: str
    number: int
    at: datetime
    by: str
    person_id: str
    name: str
    words: str
    attempt_id: str | None
    known_by: str = ""
    link_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What some entries tell, each list in the order it happened."""

    sessions: tuple[SessionRecord, ...]
    results: tuple[ResultRecord, ...]
    gaps: tuple[Gap, ...]
    notes: tuple[Note, ...]
    trainings: tuple[Training, ...]
    unscored: tuple[UnscoredRecord, ...]
    reduced: int

    def find_acknowledged(self, person_id: str) -> Note | None:
        """Return somebody's latest acknowledgement; None when there is none."""
        own = [note for note in self.notes if note.person_id == person_id and note.kind == LedgerKind.ACKNOWLEDGED]
        return own[-1] if own else None
