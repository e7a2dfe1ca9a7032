import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from sim.drill.device import Device
from sim.drill.profile import ProfileName
from sim.errors import NewerSchemaError, StoreError
from sim.records.engine import make_engine, make_sqlite_url, open_transaction
from sim.records.migrate import MIGRATIONS, NEWEST_SQLITE, migrate
from sim.records.store import open_store
from sim.records.tables import metadata
from tests.support.newest_sqlite import list_statements, write_statements

BROKEN_STEP = '''
"""A step that fails half-way."""
import sqlalchemy as sa
from alembic import op
revision = "0099"
down_revision = "{before}"
branch_labels = None
depends_on = None
def upgrade():
    op.create_table("half_done", sa.Column("x", sa.Integer))
    op.execute("SELECT no_such_function()")
def downgrade():
    pass
'''
NEWEST = max(path.stem[:4] for path in MIGRATIONS.glob("versions/0*.py"))


def list_tables(path: Path) -> set[str]:
    with sqlite3.connect(path) as connection:
        found = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    return found


def list_rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of each table that has any."""
    connection = sqlite3.connect(path)
    rows = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in list_tables(path)}
    connection.close()
    return {name: found for name, found in rows.items() if found}


def test_the_steps_arrive_at_the_tables_of_today(tmp_path: Path) -> None:
    engine = make_engine(make_sqlite_url(tmp_path / "new.db"))
    migrate(engine, to=NEWEST)
    with open_transaction(engine, writes=False) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_a_new_sqlite_database_has_what_the_steps_make(tmp_path: Path) -> None:
    made = write_statements(tmp_path / "by_steps.db")
    assert NEWEST_SQLITE.read_text(encoding="utf-8") == made, "run python -m tests.support.newest_sqlite"
    open_store(make_sqlite_url(tmp_path / "at_once.db")).close()
    assert list_statements(tmp_path / "at_once.db") == list_statements(tmp_path / "by_steps.db")
    assert list_rows(tmp_path / "at_once.db") == list_rows(tmp_path / "by_steps.db")


def test_a_new_database_gets_the_steps_that_its_tables_at_once_do_not_have_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "old.sql"
    engine = make_engine(make_sqlite_url(tmp_path / "old.db"))
    migrate(engine, to="0005")
    engine.dispose()
    at_once = [*list_statements(tmp_path / "old.db"), "INSERT INTO alembic_version VALUES ('0005')"]
    old.write_text("\n\n".join(at_once), encoding="utf-8")
    monkeypatch.setattr("sim.records.migrate.NEWEST_SQLITE", old)
    open_store(make_sqlite_url(tmp_path / "new.db")).close()
    assert list_rows(tmp_path / "new.db") == {"alembic_version": [(NEWEST,)]}
    assert "lti_course" in list_tables(tmp_path / "new.db")


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


def test_attempts_from_before_there_were_profiles_and_options_are_classic_without_any(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    engine = make_engine(make_sqlite_url(path))
    migrate(engine, to="0001")
    with open_transaction(engine, writes=True) as connection:
        connection.exec_driver_sql(
            "INSERT INTO attempt (attempt_id, form_id, form_version, recording_id, truth_sha256, mode, is_demo, state,"
            " limit_s, created_at, sealed) VALUES ('old', 'f', '1', 'r', '0', 'practice', 0, 'assigned', 300.0,"
            " '2026-01-02 03:04:05.000000', 0)"
        )
    engine.dispose()
    store = open_store(make_sqlite_url(path))
    with store.read() as work:
        row = work.attempts.get("old")
    store.close()
    assert (row.profile, row.options, row.form_id, row.timing.limit_s) == (ProfileName.CLASSIC, frozenset(), "f", 300.0)
    assert row.extra_time == 1.0


def test_forms_given_before_there_was_a_ledger_are_in_it_once_each(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    engine = make_engine(make_sqlite_url(path))
    migrate(engine, to="0005")
    with open_transaction(engine, writes=True) as connection:
        connection.exec_driver_sql(
            "INSERT INTO team (team_id, name, is_demo, created_at) VALUES ('t', 'T', 0, '2026-01-01 00:00:00.000000')"
        )
        connection.exec_driver_sql(
            "INSERT INTO person (person_id, team_id, name, created_at) VALUES ('p', 't', 'P',"
            " '2026-01-01 00:00:00.000000')"
        )
        for attempt_id, form_id, day in (("a", "f", 2), ("b", "f", 1), ("c", "f", 1), ("d", "g", 3)):
            connection.exec_driver_sql(
                "INSERT INTO attempt (attempt_id, person_id, form_id, form_version, recording_id, truth_sha256, mode,"
                " is_demo, state, limit_s, created_at, sealed) VALUES (?, 'p', ?, '1', 'r', '0', 'assessment', 0,"
                " 'assigned', 300.0, ?, 0)",
                (attempt_id, form_id, f"2026-01-0{day} 03:04:05.000000"),
            )
    engine.dispose()
    store = open_store(make_sqlite_url(path))
    with store.read() as work:
        given = work.exposures.list_of_team("t")
        assert work.attempts.get("a").step_id is None
        assert work.teams.get_team("t").school == ""
    store.close()
    assert [(row.form_id, row.attempt_id, row.given_at.day, row.how) for row in given] == [
        ("f", "b", 1, "before ledger"),
        ("g", "d", 3, "before ledger"),
    ]


def test_measures_and_device_of_older_attempts_are_read_from_what_was_stored(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    engine = make_engine(make_sqlite_url(path))
    migrate(engine, to="0007")
    score = '{"idf1": 0.5, "leg_recall": 0.25, "leg_precision": null, "wrong_person_s": 3.0}'
    wide, narrow = '{"width":1366,"height":768,"touch":false}', '{"width":390,"height":844,"touch":true}'
    with open_transaction(engine, writes=True) as connection:
        for name, score_json in (("scored", f"'{score}'"), ("open", "NULL"), ("both", "NULL")):
            connection.exec_driver_sql(
                "INSERT INTO attempt (attempt_id, form_id, form_version, recording_id, truth_sha256, mode, is_demo,"
                f" state, limit_s, created_at, sealed, score_json) VALUES ('{name}', 'f', '1', 'r', '0', 'practice', 0,"
                f" 'submitted', 300.0, '2026-01-02 03:04:05.000000', 1, {score_json})"
            )
        for name, seq, counted, payload in (
            ("scored", 1, 1, wide),
            ("scored", 2, 0, narrow),
            ("both", 1, 1, narrow),
            ("both", 2, 1, wide),
        ):
            connection.exec_driver_sql(
                "INSERT INTO attempt_event VALUES (?, 't', ?, 'open', 1.0, ?, '2026-01-02 03:04:05.000000', 1.0, ?)",
                (name, seq, payload, counted),
            )
    engine.dispose()
    store = open_store(make_sqlite_url(path))
    with open_transaction(store.engine, writes=False) as connection:
        found = connection.exec_driver_sql(
            "SELECT attempt_id, device, idf1, leg_recall, leg_precision, wrong_person_s FROM attempt"
        )
        rows = {row[0]: tuple(row[1:]) for row in found}
    with store.read() as work:
        assert work.attempts.get("scored").device is Device.COMPUTER
    store.close()
    assert rows == {
        "scored": ("computer", 0.5, 0.25, None, 3.0),
        "open": (None, None, None, None, None),
        "both": ("mixed", None, None, None, None),
    }


def test_a_failing_step_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for source in [*MIGRATIONS.glob("*.py"), *MIGRATIONS.glob("versions/*.py")]:
        (folder / source.relative_to(MIGRATIONS)).write_text(source.read_text())
    path = tmp_path / "records.db"
    open_store(make_sqlite_url(path)).close()
    before = list_tables(path)
    (folder / "versions" / "0099_broken.py").write_text(BROKEN_STEP.format(before=NEWEST))
    engine = make_engine(make_sqlite_url(path))
    with pytest.raises(StoreError, match="no_such_function"):
        migrate(engine, folder=folder)
    engine.dispose()
    assert list_tables(path) == before
    open_store(make_sqlite_url(path)).close()


def test_a_newer_database_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "newer.db"
    open_store(make_sqlite_url(path)).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0731'")
    connection.close()
    with pytest.raises(NewerSchemaError, match=r"newer\.db has version '0731'.*update Sightline"):
        open_store(make_sqlite_url(path))


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE invoices (x INTEGER)")
    connection.close()
    with pytest.raises(StoreError, match=r"belongs to another program.*invoices"):
        open_store(make_sqlite_url(path))
    assert list_tables(path) == {"invoices"}
