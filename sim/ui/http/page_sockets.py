"""How many pages may be open at once: of one address, and in all.

Every open page is a socket and, once it is drawn, a session that Streamlit keeps in memory: about 0.1 MB of the start
page, as docs/security.md says. A school is one address, so one address may have half of them.
"""

from collections import Counter
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from sim.services.accounts.lockout import address_subject

OF_ONE_ADDRESS: Final = 600
IN_ALL: Final = 1200
TRY_LATER: Final = 1013
"""Code of a socket that is refused at this moment; the browser tries again automatically."""


class PageSockets:
    """Refuses a page's socket when there are too many; those that are open stay."""

    def __init__(self, app: ASGIApp, *, of_one: int = OF_ONE_ADDRESS, in_all: int = IN_ALL) -> None:
        self._app = app
        self._of_one = of_one
        self._in_all = in_all
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; a socket only while there is room for it."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        client = scope.get("client")
        address = address_subject(client[0] if client else "unknown")
        if self._open[address] >= self._of_one or self._open.total() >= self._in_all:
            await receive()
            await send({"type": "websocket.close", "code": TRY_LATER})
            return
        self._open[address] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]
