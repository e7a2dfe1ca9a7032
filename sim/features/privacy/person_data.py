"""What is stored about a person: handed over as a ZIP, and deleted."""

import json
import logging
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any, Final

from sim.app.wiring import App
from sim.attempt.attempt import AttemptState, Mode
from sim.canonical import write_moment
from sim.db.attempts import MEASURES, AttemptRow, FeedEntry, LearnerRow, MemberRow
from sim.db.columns import metadata, raw
from sim.db.ledger import HoldRow, HoldScope, LedgerKind, Subjects
from sim.db.rows import Condition, in_parts
from sim.db.sessions import InvitedRow
from sim.db.store import Transaction
from sim.db.teams import AccountRow, PersonRow
from sim.errors import StoreError
from sim.features.accounts.manage import keep_an_admin
from sim.ledger.holds import delete_attempts, delete_exercises, list_partners, refuse_held, remove_content
from sim.rules.held import ALSO_TOLD, TELLS_NOTHING, list_held, redact_score
from sim.rules.viewer import Duty, Viewer, require
from sim.text.tables import TextTable, write_table_csv
from sim.text.words import fold_name

Rows = list[dict[str, Any]]


# In which they are read; tables that are not here come after them.
_ORDER = (
    "person", "account", "account_identity", "account_session", "link", "account_totp", "mail_message",
    "session_person", "program_place", "exposure", "attempt", "attempt_tab", "attempt_silence",
    "attempt_event", "attempt_help", "learner_attempt", "lti_result", "exercise_member", "exercise_feed",
    "result", "training_person", "gap", "audit", "legal_hold",
)  # fmt: skip
TABLES: Final = tuple(sorted(metadata.tables.values(), key=lambda each: (*_ORDER, each.name).index(each.name)))


def list_conditions(table: Any, person_id: str) -> tuple[Condition, ...]:
    """Return how a table's rows hang on one person; nothing where it holds nothing about anybody."""
    if table is HoldRow.table:
        return HoldRow.scope == HoldScope.PERSON, HoldRow.subject_id == person_id
    if table is FeedEntry.table:
        is_own = (MemberRow.exercise_id == FeedEntry.exercise_id, MemberRow.role == FeedEntry.role)
        return MemberRow.person_id == person_id, *is_own
    if "person_id" in table.c:
        return (table.c.person_id == person_id,)
    owners: tuple[type[AttemptRow | AccountRow], ...] = (AttemptRow, AccountRow)
    for owner in owners:
        (key,) = owner.table.primary_key
        if any(foreign.column is key for foreign in table.foreign_keys):
            return table.c[key.name] == key, owner.person_id == person_id
    return ()


# Tables that hold something about people.
PERSONAL: Final = {table.name: table for table in TABLES if list_conditions(table, "")}
# Tables whose rows outlive the person they are about.
STAYS: Final = frozenset(name for name, table in PERSONAL.items() if table.info["outlives"])


def collect(work: Transaction, person_id: str) -> dict[str, Rows]:
    """Return the rows about a person by table, as they are stored; without passwords' hashes and the like."""
    found = {}
    for name, table in PERSONAL.items():
        shown = [column for column in table.columns if not column.info["secret"]]
        chosen = list_conditions(table, person_id)
        rows = work.list_columns([raw(column) for column in shown], *chosen, order_by=[*table.primary_key])
        found[name] = [dict(zip((column.name for column in shown), row, strict=True)) for row in rows]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    title: str  # of it in words
    what: str  # what it holds and why, a sentence or two; "" where it holds nothing about people
    told: dict[str, str]  # what its columns say about people, by column
    kept: str  # how long


STORED: Final = {
    table.name: Stored(
        **{name: table.info[name] for name in ("title", "what", "kept")},
        told={column.name: column.info["told"] for column in table.columns if column.info["told"]},
    )
    for table in TABLES
}


def list_stored(*, practice_days: int) -> tuple[tuple[Stored, str], ...]:
    return tuple((stored, stored.kept.format(days=practice_days)) for stored in STORED.values() if stored.what)


