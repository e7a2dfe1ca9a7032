"""Many people of a roster written at once. Every function works inside the transaction it is given."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, bindparam, insert, select, update

from sim.db import tables
from sim.db.rows import PersonRow
from sim.db.teams import TeamsTable, person_values

_PERSON = tables.person.c
_TEAM = tables.team.c
_KEY = "stored_person_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterTable:
    """The people of all teams as a roster file changes them, on one open transaction."""

    connection: Connection

    def find_by_email(self, email: str) -> PersonRow | None:
        """Return the person who signs in with an address in small letters, if anybody; demo teams have none."""
        found = self.connection.scalar(select(_PERSON.person_id).where(_PERSON.email == email))
        return None if found is None else TeamsTable(connection=self.connection).get_person(found)

    def find_by_external_id(self, external_id: str) -> PersonRow | None:
        """Return the person whom a roster knows by an id, if anybody."""
        found = self.connection.scalar(select(_PERSON.person_id).where(_PERSON.external_id == external_id))
        return None if found is None else TeamsTable(connection=self.connection).get_person(found)

    def add_people(self, rows: Sequence[PersonRow]) -> None:
        """Store new people, each under the next number of the team."""
        if rows:
            numbered = self._number(rows)
            self.connection.execute(insert(tables.person), [person_values(row) for row in numbered])

    def save_people(self, rows: Sequence[PersonRow]) -> None:
        """Store known people as they are now; one whose number is 0 gets the next of the team.

        What identifies them is let go first, so that two may swap.
        """
        if not rows:
            return
        keys = [{_KEY: row.person_id} for row in rows]
        known = update(tables.person).where(_PERSON.person_id == bindparam(_KEY))
        self.connection.execute(known.values(external_id=None, email=None), keys)
        values = [person_values(row) | {_KEY: row.person_id} for row in self._number(rows)]
        changed: dict[str, object] = {
            name: bindparam(name) for name in values[0] if name not in (_KEY, "person_id", "created_at")
        }
        self.connection.execute(known.values(**changed), values)

    def name_team(self, team_id: str, *, external_id: str | None, school: str) -> None:
        """Store the id that roster files know a team by, and its school."""
        known = update(tables.team).where(_TEAM.team_id == team_id)
        self.connection.execute(known.values(external_id=external_id, school=school))

    def _number(self, rows: Sequence[PersonRow]) -> list[PersonRow]:
        teams = TeamsTable(connection=self.connection)
        wanted = Counter(row.team_id for row in rows if not row.number)
        following = {team_id: teams.take_numbers(team_id, count=count) for team_id, count in wanted.items()}
        numbered = []
        for row in rows:
            number = row.number
            if not number:
                number = following[row.team_id]
                following[row.team_id] += 1
            numbered.append(replace(row, number=number))
        return numbered
