"""The database behind everything that is remembered: one transaction is one unit of work."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Connection, Engine

from sim.db.accounts import AccountsTable
from sim.db.attempts import AttemptsTable
from sim.db.backup import keep_upgrade_copy, remove_old_upgrade_copy
from sim.db.change_mark import ChangeMark
from sim.db.days_off import DaysOffTable
from sim.db.during_attempts import HelpTable, SilencesTable
from sim.db.engine import BUSY_TIMEOUT_S, hold_lock, make_engine, open_transaction, translate_errors, try_lock
from sim.db.events import EventsTable
from sim.db.exercises import ExercisesTable
from sim.db.exposures import ExposuresTable
from sim.db.holds import HoldsTable
from sim.db.learners import LearnersTable
from sim.db.ledger import LedgerTable
from sim.db.links import LinksTable
from sim.db.lti import LtiTable
from sim.db.mail import MailTable
from sim.db.migrate import migrate
from sim.db.personal import PersonalTable
from sim.db.programs import ProgramsTable
from sim.db.roster import RosterTable
from sim.db.second_steps import SecondStepsTable
from sim.db.sessions import SessionsTable
from sim.db.teams import NO_LIMITS, Limits, TeamsTable
from sim.db.writer_queue import WriterQueue
from sim.errors import AccessError


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """All tables on one open transaction."""

    teams: TeamsTable
    attempts: AttemptsTable
    events: EventsTable
    silences: SilencesTable
    exercises: ExercisesTable
    programs: ProgramsTable
    exposures: ExposuresTable
    sessions: SessionsTable
    help: HelpTable
    learners: LearnersTable
    accounts: AccountsTable
    links: LinksTable
    ledger: LedgerTable
    holds: HoldsTable
    roster: RosterTable
    personal: PersonalTable
    lti: LtiTable
    mail: MailTable
    days_off: DaysOffTable
    second_steps: SecondStepsTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """An open database at the present version. Safe to share between threads."""

    engine: Engine
    changes: ChangeMark
    limits: Limits = NO_LIMITS
    writer_queue: WriterQueue = field(default_factory=lambda: WriterQueue(within_s=BUSY_TIMEOUT_S), compare=False)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Open a transaction that only reads. Raises StoreError."""
        with open_transaction(self.engine, writes=False) as connection:
            yield _make_work(connection, self.limits)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Open a transaction that may write; all of it is kept, or none after an error.

        Those of this process wait for each other in the order they came, before any of them takes a connection.
        """
        if not self.limits.may_write:
            raise AccessError("you can look at this, but not change it", todo="ask a trainer of this school to do it")
        with self.writer_queue.take(), open_transaction(self.engine, writes=True) as connection:
            work = _make_work(connection, self.limits)
            yield work
            if work.ledger.pending:
                work.ledger.flush()

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """Hold a lock of a name against every server process on this database, over several transactions.

        Only between processes: inside one, and with SQLite, which has one, use a lock of the process.
        """
        with hold_lock(self.engine, name):
            yield

    @contextmanager
    def try_hold(self, name: str) -> Iterator[bool]:
        """As `hold` without waiting: gives whether this process has the lock. Raises StoreError."""
        with try_lock(self.engine, name) as is_held:
            yield is_held

    def forget(self) -> None:
        """Take what was deleted out of SQLite's log of writes too, as far as nobody reads there. Raises StoreError."""
        if self.engine.dialect.name == "sqlite":
            with translate_errors(self.engine), self.engine.connect() as connection:
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of every connection."""
        self.changes.close()
        self.engine.dispose()


def _make_work(connection: Connection, limits: Limits) -> Transaction:
    return Transaction(
        teams=TeamsTable(connection=connection, schools=limits.schools),
        attempts=AttemptsTable(connection=connection, schools=limits.schools),
        events=EventsTable(connection=connection),
        silences=SilencesTable(connection=connection),
        exercises=ExercisesTable(connection=connection),
        programs=ProgramsTable(connection=connection),
        exposures=ExposuresTable(connection=connection),
        sessions=SessionsTable(connection=connection),
        help=HelpTable(connection=connection),
        learners=LearnersTable(connection=connection),
        accounts=AccountsTable(connection=connection),
        links=LinksTable(connection=connection),
        ledger=LedgerTable(connection=connection),
        holds=HoldsTable(connection=connection),
        roster=RosterTable(connection=connection),
        personal=PersonalTable(connection=connection),
        lti=LtiTable(connection=connection),
        mail=MailTable(connection=connection),
        days_off=DaysOffTable(connection=connection),
        second_steps=SecondStepsTable(connection=connection),
    )


def open_store(url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Store:
    """Open the database, making or updating its tables first; of a SQLite file a copy is kept before it is updated."""
    engine = make_engine(url, busy_timeout_s=busy_timeout_s)
    try:
        migrate(engine, before_upgrade=partial(keep_upgrade_copy, url))
        remove_old_upgrade_copy(url, now_s=time.time())
    except BaseException:
        engine.dispose()
        raise
    return Store(engine=engine, changes=ChangeMark(engine), writer_queue=WriterQueue(within_s=busy_timeout_s))
