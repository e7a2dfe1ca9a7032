"""What is signed with the installation's secret: one purpose each, so that what is signed for one opens no other.

What a purpose signs with never changes while addresses that were given out are to go on working; a new kind of content
gets a new purpose.
"""

import hashlib
import hmac
import math
import os
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

from itsdangerous import BadData, URLSafeSerializer

from sim.app.settings import SECRET_VARIABLE
from sim.db.sessions import InvitedRow, SessionRow
from sim.errors import AccessError, StoreError

T = TypeVar("T")
_ASK_TRAINER: Final = "ask your trainer for a new one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    salt: str  # goes into the signature
    what: str = "this link"  # a token of it is called, in errors
    todo: str = _ASK_TRAINER  # where it is not valid
    todo_late: str = ""  # where it has expired, "" for the same

    def sign(self, secret: bytes, content: Sequence[object]) -> str:
        token = URLSafeSerializer(secret, salt=self.salt).dumps(list(content))
        return token if isinstance(token, str) else token.decode("ascii")

    def read(self, secret: bytes, token: str, parse: Callable[..., T]) -> T:
        """Return what `parse` makes of the parts of a token's content."""
        try:
            return parse(*URLSafeSerializer(secret, salt=self.salt).loads(token))
        except (BadData, ValueError, TypeError) as error:
            raise AccessError(f"{self.what} is not valid here", todo=self.todo) from error

    def check_time(self, expires_s: int, now: datetime) -> None:
        """Raise AccessError from the moment on at which a token ends, UTC seconds since 1970."""
        if now.timestamp() >= expires_s:
            raise AccessError(f"{self.what} has expired", todo=self.todo_late or self.todo)


FOOTAGE: Final = Purpose(
    salt="sightline-attempt-1", what="the link", todo="open the drill's page again", todo_late="reload the drill's page"
)
LINK: Final = Purpose(salt="sightline-link-2", todo="ask your trainer for your link", todo_late=_ASK_TRAINER)
_SCAN: Final = "scan the code on the trainer's screen, or type it"
JOIN: Final = Purpose(salt="sightline-join-1", todo=_SCAN)
SEAT: Final = Purpose(salt="sightline-seat-1", todo=_SCAN)
TRAINING: Final = Purpose(salt="sightline-training-1", todo="scan the code on the instructor's screen again")
SIGNED_IN: Final = Purpose(salt="sightline-signed-in-1", what="this page", todo="ask the instructor whether you are in")
TEAM_SIGN_IN: Final = Purpose(
    salt="sightline-team-sign-in-1", what="this address", todo="ask your trainer for a new one, or type your name"
)
CALENDAR: Final = Purpose(salt="sightline-calendar-1", what="this calendar address", todo="ask your trainer for it")
BROWSER: Final = Purpose(salt="sightline-browser-1", what="this cookie", todo="sign in")
SECOND_STEP: Final = Purpose(salt="sightline-second-step-1", what="this sign-in", todo="sign in again")
MAIL_STOP: Final = Purpose(salt="sightline-mail-stop-1", todo="ask your trainer to turn reminders off for you")
MAIL_STOP_PATH: Final = "/mail/stop"


SESSION_DIGITS = 9
RETURN_DIGITS = 8
TRIES_A_MINUTE = 60
RETURNS_A_MINUTE = 10


def draw_code(digits: int) -> str:
    return f"{secrets.randbelow(10**digits):0{digits}d}"


def read_code(typed: str, *, digits: int) -> str:
    """Return a code as stored; spaces, dashes and dots between the digits do not matter."""
    code = "".join(letter for letter in typed if letter not in " -.\u2009\u00a0\t")
    if len(code) != digits or not code.isascii() or not code.isdigit():
        raise AccessError(
            "this is not a code", expected=f"{digits} digits, as the trainer's screen shows them", todo="type it again"
        )
    return code


def write_code(code: str) -> str:
    """Return a code in groups, as it is said: "471 920 835", "4719 2083"."""
    size = 4 if len(code) % 4 == 0 else 3
    return " ".join(code[at : at + size] for at in range(0, len(code), size))


STEP_S: Final = 60
REMEMBERED_STEPS: Final = 30
"""A typed code of so many steps ago is known as one that has expired."""


class Door(StrEnum):
    INVITATION = "invitation"
    SCREEN = "screen"
    INSIDE = "inside"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorGrant:
    door: Door  # an invitation, what the screen shows now, or the minutes after that was scanned or typed
    event_id: str  # of a session or a training
    number: int  # of its link; another one counts by now where all were replaced
    at: int  # the step of a screen's code, else when it ends, UTC seconds since 1970
    browser: str  # the mark of the browser that was let in, see `mark_browser`; "" of the others


def mark_browser(secret: bytes, event_id: str, browser: str) -> str:
    """Return by what a browser is told apart from others at one event, and at no other; "" for an unknown one."""
    if not browser:
        return ""
    return hmac.new(secret, f"sightline-device-1 {event_id} {browser}".encode(), hashlib.sha256).hexdigest()[:20]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenCode:
    token: str
    typed: str


def show_screen(purpose: Purpose, secret: bytes, event_id: str, number: int, *, now: datetime) -> ScreenCode:
    step = find_step(now)
    return ScreenCode(
        token=purpose.sign(secret, [Door.SCREEN.value, event_id, number, step, ""]),
        typed=write_code(compute_typed(secret, event_id, number, step=step)),
    )


def write_invitation(purpose: Purpose, secret: bytes, event_id: str, number: int, *, ends: datetime) -> str:
    """Return the token of an address that is sent before the day: it leads to where the screen's code is asked for."""
    return purpose.sign(secret, [Door.INVITATION.value, event_id, number, int(ends.timestamp()), ""])


