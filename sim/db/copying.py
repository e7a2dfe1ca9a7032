"""Copying everything of one database into another, empty one of any kind: from SQLite to PostgreSQL, or back.

One transaction on each side: the old database is read as at one moment and never changed, the new one has everything
or nothing.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Integer, String, Table, bindparam, insert, inspect, make_url, select, update
from sqlalchemy.exc import DBAPIError

from sim.db.engine import BUSY_TIMEOUT_S, is_postgresql, make_engine, name_place, open_transaction
from sim.db.migrate import check_newest, is_made, make_tables
from sim.db.postgresql import continue_numbers, is_alone, let_idle
from sim.db.tables import metadata
from sim.errors import NewerSchemaError, StoreError

_MODULUS = 2**256


@dataclass(slots=True)
class Digest:
    """What has been added so far: how many rows, and the sum of their SHA-256, modulo 2^256.

    A sum needs no order, and databases each have their own for text. It finds what copying does wrong, rows lost,
    doubled or altered; it is no protection against somebody who makes up rows to fit (the ledger's chain is).
    """

    rows: int = 0
    total: int = 0

    def add(self, values: Iterable[Any]) -> None:
        """Add a row: its values in the order of the table's columns, as Python has them; times with their zone.

        A row of a text `a`, 0.5 and nothing is hashed as `["a", 0.5, null]`.
        """
        text = json.dumps([_write(value) for value in values])
        self.rows += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(text.encode("ascii")).digest())) % _MODULUS

    def write(self) -> str:
        """Return it as 64 hexadecimal digits; all zeros without rows."""
        return f"{self.total:064x}"


BATCH = 500
"""Rows in memory at once."""
LARGEST_INTEGER = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedTable:
    """One table that reads back the same: how many rows, and the digest of all of them, see `Digest`."""

    name: str
    rows: int
    sha256: str


def copy_table(table: Table, source: Connection, target: Connection) -> CopiedTable:
    """Copy every row, let given numbers go on after the highest, and read all of it back. Nothing is committed."""
    own = _list_own_references(table)
    sent = Digest()
    for batch in _read(source, table):
        for row in batch:
            sent.add(row.values())
        # a row may name one that comes later: these columns are filled in once all are there
        _insert(target, table, [row | dict.fromkeys(own) for row in batch] if own else batch)
    for name in own:
        _fill_in(table, name, source, target)
    if is_postgresql(target.engine) and table.autoincrement_column is not None:
        continue_numbers(target, table=table.name, column=table.autoincrement_column.name)
    arrived = Digest()
    for batch in _read(target, table):
        for row in batch:
            arrived.add(row.values())
    if (sent.rows, sent.write()) != (arrived.rows, arrived.write()):
        raise StoreError(
            f"the table {table.name!r} reads back otherwise: {sent.rows} rows {sent.write()[:16]}, "
            f"then {arrived.rows} rows {arrived.write()[:16]}",
            todo="report this; nothing was kept in the new database",
        )
    return CopiedTable(name=table.name, rows=sent.rows, sha256=sent.write())


def _read(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    rows = connection.execute(select(table), execution_options={"yield_per": BATCH})
    for batch in rows.mappings().partitions(BATCH):
        yield [dict(row) for row in batch]


def _insert(target: Connection, table: Table, batch: list[dict[str, Any]]) -> None:
    try:
        target.execute(insert(table), batch)
    except DBAPIError as error:
        fault = next((found for row in batch if (found := _find_fault(table, row))), None)
        if fault is None:
            raise
        raise StoreError(
            f"the new database cannot store {fault}",
            todo="correct it in the old database, for example on its page, then copy again; nothing was copied",
        ) from error


def _find_fault(table: Table, row: dict[str, Any]) -> str:
    """Return which value SQLite keeps and PostgreSQL does not, "" for none. Never the value: it may be a name."""
    key = ", ".join(str(row[column.name]) for column in table.primary_key)
    for column in table.columns:
        value, what = row[column.name], ""
        if isinstance(value, str) and "\x00" in value:
            what = "a character of code 0"
        elif isinstance(value, str) and isinstance(column.type, String) and len(value) > (column.type.length or 10**9):
            what = f"{len(value)} letters, at most {column.type.length}"
        elif isinstance(value, int) and isinstance(column.type, Integer) and abs(value) > LARGEST_INTEGER:
            what = f"the number {value}"
        if what:
            return f"{table.name}.{column.name} of {key!r}: {what}"
    return ""


def _list_own_references(table: Table) -> list[str]:
    return [key.parent.name for key in table.foreign_keys if key.column.table is table]


def _fill_in(table: Table, name: str, source: Connection, target: Connection) -> None:
    (key,) = table.primary_key
    column = table.columns[name]
    change = update(table).where(key == bindparam("the_key")).values({name: bindparam("the_value")})
    chosen = select(key.label("the_key"), column.label("the_value")).where(column.is_not(None))
    rows = source.execute(chosen, execution_options={"yield_per": BATCH})
    for batch in rows.mappings().partitions(BATCH):
        target.execute(change, [dict(row) for row in batch])


def _write(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    # SQLite has no minus zero
    return value + 0.0 if isinstance(value, float) else value


def copy_database(
    source_url: str, target_url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S
) -> tuple[CopiedTable, ...]:
    """Copy every row into an empty database, whose tables are made; each table is read back and compared.

    All of it is there afterwards, or the target is as empty as it was, killed or not. The source is not changed.
    """
    _check_places(source_url, target_url)
    with (
        _open_alone(source_url, busy_timeout_s=busy_timeout_s) as source,
        _open_alone(target_url, busy_timeout_s=busy_timeout_s) as target,
    ):
        check_newest(source)
        _refuse_strange_tables(source)
        _prepare(target)
        return tuple(copy_table(table, source, target) for table in metadata.sorted_tables)


def _check_places(source_url: str, target_url: str) -> None:
    if not is_made(source_url):
        raise StoreError(
            f"there is no database {make_url(source_url).database}", todo="set SIGHTLINE_DATA or DATABASE_URL to it"
        )
    places = []
    for url in (source_url, target_url):
        engine = make_engine(url)
        parsed = engine.url
        is_file = not is_postgresql(engine)
        query = () if is_file else tuple(sorted((key, str(value)) for key, value in parsed.query.items()))
        name = str(Path(parsed.database or "").resolve()) if is_file else parsed.database
        places.append((parsed.host, parsed.port, name, query))
    if places[0] == places[1]:
        raise StoreError("both addresses are the same database", todo="give the address of an empty one")


@contextmanager
def _open_alone(url: str, *, busy_timeout_s: float) -> Iterator[Connection]:
    """Open a transaction on a database that nobody else uses, nor can write to until its end."""
    engine = make_engine(url, busy_timeout_s=busy_timeout_s, alone=True)
    try:
        with ExitStack() as stack:
            try:
                connection = stack.enter_context(open_transaction(engine, writes=True))
            except StoreError as error:
                if "locked" in error.what:
                    raise _make_in_use(name_place(engine)) from error
                raise
            if is_postgresql(engine):
                if not is_alone(connection, within_s=busy_timeout_s):
                    raise _make_in_use(name_place(engine))
                let_idle(connection)
            yield connection
    finally:
        engine.dispose()


def _make_in_use(place: str) -> StoreError:
    return StoreError(
        f"the database {place} is in use",
        expected="no server running on it, and no other program that has it open",
        todo="stop every Sightline process, then copy again; nothing was copied",
    )


def _refuse_strange_tables(source: Connection) -> None:
    strangers = set(inspect(source).get_table_names()) - set(metadata.tables) - {"alembic_version"}
    if strangers:
        raise StoreError(
            f"the database {name_place(source.engine)} has a table {sorted(strangers)[0]!r} that is not Sightline's",
            todo="save what it holds elsewhere and drop it; nothing was copied",
        )


def _prepare(target: Connection) -> None:
    """Make the tables where there are none; refuse a target that holds anything."""
    place = name_place(target.engine)
    names = inspect(target).get_table_names()
    if not names:
        make_tables(target)
        return
    try:
        check_newest(target)
        _refuse_strange_tables(target)
        filled = next((table.name for table in metadata.sorted_tables if _has_rows(target, table)), None)
    except (StoreError, NewerSchemaError):
        filled = sorted(names)[0]
    if filled is not None:
        raise StoreError(
            f"the database {place} is not empty: it has the table {filled!r}",
            expected="an empty database, made for this",
            todo="make a new one, for example with `createdb`; nothing was copied",
        )


def _has_rows(connection: Connection, table: Table) -> bool:
    return connection.execute(select(table).limit(1)).first() is not None
