"""Opening the database: SQLite by default, PostgreSQL by URL; failures become words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from sim.errors import StoreError

BUSY_TIMEOUT_S = 5.0
_WRITES = "sightline_writes"


def make_sqlite_url(path: Path) -> str:
    """Return the URL of a database file."""
    return f"sqlite:///{path}"


def make_engine(url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Engine:
    """Return an engine for `url`; no connection is made yet.

    SQLite runs in write-ahead mode with foreign keys on; a write transaction takes its lock at once, so that it
    never fails half-way because another writer came first, and every commit reaches the disk.

    Raises:
        StoreError: the URL cannot be read, or its driver is not installed.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return create_engine(parsed, pool_pre_ping=True)
        engine = create_engine(parsed, connect_args={"timeout": busy_timeout_s, "check_same_thread": False})
    except (ArgumentError, SQLAlchemyError, ModuleNotFoundError) as error:
        raise StoreError(
            f"the database address cannot be used: {_first_line(error)}",
            expected="sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME",
            todo="correct DATABASE_URL, and install the driver it names",
        ) from error

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(busy_timeout_s * 1000)}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def open_transaction(engine: Engine, *, writes: bool) -> Iterator[Connection]:
    """Open one transaction; it is committed at the end, or rolled back whole.

    Raises:
        StoreError: the database cannot be opened, is locked, full, damaged, or refused the change.
    """
    with translate_errors(engine), engine.connect() as connection:
        chosen = connection.execution_options(**{_WRITES: writes})
        with chosen.begin():
            yield chosen


@contextmanager
def translate_errors(engine: Engine) -> Iterator[None]:
    """Turn a database failure into a StoreError that says what to do."""
    try:
        yield
    except DBAPIError as error:
        raise _describe(engine, error) from error


def _describe(engine: Engine, error: DBAPIError) -> StoreError:
    place = engine.url.render_as_string(hide_password=True)
    text = _first_line(error.orig or error)
    lower = text.lower()
    if "locked" in lower or "busy" in lower:
        return StoreError(
            f"the database {place} is locked by another program",
            expected="no other program writing to it for more than a few seconds",
            todo="close the other program, then try again; nothing was changed",
        )
    if "full" in lower:
        return StoreError(
            f"the disk of the database {place} is full",
            todo="free some space, then try again; nothing was changed",
        )
    if "not a database" in lower or "malformed" in lower:
        return StoreError(
            f"the database {place} is damaged or is no database ({text})",
            expected="a Sightline database",
            todo="move the file away and restore a backup, or start again without it",
        )
    if "readonly" in lower or "unable to open" in lower:
        return StoreError(
            f"the database {place} cannot be opened for writing ({text})",
            todo="check that the folder exists and that this user may write there",
        )
    return StoreError(f"the database {place} refused: {text}", todo="check that it runs and is reachable")


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n", 1)[0]
