"""Links that were given out, in the database. Every function works inside the transaction it is given."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import RowMapping

from sim.db import tables

_LINK = tables.link.c


class LinkKind(StrEnum):
    RECORD = "record"
    DRILL = "drill"
    TEAM_EXERCISE = "exercise"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    link_id: str
    kind: LinkKind  # what it opens
    person_id: str  # whom it is for, and whose
    attempt_id: str | None  # the drill, or the part of a team exercise; None for a record
    issued_by: str  # who gave it out, "" where nobody was signed in
    issued_at: datetime
    expires_at: datetime  # it works until then
    ended_at: datetime | None = None  # when it was ended before that


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksTable:
    connection: Connection

    def add(self, row: LinkRow) -> None:
        self.connection.execute(
            insert(tables.link).values(
                link_id=row.link_id,
                kind=row.kind.value,
                person_id=row.person_id,
                attempt_id=row.attempt_id,
                issued_by=row.issued_by,
                issued_at=row.issued_at,
                expires_at=row.expires_at,
                ended_at=row.ended_at,
            )
        )

    def find(self, link_id: str) -> LinkRow | None:
        """Return a link, whether it still works or not."""
        found = self.connection.execute(select(tables.link).where(_LINK.link_id == link_id)).mappings().first()
        return None if found is None else _to_link(found)

    def list_open(self, person_ids: Collection[str], *, now: datetime) -> tuple[LinkRow, ...]:
        """Return the links of some people that work at a moment, the newest first."""
        chosen = select(tables.link).where(
            _LINK.person_id.in_(list(person_ids)), _LINK.ended_at.is_(None), _LINK.expires_at > now
        )
        ordered = chosen.order_by(_LINK.issued_at.desc(), _LINK.link_id)
        return tuple(_to_link(found) for found in self.connection.execute(ordered).mappings())

    def end(self, link_id: str, *, at: datetime) -> None:
        """End one link; one that has ended stays as it is."""
        chosen = (_LINK.link_id == link_id) & _LINK.ended_at.is_(None)
        self.connection.execute(update(tables.link).where(chosen).values(ended_at=at))

    def end_of_person(self, person_id: str, *, at: datetime) -> int:
        """End every link of a person; return how many worked."""
        chosen = (_LINK.person_id == person_id) & _LINK.ended_at.is_(None) & (_LINK.expires_at > at)
        return self.connection.execute(update(tables.link).where(chosen).values(ended_at=at)).rowcount


def _to_link(found: RowMapping) -> LinkRow:
    return LinkRow(
        link_id=found[_LINK.link_id],
        kind=LinkKind(found[_LINK.kind]),
        person_id=found[_LINK.person_id],
        attempt_id=found[_LINK.attempt_id],
        issued_by=found[_LINK.issued_by],
        issued_at=found[_LINK.issued_at],
        expires_at=found[_LINK.expires_at],
        ended_at=found[_LINK.ended_at],
    )
