"""Loading a record: what has ended is settled first, and what is older than the ledger is entered then."""

import json
from contextlib import suppress
from dataclasses import dataclass

from sim.drill.session_day import Attendance, is_over
from sim.errors import SimError, StoreError
from sim.records.ledger_rows import Entry, LedgerKind, Subjects
from sim.records.rows import PersonRow
from sim.records.session_rows import SessionRow
from sim.records.store import Work
from sim.services.app.wiring import App
from sim.services.attempt.scores import settle
from sim.services.ledger.record import Record
from sim.services.ledger.record_fold import make_record
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
from sim.services.training_record.unscored import note_unscored

LATER = "entered later, from before there was a ledger"


def load_team_record(app: App, team_id: str) -> Record:
    """Return a team's record as it stands now.

    Raises:
        StoreError: unknown team.
    """
    return make_record(load_team_entries(app, team_id))


def load_person_record(app: App, person_id: str) -> Record:
    """Return one person's record, of all teams they were on.

    It has the sessions and trainings they were asked to, with nobody else in them, and their own results.

    Raises:
        StoreError: neither the list nor the record knows them.
    """
    with app.store.read() as work:
        team_id = find_identity(work, person_id).team_id
    settle_team(app, team_id)
    with app.store.read() as work:
        own = work.ledger.list_of(Subjects(person_id=person_id))
        sessions = {entry.subjects.session_id for entry in own if entry.subjects.session_id is not None}
        around = work.ledger.list_of_sessions(sorted(sessions))
    entries = [*own, *(entry for entry in around if entry.subjects.person_id is None)]
    return make_record(sorted(entries, key=lambda entry: entry.number))


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a record is about; `row` is None once they were deleted, and then the latest entry tells the rest."""

    row: PersonRow | None
    name: str
    team_id: str
    team: str
    school: str


def find_identity(work: Work, person_id: str) -> Identity:
    """Return who somebody is by the list, or was by the record. Raises StoreError: neither knows them."""
    row = work.teams.find_person(person_id)
    if row is not None:
        team = work.teams.get_team(row.team_id)
        return Identity(row=row, name=row.name, team_id=team.team_id, team=team.name, school=team.school or team.name)
    told = [entry for entry in work.ledger.list_of(Subjects(person_id=person_id)) if entry.body is not None]
    team_id = next((entry.subjects.team_id for entry in reversed(told) if entry.subjects.team_id), None)
    named = [json.loads(entry.body or "")["data"] for entry in told]
    name = next((data["name"] for data in reversed(named) if data.get("name")), None)
    if team_id is None or name is None:
        raise StoreError("This person is on no list and in no record.", todo="go back to the records and choose one")
    team = work.teams.get_team(team_id)
    return Identity(row=None, name=name, team_id=team_id, team=team.name, school=team.school or team.name)


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
    note_unscored(app, team_id=team_id)
    with app.store.read() as work:
        missing = _find_missing(work, team_id)
    if any(missing):
        _enter_missing(app.whole(), team_id)


def _find_missing(work: Work, team_id: str) -> tuple[list[SessionRow], list[str]]:
    entries = work.ledger.list_of(Subjects(team_id=team_id), kinds=(LedgerKind.SESSION_OPENED, LedgerKind.RESULT))
    known_sessions = {entry.subjects.session_id for entry in entries if entry.kind == LedgerKind.SESSION_OPENED}
    known_attempts = {entry.subjects.attempt_id for entry in entries if entry.kind == LedgerKind.RESULT}
    listed = (row for row in work.sessions.list_of_team(team_id) if row.voided_at is None)
    sessions = [row for row in listed if row.session_id not in known_sessions]
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