def list_impersonal() -> tuple[str, ...]:
    """Return the titles of what is stored besides, which says nothing about anybody."""
    return tuple(stored.title for stored in STORED.values() if not stored.what)


SCHEMA_VERSION = 1
OF_THE_DRILL = frozenset({"form_id", "form_version", "recording_id", "truth_sha256"})


def export_person(app: App, viewer: Viewer, person_id: str) -> bytes:
    """Return a ZIP with `everything.json` and a CSV for each table that holds something about the person."""
    if viewer.person_id is None or viewer.person_id != person_id:
        require(viewer, Duty.KEEP_RECORD)
    app = app.unrestricted(PersonRow, person_id)
    with app.store.read() as work:
        work.people.get(person_id)
        found = _leave_out_waiting(collect(work, person_id))
        own = work.attempts.list_all(person_id=person_id)
    if viewer.person_id == person_id:
        found = _leave_out_held(found, list_held(app, own))
    found = {name: rows for name, rows in found.items() if rows}
    data = {
        "schema_version": SCHEMA_VERSION,
        "made_at": app.clock.read().wall.isoformat(),
        "what_is_what": {name: STORED[name].what for name in found},
        "tables": found,
    }
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("everything.json", json.dumps(data, ensure_ascii=False, indent=2, default=_write))
        for name, rows in found.items():
            lines = tuple(tuple("" if cell is None else _write_cell(cell) for cell in row.values()) for row in rows)
            table = TextTable(name=name, header=tuple(rows[0]), rows=lines)
            archive.writestr(f"{name}.csv", write_table_csv(table))
    return packed.getvalue()


def _leave_out_waiting(found: dict[str, Rows]) -> dict[str, Rows]:
    """Leave out on what a measured drill is that waits for its start: its page does not tell either."""
    waiting = {
        row["attempt_id"]
        for row in found["attempt"]
        if row["mode"] == Mode.ASSESSMENT.value
        and AttemptState(row["state"]) in (AttemptState.ASSIGNED, AttemptState.BRIEFED)
    }
    return {
        name: [
            {key: "shown once the drill has started" if key in OF_THE_DRILL else value for key, value in row.items()}
            if row.get("attempt_id") in waiting
            else row
            for row in rows
        ]
        for name, rows in found.items()
    }


def _leave_out_held(found: dict[str, Rows], held: Mapping[str, datetime]) -> dict[str, Rows]:
    """Leave out which parts of a drill were right while its answer is held back: its page does not tell either."""
    found = {name: [dict(row) for row in rows if row.get("opened_by") not in held] for name, rows in found.items()}
    for row in (row for rows in found.values() for row in rows):
        until = held.get(row.get("attempt_id") or "")
        if row.get("closed_by") in held:
            row |= {"closed_by": None, "closed_at": None}
        if until is not None and row.get("score_json"):
            row["score_json"] = json.dumps(redact_score(json.loads(row["score_json"])))
            row.update(dict.fromkeys(set(MEASURES) - TELLS_NOTHING - ALSO_TOLD))
        if until is not None and row.get("parts"):
            row |= {"criteria": "{}", "parts": json.dumps(redact_score(json.loads(row["parts"])))}
        if until is not None and row.get("body"):
            row["body"] = f"shown once its answer is, on {until.date().isoformat()} at the latest"
    return found


def _write_cell(cell: object) -> str:
    return _write(cell) if isinstance(cell, (datetime, date)) else str(cell)


def _write(value: object) -> str:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    raise TypeError(f"{type(value)} is not stored about people")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    rows: dict[str, int]


