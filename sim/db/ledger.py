"""The append-only ledger, on one open transaction.

There is no way here to change an entry or to take one out, and the database refuses both by its triggers. Only the
content of an entry can be removed, when a further entry says so.

Bytes that are hashed are canonical JSON as RFC 8785 has it: UTF-8, no blanks, object keys sorted, the shortest escapes.
Of RFC 8785 these values are used and no others: null, true, false, text, lists, objects whose keys are ASCII, whole
numbers of at most 2^53 - 1, and numbers of 0.0001 to 10^15 with decimals (whose shortest form every language writes the
same).
"""

import hashlib
import json
import math
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from json.encoder import encode_basestring
from typing import Any

from sqlalchemy import ColumnElement, Connection, Join, Row, Select, bindparam, delete, func, insert, select, update

from sim.db import tables
from sim.db.rows import read_row, write_row
from sim.errors import HoldError, LedgerError

GENESIS = "0" * 64
"""What stands in the first entry where others hold the hash of the one before."""

SCHEMA = 1
LARGEST_WHOLE = 2**53 - 1
LEAST_DECIMAL, MOST_DECIMAL = 1e-4, 1e15

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def write_canonical(value: Json) -> str:
    """Return the canonical JSON of a value; `{"b": [1, 0.5], "a": "é"}` gives `{"a":"é","b":[1,0.5]}`."""
    text = json.dumps(_check(value), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise LedgerError("a text for the ledger holds half a character", expected="text in UTF-8") from error
    return text


def write_moment(at: datetime) -> str:
    """Return a moment as it is hashed, always 27 characters: "2026-11-25T21:47:20.000125Z"."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_moment(text: str) -> datetime:
    """Return the moment that `write_moment` wrote. Raises ValueError: no such text."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def compute_sha256(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def compute_entry_sha256(*, number: int, kind: str, at: str, content_sha256: str, previous_sha256: str) -> str:
    """Return the hash of an entry: of the canonical JSON of these five values and `schema`.

    An entry holds the hash of its content, not the content: that can be taken away, and the chain still holds.
    """
    at, kind, content, previous = map(encode_basestring, (at, kind, content_sha256, previous_sha256))
    return compute_sha256(
        f'{{"at":{at},"content_sha256":{content},"kind":{kind},"number":{number},'
        f'"previous_sha256":{previous},"schema":{SCHEMA}}}'
    )


def _check(value: Json) -> Json:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST_WHOLE:
            raise LedgerError(f"the number {value} is too large for the ledger", expected=f"at most {LARGEST_WHOLE}")
        return value
    if isinstance(value, float):
        return _check_decimal(value)
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str) or not key.isascii():
                raise LedgerError(f"the key {key!r} cannot be in the ledger", expected="ASCII letters")
        return {key: _check(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_check(each) for each in value]
    raise LedgerError(f"a {type(value).__name__} cannot be in the ledger", expected="what JSON has")


def _check_decimal(value: float) -> int | float:
    if math.isfinite(value) and value.is_integer() and abs(value) <= LARGEST_WHOLE:
        return int(value)
    if not LEAST_DECIMAL <= abs(value) <= MOST_DECIMAL:
        raise LedgerError(
            f"the number {value!r} has no one written form", expected=f"{LEAST_DECIMAL:g} to {MOST_DECIMAL:g}"
        )
    return value


class LedgerKind(StrEnum):
    """What an entry records. A correction is a new entry, never a change of an old one."""

    SESSION_OPENED = "session-opened"
    SESSION_PLANNED = "session-planned"
    SESSION_DETAILS = "session-details"
    SESSION_PAUSED = "session-paused"
    SESSION_RESUMED = "session-resumed"
    SESSION_ENDED = "session-ended"
    SESSION_REOPENED = "session-reopened"
    SESSION_VOIDED = "session-voided"
    INVITED = "invited"
    ATTENDANCE = "attendance"
    ATTENDANCE_CORRECTED = "attendance-corrected"
    RESULT = "result"
    GAP_OPENED = "gap-opened"
    GAP_CLOSED = "gap-closed"
    REDRILL_GIVEN = "redrill-given"
    REMEDIATION = "remediation"
    ACKNOWLEDGED = "acknowledged"
    TRAINING_ENTERED = "training-entered"
    TRAINING_SIGN_IN = "training-sign-in"
    TRAINING_ATTENDANCE = "training-attendance"
    TRAINING_CLOSED = "training-closed"
    FAMILIARIZATION = "familiarization"
    TEAM_EXERCISE = "team-exercise"
    EXPORTED = "exported"
    ACCOUNT_CHANGED = "account-changed"
    HOLD_PLACED = "hold-placed"
    HOLD_RELEASED = "hold-released"
    CONTENT_REMOVED = "content-removed"
    PERSON_DELETED = "person-deleted"
    SCHOOL_RIGHTS = "school-rights"
    SCHOOL_RIGHTS_WITHDRAWN = "school-rights-withdrawn"
    SCHOOL_DELETED = "school-deleted"
    WALK_IMPORTED = "walk-imported"
    WALK_DELETED = "walk-deleted"
    WALK_DRILLS_DELETED = "walk-drills-deleted"
    BLUR_CONFIRMED = "blur-confirmed"
    CLIP_LOOKED_AT = "clip-looked-at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """Whom and what an entry is about; None where it is about nothing of the kind. Nobody else is named in it.

    `session_id` is that of a session, or of a training event in entries of trainings.
    """

    team_id: str | None = None
    session_id: str | None = None
    person_id: str | None = None
    attempt_id: str | None = None


NO_SUBJECTS = Subjects()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry that has no number yet."""

    kind: LedgerKind  # what it records
    at: datetime
    by: str = ""  # who did it, "" where nobody was signed in
    subjects: Subjects = NO_SUBJECTS  # whom and what it is about
    data: Mapping[str, Json] = field(default_factory=dict)  # what is to be known of it, as JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where the ledger ends: its last number and that entry's hash; 0 and zeros when it is empty."""

    number: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    number: int  # from 1, without gaps
    kind: str  # see `LedgerKind`; text, as a newer version may know more
    at: str  # as it is hashed, see `sim.db.ledger.write_moment`
    # content_sha256, previous_sha256, sha256: of its content, of the entry before, its own
    content_sha256: str
    previous_sha256: str
    sha256: str
    body: str | None  # its content as canonical JSON, None once that was removed
    subjects: Subjects = NO_SUBJECTS  # by which it is found; the same as in its content


_ENTRY = tables.ledger_entry.c
_CONTENT = tables.ledger_content.c
_SALT_BYTES = 16
_BATCH = 500
_REMOVED = LedgerKind.CONTENT_REMOVED.value
_PAGE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerTable:
    """The ledger. What is appended gets its number when the transaction ends."""

    connection: Connection
    pending: list[Draft] = field(default_factory=list)

    def append(self, draft: Draft) -> None:
        """Take an entry; it is stored with everything else of this transaction, or not at all."""
        write_canonical(dict(draft.data))
        self.pending.append(draft)

    def flush(self) -> Head:
        """Store what was appended, in that order; return where the ledger ends then.

        A transaction that writes is the only one that does, on every database, so no two entries take one number; see
        `sim.db.engine.open_transaction`.
        """
        if not self.pending:
            return self.get_head()
        head = self.get_head()
        entries, contents = [], []
        for draft in self.pending:
            body = _write_body(draft)
            number, at, content_sha256 = head.number + 1, write_moment(draft.at), compute_sha256(body)
            sha256 = compute_entry_sha256(
                number=number,
                kind=draft.kind.value,
                at=at,
                content_sha256=content_sha256,
                previous_sha256=head.sha256,
            )
            entries.append(
                {
                    "number": number,
                    "kind": draft.kind.value,
                    "at": at,
                    "content_sha256": content_sha256,
                    "previous_sha256": head.sha256,
                    "sha256": sha256,
                }
            )
            contents.append({"number": number, "body": body, **_to_values(draft.subjects)})
            head = Head(number=number, sha256=sha256)
        self.connection.execute(insert(tables.ledger_entry), entries)
        self.connection.execute(insert(tables.ledger_content), contents)
        self.pending.clear()
        return head

    def get_head(self) -> Head:
        chosen = select(_ENTRY.number, _ENTRY.sha256).order_by(_ENTRY.number.desc()).limit(1)
        found = self.connection.execute(chosen).first()
        return Head(number=0, sha256=GENESIS) if found is None else Head(number=found[0], sha256=found[1])

    def iterate(self) -> Iterator[Entry]:
        """Return every entry in the order of numbers, a page at a time."""
        chosen = _select_entries().where(_ENTRY.number > bindparam("after")).order_by(_ENTRY.number).limit(_PAGE)
        after = -(2**31)
        while True:
            page = self.connection.execute(chosen, {"after": after}).all()
            yield from map(_to_entry, page)
            if len(page) < _PAGE:
                return
            after = page[-1][0]

    def list_of(
        self,
        subjects: Subjects,
        *,
        kinds: Sequence[LedgerKind] = (),
    ) -> tuple[Entry, ...]:
        """Return the entries about all the subjects that are named, of some kinds or all, in order."""
        chosen = _select_entries().order_by(_ENTRY.number)
        for name, value in _to_values(subjects).items():
            if value is not None:
                chosen = chosen.where(_CONTENT[name] == value)
        if kinds:
            chosen = chosen.where(_ENTRY.kind.in_([kind.value for kind in kinds]))
        return tuple(map(_to_entry, self.connection.execute(chosen)))

    def list_of_sessions(self, session_ids: Sequence[str]) -> tuple[Entry, ...]:
        """Return the entries about some sessions, in order."""
        found = [
            _to_entry(row)
            for first in range(0, len(session_ids), _BATCH)
            for row in self.connection.execute(
                _select_entries().where(_CONTENT.session_id.in_(session_ids[first : first + _BATCH]))
            )
        ]
        return tuple(sorted(found, key=lambda entry: entry.number))

    def has(self, kind: LedgerKind, subjects: Subjects) -> bool:
        """Return whether there is an entry of a kind about all the subjects that are named."""
        if any(each.kind is kind and each.subjects == subjects for each in self.pending):
            return True
        chosen = select(func.count()).select_from(_joined()).where(_ENTRY.kind == kind.value)
        for name, value in _to_values(subjects).items():
            if value is not None:
                chosen = chosen.where(_CONTENT[name] == value)
        return bool(self.connection.scalar(chosen))

    def list_older(self, before: datetime) -> tuple[Entry, ...]:
        """Return the entries from before a moment that have content still, in order."""
        chosen = _select_entries().where(_ENTRY.at < write_moment(before), _CONTENT.body.is_not(None))
        return tuple(map(_to_entry, self.connection.execute(chosen.order_by(_ENTRY.number))))

    def remove_content(self, numbers: Sequence[int], *, by: str, reason: str, at: datetime) -> None:
        """Reduce entries to their hashes; a further entry says which and why. Those reduced already stay as they
        are.
        """
        chosen = select(_ENTRY.number, _ENTRY.kind).select_from(_joined()).where(_CONTENT.body.is_not(None))
        present = {
            number: kind
            for start in range(0, len(numbers), _BATCH)
            for number, kind in self.connection.execute(
                chosen.where(_ENTRY.number.in_(numbers[start : start + _BATCH]))
            )
        }
        if _REMOVED in present.values():
            raise LedgerError("what says that something was removed cannot be removed", todo="leave it out")
        gone = sorted(present)
        for start in range(0, len(gone), _BATCH):
            batch = gone[start : start + _BATCH]
            data: dict[str, Json] = {"numbers": list(batch), "reason": reason}
            self.append(Draft(kind=LedgerKind.CONTENT_REMOVED, at=at, by=by, data=data))
            by_number = self.flush().number
            self.connection.execute(
                insert(tables.ledger_removal), [{"number": number, "by_number": by_number} for number in batch]
            )
            self.connection.execute(delete(tables.ledger_content).where(_CONTENT.number.in_(batch)))

    def find_newest(self, person_id: str, kinds: Sequence[LedgerKind]) -> int:
        """Return the number of the newest entry of some kinds about a person; 0 when there is none."""
        chosen = (
            select(func.max(_ENTRY.number))
            .select_from(_joined())
            .where(_ENTRY.kind.in_([kind.value for kind in kinds]), _CONTENT.person_id == person_id)
        )
        return self.connection.scalar(chosen) or 0


def _write_body(draft: Draft) -> str:
    """Return the content; its salt keeps anybody from guessing what a hash was of once the content is gone."""
    content: dict[str, Json] = {
        "by": draft.by,
        "data": dict(draft.data),
        "salt": secrets.token_hex(_SALT_BYTES),
        **_to_values(draft.subjects),
    }
    return write_canonical(content)


def _to_values(subjects: Subjects) -> dict[str, str | None]:
    return {
        "attempt_id": subjects.attempt_id,
        "person_id": subjects.person_id,
        "session_id": subjects.session_id,
        "team_id": subjects.team_id,
    }


def _joined() -> Join:
    return tables.ledger_entry.outerjoin(tables.ledger_content, _CONTENT.number == _ENTRY.number)


def _select_entries() -> Select[*tuple[Any, ...]]:
    """Return the query whose rows `_to_entry` reads by place: a ledger has 100,000 of them."""
    return select(
        _ENTRY.number,
        _ENTRY.kind,
        _ENTRY.at,
        _ENTRY.content_sha256,
        _ENTRY.previous_sha256,
        _ENTRY.sha256,
        _CONTENT.body,
        _CONTENT.team_id,
        _CONTENT.session_id,
        _CONTENT.person_id,
        _CONTENT.attempt_id,
    ).select_from(_joined())


def _to_entry(row: Row[*tuple[Any, ...]]) -> Entry:
    number, kind, at, content_sha256, previous_sha256, sha256, body, team_id, session_id, person_id, attempt_id = row
    return Entry(
        number=number,
        kind=kind,
        at=at,
        content_sha256=content_sha256,
        previous_sha256=previous_sha256,
        sha256=sha256,
        body=body,
        subjects=Subjects(team_id=team_id, session_id=session_id, person_id=person_id, attempt_id=attempt_id),
    )


_HOLD = tables.legal_hold.c


class HoldScope(StrEnum):
    PERSON = "person"
    TEAM = "team"
    SESSION = "session"
    TRAINING = "training"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRow:
    """One legal hold. `released_at` is None while it holds."""

    hold_id: str
    scope: HoldScope
    subject_id: str
    reason: str
    placed_by: str
    placed_at: datetime
    released_at: datetime | None = None
    released_by: str = ""
    release_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldsTable:
    """Holds, those released included, on one open transaction."""

    connection: Connection

    def place(self, row: HoldRow) -> None:
        self.connection.execute(insert(tables.legal_hold).values(**write_row(row)))

    def get(self, hold_id: str) -> HoldRow:
        """Return one hold. Raises HoldError: unknown."""
        chosen = select(tables.legal_hold).where(_HOLD.hold_id == hold_id)
        found = self.connection.execute(chosen).mappings().first()
        if found is None:
            raise HoldError("this hold does not exist", todo="list them with `python -m sim records holds`")
        return read_row(HoldRow, found)

    def release(self, hold_id: str, *, by: str, reason: str, at: datetime) -> None:
        """Note that a hold is released; one released before stays as it is."""
        self.connection.execute(
            update(tables.legal_hold)
            .where(_HOLD.hold_id == hold_id, _HOLD.released_at.is_(None))
            .values(released_at=at, released_by=by, release_reason=reason)
        )

    def list_all(self, *, active_only: bool = False) -> tuple[HoldRow, ...]:
        """Return the holds, the oldest first."""
        return self._list(_HOLD.released_at.is_(None) if active_only else _HOLD.hold_id.is_not(None))

    def _list(self, condition: ColumnElement[bool]) -> tuple[HoldRow, ...]:
        chosen = select(tables.legal_hold).where(condition).order_by(_HOLD.placed_at, _HOLD.hold_id)
        return tuple(read_row(HoldRow, found) for found in self.connection.execute(chosen).mappings())
