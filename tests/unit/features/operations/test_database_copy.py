import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError

from sim.db.columns import metadata, raw
from sim.db.engine import make_engine, make_sqlite_url
from sim.db.migrate import copy_database
from sim.db.store import open_store
from sim.db.teams import TeamRow
from sim.errors import NewerSchemaError, StoreError
from sim.features.operations.database_copy import restore_backup, save_backup
from sim.ledger.verify import verify
from tests.support.databases import KINDS
from tests.support.filled_database import ROWS, fill_database
from tests.support.postgres_server import PostgresServer

NOW = datetime(2026, 3, 2, 14, 5, 6, tzinfo=UTC)


def add_team(url: str, name: str) -> None:
    store = open_store(url)
    with store.write() as work:
        work.insert(TeamRow(team_id=name, name=name, school="", is_demo=False, created_at=NOW))
    store.close()


def list_names(url: str) -> list[str]:
    store = open_store(url)
    with store.read() as work:
        names = [team.name for team in work.teams.list_all()]
    store.close()
    return names


@pytest.fixture
def url(tmp_path: Path) -> str:
    made = make_sqlite_url(tmp_path / "data" / "sightline.db")
    (tmp_path / "data").mkdir()
    add_team(made, "first")
    return made


def test_a_backup_of_a_newer_program_is_refused(url: str, tmp_path: Path) -> None:
    path = tmp_path / "monday.db"
    save_backup(url, path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(NewerSchemaError, match="'9999'"):
        restore_backup(path, url, now=NOW)


def test_a_backup_while_others_write_is_one_moment(url: str, tmp_path: Path) -> None:
    store = open_store(url)
    is_over = threading.Event()

    def write() -> None:
        number = 0
        while not is_over.is_set():
            with store.write() as work:
                for half in "ab":
                    name = f"{number}{half}"
                    work.insert(TeamRow(team_id=name, name=name, school="", is_demo=False, created_at=NOW))
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        counts = []
        for turn in range(5):
            path = tmp_path / f"{turn}.db"
            save_backup(url, path)
            counts.append(len(list_names(make_sqlite_url(path))) - 1)
    finally:
        is_over.set()
        writer.join()
        store.close()
    assert all(count % 2 == 0 for count in counts)
    assert counts == sorted(counts)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.95])
def test_a_backup_cut_short_is_refused_and_nothing_is_changed(url: str, tmp_path: Path, share: float) -> None:
    path = tmp_path / "short.db"
    save_backup(url, path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    add_team(url, "second")
    with pytest.raises(StoreError, match=r"is no backup of Sightline|is damaged"):
        restore_backup(path, url, now=NOW)
    assert list_names(url) == ["first", "second"]
    assert [each.name for each in (tmp_path / "data").iterdir() if "before" in each.name] == []


def test_other_files_are_no_backups(url: str, tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear all", encoding="utf-8")
    stranger = sqlite3.connect(tmp_path / "stranger.db")
    stranger.execute("CREATE TABLE song (title TEXT)")
    stranger.close()
    for name, words in (("letter.db", "no backup"), ("stranger.db", "no backup"), ("nothing.db", "there is no file")):
        with pytest.raises(StoreError, match=words):
            restore_backup(tmp_path / name, url, now=NOW)
    assert not (tmp_path / "nothing.db").exists()


def test_the_database_is_not_its_own_backup(url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is the database itself"):
        save_backup(url, tmp_path / "data" / "sightline.db")
    with pytest.raises(StoreError, match="is the database itself"):
        restore_backup(tmp_path / "data" / "sightline.db", url, now=NOW)


def test_a_postgresql_database_is_copied_by_its_own_tools_and_comes_back(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    url = postgres_server.make_empty_database()
    add_team(url, "first")
    path = tmp_path / "monday.dump"
    assert save_backup(url, path) == path.stat().st_size
    before = postgres_server.dump(url)
    add_team(url, "second")
    with pytest.raises(StoreError, match=r"stop every app process, then run: pg_restore .*--single-transaction"):
        restore_backup(path, url, now=NOW)
    command = ["pg_restore", "--clean", "--if-exists", "--single-transaction", "--no-owner", f"--dbname={url}"]
    subprocess.run([*command, str(path)], check=True)
    assert postgres_server.dump(url) == before
    with pytest.raises(StoreError, match="is a backup of a PostgreSQL database"):
        restore_backup(path, make_sqlite_url(tmp_path / "new.db"), now=NOW)
    assert [each.name for each in tmp_path.iterdir()] == ["monday.dump"]


def test_a_server_that_does_not_answer_leaves_the_older_backup_and_tells_no_password(tmp_path: Path) -> None:
    path = tmp_path / "monday.dump"
    path.write_bytes(b"PGDMP of last week")
    with pytest.raises(StoreError, match=r"pg_dump (could not copy|is not on)") as caught:
        save_backup("postgresql+psycopg://somebody:hunter2@127.0.0.1:1/sightline?password=hunter3", path)
    assert "hunter" not in str(caught.value)
    assert path.read_bytes() == b"PGDMP of last week"
    assert list(tmp_path.iterdir()) == [path]


def test_without_the_tools_of_its_server_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreError, match="apt-get install postgresql-client"):
        save_backup("postgresql://somebody@localhost/sightline", tmp_path / "x.dump")


def test_the_draft_of_a_killed_backup_goes_a_day_later(url: str, tmp_path: Path) -> None:
    path, draft = tmp_path / "monday.db", tmp_path / "monday.db.part-0123abcd"
    draft.touch()
    save_backup(url, path)
    assert draft.exists(), "another backup may be writing it"
    os.utime(draft, (0, 0))
    save_backup(url, path)
    assert not draft.exists()


@pytest.mark.skipif(os.name == "nt", reason="rights of files are another thing there")
def test_a_database_and_its_copies_are_for_this_user_alone(url: str, tmp_path: Path) -> None:
    backup = tmp_path / "copy.db"
    save_backup(url, backup)
    restored = tmp_path / "restored.db"
    restore_backup(backup, make_sqlite_url(restored), now=NOW)
    for path in (tmp_path / "data" / "sightline.db", backup, restored):
        assert path.stat().st_mode & 0o777 == 0o600, path


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("full") / "sightline.db"
    fill_database(make_sqlite_url(path))
    return path


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return make_sqlite_url(tmp_path / "new.db")
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.make_empty_database()


def read_all(url: str) -> dict[str, list[str]]:
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
    assert (verdict.broken, len(verdict.removed)) == (None, 1)
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
from sim.db import migrate
def stop(target):
    os.kill(os.getpid(), signal.SIGKILL)
migrate.is_postgresql = stop
migrate.copy_database(sys.argv[1], sys.argv[2])
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")
def test_a_killed_copy_leaves_the_target_empty_and_the_next_one_works(full: Path, empty_url: str) -> None:
    url = make_sqlite_url(full)
    assert subprocess.run([sys.executable, "-c", KILLED, url, empty_url], check=False).returncode == -9
    assert read_all(empty_url) == {}
    assert copy_database(url, empty_url) > 0


def test_what_only_sqlite_stores_is_refused_and_nothing_kept(
    full: Path, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    source = Path(shutil.copy(full, tmp_path / "sightline.db"))
    with closing(sqlite3.connect(source)) as connection, connection:
        connection.execute(f"UPDATE team SET name = '{'secret' * 30}' WHERE team_id LIKE '3%'")
    url = postgres_server.make_empty_database()
    with pytest.raises(StoreError, match="cannot store this") as caught:
        copy_database(make_sqlite_url(source), url)
    assert "secret" not in str(caught.value)
    assert read_all(url) == {}
