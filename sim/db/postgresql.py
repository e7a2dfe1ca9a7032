"""PostgreSQL, opened so that it keeps the promises of SQLite: one writer at a time, and readers who see one moment.

Why one writer: docs/decisions/035-one-writer-on-postgresql.md.
"""

import hashlib

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DataError, DBAPIError

from sim.errors import StoreError

WRITERS = 0x5369676874
"""Number of the lock that every transaction that writes holds until its end."""
POOL_SIZE = 10
CONNECT_WITHIN_S = 5
IDLE_MOST_S = 60
HOLD_MOST_S = 600
"""A process that stops in the middle of a transaction loses it after this time, and the others go on."""
_LOCKED = (
    "is locked by another program",
    "no other program writing to it for more than a few seconds",
    "try again; nothing was changed",
)
_GONE = (
    "does not answer",
    "a PostgreSQL server that runs, and DATABASE_URL with the right user, password and name",
    "start the server or correct DATABASE_URL; the app continues automatically once it answers",
)
_FULL = ("has no room left on its disk", "", "free some space on the database server, then try again")
_NO_CONNECTION = (
    "has no connection left",
    f"{2 * POOL_SIZE} connections for each Sightline process",
    "raise max_connections of the database server, or run fewer processes",
)
_READ_ONLY = ("cannot be written to", "the primary server", "correct DATABASE_URL")
_BAD_VALUE = ("cannot store this", "", "change what was typed; nothing was stored")
_REFUSED = ("refused", "", "check that it runs and is reachable")
_WORDS = {
    "55P03": _LOCKED,
    "40001": _LOCKED,
    "40P01": _LOCKED,
    "53100": _FULL,
    "53300": _NO_CONNECTION,
    "25006": _READ_ONLY,
    "57P": _GONE,
    "25P": _GONE,
    "08": _GONE,
    "22": _BAD_VALUE,
}
"""What is said, what was expected and what to do, by how a code begins:
https://www.postgresql.org/docs/current/errcodes-appendix.html"""


def make_postgresql_engine(url: URL, *, busy_timeout_s: float) -> Engine:
    """Return an engine; no connection is made yet. Raises as `sqlalchemy.create_engine`."""
    given = url.query.get("options", "")
    settings = {
        "lock_timeout": f"{int(busy_timeout_s * 1000)}ms",
        "idle_in_transaction_session_timeout": f"{IDLE_MOST_S}s",
    }
    options = " ".join([str(given), *(f"-c {name}={value}" for name, value in settings.items())]).strip()
    engine = create_engine(
        url.set(drivername="postgresql+psycopg").difference_update_query(["options"]),
        pool_pre_ping=True,
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        pool_timeout=busy_timeout_s,
        hide_parameters=True,
        connect_args={"options": options, "connect_timeout": CONNECT_WITHIN_S},
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        patience_s = options.get("sightline_patience_s")
        if patience_s is not None:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(patience_s * 1000)}")
        if options.get("sightline_writes", False):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")

    return engine


def take_named_lock(connection: Connection, name: str) -> None:
    """Wait for a lock of a name, held until the transaction ends."""
    _stay(connection)
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_number(name)})")


def try_named_lock(connection: Connection, name: str) -> bool:
    """Return whether the lock of a name was free; it is then held until the transaction ends."""
    _stay(connection)
    return bool(connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({_number(name)})").scalar())


def describe_failure(place: str, error: DBAPIError, text: str) -> StoreError:
    """Return a failure of PostgreSQL in words; a connection that was never made has no code."""
    code = getattr(error.orig, "sqlstate", None)
    if code is None:
        is_value = isinstance(error, DataError)
        words = _BAD_VALUE if is_value else _GONE
    else:
        words = next((said for start, said in _WORDS.items() if code.startswith(start)), _REFUSED)
    what, expected, todo = words
    return StoreError(f"the database {place} {what} ({text})", expected=expected, todo=todo)


def _stay(connection: Connection) -> None:
    """Let this transaction do nothing for longer than others may: what it is held for runs elsewhere."""
    connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = '{HOLD_MOST_S}s'")


def _number(name: str) -> int:
    """Return the number of a name's lock: 63 bits, none of them that of `WRITERS`."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") >> 1
