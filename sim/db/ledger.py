"""The append-only ledger, results of drills and the gaps they showed, on one open transaction.

There is no way here to change an entry or to take one out, and the database refuses both by its triggers. Only the
content of an entry can be removed, when a further entry says so.
"""

import json
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property, partial
from itertools import chain
from json.encoder import encode_basestring
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, type_coerce

from sim.canonical import Json, compute_sha256, write_canonical, write_moment
from sim.db.columns import EVIDENCE, JSON_TEXT, Col, MomentText, Row, UtcDateTime, column, metadata, raw, told
from sim.db.rows import Rows, in_parts, whole
from sim.errors import HoldError

GENESIS = "0" * 64
"""What stands in the first entry where others hold the hash of the one before."""

SCHEMA = 1


def compute_entry_sha256(*, number: int, kind: str, at: str, content_sha256: str, previous_sha256: str) -> str:
    """Return the hash of an entry, of its content's hash and not of the content, which can be taken away."""
    at, kind, content, previous = map(encode_basestring, (at, kind, content_sha256, previous_sha256))
    return compute_sha256(
        f'{{"at":{at},"content_sha256":{content},"kind":{kind},"number":{number},'
        f'"previous_sha256":{previous},"schema":{SCHEMA}}}'
    )


Key = tuple[str, ...]
Named = tuple[str, Key]  # a row by its table and key
LOGGED: Final = "attempt"
"""The table whose counted events are compared too."""
_LOG: Final = ("tab_id", "seq", "kind", "t_client_ms", "payload", "arrived_at", "arrived_s", "earliest_s")


def is_told_by_audit(table: str) -> bool:
    """Return whether rows are kept for as long as an entry tells of them; those of holds are kept always."""
    return bool(metadata.tables[table].info["outlives"]) and table != "legal_hold"


def find_log_hashes(connection: Connection, attempt_ids: Collection[str]) -> dict[str, str]:
    """Return a hash of the events that count of each drill, in the order of tab and number."""
    event = metadata.tables["attempt_event"]
    this = (event.c.counted, event.c.attempt_id == bindparam("attempt"))
    chosen = select(*(as_stored(event.c[name]) for name in _LOG)).where(*this)
    logs = ((each, map(tuple, connection.execute(chosen, {"attempt": each}).all())) for each in attempt_ids)
    # sorted here: databases do not agree on the order of texts
    return {attempt_id: _hash(sorted(rows, key=lambda row: row[:2])) for attempt_id, rows in logs}


def iterate_hashes(connection: Connection, name: str, firsts: Sequence[str] | None = None) -> Iterator[tuple[Key, str]]:
    """Return key and hash of the rows of a table, or of those whose key begins with one of `firsts`."""
    table = metadata.tables[name]
    keys = list(table.primary_key)
    compared = [each for each in table.columns if not each.primary_key and not each.info["loose"]]
    names = [each.name for each in compared]
    chosen = select(*map(as_stored, (*keys, *compared)))
    if firsts is not None:
        chosen = chosen.where(keys[0].in_(firsts))
    for row in connection.execute(chosen).all():
        yield tuple(row[: len(keys)]), _hash(dict(zip(names, row[len(keys) :], strict=True)))


