"""Browsers in which somebody has signed in before: what is remembered of them in a signed cookie of their own.

Such a browser waits only for its own wrong tries at that name, see `lockout`. It opens nothing: a PIN or passphrase is
needed as anywhere else.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final

from sim.errors import AccessError
from sim.services.app.signed_link import BROWSER

LASTS: Final = timedelta(days=180)
MOST_ACCOUNTS: Final = 8
"""How many accounts one browser is remembered for, as at a shared computer; the oldest is forgotten."""
MOST_SIGNS: Final = 1500
_Known = list[tuple[str, str, int]]


def find_browser(secret: bytes, cookie: str, account_id: str, *, now: datetime) -> str:
    """Return what a browser is known by to an account; "" where nobody of that account signed in with it lately."""
    return next((mark for known, mark, _ in _read(secret, cookie, now=now) if known == account_id), "")


def remember_browser(secret: bytes, cookie: str, account_id: str, *, now: datetime) -> str:
    """Return the cookie of a browser in which an account has just signed in; what it was known by stays."""
    known = _read(secret, cookie, now=now)
    mark = next((mark for other, mark, _ in known if other == account_id), "") or secrets.token_urlsafe(12)
    kept = [each for each in known if each[0] != account_id][-(MOST_ACCOUNTS - 1) :]
    content = [*kept, (account_id, mark, int((now + LASTS).timestamp()))]
    return BROWSER.sign(secret, content)


def _read(secret: bytes, cookie: str, *, now: datetime) -> _Known:
    if not cookie or len(cookie) > MOST_SIGNS:
        return []
    try:
        found = BROWSER.read(secret, cookie, _parse)
    except AccessError:
        return []
    return [each for each in found if each[2] > now.timestamp()]


def _parse(*parts: tuple[str, str, int]) -> _Known:
    return [(str(known), str(mark), int(ends)) for known, mark, ends in parts]
