"""Who came: settled by joining and the session's end, made up later, corrected with a reason; pauses and voiding."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sim.db.ledger import LedgerKind, Subjects
from sim.db.sessions import SessionRow
from sim.db.store import Transaction
from sim.drill import attempt as clocks
from sim.drill.event import EventKind
from sim.drill.instant import Instant
from sim.drill.session_day import Attendance, end, is_canceled, is_over
from sim.drill.session_day import pause as pause_day
from sim.drill.session_day import resume as resume_day
from sim.errors import SessionError
from sim.services.accounts.drill_access import AT_A_SESSION, BY_LIST, write_attended
from sim.services.accounts.viewer import Duty, Viewer, may, require
from sim.services.app.wiring import App
from sim.services.attempt.intake import append_own
from sim.services.ledger.record import MADE_UP_LATER as MADE_UP
from sim.services.ledger.record import Guest, make_record
from sim.services.ledger.writing import (
    note_attendance,
    note_correction,
    note_session_ended,
    note_session_paused,
    note_session_planned,
    note_session_resumed,
    note_session_voided,
)
from sim.text.typed import clean_typed

MOST_REASON = 200
NOT_MADE_UP = "was not at the later session after all"
STILL_OPEN: Final = "This session is still open. End it first."
BEGUN: Final = "Someone began a drill in this session, so it stays in the record."
VOIDED: Final = "This session was voided."


def pause(app: App, session_id: str, *, reason: str = "", by: str = "") -> int:
    """Stop the clocks of all whose drill runs, at one moment, and let nobody begin; return how many. `by` does it."""
    words = clean_typed(reason, what="reason", fault=SessionError)
    if len(words) > MOST_REASON:
        raise SessionError(f"the reason has {len(words)} letters", expected=f"at most {MOST_REASON}", todo="shorten it")
    stopped = 0
    with app.store.write() as work:
        now = app.clock.read()
        row = work.sessions.get(session_id)
        day = pause_day(row.day, now.wall)
        if day is row.day:
            return 0
        work.sessions.save(replace(row, day=day))
        note_session_paused(work, row, reason=words, at=now.wall, by=by)
        for attempt_id in _list_given(work, row):
            attempt = work.attempts.get(attempt_id)
            timing = clocks.pause(attempt.timing, now)
            if timing.paused_at is not None and attempt.timing.paused_at is None:
                work.attempts.save(replace(attempt, timing=timing))
                append_own(work, replace(attempt, timing=timing), now, kind=EventKind.HELD, payload={"is_on": True})
                stopped += 1
    return stopped


def resume(app: App, session_id: str, *, by: str = "") -> None:
    """Let everybody's clock run on from where it stood. A second call changes nothing. Raises SessionError: unknown."""
    with app.store.write() as work:
        resume_row(work, work.sessions.get(session_id), now=app.clock.read(), by=by)


def resume_row(work: Transaction, row: SessionRow, *, now: Instant, by: str = "") -> SessionRow:
    """Let everybody's clock of a session run on; return the session as it is then."""
    if row.day.paused_at is None:
        return row
    resumed = replace(row, day=resume_day(row.day, now.wall))
    work.sessions.save(resumed)
    note_session_resumed(work, resumed, seconds=resumed.day.paused_s - row.day.paused_s, at=now.wall, by=by)
    for attempt_id in _list_given(work, row):
        attempt = work.attempts.get(attempt_id)
        timing = clocks.resume(attempt.timing, now)
        if timing is not attempt.timing:
            stood_s = round(timing.paused_s - attempt.timing.paused_s, 1)
            work.attempts.save(replace(attempt, timing=timing))
            append_own(
                work,
                replace(attempt, timing=timing),
                now,
                kind=EventKind.HELD,
                payload={"is_on": False, "stood_s": stood_s},
            )
    return resumed


def _list_given(work: Transaction, row: SessionRow) -> list[str]:
    return [invited.attempt_id for invited in work.sessions.list_invited(row.session_id) if invited.attempt_id]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    name: str
    was: Attendance
    became: Attendance
    reason: str
    changed_at: datetime


def correct(app: App, session_id: str, person_id: str, became: Attendance, *, reason: str, by: str = "") -> bool:
    """Set somebody's attendance by hand, the change kept with its reason; return whether it was another before."""
    words = clean_typed(reason, what="reason", fault=SessionError)
    if not words or len(words) > MOST_REASON:
        raise SessionError(
            "a correction needs a reason", expected=f"1 to {MOST_REASON} letters", todo="say why it is corrected"
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
    """End a session, put down as absent who never joined, and let clocks run on; return it as it is then."""
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
    """Somebody was not at a session after all: what counted as made up by it alone is missed again."""
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


def may_void(viewer: Viewer) -> bool:
    return may(viewer, Duty.TRAIN) or may(viewer, Duty.KEEP_RECORD)


def find_why_not_void(app: App, session_id: str) -> str:
    with app.store.read() as work:
        return _find_why_not(work, work.sessions.get(session_id))


def void(app: App, viewer: Viewer, session_id: str, *, reason: str) -> None:
    """Void a session: nobody was invited to it, came or was absent, and it had no length.

    Drills that were given in it and that nobody began stay with their people, as drills of no session. What was made up
    by it alone is missed again.
    """
    if not may_void(viewer):
        require(viewer, Duty.TRAIN)
    words = clean_typed(reason, what="reason", fault=SessionError)
    if not 1 <= len(words) <= MOST_REASON:
        raise SessionError(f"Enter a reason (up to {MOST_REASON} characters).")
    now = app.clock.read().wall
    with app.store.write() as work:
        row = work.sessions.get(session_id)
        work.teams.get_team(row.team_id)
        why_not = _find_why_not(work, row)
        if why_not:
            raise SessionError(why_not)
        for invited in work.sessions.list_invited(session_id):
            if invited.attendance is Attendance.PRESENT:
                undo_make_up(work, row, invited.person_id, at=now)
            work.sessions.save_invited(replace(invited, attendance=Attendance.INVITED, attempt_id=None))
        voided = replace(row, voided_at=now, void_reason=words)
        work.sessions.save(voided)
        note_session_voided(work, voided, at=now, by=viewer.name)


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
    own = Subjects(team_id=row.team_id, session_id=row.session_id)
    recorded = work.ledger.list_of(own, kinds=(LedgerKind.RESULT, LedgerKind.FAMILIARIZATION))
    return BEGUN if is_begun or recorded else ""
