import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import rfc8785
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st

from sim import canonical
from sim.db import ledger
from sim.db.columns import metadata
from sim.db.engine import make_engine, make_sqlite_url, open_transaction
from sim.db.migrate import MIGRATIONS, inspect_database, list_versions, migrate
from sim.db.store import open_store
from sim.db.teams import PersonRow, TeamRow
from sim.errors import LedgerError, NewerSchemaError, StoreError
from sim.features.operations.database_copy import check_backup, restore_backup
from tests.support.databases import KINDS
from tests.support.fake_clock import NOON


def list_tables(path: Path) -> set[str]:
    with sqlite3.connect(path) as connection:
        found = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    return found


def list_statements(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL").fetchall()
    found = [re.sub(r"\s*([(),])\s*", r"\1", " ".join(sql.split())) for (sql,) in rows]
    connection.close()
    return found


def test_the_steps_arrive_at_the_tables_of_today_which_an_empty_database_gets_at_once(tmp_path: Path) -> None:
    engine = make_engine(make_sqlite_url(tmp_path / "by_steps.db"))
    migrate(engine, folder=shutil.copytree(MIGRATIONS, tmp_path / "steps"))
    with open_transaction(engine, writes=False) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
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


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
DECIMALS = (
    st.floats(canonical.LEAST_DECIMAL, canonical.MOST_DECIMAL)
    | st.floats(-canonical.MOST_DECIMAL, -canonical.LEAST_DECIMAL)
    | st.just(0.0)
)
PLAIN = st.none() | st.booleans() | TEXTS | st.integers(-(2**53) + 1, 2**53 - 1) | DECIMALS
KEYS = st.text(st.characters(max_codepoint=127))
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=20)


@given(VALUES)
def test_canonical_json_is_that_of_another_rfc_8785_program(value: object) -> None:
    assert canonical.write_canonical(value).encode() == rfc8785.dumps(value)


def test_the_docstrings_example() -> None:
    assert canonical.write_canonical({"b": [1, 0.5], "a": "é"}) == '{"a":"é","b":[1,0.5]}'


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), 1e-7, 2.5e16, 2**53, {"é": 1}, {1: 2}, "\ud800", object(), b"x"]
)
def test_what_has_no_one_form_is_refused(value: object) -> None:
    with pytest.raises(LedgerError):
        canonical.write_canonical(value)


@given(number=st.integers(1, 2**31), kind=TEXTS, at=TEXTS)
def test_an_entrys_hash_is_of_the_canonical_json_of_its_head(number: int, kind: str, at: str) -> None:
    head = {
        "schema": 1,
        "number": number,
        "kind": kind,
        "at": at,
        "content_sha256": "a" * 64,
        "previous_sha256": ledger.GENESIS,
    }
    expected = hashlib.sha256(rfc8785.dumps(head)).hexdigest()
    found = ledger.compute_entry_sha256(
        number=number, kind=kind, at=at, content_sha256="a" * 64, previous_sha256=ledger.GENESIS
    )
    assert found == expected


def test_a_moment_is_written_in_one_way_and_read_again() -> None:
    assert canonical.write_moment(NOON) == "2026-09-14T12:00:00.000000Z"
    assert canonical.read_moment(canonical.write_moment(NOON)) == NOON
    assert canonical.compute_sha256("abc").startswith("ba7816bf8f01cfea")


MADE_AT = datetime(2026, 1, 12, 14, 30, 0, 250_000, tzinfo=UTC)
TEAM = TeamRow(team_id="t", name='Front office "north" & O\'Neil', is_demo=False, created_at=MADE_AT)
PERSON = PersonRow(person_id="p", team_id="t", name="Ana López", created_at=MADE_AT, left_at=None)
STEP = '''
"""A step that begins and does not come to its end."""
import os, signal
import sqlalchemy as sa
from alembic import op
revision = "9999"
down_revision = "{before}"
branch_labels = None
depends_on = None
def upgrade():
    op.create_table("half_done", sa.Column("x", sa.Integer))
    op.execute("UPDATE person SET name = 'nobody'")
    {then}
def downgrade():
    pass
'''


@dataclass(frozen=True)
class OldDatabase:
    url: str
    dump: Callable[[], str]


