"""A SQLite database with the tables of today: the steps that make them run once a process, not once a test."""

import tempfile
from functools import cache
from pathlib import Path

from sim.db.engine import make_sqlite_url
from sim.db.store import open_store


@cache
def _make_empty_database() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        open_store(make_sqlite_url(path)).close()
        return path.read_bytes()


def write_empty_database(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_make_empty_database())
    return make_sqlite_url(path)
