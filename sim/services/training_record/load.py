"""Loading a record: what has ended is settled and entered first."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from sim.db.ledger import Draft, Entry, Json, LedgerKind, Subjects, write_moment
from sim.db.rows import AttemptRow, PersonRow
from sim.db.store import Transaction
from sim.drill.attempt import Mode
from sim.drill.session_day import is_over
from sim.errors import SimError, StoreError
from sim.services.app.wiring import App
from sim.services.attempt.attempts import load_steps_done
from sim.services.attempt.exercise import ROLE_NAMES
from sim.services.attempt.scores import settle
from sim.services.ledger.record import Guest, Record, make_record
from sim.services.ledger.trainings import Attendee
from sim.services.ledger.writing import describe_score, name_team, tell_time
from sim.services.session_day.attendance import settle_expired
from sim.services.team_exercise.score import close_exercise

KINDS: Final = {Mode.FAMILIARIZATION: LedgerKind.FAMILIARIZATION, Mode.TEAM_EXERCISE: LedgerKind.TEAM_EXERCISE}


def note_unscored(app: App, *, team_id: str | None = None) -> int:
    """Record what has ended and is not in the record yet, of one team or of all; return how many entries that were."""
    app = app.unrestricted()
    since = app.clock.read().wall - timedelta(days=app.settings.record_days)
    with app.store.read() as work:
        waiting = work.attempts.list_unrecorded(list(KINDS), since=since, team_id=team_id)
        members = [work.exercises.find_member(attempt_id) for attempt_id in waiting]
    for exercise_id in {member.exercise_id for member in members if member is not None}:
        with suppress(SimError):
            close_exercise(app, exercise_id)
    if not waiting:
        return 0
    with app.store.write() as work:
        return sum(_note(app, work, attempt_id) for attempt_id in waiting)


def _note(app: App, work: Transaction, attempt_id: str) -> bool:
    row = work.attempts.get(attempt_id)
    kind = KINDS[row.mode]
    subjects = Subjects(attempt_id=attempt_id)
    if row.person_id is None or work.ledger.has(kind, subjects):
        return False
    person = work.teams.get_person(row.person_id)
    team = work.teams.get_team(person.team_id)
    if team.is_demo or row.is_demo:
        return False
    invited = work.sessions.find_by_attempt(attempt_id)
    began = row.timing.released_at or row.timing.created_at
    data: dict[str, Json] = {
        **name_team(team),
        "name": person.name,
        "profile": row.profile.value,
        "device": row.device.value if row.device else None,
        "state": row.timing.state.value,
        **tell_time(row),
        "began_at": write_moment(began),
        "known_by": row.known_by or "",
    }
    data |= _tell_steps(work, row) if row.mode is Mode.FAMILIARIZATION else _tell_exercise(app, work, row)
    subjects = Subjects(
        team_id=team.team_id,
        session_id=invited.session_id if invited is not None else None,
        person_id=person.person_id,
        attempt_id=attempt_id,
    )
    work.ledger.append(Draft(kind=kind, at=began, subjects=subjects, data=data))
    return True


def _tell_steps(work: Transaction, row: AttemptRow) -> dict[str, Json]:
    steps = load_steps_done(work, {row.timing.attempt_id: row.profile})[row.timing.attempt_id]
    has_log = any(stored.counted for stored in work.events.list_all(row.timing.attempt_id))
    return {"steps_done": steps.done if has_log else None, "steps": steps.of}


def _tell_exercise(app: App, work: Transaction, row: AttemptRow) -> dict[str, Json]:
    member = work.exercises.find_member(row.timing.attempt_id)
    if member is None:
        return {"exercise": None, "role": "", "members": 0, "form": row.form_id, "form_title": "", "passed": None}
    exercise = work.exercises.get(member.exercise_id)
    score: dict[str, Any] = json.loads(exercise.score_json) if exercise.score_json else {}
    card: Mapping[str, Any] = score.get("card", {})
    return {
        "exercise": member.exercise_id,
        "role": ROLE_NAMES[member.role],
        "members": len(work.exercises.list_members(member.exercise_id)),
        "form": row.form_id,
        "form_title": _find_title(app, row.form_id),
        "form_version": row.form_version,
        "recording": row.recording_id,
        **describe_score(card),
    }


def _find_title(app: App, form_id: str) -> str:
    with suppress(SimError):
        return app.catalog.get_form(form_id).form.title
    return ""


def load_team_record(app: App, team_id: str) -> Record:
    return make_record(load_team_entries(app, team_id))


def load_person_record(app: App, person_id: str) -> Record:
    """Return one person's record, of all teams they were on."""
    with app.store.read() as work:
        team_id = find_identity(work, person_id).team_id
    settle_team(app, team_id)
    with app.store.read() as work:
        own = work.ledger.list_of(Subjects(person_id=person_id))
        sessions = {entry.subjects.session_id for entry in own if entry.subjects.session_id is not None}
        around = work.ledger.list_of_sessions(sorted(sessions))
    entries = [*own, *(entry for entry in around if entry.subjects.person_id is None)]
    record = make_record(sorted(entries, key=lambda entry: entry.number))
    return _tell_same_device(record, make_record(around), person_id)


def _tell_same_device(record: Record, around: Record, person_id: str) -> Record:
    """Return one person's record with whether others took their names in the same browser, but not who."""
    shared = {
        session.session_id for session in around.sessions for guest in session.guests if _is_shared(guest, person_id)
    } | {each.training_id for each in around.trainings for person in each.attendees if _is_shared(person, person_id)}
    told = ("another person",)
    sessions = tuple(
        replace(session, guests=tuple(replace(guest, same_device=told) for guest in session.guests))
        if session.session_id in shared
        else session
        for session in record.sessions
    )
    trainings = tuple(
        replace(each, attendees=tuple(replace(person, same_device=told) for person in each.attendees))
        if each.training_id in shared
        else each
        for each in record.trainings
    )
    return replace(record, sessions=sessions, trainings=trainings)


def _is_shared(someone: Guest | Attendee, person_id: str) -> bool:
    return someone.person_id == person_id and bool(someone.same_device)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a record is about; `row` is None once they were deleted, and then the latest entry tells the rest."""

    row: PersonRow | None
    name: str
    team_id: str
    team: str
    school: str


def find_identity(work: Transaction, person_id: str) -> Identity:
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
    settle_team(app, team_id)
    with app.store.read() as work:
        return work.ledger.list_of(Subjects(team_id=team_id))


def settle_team(app: App, team_id: str) -> None:
    """Bring a team's sessions and drills up to now, so that the ledger has all that has ended."""
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
