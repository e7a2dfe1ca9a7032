"""Signing in and out: forms that a browser posts, and the cookie that comes of it.

The cookie cannot be read by scripts and is not sent by other sites' forms; every form is refused besides where the
browser does not say that it comes from this site.
"""

import logging
import re
from functools import partial
from typing import Final
from urllib.parse import parse_qsl

from anyio.to_thread import run_sync
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sim.app.wiring import App, GetApp
from sim.errors import AccessError, RateLimitError, SimError, StoreError
from sim.features.accounts import links, second_step
from sim.features.accounts.school import read_proxy_settings, read_school_settings
from sim.features.accounts.second_step import SecondStepError
from sim.features.accounts.sign_in import REMEMBERED_FOR as LASTS
from sim.features.accounts.sign_in import Origin, change_own, finish_sign_in, remember_browser, set_up, sign_in
from sim.rules import sessions
from sim.rules.viewer import Role, Viewer
from sim.ui.http.answers import Handler
from sim.ui.http.plain_pages import HEADERS, show_page
from sim.ui.page.pages import PAGES, find_page
from sim.ui.page.request_origin import BROWSER_COOKIE, COOKIE, Peer, is_own_site, read_peer
from sim.ui.parts.access import NAME_FIELD

Form = dict[str, str]

MAX_FORM_BYTES: Final = 8 * 1024
FORM_TYPE: Final = "application/x-www-form-urlencoded"
_log = logging.getLogger("sightline.accounts")
_ELSEWHERE: Final = "only someone at the machine that this server runs on can set it up"


def make_account_routes(get_app: GetApp) -> list[BaseRoute]:
    async def show_sign_in(request: Request) -> Response:
        app, to, team = get_app(), read_next(request.query_params.get("next", "")), request.query_params.get("team", "")
        if not await run_sync(sessions.is_set_up, app):
            return show_page("not_set_up")
        return await _show_sign_in(app, to=to, team=team)

    async def post_sign_in(request: Request) -> Response:
        app, peer, form = get_app(), _read_peer(request), await _read_form(request)
        name, to, team = (
            form.get("name") or form.get(NAME_FIELD, ""),
            read_next(form.get("next", "")),
            form.get("team", ""),
        )
        enter = partial(
            sign_in, app, name=name, secret=form.get("secret", ""), origin=_read_origin(request), instead_of=peer.cookie
        )
        try:
            cookie = await run_sync(enter)
        except SecondStepError as needed:
            return show_page("code", ticket=needed.ticket, to=to)
        except (AccessError, RateLimitError, StoreError) as error:
            return await _show_sign_in(app, to=to, team=team, name=name, error=error)
        return await _let_in_known(app, request, cookie, to)

    async def show_set_up(request: Request) -> Response:
        if await run_sync(sessions.is_set_up, get_app()):
            return RedirectResponse("sign-in", 303, headers=HEADERS)
        if not _read_peer(request).is_local:
            return show_page("refused", 403, problem=_ELSEWHERE)
        return show_page("set_up")

    async def post_set_up(request: Request) -> Response:
        app, form = get_app(), await _read_form(request)
        name, secret = form.get("name", ""), form.get("secret", "")
        if not _read_peer(request).is_local:
            return show_page("refused", 403, problem=_ELSEWHERE)
        try:
            _check_same(secret, form.get("again", ""))
            cookie = await run_sync(partial(set_up, app, name=name, secret=secret))
        except AccessError as error:
            return show_page("refused", 403, problem=error.on_screen)
        except SimError as error:
            return show_page("set_up", 422, name=name, problem=error.on_screen)
        return await _let_in_known(app, request, cookie, "team")

    async def show_sign_out(request: Request) -> Response:
        viewer = await _find_viewer(get_app(), request)
        to = read_next(request.query_params.get("next", ""))
        return show_page("sign_out", name=viewer.name, to=to) if viewer.account_id else _go(f"../{to}")

    async def post_sign_out(request: Request) -> Response:
        app, peer, form = get_app(), _read_peer(request), await _read_form(request)
        await run_sync(sessions.close_session, app, peer.cookie)
        answer = _go(f"../{read_next(form.get('next', ''))}")
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=_is_secure(request))
        return answer

    async def show_secret(request: Request) -> Response:
        viewer = await _find_viewer(get_app(), request)
        return (
            show_page("own_secret", name=viewer.name, offers_step=_offers_step(viewer))
            if viewer.account_id
            else _go("sign-in")
        )

    async def post_secret(request: Request) -> Response:
        app, peer, form = get_app(), _read_peer(request), await _read_form(request)
        viewer = await _find_viewer(app, request)
        if viewer.account_id is None:
            return _go("sign-in")
        change = partial(
            change_own,
            app,
            viewer,
            was=form.get("was", ""),
            becomes=form.get("secret", ""),
            origin=_read_origin(request),
            cookie=peer.cookie,
        )
        try:
            _check_same(form.get("secret", ""), form.get("again", ""))
            await run_sync(change)
        except SimError as error:
            return show_page(
                "own_secret",
                _status(error),
                name=viewer.name,
                offers_step=_offers_step(viewer),
                problem=error.on_screen,
            )
        return show_page("own_secret", name=viewer.name, offers_step=_offers_step(viewer), done=True)

    return [
        *_make_pair("/account/sign-in", show_sign_in, post_sign_in),
        *_make_pair("/account/set-up", show_set_up, post_set_up),
        *_make_pair("/account/sign-out", show_sign_out, post_sign_out),
        *_make_pair("/account/secret", show_secret, post_secret),
        *_make_second_step_routes(get_app),
    ]


