"""Teams and their people. Every function works inside the transaction it is given."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, select, update

from sim.db.columns import Col, Row, cascade, column, metadata, told
from sim.db.rows import Rows, whole
from sim.errors import StoreError
from sim.text.typed import fold_name


class TeamRow(Row, table="team", of="school", title="Teams"):
    team_id: Col[str] = column(32, primary_key=True)
    name: Col[str] = column(120)
    school: Col[str] = column(120, default="")  # "" where its own name is the school
    is_demo: Col[bool] = column()  # its people and results are invented, and can be removed whole
    created_at: Col[datetime] = column()
    external_id: Col[str | None] = column(255, default=None, unique=True, index=True)  # that roster files know it by
    last_number: Col[int] = column(default=0)  # the highest that a person of it was given
    # how its people were chosen, one of `sim.columns.CHOSEN_BY`, "" while nobody has said
    chosen_by: Col[str] = column(32, default="")


class PersonRow(
    Row,
    table="person",
    of="team",
    title="People on the list",
    what="Who is on which team, as someone typed it or a roster file brought it.",
    audit="person {}",
):
    person_id: Col[str] = column(32, primary_key=True)
    team_id: Col[str] = told("team", 32, cascade("team.team_id"), index=True)
    name: Col[str] = told("name or pseudonym", 120)
    created_at: Col[datetime] = told("since when on the list")
    left_at: Col[datetime | None] = told("since when no longer there")  # what they did before stays
    # what makes the pseudonym, never given twice in a team; 0 until the store has given one
    number: Col[int] = told("number that the pseudonym is made of", default=0)
    # external_id, email: what roster files and sign-ins know them by; the email in small letters
    external_id: Col[str | None] = told("id in the school's own lists", 255, default=None, unique=True, index=True)
    email: Col[str | None] = told("sign-in name", 254, default=None, unique=True, index=True)
    # one of `sim.columns.GROUPS`, "" for none
    group: Col[str] = told("group, where two groups are compared", 16, default="", name="training_group")
    roster_role: Col[str] = told("role in the roster file", 16, default="")
    # the kind of roster file that keeps them, "" for somebody typed in
    roster_source: Col[str] = told("kind of file that brought them", 16, default="")
    # when they came onto this team, or back; None where that was at `created_at`
    joined_at: Col[datetime | None] = told("since when on this team, where that is later", default=None)


DELETED_NAME: Final = "someone who was deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    # whose teams and people they see, None for all; a team without a school is one of its own name
    schools: frozenset[str] | None = None
    may_write: bool = True  # they may change something


NO_LIMITS: Final = Limits()


class TeamsTable(Rows):
    """Teams and people."""

    def list_teams(self) -> tuple[TeamRow, ...]:
        """Return all teams by name, demo teams last."""
        return self.list_rows(TeamRow, order_by=(TeamRow.is_demo, TeamRow.name, TeamRow.team_id))

    def is_taken(self, name: str) -> bool:
        """Return whether any team, of whatever school, has a name, in any case."""
        return any(fold_name(each) == fold_name(name) for each in self.connection.scalars(whole(select(TeamRow.name))))

    def get_team(self, team_id: str) -> TeamRow:
        team = self.by_key(TeamRow, team_id)
        if team is None:
            raise StoreError("this team does not exist", todo="go back to the list of teams")
        return team

    def set_school(self, team_id: str, school: str) -> None:
        """Change the school that a team belongs to; "" for its own name."""
        self.save_row(replace(self.get_team(team_id), school=school))

    def remove_demo_teams(self) -> int:
        """Delete every demo team with its people, attempts and events; return how many teams there were."""
        return self.delete(TeamRow, TeamRow.is_demo.is_(True))

    def add_person(self, row: PersonRow) -> None:
        """Store a new person of a team, under the team's next number unless the row has one."""
        self.insert(replace(row, number=row.number or self.take_numbers(row.team_id, count=1)))

    def take_numbers(self, team_id: str, *, count: int) -> int:
        """Set aside the next `count` numbers of a team; return the first. None is ever given again."""
        taken = update(TeamRow.table).where(TeamRow.team_id == team_id)
        number = taken.values(last_number=TeamRow.last_number + count).returning(TeamRow.last_number)
        last: int | None = self.connection.scalar(number)
        if last is None:
            raise StoreError("this team does not exist", todo="go back to the list of teams")
        return last - count + 1

    def list_people(self, team_id: str) -> tuple[PersonRow, ...]:
        """Return everybody of a team by name, those who have left included."""
        return self.list_rows(PersonRow, PersonRow.team_id == team_id, order_by=(PersonRow.name, PersonRow.person_id))

    def count_present(self) -> dict[str, int]:
        """Return how many people are on the roster now, by team; teams without anybody are not in it."""
        present = select(PersonRow.team_id, func.count()).where(PersonRow.left_at.is_(None))
        return {team_id: people for team_id, people in self.connection.execute(present.group_by(PersonRow.team_id))}  # noqa: C416

    def list_everybody(self) -> tuple[PersonRow, ...]:
        """Return the people of all teams, those who have left included."""
        return self.list_rows(PersonRow, order_by=(PersonRow.name, PersonRow.person_id))

    def get_person(self, person_id: str) -> PersonRow:
        """Return one person. Raises StoreError when there is none of that id."""
        found = self.by_key(PersonRow, person_id)
        if found is None:
            raise StoreError("this person is not on any team", todo="go back to the list of teams")
        return found

    def find_person(self, person_id: str) -> PersonRow | None:
        return self.find_row(PersonRow, PersonRow.person_id == person_id)

    def name_people(self, person_ids: Collection[str]) -> dict[str, str]:
        """Return what each of some people is called, of whatever team and school; one who was deleted has no name.

        A session or an exercise goes on under the names of its people, wherever they were moved since: anyone who may
        see it may read these.
        """
        chosen = select(PersonRow.person_id, PersonRow.name).where(PersonRow.person_id.in_(person_ids))
        known = {person_id: name for person_id, name in self.connection.execute(whole(chosen))}  # noqa: C416
        return {person_id: known.get(person_id, DELETED_NAME) for person_id in person_ids}

    def change_person(self, person_id: str, **values: str | datetime | None) -> None:
        """Change some values of a person, by column."""
        self.change(PersonRow, PersonRow.person_id == person_id, **values)

    def remove_person(self, person_id: str, *, at: datetime, is_kept: bool = False) -> None:
        """Take a person off the roster: marked as having left when there is any record of them, else gone.

        A record is an attempt, or an invitation to a session: who was absent stays known. `is_kept` keeps them anyhow.
        """
        records = (metadata.tables[name].c.person_id == person_id for name in ("attempt", "session_person"))
        if is_kept or any(self.connection.scalar(whole(select(func.count()).where(own))) for own in records):
            self.change(PersonRow, PersonRow.person_id == person_id, left_at=at)
        else:
            self.delete(PersonRow, PersonRow.person_id == person_id)


