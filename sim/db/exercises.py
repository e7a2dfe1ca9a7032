"""Team exercises in the database: the exercise, its members, and the numbered feed of what they share."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from sim.attempt.team_exercise import Role
from sim.db.columns import Col, JsonText, Row, cascade, column, told
from sim.db.rows import Rows
from sim.errors import StoreError


class ExerciseRow(
    Row,
    table="exercise",
    of="team",
    title="Team exercises",
    what="The score of a drill done together. When one of its members is deleted, it is deleted as a whole.",
    kept="until one of its members is deleted",
):
    exercise_id: Col[str] = column(32, primary_key=True)  # unguessable
    team_id: Col[str] = column(32, cascade("team.team_id"), index=True)  # whose people do it
    form_id: Col[str] = column(80)  # what is asked
    leading: Col[Role] = column()  # the role that decides; another than the lead once somebody has taken over
    created_at: Col[datetime] = column()
    score_json: Col[str | None] = told("the score, by role", default=None)  # score card and measures, once computed


class MemberRow(
    Row,
    table="exercise_member",
    of="exercise",
    title="Team exercises: who took part",
    what="Who had which role in a drill done together.",
):
    exercise_id: Col[str] = column(32, cascade("exercise.exercise_id"), primary_key=True)
    role: Col[Role] = told("role", primary_key=True)  # at most once in an exercise
    person_id: Col[str] = told("who", 32, cascade("person.person_id"), index=True)
    attempt_id: Col[str] = column(64, cascade("attempt.attempt_id"), unique=True)  # with an event log of its own
    seen_at: Col[datetime | None] = told("when last there", default=None)  # when their page last asked for news
    camera_id: Col[str | None] = told("camera last opened", 80, default=None)  # None while they have none


class FeedEntry(
    Row,
    table="exercise_feed",
    of="exercise",
    title="Team exercises: what was shared",
    what="What members marked and told each other.",
):
    """One thing that a member has shared. The event itself is in the member's log."""

    exercise_id: Col[str] = column(32, cascade("exercise.exercise_id"), primary_key=True)
    number: Col[int] = column(primary_key=True, autoincrement=False)  # 1, 2, 3 ... in the order the server had it
    role: Col[Role] = told("whose role")
    kind: Col[str] = told("what", 16)  # of the console event
    at_s: Col[float] = told("when")  # drill time by the server's clock, seconds since release
    payload: Col[Mapping[str, Any]] = told("what was marked or told", JsonText())


class ExercisesTable(Rows):
    def get(self, exercise_id: str) -> ExerciseRow:
        """Return one exercise. Raises StoreError: unknown."""
        found = self.by_key(ExerciseRow, exercise_id)
        if found is None:
            raise StoreError("this team exercise does not exist", todo="ask for a new link")
        return found

    def list_of_team(self, team_id: str) -> tuple[ExerciseRow, ...]:
        """Return a team's drills, the newest first."""
        order = (ExerciseRow.created_at.desc(), ExerciseRow.exercise_id)
        return self.list_rows(ExerciseRow, ExerciseRow.team_id == team_id, order_by=order)

    def list_members(self, exercise_id: str) -> tuple[MemberRow, ...]:
        """Return the members in the order of `sim.attempt.team_exercise.Role`."""
        rows = self.list_rows(MemberRow, MemberRow.exercise_id == exercise_id)
        return tuple(sorted(rows, key=lambda row: list(Role).index(row.role)))

    def find_member(self, attempt_id: str) -> MemberRow | None:
        """Return whose part an attempt is, or None for an attempt of one person alone."""
        return self.find_row(MemberRow, MemberRow.attempt_id == attempt_id)

    def list_partners(self, attempt_ids: Collection[str]) -> tuple[tuple[str, str], ...]:
        """Return attempts that were part of a team exercise, each with everybody who took part in it, one a row."""
        other = MemberRow.table.alias()
        chosen = (
            select(MemberRow.attempt_id, other.c.person_id)
            .join(other, other.c.exercise_id == MemberRow.exercise_id)
            .where(MemberRow.attempt_id.in_(attempt_ids))
        )
        return tuple((row[0], row[1]) for row in self.connection.execute(chosen))

    def change_member(self, attempt_id: str, **values: datetime | str | None) -> None:
        """Change some values of a member, by column."""
        self.change(MemberRow, MemberRow.attempt_id == attempt_id, **values)

    def count_feed(self, exercise_id: str) -> int:
        """Return the highest number of an exercise's feed, 0 for an empty one."""
        chosen = select(func.max(FeedEntry.number)).where(FeedEntry.exercise_id == exercise_id)
        return self.connection.scalar(chosen) or 0

    def list_feed(self, exercise_id: str, *, since: int, most: int) -> tuple[FeedEntry, ...]:
        """Return entries with a number above `since`, at most so many, by number."""
        chosen = select(FeedEntry.table).where(FeedEntry.exercise_id == exercise_id, FeedEntry.number > since)
        return self.read(FeedEntry, chosen.order_by(FeedEntry.number).limit(most))