def _make_second_step_routes(get_app: GetApp) -> list[BaseRoute]:
    async def post_code(request: Request) -> Response:
        app, peer, form = get_app(), _read_peer(request), await _read_form(request)
        ticket, to = form.get("ticket", ""), read_next(form.get("next", ""))
        finish = partial(finish_sign_in, app, ticket=ticket, code=form.get("code", ""), instead_of=peer.cookie)
        try:
            cookie = await run_sync(finish)
        except (AccessError, RateLimitError) as error:
            return show_page("code", _status(error), ticket=ticket, to=to, problem=error.on_screen)
        return await _let_in_known(app, request, cookie, to)

    async def show_second_step(request: Request) -> Response:
        app, viewer = get_app(), await _find_viewer(get_app(), request)
        if viewer.account_id is None:
            return _go("sign-in")
        if await run_sync(second_step.is_on, app, viewer.account_id):
            return show_page("step_on", name=viewer.name)
        svg, letters = await run_sync(second_step.begin_setup, app, viewer)
        return show_page("step_off", name=viewer.name, svg=svg, letters=letters)

    async def post_second_step(request: Request) -> Response:
        app, form = get_app(), await _read_form(request)
        viewer = await _find_viewer(app, request)
        if viewer.account_id is None:
            return _go("sign-in")
        code, was_on = form.get("code", ""), await run_sync(second_step.is_on, app, viewer.account_id)
        try:
            if was_on:
                await run_sync(second_step.turn_off_own, app, viewer, code)
                return show_page("step_gone", name=viewer.name)
            codes = await run_sync(second_step.confirm_setup, app, viewer, code)
        except (AccessError, RateLimitError) as error:
            if was_on:
                return show_page("step_on", _status(error), name=viewer.name, problem=error.on_screen)
            svg, letters = await run_sync(second_step.begin_setup, app, viewer)
            problem = error.on_screen
            return show_page("step_off", _status(error), name=viewer.name, svg=svg, letters=letters, problem=problem)
        return show_page("recovery", name=viewer.name, codes=codes)

    return [
        *_make_pair("/account/second-step", show_second_step, post_second_step),
        Route("/account/code", _guard(post_code), methods=["POST"]),
    ]


def _offers_step(viewer: Viewer) -> bool:
    return bool(viewer.roles - {Role.TRAINEE})


def read_next(wanted: str) -> str:
    """Return where to go after signing in: a page of this app with its query, else the start, whose path is empty."""
    found = re.fullmatch(r"([a-z-]{0,30})(\?[A-Za-z0-9=&._~%+-]{0,800})?", wanted)
    if found is None or found[1] == PAGES[0].path:
        return ""
    return wanted if not found[1] or find_page(found[1]) else ""