def write_inside(purpose: Purpose, secret: bytes, event_id: str, number: int, *, browser: str, now: datetime) -> str:
    """Return the token with which a browser that was let in chooses a name within `INSIDE_FOR`."""
    mark = mark_browser(secret, event_id, browser)
    return purpose.sign(
        secret, [Door.INSIDE.value, event_id, number, int((now + timedelta(minutes=10)).timestamp()), mark]
    )


def read_grant(purpose: Purpose, secret: bytes, token: str, *, browser: str, now: datetime) -> DoorGrant:
    grant = purpose.read(secret, token, _parse_door)
    if grant.door is Door.INVITATION:
        purpose.check_time(grant.at, now)
    elif grant.door is Door.SCREEN:
        if not 0 <= find_step(now) - grant.at <= 1:
            raise make_expired()
    elif now.timestamp() >= grant.at or grant.browser != mark_browser(secret, grant.event_id, browser):
        raise make_expired()
    return grant


def make_expired(*, was_typed: bool = False) -> AccessError:
    return AccessError("this code has expired", todo=f"{'type' if was_typed else 'scan'} the one on the screen now")


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


def _parse_door(door: str, event_id: str, number: int, at: int, browser: str) -> DoorGrant:
    return DoorGrant(door=Door(door), event_id=str(event_id), number=int(number), at=int(at), browser=str(browser))


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatGrant:
    session_id: str
    person_id: str
    seat: int


def mint_join(secret: bytes, row: SessionRow) -> str:
    return write_invitation(JOIN, secret, row.session_id, row.link_number, ends=row.day.expires_at)


def mint_inside(secret: bytes, row: SessionRow, *, browser: str, now: datetime) -> str:
    return write_inside(JOIN, secret, row.session_id, row.link_number, browser=browser, now=now)


def mint_seat(secret: bytes, row: InvitedRow) -> str:
    """Return the token of somebody's seat. It ends with its session, some hours later: a drill may outlast it."""
    return SEAT.sign(secret, [row.session_id, row.person_id, row.seat])


def read_seat(secret: bytes, token: str) -> SeatGrant:
    def parse(session_id: str, person_id: str, seat: int) -> SeatGrant:
        return SeatGrant(session_id=str(session_id), person_id=str(person_id), seat=int(seat))

    return SEAT.read(secret, token, parse)


SECRET_NAME = "secret.key"
SECRET_BYTES = 32
TOKEN_STEP_S = 12 * 3600
TOKEN_MARGIN_S = 6 * 3600
KEPT_TOKENS = 1024
"""Of how many tokens the signature is not computed for each request: a drill shows hundreds of times the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    attempt_id: str  # the attempt whose events it may read and write
    # what stands for the recording whose footage it may read once the attempt runs: anyone who holds a token can read
    # what is in it (`sim.app.links`)
    recording_id: str
    reference: str  # what stands for the one reference picture it may read, "" for none
    expires: int  # UTC seconds since 1970
    # whose cookie has to come with it, "" for nobody's: it was handed to a page of somebody signed in
    account_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    secret: bytes

    def mint(
        self,
        *,
        attempt_id: str,
        recording_id: str,
        reference: str,
        since: datetime,
        now: datetime,
        account_id: str = "",
    ) -> str:
        """Return a token of 6 to 18 hours: it ends on a 12-hour grid from `since`, so it stays when drawn again."""
        age_s = max(0.0, (now - since).total_seconds())
        expires = int(since.timestamp()) + math.ceil((age_s + TOKEN_MARGIN_S) / TOKEN_STEP_S) * TOKEN_STEP_S
        said = [attempt_id, recording_id, reference, expires, *([account_id] if account_id else [])]
        return FOOTAGE.sign(self.secret, said)

    def read(self, token: str, *, now: datetime) -> Grant:
        grant = _open_token(self.secret, token)
        FOOTAGE.check_time(grant.expires, now)
        return grant


@lru_cache(maxsize=KEPT_TOKENS)
def _open_token(secret: bytes, token: str) -> Grant:
    """Return what a token says, whether it has expired or not; tokens that are not valid are not kept."""

    def parse(attempt_id: str, recording_id: str, reference: str, expires: int, *holder: str) -> Grant:
        return Grant(
            attempt_id=str(attempt_id),
            recording_id=str(recording_id),
            reference=str(reference),
            expires=int(expires),
            account_id=str(holder[0]) if holder else "",
        )

    return FOOTAGE.read(secret, token, parse)


def check_secret(text: str) -> bytes:
    secret = text.encode()
    if len(secret) < SECRET_BYTES:
        raise StoreError(
            f"{SECRET_VARIABLE} has {len(secret)} characters",
            expected=f"at least {SECRET_BYTES}, drawn by chance",
            todo="make one with: python -c 'import secrets; print(secrets.token_urlsafe(32))'",
        )
    return secret


def load_secret(folder: Path) -> bytes:
    """Return the server's secret, making it on first use; only this user may read the file."""
    path = folder / SECRET_NAME
    try:
        if not path.exists():
            _make_secret(path)
        secret = path.read_bytes()
    except OSError as error:
        raise StoreError(
            f"{path} cannot be made or read: {error.strerror}",
            expected="a data folder that this user may write to",
            todo="check the folder's rights and the free space, or set SIGHTLINE_DATA to another folder",
        ) from error
    if len(secret) < SECRET_BYTES:
        raise StoreError(
            f"{path} holds {len(secret)} bytes",
            expected=f"{SECRET_BYTES}",
            todo="delete the file; running drills then need their page reloaded",
        )
    return secret


def _make_secret(path: Path) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
        with suppress(FileExistsError):
            try:
                path.hardlink_to(draft)
            except FileExistsError:
                raise
            except OSError:
                if not path.exists():
                    draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
