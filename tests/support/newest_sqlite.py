"""The tables of a new SQLite database, made by running all steps of `sim/records/migrations`.

`python -m tests.support.newest_sqlite` writes them into `sim/records/migrations/newest_sqlite.sql`; a test holds the
file to the steps.
"""

import sys
import tempfile
from pathlib import Path

from sim.records.engine import make_engine, make_sqlite_url, open_transaction
from sim.records.migrate import NEWEST_SQLITE, list_versions, migrate


def write_statements(path: Path) -> str:
    """Return what the steps make in a new database at `path`, as SQL with an empty line between the statements."""
    newest = list_versions()[-1]
    engine = make_engine(make_sqlite_url(path))
    migrate(engine, to=newest)
    statements = list_statements(path)
    return "\n\n".join([*statements, f"INSERT INTO alembic_version VALUES ('{newest}')"]) + "\n"


def list_statements(path: Path) -> list[str]:
    """Return what made the tables, indexes and triggers of a SQLite database, letter by letter."""
    engine = make_engine(make_sqlite_url(path))
    with open_transaction(engine, writes=False) as connection:
        found = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
        statements = [text for (text,) in found]
    engine.dispose()
    return statements


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        NEWEST_SQLITE.write_text(write_statements(Path(folder) / "new.db"), encoding="utf-8")
    sys.stdout.write(f"{NEWEST_SQLITE} is written\n")


if __name__ == "__main__":
    main()
