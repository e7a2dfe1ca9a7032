"""Signing in with the school's account: from Streamlit's sign-in to a session here.

Streamlit talks to the sign-in service (`/auth/login`, `/oauth2callback`) and leaves a signed cookie that lasts 30 days.
It is used once, at once, for a session of Sightline's own, and deleted: so that signing out, disabling an account and
the end of a session mean the same however somebody signed in.
"""

import ipaddress
import json
import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config
from streamlit.auth_util import (
    get_cookie_with_chunks,
    get_origin_from_redirect_uri,
    get_signing_secret,
    is_authlib_installed,
)
from streamlit.runtime.secrets import secrets_singleton
from streamlit.user_info import generate_login_redirect_url
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import TOKENS_COOKIE_NAME, USER_COOKIE_NAME

from sim.app.wiring import App, GetApp
from sim.errors import AccessError, MachineError, SimError
from sim.features.accounts.routes import let_in
from sim.features.accounts.school import (
    BELIEVED_HEADER,
    PROXY_PATH,
    SchoolSettings,
    enter_from_school,
    read_headers,
    read_identity,
    read_proxy_settings,
    read_school_settings,
    shows_secret,
)
from sim.rules.sessions import is_set_up
from sim.ui.http.plain_pages import show_page
from sim.ui.page.request_origin import ENTER_PATH, read_peer

_log = logging.getLogger("sightline.accounts")


def prepare_streamlit(settings: SchoolSettings) -> None:
    """Have Streamlit read the same file. Raises MachineError: what it needs for it is not installed."""
    if not is_authlib_installed():
        raise MachineError(
            "signing in with the school's account needs the package authlib", todo="pip install -r requirements.txt"
        )
    if config.get_option("secrets.files") != [str(settings.path)]:
        config.set_option("secrets.files", [str(settings.path)])
    secrets_singleton.load_if_toml_exists()


def prepare_sign_in(folder: Path) -> None:
    """Have the sign-in of a data folder ready before the app is built; without one, nothing."""
    read_proxy_settings(folder)
    settings = read_school_settings(folder)
    if settings is not None:
        prepare_streamlit(settings)


def make_school_routes(get_app: GetApp) -> list[BaseRoute]:
    async def start(_: Request) -> Response:
        try:
            _need_settings(get_app())
            return RedirectResponse(generate_login_redirect_url("default"), 303, headers={"Cache-Control": "no-store"})
        except SimError as error:
            return show_page("refused", 404, problem=error.on_screen)

    async def enter(request: Request) -> Response:
        app = get_app()
        try:
            settings = _need_settings(app)
            identity = read_identity(_read_claims(request), settings, now=app.clock.read().wall)
            before = read_peer(request.headers, request.cookies).cookie
            cookie = await run_sync(partial(enter_from_school, app, identity, settings, instead_of=before))
            answer = let_in(request, cookie, "")
        except SimError as error:
            _log.warning("a sign-in with the school's account was refused: %s", type(error).__name__)
            answer = show_page("refused", 403, problem=error.on_screen)
        for name in request.cookies:
            if name.startswith((USER_COOKIE_NAME, TOKENS_COOKIE_NAME)):
                answer.delete_cookie(name, path="/", httponly=True, samesite="lax")
        return answer

    return [Route("/account/school", start, methods=["GET"]), Route(ENTER_PATH, enter, methods=["GET"])]


def _need_settings(app: App) -> SchoolSettings:
    settings = read_school_settings(app.settings.data)
    if settings is None:
        raise AccessError("signing in with a school account is not set up here", todo="see docs/sign-in.md")
    prepare_streamlit(settings)
    return settings


def _read_claims(request: Request) -> dict[str, Any]:
    secret = get_signing_secret()

    def read_one(name: str) -> bytes | None:
        return decode_signed_value(secret, name, request.cookies.get(name, ""))

    found = get_cookie_with_chunks(read_one, USER_COOKIE_NAME)
    try:
        claims = json.loads(found) if found else None
    except ValueError:
        claims = None
    if not isinstance(claims, dict) or claims.get("origin") != get_origin_from_redirect_uri():
        raise AccessError("this sign-in is not valid here", todo="sign in again")
    return claims


BELIEVED: Final = "sightline.from_proxy"


class NoteProxy:
    """Marks requests that a proxy of these addresses or networks has passed on, by who really connected.

    Whether a request comes straight from a proxy that is named is seen before the browser's address takes the place of
    the proxy's; without that mark nothing is believed, as under a server that was started in another way. Nor is it
    without the shared secret: a proxy that guards nothing passes a browser's headers on from the same address.
    """

    def __init__(self, app: ASGIApp, proxies: Sequence[str]) -> None:
        self._app = app
        self._networks = [ipaddress.ip_network(each, strict=False) for each in proxies]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
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


def make_proxy_routes(get_app: GetApp) -> list[BaseRoute]:
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
            answer = show_page("refused", 403, problem=error.on_screen)
            if is_believed:
                answer.headers[BELIEVED_HEADER] = "1"
            return answer
        answer = let_in(request, cookie, "")
        answer.headers[BELIEVED_HEADER] = "1"
        return answer

    return [Route(PROXY_PATH, enter, methods=["GET"])]
