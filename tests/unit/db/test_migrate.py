import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from sim.db.backup import check_backup
from sim.db.engine import make_engine, make_sqlite_url, open_transaction
from sim.db.migrate import MIGRATIONS, inspect_database, migrate
from sim.db.store import open_store
from sim.db.tables import metadata
from sim.errors import NewerSchemaError, StoreError

NEWEST = max(path.stem[:4] for path in MIGRATIONS.glob("versions/0*.py"))


def list_tables(path: Path) -> set[str]:
    with sqlite3.connect(path) as connection:
        found = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    return found


def list_statements(path: Path) -> list[str]:
    """Return what made the tables, indexes and triggers, without how it is laid out."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL").fetchall()
    found = [re.sub(r"\s*([(),])\s*", r"\1", " ".join(sql.split())) for (sql,) in rows]
    connection.close()
    return found


def test_the_steps_arrive_at_the_tables_of_today(tmp_path: Path) -> None:
    engine = make_engine(make_sqlite_url(tmp_path / "new.db"))
    migrate(engine, to=NEWEST)
    with open_transaction(engine, writes=False) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_an_empty_database_gets_at_once_what_the_steps_make(tmp_path: Path) -> None:
    engine = make_engine(make_sqlite_url(tmp_path / "by_steps.db"))
    migrate(engine, to=NEWEST)
    engine.dispose()
    open_store(make_sqlite_url(tmp_path / "at_once.db")).close()
    made = [list_statements(tmp_path / name) for name in ("by_steps.db", "at_once.db")]
    assert sorted(made[0]) == sorted(made[1])
    assert any("TRIGGER audit_no_delete" in statement for statement in made[1])


def test_databases_opened_at_once_by_threads_are_not_mixed_up(tmp_path: Path) -> None:
    names = [tmp_path / f"{number}.db" for number in range(4)]
    with ThreadPoolExecutor(len(names)) as pool:
        for store in pool.map(lambda path: open_store(make_sqlite_url(path)), names):
            store.close()
    whole = list_tables(names[0])
    assert "person" in whole
    assert all(list_tables(path) == whole for path in names)


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "same.db"
    open_store(make_sqlite_url(path)).close()
    before = path.read_bytes()
    open_store(make_sqlite_url(path)).close()
    assert path.read_bytes() == before


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE invoices (x INTEGER)")
    connection.close()
    with pytest.raises(StoreError, match=r"belongs to another program.*invoices"):
        open_store(make_sqlite_url(path))
    assert list_tables(path) == {"invoices"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE alembic_version SET version_num = '0029'", r"version '0029'.*before the first release is not read"),
        ("ALTER TABLE attempt RENAME COLUMN appearance_recall TO leg_recall", r"'attempt' has no column 'appearance_r"),
        ("ALTER TABLE person ADD COLUMN crew TEXT", r"'person' has a column 'crew'.*set SIGHTLINE_DATA to another"),
        ("DROP TABLE day_off", r"has no table 'day_off'.*before the first release is not read"),
    ],
)
def test_a_database_of_an_earlier_commit_is_refused_in_one_sentence(tmp_path: Path, change: str, words: str) -> None:
    path = tmp_path / "old.db"
    url = make_sqlite_url(path)
    open_store(url).close()
    with sqlite3.connect(path) as connection:
        connection.execute(change)
    connection.close()
    before = path.read_bytes()
    with pytest.raises((StoreError, NewerSchemaError), match=words):
        open_store(url)
    assert path.read_bytes() == before
    if "alembic" not in change:
        for use in (check_backup, lambda _: inspect_database(url)):
            with pytest.raises(StoreError, match=words):
                use(path)
