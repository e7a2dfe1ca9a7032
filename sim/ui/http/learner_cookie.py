"""The cookie by which a browser without sign-in finds its own practice again: a random key that tells nothing.

Scripts cannot read it, other sites' forms do not send it, and it lasts as long as practice is kept, from the last visit
on. Anyone who is signed in has it too: two names that are taken with one browser are told, whoever signed in between.
"""

import secrets
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sim.services.app.wiring import App
from sim.services.course.learner import KEY_BYTES, is_key
from sim.ui.page.request_origin import LEARNER_COOKIE

DAY_S: Final = 24 * 3600


class LearnerCookie:
    """Gives every browser that asks for a page its key, or the one it has for longer.

    Args:
        app: what is served.
        get_app: the services, which know how long practice is kept.
    """

    def __init__(self, app: ASGIApp, *, get_app: Callable[[], App]) -> None:
        self._app = app
        self._get_app = get_app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and put the cookie on the page that answers it."""
        headers = Headers(scope=scope) if scope["type"] == "http" else None
        if headers is None or scope["method"] != "GET" or "text/html" not in headers.get("accept", ""):
            await self._app(scope, receive, send)
            return
        kept = read_cookies(headers.get("cookie", "")).get(LEARNER_COOKIE, "")
        key = kept if is_key(kept) else secrets.token_urlsafe(KEY_BYTES)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                found = MutableHeaders(scope=message)
                if found.get("content-type", "").startswith("text/html"):
                    found.append("Set-Cookie", self._write(key, is_secure=scope.get("scheme") == "https"))
            await send(message)

        await self._app(scope, receive, send_with_cookie)

    def _write(self, key: str, *, is_secure: bool) -> str:
        age_s = self._get_app().settings.practice_days * DAY_S
        return write_cookie(key, age_s=age_s, is_secure=is_secure)


def write_cookie(key: str, *, age_s: int, is_secure: bool) -> str:
    """Return the header that gives a browser a key for so many seconds, 0 to take it away."""
    secure = "; Secure" if is_secure else ""
    return f"{LEARNER_COOKIE}={key}; Max-Age={age_s}; Path=/; HttpOnly; SameSite=Lax{secure}"


def read_cookies(header: str) -> dict[str, str]:
    """Return what a browser sent as cookies, {} where that is none."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}
