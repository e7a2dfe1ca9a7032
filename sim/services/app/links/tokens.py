"""The links themselves: a signed number of a row that says what it opens, for whom, until when, and who gave it out.

A copy of the database makes no link, since the key is not in it; and a link that was ended, or whose row is gone,
opens nothing however well it is signed.
"""

import secrets
from datetime import timedelta
from typing import Final

from itsdangerous import BadData, URLSafeSerializer

from sim.errors import AccessError
from sim.records.links import LinkKind, LinkRow
from sim.records.store import Work
from sim.services.app.wiring import App

LASTS: Final = timedelta(days=30)
MOST_SIGNS: Final = 200
_SALT: Final = "sightline-link-2"
_EARLIER_SALTS: Final = ("sightline-own-record-1", "sightline-crew-1")
_ASK: Final = "ask your trainer for a new one"


def show_link(
    app: App, kind: LinkKind, person_id: str, *, attempt_id: str | None = None, by: str = "", lasts: timedelta = LASTS
) -> str:
    """Return the token of a link that `by` has given out, or give one out now.

    A link is shown again while it works and at least half of `lasts` is left of it.

    Raises:
        StoreError: unknown person.
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
    """Return a link's token."""
    token = URLSafeSerializer(app.access.secret, salt=_SALT).dumps([row.kind.value, row.link_id])
    return token if isinstance(token, str) else token.decode("ascii")


def read_link(app: App, token: str, kind: LinkKind) -> LinkRow:
    """Return what a link opens.

    Raises:
        AccessError: it is forged, of another server or for something else, has expired, was ended, or is from before
            links were noted.
    """
    with app.store.read() as work:
        return find_link(app, work, token, kind)


def find_link(app: App, work: Work, token: str, kind: LinkKind) -> LinkRow:
    """As `read_link`, within a transaction."""
    try:
        told, link_id = URLSafeSerializer(app.access.secret, salt=_SALT).loads(token[:MOST_SIGNS])
        row = work.links.find(str(link_id)) if told == kind.value else None
    except (BadData, ValueError, TypeError) as error:
        if _is_earlier(app, token):
            raise AccessError("this link is from before an update", todo=_ASK) from error
        raise AccessError("this link is not valid here", todo="ask your trainer for your link") from error
    if row is None or row.kind is not kind:
        raise AccessError("this link is not valid here", todo="ask your trainer for your link")
    if row.ended_at is not None:
        raise AccessError("this link was ended", todo=_ASK)
    if app.clock.read().wall >= row.expires_at:
        raise AccessError("this link has expired", todo=_ASK)
    return row


def _is_earlier(app: App, token: str) -> bool:
    for salt in _EARLIER_SALTS:
        try:
            URLSafeSerializer(app.access.secret, salt=salt).loads(token[: 2 * MOST_SIGNS])
        except (BadData, ValueError, TypeError):
            continue
        return True
    return False
