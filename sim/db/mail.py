"""Mail that waits or was sent, and who wants none. Works inside the transaction it is given."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select

from sim.db.columns import Col, Row, cascade, column, told
from sim.db.rows import Rows

MOST_FAILURE = 300
MOST_REFUSED = 200


class Message(
    Row,
    table="mail_message",
    of="person",
    title="Mail",
    what="Reminders of drills, where a mail server is set: waiting, or sent and then without their text.",
):
    message_id: Col[str] = column(32, primary_key=True)
    person_id: Col[str] = told("to whom", 32, cascade("person.person_id"), index=True)
    key: Col[str] = column(160, unique=True)  # what it is about: nobody is sent the same twice
    subject: Col[str] = told("subject", 200)
    body: Col[str] = told("text, until it was sent")  # "" then
    queued_at: Col[datetime] = told("since when it waits")
    sent_at: Col[datetime | None] = told("when sent", default=None)
    refused: Col[str] = told("why the mail server refused it", MOST_REFUSED, default="")  # for good; "" while it may


class MailState(Row, table="mail_state", of="", title="How sending mail goes"):
    server: Col[str] = column(300, primary_key=True)
    sent_count: Col[int] = column(default=0)
    sent_at: Col[datetime | None] = column(default=None)
    failed_at: Col[datetime | None] = column(default=None)
    failure: Col[str] = column(MOST_FAILURE, default="")  # "" once it worked again
    queued_up_to: Col[datetime | None] = column(default=None)  # when reminders were looked for last


class MailStop(
    Row, table="mail_stop", of="person", title="No mail wanted", what="That someone has turned reminders by mail off."
):
    person_id: Col[str] = told("who", 32, cascade("person.person_id"), primary_key=True)
    stopped_at: Col[datetime] = told("since when")


_WAITS = Message.sent_at.is_(None) & (Message.refused == "")


class MailTable(Rows):
    def get_state(self, server: str) -> MailState:
        """Return how sending through a server went."""
        return self.by_key(MailState, server) or MailState(server=server)

    def queue(self, message: Message) -> bool:
        """Keep a message to be sent; return whether it is new, not one whose key was there before."""
        if self.has(message.key):
            return False
        self.insert(message)
        return True

    def has(self, key: str) -> bool:
        return self.find_row(Message, Message.key == key) is not None

    def list_waiting(self, *, most: int) -> tuple[Message, ...]:
        """Return those that wait, the oldest first."""
        chosen = select(Message.table).where(_WAITS).order_by(Message.queued_at, Message.message_id)
        return self.read(Message, chosen.limit(most))

    def forget_waiting(self, *, before: datetime) -> None:
        """Delete what waits since before a moment, as if it had never been queued."""
        self.delete(Message, _WAITS, Message.queued_at < before)

    def count_waiting(self) -> int:
        return self.connection.scalar(select(func.count()).select_from(Message.table).where(_WAITS)) or 0

    def list_refused(self, person_ids: Collection[str]) -> dict[str, str]:
        """Return why the server refused the latest message to each of some people whose latest was refused."""
        found = self.list_rows(Message, Message.person_id.in_(list(person_ids)), order_by=(Message.queued_at,))
        latest = {row.person_id: row.refused for row in found}
        return {person_id: refused for person_id, refused in latest.items() if refused}

    def note_sent(self, server: str, message_id: str, *, at: datetime) -> None:
        """Note that a message was sent; its text goes."""
        self.change(Message, Message.message_id == message_id, sent_at=at, body="")
        state = self.get_state(server)
        self.put(replace(state, sent_count=state.sent_count + 1, sent_at=at, failure=""))

    def note_refused(self, message_id: str, why: str) -> None:
        """Note that a message will never be taken, and why; its text goes."""
        self.change(Message, Message.message_id == message_id, refused=why[:MOST_REFUSED] or "refused", body="")

    def note_failure(self, server: str, failure: str, *, at: datetime) -> None:
        """Note why nothing can be sent now; what waits stays."""
        self.put(replace(self.get_state(server), failed_at=at, failure=failure[:MOST_FAILURE]))

    def note_queued(self, server: str, *, at: datetime) -> None:
        """Note that reminders were looked for."""
        self.put(replace(self.get_state(server), queued_up_to=at))

    def stop(self, person_id: str, *, at: datetime) -> None:
        """Note that somebody wants no mail; what waits for them goes."""
        if person_id not in self.list_stopped([person_id]):
            self.insert(MailStop(person_id=person_id, stopped_at=at))
        self.delete(Message, Message.person_id == person_id, Message.sent_at.is_(None))

    def list_stopped(self, person_ids: Collection[str]) -> dict[str, datetime]:
        """Return who of some people wants no mail, and since when."""
        found = self.list_rows(MailStop, MailStop.person_id.in_(list(person_ids)))
        return {row.person_id: row.stopped_at for row in found}
