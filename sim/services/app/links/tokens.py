"""The links themselves: a signed number of a row that says what it opens, for whom, until when, and who gave it out.

A copy of the database makes no link, since the key is not in it; and a link that was ended, or whose row is gone,
opens nothing however well it is signed.
"""

import secrets
from datetime import timedelta
from typing import Final

from sim.db.links import LinkKind, LinkRow
from sim.db.store import Transaction
from sim.errors import AccessError
from sim.services.app.signed_link import LINK
from sim.services.app.wiring import App

LASTS: Final = timedelta(days=30)
MOST_SIGNS: Final = 200


def show_link(
    app: App, kind: LinkKind, person_id: str, *, attempt_id: str | None = None, by: str = "", lasts: timedelta = LASTS
) -> str:
    """Return the token of a link that `by` has given out, or give one out now.

    A link is shown again while it works and at least half of `lasts` is left of it.
    """
    now = app.clock.read().wall
    with app.store.read() as work:
        work.teams.get_person(person_id)
        known = work.links.list_open([person_id], now=now + lasts / 2)
    for row in known:
        if (row.kind, row.attempt_id, row.issued_by) == (kind, attempt_id, by):
            return write_token(app, row)
    row = LinkRow(
        link_id=secrets.token_urlsafe(18),
        kind=kind,
        person_id=person_id,
        attempt_id=attempt_id,
        issued_by=by,
        issued_at=now,
        expires_at=now + lasts,
    )
    with app.store.write() as work:
        work.links.add(row)
    return write_token(app, row)


def write_token(app: App, row: LinkRow) -> str:
    return LINK.sign(app.access.secret, [row.kind.value, row.link_id])


def read_link(app: App, token: str, kind: LinkKind) -> LinkRow:
    with app.store.read() as work:
        return find_link(app, work, token, kind)


def find_link(app: App, work: Transaction, token: str, kind: LinkKind) -> LinkRow:
    """As `read_link`, within a transaction."""
    told, link_id = LINK.read(app.access.secret, token[:MOST_SIGNS], _parse)
    row = work.links.find(link_id) if told == kind.value else None
    if row is None or row.kind is not kind:
        raise AccessError("this link is not valid here", todo=LINK.todo)
    if row.ended_at is not None:
        raise AccessError("this link was ended", todo=LINK.todo_late)
    if app.clock.read().wall >= row.expires_at:
        raise AccessError("this link has expired", todo=LINK.todo_late)
    return row


def _parse(kind: str, link_id: str) -> tuple[str, str]:
    return str(kind), str(link_id)
