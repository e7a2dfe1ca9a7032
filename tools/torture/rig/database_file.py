"""What other programs do to the database file: lock it, look into it, and what the first release left behind.

For trials of faults (`python -m tools.torture`); the app itself never comes here.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sim.records.engine import make_engine, make_sqlite_url
from sim.records.migrate import list_versions, migrate

FIRST_VERSION = "0001"
OLD_PEOPLE = 40
OLD_EVENTS = 400
_NOW = "2025-09-01 08:00:00.000000"
_KILLED_AT_STATEMENT = """
import os, signal, sys
from sqlalchemy import Engine, event
left = int(sys.argv[2])
@event.listens_for(Engine, "before_cursor_execute")
def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
from sim.records.store import open_store
open_store(sys.argv[1]).close()
print(int(sys.argv[2]) - left)
"""


@contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """Hold the database's write lock, as a database browser with an open edit does."""
    with closing(sqlite3.connect(path, timeout=30.0, isolation_level=None, check_same_thread=False)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def make_first_release(path: Path) -> None:
    """Make a database as the first release did, with a team, its people, an attempt and its events."""
    engine = make_engine(make_sqlite_url(path))
    migrate(engine, to=FIRST_VERSION)
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO team VALUES ('t', 'Office', 0, ?)", (_NOW,))
        people = [(f"p{number}", f"Person {number}", _NOW) for number in range(OLD_PEOPLE)]
        connection.executemany("INSERT INTO person VALUES (?, 't', ?, ?, NULL)", people)
        connection.execute(
            "INSERT INTO attempt (attempt_id, person_id, form_id, form_version, recording_id, truth_sha256, mode,"
            " is_demo, state, limit_s, created_at, sealed) VALUES ('a', 'p0', 'f', '1', 'r', 'x', 'practice', 0,"
            " 'abandoned', 300, ?, 1)",
            (_NOW,),
        )
        events = [(number, _NOW) for number in range(1, OLD_EVENTS + 1)]
        connection.executemany("INSERT INTO attempt_event VALUES ('a', 'tab', ?, 'note', 1, '{}', ?, 1, 1)", events)


def make_killed_opening(path: Path, *, at_statement: int) -> tuple[str, ...]:
    """Return what Python is to run to open a database and die by SIGKILL before its n-th statement.

    With 0 it lives, and prints how many statements there were.
    """
    return ("-c", _KILLED_AT_STATEMENT, make_sqlite_url(path), str(at_statement))


def read_facts(path: Path) -> dict[str, object]:
    """Return what a database says of itself: whether it is sound, its version, and its old rows' number."""
    with closing(sqlite3.connect(path, timeout=30.0)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            "sound": connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok",
            "version": connection.execute("SELECT version_num FROM alembic_version").fetchone()[0],
            "tables": sorted(tables),
            "people": connection.execute("SELECT count(*) FROM person").fetchone()[0],
            "events": connection.execute("SELECT count(*) FROM attempt_event").fetchone()[0],
        }


def get_newest_version() -> str:
    """Return the version that this program brings a database to."""
    return list_versions()[-1]


def edit_ledger(path: Path, *, number: int, old: str, new: str) -> int:
    """Change the words of one ledger entry, as somebody with a database browser may; return how many rows changed.

    The database's own guards are dropped first, which such a person can do too.
    """
    with closing(sqlite3.connect(path, timeout=30.0)) as connection, connection:
        guards = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in guards:
            connection.execute(f'DROP TRIGGER "{name}"')
        changed = connection.execute(
            "UPDATE ledger_content SET body = replace(body, ?, ?) WHERE number = ?", (old, new, number)
        )
        return changed.rowcount


def is_edit_refused(path: Path, *, number: int) -> bool:
    """Return whether the database itself refuses to change an entry as long as its guards are there."""
    with closing(sqlite3.connect(path, timeout=30.0)) as connection:
        try:
            with connection:
                connection.execute("UPDATE ledger_content SET body = '{}' WHERE number = ?", (number,))
        except sqlite3.IntegrityError:
            return True
        return False
