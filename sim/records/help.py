"""Calls for help in the database. Every function works inside the transaction it is given."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from sim.records import tables
from sim.records.session_rows import HelpRow

_HELP = tables.attempt_help.c


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpTable:
    """Calls for help, on one open transaction."""

    connection: Connection

    def ask(self, attempt_id: str, *, at: datetime, elapsed_s: float) -> HelpRow:
        """Store a call for help; one that still waits for its answer is returned as it is."""
        asked = self.list_of((attempt_id,))
        if asked and asked[-1].answered_at is None:
            return asked[-1]
        row = HelpRow(attempt_id=attempt_id, number=len(asked) + 1, asked_at=at, elapsed_s=elapsed_s)
        self.connection.execute(
            insert(tables.attempt_help).values(
                attempt_id=row.attempt_id, number=row.number, asked_at=row.asked_at, elapsed_s=row.elapsed_s
            )
        )
        return row

    def answer(self, attempt_id: str, *, at: datetime) -> int:
        """Mark every call of an attempt that waits as answered; return how many there were."""
        waiting = (_HELP.attempt_id == attempt_id) & _HELP.answered_at.is_(None)
        return self.connection.execute(update(tables.attempt_help).where(waiting).values(answered_at=at)).rowcount

    def list_of(self, attempt_ids: Collection[str]) -> tuple[HelpRow, ...]:
        """Return the calls of some attempts, by attempt and in the order they were made."""
        chosen = (
            select(tables.attempt_help)
            .where(_HELP.attempt_id.in_(list(attempt_ids)))
            .order_by(_HELP.attempt_id, _HELP.number)
        )
        return tuple(
            HelpRow(
                attempt_id=found[_HELP.attempt_id],
                number=found[_HELP.number],
                asked_at=found[_HELP.asked_at],
                elapsed_s=found[_HELP.elapsed_s],
                answered_at=found[_HELP.answered_at],
            )
            for found in self.connection.execute(chosen).mappings()
        )
