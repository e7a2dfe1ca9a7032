"""Session days in the database."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import bindparam, select, update

from sim.attempt.options import Options, read_options
from sim.attempt.profile import ProfileName
from sim.db.columns import Col, Row, cascade, column, inner, set_null, several, told
from sim.db.rows import Condition, RowsOf, whole
from sim.db.teams import PersonRow
from sim.db.trainings import BY_LIST, GRACE
from sim.errors import SessionError
from sim.program.session_day import DOORS, Attendance, Day, SessionKind, Starting, is_canceled


class InvitedRow(
    Row,
    table="session_person",
    of="session",
    sorted_by="person_id",
    audit="attendance in session {} of person {}",
    outlives=True,
):
    """Invitations and attendance. Who was invited to a session, who came, and with how much time."""

    same_device: tuple[str, ...] = ()  # the names of others who joined with that browser
    did_drill: bool = False  # they began a drill in it, which has ended
    session_id: Col[str] = column(32, primary_key=True)
    person_id: Col[str] = told("who", 32, primary_key=True)
    name: Col[str] = told("name as it was then", 120)
    attendance: Col[Attendance] = told("present, absent or made up")
    known_by: Col[str] = told("how it was known who they are", 16, default="")  # see `KnownBy`, `BY_LIST`
    by: Col[str] = told("by whom entered", 120, default="", name="entered_by")  # "" for themselves
    reason: Col[str] = told("why it was corrected", 200, default="")  # of the last correction
    device: Col[str] = told("a mark of the browser, for this session alone", 64, default="")
    extra_time: Col[float] = told("extended time, where someone is entitled to it", loose=True)  # factor
    seat: Col[int] = column(loose=True)  # counts up when the name is freed: an earlier seat is lost
    return_code: Col[str] = told("code to come back with", 16, secret=True, loose=True)
    attempt_id: Col[str | None] = column(64, set_null("attempt.attempt_id"), default=None, index=True, loose=True)
    joined_at: Col[datetime | None] = told("when joined", default=None, loose=True)  # None while the name is free
    seen_at: Col[datetime | None] = told("when last seen there", default=None, loose=True)  # outside the drill

    def is_seen_anew(self, at: datetime) -> bool:
        """Whether a sign of life is stored: one just before is left as it is, also where the clock was set back."""
        return self.seen_at is None or not timedelta(0) <= at - self.seen_at <= SEEN_STEP


class SessionRow(
    Row, table="session", of="team", sorted_by="-created_at session_id", audit="session {}", outlives=True
):
    """Sessions. What was done in a session, when, where and by whom, and who entered its length."""

    unknown = partial(SessionError, "this session does not exist", todo="ask the trainer for the link or the code")
    day: Day  # what drill, how it is given, and how far it is
    guests: tuple[InvitedRow, ...] = ()  # everybody invited, by name, where it was read for the record
    session_id: Col[str] = column(32, primary_key=True)
    # team_id, team, school: whose, as it was called then
    team_id: Col[str] = column(32, cascade("team.team_id"), index=True)
    team: Col[str] = column(120)
    school: Col[str] = column(120)
    step_id: Col[str | None] = column(32, set_null("program_step.step_id"), index=True, loose=True)
    makes_up: Col[str | None] = column(32, set_null("session.session_id"))  # whose absent people it is for, or None
    kind: Col[SessionKind] = inner("day.kind", "")
    starting: Col[Starting] = inner("day.starting", "", loose=True)
    profile: Col[ProfileName] = column(loose=True)
    options: Col[Options] = column(several(read_options), loose=True)
    place: Col[str] = column(120)  # where it is held, "" when not said
    code: Col[str] = column(16, index=True, loose=True)  # what is said aloud to join, without spaces
    link_number: Col[int] = column(loose=True)  # counts up when the links given out so far are to work no more
    created_at: Col[datetime] = column()
    expires_at: Col[datetime] = inner("day.expires_at", "", loose=True)
    briefing_at: Col[datetime | None] = inner("day.briefing_at", "", loose=True)
    started_at: Col[datetime | None] = inner("day.started_at", "", loose=True)
    ended_at: Col[datetime | None] = inner("day.ended_at", "")
    planned_at: Col[datetime | None] = inner("day.planned_at", "")
    starts_at: Col[datetime | None] = inner("day.starts_at", "", loose=True)
    paused_at: Col[datetime | None] = inner("day.paused_at", "", loose=True)
    paused_s: Col[float] = inner("day.paused_s", "", server_default="0", loose=True)
    recording_id: Col[str | None] = column(80, default=None, loose=True)  # and `form_id`: None where nobody chose
    form_id: Col[str | None] = column(80, default=None, loose=True)
    voided_at: Col[datetime | None] = column(default=None)  # as nobody began a drill in it
    void_reason: Col[str] = column(200, default="")
    content: Col[str] = column(400)  # what was taught
    content_version: Col[str] = column(400)
    need: Col[str] = column(400, default="")  # why it was held
    instructor: Col[str] = told("who held it", 400, default="")
    qualification: Col[str] = told("what entitles them to", 400, default="")
    measured_hours: Col[float | None] = column(default=None)  # None where nobody ended it
    typed_hours: Col[float | None] = column(default=None)  # its length as someone typed it instead
    typed_by: Col[str] = told("by whom its length was entered", 120, default="")
    stood_s: Col[float] = column(default=0.0)  # for how long everybody's clock was stopped, all pauses, seconds

    @property
    def begins_at(self) -> datetime:
        """When it is to begin, or was opened; UTC."""
        return self.day.planned_at or self.created_at

    @property
    def is_canceled(self) -> bool:
        return is_canceled(self.day)

    @property
    def hours(self) -> float | None:
        """Its length, as typed or else as measured; None while it is open or where neither is known."""
        return self.measured_hours if self.typed_hours is None else self.typed_hours

    @property
    def taught_by(self) -> str:
        return ", ".join(part for part in (self.instructor, self.qualification) if part)

    def list_without_drill(self) -> tuple[InvitedRow, ...]:
        """Return those who were present and began no drill; nobody while it is open."""
        return tuple(guest for guest in self.guests if self.is_without_drill(guest))

    def is_without_drill(self, guest: InvitedRow) -> bool:
        return self.day.ended_at is not None and guest.attendance is Attendance.PRESENT and not guest.did_drill

    def is_done_by(self, guest: InvitedRow) -> bool:
        """Return whether it counts as done by somebody: they did its drill, may still do it, or made it up later."""
        has_come = guest.attendance in (Attendance.PRESENT, Attendance.MADE_UP)
        return has_come and not self.is_without_drill(guest)

    def count_late_minutes(self, guest: InvitedRow) -> int:
        """Return how many minutes after the session began somebody joined who was late; 0 for nobody late.

        It began with its briefing or its start; where everybody begins alone, when it was planned for or opened.
        """
        is_each = self.day.starting is Starting.EACH
        began = self.day.briefing_at or self.day.started_at or (self.begins_at if is_each else None)
        is_own = guest.known_by not in ("", BY_LIST)
        if began is None or guest.joined_at is None or not is_own:
            return 0
        late = guest.joined_at - max(began, self.begins_at)
        return int(late.total_seconds() // 60) if late > GRACE else 0

    def list_who(self, *attendance: Attendance) -> tuple[InvitedRow, ...]:
        return tuple(guest for guest in self.guests if guest.attendance in attendance)


SEEN_STEP = timedelta(seconds=4)
"""How far apart two signs of life are that are both stored."""
_SEEN = InvitedRow.seen_at
_IS_OLD = _SEEN.is_(None) | (bindparam("before") > _SEEN) | (bindparam("now") < _SEEN)
_NOTE_SEEN = (
    update(InvitedRow.table)
    .values(seen_at=bindparam("now"))
    .where(InvitedRow.attempt_id.in_(bindparam("attempts", expanding=True)), _IS_OLD)
)
"""Made once: every post of events notes that its trainee is there."""
_IS_KNOWN = InvitedRow.person_id.in_(select(PersonRow.person_id))


class SessionsTable(RowsOf[SessionRow]):
    def find_by_code(self, code: str, *, now: datetime) -> SessionRow | None:
        """Return the session of whatever school with a spoken code that lets people in and has not ended, if any."""
        found = self.read(SessionRow, whole(select(SessionRow.table).where(SessionRow.code == code, *is_open(now))))
        return found[0] if found else None

    def list_invited(self, session_id: str) -> tuple[InvitedRow, ...]:
        """Return everybody invited who was not deleted, in no order that means anything."""
        return self.list_rows(InvitedRow, InvitedRow.session_id == session_id, _IS_KNOWN)

    def list_of_person(self, person_id: str) -> tuple[InvitedRow, ...]:
        return self._list_newest(InvitedRow.person_id == person_id)

    def get_invited(self, session_id: str, person_id: str) -> InvitedRow:
        own = (InvitedRow.session_id == session_id, InvitedRow.person_id == person_id)
        found = self.find_row(InvitedRow, *own, _IS_KNOWN)
        if found is None:
            raise SessionError("this person is not invited to this session", todo="ask the trainer to invite them")
        return found

    def find_by_attempt(self, attempt_id: str) -> InvitedRow | None:
        """Return the latest invitation that an attempt was given in; None for one that was given otherwise."""
        return next(iter(self._list_newest(InvitedRow.attempt_id == attempt_id)), None)

    def _list_newest(self, where: Condition) -> tuple[InvitedRow, ...]:
        joined = select(InvitedRow.table).join(SessionRow.table, SessionRow.session_id == InvitedRow.session_id)
        return self.read(InvitedRow, joined.where(where).order_by(*SessionRow.order))

    def note_seen(self, attempt_ids: Collection[str], *, at: datetime) -> None:
        """Note a sign of life of those who do some drills; one just before is left as it is."""
        when = {"now": at, "before": at - SEEN_STEP}
        self.connection.execute(_NOTE_SEEN, {"attempts": list(attempt_ids), **when})


def is_open(now: datetime) -> tuple[Condition, ...]:
    """Choose sessions that let people in and have not ended."""
    let_in = SessionRow.planned_at.is_(None) | (SessionRow.planned_at <= now + DOORS)
    return SessionRow.ended_at.is_(None), SessionRow.expires_at > now, let_in
