"""Copying a database into an empty one: everything or nothing, on both kinds."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from sim.db.copying import copy_database
from sim.db.engine import make_engine, make_sqlite_url
from sim.db.store import open_store
from sim.errors import StoreError
from sim.services.ledger.verify import verify
from tests.support.databases import KINDS
from tests.support.filled_database import ROWS, fill_database
from tests.support.postgres_server import PostgresServer


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with rows in every table; not to be changed."""
    path = tmp_path_factory.mktemp("full") / "sightline.db"
    fill_database(make_sqlite_url(path))
    return path


@pytest.fixture
def source(full: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    path = tmp_path / "sightline.db"
    path.write_bytes(full.read_bytes())
    return path


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables."""
    if request.param == "sqlite":
        return make_sqlite_url(tmp_path / "new.db")
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.make_empty_database()


@contextmanager
def connect(url: str) -> Iterator[Connection]:
    engine = make_engine(url)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def list_tables(url: str) -> list[str]:
    with connect(url) as connection:
        return inspect(connection).get_table_names()


def dump(path: Path) -> list[str]:
    """Return everything in a SQLite file by its own means, rows in whatever order."""
    with closing(sqlite3.connect(path)) as connection:
        return sorted(connection.iterdump())


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def test_to_postgresql_and_back_gives_equal_tables(
    full: Path, postgres_server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.db.copying.BATCH", 2)
    before, middle = full.read_bytes(), postgres_server.make_empty_database()
    there = copy_database(make_sqlite_url(full), middle)
    assert all(table.rows >= 1 for table in there)
    assert {table.name: table.rows for table in there}["attempt_event"] == ROWS
    back = copy_database(middle, make_sqlite_url(tmp_path / "back.db"))
    assert back == there
    assert dump(tmp_path / "back.db") == dump(full)
    assert full.read_bytes() == before


def test_numbers_go_on_and_the_ledger_holds_and_stays_append_only(full: Path, empty_url: str) -> None:
    copy_database(make_sqlite_url(full), empty_url)
    old, new = open_store(make_sqlite_url(full)), open_store(empty_url)
    verdict = verify(new)
    assert (verdict.broken, verdict.reduced) == (None, 1)
    assert verdict.head == verify(old).head
    old.close()
    with new.write() as work:
        given = "INSERT INTO program_change (program_id, changed_at, words) "
        work.ledger.connection.execute(text(f"{given} SELECT program_id, created_at, 'x' FROM program LIMIT 1"))
        assert work.ledger.connection.scalar(text("SELECT max(change_id) FROM program_change")) == 10 * ROWS + 1
    for statement in ("UPDATE ledger_entry SET kind = 'x'", "DELETE FROM ledger_entry", "DELETE FROM ledger_content"):
        with pytest.raises(DBAPIError, match="append-only"), new.engine.begin() as connection:
            connection.execute(text(statement))
    new.close()


KILLED = """
import os, signal, sys
from sim.db import copying
copy_table = copying.copy_table
def copy(table, source, target):
    copied = copy_table(table, source, target)
    if table.name == "attempt_event":
        os.kill(os.getpid(), signal.SIGKILL)
    return copied
copying.copy_table = copy
copying.copy_database(sys.argv[1], sys.argv[2])
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")
def test_a_killed_copy_leaves_the_target_empty_and_the_next_one_works(full: Path, empty_url: str) -> None:
    url = make_sqlite_url(full)
    assert subprocess.run([sys.executable, "-c", KILLED, url, empty_url], check=False).returncode == -9
    assert list_tables(empty_url) == []
    assert copy_database(url, empty_url)[0].rows > 0


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("'secret' || char(0)", r"team\.name of .*: a character of code 0"),
        (f"'{'secret' * 30}'", r"team\.name of .*: 180 letters, at most 120"),
    ],
)
def test_what_only_sqlite_stores_is_named_without_its_content(
    source: Path, postgres_server: PostgresServer, value: str, words: str
) -> None:
    change(source, f"UPDATE team SET name = {value} WHERE team_id LIKE '3%'")
    url = postgres_server.make_empty_database()
    with pytest.raises(StoreError, match=words) as caught:
        copy_database(make_sqlite_url(source), url)
    assert "secret" not in str(caught.value)
    assert list_tables(url) == []


def test_a_row_that_arrives_otherwise_is_noticed_and_nothing_kept(full: Path, tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    open_store(make_sqlite_url(path)).close()
    spoil = "CREATE TRIGGER spoil AFTER INSERT ON team WHEN NEW.team_id LIKE '3%' BEGIN "
    change(path, f"{spoil} UPDATE team SET last_number = last_number + 1 WHERE team_id = NEW.team_id; END")
    with pytest.raises(StoreError, match=r"the table 'team' reads back otherwise: 5 rows .* then 5 rows"):
        copy_database(make_sqlite_url(full), make_sqlite_url(path))
    with connect(make_sqlite_url(path)) as connection:
        assert connection.scalar(text("SELECT count(*) FROM ledger_entry")) == 0
