"""What is recorded though nothing of it is scored for one person: getting to know the console, and team exercises."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

from sim.db.chain import Json, write_moment
from sim.db.ledger import Draft, LedgerKind, Subjects
from sim.db.rows import AttemptRow
from sim.db.store import Transaction
from sim.drill.attempt import Mode
from sim.errors import SimError
from sim.services.app.wiring import App
from sim.services.attempt.exercise_words import ROLE_NAMES
from sim.services.attempt.familiar import load_steps_done
from sim.services.ledger.writing import describe_score, name_team, tell_time
from sim.services.team_exercise.score import close_exercise

KINDS: Final = {Mode.FAMILIARIZATION: LedgerKind.FAMILIARIZATION, Mode.TEAM_EXERCISE: LedgerKind.TEAM_EXERCISE}


def note_unscored(app: App, *, team_id: str | None = None) -> int:
    """Record what has ended and is not in the record yet, of one team or of all; return how many entries that were.

    A team exercise whose recording is gone is recorded without a result. What is older than the record is kept is left.
    """
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
