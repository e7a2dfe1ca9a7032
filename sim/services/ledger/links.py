"""A signed link to one's own record: whoever has it may read that record and acknowledge it, for 30 days."""

from datetime import timedelta

from itsdangerous import BadData, URLSafeSerializer

from sim.errors import AccessError
from sim.services.wiring import App

KEPT = timedelta(days=30)
_SALT = "sightline-own-record-1"


def make_record_token(app: App, person_id: str) -> str:
    """Return the token of a person's link to their own record. Raises StoreError: unknown person."""
    with app.store.read() as work:
        work.teams.get_person(person_id)
    ends_s = int((app.clock.read().wall + KEPT).timestamp())
    token = URLSafeSerializer(app.access.secret, salt=_SALT).dumps([person_id, ends_s])
    return token if isinstance(token, str) else token.decode("ascii")


def read_record_token(app: App, token: str) -> str:
    """Return whose record a link is for.

    Raises:
        AccessError: forged, expired, or of another server.
    """
    try:
        person_id, ends_s = URLSafeSerializer(app.access.secret, salt=_SALT).loads(token)
        expires = int(ends_s)
    except (BadData, ValueError, TypeError) as error:
        raise AccessError("this link is not valid here", todo="ask your trainer for your link") from error
    if app.clock.read().wall.timestamp() >= expires:
        raise AccessError("this link has expired", todo="ask your trainer for a new one")
    return str(person_id)
