"""What a running console asks for again and again goes straight to its route, past what only pages need.

Streamlit's own layers (its session cookie, its compression) and ours for pages do nothing to footage and posts of
events, and took a third of the time of such a request. What guards every request stands before this: who asks, the
log, the headers, whom an installation without sign-in lets in.
"""

from collections.abc import Sequence
from typing import Final

from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sim.ui.http.post_routes import EVENTS_PATH
from sim.ui.http.routes import FOOTAGE_PATH
from sim.ui.http.slow_clients import PromptBodies

SHORT: Final = frozenset({FOOTAGE_PATH, EVENTS_PATH})
_BEGINNINGS: Final = ("/footage/", "/api/attempts/")


class ShortWay:
    """Sends requests that one of the routes answers to it, and passes on all others.

    Args:
        app: what else is served.
        routes: of the whole app; those of `SHORT` are meant.
    """

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._routes = [each for each in routes if isinstance(each, Route) and each.path in SHORT]
        self._bodies = PromptBodies(_go)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, to its route or to the app."""
        if scope["type"] == "http" and scope["path"].startswith(_BEGINNINGS):
            for route in self._routes:
                match, found = route.matches(scope)
                if match is Match.FULL:
                    scope.update({**found, "route": route})
                    await self._bodies(scope, receive, send)
                    return
        await self._app(scope, receive, send)


async def _go(scope: Scope, receive: Receive, send: Send) -> None:
    await scope["route"].handle(scope, receive, send)
