"""Launches from learning systems (LTI 1.3): the sign-in that they begin, their message, and the choice of a drill.

A drill's page lies in no frame of another site. Inside one a launch is a page with a link that opens a window of its
own, in which browsers keep cookies; choosing a drill happens in the frame and needs none.
"""

import base64
import hashlib
import logging
from functools import partial
from typing import Final
from urllib.parse import parse_qsl, urlencode

from anyio.to_thread import run_sync
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sim.app.asking import OutsideError
from sim.app.wiring import App, GetApp
from sim.errors import AccessError, RateLimitError, RecordingError, SimError, StoreError, TaskError
from sim.features.accounts.routes import let_in
from sim.features.learning_systems import deep_link
from sim.features.learning_systems import platforms as registration
from sim.features.learning_systems.cmi5 import LAUNCH_PATH as CMI5_PATH
from sim.features.learning_systems.cmi5 import begin_session
from sim.features.learning_systems.launch import (
    DEEP_LINK,
    LASTS,
    LAUNCH_PATH,
    SELECT_PATH,
    begin_launch,
    describe_own_keys,
    name_cookie,
    read_launch,
)
from sim.features.learning_systems.people import enter
from sim.rules.sessions import is_set_up
from sim.ui.http.answers import Handler
from sim.ui.http.guards import NEVER_STORED, SECURITY_HEADERS
from sim.ui.http.plain_pages import STYLE_POLICY, format_page
from sim.ui.page.request_origin import read_peer

_SUBMIT: Final = "document.forms[0].submit()"
_CLOSE: Final = "(window.opener||window.parent).postMessage({subject:'org.imsglobal.lti.close'},'*')"


def _name_hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


FRAMED_POLICY: Final = (
    f"{STYLE_POLICY}; script-src {_name_hash(_SUBMIT)} {_name_hash(_CLOSE)}; base-uri 'none'; frame-ancestors *; "
    "form-action 'self'"
)
BACK_POLICY: Final = FRAMED_POLICY.replace("form-action 'self'", "form-action *")


def _format_open(path: str, params: dict[str, str]) -> str:
    return format_page("lti_open", again=f"{path}?{urlencode(params)}")


def _format_refused(problem: str) -> str:
    return format_page("refused", problem=problem, title="The drill did not open", has_home=False)


FORM_TYPE: Final = "application/x-www-form-urlencoded"
MOST_BYTES: Final = 64 * 1024
MOST_FIELDS: Final = 40
A_MINUTE: Final = 600
"""Of one address: a whole school is behind one, and begins a lesson at once."""
FRAMES: Final = frozenset({"iframe", "frame", "embed", "object"})
STATUS_OF: Final[dict[type[SimError], int]] = {
    RateLimitError: 429,
    OutsideError: 502,
    StoreError: 503,
    RecordingError: 503,
    TaskError: 404,
}
HEADERS: Final = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", **NEVER_STORED}
_log = logging.getLogger("sightline.lti")


