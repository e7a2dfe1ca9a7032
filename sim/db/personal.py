"""What is stored about one person: found table by table, and deleted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, delete, func, or_, select

from sim.db import tables
from sim.db.ledger import HoldScope

Condition = Callable[[str], ColumnElement[bool]]
_ATTEMPT = tables.attempt.c
_LEARNER = tables.learner_attempt.c
_MEMBER = tables.exercise_member.c
_HOLD = tables.legal_hold.c


def _of_person(table: Table) -> Condition:
    return lambda person_id: table.c.person_id == person_id


def _of_attempt(table: Table) -> Condition:
    return lambda person_id: table.c.attempt_id.in_(select(_ATTEMPT.attempt_id).where(_ATTEMPT.person_id == person_id))


def _of_account(table: Table) -> Condition:
    account = tables.account.c
    return lambda person_id: table.c.account_id.in_(select(account.account_id).where(account.person_id == person_id))


def _of_feed(person_id: str) -> ColumnElement[bool]:
    feed = tables.exercise_feed.c
    mine = select(_MEMBER.exercise_id).where(_MEMBER.person_id == person_id, _MEMBER.role == feed.role)
    return feed.exercise_id.in_(mine.correlate(tables.exercise_feed))


def _of_hold(person_id: str) -> ColumnElement[bool]:
    return (_HOLD.scope == HoldScope.PERSON.value) & (_HOLD.subject_id == person_id)


PERSONAL: Final[dict[str, Condition]] = {
    "person": _of_person(tables.person),
    "account": _of_person(tables.account),
    "account_identity": _of_account(tables.account_identity),
    "account_session": _of_account(tables.account_session),
    "link": _of_person(tables.link),
    "account_totp": _of_account(tables.account_totp),
    "mail_message": _of_person(tables.mail_message),
    "mail_stop": _of_person(tables.mail_stop),
    "session_person": _of_person(tables.session_person),
    "attendance_change": _of_person(tables.attendance_change),
    "program_place": _of_person(tables.program_place),
    "exposure": _of_person(tables.exposure),
    "attempt": _of_person(tables.attempt),
    "attempt_tab": _of_attempt(tables.tab),
    "attempt_silence": _of_attempt(tables.silence),
    "attempt_event": _of_attempt(tables.event),
    "attempt_help": _of_attempt(tables.attempt_help),
    "learner_attempt": _of_attempt(tables.learner_attempt),
    "lti_result": _of_attempt(tables.lti_result),
    "exercise_member": _of_person(tables.exercise_member),
    "exercise_feed": _of_feed,
    "ledger_content": _of_person(tables.ledger_content),
    "legal_hold": _of_hold,
}
"""How the rows of a table hang on one person. Tables that are not here hold nothing about anybody."""

SECRET: Final = {("account", "secret_hash"), ("account_session", "secret_sha256"), ("session_person", "return_code")}
"""Columns that are nobody's to read."""
STAYS: Final = ("ledger_content", "legal_hold")
"""Tables whose rows outlive the person they are about."""
BATCH: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalTable:
    """Everything about one person, on one open transaction."""

    connection: Connection

    def collect(self, person_id: str) -> dict[str, list[dict[str, Any]]]:
        """Return the rows about a person by table; without passwords' hashes and the like."""
        found = {}
        for name, condition in PERSONAL.items():
            table = tables.metadata.tables[name]
            shown = [column for column in table.columns if (name, column.name) not in SECRET]
            chosen = select(*shown).where(condition(person_id)).order_by(*table.primary_key.columns)
            found[name] = [dict(row) for row in self.connection.execute(chosen).mappings()]
        return found

    def count(self, person_id: str) -> dict[str, int]:
        """Return how many rows there are about a person, by table."""
        return {
            name: self.connection.scalar(
                select(func.count()).select_from(tables.metadata.tables[name]).where(condition(person_id))
            )
            or 0
            for name, condition in PERSONAL.items()
        }

    def delete_person(self, person_id: str) -> None:
        """Delete a person and all rows about them but those of STAYS.

        A team exercise that they took part in goes as a whole, as its result is theirs too; what the others did stays
        with the others. SQLite overwrites what is deleted.
        """
        self._overwrite()
        exercises = select(_MEMBER.exercise_id).where(_MEMBER.person_id == person_id)
        self.connection.execute(delete(tables.exercise).where(tables.exercise.c.exercise_id.in_(exercises)))
        self.connection.execute(delete(tables.person).where(tables.person.c.person_id == person_id))

    def list_old_practice(self, *, before: datetime) -> tuple[tuple[str, str | None], ...]:
        """Return attempts in practice mode that were over before a moment, each with whose it is; no demo attempts."""
        chosen = select(_ATTEMPT.attempt_id, _ATTEMPT.person_id).where(
            _ATTEMPT.mode == "practice",
            _ATTEMPT.is_demo.is_(False),
            _ATTEMPT.created_at < before,
            or_(_ATTEMPT.ended_at < before, _ATTEMPT.ended_at.is_(None)),
        )
        return tuple((row[0], row[1]) for row in self.connection.execute(chosen.order_by(_ATTEMPT.attempt_id)))

    def list_old_anonymous(self, *, before: datetime) -> tuple[str, ...]:
        """Return attempts of nobody in particular that were over, or given and never begun, before a moment.

        Practice that was begun in a browser that is known is somebody's own: see `list_old_practice`.
        """
        of_browser = select(_LEARNER.attempt_id).where(_LEARNER.browser_sha256.is_not(None))
        chosen = select(_ATTEMPT.attempt_id).where(
            _ATTEMPT.person_id.is_(None),
            or_(
                _ATTEMPT.mode != "practice",
                _ATTEMPT.released_at.is_(None),
                _ATTEMPT.attempt_id.not_in(of_browser),
            ),
            _ATTEMPT.mode.in_(("practice", "familiarization")),
            _ATTEMPT.created_at < before,
            or_(_ATTEMPT.released_at < before, _ATTEMPT.released_at.is_(None)),
            or_(_ATTEMPT.ended_at < before, _ATTEMPT.ended_at.is_(None)),
        )
        return tuple(self.connection.scalars(chosen.order_by(_ATTEMPT.attempt_id)))

    def delete_attempts(self, attempt_ids: tuple[str, ...]) -> int:
        """Delete attempts with their logs and team exercises; return how many attempts there were."""
        self._overwrite()
        exercises = select(_MEMBER.exercise_id).where(_MEMBER.attempt_id.in_(attempt_ids))
        self.connection.execute(delete(tables.exercise).where(tables.exercise.c.exercise_id.in_(exercises)))
        return self.connection.execute(delete(tables.attempt).where(_ATTEMPT.attempt_id.in_(attempt_ids))).rowcount

    def _overwrite(self) -> None:
        if self.connection.dialect.name == "sqlite":
            self.connection.exec_driver_sql("PRAGMA secure_delete = ON")
