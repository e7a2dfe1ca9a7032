"""Practice as its learner sees it: which attempts a browser or a person has, and in which lesson, in the database.

Every function works inside the transaction it is given.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from sim.db import tables
from sim.db.rows import AttemptRow, read_row, to_row, write_row
from sim.drill.attempt import AttemptState, Mode

_ATTEMPT = tables.attempt.c
_LEARNER = tables.learner_attempt.c
_PERSON = tables.person.c


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerRow:
    attempt_id: str
    # hash of the key of the browser that it was begun in; None for somebody of the roster
    browser_sha256: str | None = None
    lesson_id: str | None = None  # the lesson that it is a try of; None for a drill
    is_helped: bool = False  # a try with help
    is_easier: bool = False  # a try at one of the lesson's easier questions


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnersTable:
    """What learners have practiced, on one open transaction."""

    connection: Connection

    def note(self, row: LearnerRow) -> None:
        """Store what is known of an attempt that is stored already."""
        self.connection.execute(insert(tables.learner_attempt).values(**write_row(row)))

    def find(self, attempt_id: str) -> LearnerRow | None:
        """Return what is known of an attempt, None where nothing is."""
        chosen = select(tables.learner_attempt).where(_LEARNER.attempt_id == attempt_id)
        found = self.connection.execute(chosen).mappings().first()
        return None if found is None else read_row(LearnerRow, found)

    def set_helped(self, attempt_id: str, *, is_helped: bool) -> None:
        """Say whether a try is one with help."""
        change = update(tables.learner_attempt).where(_LEARNER.attempt_id == attempt_id)
        self.connection.execute(change.values(is_helped=is_helped))

    def list_of_browser(self, browser_sha256: str) -> tuple[tuple[AttemptRow, LearnerRow], ...]:
        """Return what was begun in a browser, in the order it was made."""
        return self._list(_LEARNER.browser_sha256 == browser_sha256)

    def list_of_person(self, person_id: str) -> tuple[tuple[AttemptRow, LearnerRow], ...]:
        """Return what somebody of the roster has practiced, in the order it was made."""
        return self._list((_ATTEMPT.person_id == person_id) & (_ATTEMPT.mode == Mode.PRACTICE.value))

    def forget_browser(self, browser_sha256: str) -> tuple[str, ...]:
        """Forget a browser; return the attempts that were begun in it, which are there still."""
        own = _LEARNER.browser_sha256 == browser_sha256
        found = tuple(self.connection.scalars(select(_LEARNER.attempt_id).where(own)))
        self.connection.execute(delete(tables.learner_attempt).where(own))
        return found

    def list_lesson_tries(self, *, team_id: str | None = None) -> tuple[tuple[str, datetime], ...]:
        """Return who of the roster ended a try of a lesson and when, in time; with `team_id` of that team only."""
        ended = (AttemptState.SUBMITTED.value, AttemptState.TIMED_OUT.value)
        chosen = (
            select(_ATTEMPT.person_id, _ATTEMPT.ended_at)
            .join_from(tables.learner_attempt, tables.attempt, _ATTEMPT.attempt_id == _LEARNER.attempt_id)
            .join(tables.person, _PERSON.person_id == _ATTEMPT.person_id)
            .where(_LEARNER.lesson_id.is_not(None), _ATTEMPT.state.in_(ended), _ATTEMPT.ended_at.is_not(None))
            .order_by(_ATTEMPT.ended_at, _ATTEMPT.attempt_id)
        )
        if team_id is not None:
            chosen = chosen.where(_PERSON.team_id == team_id)
        found = self.connection.execute(chosen)
        return tuple((person_id, ended_at) for person_id, ended_at in found if person_id is not None and ended_at)

    def _list(self, condition: ColumnElement[bool]) -> tuple[tuple[AttemptRow, LearnerRow], ...]:
        chosen = (
            select(tables.attempt, *_KNOWN)
            .outerjoin(tables.learner_attempt, _LEARNER.attempt_id == _ATTEMPT.attempt_id)
            .where(condition)
            .order_by(_ATTEMPT.created_at, _ATTEMPT.attempt_id)
        )
        return tuple(
            (
                to_row(found),
                LearnerRow(
                    attempt_id=found[_ATTEMPT.attempt_id],
                    browser_sha256=found[_LEARNER.browser_sha256],
                    lesson_id=found[_LEARNER.lesson_id],
                    is_helped=bool(found[_LEARNER.is_helped]),
                    is_easier=bool(found[_LEARNER.is_easier]),
                ),
            )
            for found in self.connection.execute(chosen).mappings()
        )


_KNOWN = (_LEARNER.browser_sha256, _LEARNER.lesson_id, _LEARNER.is_helped, _LEARNER.is_easier)
