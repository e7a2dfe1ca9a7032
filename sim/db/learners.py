"""Practice as its learner sees it: which attempts a browser or a person has, and in which lesson, in the database.

Every function works inside the transaction it is given.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, select

from sim.attempt.attempt import AttemptState, Mode
from sim.db.attempts import AttemptRow
from sim.db.columns import PRACTICE, Col, Row, cascade, column, told
from sim.db.rows import Rows
from sim.db.teams import PersonRow


class LearnerRow(
    Row,
    table="learner_attempt",
    of="attempt",
    title="Lessons, and which browser a drill was done in",
    what="So that lessons and drills done without an account are found again in the same browser.",
    kept=PRACTICE,
):
    attempt_id: Col[str] = column(64, cascade("attempt.attempt_id"), primary_key=True)
    # hash of the key of the browser that it was begun in; None for somebody of the roster: their attempts have a person
    browser_sha256: Col[str | None] = column(64, default=None, index=True)
    lesson_id: Col[str | None] = told(
        "which lesson", 80, default=None, index=True
    )  # that it is a try of; None: a drill
    is_helped: Col[bool] = told("done with help", default=False)
    is_easier: Col[bool] = told("an easier question of it", default=False)


class LearnersTable(Rows):
    """What learners have practiced."""

    def list_of_browser(self, browser_sha256: str) -> tuple[tuple[AttemptRow, LearnerRow], ...]:
        """Return what was begun in a browser, in the order it was made."""
        return self._list(LearnerRow.browser_sha256 == browser_sha256)

    def list_of_person(self, person_id: str) -> tuple[tuple[AttemptRow, LearnerRow], ...]:
        """Return what somebody of the roster has practiced, in the order it was made."""
        return self._list((AttemptRow.person_id == person_id) & (AttemptRow.mode == Mode.PRACTICE))

    def forget_browser(self, browser_sha256: str) -> tuple[str, ...]:
        """Forget a browser; return the attempts that were begun in it, which are there still."""
        own = LearnerRow.browser_sha256 == browser_sha256
        found = tuple(self.connection.scalars(select(LearnerRow.attempt_id).where(own)))
        self.delete(LearnerRow, own)
        return found

    def list_lesson_tries(self, *, team_id: str | None = None) -> tuple[tuple[str, datetime], ...]:
        """Return who of the roster ended a try of a lesson and when, in time; with `team_id` of that team only."""
        ended = (AttemptState.SUBMITTED, AttemptState.TIMED_OUT)
        chosen = (
            select(AttemptRow.person_id, AttemptRow.ended_at)
            .join_from(LearnerRow.table, AttemptRow.table, AttemptRow.attempt_id == LearnerRow.attempt_id)
            .join(PersonRow.table, PersonRow.person_id == AttemptRow.person_id)
            .where(LearnerRow.lesson_id.is_not(None), AttemptRow.state.in_(ended), AttemptRow.ended_at.is_not(None))
            .order_by(AttemptRow.ended_at, AttemptRow.attempt_id)
        )
        if team_id is not None:
            chosen = chosen.where(PersonRow.team_id == team_id)
        found = self.connection.execute(chosen)
        return tuple((person_id, ended_at) for person_id, ended_at in found if person_id is not None and ended_at)

    def _list(self, where: ColumnElement[bool]) -> tuple[tuple[AttemptRow, LearnerRow], ...]:
        of_both = select(AttemptRow.table, LearnerRow.table).outerjoin_from(
            AttemptRow.table, LearnerRow.table, LearnerRow.attempt_id == AttemptRow.attempt_id
        )
        found = self.connection.execute(of_both.where(where).order_by(AttemptRow.created_at, AttemptRow.attempt_id))
        width, rows = len(AttemptRow.table.columns), []
        for row in found:
            attempt, known = AttemptRow.make(row), row[width:]
            is_known = known[0] is not None
            rows.append((attempt, LearnerRow.make(known) if is_known else LearnerRow(attempt_id=attempt.attempt_id)))
        return tuple(rows)
