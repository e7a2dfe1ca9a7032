"""Loading a record: what has ended is settled and entered first."""

import json
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from sim.app.wiring import App
from sim.attempt.attempt import Mode
from sim.console.attempts import load_steps_done
from sim.console.exercise import ROLE_NAMES
from sim.console.scores import SCORED, settle
from sim.db.attempts import AttemptRow, MemberRow, are_of_team
from sim.db.ledger import LedgerKind, Result, Subjects
from sim.db.rows import is_there
from sim.db.store import Transaction
from sim.db.teams import PersonRow
from sim.errors import SimError, StoreError
from sim.features.exercise.debrief import close_exercise
from sim.features.session.attendance import settle_expired
from sim.ledger.record import Record, read_record
from sim.ledger.writing import describe_form, describe_score, name_team, record_result
from sim.program.session_day import is_over
from sim.rules.counts import list_not_counted
from sim.rules.held import list_held, redact_score

KINDS: Final = {Mode.FAMILIARIZATION: LedgerKind.FAMILIARIZATION, Mode.TEAM_EXERCISE: LedgerKind.TEAM_EXERCISE}


def note_unscored(app: App, *, team_id: str | None = None) -> int:
    """Record what has ended and is not in the record yet, of one team or of all; return how many entries that were."""
    app = app.unrestricted()
    since = app.clock.read().wall - timedelta(days=app.settings.record_days)
    with app.store.read() as work:
        waiting = work.list_values(
            AttemptRow.attempt_id,
            AttemptRow.mode.in_(KINDS),
            AttemptRow.state.in_(SCORED),
            AttemptRow.person_id.is_not(None),
            AttemptRow.is_demo.is_(False),
            AttemptRow.sealed.is_(True),
            AttemptRow.ended_at >= since,
            ~is_there(Result.attempt_id == AttemptRow.attempt_id),
            *are_of_team(team_id),
            order_by=(AttemptRow.ended_at, AttemptRow.attempt_id),
        )
        members = [work.find_row(MemberRow, MemberRow.attempt_id == attempt_id) for attempt_id in waiting]
    for exercise_id in {member.exercise_id for member in members if member is not None}:
        with suppress(SimError):
            close_exercise(app, exercise_id)
    if not waiting:
        return 0
    with app.store.write() as work:
        return sum(_note(app, work, attempt_id) for attempt_id in waiting)


def _note(app: App, work: Transaction, attempt_id: str) -> bool:
    row = work.attempts.get(attempt_id)
    if work.by_key(Result, attempt_id) is not None:
        return False
    member = work.find_row(MemberRow, MemberRow.attempt_id == attempt_id)
    if row.mode is Mode.FAMILIARIZATION:
        steps = load_steps_done(work, {attempt_id: row.profile})[attempt_id]
        has_log = any(stored.counted for stored in work.events.list_all(attempt_id))
        tells: dict[str, Any] = {"steps_done": steps.done if has_log else None, "steps": steps.of}
    else:
        title = ""
        with suppress(SimError):
            title = app.catalog.get_form(row.form_id).form.title if member is not None else ""
        tells = describe_form(row, title)
    if member is not None:
        exercise = work.exercises.get(member.exercise_id)
        score: dict[str, Any] = json.loads(exercise.score_json) if exercise.score_json else {}
        tells |= {"exercise_id": member.exercise_id, "role": ROLE_NAMES[member.role]}
        tells |= {"members": len(work.exercises.list_members(member.exercise_id))}
        tells |= describe_score(score.get("card", {}))
    kind, at = KINDS[row.mode], row.timing.created_at
    return record_result(work, row, kind, at=at, told={"recording": row.recording_id}, **tells) is not None


def load_team_record(app: App, team_id: str) -> Record:
    settle_team(app, team_id)
    with app.store.read() as work:
        return _tell_counts(app, work, read_record(work, Subjects(team_id=team_id)), team_id)


def load_person_record(app: App, person_id: str, *, is_redacted: bool = False) -> Record:
    """Return one person's record, of all teams they were on; without what is held back where `is_redacted`."""
    with app.store.read() as work:
        who = find_identity(work, person_id)
    team_id = who.team_id
    if who.row is not None:  # of a school here now: what they did at another one before is theirs
        app = app.unrestricted()
    settle_team(app, team_id)
    with app.store.read() as work:
        record = _tell_counts(app, work, read_record(work, Subjects(person_id=person_id)), team_id)
        rows = work.attempts.find_all([each.attempt_id for each in record.results]) if is_redacted else {}
    held = list_held(app, tuple(rows.values()))
    results = (
        replace(each, criteria={}, parts=redact_score(each.parts)) if each.attempt_id in held else each
        for each in record.results
    )
    gaps = (
        replace(gap, closed_at=None, closed_by=None) if gap.closed_by in held else gap
        for gap in record.gaps
        if gap.opened_by not in held
    )
    return replace(record, results=tuple(results), gaps=tuple(gaps))


def _tell_counts(app: App, work: Transaction, record: Record, team_id: str) -> Record:
    out = list_not_counted(app, work, team_id=team_id)
    return replace(record, not_counted={key: each.words for key, each in out.items() if not each.reason.is_private})


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a record is about, a team or somebody; `row` is None once they were deleted, and the latest entry tells."""

    row: PersonRow | None
    name: str
    team_id: str
    team: str
    school: str


def find_identity(work: Transaction, person_id: str) -> Identity:
    """Return who somebody is by the list, or was by the record. Raises StoreError: neither knows them."""
    row = work.people.find(person_id=person_id)
    team_id, name = (None, None) if row is None else (row.team_id, row.name)
    for entry in reversed(work.ledger.list_of(Subjects(person_id=person_id)) if row is None else ()):
        if entry.body is not None:
            team_id, name = team_id or entry.team_id, name or entry.data.get("name")
    if team_id is None or name is None:
        raise StoreError("This person is on no list and in no record.", todo="go back to the records and choose one")
    team = work.teams.get(team_id)
    return Identity(row=row, name=name, team_id=team_id, **name_team(team))


def settle_team(app: App, team_id: str) -> None:
    """Bring a team's sessions and drills up to now, so that the ledger has all that has ended."""
    with app.store.read() as work:
        is_demo = work.teams.get(team_id).is_demo
        waiting = work.attempts.list_unsettled(team_id=team_id)
        sessions = work.sessions.list_all(team_id=team_id)
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