_KEY = "stored_person_id"


class RosterTable(Rows):
    """The people of all teams as a roster file changes them."""

    def find_by_email(self, email: str) -> PersonRow | None:
        """Return the person who signs in with an address in small letters, if anybody; demo teams have none."""
        return self.find_row(PersonRow, PersonRow.email == email)

    def find_by_external_id(self, external_id: str) -> PersonRow | None:
        """Return the person whom a roster knows by an id, if anybody."""
        return self.find_row(PersonRow, PersonRow.external_id == external_id)

    def add_people(self, rows: Sequence[PersonRow]) -> None:
        """Store new people, each under the next number of the team."""
        self.insert(*self._number(rows))

    def save_people(self, rows: Sequence[PersonRow]) -> None:
        """Store known people as they are now; one whose number is 0 gets the next of the team.

        What identifies them is let go first, so that two may swap.
        """
        if not rows:
            return
        known = update(PersonRow.table).where(PersonRow.person_id == bindparam(_KEY))
        keys = [{_KEY: row.person_id} for row in rows]
        self.connection.execute(known.values(external_id=None, email=None), keys)
        values = [row.values() | {_KEY: row.person_id} for row in self._number(rows)]
        changed: dict[str, object] = {
            name: bindparam(name) for name in values[0] if name not in (_KEY, "person_id", "created_at")
        }
        self.connection.execute(known.values(**changed), values)

    def name_team(self, team_id: str, *, external_id: str | None, school: str) -> None:
        """Store the id that roster files know a team by, and its school."""
        self.change(TeamRow, TeamRow.team_id == team_id, external_id=external_id, school=school)

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
