"""Who came: settled by joining and the session's end, made up later, corrected with a reason; pauses and voiding."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sim.app.wiring import App
from sim.attempt import attempt as clocks
from sim.attempt.attempt import Instant
from sim.attempt.events import EventKind
from sim.canonical import read_moment, write_moment
from sim.console.intake import append_own
from sim.db.ledger import LedgerKind, Result, Subjects
from sim.db.sessions import BY_LIST, InvitedRow, SessionRow, sort_by_name
from sim.db.store import Transaction
from sim.errors import SessionError
from sim.ledger.record import set_attendance, undo_made_up
from sim.program import session_day
from sim.program.session_day import Attendance
from sim.rules.drill_access import say_known
from sim.rules.viewer import Duty, Viewer, may, require
from sim.text.words import clean_reason, clean_typed

MOST_REASON = 200
STILL_OPEN: Final = "This session is still open. End it first."
BEGUN: Final = "Someone began a drill in this session, so it stays in the record."
VOIDED: Final = "This session was voided."


def pause(app: App, session_id: str, *, reason: str = "", by: str = "") -> int:
    """Stop the clocks of all whose drill runs, at one moment, and let nobody begin; return how many. `by` does it."""
    words = clean_typed(reason, what="reason", fault=SessionError, most=MOST_REASON)
    stopped = 0
    with app.store.write() as work:
        now = app.clock.read()
        row = work.sessions.get(session_id)
        day = session_day.pause(row.day, now.wall)
        if day is row.day:
            return 0
        work.save_row(replace(row, day=day))
        work.ledger.note(LedgerKind.SESSION_PAUSED, at=now.wall, by=by, subjects=row, data={"reason": words})
        for attempt_id in _list_given(work, row):
            attempt = work.attempts.get(attempt_id)
            timing = clocks.pause(attempt.timing, now)
            if timing.paused_at is not None and attempt.timing.paused_at is None:
                work.save_row(replace(attempt, timing=timing))
                append_own(work, replace(attempt, timing=timing), now, kind=EventKind.HELD, payload={"is_on": True})
                stopped += 1
    return stopped


def resume(app: App, session_id: str, *, by: str = "") -> None:
    with app.store.write() as work:
        resume_row(work, work.sessions.get(session_id), now=app.clock.read(), by=by)


def resume_row(work: Transaction, row: SessionRow, *, now: Instant, by: str = "") -> SessionRow:
    if row.day.paused_at is None:
        return row
    day = session_day.resume(row.day, now.wall)
    stood_s = round(day.paused_s - row.day.paused_s)
    resumed = replace(row, day=day, stood_s=row.stood_s + stood_s)
    work.ledger.keep(resumed, LedgerKind.SESSION_RESUMED, at=now.wall, by=by, more={"seconds": stood_s})
    for attempt_id in _list_given(work, row):
        attempt = work.attempts.get(attempt_id)
        timing = clocks.resume(attempt.timing, now)
        if timing is not attempt.timing:
            own_s = round(timing.paused_s - attempt.timing.paused_s, 1)
            work.save_row(replace(attempt, timing=timing))
            append_own(
                work,
                replace(attempt, timing=timing),
                now,
                kind=EventKind.HELD,
                payload={"is_on": False, "stood_s": own_s},
            )
    return resumed


def _list_given(work: Transaction, row: SessionRow) -> list[str]:
    return [invited.attempt_id for invited in work.sessions.list_invited(row.session_id) if invited.attempt_id]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    person_id: str
    name: str
    was: Attendance
    became: Attendance
    reason: str
    changed_at: datetime


def correct(app: App, session_id: str, person_id: str, became: Attendance, *, reason: str, by: str = "") -> bool:
    """Set somebody's attendance by hand, the change kept with its reason; return whether it was another before."""
    words = clean_reason(reason, most=MOST_REASON, fault=SessionError)
    with app.store.write() as work:
        row = work.sessions.get_invited(session_id, person_id)
        session = work.sessions.get(session_id)
        if session.voided_at is not None:
            raise SessionError("This session was voided: nobody was present or absent.")
        if row.attendance is became:
            return False
        at = app.clock.read().wall
        set_attendance(work, session, row, became, at=at, by=by, reason=words, known_by=BY_LIST)
    return True


def list_changes(app: App, session_id: str) -> tuple[Change, ...]:
    with app.store.read() as work:
        work.sessions.get(session_id)
        changes = list_corrections(work, Subjects(session_id=session_id))
        names = work.people.list_names([each.person_id for each in work.sessions.list_invited(session_id)])
    return tuple(replace(each, name=names[each.person_id]) for each in changes if each.person_id in names)


def list_corrections(work: Transaction, about: Subjects) -> list[Change]:
    return [
        Change(
            person_id=entry.person_id or "",
            name=data["name"],
            was=Attendance(data["was"]),
            became=Attendance(data["attendance"]),
            reason=data["reason"],
            changed_at=read_moment(entry.at),
        )
        for entry in work.ledger.list_of(about, kinds=(LedgerKind.ATTENDANCE_CORRECTED,))
        for data in (entry.data,)
    ]


