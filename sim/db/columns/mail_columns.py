"""The columns of mail that waits or was sent, of who wants none, and of days without drills."""

from datetime import date, datetime

from sqlalchemy import Column, Date, ForeignKey, Integer, Named, String, Text, TypedColumns

from sim.db.columns.utc import UtcDateTime


class MailMessageColumns(TypedColumns):
    """One message. `key` says what it is about, so that nobody is sent the same twice; once sent its body is "".

    `refused` is why the mail server will never take it, "" while it may.
    """

    message_id = Column(String(32), primary_key=True)
    person_id = Column(String(32), ForeignKey("person.person_id", ondelete="CASCADE"), nullable=False, index=True)
    key = Column(String(160), nullable=False, unique=True)
    subject = Column(String(200), nullable=False)
    body = Column(Text, nullable=False)
    queued_at = Column(UtcDateTime, nullable=False)
    sent_at: Named[datetime | None] = Column(UtcDateTime)
    refused = Column(String(200), nullable=False, server_default="")


class MailStateColumns(TypedColumns):
    """How sending through a mail server went; `queued_up_to` is when reminders were looked for last."""

    server = Column(String(300), primary_key=True)
    sent_count = Column(Integer, nullable=False, server_default="0")
    sent_at: Named[datetime | None] = Column(UtcDateTime)
    failed_at: Named[datetime | None] = Column(UtcDateTime)
    failure = Column(String(300), nullable=False, server_default="")
    queued_up_to: Named[datetime | None] = Column(UtcDateTime)


class MailStopColumns(TypedColumns):
    """Somebody who wants no reminders by mail."""

    person_id = Column(String(32), ForeignKey("person.person_id", ondelete="CASCADE"), primary_key=True)
    stopped_at = Column(UtcDateTime, nullable=False)


class DayOffColumns(TypedColumns):
    """Days without drills that someone entered: one, or from one to another, both counted."""

    day_off_id = Column(String(32), primary_key=True)
    first_on: Named[date] = Column(Date, nullable=False)
    last_on: Named[date] = Column(Date, nullable=False)
    name = Column(String(120), nullable=False)
