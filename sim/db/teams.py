"""Teams and their people. Every function works inside the transaction it is given."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import count
from typing import Final

from sqlalchemy import func, select

from sim.db.columns import Col, Row, cascade, column, metadata, told
from sim.db.rows import RowsOf, whole
from sim.errors import StoreError


class TeamRow(Row, table="team", of="school", sorted_by="is_demo name team_id"):
    """Teams."""

    unknown = partial(StoreError, "this team does not exist", todo="go back to the list of teams")
    team_id: Col[str] = column(32, primary_key=True)
    name: Col[str] = column(120)
    school: Col[str] = column(120, default="")  # "" where its own name is the school
    is_demo: Col[bool] = column()  # its people and results are invented, and can be removed whole
    created_at: Col[datetime] = column()
    external_id: Col[str | None] = column(255, default=None, unique=True, index=True)  # that roster files know it by
    last_number: Col[int] = column(default=0)  # the highest that a person of it was given
    chosen_by: Col[str] = column(32, default="")  # how its people were chosen, see `sim.columns.CHOSEN_BY`


Teams = str | tuple[str, ...]  # the id of one team, or of several


class PersonRow(Row, table="person", of="team", sorted_by="name person_id", audit="person {}"):
    """People on the list. Who is on which team, as someone typed it or a roster file brought it."""

    unknown = partial(StoreError, "this person is not on any team", todo="go back to the list of teams")
    person_id: Col[str] = column(32, primary_key=True)
    team_id: Col[str] = told("team", 32, cascade("team.team_id"), index=True)
    name: Col[str] = told("name or pseudonym", 120)
    created_at: Col[datetime] = told("since when on the list")
    left_at: Col[datetime | None] = told("since when no longer there")  # what they did before stays
    number: Col[int] = told("number that the pseudonym is made of", default=0)  # never given twice in a team
    external_id: Col[str | None] = told("id in the school's own lists", 255, default=None, unique=True, index=True)
    email: Col[str | None] = told("sign-in name", 254, default=None, unique=True, index=True)
    group: Col[str] = told("group, where two groups are compared", 16, default="", name="training_group")
    roster_role: Col[str] = told("role in the roster file", 16, default="")
    roster_source: Col[str] = told("kind of file that brought them", 16, default="")
    joined_at: Col[datetime | None] = told("since when on this team, where that is later", default=None)


DELETED_NAME: Final = "someone who was deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    # whose teams and people they see, None for all; a team without a school is one of its own name
    schools: frozenset[str] | None = None
    may_write: bool = True  # they may change something


NO_LIMITS: Final = Limits()


class PeopleTable(RowsOf[PersonRow]):
    def list_names(self, person_ids: Collection[str]) -> dict[str, str]:
        """Return what each of some people is called, of whatever team and school; one who was deleted has no name.

        A session or an exercise goes on under the names of its people, wherever they were moved since: anyone who may
        see it may read these.
        """
        chosen = select(PersonRow.person_id, PersonRow.name).where(PersonRow.person_id.in_(person_ids))
        known = {person_id: name for person_id, name in self.connection.execute(whole(chosen))}  # noqa: C416
        return {person_id: known.get(person_id, DELETED_NAME) for person_id in person_ids}

    def remove(self, person_id: str, *, at: datetime, is_kept: bool = False) -> None:
        """Take a person off: gone, or as having left where there is an attempt, an invitation or `is_kept`."""
        records = (metadata.tables[name].c.person_id == person_id for name in ("attempt", "session_person"))
        if is_kept or any(self.connection.scalar(whole(select(func.count()).where(own))) for own in records):
            self.change(PersonRow, PersonRow.person_id == person_id, left_at=at)
        else:
            self.delete(PersonRow, PersonRow.person_id == person_id)

    def add(self, *rows: PersonRow) -> None:
        self.insert(*self._number(rows))

    def save(self, rows: Sequence[PersonRow]) -> None:
        """Store known people as they are now, so that two may swap names; number 0 gets the team's next."""
        self.save_row(*(replace(row, external_id=None, email=None) for row in rows))
        self.save_row(*self._number(rows))

    def _number(self, rows: Sequence[PersonRow]) -> list[PersonRow]:
        """Return rows with the next numbers of their teams, none of which is ever given again."""
        following: dict[str, Iterator[int]] = {}
        for team_id, people in Counter(row.team_id for row in rows if not row.number).items():
            if not self.change(TeamRow, TeamRow.team_id == team_id, last_number=TeamRow.last_number + people):
                raise TeamRow.unknown()
            (last,) = self.list_values(TeamRow.last_number, TeamRow.team_id == team_id)
            following[team_id] = count(last - people + 1)
        return [row if row.number else replace(row, number=next(following[row.team_id])) for row in rows]
