"""The columns of the training record's ledger, of legal holds, and of what waits for a learning record store."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer, Named, String, Text, TypedColumns

from sim.db.columns.utc import UtcDateTime


class LedgerEntryColumns(TypedColumns):
    """One entry of the training record's ledger. The database refuses to change or delete one."""

    number = Column(Integer, primary_key=True, autoincrement=False)
    kind = Column(String(40), nullable=False)
    at = Column(String(27), nullable=False, index=True)
    content_sha256 = Column(String(64), nullable=False)
    previous_sha256 = Column(String(64), nullable=False)
    sha256 = Column(String(64), nullable=False)


class LedgerContentColumns(TypedColumns):
    """What an entry says, as canonical JSON, and by what it is found. It can be deleted once a removal names it.

    The ids are no foreign keys: the record outlives what it is about.
    """

    number = Column(Integer, ForeignKey("ledger_entry.number"), primary_key=True, autoincrement=False)
    body = Column(Text, nullable=False)
    team_id: Named[str | None] = Column(String(32), index=True)
    session_id: Named[str | None] = Column(String(32), index=True)
    person_id: Named[str | None] = Column(String(32), index=True)
    attempt_id: Named[str | None] = Column(String(64), index=True)


class LedgerRemovalColumns(TypedColumns):
    """That the content of entry `number` may be deleted, as entry `by_number` says. Never changed."""

    number = Column(Integer, ForeignKey("ledger_entry.number"), primary_key=True, autoincrement=False)
    by_number = Column(Integer, ForeignKey("ledger_entry.number"), nullable=False)


class LegalHoldColumns(TypedColumns):
    """One legal hold: while it is not released, nothing about a person, team or session is deleted."""

    hold_id = Column(String(32), primary_key=True)
    scope = Column(String(16), nullable=False)
    subject_id = Column(String(32), nullable=False, index=True)
    reason = Column(String(300), nullable=False)
    placed_by = Column(String(120), nullable=False)
    placed_at = Column(UtcDateTime, nullable=False)
    released_at: Named[datetime | None] = Column(UtcDateTime)
    released_by = Column(String(120), nullable=False, server_default="")
    release_reason = Column(String(300), nullable=False, server_default="")
