"""Copying one table into another database, and reading it back."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Integer, String, Table, bindparam, insert, select, update
from sqlalchemy.exc import DBAPIError

from sim.db.engine import is_postgresql
from sim.db.postgresql import continue_numbers
from sim.errors import StoreError

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
