"""What an entry of the audit holds of a row of another table: a hash of its values, and of a drill one of its log."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, bindparam, or_, select, type_coerce

from sim.db.columns import MomentText, UtcDateTime, metadata, raw

Key = tuple[str, ...]
Named = tuple[str, Key]  # a row by its table and key
LOGGED: Final = "attempt"
"""The table whose counted events are compared too."""
_BATCH: Final = 200
_LOG: Final = ("tab_id", "seq", "kind", "t_client_ms", "payload", "arrived_at", "arrived_s", "earliest_s")
_INSERTED: Final = "was inserted: no entry tells of it"


def is_told_by_audit(table: str) -> bool:
    """Return whether rows are kept for as long as an entry tells of them; those of holds are kept always."""
    return bool(metadata.tables[table].info["outlives"]) and table != "legal_hold"


def find_hashes(connection: Connection, table: str, keys: Collection[Key]) -> dict[Key, str]:
    found: dict[Key, str] = {}
    firsts = sorted({key[0] for key in keys})
    for start in range(0, len(firsts), _BATCH):
        rows = _iterate_hashes(connection, table, firsts[start : start + _BATCH])
        found |= {key: sha256 for key, sha256 in rows if key in keys}
    return found


def find_log_hashes(connection: Connection, attempt_ids: Collection[str]) -> dict[str, str]:
    """Return a hash of the events that count of each drill, in the order of tab and number."""
    event = metadata.tables["attempt_event"]
    this = (event.c.counted, event.c.attempt_id == bindparam("attempt"))
    chosen = select(*(_as_stored(event.c[name]) for name in _LOG)).where(*this)
    found = {}
    for attempt_id in attempt_ids:
        rows = map(tuple, connection.execute(chosen, {"attempt": attempt_id}).all())
        # sorted here: databases do not agree on the order of texts
        found[attempt_id] = _hash(sorted(rows, key=lambda row: row[:2]))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    number: int
    person_id: str | None
    row_sha256: str | None  # None where it was gone
    log_sha256: str | None


def find_differences(
    connection: Connection,
    claims: Mapping[Named, Claim],
    *,
    deleted: Collection[str | None],
    emptied: Mapping[str, str],
) -> Iterator[tuple[int, str]]:
    """Yield each row that is not as the newest entry about it says: the entry's number, 0 without one, and how.

    `deleted` are people; `emptied` says of tables when the newest entry without its content was written.
    """

    def tell(row: Named, how: str) -> tuple[int, str]:
        number = claims[row].number if row in claims else 0
        words: str = metadata.tables[row[0]].info["audit"]
        return number, f"{words.format(*row[1])} {how.format(number)}"

    session = metadata.tables["session"]
    voided = set(connection.scalars(select(session.c.session_id).where(session.c.voided_at.is_not(None))))
    standing = {
        row: claim
        for row, claim in claims.items()
        if claim.row_sha256 is not None and (metadata.tables[row[0]].info["outlives"] or claim.person_id not in deleted)
    }
    seen: set[Named] = set()
    for table in (name for name, each in metadata.tables.items() if each.info["audit"]):
        for key, sha256 in _iterate_hashes(connection, table):
            row = (table, key)
            seen.add(row)
            # what becomes of the attendance at a session that was voided is told by that
            if table == "session_person" and key[0] in voided:
                continue
            if row in standing and standing[row].row_sha256 != sha256:
                yield tell(row, "is not as entry {} says: its row was edited")
            elif row in claims and row not in standing:
                yield tell(row, "is there, though entry {} says that it is gone")
            elif row not in claims and is_told_by_audit(table):
                yield tell(row, _INSERTED)
    yield from (tell(row, "is gone, though entry {} tells of it") for row in standing if row not in seen)
    logs = {row[1][0]: claim for row, claim in standing.items() if row[0] == LOGGED and row in seen}
    for attempt_id, sha256 in find_log_hashes(connection, logs).items():
        if logs[attempt_id].log_sha256 != sha256:
            yield tell((LOGGED, (attempt_id,)), "is not as entry {} says: its event log was edited")
    for row, since in _iterate_expected(connection):
        if row not in claims and since > emptied.get(row[0], ""):
            yield tell(row, _INSERTED)


def _iterate_expected(connection: Connection) -> Iterator[tuple[Named, str]]:
    """Return the rows that an entry has to tell of while its period lasts, each with its age; nothing of demo teams."""
    attempt, person, team, hold = (metadata.tables[name] for name in ("attempt", "person", "team", "legal_hold"))
    of_team = and_(team.c.team_id == person.c.team_id, team.c.is_demo.is_(False))
    has_result = or_(attempt.c.state == "abandoned", attempt.c.score_json.is_not(None))
    is_measured = (attempt.c.mode == "assessment", attempt.c.is_demo.is_(False), attempt.c.used_s > 0, has_result)
    queries = {
        "attempt": select(attempt.c.attempt_id, _as_stored(attempt.c.released_at))
        .join(person, person.c.person_id == attempt.c.person_id)
        .join(team, of_team)
        .where(*is_measured),
        "person": select(person.c.person_id, _as_stored(person.c.created_at)).join(team, of_team),
        "legal_hold": select(hold.c.hold_id, _as_stored(hold.c.placed_at)),
    }
    for name, chosen in queries.items():
        for key, since in connection.execute(chosen).all():
            yield (name, (key,)), f"{since.replace(' ', 'T')}Z"


def _iterate_hashes(
    connection: Connection, name: str, firsts: Sequence[str] | None = None
) -> Iterator[tuple[Key, str]]:
    """Return key and hash of the rows of a table, or of those whose key begins with one of `firsts`."""
    table = metadata.tables[name]
    keys = list(table.primary_key)
    compared = [each for each in table.columns if not each.primary_key and not each.info["loose"]]
    names = [each.name for each in compared]
    chosen = select(*map(_as_stored, (*keys, *compared)))
    if firsts is not None:
        chosen = chosen.where(keys[0].in_(firsts))
    for row in connection.execute(chosen).all():
        yield tuple(row[: len(keys)]), _hash(dict(zip(names, row[len(keys) :], strict=True)))


def _as_stored(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column that gives what stands in JSON: plain text, also of a moment, the same of every database."""
    return type_coerce(column, MomentText()) if isinstance(column.type, UtcDateTime) else raw(column)


def _hash(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
