"""Signed links of a session: one that lets anyone invited pick their name, and one that is a person's own seat."""

from dataclasses import dataclass
from datetime import datetime

from sim.records.session_rows import InvitedRow, SessionRow
from sim.services.app.signed_link import JOIN, SEAT


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
    return JOIN.sign(secret, [row.session_id, row.link_number, expires])


def read_join(secret: bytes, token: str, *, now: datetime) -> JoinGrant:
    """Return what a join link allows.

    Raises:
        AccessError: forged, expired, of another server, or no join link.
    """

    def parse(session_id: str, link_number: int, expires: int) -> tuple[JoinGrant, int]:
        return JoinGrant(session_id=str(session_id), link_number=int(link_number)), int(expires)

    grant, expires_s = JOIN.read(secret, token, parse)
    JOIN.check_time(expires_s, now)
    return grant


def mint_seat(secret: bytes, row: InvitedRow) -> str:
    """Return the token of somebody's seat. It ends with its session, some hours later: a drill may outlast it."""
    return SEAT.sign(secret, [row.session_id, row.person_id, row.seat])


def read_seat(secret: bytes, token: str) -> SeatGrant:
    """Return what a seat allows.

    Raises:
        AccessError: forged, of another server, or no seat.
    """

    def parse(session_id: str, person_id: str, seat: int) -> SeatGrant:
        return SeatGrant(session_id=str(session_id), person_id=str(person_id), seat=int(seat))

    return SEAT.read(secret, token, parse)
