"""What use cases write into the ledger, each in the transaction of what it records.

Practice never enters it, nor do demo teams, which hold no sessions. An entry names at most one person, so that one
person's can be taken out.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sim import __version__
from sim.db.ledger import LEAST_DECIMAL, Draft, Json, LedgerKind, Subjects, write_moment
from sim.db.rows import AttemptRow, TeamRow
from sim.db.sessions import InvitedRow, SessionRow
from sim.db.store import Transaction
from sim.drill.attempt import AttemptState, Mode, compute_usual_limit_s, find_told_s
from sim.drill.options import write_options
from sim.drill.session_day import Attendance, SessionKind, is_canceled
from sim.scoring.duration import COMPLETION, FIRST_CORRECT, FIRST_CORRECT_MADE
from sim.services.ledger.gaps import note_gaps, was_tried

CONTENT_OF = {
    SessionKind.FAMILIARIZATION: "Getting to know the search console",
    SessionKind.BEFORE: "Camera search drill before training",
    SessionKind.AFTER: "Camera search drill after training",
    SessionKind.RETENTION: "Camera search drill later on",
}
ENDED_STATES = frozenset({AttemptState.SUBMITTED, AttemptState.TIMED_OUT, AttemptState.ABANDONED})
DIGITS = 4
_NOT_MEASURES = frozenset({"passed", "criteria", "versions", "warnings", "schema_version", "earlier"})


def note_session_opened(work: Transaction, row: SessionRow, *, at: datetime, by: str = "") -> None:
    """Record that a session was opened; one that makes up another offers the absent another day."""
    data: dict[str, Json] = {
        **name_team(work.teams.get_team(row.team_id)),
        "session": row.day.kind.value,
        "content": CONTENT_OF[row.day.kind],
        "content_version": f"Sightline {__version__}",
        "place": row.place,
        "profile": row.profile.value,
        "options": write_options(row.options),
        "makes_up": row.makes_up,
    }
    _append(work, LedgerKind.SESSION_OPENED, _of_session(row), data, at=at, by=by)


def note_session_planned(work: Transaction, row: SessionRow, *, at: datetime, by: str = "") -> None:
    """Record for when and where a session is planned, that it was moved, or that it was canceled."""
    data: dict[str, Json] = {
        "planned_at": None if row.day.planned_at is None else write_moment(row.day.planned_at),
        "place": row.place,
        "canceled": is_canceled(row.day),
    }
    _append(work, LedgerKind.SESSION_PLANNED, _of_session(row), data, at=at, by=by)


def note_invited(work: Transaction, row: SessionRow, person_id: str, *, at: datetime, by: str = "") -> None:
    _note_person(work, LedgerKind.INVITED, row, person_id, {}, at=at, by=by)


def note_attendance(
    work: Transaction,
    row: SessionRow,
    person_id: str,
    became: Attendance,
    *,
    at: datetime,
    known_by: str = "",
    device: str = "",
) -> None:
    data = {"attendance": became.value, **describe_known(known_by, device)}
    _note_person(work, LedgerKind.ATTENDANCE, row, person_id, data, at=at)


def note_correction(
    work: Transaction,
    invited: InvitedRow,
    became: Attendance,
    *,
    reason: str,
    at: datetime,
    by: str = "",
    known_by: str = "",
    device: str = "",
) -> None:
    row = work.sessions.get(invited.session_id)
    data: dict[str, Json] = {
        "was": invited.attendance.value,
        "attendance": became.value,
        "reason": reason,
        **describe_known(known_by, device),
    }
    _note_person(work, LedgerKind.ATTENDANCE_CORRECTED, row, invited.person_id, data, at=at, by=by)


def describe_known(known_by: str, device: str) -> dict[str, Json]:
    """Return what the record says of how somebody was known; the mark of their browser only where it has one."""
    return {"known_by": known_by, **({"device": device} if device else {})}


def note_session_paused(work: Transaction, row: SessionRow, *, reason: str, at: datetime, by: str = "") -> None:
    _append(work, LedgerKind.SESSION_PAUSED, _of_session(row), {"reason": reason}, at=at, by=by)


def note_session_resumed(work: Transaction, row: SessionRow, *, seconds: float, at: datetime, by: str = "") -> None:
    """Record that everybody's clock runs on, and for how long they stood still."""
    _append(work, LedgerKind.SESSION_RESUMED, _of_session(row), {"seconds": round(seconds)}, at=at, by=by)


def note_session_reopened(work: Transaction, row: SessionRow, *, at: datetime, by: str = "") -> None:
    _append(work, LedgerKind.SESSION_REOPENED, _of_session(row), {}, at=at, by=by)


def note_session_voided(work: Transaction, row: SessionRow, *, at: datetime, by: str = "") -> None:
    """Record that a session was voided, and why: what was recorded of it before is in no record any more."""
    _append(work, LedgerKind.SESSION_VOIDED, _of_session(row), {"reason": row.void_reason}, at=at, by=by)


def note_session_ended(work: Transaction, row: SessionRow, *, at: datetime, by: str = "") -> None:
    """Record that a session ended, and how long it was: from its start or opening, without pauses, in hours."""
    if row.day.ended_at is None:
        return
    began = row.day.started_at or row.day.briefing_at or row.begins_at
    lasted_s = (row.day.ended_at - began).total_seconds() - row.day.paused_s
    hours = round(max(0.0, lasted_s) / 3600.0, 2)
    is_measured = row.day.ended_at < row.day.expires_at and not _was_left_open(work, row)
    data: dict[str, Json] = {
        "began_at": write_moment(began),
        "ended_at": write_moment(row.day.ended_at),
        "hours": hours if is_measured else None,
    }
    _append(work, LedgerKind.SESSION_ENDED, _of_session(row), data, at=at, by=by)


