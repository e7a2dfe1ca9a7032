"""Loading a record, with what has ended settled and entered first; and what people add to it by hand."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from sim.app.links import read_link
from sim.app.wiring import App
from sim.attempt.attempt import Mode
from sim.canonical import Json, write_moment
from sim.console.attempts import load_steps_done
from sim.console.exercise import ROLE_NAMES
from sim.console.scores import SCORED, settle
from sim.db.attempts import AttemptRow, MemberRow, are_of_team
from sim.db.ledger import LedgerKind, Result, Subjects
from sim.db.programs import LinkKind
from sim.db.rows import in_parts, is_there
from sim.db.store import Transaction
from sim.db.teams import PersonRow
from sim.errors import AccessError, LedgerError, SimError, StoreError
from sim.features.exercise.debrief import close_exercise
from sim.features.session.attendance import settle_expired
from sim.ledger.record import Record, describe_form, describe_score, name_team, read_record, record_result
from sim.program.session_day import is_over
from sim.rules.counts import list_not_counted
from sim.rules.held import list_held, redact_score
from sim.rules.viewer import KnownBy, Viewer
from sim.text.words import clean_typed

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
        of_members = (MemberRow.attempt_id.in_(part) for part in in_parts(waiting))
        exercises = {each for chosen in of_members for each in work.list_values(MemberRow.exercise_id, chosen)}
    for exercise_id in exercises:
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
        tells |= {"exercise_id": member.exercise_id, "role": ROLE_NAMES[member.role]}
        tells |= {"members": len(work.exercises.list_members(member.exercise_id))}
        tells |= describe_score(json.loads(exercise.score_json or "{}").get("card", {}))
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
    if who.row is not None:  # of a school here now: what they did at another one before is theirs
        app = app.unrestricted()
    settle_team(app, who.team_id)
    with app.store.read() as work:
        record = _tell_counts(app, work, read_record(work, Subjects(person_id=person_id)), who.team_id)
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

    person_id: str | None = None  # None for a team
    row: PersonRow | None = None
    name: str
    team_id: str
    team: str
    school: str


def find_identity(work: Transaction, person_id: str) -> Identity:
    """Return who somebody is by the list, or was by the record. Raises StoreError: neither knows them."""
    row = work.people.find(person_id=person_id)
    team_id, name = (None, None) if row is None else (row.team_id, row.name)
    for entry in reversed(work.ledger.list_of(Subjects(person_id=person_id)) if row is None else ()):
        team_id, name = team_id or entry.team_id, name or entry.data.get("name")
    if team_id is None or name is None:
        raise StoreError("This person is on no list and in no record.", todo="go back to the records and choose one")
    return Identity(person_id=person_id, row=row, name=name, team_id=team_id, **name_team(work.teams.get(team_id)))


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


MOST_WORDS = 400
MOST_HOURS = 24.0
HOURS = f"Enter the hours as a number above 0, up to {MOST_HOURS:g}, or leave them empty."


def note_details(app: App, session_id: str, texts: Mapping[str, str], *, hours: str = "", by: str = "") -> None:
    """Add what a session's instructor says of it; `hours` are typed, "" where the measured length is right.

    `texts` are by column, and the latest ones count; the earlier ones stay in the audit.
    """
    typed = _read_hours(hours)
    told: dict[str, Any] = {
        name: clean_typed(value, what=name, fault=LedgerError, most=MOST_WORDS) for name, value in texts.items()
    }
    if not told["content"]:
        raise LedgerError("the content is empty", expected="what was taught", todo="say it in a few words")
    with app.store.write() as work:
        row = work.sessions.get(session_id)
        if row.voided_at is not None:
            raise LedgerError("This session was voided, so it has no details.")
        changed = replace(row, **told, typed_hours=row.typed_hours if typed is None else typed)
        if changed == row:
            raise LedgerError("Nothing was changed, so nothing was added to the record.")
        changed = replace(changed, typed_by=row.typed_by if typed is None else by)
        work.ledger.keep(changed, LedgerKind.SESSION_DETAILS, at=app.clock.read().wall, by=by)


def _read_hours(typed: str) -> float | None:
    text = typed.strip().removesuffix("h").strip().replace(",", ".")
    try:
        hours = float(text or MOST_HOURS)
    except ValueError as error:
        raise LedgerError(HOURS) from error
    if not 0.0 < hours <= MOST_HOURS:
        raise LedgerError(HOURS)
    return round(hours, 2) if text else None


def note_remediation(app: App, person_id: str, *, words: str, by: str = "") -> None:
    """Record what was done about somebody's gaps; it closes none of them, only a drill does."""
    _say(app, LedgerKind.REMEDIATION, person_id, words=words, by=by)


def acknowledge(app: App, viewer: Viewer, *, up_to: int, words: str = "", link: str | None = None) -> None:
    """Record that somebody has read their own record, as it stood at entry `up_to`; `words` is what they add.

    The entry says how it is known who they are: as the person who is signed in, or as the person who has a link, and
    then who gave that out and when.
    """
    said = clean_typed(words, what="remark", fault=LedgerError, most=MOST_WORDS) or f"read up to entry {up_to}"
    person_id, known = _find_known(app, viewer, link)
    with app.store.read() as work:
        name = work.people.get(person_id).name
    _say(app, LedgerKind.ACKNOWLEDGED, person_id, words=said, by=name, up_to=up_to, **known)


def may_acknowledge(app: App, viewer: Viewer, *, link: str | None = None) -> bool:
    try:
        _find_known(app, viewer, link)
    except AccessError:
        return False
    return True


def _find_known(app: App, viewer: Viewer, link: str | None) -> tuple[str, dict[str, Json]]:
    row = None if link is None else read_link(app, link, LinkKind.RECORD)
    if viewer.account_id is not None and viewer.known_by is not None:
        if viewer.person_id is None or (row is not None and row.person_id != viewer.person_id):
            raise AccessError("this record is another person's", todo="sign out, then open your own link again")
        return viewer.person_id, {"known_by": viewer.known_by.value, "link_by": None, "link_at": None}
    if row is None:
        raise AccessError("nobody is signed in here", todo="sign in first")
    with app.store.read() as work:
        if work.accounts.find(person_id=row.person_id) is not None:
            raise AccessError("this record is of someone with an account", todo="sign in to acknowledge it")
    return row.person_id, {
        "known_by": KnownBy.LINK.value,
        "link_by": row.issued_by,
        "link_at": write_moment(row.issued_at),
    }


def _say(app: App, kind: LedgerKind, person_id: str, *, words: str, by: str, **more: Json) -> None:
    said = clean_typed(words, what="text", fault=LedgerError, most=MOST_WORDS)
    if not said:
        raise LedgerError("nothing was said", expected=f"1 to {MOST_WORDS} letters", todo="say what was done")
    with app.store.write() as work:
        person = work.people.get(person_id)
        if work.teams.get(person.team_id).is_demo:
            raise LedgerError("a demo team has no training record: its people are invented")
        data: dict[str, Json] = {"name": person.name, "words": said, **more}
        work.ledger.note(kind, at=app.clock.read().wall, by=by, subjects=person, data=data)
