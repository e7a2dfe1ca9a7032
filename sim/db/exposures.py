"""Who was given or shown which form, and the links that were given out; on one open transaction.

A row of forms is never taken out or changed. It can also stand for a whole recording: that somebody saw it in practice,
in a team exercise, or in somebody else's.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, literal, select

from sim.db.columns import Col, Row, cascade, column, metadata, told
from sim.db.programs import LOOKED, ExposureRow
from sim.db.rows import Rows, whole
from sim.db.teams import PersonRow

_LOOKED_AT = "recording/"
"""What stands before the id of a recording where a row is about all of it; no id of a form has a slash."""
_IS_LOOK = ExposureRow.form_id.startswith(_LOOKED_AT, autoescape=True)


class ExposuresTable(Rows):
    def add(self, row: ExposureRow) -> None:
        """Note that somebody was given a form; one that was noted before stays as it is."""
        if self.by_key(ExposureRow, row.person_id, row.form_id) is None:
            self.insert(row)

    def note_look(self, row: ExposureRow, *, recording_id: str) -> None:
        """Note that somebody saw a form, and so its recording, outside a measured drill: the first time of each."""
        self.add(row)
        self.add(replace(row, form_id=name_look(recording_id), how=LOOKED))

    def list_looks(self, person_ids: Collection[str]) -> dict[tuple[str, str], datetime]:
        """Return when people first saw a recording outside measured drills, by person_id and recording_id."""
        chosen = select(ExposureRow.person_id, ExposureRow.form_id, ExposureRow.given_at)
        found = self.connection.execute(chosen.where(ExposureRow.person_id.in_(list(person_ids)), _IS_LOOK))
        return {(person_id, form_id.removeprefix(_LOOKED_AT)): given_at for person_id, form_id, given_at in found}

    def list_seen(self, person_id: str) -> frozenset[str]:
        """Return the form_ids that a person was ever given."""
        chosen = select(ExposureRow.form_id).where(ExposureRow.person_id == person_id, ~_IS_LOOK)
        return frozenset(self.connection.scalars(chosen))

    def list_versions(self) -> dict[str, frozenset[str]]:
        """Return for each form_id that anybody was ever given the versions it had in those attempts, where kept."""
        attempt = metadata.tables["attempt"]
        is_it = (attempt.c.attempt_id == ExposureRow.attempt_id) & (attempt.c.form_id == ExposureRow.form_id)
        chosen = select(ExposureRow.form_id, attempt.c.form_version).outerjoin_from(ExposureRow.table, attempt, is_it)
        found: dict[str, set[str]] = {}
        for form_id, version in self.connection.execute(whole(chosen.where(~_IS_LOOK).distinct())):
            found.setdefault(form_id, set()).update([version] if version else [])
        return {form_id: frozenset(versions) for form_id, versions in found.items()}

    def list_of_team(self, team_id: str) -> tuple[ExposureRow, ...]:
        """Return what a team's people were given, in that order."""
        joined = select(ExposureRow.table).join(PersonRow.table, PersonRow.person_id == ExposureRow.person_id)
        order = (ExposureRow.given_at, ExposureRow.person_id, ExposureRow.form_id)
        return self.read(ExposureRow, joined.where(PersonRow.team_id == team_id, ~_IS_LOOK).order_by(*order))


def write_look(recording_id: ColumnElement[str]) -> ColumnElement[str]:
    """Return the same as `name_look` for a column of recordings."""
    return literal(_LOOKED_AT) + recording_id


def name_look(recording_id: str) -> str:
    """Return what stands for all of a recording where a row names a form."""
    return f"{_LOOKED_AT}{recording_id}"


class LinkKind(StrEnum):
    RECORD = "record"
    DRILL = "drill"
    TEAM_EXERCISE = "exercise"


class LinkRow(
    Row,
    table="link",
    of="person",
    title="Links",
    what="Which links to a record, a drill or a team exercise were given to someone, and by whom. The links "
    "themselves are not kept.",
):
    """The signature that makes a link work is stored nowhere."""

    link_id: Col[str] = column(32, primary_key=True)
    kind: Col[LinkKind] = told("to what")  # what it opens
    person_id: Col[str] = told("for whom", 32, cascade("person.person_id"), index=True)  # and whose
    # the drill, or the part of a team exercise; None for a record
    attempt_id: Col[str | None] = column(64, cascade("attempt.attempt_id"), index=True)
    issued_by: Col[str] = told("by whom", 120)  # "" where nobody was signed in
    issued_at: Col[datetime] = told("when")
    expires_at: Col[datetime] = told("until when it works")
    ended_at: Col[datetime | None] = told("when it was ended", default=None)  # before that


class LinksTable(Rows):
    def list_open(self, person_ids: Collection[str], *, now: datetime) -> tuple[LinkRow, ...]:
        """Return the links of some people that work at a moment, the newest first."""
        works = (LinkRow.ended_at.is_(None), LinkRow.expires_at > now)
        order = (LinkRow.issued_at.desc(), LinkRow.link_id)
        return self.list_rows(LinkRow, LinkRow.person_id.in_(list(person_ids)), *works, order_by=order)

    def end(self, link_id: str, *, at: datetime) -> None:
        """End one link; one that has ended stays as it is."""
        self.change(LinkRow, LinkRow.link_id == link_id, LinkRow.ended_at.is_(None), ended_at=at)

    def end_of_person(self, person_id: str, *, at: datetime) -> int:
        """End every link of a person; return how many worked."""
        works = (LinkRow.ended_at.is_(None), LinkRow.expires_at > at)
        return self.change(LinkRow, LinkRow.person_id == person_id, *works, ended_at=at)