def delete_person(app: App, viewer: Viewer, person_id: str, *, name: str) -> Deleted:
    """Delete a person with all that is theirs, at once or not at all; the training record stays, as evidence."""
    require(viewer, Duty.KEEP_RECORD)
    app = app.unrestricted(PersonRow, person_id)  # what is theirs at a school where they were before goes too
    with app.store.write() as work:
        person = work.people.get(person_id)
        if fold_name(name) != fold_name(person.name):
            raise StoreError(
                "the name is not theirs", expected="the name as it stands on the list", todo="type it again"
            )
        own = [row.timing.attempt_id for row in work.attempts.list_all(person_id=person_id)]
        for held_id in (person_id, *sorted({partner for _, partner in list_partners(work, own)})):
            refuse_held(work, held_id)
        account = work.accounts.find(person_id=person_id)
        if account is not None:
            keep_an_admin(work, account, None)
        rows = {name: len(found) for name, found in collect(work, person_id).items() if found and name not in STAYS}
        delete_exercises(work, MemberRow.person_id == person_id)
        left = {"extra_time": 1.0, "return_code": "", "joined_at": None, "seen_at": None}
        work.change(InvitedRow, InvitedRow.person_id == person_id, **left)
        work.delete(PersonRow, PersonRow.person_id == person_id)
        _empty_entries(app, work, viewer, person_id)
        work.ledger.note(
            LedgerKind.PERSON_DELETED,
            at=app.clock.read().wall,
            by=viewer.name,
            subjects=Subjects(person_id=person_id, team_id=person.team_id),
            data={"rows": dict(rows)},
        )
    app.store.forget()
    return Deleted(rows=rows)


def _empty_entries(app: App, work: Transaction, viewer: Viewer, person_id: str) -> None:
    now = app.clock.read().wall
    before = write_moment(now - timedelta(days=app.settings.record_days))
    told = [entry for entry in work.ledger.list_of(Subjects(person_id=person_id)) if entry.body is not None]
    listed = [entry.number for entry in told if entry.kind == LedgerKind.PERSON_CHANGED]
    old = [entry.number for entry in told if entry.at < before and entry.kind != LedgerKind.PERSON_CHANGED]
    for numbers, reason in ((listed, "person deleted"), (old, "person deleted, retention over")):
        if numbers:
            remove_content(work, numbers, by=viewer.name, reason=reason, at=now)


BATCH = 100
ANONYMOUS_KEPT = timedelta(days=1)

_log = logging.getLogger("sightline.privacy")


def delete_old_practice(app: App) -> int:
    with app.store.read() as work:
        before = app.clock.read().wall - timedelta(days=app.settings.practice_days)
        old = _list_over(work, before, (Mode.PRACTICE,), AttemptRow.is_demo.is_(False))
    return _delete(app, old, f"practice attempts older than {app.settings.practice_days} days")


def delete_old_anonymous(app: App) -> int:
    """Delete attempts without an account that were over more than a day ago, with their logs; return how many.

    Practice of a known browser that was begun is not among them.
    """
    before, nobody = app.clock.read().wall - ANONYMOUS_KEPT, AttemptRow.person_id.is_(None)
    of_browser = (LearnerRow.attempt_id == AttemptRow.attempt_id, LearnerRow.browser_sha256.is_not(None))
    with app.store.read() as work:
        old = _list_over(work, before, (Mode.PRACTICE, Mode.FAMILIARIZATION), nobody)
        begun = _list_over(work, before, (Mode.PRACTICE,), nobody, *of_browser, AttemptRow.released_at.is_not(None))
    return _delete(app, sorted({*old} - {*begun}), "attempts without an account")


def _list_over(
    work: Transaction, before: datetime, modes: Sequence[Mode], *where: Condition
) -> tuple[tuple[str, str | None], ...]:
    """Return attempts that were over before a moment, each with whose it is."""
    moments = (AttemptRow.released_at, AttemptRow.ended_at)
    is_over = (AttemptRow.created_at < before, *(moment.is_(None) | (moment < before) for moment in moments))
    chosen = (AttemptRow.mode.in_(modes), *is_over, *where)
    return work.list_columns((AttemptRow.attempt_id, AttemptRow.person_id), *chosen, order_by=AttemptRow.order)


def _delete(app: App, attempts: Sequence[tuple[str, str | None]], what: str) -> int:
    deleted = 0
    for some in in_parts(attempts, most=BATCH):
        with app.store.write() as work:
            deleted += delete_attempts(work, some)
    if deleted:
        app.store.forget()
        _log.info("deleted %d %s", deleted, what)
    return deleted
