"""Mail that waits or was sent, and who wants none. Works inside the transaction it is given."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from sim.db import tables
from sim.db.rows import read_row, write_row

_MESSAGE = tables.mail_message.c
_STATE = tables.mail_state.c
_STOP = tables.mail_stop.c
MOST_FAILURE = 300
MOST_REFUSED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message: to whom, what it is about (`key`, the same once only), and its text, "" once it was sent."""

    message_id: str
    person_id: str
    key: str
    subject: str
    body: str
    queued_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MailState:
    """How sending went; `failure` is "" once it worked again, `queued_up_to` when reminders were looked for last."""

    sent_count: int = 0
    sent_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str = ""
    queued_up_to: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTable:
    connection: Connection

    def get_state(self, server: str) -> MailState:
        """Return how sending through a server went."""
        found = self.connection.execute(select(tables.mail_state).where(_STATE.server == server)).mappings().first()
        return MailState() if found is None else read_row(MailState, found)

    def _save_state(self, server: str, **values: object) -> None:
        changed = update(tables.mail_state).where(_STATE.server == server).values(**values)
        if not self.connection.execute(changed).rowcount:
            self.connection.execute(insert(tables.mail_state).values(server=server, **values))

    def queue(self, message: Message) -> bool:
        """Keep a message to be sent; return whether it is new, not one whose key was there before."""
        if self.has(message.key):
            return False
        self.connection.execute(insert(tables.mail_message).values(**write_row(message)))
        return True

    def has(self, key: str) -> bool:
        return self.connection.scalar(select(_MESSAGE.message_id).where(_MESSAGE.key == key)) is not None

    def list_waiting(self, *, most: int) -> tuple[Message, ...]:
        """Return those that wait, the oldest first."""
        chosen = select(tables.mail_message).where(_MESSAGE.sent_at.is_(None), _MESSAGE.refused == "")
        ordered = chosen.order_by(_MESSAGE.queued_at, _MESSAGE.message_id).limit(most)
        return tuple(read_row(Message, found) for found in self.connection.execute(ordered).mappings())

    def forget_waiting(self, *, before: datetime) -> None:
        """Delete what waits since before a moment, as if it had never been queued."""
        waits = (_MESSAGE.sent_at.is_(None), _MESSAGE.refused == "")
        self.connection.execute(delete(tables.mail_message).where(*waits, _MESSAGE.queued_at < before))

    def count_waiting(self) -> int:
        waits = _MESSAGE.sent_at.is_(None) & (_MESSAGE.refused == "")
        return self.connection.scalar(select(func.count()).select_from(tables.mail_message).where(waits)) or 0

    def list_refused(self, person_ids: Collection[str]) -> dict[str, str]:
        """Return why the server refused the latest message to each of some people whose latest was refused."""
        chosen = (
            select(_MESSAGE.person_id, _MESSAGE.refused)
            .where(_MESSAGE.person_id.in_(list(person_ids)))
            .order_by(_MESSAGE.queued_at)
        )
        latest: dict[str, str] = {}
        for person_id, refused in self.connection.execute(chosen):
            latest[person_id] = refused
        return {person_id: refused for person_id, refused in latest.items() if refused}

    def note_sent(self, server: str, message_id: str, *, at: datetime) -> None:
        """Note that a message was sent; its text goes."""
        self.connection.execute(
            update(tables.mail_message).where(_MESSAGE.message_id == message_id).values(sent_at=at, body="")
        )
        self._save_state(server, sent_count=self.get_state(server).sent_count + 1, sent_at=at, failure="")

    def note_refused(self, message_id: str, why: str) -> None:
        """Note that a message will never be taken, and why; its text goes."""
        changed = update(tables.mail_message).where(_MESSAGE.message_id == message_id)
        self.connection.execute(changed.values(refused=why[:MOST_REFUSED] or "refused", body=""))

    def note_failure(self, server: str, failure: str, *, at: datetime) -> None:
        """Note why nothing can be sent now; what waits stays."""
        self._save_state(server, failed_at=at, failure=failure[:MOST_FAILURE])

    def note_queued(self, server: str, *, at: datetime) -> None:
        """Note that reminders were looked for."""
        self._save_state(server, queued_up_to=at)

    def stop(self, person_id: str, *, at: datetime) -> None:
        """Note that somebody wants no mail; what waits for them goes."""
        if person_id not in self.list_stopped([person_id]):
            self.connection.execute(insert(tables.mail_stop).values(person_id=person_id, stopped_at=at))
        self.connection.execute(
            delete(tables.mail_message).where(_MESSAGE.person_id == person_id, _MESSAGE.sent_at.is_(None))
        )

    def start_again(self, person_id: str) -> None:
        self.connection.execute(delete(tables.mail_stop).where(_STOP.person_id == person_id))

    def list_stopped(self, person_ids: Collection[str]) -> dict[str, datetime]:
        """Return who of some people wants no mail, and since when."""
        chosen = select(_STOP.person_id, _STOP.stopped_at).where(_STOP.person_id.in_(list(person_ids)))
        return {person_id: stopped_at for person_id, stopped_at in self.connection.execute(chosen)}  # noqa: C416
