"""Rows of two schools in every table there is: what is opened for one school has nothing of the other."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from enum import EnumType
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    LargeBinary,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    text,
    true,
    union_all,
)

from sim.attempt.options import ProfileName
from sim.db.columns import JSON_TEXT, Converted, Row, UtcDateTime, metadata
from sim.db.ledger import Entry, LedgerKind, Subjects
from sim.db.rows import Rows, whole
from sim.db.store import Store, Transaction, open_store
from sim.db.teams import Limits, PersonRow, TeamRow
from sim.errors import AccessError
from sim.ledger.verify import verify
from tests.support.fake_clock import NOON

SCHOOLS = ("north", "south")
KINDS = sorted(Row.__subclasses__(), key=lambda kind: metadata.sorted_tables.index(kind.table))
OWNED = [kind for kind in KINDS if kind.table.info["owners"]]
CHANGED = [kind for kind in OWNED if kind is not Entry]
OTHER = "not open to you|not one of yours"


def make_values(kind: type[Row], school: str) -> dict[str, Any]:
    return {column.name: make_value(column, school) for column in kind.table.columns}


def make_value(column: Column[Any], school: str) -> Any:
    name = next((key.column.name for key in column.foreign_keys), column.name)
    if column.nullable and (name == "step_id" or not name.endswith("_id")):  # a step stays while there is a drill of it
        return None
    if isinstance(column.type, Converted):
        kind = column.type.read
        if isinstance(kind, EnumType):
            return next(iter(kind))
        lists = {"ended_pauses": "[]", "materials": "[]", "profile": ProfileName("classic")}
        return "{}" if column.type is JSON_TEXT else lists.get(column.name, "")
    if isinstance(column.type, UtcDateTime):
        return NOON
    if isinstance(column.type, Date):
        return date(2026, 1, 1)
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, LargeBinary):
        return b"\xff"
    if not isinstance(column.type, String):
        return 1 + SCHOOLS.index(school)
    typed = f"{school} {'person_id' if name == 'subject_id' else name}"
    return school if column is TeamRow.school else typed[: column.type.length]


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url)
    with opened.write() as work:
        for kind in KINDS:
            if kind is not Entry:
                work.connection.execute(insert(kind.table), [make_values(kind, school) for school in SCHOOLS])
        for school in SCHOOLS:
            about = Subjects(person_id=f"{school} person_id")
            work.ledger.note(LedgerKind.REMEDIATION, at=NOON, subjects=about, data={"school": school})
        work.ledger.note(LedgerKind.EXPORTED, at=NOON, data={"what": "of the whole district"})
    yield opened
    opened.close()


@pytest.fixture
def north(store: Store) -> Store:
    return replace(store, limits=Limits(schools=frozenset({"north"})))


def read_all(store: Store, table: Table) -> list[tuple[Any, ...]]:
    with store.read() as work:
        return [tuple(row) for row in work.connection.execute(select(table).order_by(*table.primary_key))]


def test_every_class_of_rows_says_whose_they_are() -> None:
    assert {kind.table for kind in KINDS} == {*metadata.tables.values()}
    for kind in OWNED:
        (*_, key) = kind.table.primary_key
        for owner, name in kind.table.info["owners"].items():
            is_named = name in kind.table.columns or owner in ("school", "nobody")
            assert is_named or key.name in metadata.tables[owner].columns, (kind, owner)
    with pytest.raises(TypeError, match="'of'"):
        type("Stray", (Row,), {"__doc__": "Rows of whoever."}, table="stray")


def test_rows_of_another_school_are_not_handed_out(store: Store, north: Store) -> None:
    for kind in OWNED:
        own, other, *_ = read_all(store, kind.table)
        assert read_all(north, kind.table) == [own], kind
        keys = [value for value, each in zip(other, kind.table.columns, strict=True) if each.primary_key]
        with north.read() as work:
            assert work.connection.scalar(select(func.count()).select_from(kind.table)) == 1, kind
            alias = kind.table.alias()
            joined = select(alias).join_from(TeamRow.table, alias, true(), isouter=True)
            assert [tuple(row) for row in work.connection.execute(joined)] == [own], kind
            with pytest.raises(AccessError, match=OTHER):
                work.by_key(kind, *keys)
            assert work.by_key(kind, *("unknown" if isinstance(each, str) else 0 for each in keys)) is None


def test_rows_of_another_school_are_neither_changed_nor_deleted(store: Store, north: Store) -> None:
    for kind in CHANGED:
        before = read_all(store, kind.table)
        with pytest.raises(RuntimeError), north.write() as work:
            name = kind.table.columns.keys()[-1]
            assert work.change(kind, **{name: kind.table.columns[name]}) == 1, kind
            assert work.delete(kind) == 1, kind
            left = work.connection.execute(whole(select(kind.table))).all()
            assert list(map(tuple, left)) == before[1:], kind
            raise RuntimeError("to leave them to the next")


def test_rows_of_another_school_are_not_stored(store: Store, north: Store) -> None:
    for kind in CHANGED:
        new = insert(kind.table), [make_values(kind, school) for school in SCHOOLS]
        with pytest.raises(RuntimeError), replace(north, limits=Limits(schools=frozenset(SCHOOLS))).write() as work:
            work.connection.execute(delete(kind.table))
            work.connection.execute(*new)
            raise RuntimeError("to leave them to the next")
        with pytest.raises(AccessError, match=OTHER), north.write() as work:
            work.connection.execute(whole(delete(kind.table)))
            work.connection.execute(*new)
    assert len(read_all(store, TeamRow.table)) == 2


def test_a_row_does_not_change_hands(store: Store, north: Store) -> None:
    for kind, change in ((PersonRow, {"team_id": "south team_id"}), (TeamRow, {"school": "south"})):
        with pytest.raises(AccessError, match=OTHER), north.write() as work:
            work.change(kind, **change)
    with north.read() as work:
        (person,) = work.people.list_all()
    with pytest.raises(AccessError, match=OTHER), north.write() as work:
        work.save_row(replace(person, team_id="south team_id"))
    assert {row[1] for row in read_all(north, PersonRow.table)} == {"north team_id"}


def test_what_nobody_can_narrow_is_refused(north: Store) -> None:
    both = union_all(select(TeamRow.name), select(PersonRow.name))
    for statement in (text("SELECT * FROM team"), both, select(both.subquery())):
        with pytest.raises(TypeError, match="cannot be narrowed"), north.read() as work:
            work.connection.execute(statement)


def test_the_ledger_is_added_to_and_verified_whole(store: Store, north: Store) -> None:
    with north.write() as work:
        work.ledger.note(LedgerKind.EXPORTED, at=NOON, subjects=Subjects(team_id="north team_id"))
    with north.read() as work:
        assert [entry.number for entry in work.ledger.list_of(Subjects())] == [1, 4]
        assert len(tuple(work.ledger.iterate())) == 4
    assert verify(north) == verify(store)
    assert verify(north).broken is None


def test_no_table_goes_past_the_narrowing() -> None:
    tables = (each for each in (*Rows.__subclasses__(), *KINDS) if each is not Transaction)
    modules = {inspect.getmodule(each) for each in tables}
    sources = "\n".join(inspect.getsource(each) for each in modules if each is not None)
    assert not re.findall(r"exec_driver_sql\(|\btext\(|\.cursor\(", sources)
    assert len(re.findall(r"\bwhole\(", sources)) < 20
