import os
import sqlite3
import subprocess
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sim.db.backup import restore_backup, save_backup
from sim.db.engine import make_sqlite_url
from sim.db.store import open_store
from sim.db.teams import TeamRow
from sim.errors import NewerSchemaError, StoreError
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
    """Each transaction adds two teams: a copy with an odd number would hold half of one."""
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
