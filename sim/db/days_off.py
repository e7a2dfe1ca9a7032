"""Days without drills, in the database. Every function works inside the transaction it is given."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, insert, select

from sim.db import tables

_OFF = tables.day_off.c


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOff:
    """Days without drills that someone entered: from one to another, both counted, and what they are."""

    day_off_id: str
    first_on: date
    last_on: date
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysOffTable:
    """Days without drills, on one open transaction."""

    connection: Connection

    def add(self, row: DayOff) -> None:
        self.connection.execute(
            insert(tables.day_off).values(
                day_off_id=row.day_off_id, first_on=row.first_on, last_on=row.last_on, name=row.name
            )
        )

    def remove(self, day_off_id: str) -> bool:
        """Take them out; return whether they were there."""
        return self.connection.execute(delete(tables.day_off).where(_OFF.day_off_id == day_off_id)).rowcount == 1

    def list_all(self) -> tuple[DayOff, ...]:
        """Return all, the earliest first."""
        chosen = select(tables.day_off).order_by(_OFF.first_on, _OFF.day_off_id)
        return tuple(
            DayOff(
                day_off_id=found[_OFF.day_off_id],
                first_on=found[_OFF.first_on],
                last_on=found[_OFF.last_on],
                name=found[_OFF.name],
            )
            for found in self.connection.execute(chosen).mappings()
        )
