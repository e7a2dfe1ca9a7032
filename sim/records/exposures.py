"""Who was given which form: the ledger, on one open transaction. Nothing is ever taken out of it or changed."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select
from sqlalchemy.engine import RowMapping

from sim.records import tables
from sim.records.programme_rows import ExposureRow

_EXPOSURE = tables.exposure.c


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposuresTable:
    """The ledger, on one open transaction."""

    connection: Connection

    def add(self, row: ExposureRow) -> bool:
        """Note that somebody was given a form; return False where that was noted before, which stays as it is.

        Raises:
            StoreError: another writer noted the same at this moment.
        """
        if row.form_id in self.list_seen(row.person_id):
            return False
        self.connection.execute(
            insert(tables.exposure).values(
                person_id=row.person_id,
                form_id=row.form_id,
                attempt_id=row.attempt_id,
                given_at=row.given_at,
                how=row.how,
                reason=row.reason,
            )
        )
        return True

    def list_seen(self, person_id: str) -> frozenset[str]:
        """Return the form_ids that a person was ever given."""
        chosen = select(_EXPOSURE.form_id).where(_EXPOSURE.person_id == person_id)
        return frozenset(self.connection.scalars(chosen))

    def list_versions(self) -> dict[str, frozenset[str]]:
        """Return for each form_id that anybody was ever given the versions it had in those attempts, where kept."""
        attempt = tables.attempt.c
        chosen = (
            select(_EXPOSURE.form_id, attempt.form_version)
            .select_from(tables.exposure)
            .outerjoin(
                tables.attempt, (attempt.attempt_id == _EXPOSURE.attempt_id) & (attempt.form_id == _EXPOSURE.form_id)
            )
            .distinct()
        )
        found: dict[str, set[str]] = {}
        for form_id, version in self.connection.execute(chosen):
            found.setdefault(form_id, set()).update([version] if version else [])
        return {form_id: frozenset(versions) for form_id, versions in found.items()}

    def list_of_team(self, team_id: str) -> tuple[ExposureRow, ...]:
        """Return what a team's people were given, in that order."""
        chosen = (
            select(tables.exposure)
            .join(tables.person, tables.person.c.person_id == _EXPOSURE.person_id)
            .where(tables.person.c.team_id == team_id)
            .order_by(_EXPOSURE.given_at, _EXPOSURE.person_id, _EXPOSURE.form_id)
        )
        return tuple(_to_row(found) for found in self.connection.execute(chosen).mappings())


def _to_row(found: RowMapping) -> ExposureRow:
    return ExposureRow(
        person_id=found[_EXPOSURE.person_id],
        form_id=found[_EXPOSURE.form_id],
        attempt_id=found[_EXPOSURE.attempt_id],
        given_at=found[_EXPOSURE.given_at],
        how=found[_EXPOSURE.how],
        reason=found[_EXPOSURE.reason],
    )
