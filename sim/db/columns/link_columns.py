"""The columns of links: what was given out that opens something to anyone who has it."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Named, String, TypedColumns

from sim.db.columns.utc import UtcDateTime


class LinkColumns(TypedColumns):
    """One link to a record, a drill or a team exercise. The signature that makes it work is stored nowhere."""

    link_id = Column(String(32), primary_key=True)
    kind = Column(String(16), nullable=False)
    person_id = Column(String(32), ForeignKey("person.person_id", ondelete="CASCADE"), nullable=False, index=True)
    attempt_id: Named[str | None] = Column(String(64), ForeignKey("attempt.attempt_id", ondelete="CASCADE"), index=True)
    issued_by = Column(String(120), nullable=False)
    issued_at = Column(UtcDateTime, nullable=False)
    expires_at = Column(UtcDateTime, nullable=False)
    ended_at: Named[datetime | None] = Column(UtcDateTime)
