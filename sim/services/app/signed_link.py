"""What is signed with the installation's secret: one purpose each, so that what is signed for one opens no other.

What a purpose signs with never changes while addresses that were given out are to go on working; a new kind of content
gets a new purpose.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from itsdangerous import BadData, URLSafeSerializer

from sim.errors import AccessError

T = TypeVar("T")
_ASK_TRAINER: Final = "ask your trainer for a new one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """One thing that tokens are signed for."""

    salt: str  # goes into the signature
    what: str = "this link"  # a token of it is called, in errors
    todo: str = _ASK_TRAINER  # where it is not valid
    todo_late: str = ""  # where it has expired, "" for the same

    def sign(self, secret: bytes, content: Sequence[object]) -> str:
        """Return the token of a content, in characters of an address; the same content gives the same one."""
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
    salt="sightline-attempt-1",
    what="the link",
    todo="open the drill's page again",
    todo_late="reload the drill's page",
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
