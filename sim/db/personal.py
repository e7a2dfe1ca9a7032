"""What is stored about one person: found table by table, and deleted."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, func, select

from sim.attempt.attempt import Mode
from sim.db.accounts import AccountRow
from sim.db.attempts import AttemptRow, ExerciseRow, FeedEntry, LearnerRow, MemberRow
from sim.db.columns import raw
from sim.db.ledger import HoldRow, HoldScope
from sim.db.rows import Rows
from sim.db.sessions import InvitedRow
from sim.db.tables import metadata
from sim.db.teams import PersonRow
from sim.db.trainings import SheetPicture

Condition = Callable[[str], ColumnElement[bool]]


def _find_condition(table: Table) -> Condition | None:
    """Return how a table's rows hang on one person; None where it holds nothing about anybody."""
    if table is HoldRow.table:
        return lambda person_id: (HoldRow.scope == HoldScope.PERSON) & (HoldRow.subject_id == person_id)
    if table is FeedEntry.table:
        return lambda person_id: FeedEntry.exercise_id.in_(
            select(MemberRow.exercise_id)
            .where(MemberRow.person_id == person_id, MemberRow.role == FeedEntry.role)
            .correlate(FeedEntry.table)
        )
    if "person_id" in table.columns:
        return lambda person_id: table.c.person_id == person_id
    owners: tuple[type[AttemptRow | AccountRow], ...] = (AttemptRow, AccountRow)
    for owner in owners:
        (key,) = owner.table.primary_key
        if any(foreign.column is key for foreign in table.foreign_keys):
            own = table.c[key.name]
            return lambda person_id, owner=owner, key=key: own.in_(  # type: ignore[misc]
                select(key).where(owner.person_id == person_id)
            )
    return None


_ORDER = (
    "person", "account", "account_identity", "account_session", "link", "account_totp", "mail_message", "mail_stop",
    "session_person", "program_place", "exposure", "attempt", "attempt_tab", "attempt_silence",
    "attempt_event", "attempt_help", "learner_attempt", "lti_result", "exercise_member", "exercise_feed",
    "result", "training_person", "gap", "audit", "legal_hold",
)  # fmt: skip
"""In which they are read; tables that are not here come after them."""
TABLES: Final = tuple(sorted(metadata.tables.values(), key=lambda each: (*_ORDER, each.name).index(each.name)))
PERSONAL: Final = {table.name: found for table in TABLES if (found := _find_condition(table)) is not None}
"""How the rows of a table hang on one person. Tables that are not here hold nothing about anybody."""
STAYS: Final = frozenset(name for name in PERSONAL if metadata.tables[name].info["outlives"])
"""Tables whose rows outlive the person they are about."""
BATCH: Final = 100


class PersonalTable(Rows):
    def collect(self, person_id: str) -> dict[str, list[dict[str, Any]]]:
        """Return the rows about a person by table, as they are stored; without passwords' hashes and the like."""
        found = {}
        for name, condition in PERSONAL.items():
            table = metadata.tables[name]
            shown = [raw(column) for column in table.columns if not column.info["secret"]]
            chosen = select(*shown).where(condition(person_id)).order_by(*table.primary_key.columns)
            found[name] = [dict(row) for row in self.connection.execute(chosen).mappings()]
        return found

    def count(self, person_id: str) -> dict[str, int]:
        chosen = {name: select(func.count()).where(condition(person_id)) for name, condition in PERSONAL.items()}
        return {
            name: self.connection.scalar(each.select_from(metadata.tables[name])) or 0 for name, each in chosen.items()
        }

    def delete_person(self, person_id: str) -> None:
        """Delete a person and all rows about them but those of STAYS.

        A team exercise that they took part in goes as a whole, as its result is theirs too; what the others did stays
        with the others. SQLite overwrites what is deleted.
        """
        self._overwrite()
        self._delete_exercises(MemberRow.person_id == person_id)
        left = {"extra_time": 1.0, "return_code": "", "joined_at": None, "seen_at": None}
        self.change(InvitedRow, InvitedRow.person_id == person_id, **left)
        self.delete(PersonRow, PersonRow.person_id == person_id)

    def delete_picture(self, sheet_id: str) -> None:
        self._overwrite()
        self.delete(SheetPicture, SheetPicture.sheet_id == sheet_id)

    def list_old_practice(self, *, before: datetime) -> tuple[tuple[str, str | None], ...]:
        """Return attempts in practice mode that were over before a moment, each with whose it is; no demo attempts."""
        chosen = select(AttemptRow.attempt_id, AttemptRow.person_id).where(
            AttemptRow.mode == Mode.PRACTICE,
            AttemptRow.is_demo.is_(False),
            AttemptRow.created_at < before,
            AttemptRow.ended_at.is_(None) | (AttemptRow.ended_at < before),
        )
        return tuple((row[0], row[1]) for row in self.connection.execute(chosen.order_by(AttemptRow.attempt_id)))

    def list_old_anonymous(self, *, before: datetime) -> tuple[str, ...]:
        """Return attempts of nobody, over or never begun, before a moment; not practice of a known browser."""
        of_browser = select(LearnerRow.attempt_id).where(LearnerRow.browser_sha256.is_not(None))
        is_own = (AttemptRow.mode == Mode.PRACTICE) & AttemptRow.attempt_id.in_(of_browser)
        return self.list_values(
            AttemptRow.attempt_id,
            AttemptRow.person_id.is_(None),
            AttemptRow.released_at.is_(None) | ~is_own,
            AttemptRow.mode.in_((Mode.PRACTICE, Mode.FAMILIARIZATION)),
            AttemptRow.created_at < before,
            AttemptRow.released_at.is_(None) | (AttemptRow.released_at < before),
            AttemptRow.ended_at.is_(None) | (AttemptRow.ended_at < before),
            order_by=(AttemptRow.attempt_id,),
        )

    def delete_attempts(self, attempt_ids: tuple[str, ...]) -> int:
        """Delete attempts with their logs and team exercises; return how many attempts there were."""
        self._overwrite()
        self._delete_exercises(MemberRow.attempt_id.in_(attempt_ids))
        return self.delete(AttemptRow, AttemptRow.attempt_id.in_(attempt_ids))

    def _delete_exercises(self, which: ColumnElement[bool]) -> None:
        self.delete(ExerciseRow, ExerciseRow.exercise_id.in_(select(MemberRow.exercise_id).where(which)))

    def _overwrite(self) -> None:
        if self.connection.dialect.name == "sqlite":
            self.connection.exec_driver_sql("PRAGMA secure_delete = ON")
