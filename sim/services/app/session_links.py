"""Signed links of a session: one that lets anyone invited pick their name, and one that is a person's own seat."""

from dataclasses import dataclass
from datetime import datetime

from itsdangerous import BadData, URLSafeSerializer

from sim.errors import AccessError
from sim.records.session_rows import InvitedRow, SessionRow

_JOIN_SALT = "sightline-join-1"
_SEAT_SALT = "sightline-seat-1"
_ASK = "scan the code on the trainer's screen again, or ask for the spoken code"


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinGrant:
    """What a join link allows: to pick a free name of this session, while the link's number is still the newest."""

    session_id: str
    link_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatGrant:
    """What a seat allows: to be this person in this session, until the name is freed."""

    session_id: str
    person_id: str
    seat: int


def mint_join(secret: bytes, row: SessionRow) -> str:
    """Return the token of a session's join link; it ends with the session's day."""
    expires = int(row.day.expires_at.timestamp())
    return _dump(secret, _JOIN_SALT, [row.session_id, row.link_number, expires])


def read_join(secret: bytes, token: str, *, now: datetime) -> JoinGrant:
    """Return what a join link allows.

    Raises:
        AccessError: forged, expired, of another server, or no join link.
    """
    try:
        session_id, link_number, expires = URLSafeSerializer(secret, salt=_JOIN_SALT).loads(token)
        grant = JoinGrant(session_id=str(session_id), link_number=int(link_number))
        ends_s = int(expires)
    except (BadData, ValueError, TypeError) as error:
        raise AccessError("this link is not valid here", todo=_ASK) from error
    if now.timestamp() >= ends_s:
        raise AccessError("this link has expired", todo=_ASK)
    return grant


def mint_seat(secret: bytes, row: InvitedRow) -> str:
    """Return the token of somebody's seat. It ends with its session, some hours later: a drill may outlast it."""
    return _dump(secret, _SEAT_SALT, [row.session_id, row.person_id, row.seat])


def read_seat(secret: bytes, token: str) -> SeatGrant:
    """Return what a seat allows.

    Raises:
        AccessError: forged, of another server, or no seat.
    """
    try:
        session_id, person_id, seat = URLSafeSerializer(secret, salt=_SEAT_SALT).loads(token)
        return SeatGrant(session_id=str(session_id), person_id=str(person_id), seat=int(seat))
    except (BadData, ValueError, TypeError) as error:
        raise AccessError("this link is not valid here", todo=_ASK) from error


def _dump(secret: bytes, salt: str, content: list[str | int]) -> str:
    token = URLSafeSerializer(secret, salt=salt).dumps(content)
    return token if isinstance(token, str) else token.decode("ascii")
