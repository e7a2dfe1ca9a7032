"""A signed address for one team, on which its people pick their name to sign in."""

from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from sim.errors import AccessError
from sim.services.accounts.viewer import Duty, Viewer, require
from sim.services.app.wiring import App

LASTS = timedelta(days=30)
_SALT = "sightline-team-sign-in-1"
_ASK = "ask your trainer for a new one, or type your name"


def make_team_token(app: App, viewer: Viewer, team_id: str) -> str:
    """Return the token of a team's sign-in address; it lasts 30 days. Raises AccessError."""
    require(viewer, Duty.SET_PINS)
    expires = int((app.clock.read().wall + LASTS).timestamp())
    token = URLSafeSerializer(app.access.secret, salt=_SALT).dumps([team_id, expires])
    return token if isinstance(token, str) else token.decode("ascii")


def list_team_names(app: App, token: str) -> tuple[str, ...]:
    """Return the names to sign in with of a team's people who have a PIN.

    Raises:
        AccessError: the token is forged, expired, or of another server.
    """
    team_id = _read(app, token, now=app.clock.read().wall)
    with app.store.read() as work:
        people = {person.person_id for person in work.teams.list_people(team_id) if person.left_at is None}
        return tuple(
            row.sign_in_name
            for row in work.accounts.list_all()
            if row.person_id in people and row.secret_hash is not None and row.disabled_at is None
        )


def _read(app: App, token: str, *, now: datetime) -> str:
    try:
        team_id, expires = URLSafeSerializer(app.access.secret, salt=_SALT).loads(token)
        ends_s = int(expires)
    except (BadData, ValueError, TypeError) as error:
        raise AccessError("this address is not valid here", todo=_ASK) from error
    if now.timestamp() >= ends_s:
        raise AccessError("this address has expired", todo=_ASK)
    return str(team_id)
