"""Looking at a database without changing it: its version, whether it is whole, the latest moment in it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, inspect, make_url, select, text

from sim.db import tables
from sim.db.engine import make_engine, open_transaction
from sim.db.migrate import list_versions
from sim.errors import StoreError


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseState:
    """What was found."""

    kind: str  # sqlite or postgresql, with the version of its engine
    version: str | None  # of the tables; None where there are none yet
    newest_version: str  # that this program knows
    faults: tuple[str, ...]  # what the database itself says is damaged
    size_bytes: int
    # the latest moment that an attempt was made at, UTC; None without one, or when it cannot be read
    newest: datetime | None


def is_made(url: str) -> bool:
    """Return whether the database exists: a file that does not is made at the first start."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or (bool(parsed.database) and Path(str(parsed.database)).exists())


def inspect_database(url: str) -> DatabaseState:
    """Return the state of a database that exists. Raises StoreError: it cannot be opened, or is none."""
    engine = make_engine(url)
    is_sqlite = engine.dialect.name == "sqlite"
    try:
        with open_transaction(engine, writes=False) as connection:
            names = set(inspect(connection).get_table_names())
            version, newest = None, None
            if "alembic_version" in names:
                version = connection.scalar(text("SELECT version_num FROM alembic_version"))
            if "attempt" in names:
                newest = connection.scalar(select(func.max(tables.attempt.c.created_at)))
            if is_sqlite:
                checked = [str(row[0]) for row in connection.execute(text("PRAGMA quick_check(5)"))]
                faults = tuple(said for said in checked if said != "ok")
                engine_version = connection.scalar(text("SELECT sqlite_version()"))
                size = connection.scalar(text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"))
            else:
                faults = ()
                engine_version = connection.scalar(text("SHOW server_version"))
                size = connection.scalar(text("SELECT pg_database_size(current_database())"))
    except (UnicodeError, ValueError) as error:
        raise StoreError(f"the database cannot be read ({type(error).__name__})", todo="restore a backup") from error
    finally:
        engine.dispose()
    return DatabaseState(
        kind=f"{engine.dialect.name} {engine_version}",
        version=version,
        newest_version=list_versions()[-1],
        faults=faults,
        size_bytes=int(size or 0),
        newest=newest,
    )


def count_rows(url: str) -> dict[str, int]:
    """Return how many rows each table has that this program knows and the database holds. Raises StoreError."""
    engine = make_engine(url)
    try:
        with open_transaction(engine, writes=False) as connection:
            there = set(inspect(connection).get_table_names())
            return {
                table.name: connection.scalar(select(func.count()).select_from(table)) or 0
                for table in tables.metadata.sorted_tables
                if table.name in there
            }
    finally:
        engine.dispose()
