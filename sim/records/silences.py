"""Times in which nothing was heard of a tab of an attempt."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from sim.drill.arrivals import Silence, join_silences
from sim.records import tables

_SILENCE = tables.silence.c


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
