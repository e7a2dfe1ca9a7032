"""Legal holds in the database. Every function works inside the transaction it is given."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, insert, select, update
from sqlalchemy.engine import RowMapping

from sim.db import tables
from sim.errors import HoldError

_HOLD = tables.legal_hold.c


class HoldScope(StrEnum):
    PERSON = "person"
    TEAM = "team"
    SESSION = "session"
    TRAINING = "training"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRow:
    """One legal hold. `released_at` is None while it holds."""

    hold_id: str
    scope: HoldScope
    subject_id: str
    reason: str
    placed_by: str
    placed_at: datetime
    released_at: datetime | None = None
    released_by: str = ""
    release_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldsTable:
    """Holds, those released included, on one open transaction."""

    connection: Connection

    def place(self, row: HoldRow) -> None:
        self.connection.execute(
            insert(tables.legal_hold).values(
                hold_id=row.hold_id,
                scope=row.scope.value,
                subject_id=row.subject_id,
                reason=row.reason,
                placed_by=row.placed_by,
                placed_at=row.placed_at,
            )
        )

    def get(self, hold_id: str) -> HoldRow:
        """Return one hold. Raises HoldError: unknown."""
        chosen = select(tables.legal_hold).where(_HOLD.hold_id == hold_id)
        found = self.connection.execute(chosen).mappings().first()
        if found is None:
            raise HoldError("this hold does not exist", todo="list them with `python -m sim records holds`")
        return _to_row(found)

    def release(self, hold_id: str, *, by: str, reason: str, at: datetime) -> None:
        """Note that a hold is released; one released before stays as it is."""
        self.connection.execute(
            update(tables.legal_hold)
            .where(_HOLD.hold_id == hold_id, _HOLD.released_at.is_(None))
            .values(released_at=at, released_by=by, release_reason=reason)
        )

    def list_all(self, *, active_only: bool = False) -> tuple[HoldRow, ...]:
        """Return the holds, the oldest first."""
        return self._list(_HOLD.released_at.is_(None) if active_only else _HOLD.hold_id.is_not(None))

    def _list(self, condition: ColumnElement[bool]) -> tuple[HoldRow, ...]:
        chosen = select(tables.legal_hold).where(condition).order_by(_HOLD.placed_at, _HOLD.hold_id)
        return tuple(_to_row(found) for found in self.connection.execute(chosen).mappings())


def _to_row(found: RowMapping) -> HoldRow:
    return HoldRow(
        hold_id=found[_HOLD.hold_id],
        scope=HoldScope(found[_HOLD.scope]),
        subject_id=found[_HOLD.subject_id],
        reason=found[_HOLD.reason],
        placed_by=found[_HOLD.placed_by],
        placed_at=found[_HOLD.placed_at],
        released_at=found[_HOLD.released_at],
        released_by=found[_HOLD.released_by],
        release_reason=found[_HOLD.release_reason],
    )