def _make_pair(path: str, show: Handler, post: Handler) -> list[BaseRoute]:
    return [Route(path, _guard(show), methods=["GET"]), Route(path, _guard(post), methods=["POST"])]


def _guard(handler: Handler) -> Handler:
    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except ClientDisconnect:
            return show_page("refused", 400, problem="the connection closed early")
        except SimError as error:
            return show_page("refused", _status(error), problem=error.on_screen)

    return guarded


async def _show_sign_in(app: App, *, to: str, team: str, name: str = "", error: SimError | None = None) -> Response:
    problem, names = "" if error is None else error.on_screen, None
    if team:
        try:
            names = await run_sync(links.list_team_names, app, team)
        except SimError as refused:
            problem, team = problem or str(refused), ""
    school = ""
    try:
        settings = await run_sync(read_school_settings, app.settings.data)
        school = settings.label if settings is not None else ""
    except SimError as wrong:
        _log.warning("signing in with the school's account is off: %s", wrong)
    proxy = ""
    try:
        found = await run_sync(read_proxy_settings, app.settings.data)
        proxy = found.label if found is not None else ""
    except SimError as wrong:
        _log.warning("signing in by the proxy is off: %s", wrong)
    status = 200 if error is None else _status(error)
    offered = (("school", school), ("proxy", proxy))
    return show_page("sign_in", status, to=to, name=name, names=names, team=team, problem=problem, offered=offered)


async def _read_form(request: Request) -> Form:
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site not in (None, "same-origin") or (site is None and origin is None):
        raise AccessError("this form was sent from another site", todo="open the page here and send it again")
    if not is_own_site(request.headers):
        raise AccessError(
            "this form was sent from another site",
            expected="the address of this server, as the browser knows it, in the Host header",
            todo="open the page here and send it again; behind a proxy, let it pass the Host header on",
        )
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        raise AccessError("this is no form", expected=FORM_TYPE, todo="open the page and send it again")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise AccessError("the form is too large", expected=f"at most {MAX_FORM_BYTES} bytes")
    try:
        return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=20, errors="strict"))
    except ValueError as error:
        raise AccessError("the form cannot be read", todo="open the page and send it again") from error


async def _find_viewer(app: App, request: Request) -> Viewer:
    peer = _read_peer(request)
    return await run_sync(partial(sessions.find_viewer, app, peer.cookie, is_local=peer.is_local))


def _read_peer(request: Request) -> Peer:
    return read_peer(request.headers, request.cookies)


def _check_same(secret: str, again: str) -> None:
    if secret != again:
        raise StoreError("the two are not the same", todo="type both again")


def let_in(request: Request, cookie: str, to: str) -> Response:
    answer = _go(f"../{to}")
    answer.set_cookie(
        COOKIE,
        cookie,
        max_age=int(sessions.AGE_LIMIT.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=_is_secure(request),
    )
    return answer


async def _let_in_known(app: App, request: Request, cookie: str, to: str) -> Response:
    """As `let_in`; the browser is known to the account from then on."""
    viewer = await run_sync(partial(sessions.find_viewer, app, cookie, is_local=False))
    answer = let_in(request, cookie, to)
    known = request.cookies.get(BROWSER_COOKIE, "")
    if viewer.account_id is not None:
        now = app.clock.read().wall
        answer.set_cookie(
            BROWSER_COOKIE,
            remember_browser(app.access.secret, known, viewer.account_id, now=now),
            max_age=int(LASTS.total_seconds()),
            path="/account",
            httponly=True,
            samesite="lax",
            secure=_is_secure(request),
        )
    return answer


def _read_origin(request: Request) -> Origin:
    return Origin(
        address=request.client.host if request.client else "unknown",
        browser=request.cookies.get(BROWSER_COOKIE, ""),
        is_local=_read_peer(request).is_local,
    )


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _go(to: str) -> Response:
    return RedirectResponse(to, 303, headers=HEADERS)


def _status(error: SimError) -> int:
    if isinstance(error, RateLimitError):
        return 429
    if isinstance(error, AccessError):
        return 403
    return 422 if isinstance(error, StoreError) else 500
