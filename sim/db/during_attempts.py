"""What happens during attempts besides: times in which nothing was heard of a tab, and calls for help.

Every function works inside the transaction it is given.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from sim.db import tables
from sim.db.session_rows import HelpRow
from sim.drill.arrivals import Silence, join_silences

_SILENCE = tables.silence.c
_HELP = tables.attempt_help.c


@dataclass(frozen=True, slots=True, kw_only=True)
class SilencesTable:
    """The silences of all attempts, on one open transaction."""

    connection: Connection

    def keep(self, attempt_id: str, silence: Silence) -> None:
        """Store a silence; a further post that belongs to the same one is added to it."""
        same = (
            (_SILENCE.attempt_id == attempt_id)
            & (_SILENCE.tab_id == silence.tab_id)
            & (_SILENCE.from_s == silence.from_s)
        )
        before = next((each for each in self.list_all(attempt_id) if _is_same(each, silence)), None)
        joined = join_silences(before, silence)
        self.connection.execute(delete(tables.silence).where(same))
        self.connection.execute(
            insert(tables.silence).values(
                attempt_id=attempt_id,
                tab_id=joined.tab_id,
                from_s=joined.from_s,
                to_s=joined.to_s,
                late=joined.late,
                is_offline=joined.is_offline,
            )
        )

    def list_all(self, attempt_id: str) -> tuple[Silence, ...]:
        """Return the silences of an attempt in the order they began."""
        chosen = (
            select(_SILENCE.tab_id, _SILENCE.from_s, _SILENCE.to_s, _SILENCE.late, _SILENCE.is_offline)
            .where(_SILENCE.attempt_id == attempt_id)
            .order_by(_SILENCE.from_s, _SILENCE.tab_id)
        )
        return tuple(
            Silence(tab_id=tab_id, from_s=from_s, to_s=to_s, late=late, is_offline=is_offline)
            for tab_id, from_s, to_s, late, is_offline in self.connection.execute(chosen)
        )


def _is_same(a: Silence, b: Silence) -> bool:
    return a.tab_id == b.tab_id and a.from_s == b.from_s


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
