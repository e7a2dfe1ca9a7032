"""Databases of the first release, as it made and filled them, brought up to date: on both kinds, and disturbed."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from sim.drill.attempt import AttemptState, Phase
from sim.drill.device import Device
from sim.drill.profile import ProfileName
from sim.errors import NewerSchemaError, StoreError
from sim.records.backup import restore_backup
from sim.records.engine import make_engine, make_sqlite_url, open_transaction
from sim.records.migrate import MIGRATIONS, list_versions, migrate
from sim.records.store import open_store
from sim.records.tables import metadata
from tests.support.databases import KINDS

MADE_AT = datetime(2026, 1, 12, 14, 30, 0, 250_000, tzinfo=UTC)
TAB, OTHER_TAB = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
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
    """A database of the first release. `dump` is everything in it, as text."""

    url: str
    execute: Callable[[str], object]
    dump: Callable[[], str]


@pytest.fixture(params=KINDS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OldDatabase]:
    script = (Path(__file__).parent / "first_release" / f"{request.param}.sql").read_text(encoding="utf-8")
    if request.param == "sqlite":
        path = tmp_path / "data" / "sightline.db"
        path.parent.mkdir()

        def run(statement: str) -> None:
            with closing(sqlite3.connect(path)) as connection:
                connection.executescript(statement)

        def dump() -> str:
            with closing(sqlite3.connect(path)) as connection:
                return "\n".join(connection.iterdump())

        run(script)
        yield OldDatabase(url=make_sqlite_url(path), execute=run, dump=dump)
        return
    server = request.getfixturevalue("postgres_server")
    address = server.make_empty_database()

    def run_there(statement: str) -> None:
        with psycopg.connect(address) as connection:
            connection.execute(statement.encode())

    run_there(script)
    yield OldDatabase(url=address, execute=run_there, dump=lambda: server.dump(address))


def copy_steps(folder: Path, *, then: str) -> Path:
    """Copy the migrations and add one that does something at its end."""
    (folder / "versions").mkdir(parents=True)
    for source in [*MIGRATIONS.glob("*.py"), *MIGRATIONS.glob("versions/*.py")]:
        (folder / source.relative_to(MIGRATIONS)).write_text(source.read_text())
    (folder / "versions" / "9999_disturbed.py").write_text(STEP.format(before=list_versions()[-1], then=then))
    return folder


def start_process(code: str, *arguments: str) -> "subprocess.Popen[str]":
    imports = "import sys\nfrom pathlib import Path\nfrom sim.records.engine import make_engine\n"
    imports += "from sim.records.migrate import migrate\nfrom sim.records.store import open_store\n"
    return subprocess.Popen([sys.executable, "-c", imports + code, *arguments], stderr=subprocess.PIPE, text=True)


def test_everything_of_the_first_release_is_there_afterwards(old: OldDatabase) -> None:
    store = open_store(old.url)
    with store.read() as work:
        team, demo = work.teams.list_teams()
        assert (team.name, team.school, team.created_at) == ('Front office "north" & O\'Neil', "", MADE_AT)
        assert demo.is_demo
        people = {person.person_id: person for person in work.teams.list_people("team-a")}
        assert {person.name for person in people.values()} == {"Ana López", "Ben <b>Hill</b>"}
        assert people["p-ben"].left_at == MADE_AT + timedelta(days=3)
        done, running = work.attempts.get("a-done"), work.attempts.get("a-running")
        log = work.events.list_all("a-done")
        assert work.events.list_acked("a-done") == {TAB: 2, OTHER_TAB: 2}
        assert len(work.events.list_all("a-running")) == 3
        assert {row.form_id for row in work.exposures.list_of_team("team-a")} == {"ridge-1", "ridge-2"}
        states = {name: work.attempts.get(name).timing.state for name in ("a-assigned", "a-late", "a-sample")}
        drills = work.attempts.list_drills(team_id="team-a")
    assert states == {
        "a-assigned": AttemptState.ASSIGNED,
        "a-late": AttemptState.TIMED_OUT,
        "a-sample": AttemptState.ABANDONED,
    }
    assert (done.timing.state, done.timing.used_s, done.phase) == (AttemptState.SUBMITTED, 211.5, Phase.BEFORE)
    assert (done.profile, done.options, done.extra_time) == (ProfileName.CLASSIC, frozenset(), 1.0)
    assert (done.device, list(drills.idf1), list(drills.wrong_person_s)) == (Device.COMPUTER, [0.62], [4.5])
    assert running.timing.mark is not None
    assert (running.timing.mark.elapsed_s, running.timing.mark.at.steady_s) == (60.125, 5150.125)
    assert running.timing.released_at == MADE_AT + timedelta(seconds=90)
    assert [(event.event.kind.value, event.counted) for event in log] == [
        ("open", True),
        ("fix", True),
        ("pause", True),
        ("submit", True),
        ("pause", False),
    ]
    assert log[3].event.payload["note"] == "é 'quoted' \\ \"x\"; --"
    assert log[0].arrived_at == MADE_AT + timedelta(seconds=90, milliseconds=52.5)
    with open_transaction(store.engine, writes=False) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    with store.write() as work:
        assert work.teams.remove_demo_teams() == 1
        work.attempts.save(done)
    store.close()


def test_a_step_that_fails_leaves_the_first_releases_database_as_it_was(old: OldDatabase, tmp_path: Path) -> None:
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
    open_store(old.url).close()
    assert old.dump() != before


def test_processes_that_start_at_once_upgrade_it_once(old: OldDatabase) -> None:
    started = [start_process("open_store(sys.argv[1]).close()", old.url) for _ in range(2)]
    ended = [(each.communicate()[1], each.returncode) for each in started]
    assert ended == [("", 0)] * 2
    open_store(old.url).close()


def test_processes_that_start_at_once_on_nothing_make_the_tables_once(database_url: str) -> None:
    started = [start_process("open_store(sys.argv[1]).close()", database_url) for _ in range(2)]
    ended = [(each.communicate()[1], each.returncode) for each in started]
    assert ended == [("", 0)] * 2


def test_a_newer_database_is_refused_by_name_and_stays_as_it_is(old: OldDatabase) -> None:
    old.execute("UPDATE alembic_version SET version_num = '8888'")
    before = old.dump()
    with pytest.raises(NewerSchemaError, match=r"has version '8888'.*update Sightline"):
        open_store(old.url)
    assert old.dump() == before


def test_before_an_upgrade_a_copy_is_kept_that_leads_back(old: OldDatabase, tmp_path: Path) -> None:
    copy = tmp_path / "data" / "sightline-before-upgrade.db"
    if old.url.startswith("postgresql"):
        open_store(old.url).close()
        assert not copy.exists()
        return
    before = old.dump()
    open_store(old.url).close()
    assert restore_backup(copy, old.url, now=MADE_AT) is not None
    assert old.dump() == before
    open_store(old.url).close()
    long_ago_s = copy.stat().st_mtime - 31 * 86_400
    os.utime(copy, (long_ago_s, long_ago_s))
    open_store(old.url).close()
    assert not copy.exists()


def test_without_room_for_a_copy_nothing_is_upgraded(old: OldDatabase, tmp_path: Path) -> None:
    if old.url.startswith("postgresql"):
        pytest.skip("there the database server's own backups are the way back")
    before = old.dump()
    (tmp_path / "data" / "sightline-before-upgrade.db").mkdir()
    with pytest.raises(StoreError, match=r"before-upgrade\.db cannot be written"):
        open_store(old.url)
    assert old.dump() == before
