"""A signed address for one team, on which its people pick their name to sign in."""

from datetime import datetime, timedelta

from sim.services.accounts.viewer import Duty, Viewer, require
from sim.services.app.signed_link import TEAM_SIGN_IN
from sim.services.app.wiring import App

LASTS = timedelta(days=30)


def make_team_token(app: App, viewer: Viewer, team_id: str) -> str:
    """Return the token of a team's sign-in address; it lasts 30 days. Raises AccessError."""
    require(viewer, Duty.SET_PINS)
    expires = int((app.clock.read().wall + LASTS).timestamp())
    return TEAM_SIGN_IN.sign(app.access.secret, [team_id, expires])


def list_team_names(app: App, token: str) -> tuple[str, ...]:
    """Return the names to sign in with of a team's people who have a PIN."""
    team_id = _read(app, token, now=app.clock.read().wall)
    with app.store.read() as work:
        people = {person.person_id for person in work.teams.list_people(team_id) if person.left_at is None}
        return tuple(
            row.sign_in_name
            for row in work.accounts.list_all()
            if row.person_id in people and row.secret_hash is not None and row.disabled_at is None
        )


def _read(app: App, token: str, *, now: datetime) -> str:
    def parse(team_id: str, expires: int) -> tuple[str, int]:
        return str(team_id), int(expires)

    team_id, expires_s = TEAM_SIGN_IN.read(app.access.secret, token, parse)
    TEAM_SIGN_IN.check_time(expires_s, now)
    return team_id
