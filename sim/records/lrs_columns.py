"""The columns of what waits to be sent to a learning record store."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer, Named, String, Text, TypedColumns

from sim.records.utc import UtcDateTime


class LrsStatementColumns(TypedColumns):
    """One xAPI statement that was not sent yet, of the ledger entry it tells of. Who was deleted takes theirs along."""

    statement_id = Column(String(36), primary_key=True)
    person_id = Column(String(32), ForeignKey("person.person_id", ondelete="CASCADE"), nullable=False, index=True)
    ledger_number = Column(Integer, nullable=False, index=True)
    body = Column(Text, nullable=False)
    queued_at = Column(UtcDateTime, nullable=False)


class LrsStateColumns(TypedColumns):
    """How far a store has been told, by its address: the ledger's entry queued last, and how sending went."""

    store_url = Column(String(300), primary_key=True)
    ledger_number = Column(Integer, nullable=False)
    sent_count = Column(Integer, nullable=False, server_default="0")
    sent_at: Named[datetime | None] = Column(UtcDateTime)
    failed_at: Named[datetime | None] = Column(UtcDateTime)
    failure = Column(String(300), nullable=False, server_default="")
