"""What waits to be sent to a learning record store, and how sending went. Works inside the transaction it is given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from sim.records import tables

_STATEMENT = tables.lrs_statement.c
_STATE = tables.lrs_state.c
MOST_FAILURE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingStatement:
    """One statement that was not sent yet: its id, whom it is about, the entry it tells of, and its JSON."""

    statement_id: str
    person_id: str
    ledger_number: int
    body: str
    queued_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreState:
    """How far a store has been told, and how sending went last; `failure` is "" once it worked again."""

    ledger_number: int
    sent_count: int = 0
    sent_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LrsTable:
    """The queue, on one open transaction."""

    connection: Connection

    def get_state(self, store_url: str) -> StoreState | None:
        """Return how far a store has been told; None for one that nothing was queued for yet."""
        found = (
            self.connection.execute(select(tables.lrs_state).where(_STATE.store_url == store_url)).mappings().first()
        )
        if found is None:
            return None
        return StoreState(
            ledger_number=found[_STATE.ledger_number],
            sent_count=found[_STATE.sent_count],
            sent_at=found[_STATE.sent_at],
            failed_at=found[_STATE.failed_at],
            failure=found[_STATE.failure],
        )

    def begin(self, store_url: str, ledger_number: int) -> None:
        """Begin with a store: what came before an entry is not sent to it."""
        self.connection.execute(insert(tables.lrs_state).values(store_url=store_url, ledger_number=ledger_number))

    def queue(self, store_url: str, statements: Iterable[WaitingStatement], *, up_to: int) -> int:
        """Keep statements to be sent, those that wait already once; return how many are new."""
        fresh = {each.statement_id: each for each in statements}
        known = set(
            self.connection.scalars(select(_STATEMENT.statement_id).where(_STATEMENT.statement_id.in_(list(fresh))))
        )
        rows = [
            {
                "statement_id": each.statement_id,
                "person_id": each.person_id,
                "ledger_number": each.ledger_number,
                "body": each.body,
                "queued_at": each.queued_at,
            }
            for each in fresh.values()
            if each.statement_id not in known
        ]
        if rows:
            self.connection.execute(insert(tables.lrs_statement), rows)
        self.connection.execute(
            update(tables.lrs_state).where(_STATE.store_url == store_url).values(ledger_number=up_to)
        )
        return len(rows)

    def list_waiting(self, *, most: int) -> tuple[WaitingStatement, ...]:
        """Return those that wait, the oldest first."""
        chosen = select(tables.lrs_statement).order_by(_STATEMENT.ledger_number, _STATEMENT.statement_id).limit(most)
        return tuple(
            WaitingStatement(
                statement_id=found[_STATEMENT.statement_id],
                person_id=found[_STATEMENT.person_id],
                ledger_number=found[_STATEMENT.ledger_number],
                body=found[_STATEMENT.body],
                queued_at=found[_STATEMENT.queued_at],
            )
            for found in self.connection.execute(chosen).mappings()
        )

    def count_waiting(self) -> int:
        """Return how many wait."""
        return self.connection.scalar(select(func.count()).select_from(tables.lrs_statement)) or 0

    def note_sent(self, store_url: str, statement_ids: Sequence[str], *, at: datetime) -> None:
        """Take statements that the store has taken out of the queue."""
        self.connection.execute(delete(tables.lrs_statement).where(_STATEMENT.statement_id.in_(list(statement_ids))))
        sent = _STATE.sent_count + len(statement_ids)
        self.connection.execute(
            update(tables.lrs_state)
            .where(_STATE.store_url == store_url)
            .values(sent_count=sent, sent_at=at, failure="")
        )

    def note_failure(self, store_url: str, failure: str, *, at: datetime) -> None:
        """Note why sending failed; what waits stays."""
        self.connection.execute(
            update(tables.lrs_state)
            .where(_STATE.store_url == store_url)
            .values(failed_at=at, failure=failure[:MOST_FAILURE])
        )
