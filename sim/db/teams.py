"""Teams and their people in the database. Every function works inside the transaction it is given."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, delete, func, insert, select, update
from sqlalchemy.engine import RowMapping

from sim.db import tables
from sim.db.rows import PersonRow, TeamRow, read_row, write_row
from sim.errors import AccessError, StoreError
from sim.text.typed import fold_name

_PERSON = tables.person.c
_TEAM = tables.team.c
OTHER_SCHOOL: Final = "this team is of a school that is not open to you"
OTHER_SCHOOL_TODO: Final = "choose one of your own teams"
DELETED_NAME: Final = "someone who was deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    # whose teams and people they see, None for all; a team without a school is one of its own name
    schools: frozenset[str] | None = None
    may_write: bool = True  # they may change something


NO_LIMITS: Final = Limits()


def is_of_schools(schools: Collection[str]) -> ColumnElement[bool]:
    return case((_TEAM.school == "", _TEAM.name), else_=_TEAM.school).in_(sorted(schools))


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsTable:
    """Teams and people, on one open transaction; of some schools only where `schools` names them."""

    connection: Connection
    schools: frozenset[str] | None = None

    def add_team(self, row: TeamRow) -> None:
        """Store a new team. Raises AccessError: of another school than those one is limited to."""
        self._check_school(row.school or row.name)
        self.connection.execute(insert(tables.team).values(**write_row(row)))

    def list_teams(self) -> tuple[TeamRow, ...]:
        """Return all teams by name, demo teams last."""
        chosen = select(tables.team).order_by(_TEAM.is_demo, _TEAM.name, _TEAM.team_id)
        if self.schools is not None:
            chosen = chosen.where(is_of_schools(self.schools))
        return tuple(read_row(TeamRow, found) for found in self.connection.execute(chosen).mappings())

    def is_taken(self, name: str) -> bool:
        """Return whether any team, of whatever school, has a name, in any case."""
        return any(fold_name(each) == fold_name(name) for each in self.connection.scalars(select(_TEAM.name)))

    def get_team(self, team_id: str) -> TeamRow:
        found = self.connection.execute(select(tables.team).where(_TEAM.team_id == team_id)).mappings().first()
        if found is None:
            raise StoreError("this team does not exist", todo="go back to the list of teams")
        team = read_row(TeamRow, found)
        if self.schools is not None and (team.school or team.name) not in self.schools:
            raise AccessError(OTHER_SCHOOL, todo=OTHER_SCHOOL_TODO)
        return team

    def set_school(self, team_id: str, school: str) -> None:
        """Change the school that a team belongs to; "" for its own name. Raises AccessError: to one not open."""
        if self.schools is not None:
            self._check_school(school or self.get_team(team_id).name)
        self.connection.execute(update(tables.team).where(_TEAM.team_id == team_id).values(school=school))

    def set_chosen_by(self, team_id: str, chosen_by: str) -> None:
        """Say how a team's people were chosen; "" for not said."""
        self.connection.execute(update(tables.team).where(_TEAM.team_id == team_id).values(chosen_by=chosen_by))

    def remove_demo_teams(self) -> int:
        """Delete every demo team with its people, attempts and events; return how many teams there were."""
        return self.connection.execute(delete(tables.team).where(_TEAM.is_demo.is_(True))).rowcount

    def add_person(self, row: PersonRow) -> None:
        """Store a new person of a team, under the team's next number unless the row has one."""
        number = row.number or self.take_numbers(row.team_id, count=1)
        self.connection.execute(insert(tables.person).values(**person_values(replace(row, number=number))))

    def take_numbers(self, team_id: str, *, count: int) -> int:
        """Set aside the next `count` numbers of a team; return the first. None is ever given again."""
        taken = update(tables.team).where(_TEAM.team_id == team_id).values(last_number=_TEAM.last_number + count)
        last: int | None = self.connection.scalar(taken.returning(_TEAM.last_number))
        if last is None:
            raise StoreError("this team does not exist", todo="go back to the list of teams")
        return last - count + 1

    def list_people(self, team_id: str) -> tuple[PersonRow, ...]:
        """Return everybody of a team by name, those who have left included. Raises as `get_team`, where limited."""
        if self.schools is not None:
            self.get_team(team_id)
        chosen = select(tables.person).where(_PERSON.team_id == team_id).order_by(_PERSON.name, _PERSON.person_id)
        return tuple(_to_person(found) for found in self.connection.execute(chosen).mappings())

    def count_present(self) -> dict[str, int]:
        """Return how many people are on the roster now, by team; teams without anybody are not in it."""
        chosen = (
            select(_PERSON.team_id, func.count().label("people"))
            .where(_PERSON.left_at.is_(None))
            .group_by(_PERSON.team_id)
        )
        return {found.team_id: found.people for found in self.connection.execute(chosen)}

    def _check_school(self, school: str) -> None:
        if self.schools is not None and school not in self.schools:
            raise AccessError(f"the school {school!r} is not one of yours", todo="choose one of your schools")

    def _keep_own(self, chosen: Select[Any]) -> Select[Any]:
        """Return a choice of people with only those whom one may see."""
        if self.schools is None:
            return chosen
        return chosen.where(_PERSON.team_id.in_(select(_TEAM.team_id).where(is_of_schools(self.schools))))

    def list_everybody(self) -> tuple[PersonRow, ...]:
        """Return the people of all teams, those who have left included."""
        chosen = self._keep_own(select(tables.person).order_by(_PERSON.name, _PERSON.person_id))
        return tuple(_to_person(found) for found in self.connection.execute(chosen).mappings())

    def get_person(self, person_id: str) -> PersonRow:
        """Return one person. Raises StoreError when there is none of that id."""
        found = self.find_person(person_id)
        if found is None:
            raise StoreError("this person is not on any team", todo="go back to the list of teams")
        return found

    def find_person(self, person_id: str) -> PersonRow | None:
        chosen = self._keep_own(select(tables.person).where(_PERSON.person_id == person_id))
        found = self.connection.execute(chosen).mappings().first()
        return None if found is None else _to_person(found)

    def name_people(self, person_ids: Collection[str]) -> dict[str, str]:
        """Return what each of some people is called, of whatever team and school; one who was deleted has no name.

        A session or an exercise goes on under the names of its people, wherever they were moved since: anyone who may
        see it may read these.
        """
        chosen = select(_PERSON.person_id, _PERSON.name).where(_PERSON.person_id.in_(person_ids))
        known = {found.person_id: found.name for found in self.connection.execute(chosen)}
        return {person_id: known.get(person_id, DELETED_NAME) for person_id in person_ids}

    def rename_person(self, person_id: str, name: str) -> None:
        self.connection.execute(update(tables.person).where(_PERSON.person_id == person_id).values(name=name))

    def set_email(self, person_id: str, email: str | None) -> None:
        """Change a person's mail address, which nobody else has; None for none."""
        self.connection.execute(update(tables.person).where(_PERSON.person_id == person_id).values(email=email))

    def set_group(self, person_id: str, group: str) -> None:
        """Say which group of a two-group comparison somebody is in; "" for none."""
        self.connection.execute(
            update(tables.person).where(_PERSON.person_id == person_id).values(training_group=group)
        )

    def remove_person(self, person_id: str, *, at: datetime, is_kept: bool = False) -> None:
        """Take a person off the roster: marked as having left when there is any record of them, else gone.

        A record is an attempt, or an invitation to a session: who was absent stays known. `is_kept` keeps them anyhow.
        """
        attempts = select(func.count()).where(tables.attempt.c.person_id == person_id)
        invited = select(func.count()).where(tables.session_person.c.person_id == person_id)
        if is_kept or self.connection.scalar(attempts) or self.connection.scalar(invited):
            self.connection.execute(update(tables.person).where(_PERSON.person_id == person_id).values(left_at=at))
        else:
            self.connection.execute(delete(tables.person).where(_PERSON.person_id == person_id))


def person_values(row: PersonRow) -> dict[str, object]:
    """Return what of a person is stored, by column."""
    values = write_row(row, training_group=row.group)
    del values["group"]
    return values


def _to_person(found: RowMapping) -> PersonRow:
    return read_row(PersonRow, found, group=found[_PERSON.training_group])


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
