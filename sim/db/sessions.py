"""Session days in the database. Every function works inside the transaction it is given."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.engine import RowMapping

from sim.db import tables
from sim.db.rows import read_row, write_row
from sim.drill.options import Options, read_options, write_options
from sim.drill.profile import ProfileName
from sim.drill.session_day import DOORS, Attendance, Day
from sim.errors import SessionError


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
    session_id: str
    person_id: str
    number: int
    was: Attendance
    became: Attendance
    reason: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpRow:
    attempt_id: str
    number: int
    asked_at: datetime  # UTC
    elapsed_s: float  # the attempt's own time at it, seconds
    answered_at: datetime | None = None  # when the trainer marked it as answered, None until then


_SESSION = tables.session.c
_INVITED = tables.session_person.c
_CHANGE = tables.attendance_change.c

SEEN_STEP = timedelta(seconds=4)
"""How far apart two signs of life are that are both stored."""
_IS_OLD = _INVITED.seen_at.is_(None) | (_INVITED.seen_at < bindparam("before")) | (_INVITED.seen_at > bindparam("now"))
_SEE = update(tables.session_person).values(seen_at=bindparam("now"))
_NOTE_SEEN_AT_DRILLS = _SEE.where(_INVITED.attempt_id.in_(bindparam("attempts", expanding=True)), _IS_OLD)
_NOTE_SEEN = _SEE.where(_INVITED.session_id == bindparam("session"), _INVITED.person_id == bindparam("person"), _IS_OLD)
"""Made once: every post of events notes that its trainee is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsTable:
    """Sessions, those invited, and the changes of their attendance, on one open transaction."""

    connection: Connection

    def add(self, row: SessionRow) -> None:
        self.connection.execute(insert(tables.session).values(**_to_values(row)))

    def get(self, session_id: str) -> SessionRow:
        chosen = select(tables.session).where(_SESSION.session_id == session_id)
        found = self.connection.execute(chosen).mappings().first()
        if found is None:
            raise SessionError("this session does not exist", todo="ask the trainer for the link or the code")
        return _to_session(found)

    def save(self, row: SessionRow) -> None:
        """Write every value of a session that exists."""
        values = _to_values(row)
        session_id = values.pop("session_id")
        self.connection.execute(update(tables.session).where(_SESSION.session_id == session_id).values(**values))

    def list_of_team(self, team_id: str) -> tuple[SessionRow, ...]:
        """Return a team's sessions, the newest first."""
        chosen = (
            select(tables.session)
            .where(_SESSION.team_id == team_id)
            .order_by(_SESSION.created_at.desc(), _SESSION.session_id)
        )
        return tuple(_to_session(found) for found in self.connection.execute(chosen).mappings())

    def list_expired(self, now: datetime) -> tuple[str, ...]:
        """Return the ids of sessions whose day is over and that nobody has ended."""
        chosen = select(_SESSION.session_id).where(_SESSION.ended_at.is_(None), _SESSION.expires_at <= now)
        return tuple(self.connection.scalars(chosen.order_by(_SESSION.expires_at)))

    def find_by_code(self, code: str, *, now: datetime) -> SessionRow | None:
        """Return the session with a spoken code that lets people in and has not ended; None when there is none."""
        is_open = _SESSION.planned_at.is_(None) | (_SESSION.planned_at <= now + DOORS)
        chosen = select(tables.session).where(
            _SESSION.code == code, _SESSION.ended_at.is_(None), _SESSION.expires_at > now, is_open
        )
        found = self.connection.execute(chosen).mappings().first()
        return None if found is None else _to_session(found)

    def list_open(self, now: datetime) -> tuple[SessionRow, ...]:
        """Return the sessions that let people in and have not ended."""
        is_open = _SESSION.planned_at.is_(None) | (_SESSION.planned_at <= now + DOORS)
        chosen = select(tables.session).where(_SESSION.ended_at.is_(None), _SESSION.expires_at > now, is_open)
        return tuple(_to_session(found) for found in self.connection.execute(chosen).mappings())

    def has_ended(self, code: str) -> bool:
        chosen = select(_SESSION.session_id).where(_SESSION.code == code, _SESSION.ended_at.is_not(None))
        return self.connection.execute(chosen).first() is not None

    def find_ahead(self, code: str, *, now: datetime) -> SessionRow | None:
        """Return the session with a spoken code that does not let people in yet; None when there is none."""
        chosen = select(tables.session).where(
            _SESSION.code == code, _SESSION.ended_at.is_(None), _SESSION.planned_at > now + DOORS
        )
        found = self.connection.execute(chosen).mappings().first()
        return None if found is None else _to_session(found)

    def invite(self, row: InvitedRow) -> None:
        self.connection.execute(insert(tables.session_person).values(**write_row(row)))

    def list_invited(self, session_id: str) -> tuple[InvitedRow, ...]:
        """Return everybody invited, in no order that means anything."""
        chosen = select(tables.session_person).where(_INVITED.session_id == session_id).order_by(_INVITED.person_id)
        return tuple(read_row(InvitedRow, found) for found in self.connection.execute(chosen).mappings())

    def list_of_person(self, person_id: str) -> tuple[InvitedRow, ...]:
        """Return every invitation of a person, the newest session first."""
        chosen = (
            select(tables.session_person)
            .join(tables.session, _SESSION.session_id == _INVITED.session_id)
            .where(_INVITED.person_id == person_id)
            .order_by(_SESSION.created_at.desc(), _SESSION.session_id)
        )
        return tuple(read_row(InvitedRow, found) for found in self.connection.execute(chosen).mappings())

    def get_invited(self, session_id: str, person_id: str) -> InvitedRow:
        chosen = select(tables.session_person).where(_INVITED.session_id == session_id, _INVITED.person_id == person_id)
        found = self.connection.execute(chosen).mappings().first()
        if found is None:
            raise SessionError("this person is not invited to this session", todo="ask the trainer to invite them")
        return read_row(InvitedRow, found)

    def find_by_attempt(self, attempt_id: str) -> InvitedRow | None:
        """Return the latest invitation that an attempt was given in; None for one that was given otherwise."""
        chosen = (
            select(tables.session_person)
            .join(tables.session, _SESSION.session_id == _INVITED.session_id)
            .where(_INVITED.attempt_id == attempt_id)
            .order_by(_SESSION.created_at.desc(), _SESSION.session_id)
        )
        found = self.connection.execute(chosen).mappings().first()
        return None if found is None else read_row(InvitedRow, found)

    def find_by_return_code(self, session_id: str, code: str) -> InvitedRow | None:
        """Return who comes back with a code; None when nobody who has joined has it."""
        chosen = select(tables.session_person).where(
            _INVITED.session_id == session_id, _INVITED.return_code == code, _INVITED.joined_at.is_not(None)
        )
        found = self.connection.execute(chosen).mappings().first()
        return None if found is None else read_row(InvitedRow, found)

    def take_name(self, session_id: str, person_id: str, *, at: datetime, return_code: str) -> bool:
        """Give a free name to the first who asks; return whether this one got it."""
        taken = (
            update(tables.session_person)
            .where(_INVITED.session_id == session_id, _INVITED.person_id == person_id, _INVITED.joined_at.is_(None))
            .values(joined_at=at, seen_at=at, return_code=return_code)
        )
        return self.connection.execute(taken).rowcount == 1

    def note_seen(self, *, at: datetime, attempt_id: str = "", session_id: str = "", person_id: str = "") -> None:
        """Note a sign of life, by the attempt or by session and person; one just before is left as it is."""
        if attempt_id:
            self.note_all_seen([attempt_id], at=at)
        else:
            when = {"now": at, "before": at - SEEN_STEP}
            self.connection.execute(_NOTE_SEEN, {"session": session_id, "person": person_id, **when})

    def note_all_seen(self, attempt_ids: Collection[str], *, at: datetime) -> None:
        """Note a sign of life of those who do some drills, as `note_seen` does."""
        when = {"now": at, "before": at - SEEN_STEP}
        self.connection.execute(_NOTE_SEEN_AT_DRILLS, {"attempts": list(attempt_ids), **when})

    def save_invited(self, row: InvitedRow) -> None:
        """Write every value of an invitation that exists."""
        values = write_row(row)
        self.connection.execute(
            update(tables.session_person)
            .where(
                _INVITED.session_id == values.pop("session_id"),
                _INVITED.person_id == values.pop("person_id"),
            )
            .values(**values)
        )

    def note_change(self, row: InvitedRow, *, became: Attendance, reason: str, at: datetime) -> AttendanceChange:
        """Add to the record that somebody's attendance became another than `row` says; the row itself is unchanged."""
        same = (_CHANGE.session_id == row.session_id) & (_CHANGE.person_id == row.person_id)
        number = self.connection.scalar(select(func.count()).where(same)) or 0
        change = AttendanceChange(
            session_id=row.session_id,
            person_id=row.person_id,
            number=number + 1,
            was=row.attendance,
            became=became,
            reason=reason,
            changed_at=at,
        )
        self.connection.execute(insert(tables.attendance_change).values(**write_row(change)))
        return change

    def list_changes(self, session_id: str) -> tuple[AttendanceChange, ...]:
        """Return every change of a session's attendance, in the order they were made."""
        chosen = (
            select(tables.attendance_change)
            .where(_CHANGE.session_id == session_id)
            .order_by(_CHANGE.changed_at, _CHANGE.person_id, _CHANGE.number)
        )
        return tuple(read_row(AttendanceChange, found) for found in self.connection.execute(chosen).mappings())


def _to_values(row: SessionRow) -> dict[str, object]:
    values = write_row(row, options=write_options(row.options), **write_row(row.day))
    del values["day"]
    return values


def _to_session(found: RowMapping) -> SessionRow:
    day, options = read_row(Day, found), read_options(found[_SESSION.options].split())
    return read_row(SessionRow, found, day=day, options=options)
