"""Signed links by which the members of a crew come in: each names one crew and one role, and runs out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from sim.drill.crew import Role
from sim.errors import AccessError
from sim.services.wiring import App

LASTS = timedelta(days=14)
_SALT = "sightline-crew-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What a link opens: one role of one crew.

    Attributes:
        crew_id: of the crew.
        role: as whom.
        expires: UTC seconds since 1970.
    """

    crew_id: str
    role: Role
    expires: int


def write_invitation(app: App, crew_id: str, role: Role, *, made_at: datetime) -> str:
    """Return the token of a link; it is the same whenever it is written, and lasts 14 days from the crew's making."""
    expires = int((made_at + LASTS).timestamp())
    token = _serializer(app).dumps([crew_id, role.value, expires])
    return token if isinstance(token, str) else token.decode("ascii")


def read_invitation(app: App, token: str) -> Invitation:
    """Return what a link opens.

    Raises:
        AccessError: it is forged, cut off, of another server, or has run out.
    """
    try:
        crew_id, role, expires = _serializer(app).loads(token)
        invitation = Invitation(crew_id=str(crew_id), role=Role(role), expires=int(expires))
    except (BadData, ValueError, TypeError) as error:
        raise AccessError("this link is not valid here", todo="ask whoever sent it for a new one") from error
    if app.clock.read().wall.timestamp() >= invitation.expires:
        raise AccessError("this link has run out", todo="ask whoever sent it for a new team drill")
    return invitation


def _serializer(app: App) -> URLSafeSerializer:
    return URLSafeSerializer(app.access.secret, salt=_SALT)