def as_stored(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column that gives what stands in JSON: plain text, also of a moment, the same of every database."""
    return type_coerce(column, MomentText()) if isinstance(column.type, UtcDateTime) else raw(column)


def _hash(value: Any) -> str:
    return compute_sha256(json.dumps(value, separators=(",", ":"), sort_keys=True, default=date.isoformat))


class LedgerKind(StrEnum):
    """What an entry records, and the tables of the rows that it holds hashes of; a correction is a new entry."""

    tables: tuple[str, ...]

    def __new__(cls, value: str, *tables: str) -> "LedgerKind":
        made = str.__new__(cls, value)
        made._value_, made.tables = value, tables
        return made

    SESSION_OPENED = "session-opened", "session"
    SESSION_PLANNED = "session-planned", "session"
    SESSION_DETAILS = "session-details", "session"
    SESSION_PAUSED = "session-paused"
    SESSION_RESUMED = "session-resumed", "session"
    SESSION_ENDED = "session-ended", "session"
    SESSION_REOPENED = "session-reopened", "session"
    SESSION_VOIDED = "session-voided", "session"
    INVITED = "invited", "session_person"
    ATTENDANCE = "attendance", "session_person"
    ATTENDANCE_CORRECTED = "attendance-corrected", "session_person"
    RESULT = "result", "attempt", "result"
    GAP_OPENED = "gap-opened", "gap"
    GAP_CLOSED = "gap-closed", "gap"
    REDRILL_GIVEN = "redrill-given"
    REMEDIATION = "remediation"
    ACKNOWLEDGED = "acknowledged"
    TRAINING_ENTERED = "training-entered", "training"
    TRAINING_SIGN_IN = "training-sign-in", "training"
    TRAINING_ATTENDANCE = "training-attendance", "training_person"
    TRAINING_CLOSED = "training-closed", "training"
    TRAINING_APPROVED = "training-approved", "training"
    TRAINING_SHEET = "training-sheet", "training_sheet"
    FAMILIARIZATION = "familiarization", "attempt", "result"
    TEAM_EXERCISE = "team-exercise", "attempt", "result"
    EXPORTED = "exported"
    ACCOUNT_CHANGED = "account-changed"
    REQUIREMENT_STATED = "requirement-stated", "requirement"
    HOLD_PLACED = "hold-placed", "legal_hold"
    HOLD_RELEASED = "hold-released", "legal_hold"
    CONTENT_REMOVED = "content-removed"
    PERSON_CHANGED = "person-changed", "person"
    PERSON_DELETED = "person-deleted", "person"
    SCHOOL_RIGHTS = "school-rights"
    SCHOOL_RIGHTS_WITHDRAWN = "school-rights-withdrawn"
    SCHOOL_DELETED = "school-deleted"
    WALK_IMPORTED = "walk-imported"
    WALK_DELETED = "walk-deleted"
    WALK_DRILLS_DELETED = "walk-drills-deleted"
    BLUR_CONFIRMED = "blur-confirmed"
    CLIP_LOOKED_AT = "clip-looked-at"


@dataclass(frozen=True, slots=True)
class Subjects:
    """Whom and what an entry is about, else None; `session_id` is a training event's in entries of trainings."""

    team_id: str | None = None
    session_id: str | None = None
    person_id: str | None = None
    attempt_id: str | None = None


NO_SUBJECTS = Subjects()


_Draft = tuple[LedgerKind, datetime, str, Subjects, Mapping[str, Json]]


class Head(NamedTuple):
    """Where the ledger ends: its last number and that entry's hash; 0 and zeros when it is empty."""

    number: int = 0
    sha256: str = GENESIS


CLAIMED = {kind.value: kind.tables for kind in LedgerKind if kind.tables}
_SUBJECTS = tuple(each.name for each in fields(Subjects))


def find_claimed(kind: str, subjects: "Subjects | Entry", data: Mapping[str, Any]) -> list[Named]:
    known = {**data, **to_values(subjects), "training_id": subjects.session_id}
    claimed = [
        (table, tuple(known.get(each.name) for each in metadata.tables[table].primary_key))
        for table in CLAIMED.get(kind, ())
    ]
    return [(table, key) for table, key in claimed if None not in key]  # type: ignore[misc]


def tell_row(row: Row) -> dict[str, Json]:
    """Return what an entry tells of a row: all that is compared with it, but for what is as it mostly is."""
    usual = {each.name: each.default for each in fields(row)}  # type: ignore[arg-type]
    left_out = {*_SUBJECTS, "training_id", "ordinal", "number", "entered_by"}
    left_out |= {each.name for each in row.table.columns if each.info["loose"]}
    return {
        name: _tell(value)
        for name, value in row.values().items()
        if name not in left_out and value != usual.get(name, MISSING) and not isinstance(value, LedgerKind)
    }


def _tell(value: Any) -> Json:
    if isinstance(value, datetime):
        return write_moment(value)
    return [asdict(each) for each in value] if isinstance(value, tuple) else value


class Entry(
    Row, table="audit", of="team person", sorted_by="number", kept=f"{EVIDENCE}; then its hashes alone", outlives=True
):
    """The training record. Invitations, attendance, results, what followed, changes of accounts; no entry changes."""

    # the database refuses to change or delete one, but for taking its content away as a later entry says
    number: Col[int] = column(primary_key=True, autoincrement=False)  # from 1, without gaps
    kind: Col[str] = column(40)  # see `LedgerKind`
    at: Col[str] = column(27, index=True)  # as it is hashed, see `write_moment`
    content_sha256: Col[str] = column(64)
    previous_sha256: Col[str] = column(64)
    sha256: Col[str] = column(64)
    body: Col[str | None] = told("what happened, with the name as it was then")  # canonical JSON; None once removed
    by: Col[str | None] = told("who wrote it down", 120, name="made_by")  # "" where nobody was signed in
    removed_by: Col[int | None] = column(default=None)  # the entry that says that it was removed
    team_id: Col[str | None] = column(32, index=True)
    session_id: Col[str | None] = column(32, index=True)
    person_id: Col[str | None] = told("about whom", 32, index=True)
    attempt_id: Col[str | None] = column(64, index=True)

    @cached_property
    def content(self) -> dict[str, Any]:
        """All that its hash is of; nothing once that was removed."""
        content: dict[str, Any] = json.loads(self.body or "{}")
        return content

    @property
    def data(self) -> dict[str, Any]:
        data: dict[str, Any] = self.content.get("data", {})
        return data


class HoldScope(StrEnum):
    PERSON = "person"
    TEAM = "team"
    SESSION = "session"
    TRAINING = "training"


class HoldRow(
    Row,
    table="legal_hold",
    of="person team session training",
    by="subject_id",
    sorted_by="placed_at hold_id",
    kept="always",
    audit="legal hold {}",
    outlives=True,
):
    """Legal holds. That nothing about someone may be deleted until the hold is released, since when and why."""

    unknown = partial(HoldError, "this hold does not exist", todo="list them with `python -m sim records holds`")
    hold_id: Col[str] = column(32, primary_key=True)
    scope: Col[HoldScope] = column()
    subject_id: Col[str] = told("about whom or what", 32, index=True)
    reason: Col[str] = told("why", 300)
    placed_by: Col[str] = told("by whom", 120)
    placed_at: Col[datetime] = told("since when")
    released_at: Col[datetime | None] = told("when released", default=None)  # None while it holds
    released_by: Col[str] = told("by whom released", 120, default="")
    release_reason: Col[str] = told("why released", 300, default="")


@dataclass(eq=False)
class LedgerTable(Rows):
    """The ledger. What is appended gets its number when the transaction ends."""

    pending: list[_Draft] = field(default_factory=list)

    def note(
        self,
        kind: LedgerKind,
        *,
        at: datetime,
        by: str = "",
        subjects: Subjects | Row = NO_SUBJECTS,
        data: Mapping[str, Json] | None = None,
    ) -> None:
        """Take an entry; it is stored with everything else of this transaction, or not at all.

        `by` did it, "" where nobody was signed in; `subjects` is a row that names them, or they themselves; `data` is
        what is to be known of it. Of the rows that a kind is about it holds hashes besides, as these rows are at the
        end of the transaction.
        """
        write_canonical(dict(data or {}))
        if isinstance(subjects, Row):
            known = subjects.values()
            known["session_id"] = known.get("session_id") or known.get("training_id")
            subjects = Subjects(**{name: known.get(name) for name in _SUBJECTS})
        self.pending.append((kind, at, by, subjects, data or {}))

    def keep(
        self,
        row: Row,
        kind: LedgerKind,
        *,
        at: datetime,
        by: str = "",
        subjects: Subjects | Row | None = None,
        more: Mapping[str, Json] | None = None,
    ) -> None:
        """Store a row, and an entry that tells it all, and `more` besides. As `note`."""
        self.put(row)
        self.note(kind, at=at, by=by, subjects=subjects or row, data={**tell_row(row), **(more or {})})

    def flush(self) -> Head:
        """Store what was appended, in that order; return where the ledger ends. One transaction at a time writes."""
        head = self.get_head()
        entries: list[dict[str, Any]] = []
        for (kind, at, by, about, data), hashes in zip(self.pending, self._find_hashes(), strict=True):
            subjects = to_values(about)
            # the salt keeps anybody from guessing what a hash was of once the content is gone
            salt = secrets.token_hex(16)
            body = write_canonical({"by": by, "data": {**data, **hashes}, "salt": salt, **subjects})
            hashed: dict[str, Any] = {
                "number": head.number + 1,
                "kind": kind.value,
                "at": write_moment(at),
                "content_sha256": compute_sha256(body),
                "previous_sha256": head.sha256,
            }
            head = Head(number=head.number + 1, sha256=compute_entry_sha256(**hashed))
            entries.append({**hashed, "sha256": head.sha256, "body": body, "made_by": by, **subjects})
        if entries:
            self.connection.execute(whole(insert(Entry.table)), entries)
        self.pending.clear()
        return head

    def _find_hashes(self) -> list[dict[str, Json]]:
        """Return what each entry to be stored holds of the rows it is about, as these are now; nothing of some."""
        claimed = [find_claimed(kind, subjects, data) for kind, _, _, subjects, data in self.pending]
        wanted: dict[str, set[Key]] = {}
        for table, key in chain.from_iterable(claimed):
            wanted.setdefault(table, set()).add(key)
        rows: dict[str, dict[Key, str]] = {table: {} for table in wanted}
        for table, keys in wanted.items():
            for firsts in in_parts(sorted({key[0] for key in keys})):
                rows[table].update(iterate_hashes(self.connection, table, firsts))
        logs = find_log_hashes(self.connection, [key[0] for key in wanted.get(LOGGED, ())])
        found: list[dict[str, Json]] = []
        for each in map(dict, claimed):
            found.append({"rows": {table: rows[table].get(key) for table, key in each.items()}} if each else {})
            if LOGGED in each:
                found[-1]["log_sha256"] = logs[each[LOGGED][0]]
        return found

    def get_head(self) -> Head:
        chosen = select(Entry.number, Entry.sha256).order_by(Entry.number.desc()).limit(1)
        return Head(*self.connection.execute(whole(chosen)).first() or ())

    def iterate(self) -> Iterator[Entry]:
        """Return every entry in the order of numbers, a page at a time."""
        chosen = whole(select(Entry.table).order_by(Entry.number)).execution_options(yield_per=2000)
        return map(Entry.make, self.connection.execute(chosen))

    def list_of(self, subjects: Subjects, *, kinds: Sequence[LedgerKind] = ()) -> tuple[Entry, ...]:
        where = [Entry.table.c[name] == value for name, value in to_values(subjects).items() if value is not None]
        return self.list_rows(Entry, *where, *([Entry.kind.in_(kinds)] if kinds else []))


def to_values(subjects: Subjects | Entry) -> dict[str, str | None]:
    return {name: getattr(subjects, name) for name in _SUBJECTS}


class Result(Row, table="result", of="team person", audit="result of drill {}", outlives=True):
    """Results. How measured drills, team exercises and getting to know the console went."""

    number: int = 0  # of its newest entry, once it is read
    attempt_id: Col[str] = column(64, primary_key=True)
    ordinal: Col[int] = column(index=True)  # results are counted in the order they were first recorded
    kind: Col[LedgerKind] = column()
    session_id: Col[str | None] = column(32, index=True)
    team_id: Col[str] = column(32, index=True)
    team: Col[str] = column(120)  # as it was called then
    school: Col[str] = column(120)
    person_id: Col[str] = told("whose", 32, index=True)
    name: Col[str] = told("name as it was then", 120)
    form: Col[str] = told("which drill", 80, default="")
    form_title: Col[str] = column(400, default="")
    form_version: Col[str] = column(80, default="")
    mode: Col[str] = column(16)
    phase: Col[str] = told("before or after the training", 16, default="")
    began_at: Col[datetime] = told("when begun")  # when its clock began
    state: Col[str] = told("how it ended", 16)
    used_s: Col[float | None] = told("how long it took")  # None: not told, as for all who ran out of time
    usual_limit_s: Col[float] = column()  # the drill's time limit for everyone without extended time, seconds
    passed: Col[bool | None] = told("whether it was passed", default=None)  # None without a score
    criteria: Col[Mapping[str, bool | None]] = column(JSON_TEXT)  # parts of the pass rule, met or not
    parts: Col[Mapping[str, Any]] = told("the measures", JSON_TEXT)  # see docs/scoring.md
    doubts: Col[Mapping[str, Any]] = told("what would make it doubtful", JSON_TEXT)  # see `sim.rules.held`
    versions: Col[Mapping[str, int]] = column(JSON_TEXT)  # of the measures and of the pass rule
    program: Col[str] = column(40, default="")  # which version scored it
    known_by: Col[str] = told("how it was known who did it", 16, default="")
    exercise_id: Col[str | None] = column(32, default=None)  # of a team exercise, and the part in it
    role: Col[str] = told("the part in a team exercise", 40, default="")
    members: Col[int] = column(default=0)
    steps_done: Col[int | None] = told("how many steps were done", default=None)  # of getting to know the console
    steps: Col[int] = column(default=0)


class Gap(
    Row, table="gap", of="team person", sorted_by="ordinal", audit="gap of person {}: {} since drill {}", outlives=True
):
    """Gaps. What someone is still to practice, and which drills showed it."""

    person_id: Col[str] = told("whose", 32, primary_key=True)
    key: Col[str] = told("part of the pass rule", 40, primary_key=True)  # see `sim.ledger.pass_parts`
    opened_by: Col[str] = column(64, primary_key=True)  # by which drill
    ordinal: Col[int] = column(index=True)  # gaps are counted in the order they were opened
    team_id: Col[str] = column(32, index=True)
    name: Col[str] = told("name as it was then", 120)
    opened_at: Col[datetime] = told("since when")
    closed_at: Col[datetime | None] = told("until when", default=None)
    closed_by: Col[str | None] = column(64, default=None)
    redrill: Col[str | None] = column(64, default=None, loose=True)  # the latest that was given for it
    redrill_at: Col[datetime | None] = told("when a re-drill was given", default=None, loose=True)
