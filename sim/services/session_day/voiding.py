"""Voiding a session in which nobody began a drill: it is then in no record, and the ledger keeps that it was voided."""

from dataclasses import replace
from typing import Final

from sim.db.ledger import LedgerKind, Subjects
from sim.db.sessions import SessionRow
from sim.db.store import Transaction
from sim.drill.session_day import Attendance
from sim.errors import SessionError
from sim.services.accounts.viewer import Duty, Viewer, may, require
from sim.services.app.wiring import App
from sim.services.ledger.writing import note_session_voided
from sim.services.session_day.attendance import undo_make_up
from sim.text.typed import clean_typed

MOST_REASON: Final = 200
STILL_OPEN: Final = "This session is still open. End it first."
BEGUN: Final = "Someone began a drill in this session, so it stays in the record."
VOIDED: Final = "This session was voided."


def may_void(viewer: Viewer) -> bool:
    """Return whether somebody may void sessions of the schools that are open to them."""
    return may(viewer, Duty.TRAIN) or may(viewer, Duty.KEEP_RECORD)


def find_why_not_void(app: App, session_id: str) -> str:
    """Return why a session cannot be voided, "" where it can be. Raises SessionError: unknown."""
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
