"""The database behind everything that is remembered: one transaction is one unit of work."""

import hashlib
import secrets
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, text

from sim.db.attempts import AttemptRow, AttemptsTable, EventsTable, ExerciseRow, ExercisesTable
from sim.db.builds import BuildRow
from sim.db.engine import BUSY_TIMEOUT_S, is_postgresql, make_engine, open_transaction, translate_errors
from sim.db.ledger import Gap, HoldRow, LedgerTable
from sim.db.lti import PlatformRow
from sim.db.migrate import migrate, remove_old_upgrade_copy
from sim.db.programs import ExposuresTable, LinkRow, ProgramRow, ProgramsTable, StepRow
from sim.db.rows import Rows, RowsOf, limit
from sim.db.sessions import SessionRow, SessionsTable, Training, TrainingsTable
from sim.db.teams import NO_LIMITS, AccountRow, AccountsTable, Limits, PeopleTable, PersonRow, TeamRow
from sim.errors import AccessError, StoreError

HOLD_WITHIN_S, HOLD_MOST_S = 30.0, 600


class WriterQueue:
    """A lock that is handed on to the one that waited longest. Safe to share between threads; not taken twice by one.

    SQLite lets those who wait for its lock look again every tenth of a second: among fifty who write at once some come
    too late each time, and each of them holds a connection meanwhile. Here they are woken at once, and hold nothing.
    """

    def __init__(self, *, within_s: float) -> None:
        self._within_s = within_s
        self._lock = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()  # the first has the turn

    @contextmanager
    def take(self) -> Iterator[None]:
        """Hold the turn. Raises StoreError: it did not come in time."""
        mine = threading.Lock()
        mine.acquire()
        with self._lock:
            self._waiting.append(mine)
            is_first = len(self._waiting) == 1
        try:
            if not (is_first or mine.acquire(timeout=self._within_s)):
                raise StoreError(
                    "the database is busy: others have been writing to it all the time",
                    expected=f"a turn within {self._within_s:g} s",
                    todo="try again; nothing was changed",
                )
            yield
        finally:
            with self._lock:
                has_turn = self._waiting[0] is mine
                self._waiting.remove(mine)
                if has_turn and self._waiting:
                    self._waiting[0].release()


class ChangeMark:
    """Reads the mark. Safe to share between threads.

    SQLite tells one connection that another one has committed, so this has one of its own that never writes.
    PostgreSQL names a snapshot by the transactions that have written and those that may.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._name = secrets.token_hex(4)
        self._lock = threading.Lock()
        self._own: Connection | None = None

    def read(self) -> str:
        """Return the mark: another one after every commit that changed something, and in every other `ChangeMark`."""
        if is_postgresql(self._engine):
            with open_transaction(self._engine, writes=False) as connection:
                return f"{self._name}-{connection.scalar(text('SELECT pg_current_snapshot()::text'))}"
        with translate_errors(self._engine), self._lock:
            if self._own is None:
                self._own = self._engine.connect()
                self._own.detach()
            return f"{self._name}-{self._own.exec_driver_sql('PRAGMA data_version').scalar()}"

    def close(self) -> None:
        with self._lock:
            if self._own is not None:
                self._own.close()
                self._own = None


class Transaction(Rows):
    def __init__(self, connection: Connection, limits: Limits = NO_LIMITS) -> None:
        super().__init__(connection=connection)
        if limits.schools is not None:
            limit(connection, limits.schools)
        self.teams = RowsOf(connection, TeamRow)
        self.people = PeopleTable(connection, PersonRow)
        self.attempts = AttemptsTable(connection, AttemptRow)
        self.events = EventsTable(connection)
        self.exercises = ExercisesTable(connection, ExerciseRow)
        self.programs = ProgramsTable(connection, ProgramRow)
        self.steps = RowsOf(connection, StepRow)
        self.exposures = ExposuresTable(connection)
        self.sessions = SessionsTable(connection, SessionRow)
        self.accounts = AccountsTable(connection, AccountRow)
        self.links = RowsOf(connection, LinkRow)
        self.ledger = LedgerTable(connection)
        self.holds = RowsOf(connection, HoldRow)
        self.gaps = RowsOf(connection, Gap)
        self.trainings = TrainingsTable(connection, Training)
        self.lti = RowsOf(connection, PlatformRow)
        self.builds = RowsOf(connection, BuildRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    engine: Engine
    changes: ChangeMark
    limits: Limits = NO_LIMITS
    writer_queue: WriterQueue = field(default_factory=lambda: WriterQueue(within_s=BUSY_TIMEOUT_S), compare=False)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        with open_transaction(self.engine, writes=False) as connection:
            yield Transaction(connection, self.limits)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Open a transaction, kept or undone as a whole; those of this process take turns before a connection."""
        if not self.limits.may_write:
            raise AccessError("you can look at this, but not change it", todo="ask a trainer of this school to do it")
        with self.writer_queue.take(), open_transaction(self.engine, writes=True) as connection:
            work = Transaction(connection, self.limits)
            yield work
            if work.ledger.pending:
                work.ledger.flush()

    @contextmanager
    def hold(self, name: str, *, waits: bool = True) -> Iterator[bool]:
        """Hold a named lock against other processes on the database; gives whether it is held. Raises StoreError."""
        if not is_postgresql(self.engine):
            yield True
            return
        with open_transaction(self.engine, writes=False, patience_s=HOLD_WITHIN_S if waits else None) as connection:
            # it does nothing for longer than others may: what it is held for runs elsewhere
            connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = '{HOLD_MOST_S}s'")
            # 63 bits, none of them that of `WRITERS`
            number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") >> 1
            take = "pg_advisory_xact_lock" if waits else "pg_try_advisory_xact_lock"
            yield connection.exec_driver_sql(f"SELECT {take}({number})").scalar() is not False

    def forget(self) -> None:
        """Take what was deleted out of SQLite's log of writes too, as far as nobody reads there. Raises StoreError."""
        if self.engine.dialect.name == "sqlite":
            with translate_errors(self.engine), self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self.changes.close()
        self.engine.dispose()


def open_store(url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Store:
    """Open the database, making or updating its tables first; of a SQLite file a copy is kept before it is updated."""
    engine = make_engine(url, busy_timeout_s=busy_timeout_s)
    try:
        migrate(engine)
        remove_old_upgrade_copy(engine, now_s=time.time())
    except BaseException:
        engine.dispose()
        raise
    return Store(engine=engine, changes=ChangeMark(engine), writer_queue=WriterQueue(within_s=busy_timeout_s))
