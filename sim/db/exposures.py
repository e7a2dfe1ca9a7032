"""Who was given or shown which form: the ledger, on one open transaction. Nothing is ever taken out of it or changed.

A row can also stand for a whole recording: that somebody saw it in practice, in a team exercise, or in somebody else's.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, insert, literal, select, update

from sim.db import tables
from sim.db.programs import LOOKED, ExposureRow
from sim.db.rows import read_row, write_row

_EXPOSURE = tables.exposure.c
_LOOKED_AT = "recording/"
"""What stands before the id of a recording where a row is about all of it; no id of a form has a slash."""
_IS_FORM = ~_EXPOSURE.form_id.startswith(_LOOKED_AT, autoescape=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposuresTable:
    """The ledger, on one open transaction."""

    connection: Connection

    def add(self, row: ExposureRow) -> bool:
        """Note that somebody was given a form; return False where that was noted before, which stays as it is."""
        chosen = select(_EXPOSURE.form_id).where(_EXPOSURE.person_id == row.person_id, _EXPOSURE.form_id == row.form_id)
        if self.connection.scalar(chosen) is not None:
            return False
        self.connection.execute(insert(tables.exposure).values(**write_row(row)))
        return True

    def note_look(self, row: ExposureRow, *, recording_id: str) -> None:
        """Note that somebody saw a form, and so its recording, outside a measured drill: of either the first time
        only.
        """
        self.add(row)
        self.add(replace(row, form_id=name_look(recording_id), how=LOOKED))

    def list_looks(self, person_ids: Collection[str]) -> dict[tuple[str, str], datetime]:
        """Return when people first saw a recording outside measured drills, by person_id and recording_id."""
        chosen = select(_EXPOSURE.person_id, _EXPOSURE.form_id, _EXPOSURE.given_at).where(
            _EXPOSURE.person_id.in_(list(person_ids)), _EXPOSURE.form_id.startswith(_LOOKED_AT, autoescape=True)
        )
        found = self.connection.execute(chosen)
        return {(person_id, form_id.removeprefix(_LOOKED_AT)): given_at for person_id, form_id, given_at in found}

    def list_seen(self, person_id: str) -> frozenset[str]:
        """Return the form_ids that a person was ever given."""
        chosen = select(_EXPOSURE.form_id).where(_EXPOSURE.person_id == person_id, _IS_FORM)
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
            .where(_IS_FORM)
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
            .where(tables.person.c.team_id == team_id, _IS_FORM)
            .order_by(_EXPOSURE.given_at, _EXPOSURE.person_id, _EXPOSURE.form_id)
        )
        return tuple(read_row(ExposureRow, found) for found in self.connection.execute(chosen).mappings())


def write_look(recording_id: ColumnElement[str]) -> ColumnElement[str]:
    """Return the same as `name_look` for a column of recordings."""
    return literal(_LOOKED_AT) + recording_id


def name_look(recording_id: str) -> str:
    """Return what stands for all of a recording where the ledger names a form."""
    return f"{_LOOKED_AT}{recording_id}"


_LINK = tables.link.c


class LinkKind(StrEnum):
    RECORD = "record"
    DRILL = "drill"
    TEAM_EXERCISE = "exercise"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    link_id: str
    kind: LinkKind  # what it opens
    person_id: str  # whom it is for, and whose
    attempt_id: str | None  # the drill, or the part of a team exercise; None for a record
    issued_by: str  # who gave it out, "" where nobody was signed in
    issued_at: datetime
    expires_at: datetime  # it works until then
    ended_at: datetime | None = None  # when it was ended before that


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksTable:
    connection: Connection

    def add(self, row: LinkRow) -> None:
        self.connection.execute(insert(tables.link).values(**write_row(row)))

    def find(self, link_id: str) -> LinkRow | None:
        """Return a link, whether it still works or not."""
        found = self.connection.execute(select(tables.link).where(_LINK.link_id == link_id)).mappings().first()
        return None if found is None else read_row(LinkRow, found)

    def list_open(self, person_ids: Collection[str], *, now: datetime) -> tuple[LinkRow, ...]:
        """Return the links of some people that work at a moment, the newest first."""
        chosen = select(tables.link).where(
            _LINK.person_id.in_(list(person_ids)), _LINK.ended_at.is_(None), _LINK.expires_at > now
        )
        ordered = chosen.order_by(_LINK.issued_at.desc(), _LINK.link_id)
        return tuple(read_row(LinkRow, found) for found in self.connection.execute(ordered).mappings())

    def end(self, link_id: str, *, at: datetime) -> None:
        """End one link; one that has ended stays as it is."""
        chosen = (_LINK.link_id == link_id) & _LINK.ended_at.is_(None)
        self.connection.execute(update(tables.link).where(chosen).values(ended_at=at))

    def end_of_person(self, person_id: str, *, at: datetime) -> int:
        """End every link of a person; return how many worked."""
        chosen = (_LINK.person_id == person_id) & _LINK.ended_at.is_(None) & (_LINK.expires_at > at)
        return self.connection.execute(update(tables.link).where(chosen).values(ended_at=at)).rowcount
