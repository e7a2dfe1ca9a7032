"""Codes on a screen in a room: another one every minute, so that a photo of one lets nobody in later.

The present one and the one before it work, so that anyone who scans just before the change gets in. They then have some
minutes, in the same browser, to choose their name. What is scanned is signed; what is typed are digits worked out from
the installation's secret, so that nothing is stored and several servers show the same.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sim.errors import AccessError
from sim.services.app.codes import SESSION_DIGITS
from sim.services.app.signed_link import Purpose

STEP_S: Final = 60
INSIDE_FOR: Final = timedelta(minutes=10)
REMEMBERED_STEPS: Final = 30
"""A typed code of so many steps ago is known as one that has expired."""
_MARK_SIGNS: Final = 20


class Door(StrEnum):
    """How far an address lets somebody in."""

    INVITATION = "invitation"
    SCREEN = "screen"
    INSIDE = "inside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What an address lets somebody into."""

    door: Door  # an invitation, what the screen shows now, or the minutes after that was scanned or typed
    event_id: str  # of a session or a training
    number: int  # of its link; another one counts by now where all were replaced
    at: int  # the step of a screen's code, else when it ends, UTC seconds since 1970
    browser: str  # the mark of the browser that was let in, see `mark_browser`; "" of the others


def mark_browser(secret: bytes, event_id: str, browser: str) -> str:
    """Return by what a browser is told apart from others at one event, and at no other; "" for an unknown one."""
    if not browser:
        return ""
    text = f"sightline-device-1 {event_id} {browser}".encode()
    return hmac.new(secret, text, hashlib.sha256).hexdigest()[:_MARK_SIGNS]


def write_screen(purpose: Purpose, secret: bytes, event_id: str, number: int, *, now: datetime) -> str:
    """Return the token that a screen shows as a QR code now."""
    return purpose.sign(secret, [Door.SCREEN.value, event_id, number, find_step(now), ""])


def write_invitation(purpose: Purpose, secret: bytes, event_id: str, number: int, *, ends: datetime) -> str:
    """Return the token of an address that is sent before the day: it leads to where the screen's code is asked for."""
    return purpose.sign(secret, [Door.INVITATION.value, event_id, number, int(ends.timestamp()), ""])


def write_inside(purpose: Purpose, secret: bytes, event_id: str, number: int, *, browser: str, now: datetime) -> str:
    """Return the token with which a browser that was let in chooses a name within `INSIDE_FOR`."""
    mark = mark_browser(secret, event_id, browser)
    return purpose.sign(secret, [Door.INSIDE.value, event_id, number, int((now + INSIDE_FOR).timestamp()), mark])


def read_grant(purpose: Purpose, secret: bytes, token: str, *, browser: str, now: datetime) -> Grant:
    grant = purpose.read(secret, token, _parse)
    if grant.door is Door.INVITATION:
        purpose.check_time(grant.at, now)
    elif grant.door is Door.SCREEN:
        if not 0 <= find_step(now) - grant.at <= 1:
            raise make_expired()
    elif now.timestamp() >= grant.at or grant.browser != mark_browser(secret, grant.event_id, browser):
        raise make_expired()
    return grant


def make_expired(*, was_typed: bool = False) -> AccessError:
    """Return the error of a code that is on the screen no more."""
    todo = f"{'type' if was_typed else 'scan'} the one on the screen now"
    return AccessError("this code has expired", todo=todo)


def find_step(now: datetime) -> int:
    """Return the number of the minute in which a screen's code is shown."""
    return int(now.timestamp()) // STEP_S


def compute_typed(secret: bytes, event_id: str, number: int, *, step: int) -> str:
    """Return the digits that a screen shows in a step, for those who type."""
    text = f"sightline-screen-1 {event_id} {number} {step}".encode()
    drawn = int.from_bytes(hmac.new(secret, text, hashlib.sha256).digest()[:16])
    return f"{drawn % 10**SESSION_DIGITS:0{SESSION_DIGITS}d}"


def is_typed(secret: bytes, code: str, event_id: str, number: int, *, now: datetime) -> bool:
    """Return whether digits are an event's that a screen shows now, or did in the minute before."""
    step = find_step(now)
    for age in range(REMEMBERED_STEPS):
        if hmac.compare_digest(compute_typed(secret, event_id, number, step=step - age), code):
            if age > 1:
                raise make_expired(was_typed=True)
            return True
    return False


def _parse(door: str, event_id: str, number: int, at: int, browser: str) -> Grant:
    return Grant(door=Door(door), event_id=str(event_id), number=int(number), at=int(at), browser=str(browser))
