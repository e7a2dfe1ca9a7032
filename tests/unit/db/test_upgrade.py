"""A made-up second step on databases with something in them: on both kinds, and disturbed."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from sim.db.backup import keep_upgrade_copy, restore_backup
from sim.db.engine import make_engine, make_sqlite_url
from sim.db.migrate import MIGRATIONS, list_versions, migrate
from sim.db.store import open_store
from sim.db.teams import PersonRow, TeamRow
from sim.errors import StoreError
from tests.support.databases import KINDS

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
    """A database of the first step with a team and a person. `dump` is everything in it, as text."""

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
        work.teams.add_person(PERSON)
    store.close()
    yield made


def copy_steps(folder: Path, *, then: str) -> Path:
    """Copy the migrations and add one that does something at its end."""
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
    engine = make_engine(old.url)
    with pytest.raises(StoreError, match="no_such_function"):
        migrate(engine, folder=folder)
    engine.dispose()
    assert old.dump() == before
    open_store(old.url).close()


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")
def test_a_process_killed_in_the_middle_of_an_upgrade_leaves_it_as_it_was(old: OldDatabase, tmp_path: Path) -> None:
    before = old.dump()
    folder = copy_steps(tmp_path / "migrations", then="os.kill(os.getpid(), signal.SIGKILL)")
    code = "migrate(make_engine(sys.argv[1]), folder=Path(sys.argv[2]))"
    killed = start_process(code, old.url, str(folder))
    assert killed.wait() == -9
    assert killed.stderr is not None
    killed.stderr.close()
    assert old.dump() == before
    finished = copy_steps(tmp_path / "finished", then="pass")
    engine = make_engine(old.url)
    migrate(engine, folder=finished)
    engine.dispose()
    assert old.dump() != before


def test_processes_that_start_at_once_upgrade_it_once(old: OldDatabase, tmp_path: Path) -> None:
    folder = copy_steps(tmp_path / "migrations", then="pass")
    code = "migrate(make_engine(sys.argv[1]), folder=Path(sys.argv[2]))"
    started = [start_process(code, old.url, str(folder)) for _ in range(2)]
    ended = [(each.communicate()[1], each.returncode) for each in started]
    assert ended == [("", 0)] * 2
    assert "half_done" in old.dump()


def test_processes_that_start_at_once_on_nothing_make_the_tables_once(database_url: str) -> None:
    started = [start_process("open_store(sys.argv[1]).close()", database_url) for _ in range(2)]
    ended = [(each.communicate()[1], each.returncode) for each in started]
    assert ended == [("", 0)] * 2


def upgrade(old: OldDatabase, folder: Path) -> None:
    """Do what opening a store does, with one step more."""
    engine = make_engine(old.url)
    try:
        migrate(engine, folder=folder, before_upgrade=partial(keep_upgrade_copy, old.url))
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
