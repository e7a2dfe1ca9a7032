"""Opening the database: SQLite by default, PostgreSQL by URL; transactions and locks; failures become words."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from sim.db.postgresql import describe_failure, make_postgresql_engine, take_named_lock, try_named_lock
from sim.errors import StoreError

BUSY_TIMEOUT_S = 5.0
HOLD_WITHIN_S = 30.0
_WRITES = "sightline_writes"
_PATIENCE = "sightline_patience_s"
POSTGRESQL = ("postgresql", "postgres")
_ONE_MOMENT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def make_sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


def make_engine(url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Engine:
    """Return an engine for `url`; no connection is made yet.

    SQLite runs in write-ahead mode with foreign keys on; a write transaction takes its lock at once, so that it
    never fails half-way because another writer came first, and every commit reaches the disk. PostgreSQL does the
    same, see `sim.db.postgresql`; `postgres://` means it too.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername.split("+")[0] in POSTGRESQL:
            return make_postgresql_engine(parsed, busy_timeout_s=busy_timeout_s)
        if parsed.get_backend_name() != "sqlite":
            raise ArgumentError(f"{parsed.drivername} is not a database that Sightline knows")
        if not parsed.database or parsed.database == ":memory:":
            raise ArgumentError("a SQLite database in memory is gone with the program")
        engine = create_engine(
            parsed,
            connect_args={"timeout": busy_timeout_s, "check_same_thread": False},
            pool_timeout=busy_timeout_s,
            hide_parameters=True,
        )
    except (ArgumentError, SQLAlchemyError, ModuleNotFoundError, ValueError) as error:
        said = "its port is no number" if isinstance(error, ValueError) else _first_line(error)
        raise StoreError(
            f"the database address cannot be used: {said}",
            expected="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME",
            todo="correct DATABASE_URL; write @ : / in a password as %40 %3A %2F",
        ) from error

    @event.listens_for(engine, "do_connect")
    def _keep_private(*_: object) -> None:
        if parsed.database and parsed.database != ":memory:":
            make_private(Path(parsed.database))

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


def make_private(path: Path) -> None:
    """Make a file that is not there yet, empty, for this user alone; what SQLite lays beside it has the same rights.

    Where it cannot be made, anyone who opens it next says why.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


@contextmanager
def open_transaction(engine: Engine, *, writes: bool, patience_s: float | None = None) -> Iterator[Connection]:
    """Open one transaction; it is committed at the end, or rolled back whole."""
    with translate_errors(engine), engine.connect() as connection, _patient(connection, patience_s):
        chosen = connection.execution_options(**{_WRITES: writes, _PATIENCE: patience_s})
        if not writes and is_postgresql(engine):
            chosen = chosen.execution_options(**_ONE_MOMENT)
        with chosen.begin():
            yield chosen


@contextmanager
def hold_lock(engine: Engine, name: str) -> Iterator[None]:
    """Hold a lock of a name against every process on the database, while other transactions come and go.

    A SQLite database has one server process; there it does nothing. Raises StoreError.
    """
    if not is_postgresql(engine):
        yield
        return
    with open_transaction(engine, writes=False, patience_s=HOLD_WITHIN_S) as connection:
        take_named_lock(connection, name)
        yield


@contextmanager
def try_lock(engine: Engine, name: str) -> Iterator[bool]:
    """As `hold_lock`, without waiting: gives whether this process has the lock."""
    if not is_postgresql(engine):
        yield True
        return
    with open_transaction(engine, writes=False) as connection:
        yield try_named_lock(connection, name)


def is_postgresql(engine: Engine) -> bool:
    return engine.dialect.name == POSTGRESQL[0]


def is_of_a_value(error: StoreError) -> bool:
    """Return whether the database is well and refused something that it was to store."""
    return isinstance(error.__cause__, DataError | IntegrityError)


def name_place(engine: Engine) -> str:
    """Return the database's address without anything secret."""
    return engine.url.set(query={}).render_as_string(hide_password=True)


@contextmanager
def translate_errors(engine: Engine) -> Iterator[None]:
    """Turn a database failure into a StoreError that says what to do."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        # a connection without SQLAlchemy's own, as ChangeMark has one, raises SQLite's errors
        raise _describe(engine, error) from error
    except PoolTimeoutError as error:
        raise StoreError(
            f"the database {name_place(engine)} is busy: every connection of this process is in use",
            todo="try again; nothing was changed",
        ) from error


@contextmanager
def _patient(connection: Connection, patience_s: float | None) -> Iterator[None]:
    """Let SQLite wait longer; PostgreSQL is told inside the transaction."""
    raw = connection.connection.dbapi_connection
    if patience_s is None or not isinstance(raw, sqlite3.Connection):
        yield
        return
    usual_ms = raw.execute("PRAGMA busy_timeout").fetchone()[0]
    raw.execute(f"PRAGMA busy_timeout = {int(patience_s * 1000)}")
    try:
        yield
    finally:
        raw.execute(f"PRAGMA busy_timeout = {usual_ms}")


def _describe(engine: Engine, error: DBAPIError | sqlite3.Error) -> StoreError:
    place = name_place(engine)
    text = _first_line((error.orig if isinstance(error, DBAPIError) else None) or error)
    if isinstance(error, DBAPIError) and is_postgresql(engine):
        return describe_failure(place, error, text)
    lower = text.lower()
    if "locked" in lower or "busy" in lower:
        return StoreError(
            f"the database {place} is locked by another program",
            expected="no other program writing to it for more than a few seconds",
            todo="close the other program, then try again; nothing was changed",
        )
    if "full" in lower or "disk i/o error" in lower:
        fault = "is full" if "full" in lower else f"cannot be written ({text}): it is full, at a quota, or failing"
        return StoreError(
            f"the disk of the database {place} {fault}",
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
