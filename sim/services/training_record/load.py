"""Loading a record: what has ended is settled first, and what is older than the ledger is entered then."""

from contextlib import suppress

from sim.drill.session_day import Attendance, is_over
from sim.errors import SimError
from sim.records.ledger_rows import Entry, LedgerKind, Subjects
from sim.records.session_rows import SessionRow
from sim.records.store import Work
from sim.services.app.wiring import App
from sim.services.attempt.scores import settle
from sim.services.ledger.record import Record, make_record
from sim.services.ledger.writing import (
    ENDED_STATES,
    note_attendance,
    note_correction,
    note_invited,
    note_result,
    note_session_ended,
    note_session_opened,
)
from sim.services.session_day.attendance import settle_expired

LATER = "entered later, from before there was a ledger"


def load_team_record(app: App, team_id: str) -> Record:
    """Return a team's record as it stands now.

    Raises:
        StoreError: unknown team.
    """
    return make_record(load_team_entries(app, team_id))


def load_person_record(app: App, person_id: str) -> Record:
    """Return one person's record: the sessions they were invited to, with nobody else in them, and their own results.

    Raises:
        StoreError: unknown person.
    """
    with app.store.read() as work:
        team_id = work.teams.get_person(person_id).team_id
    entries = load_team_entries(app, team_id)
    sessions = {entry.subjects.session_id for entry in entries if entry.subjects.person_id == person_id}
    return make_record(
        entry
        for entry in entries
        if entry.subjects.person_id == person_id
        or (entry.subjects.person_id is None and entry.subjects.session_id in sessions - {None})
    )


def load_team_entries(app: App, team_id: str) -> tuple[Entry, ...]:
    """Return the ledger's entries about a team, everything settled. Raises StoreError: unknown team."""
    settle_team(app, team_id)
    with app.store.read() as work:
        return work.ledger.list_of(Subjects(team_id=team_id))


def settle_team(app: App, team_id: str) -> None:
    """Bring a team's sessions and drills up to now, so that the ledger has all that has ended.

    Drills that cannot be scored now, as their recording is gone, wait. Raises StoreError: unknown team.
    """
    with app.store.read() as work:
        is_demo = work.teams.get_team(team_id).is_demo
        waiting = work.attempts.list_unsettled(team_id=team_id)
        sessions = work.sessions.list_of_team(team_id)
    if is_demo:
        return
    for attempt_id in waiting:
        with suppress(SimError):
            settle(app, attempt_id)
    now = app.clock.read().wall
    for row in sessions:
        if row.day.ended_at is None and is_over(row.day, now):
            settle_expired(app, row.session_id)
    with app.store.read() as work:
        missing = _find_missing(work, team_id)
    if any(missing):
        _enter_missing(app, team_id)


def _find_missing(work: Work, team_id: str) -> tuple[list[SessionRow], list[str]]:
    entries = work.ledger.list_of(Subjects(team_id=team_id), kinds=(LedgerKind.SESSION_OPENED, LedgerKind.RESULT))
    known_sessions = {entry.subjects.session_id for entry in entries if entry.kind == LedgerKind.SESSION_OPENED}
    known_attempts = {entry.subjects.attempt_id for entry in entries if entry.kind == LedgerKind.RESULT}
    sessions = [row for row in work.sessions.list_of_team(team_id) if row.session_id not in known_sessions]
    attempts = [
        row.timing.attempt_id
        for row in work.attempts.list_of_team(team_id)
        if row.timing.attempt_id not in known_attempts
        and row.mode.value == "assessment"
        and row.timing.state in ENDED_STATES
        and row.timing.used_s
        and (row.score_json is not None or row.timing.state.value == "abandoned")
    ]
    return sessions, attempts


def _enter_missing(app: App, team_id: str) -> None:
    """Enter what is older than the ledger, or what was reduced since: that stays out."""
    with app.store.write() as work:
        if work.ledger.has_reduced():
            return
        sessions, attempts = _find_missing(work, team_id)
        for row in sorted(sessions, key=lambda each: each.created_at):
            _enter_session(work, row)
        for attempt_id in attempts:
            attempt = work.attempts.get(attempt_id)
            note_result(work, attempt, at=attempt.timing.ended_at or attempt.timing.created_at)


def _enter_session(work: Work, row: SessionRow) -> None:
    note_session_opened(work, row, at=row.created_at, by=LATER)
    changes = {change.person_id: change for change in work.sessions.list_changes(row.session_id)}
    for invited in work.sessions.list_invited(row.session_id):
        note_invited(work, row, invited.person_id, at=row.created_at, by=LATER)
        change = changes.get(invited.person_id)
        if change is not None:
            note_correction(work, invited, invited.attendance, reason=change.reason, at=change.changed_at, by=LATER)
        elif invited.attendance is not Attendance.INVITED:
            at = invited.joined_at or row.day.ended_at or row.created_at
            note_attendance(work, row, invited.person_id, invited.attendance, at=at)
    if row.day.ended_at is not None:
        note_session_ended(work, row, at=row.day.ended_at, by=LATER)
