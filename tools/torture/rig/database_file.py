"""What other programs do to the database file: lock it, look into it.

For trials of faults (`python -m tools.torture`); the app itself never comes here.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


@contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """Hold the database's write lock, as a database browser with an open edit does."""
    with closing(sqlite3.connect(path, timeout=30.0, isolation_level=None, check_same_thread=False)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


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
