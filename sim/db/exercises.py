"""Team exercises in the database: the exercise, its members, and the numbered feed of what they share."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from sim.db import tables
from sim.db.rows import read_row, write_row
from sim.drill.team_exercise import Role
from sim.errors import StoreError

_EXERCISE = tables.exercise.c
_MEMBER = tables.exercise_member.c
_FEED = tables.exercise_feed.c
_ROLE_ORDER = {role.value: place for place, role in enumerate(Role)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseRow:
    exercise_id: str  # unguessable
    team_id: str  # whose people do it
    form_id: str  # what is asked
    leading: Role  # the role that decides; another than the lead once somebody has taken over
    created_at: datetime  # UTC
    score_json: str | None = None  # score card and measures of the team, once computed


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    exercise_id: str
    role: Role  # at most once in an exercise
    person_id: str
    attempt_id: str  # their part, with an event log of its own
    seen_at: datetime | None = None  # when their page last asked for news, UTC; None before they came
    camera_id: str | None = None  # the camera that they have as the main picture, None while they have none


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    number: int  # 1, 2, 3 ... within the exercise, in the order in which the server had it.
    role: Role  # whose it is
    kind: str  # of the console event
    at_s: float  # drill time by the server's clock, seconds since release
    payload: Mapping[str, Any]  # what the others are shown, plain JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class ExercisesTable:
    """Team exercises, on one open transaction."""

    connection: Connection

    def add(self, row: ExerciseRow) -> None:
        """Store a new exercise; its members are added one by one."""
        self.connection.execute(insert(tables.exercise).values(**write_row(row)))

    def add_member(self, row: MemberRow) -> None:
        """Store a member; person and attempt exist already."""
        self.connection.execute(insert(tables.exercise_member).values(**write_row(row)))

    def get(self, exercise_id: str) -> ExerciseRow:
        """Return one exercise. Raises StoreError: unknown."""
        chosen = select(tables.exercise).where(_EXERCISE.exercise_id == exercise_id)
        found = self.connection.execute(chosen).mappings().first()
        if found is None:
            raise StoreError("this team exercise does not exist", todo="ask for a new link")
        return read_row(ExerciseRow, found)

    def save(self, row: ExerciseRow) -> None:
        """Write every value of an exercise that exists."""
        values = write_row(row)
        self.connection.execute(
            update(tables.exercise).where(_EXERCISE.exercise_id == row.exercise_id).values(**values)
        )

    def list_of_team(self, team_id: str) -> tuple[ExerciseRow, ...]:
        """Return a team's drills, the newest first."""
        chosen = (
            select(tables.exercise)
            .where(_EXERCISE.team_id == team_id)
            .order_by(_EXERCISE.created_at.desc(), _EXERCISE.exercise_id)
        )
        return tuple(read_row(ExerciseRow, found) for found in self.connection.execute(chosen).mappings())

    def list_members(self, exercise_id: str) -> tuple[MemberRow, ...]:
        """Return the members in the order of `sim.drill.team_exercise.Role`."""
        chosen = select(tables.exercise_member).where(_MEMBER.exercise_id == exercise_id)
        rows = [read_row(MemberRow, found) for found in self.connection.execute(chosen).mappings()]
        return tuple(sorted(rows, key=lambda row: _ROLE_ORDER[row.role.value]))

    def find_member(self, attempt_id: str) -> MemberRow | None:
        """Return whose part an attempt is, or None for an attempt of one person alone."""
        chosen = select(tables.exercise_member).where(_MEMBER.attempt_id == attempt_id)
        found = self.connection.execute(chosen).mappings().first()
        return None if found is None else read_row(MemberRow, found)

    def list_partners(self, attempt_ids: Collection[str]) -> tuple[tuple[str, str], ...]:
        """Return attempts that were part of a team exercise, each with everybody who took part in it, one a row."""
        other = tables.exercise_member.alias()
        chosen = (
            select(_MEMBER.attempt_id, other.c.person_id)
            .join(other, other.c.exercise_id == _MEMBER.exercise_id)
            .where(_MEMBER.attempt_id.in_(attempt_ids))
        )
        return tuple((row[0], row[1]) for row in self.connection.execute(chosen))

    def note_seen(self, attempt_id: str, *, at: datetime) -> None:
        """Remember when a member's page last asked for news."""
        self._change_member(attempt_id, seen_at=at)

    def note_camera(self, attempt_id: str, camera_id: str | None) -> None:
        """Remember which camera a member has as the main picture."""
        self._change_member(attempt_id, camera_id=camera_id)

    def count_feed(self, exercise_id: str) -> int:
        """Return the highest number of an exercise's feed, 0 for an empty one."""
        return self.connection.scalar(select(func.max(_FEED.number)).where(_FEED.exercise_id == exercise_id)) or 0

    def add_to_feed(self, exercise_id: str, entry: FeedEntry) -> None:
        """Store one entry under its number."""
        self.connection.execute(
            insert(tables.exercise_feed).values(
                exercise_id=exercise_id,
                number=entry.number,
                role=entry.role.value,
                kind=entry.kind,
                at_s=entry.at_s,
                payload=json.dumps(dict(entry.payload), allow_nan=False, separators=(",", ":"), sort_keys=True),
            )
        )

    def list_feed(self, exercise_id: str, *, since: int, most: int) -> tuple[FeedEntry, ...]:
        """Return entries with a number above `since`, at most so many, by number."""
        chosen = (
            select(_FEED.number, _FEED.role, _FEED.kind, _FEED.at_s, _FEED.payload)
            .where(_FEED.exercise_id == exercise_id, _FEED.number > since)
            .order_by(_FEED.number)
            .limit(most)
        )
        return tuple(
            FeedEntry(number=number, role=Role(role), kind=kind, at_s=at_s, payload=json.loads(payload))
            for number, role, kind, at_s, payload in self.connection.execute(chosen)
        )

    def _change_member(self, attempt_id: str, **values: object) -> None:
        self.connection.execute(update(tables.exercise_member).where(_MEMBER.attempt_id == attempt_id).values(**values))
