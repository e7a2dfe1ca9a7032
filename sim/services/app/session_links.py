"""Signed links of a session: those that let anyone invited pick their name, and one that is a person's own seat."""

from dataclasses import dataclass
from datetime import datetime

from sim.db.sessions import InvitedRow, SessionRow
from sim.services.app.screen_codes import write_inside, write_invitation, write_screen
from sim.services.app.signed_link import JOIN, SEAT


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatGrant:
    """What a seat allows: to be this person in this session, until the name is freed."""

    session_id: str
    person_id: str
    seat: int


def mint_join(secret: bytes, row: SessionRow) -> str:
    """Return the token of a session's invitation; it ends with the session's day."""
    return write_invitation(JOIN, secret, row.session_id, row.link_number, ends=row.day.expires_at)


def mint_screen(secret: bytes, row: SessionRow, *, now: datetime) -> str:
    """Return the token that a session's join screen shows now."""
    return write_screen(JOIN, secret, row.session_id, row.link_number, now=now)


def mint_inside(secret: bytes, row: SessionRow, *, browser: str, now: datetime) -> str:
    """Return the token with which a browser that was let in chooses a name."""
    return write_inside(JOIN, secret, row.session_id, row.link_number, browser=browser, now=now)


def mint_seat(secret: bytes, row: InvitedRow) -> str:
    """Return the token of somebody's seat. It ends with its session, some hours later: a drill may outlast it."""
    return SEAT.sign(secret, [row.session_id, row.person_id, row.seat])


def read_seat(secret: bytes, token: str) -> SeatGrant:
    def parse(session_id: str, person_id: str, seat: int) -> SeatGrant:
        return SeatGrant(session_id=str(session_id), person_id=str(person_id), seat=int(seat))

    return SEAT.read(secret, token, parse)
