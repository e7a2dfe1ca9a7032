"""A database with rows in every table, whatever tables there are, and a ledger that holds."""

import itertools
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Boolean, Column, Date, Double, Integer, LargeBinary, String, Table, insert, update

from sim.db.columns import UtcDateTime, metadata, raw
from sim.db.ledger import LedgerKind, Subjects
from sim.db.store import open_store
from sim.ledger.holds import remove_content
from tests.support.fake_clock import NOON

ROWS = 5


def fill_database(url: str) -> None:
    store = open_store(url)
    with store.write() as work:
        for number in range(1, ROWS + 1):
            about = Subjects(person_id=f"é-{number}")
            work.ledger.note(LedgerKind.RESULT, at=NOON, subjects=about, data={"value": number / 7})
    with store.write() as work:
        remove_content(work, (2,), by="Kim", reason="too old", at=NOON)
    with store.engine.begin() as connection:
        for table in metadata.sorted_tables:
            if table.name == "audit":
                continue
            own = {key.parent for key in table.foreign_keys if key.column.table is table}
            rows = [
                {each.name: None if each in own else _make(each, number) for each in table.columns}
                for number in range(1, ROWS + 1)
            ]
            connection.execute(insert(table), rows)
            for column, (earlier, row) in itertools.product(own, itertools.pairwise(rows)):
                (key,) = table.primary_key
                chosen = update(table).where(key == row[key.name])
                connection.execute(chosen.values({column.name: earlier[key.name]}))
    store.close()


def _make(column: Column[Any], number: int) -> Any:
    key = next(iter(column.foreign_keys), None)
    if key is not None:
        return _make(key.column, number)
    if column.nullable and number % 2 == 0 and not column.unique:
        return None
    kind = raw(column).type
    if isinstance(kind, UtcDateTime):
        return NOON + timedelta(days=number, microseconds=number)
    if isinstance(kind, Date):
        return date(2026, 1, number)
    if isinstance(kind, Boolean):
        return number % 2 == 0
    if isinstance(kind, Double):
        return -0.0 if number == 1 else number / 7
    if isinstance(kind, Integer):
        return (
            10 * number if isinstance(column.table, Table) and column is column.table.autoincrement_column else number
        )
    if isinstance(kind, LargeBinary):
        return bytes((0, 255, number))
    assert isinstance(kind, String)
    return f"{number}\u00e9\U0001f3eb '\"\n{column.name}"[: kind.length or 500]
