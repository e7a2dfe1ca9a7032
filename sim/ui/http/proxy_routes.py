"""Signing in by a proxy that speaks SAML: the one address that it guards, and where its headers are believed.

Whether a request comes straight from a proxy that is named is seen before the browser's address takes the place of the
proxy's; without that mark nothing is believed, as under a server that was started in another way. Nor is it without the
shared secret: a proxy that guards nothing passes a browser's headers on from the same address.
"""

import ipaddress
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sim.errors import AccessError, SimError
from sim.services.accounts.proxy_sign_in import (
    BELIEVED_HEADER,
    PROXY_PATH,
    read_headers,
    read_proxy_settings,
    shows_secret,
)
from sim.services.accounts.school import enter_from_school
from sim.services.accounts.sessions import is_set_up
from sim.services.app.wiring import App
from sim.ui.http import account_html as html
from sim.ui.http.account_routes import let_in, show_page
from sim.ui.page.request_origin import read_peer

BELIEVED: Final = "sightline.from_proxy"
_log = logging.getLogger("sightline.accounts")


class NoteProxy:
    """Marks requests that a proxy of these addresses or networks has passed on, by who really connected."""

    def __init__(self, app: ASGIApp, proxies: Sequence[str]) -> None:
        self._app = app
        self._networks = [ipaddress.ip_network(each, strict=False) for each in proxies]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with the mark."""
        if scope["type"] == "http" and scope["path"] == PROXY_PATH:
            scope = {**scope, BELIEVED: self._is_named(scope)}
        await self._app(scope, receive, send)

    def _is_named(self, scope: Scope) -> bool:
        client = scope.get("client")
        try:
            address = ipaddress.ip_address(client[0]) if client else None
        except ValueError:
            return False
        return address is not None and any(address in network for network in self._networks)


def make_proxy_routes(get_app: Callable[[], App]) -> list[BaseRoute]:
    """Return the route; `get_app` is called once a request."""

    async def enter(request: Request) -> Response:
        app, is_believed = get_app(), False
        try:
            settings = read_proxy_settings(app.settings.data)
            if settings is None or not await run_sync(is_set_up, app):
                raise AccessError("signing in by a proxy is not set up here", todo="see docs/sign-in.md")
            is_believed = request.scope.get(BELIEVED) is True and shows_secret(request.headers, settings)
            if not is_believed:
                raise AccessError(
                    "this sign-in did not come from the proxy in front",
                    expected="a proxy whose address FORWARDED_ALLOW_IPS names, with the secret of secrets.toml",
                    todo="open Sightline by its usual address; else ask your administrator",
                )
            identity = read_headers(request.headers, settings)
            before = read_peer(request.headers, request.cookies).cookie
            cookie = await run_sync(partial(enter_from_school, app, identity, settings.school, instead_of=before))
        except SimError as error:
            _log.warning("a sign-in by the proxy was refused: %s", type(error).__name__)
            answer = show_page(html.write_refused(error.on_screen), 403)
            if is_believed:
                answer.headers[BELIEVED_HEADER] = "1"
            return answer
        answer = let_in(request, cookie, "")
        answer.headers[BELIEVED_HEADER] = "1"
        return answer

    return [Route(PROXY_PATH, enter, methods=["GET"])]
