"""Opening the database: SQLite by default, PostgreSQL by URL; transactions and locks; failures become words."""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from sim.errors import StoreError

WRITERS = 0x5369676874
"""Number of the lock that every transaction that writes holds until its end."""
POOL_SIZE = 10
CONNECT_WITHIN_S, IDLE_MOST_S = 5, 60
"""A process that stops in the middle of a transaction loses it after this time, and the others go on."""
_WORDS = {
    "55P03|40001|40P01|.*(locked|busy)": (
        "the database {place} is locked by another program ({text})",
        "no other program writing to it for more than a few seconds",
        "close the other program, then try again; nothing was changed",
    ),
    "53100|.*(full|disk i/o error)": (
        "the disk of the database {place} is full, at a quota, or failing ({text})",
        "",
        "free some space, then try again; nothing was changed",
    ),
    "53300": (
        "the database {place} has no connection left ({text})",
        f"{2 * POOL_SIZE} connections for each Sightline process",
        "raise max_connections of the database server, or run fewer processes",
    ),
    "25006": ("the database {place} cannot be written to ({text})", "the primary server", "correct DATABASE_URL"),
    "57P|25P|08": (
        "the database {place} does not answer ({text})",
        "a PostgreSQL server that runs, and DATABASE_URL with the right user, password and name",
        "start the server or correct DATABASE_URL; the app continues automatically once it answers",
    ),
    "22": ("the database {place} cannot store this ({text})", "", "change what was typed; nothing was stored"),
    ".*(not a database|malformed)": (
        "the database {place} is damaged or is no database ({text})",
        "a Sightline database",
        "move the file away and restore a backup, or start again without it",
    ),
    ".*(readonly|unable to open)": (
        "the database {place} cannot be opened for writing ({text})",
        "",
        "check that the folder exists and that this user may write there",
    ),
    "": ("the database {place} refused: {text}", "", "check that it runs and is reachable"),
}
"""What is said, what was expected and what to do, by how PostgreSQL's code begins or by SQLite's message:
https://www.postgresql.org/docs/current/errcodes-appendix.html"""
BUSY_TIMEOUT_S = 5.0
_ONE_MOMENT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def make_sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


def find_sqlite(url: str | URL) -> Path | None:
    """Return where a SQLite database lies, None for a server."""
    parsed = make_url(url)
    return Path(str(parsed.database)) if parsed.get_backend_name() == "sqlite" else None


def make_engine(url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Engine:
    """Return an engine for `url`; no connection is made yet.

    SQLite runs in write-ahead mode with foreign keys on; a write transaction takes its lock at once, so that it never
    fails half-way because another writer came first, and every commit reaches the disk. PostgreSQL does the same.
    """
    common: dict[str, Any] = {"pool_timeout": busy_timeout_s, "hide_parameters": True}
    try:
        parsed = make_url(url)
        if parsed.drivername.split("+")[0] in ("postgresql", "postgres"):
            options = (
                f"{parsed.query.get('options', '')} -c lock_timeout={int(busy_timeout_s * 1000)}ms"
                f" -c idle_in_transaction_session_timeout={IDLE_MOST_S}s"
            )
            return create_engine(
                parsed.set(drivername="postgresql+psycopg").difference_update_query(["options"]),
                pool_pre_ping=True,
                pool_size=POOL_SIZE,
                max_overflow=POOL_SIZE,
                connect_args={"options": options.strip(), "connect_timeout": CONNECT_WITHIN_S},
                **common,
            )
        if parsed.get_backend_name() != "sqlite":
            raise ArgumentError(f"{parsed.drivername} is not a database that Sightline knows")
        if not parsed.database or parsed.database == ":memory:":
            raise ArgumentError("a SQLite database in memory is gone with the program")
        engine = create_engine(parsed, connect_args={"timeout": busy_timeout_s, "check_same_thread": False}, **common)
    except (ArgumentError, SQLAlchemyError, ModuleNotFoundError, ValueError) as error:
        said = "its port is no number" if isinstance(error, ValueError) else str(error).strip().split("\n", 1)[0]
        raise StoreError(
            f"the database address cannot be used: {said}",
            expected="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME",
            todo="correct DATABASE_URL; write @ : / in a password as %40 %3A %2F",
        ) from error

    @event.listens_for(engine, "do_connect")
    def _keep_private(*_: object) -> None:
        make_private(Path(str(parsed.database)))

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        # what is deleted is overwritten: most of it says something about a person
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def make_private(path: Path) -> None:
    """Make a file that is not there, empty, for this user alone; where it cannot be, whoever opens it says why."""
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


@contextmanager
def open_transaction(engine: Engine, *, writes: bool, patience_s: float | None = None) -> Iterator[Connection]:
    """Open a transaction; one that `writes` holds the lock of writers, and `patience_s` is how long it waits for it."""
    with translate_errors(engine), engine.connect() as connection:
        wait_ms = [] if patience_s is None else [int(patience_s * 1000)]
        if is_postgresql(engine):
            first = [f"SET LOCAL lock_timeout = {each}" for each in wait_ms]
            first += [f"SELECT pg_advisory_xact_lock({WRITERS})"] if writes else []
            connection.execution_options(**({} if writes else _ONE_MOMENT))
        else:
            first = [f"PRAGMA busy_timeout = {each}" for each in wait_ms]
            first.append("BEGIN IMMEDIATE" if writes else "BEGIN")
            if wait_ms:
                connection.detach()  # none that others get: it goes on waiting for so long
        with connection.begin():
            for statement in first:
                connection.exec_driver_sql(statement)
            yield connection


def is_postgresql(engine: Engine) -> bool:
    return engine.dialect.name == "postgresql"


def is_of_a_value(error: StoreError) -> bool:
    """Return whether the database is well and refused something that it was to store."""
    return isinstance(error.__cause__, DataError | IntegrityError)


def name_place(engine: Engine) -> str:
    """Return the database's address without anything secret."""
    return engine.url.set(query={}).render_as_string(hide_password=True)


@contextmanager
def translate_errors(engine: Engine) -> Iterator[None]:
    try:
        yield
    except PoolTimeoutError as error:
        raise StoreError(
            f"the database {name_place(engine)} is busy: every connection of this process is in use",
            todo="try again; nothing was changed",
        ) from error
    except (DBAPIError, sqlite3.Error) as error:
        text = str((error.orig if isinstance(error, DBAPIError) else None) or error).strip().split("\n", 1)[0]
        said = text.lower()
        if isinstance(error, DBAPIError) and is_postgresql(engine):
            # a connection that was never made has no code
            said = getattr(error.orig, "sqlstate", None) or ("22" if isinstance(error, DataError) else "08")
        what, expected, todo = next(words for sign, words in _WORDS.items() if re.match(sign, said))
        raise StoreError(what.format(place=name_place(engine), text=text), expected=expected, todo=todo) from error