@pytest.fixture(params=KINDS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OldDatabase]:
    if request.param == "sqlite":
        path = tmp_path / "data" / "sightline.db"
        path.parent.mkdir()

        def dump() -> str:
            with closing(sqlite3.connect(path)) as connection:
                return "\n".join(connection.iterdump())

        made = OldDatabase(url=make_sqlite_url(path), dump=dump)
    else:
        server = request.getfixturevalue("postgres_server")
        address = server.make_empty_database()

        made = OldDatabase(url=address, dump=lambda: server.dump(address))
    store = open_store(made.url)
    with store.write() as work:
        work.insert(TEAM)
        work.people.add(PERSON)
    store.close()
    yield made


def copy_steps(folder: Path, *, then: str) -> Path:
    (folder / "versions").mkdir(parents=True)
    for source in [*MIGRATIONS.glob("*.py"), *MIGRATIONS.glob("versions/*.py")]:
        (folder / source.relative_to(MIGRATIONS)).write_text(source.read_text())
    (folder / "versions" / "9999_disturbed.py").write_text(STEP.format(before=list_versions()[-1], then=then))
    return folder


def start_process(code: str, *arguments: str) -> "subprocess.Popen[str]":
    imports = "import sys\nfrom pathlib import Path\nfrom sim.db.engine import make_engine\n"
    imports += "from sim.db.migrate import migrate\nfrom sim.db.store import open_store\n"
    return subprocess.Popen([sys.executable, "-c", imports + code, *arguments], stderr=subprocess.PIPE, text=True)


def test_a_step_that_fails_leaves_the_database_as_it_was(old: OldDatabase, tmp_path: Path) -> None:
    before = old.dump()
    folder = copy_steps(tmp_path / "migrations", then="op.execute('SELECT no_such_function()')")
    with pytest.raises(StoreError, match="no_such_function"):
        upgrade(old, folder)
    assert old.dump() == before
    open_store(old.url).close()


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")
def test_a_process_killed_in_the_middle_of_an_upgrade_leaves_it_as_it_was(old: OldDatabase, tmp_path: Path) -> None:
    before = old.dump()
    folder = copy_steps(tmp_path / "migrations", then="os.kill(os.getpid(), signal.SIGKILL)")
    killed = start_process("migrate(make_engine(sys.argv[1]), folder=Path(sys.argv[2]))", old.url, str(folder))
    assert killed.wait() == -9
    assert killed.stderr is not None
    killed.stderr.close()
    assert old.dump() == before
    upgrade(old, copy_steps(tmp_path / "finished", then="pass"))
    assert old.dump() != before


def test_processes_that_start_at_once_upgrade_it_once(old: OldDatabase, tmp_path: Path) -> None:
    folder = copy_steps(tmp_path / "migrations", then="pass")
    code = "migrate(make_engine(sys.argv[1]), folder=Path(sys.argv[2]))"
    started = [start_process(code, old.url, str(folder)) for _ in range(2)]
    assert [(each.communicate()[1], each.returncode) for each in started] == [("", 0)] * 2
    assert "half_done" in old.dump()


def test_processes_that_start_at_once_on_nothing_make_the_tables_once(database_url: str) -> None:
    started = [start_process("open_store(sys.argv[1]).close()", database_url) for _ in range(2)]
    ended = [(each.communicate()[1], each.returncode) for each in started]
    assert ended == [("", 0)] * 2


def upgrade(old: OldDatabase, folder: Path) -> None:
    engine = make_engine(old.url)
    try:
        migrate(engine, folder=folder)
    finally:
        engine.dispose()


def test_before_an_upgrade_a_copy_is_kept_that_leads_back(old: OldDatabase, tmp_path: Path) -> None:
    copy = tmp_path / "data" / "sightline-before-upgrade.db"
    folder = copy_steps(tmp_path / "migrations", then="pass")
    before = old.dump()
    upgrade(old, folder)
    if old.url.startswith("postgresql"):
        assert not copy.exists(), "the database server's own backups are the way back"
        return
    assert restore_backup(copy, old.url, now=MADE_AT) is not None
    assert old.dump() == before
    long_ago_s = copy.stat().st_mtime - 31 * 86_400
    os.utime(copy, (long_ago_s, long_ago_s))
    open_store(old.url).close()
    assert not copy.exists()


def test_without_room_for_a_copy_nothing_is_upgraded(old: OldDatabase, tmp_path: Path) -> None:
    if old.url.startswith("postgresql"):
        pytest.skip("there the database server's own backups are the way back")
    folder = copy_steps(tmp_path / "migrations", then="pass")
    before = old.dump()
    (tmp_path / "data" / "sightline-before-upgrade.db").mkdir()
    with pytest.raises(StoreError, match=r"before-upgrade\.db cannot be written"):
        upgrade(old, folder)
    assert old.dump() == before
