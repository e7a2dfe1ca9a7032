"""Copying a database into an empty one: everything or nothing, on both kinds."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError

from sim.db.backup import copy_database
from sim.db.columns import raw
from sim.db.engine import make_engine, make_sqlite_url
from sim.db.store import open_store
from sim.db.tables import metadata
from sim.errors import StoreError
from sim.ledger.verify import verify
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


def read_all(url: str) -> dict[str, list[str]]:
    """Return the rows of each table as they are stored, in whatever order."""
    engine = make_engine(url)
    with engine.connect() as connection:
        there = inspect(connection).get_table_names()
        found = {
            table.name: sorted(str(tuple(row)) for row in connection.execute(select(*map(raw, table.columns))))
            for table in metadata.sorted_tables
            if table.name in there
        }
    engine.dispose()
    return found


def test_every_row_arrives_numbers_go_on_and_the_ledger_holds_and_stays_append_only(full: Path, empty_url: str) -> None:
    before = full.read_bytes()
    copied = copy_database(make_sqlite_url(full), empty_url)
    assert full.read_bytes() == before
    arrived = read_all(empty_url)
    assert arrived == read_all(make_sqlite_url(full))
    assert copied == sum(map(len, arrived.values()))
    assert len(arrived["attempt_event"]) == ROWS
    old, new = open_store(make_sqlite_url(full)), open_store(empty_url)
    verdict = verify(new)
    assert (verdict.broken, verdict.reduced) == (None, 1)
    assert verdict.head == verify(old).head
    old.close()
    with new.write() as work:
        given = "INSERT INTO program_change (program_id, changed_at, words) "
        work.connection.execute(text(f"{given} SELECT program_id, created_at, 'x' FROM program LIMIT 1"))
        assert work.connection.scalar(text("SELECT max(change_id) FROM program_change")) == 10 * ROWS + 1
    for statement in ("UPDATE audit SET kind = 'x'", "DELETE FROM audit"):
        with pytest.raises(DBAPIError, match="append-only"), new.engine.begin() as connection:
            connection.execute(text(statement))
    new.close()
    with pytest.raises(StoreError, match="is not empty"):
        copy_database(make_sqlite_url(full), empty_url)


KILLED = """
import os, signal, sys
from sim.db import backup
is_postgresql = backup.is_postgresql
def stop(target):
    os.kill(os.getpid(), signal.SIGKILL)
backup.is_postgresql = stop
backup.copy_database(sys.argv[1], sys.argv[2])
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")
def test_a_killed_copy_leaves_the_target_empty_and_the_next_one_works(full: Path, empty_url: str) -> None:
    url = make_sqlite_url(full)
    assert subprocess.run([sys.executable, "-c", KILLED, url, empty_url], check=False).returncode == -9
    assert read_all(empty_url) == {}
    assert copy_database(url, empty_url) > 0


def test_what_only_sqlite_stores_is_refused_and_nothing_kept(source: Path, postgres_server: PostgresServer) -> None:
    with closing(sqlite3.connect(source)) as connection, connection:
        connection.execute(f"UPDATE team SET name = '{'secret' * 30}' WHERE team_id LIKE '3%'")
    url = postgres_server.make_empty_database()
    with pytest.raises(StoreError, match="cannot store this") as caught:
        copy_database(make_sqlite_url(source), url)
    assert "secret" not in str(caught.value)
    assert read_all(url) == {}
