"""Until signing in is set up, the server is for its own machine alone, unless its owner said otherwise, aloud.

Nobody is known by then: a drill's result would be anyone's on the network. Only how the server is doing is told to
others, which names nobody.
"""

from collections.abc import Callable
from typing import Final

from anyio.to_thread import run_sync
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from sim.errors import StoreError
from sim.services.accounts.sessions import is_set_up
from sim.services.app.wiring import App
from sim.ui.http.account_html import write_refused
from sim.ui.http.account_routes import HEADERS
from sim.ui.page import wording as page_wording
from sim.ui.page.request_origin import LOCAL, PEER_HEADER
from sim.ui.parts import account_wording as wording

FOR_ANYONE: Final = frozenset({"/healthz", "/healthz/live"})
_REFUSED_CODE: Final = 1008


class OnlyThisMachine:
    """Refuses anyone who comes from elsewhere while nobody has set up signing in, where that was not chosen."""

    def __init__(self, app: ASGIApp, get_app: Callable[[], App]) -> None:
        self._app = app
        self._get_app = get_app
        self._is_open = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket") or await self._lets_in(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": _REFUSED_CODE})
        else:
            page = HTMLResponse(write_refused(wording.ONLY_THIS_MACHINE, title=page_wording.APP), 403, headers=HEADERS)
            await page(scope, receive, send)

    async def _lets_in(self, scope: Scope) -> bool:
        if self._is_open or Headers(scope=scope).get(PEER_HEADER) == LOCAL or scope["path"] in FOR_ANYONE:
            return True
        app = self._get_app()
        try:
            # it does not go back: the last administrator cannot be removed
            self._is_open = app.settings.open_to_network or await run_sync(is_set_up, app)
        except StoreError:
            return False
        return self._is_open
