"""Who came: settled by joining and by the session's end, made up in a later session, corrected with a reason."""

from dataclasses import dataclass, replace
from datetime import datetime

from sim.db.ledger import Subjects
from sim.db.sessions import SessionRow
from sim.db.store import Transaction
from sim.drill.instant import Instant
from sim.drill.session_day import Attendance, end, is_canceled, is_over
from sim.errors import SessionError
from sim.services.accounts.known_words import AT_A_SESSION, BY_LIST, write_attended
from sim.services.app.wiring import App
from sim.services.ledger.record import MADE_UP_LATER as MADE_UP
from sim.services.ledger.record import Guest
from sim.services.ledger.record_fold import make_record
from sim.services.ledger.writing import note_attendance, note_correction, note_session_ended, note_session_planned
from sim.services.session_day.pausing import resume_row
from sim.text.typed import clean_typed

MAX_REASON = 200
NOT_MADE_UP = "was not at the later session after all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of somebody's attendance, as the trainer reads it."""

    name: str
    was: Attendance
    became: Attendance
    reason: str
    changed_at: datetime


def correct(app: App, session_id: str, person_id: str, became: Attendance, *, reason: str, by: str = "") -> bool:
    """Set somebody's attendance by hand, the change kept with its reason; return whether it was another before.

    `by` is who does it; the training record names them.
    """
    words = clean_typed(reason, what="reason", fault=SessionError)
    if not words or len(words) > MAX_REASON:
        raise SessionError(
            "a correction needs a reason", expected=f"1 to {MAX_REASON} letters", todo="say why it is corrected"
        )
    with app.store.write() as work:
        row = work.sessions.get_invited(session_id, person_id)
        session = work.sessions.get(session_id)
        if session.voided_at is not None:
            raise SessionError("This session was voided: nobody was present or absent.")
        if row.attendance is became:
            return False
        now = app.clock.read().wall
        work.sessions.note_change(row, became=became, reason=words, at=now)
        note_correction(work, row, became, reason=words, at=now, by=by, known_by=BY_LIST)
        work.sessions.save_invited(replace(row, attendance=became))
        if became is Attendance.PRESENT:
            settle_make_up(work, session, person_id, at=now)
        elif row.attendance is Attendance.PRESENT:
            undo_make_up(work, session, person_id, at=now)
    return True


def list_changes(app: App, session_id: str) -> tuple[Change, ...]:
    """Return every change of a session's attendance, in the order they were made. Raises SessionError: unknown."""
    with app.store.read() as work:
        row = work.sessions.get(session_id)
        work.teams.get_team(row.team_id)
        changes = work.sessions.list_changes(session_id)
        names = work.teams.name_people([change.person_id for change in changes])
    return tuple(
        Change(
            name=names[change.person_id],
            was=change.was,
            became=change.became,
            reason=change.reason,
            changed_at=change.changed_at,
        )
        for change in changes
    )


def list_guests(work: Transaction, session_id: str) -> dict[str, Guest]:
    """Return what the record says of those invited, by person_id."""
    record = make_record(work.ledger.list_of(Subjects(session_id=session_id)))
    return {guest.person_id: guest for session in record.sessions for guest in session.guests}


def list_known(app: App, session_id: str) -> dict[str, str]:
    """Return by person how it is known that they came, in words; "" where nothing was noted."""
    with app.store.read() as work:
        work.teams.get_team(work.sessions.get(session_id).team_id)
        guests = list_guests(work, session_id)
    return {
        person_id: write_attended(guest.known_by, by=guest.by, same_device=guest.same_device, words=AT_A_SESSION)
        for person_id, guest in guests.items()
    }


def settle_end(work: Transaction, row: SessionRow, *, now: Instant, by: str = "") -> SessionRow:
    """End a session and put down as absent who never joined; return it as it is then. The record names `by`.

    Clocks that stand still run on: a drill goes on to its own end. One that is planned for later is canceled: nobody
    was absent.
    """
    if row.day.ended_at is not None:
        return row
    at = now.wall
    row = resume_row(work, row, now=now, by=by)
    ended = replace(row, day=end(row.day, at))
    work.sessions.save(ended)
    if is_canceled(ended.day):
        note_session_planned(work, ended, at=at, by=by)
        return ended
    for invited in work.sessions.list_invited(row.session_id):
        if invited.attendance is Attendance.INVITED:
            work.sessions.save_invited(replace(invited, attendance=Attendance.ABSENT))
            note_attendance(work, row, invited.person_id, Attendance.ABSENT, at=at)
    note_session_ended(work, ended, at=at, by=by)
    return ended


def settle_expired(app: App, session_id: str) -> SessionRow:
    """Return a session, ended where its day is over. Raises SessionError: unknown."""
    app = app.unrestricted()
    now = app.clock.read()
    with app.store.read() as work:
        row = work.sessions.get(session_id)
    if row.day.ended_at is not None or not is_over(row.day, now.wall):
        return row
    with app.store.write() as work:
        return settle_end(work, work.sessions.get(session_id), now=now)


def settle_all_expired(app: App) -> None:
    """End every session whose day is over and that nobody has ended; its clocks that stood still run on."""
    with app.store.read() as work:
        expired = work.sessions.list_expired(app.clock.read().wall)
    for session_id in expired:
        settle_expired(app, session_id)


def settle_make_up(work: Transaction, row: SessionRow, person_id: str, *, at: datetime) -> None:
    """Somebody has joined a session that makes up another one: where they were absent, that is made up now."""
    earlier = row.makes_up
    seen = {row.session_id}
    while earlier is not None and earlier not in seen:
        seen.add(earlier)
        for invited in work.sessions.list_invited(earlier):
            if invited.person_id == person_id and invited.attendance is Attendance.ABSENT:
                work.sessions.note_change(invited, became=Attendance.MADE_UP, reason=MADE_UP, at=at)
                note_correction(work, invited, Attendance.MADE_UP, reason=MADE_UP, at=at)
                work.sessions.save_invited(replace(invited, attendance=Attendance.MADE_UP))
        earlier = work.sessions.get(earlier).makes_up


def undo_make_up(work: Transaction, row: SessionRow, person_id: str, *, at: datetime) -> None:
    """Somebody was not at a session after all: what counted as made up by it alone is missed again.

    What a trainer entered themselves stays.
    """
    made_up_elsewhere = {
        other.makes_up
        for other in work.sessions.list_of_team(row.team_id)
        if other.session_id != row.session_id
        and any(
            (invited.person_id, invited.attendance) == (person_id, Attendance.PRESENT)
            for invited in work.sessions.list_invited(other.session_id)
        )
    }
    earlier, seen = row.makes_up, {row.session_id}
    while earlier is not None and earlier not in seen:
        seen.add(earlier)
        reasons = {change.person_id: change.reason for change in work.sessions.list_changes(earlier)}
        for invited in work.sessions.list_invited(earlier):
            is_made_up = (invited.person_id, invited.attendance) == (person_id, Attendance.MADE_UP)
            if is_made_up and reasons.get(person_id) == MADE_UP and earlier not in made_up_elsewhere:
                work.sessions.note_change(invited, became=Attendance.ABSENT, reason=NOT_MADE_UP, at=at)
                note_correction(work, invited, Attendance.ABSENT, reason=NOT_MADE_UP, at=at)
                work.sessions.save_invited(replace(invited, attendance=Attendance.ABSENT))
        earlier = work.sessions.get(earlier).makes_up