def _was_left_open(work: Transaction, row: SessionRow) -> bool:
    entries = work.ledger.list_of(_of_session(row), kinds=(LedgerKind.SESSION_ENDED,))
    return any(entry.body is not None and json.loads(entry.body)["data"]["hours"] is None for entry in entries)


def note_result(work: Transaction, row: AttemptRow, *, at: datetime, title: str = "") -> None:
    """Record how an assessment ended, and the gaps that it opens and closes; once, and nothing of practice.

    Who has extended time is nobody's business but the trainer's, so nothing is in it that tells: the limit is that of
    the drill, the time only what `find_told_s` gives, and the moment of it all is when its clock began, not its end.
    `at` is for what has no such moment.
    """
    if row.mode is not Mode.ASSESSMENT or row.is_demo or row.person_id is None:
        return
    if row.timing.state not in ENDED_STATES or not row.timing.used_s:
        return
    person = work.teams.get_person(row.person_id)
    team = work.teams.get_team(person.team_id)
    attempt_id = row.timing.attempt_id
    if team.is_demo or work.ledger.has(LedgerKind.RESULT, Subjects(attempt_id=attempt_id)):
        return
    invited = work.sessions.find_by_attempt(attempt_id)
    subjects = Subjects(
        team_id=team.team_id,
        session_id=invited.session_id if invited is not None else None,
        person_id=person.person_id,
        attempt_id=attempt_id,
    )
    score: dict[str, Any] = json.loads(row.score_json) if row.score_json else {}
    criteria: Mapping[str, bool | None] = score.get("criteria", {})
    began = row.timing.released_at or at
    data: dict[str, Json] = {
        **name_team(team),
        "name": person.name,
        "form": row.form_id,
        "form_title": title,
        "form_version": row.form_version,
        "recording": row.recording_id,
        "truth_sha256": row.truth_sha256,
        "mode": row.mode.value,
        "phase": row.phase.value if row.phase else None,
        "profile": row.profile.value,
        "options": write_options(row.options),
        "device": row.device.value if row.device else None,
        "began_at": write_moment(began),
        "state": row.timing.state.value,
        "known_by": row.known_by or "",
        **tell_time(row),
        **({"paused_s": round(row.timing.paused_s)} if row.timing.paused_s else {}),
        **({"paused_actions": row.paused_actions} if row.paused_actions else {}),
        **describe_score(tell_score(row, score)),
    }
    _append(work, LedgerKind.RESULT, subjects, data, at=began)
    shown = {
        key: is_met
        for key, is_met in criteria.items()
        if is_met is not True or was_tried(key, criteria=criteria, parts=score)
    }
    note_gaps(work, subjects, name=person.name, criteria=shown, at=began)


def tell_time(row: AttemptRow) -> dict[str, Json]:
    """Return what the record says of a drill's time: its usual limit, and the time used where that may be told."""
    usual_s = compute_usual_limit_s(row.timing, row.extra_time)
    return {"used_s": _to_json(find_told_s(row.timing, row.extra_time)), "usual_limit_s": _to_json(round(usual_s, 2))}


def tell_score(row: AttemptRow, score: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a score without the times that would tell of a longer limit than the usual one."""
    hidden: set[str] = set()
    if find_told_s(row.timing, row.extra_time) is None:
        hidden.add(COMPLETION.key)
    first_s = score.get(FIRST_CORRECT.key)
    is_made = score.get(FIRST_CORRECT_MADE.key) is True
    if not is_made or first_s is None or first_s > compute_usual_limit_s(row.timing, row.extra_time):
        hidden |= {FIRST_CORRECT.key, FIRST_CORRECT_MADE.key}
    return {key: value for key, value in score.items() if key not in hidden}


def describe_score(score: Mapping[str, Any]) -> dict[str, Json]:
    """Return what the record says of a score card: parts of the pass rule, measures, and the rules' versions."""
    return {
        "passed": score.get("passed"),
        "criteria": dict(score.get("criteria", {})),
        "parts": {key: _to_json(value) for key, value in score.items() if key not in _NOT_MEASURES},
        "versions": score.get("versions", {}),
        "program": f"Sightline {__version__}",
    }


def _note_person(
    work: Transaction,
    kind: LedgerKind,
    row: SessionRow,
    person_id: str,
    data: Mapping[str, Json],
    *,
    at: datetime,
    by: str = "",
) -> None:
    subjects = Subjects(team_id=row.team_id, session_id=row.session_id, person_id=person_id)
    name = work.teams.name_people([person_id])[person_id]
    _append(work, kind, subjects, {"name": name, **data}, at=at, by=by)


def _append(
    work: Transaction, kind: LedgerKind, subjects: Subjects, data: Mapping[str, Json], *, at: datetime, by: str = ""
) -> None:
    work.ledger.append(Draft(kind=kind, at=at, by=by, subjects=subjects, data=data))


def _of_session(row: SessionRow) -> Subjects:
    return Subjects(team_id=row.team_id, session_id=row.session_id)


def name_team(team: TeamRow) -> dict[str, Json]:
    return {"team": team.name, "school": team.school or team.name}


def _to_json(value: Any) -> Json:
    """Return a measure as the ledger can hold it: numbers to four decimals."""
    if isinstance(value, float):
        near = round(value, DIGITS)
        return 0 if abs(near) < LEAST_DECIMAL else near
    if isinstance(value, Mapping):
        return {str(key): _to_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_to_json(each) for each in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)