def list_known(app: App, session_id: str) -> dict[str, str]:
    """Return by person how it is known that they came, in words; "" where nothing was noted."""
    with app.store.read() as work:
        work.sessions.get(session_id)
        guests = sort_by_name(work.sessions.list_invited(session_id))  # which notes whose device was the same
    return {guest.person_id: write_guest_known(guest) for guest in guests}


def write_guest_known(guest: InvitedRow) -> str:
    """Return how it is known that somebody came to a session or did not, "" where nothing was noted."""
    return say_known(guest.known_by, by=guest.by, same_device=guest.same_device) if guest.known_by else ""


def write_late(told: str, minutes: int) -> str:
    return f"{told}, joined {minutes} min late" if minutes else told


def settle_end(work: Transaction, row: SessionRow, *, now: Instant, by: str = "") -> SessionRow:
    """End a session, put down as absent who never joined, and let clocks run on; return it as it is then."""
    if row.day.ended_at is not None:
        return row
    at = now.wall
    row = resume_row(work, row, now=now, by=by)
    ended = replace(row, day=session_day.end(row.day, at))
    if session_day.is_canceled(ended.day):
        work.ledger.keep(ended, LedgerKind.SESSION_PLANNED, at=at, by=by, more={"canceled": True})
        return ended
    for invited in work.sessions.list_invited(row.session_id):
        if invited.attendance is Attendance.INVITED:
            set_attendance(work, ended, invited, Attendance.ABSENT, at=at)
    # how long it was: from its start or opening, without pauses, in hours
    began = row.day.started_at or row.day.briefing_at or row.begins_at
    ended_at = ended.day.ended_at or at
    lasted_s = (ended_at - began).total_seconds() - row.day.paused_s
    earlier = work.ledger.list_of(Subjects(session_id=row.session_id), kinds=(LedgerKind.SESSION_ENDED,))
    was_left_open = any(entry.body is not None and "measured_hours" not in entry.data for entry in earlier)
    is_measured = ended_at < row.day.expires_at and not was_left_open
    ended = replace(ended, measured_hours=round(max(0.0, lasted_s) / 3600.0, 2) if is_measured else None)
    work.ledger.keep(ended, LedgerKind.SESSION_ENDED, at=at, by=by, more={"began_at": write_moment(began)})
    return ended


def settle_expired(app: App, session_id: str) -> SessionRow:
    """Return a session, ended where its day is over. Raises SessionError: unknown."""
    app = app.unrestricted(SessionRow, session_id)
    now = app.clock.read()
    with app.store.read() as work:
        row = work.sessions.get(session_id)
    if row.day.ended_at is not None or not session_day.is_over(row.day, now.wall):
        return row
    with app.store.write() as work:
        return settle_end(work, work.sessions.get(session_id), now=now)


def settle_all_expired(app: App) -> None:
    """End every session whose day is over and that nobody has ended; its clocks that stood still run on."""
    with app.store.read() as work:
        is_over = (SessionRow.ended_at.is_(None), SessionRow.expires_at <= app.clock.read().wall)
        expired = work.list_values(SessionRow.session_id, *is_over, order_by=(SessionRow.expires_at,))
    for session_id in expired:
        settle_expired(app, session_id)


def find_why_not_void(app: App, session_id: str) -> str:
    with app.store.read() as work:
        return _find_why_not(work, work.sessions.get(session_id))


def void(app: App, viewer: Viewer, session_id: str, *, reason: str) -> None:
    """Void a session: nobody was invited to it, came or was absent, and it had no length.

    Drills that were given in it and that nobody began stay with their people, as drills of no session. What was made up
    by it alone is missed again.
    """
    if not may(viewer, Duty.KEEP_RECORD):
        require(viewer, Duty.TRAIN)
    words = clean_reason(reason, most=MOST_REASON, fault=SessionError)
    now = app.clock.read().wall
    with app.store.write() as work:
        row = work.sessions.get(session_id)
        why_not = _find_why_not(work, row)
        if why_not:
            raise SessionError(why_not)
        for invited in work.sessions.list_invited(session_id):
            if invited.attendance is Attendance.PRESENT:
                undo_made_up(work, row, invited.person_id, at=now)
            work.save_row(replace(invited, attendance=Attendance.INVITED, attempt_id=None))
        voided = replace(row, voided_at=now, void_reason=words)
        work.save_row(voided)
        # its other entries go with it: this one tells nothing else of it
        work.ledger.note(LedgerKind.SESSION_VOIDED, at=now, by=viewer.name, subjects=voided, data={"reason": words})


def check_not_voided(row: SessionRow) -> None:
    if row.voided_at is not None:
        raise SessionError(VOIDED, todo="open a new session")


def _find_why_not(work: Transaction, row: SessionRow) -> str:
    if row.voided_at is not None:
        return VOIDED
    if row.day.ended_at is None:
        return STILL_OPEN
    given = [each.attempt_id for each in work.sessions.list_invited(row.session_id) if each.attempt_id is not None]
    is_begun = any(each.timing.released_at is not None for each in work.attempts.find_all(given).values())
    is_recorded = work.find_row(Result, Result.session_id == row.session_id) is not None
    return BEGUN if is_begun or is_recorded else ""