def make_lti_routes(get_app: GetApp) -> list[BaseRoute]:
    async def login(request: Request) -> Response:
        app = get_app()
        params = await _read_params(request)
        await _require_set_up(app)
        target = params.get("target_link_uri", "").partition("?")[0]
        url, name, cookie = await run_sync(
            partial(begin_launch, app, params, redirect_uri=f"{_get_base(app, request)}{LAUNCH_PATH}")
        )
        if request.headers.get("sec-fetch-dest", "") in FRAMES and not target.endswith(SELECT_PATH):
            return _show(_format_open("login", params))
        answer = RedirectResponse(url, 303, headers=HEADERS)
        answer.set_cookie(
            name, cookie, max_age=int(LASTS.total_seconds()), path="/lti", httponly=True, samesite="none", secure=True
        )
        return answer

    async def launch(request: Request) -> Response:
        app, params = get_app(), await _read_params(request)
        await _require_set_up(app)
        state, token = params.get("state", ""), params.get("id_token", "")
        if not token:
            said = params.get("error_description") or params.get("error") or "it sent no message"
            shown = "".join(sign for sign in said[:200] if sign.isprintable())
            raise AccessError(f"the learning system did not let you through: {shown}", todo="sign in there again")
        cookie_name = name_cookie(state)
        cookie = request.cookies.get(cookie_name, "")
        found = await run_sync(partial(read_launch, app, state=state, token=token, cookie=cookie))
        if found.message_type == DEEP_LINK:
            ticket = await run_sync(deep_link.make_ticket, app, found)
            choices = await run_sync(deep_link.list_choices, app)
            return _show(format_page("lti_choose", ticket=ticket, choices=choices))
        before = read_peer(request.headers, request.cookies).cookie
        signed_in, to = await run_sync(partial(enter, app, found, instead_of=before))
        answer = let_in(request, signed_in, to)
        answer.delete_cookie(cookie_name, path="/lti", httponly=True, samesite="none", secure=True)
        return answer

    async def select(request: Request) -> Response:
        app, params = get_app(), await _read_params(request)
        url = f"{_get_base(app, request)}{LAUNCH_PATH}"
        ticket, drill = params.get("ticket", ""), params.get("drill", "")
        return_url, answered = await run_sync(partial(deep_link.choose_drill, app, ticket, drill, launch_url=url))
        page = format_page("lti_back", return_url=return_url, answered=answered, script=_SUBMIT)
        return _show(page, policy=BACK_POLICY)

    async def show_keys(_: Request) -> Response:
        return _answer(await run_sync(describe_own_keys, get_app()))

    async def show_config(request: Request) -> Response:
        return _answer(registration.describe_for_canvas(_get_base(get_app(), request)))

    async def register(request: Request) -> Response:
        app, params = get_app(), request.query_params
        name = await run_sync(
            partial(
                registration.register,
                app,
                code=params.get("code", ""),
                config_url=params.get("openid_configuration", ""),
                token=params.get("registration_token", ""),
                base=_get_base(app, request),
            )
        )
        return _show(format_page("lti_registered", name=name, script=_CLOSE))

    async def launch_cmi5(request: Request) -> Response:
        app, params = get_app(), dict(request.query_params)
        if request.headers.get("sec-fetch-dest", "") in FRAMES:
            return _show(_format_open("launch", params))
        attempt_id = await run_sync(partial(begin_session, app, params, address=_find_address(request)))
        return RedirectResponse(f"../drill?attempt={attempt_id}", 303, headers=HEADERS)

    return [
        Route(CMI5_PATH, _guard(launch_cmi5, get_app), methods=["GET"]),
        Route(registration.LOGIN_PATH, _guard(login, get_app), methods=["GET", "POST"]),
        Route(LAUNCH_PATH, _guard(launch, get_app), methods=["POST"]),
        Route(SELECT_PATH, _guard(select, get_app), methods=["POST"]),
        Route(registration.KEYS_PATH, _guard(show_keys, get_app), methods=["GET"]),
        Route("/lti/config.json", _guard(show_config, get_app), methods=["GET"]),
        Route(registration.REGISTER_PATH, _guard(register, get_app), methods=["GET"]),
    ]


def _guard(handler: Handler, get_app: GetApp) -> Handler:
    """Turn expected failures into a page that says what went wrong; who is refused is noted without what they sent."""

    async def guarded(request: Request) -> Response:
        try:
            app = get_app()
            app.rate_limit.note(f"lti {_find_address(request)}", now_s=app.clock.read().steady_s, most=A_MINUTE)
            return await handler(request)
        except ClientDisconnect:
            return _show(_format_refused("the connection closed early"), 400)
        except SimError as error:
            _log.warning("%s was refused: %s", request.url.path, error.what)
            return _show(
                _format_refused(error.on_screen),
                next((status for kind, status in STATUS_OF.items() if isinstance(error, kind)), 403),
            )

    return guarded


def _find_address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


async def _require_set_up(app: App) -> None:
    if not await run_sync(is_set_up, app):
        raise AccessError("sign-in is not set up here", todo="have an administrator set it up first")


async def _read_params(request: Request) -> dict[str, str]:
    if request.method == "GET":
        return {name: value for name, value in request.query_params.items() if len(value) <= MOST_BYTES}
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        raise AccessError("this is no form", expected=FORM_TYPE)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise AccessError("the message is too large", expected=f"at most {MOST_BYTES // 1024} KB")
    try:
        return dict(
            parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
        )
    except ValueError as error:
        raise AccessError("the message cannot be read", todo="open the link in the learning system again") from error


def _get_base(app: App, request: Request) -> str:
    """Return the address of this installation: as it is set, else as the browser has it."""
    return app.settings.address or f"{request.url.scheme}://{request.url.netloc}"


def _show(content: str, status: int = 200, *, policy: str = FRAMED_POLICY) -> Response:
    return HTMLResponse(content, status, headers={**HEADERS, "Content-Security-Policy": policy})


def _answer(content: object) -> Response:
    return JSONResponse(content, headers={**SECURITY_HEADERS, "Cache-Control": "public, max-age=300"})
