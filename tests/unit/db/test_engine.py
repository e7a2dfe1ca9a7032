import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from sim.db.engine import make_sqlite_url
from sim.db.store import Store, open_store
from sim.db.teams import TeamRow
from sim.errors import StoreError
from tests.support.fake_clock import NOON


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "records.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = open_store(make_sqlite_url(path), busy_timeout_s=0.05)
    yield opened
    opened.close()


def test_sqlite_runs_as_decided(store: Store) -> None:
    with store.engine.connect() as connection:
        values = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    assert values == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 50}


def test_a_locked_database_says_so_and_keeps_what_it_had(store: Store, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked by another program"), store.write() as work:
        work.teams.list_all()
    other.execute("ROLLBACK")
    other.close()
    with store.write() as work:
        assert work.teams.list_all() == ()


def test_a_full_disk_says_so_and_keeps_what_it_had(store: Store) -> None:
    def fill(name: str) -> None:
        with store.write() as work:
            pages = work.teams.connection.execute(text("PRAGMA page_count")).scalar()
            work.teams.connection.execute(text(f"PRAGMA max_page_count = {pages}"))
            for number in range(500):
                work.insert(TeamRow(team_id=f"{name}{number}", name="x" * 100, is_demo=False, created_at=NOON))

    with pytest.raises(StoreError, match=r"disk of the database .* is full.*nothing was changed"):
        fill("t")
    with store.read() as work:
        assert work.teams.list_all() == ()


def test_a_damaged_database_says_so(path: Path) -> None:
    path.write_bytes(b"This was a database once, before the coffee. " * 100)
    with pytest.raises(StoreError, match="damaged or is no database"):
        open_store(make_sqlite_url(path))


def test_a_password_never_shows_in_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError) as caught:
        open_store("postgresql+psycopg://someone:hunter2@localhost:1/none")
    assert "hunter2" not in str(caught.value)
