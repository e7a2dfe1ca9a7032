"""What the page that draws a school asks for: the drawing, its steps, pictures in and out, checks and matching.

A plan shows where the cameras of a real school are and what they miss: every request is judged by who is signed in at
that moment, and takes a page of this very site.
"""

import secrets
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import anyio
from anyio.to_thread import run_sync
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sim.errors import AccessError, RecordingError, SimError, SiteError, StoreError
from sim.services.accounts.sessions import find_viewer
from sim.services.accounts.viewer import Duty, Viewer, require
from sim.services.app.wiring import App
from sim.ui.http.headers import NEVER_STORED, SECURITY_HEADERS
from sim.ui.page.request_origin import is_own_site, read_peer

GetApp = Callable[[], App]
Handler = Callable[[Request], Awaitable[Response]]

SCHOOL_PATH: Final = "/api/schools/{school_id}"
MOST_STEP_BYTES: Final = 1_000_000
HEADERS: Final = {**SECURITY_HEADERS, **NEVER_STORED}
MATCHERS: Final = 1
"""Cameras matched, and plans checked, at a time: drills need the processor too."""
TAKERS: Final = 1
"""Pictures read at a time."""


def make_own_school_routes(get_app: GetApp) -> list[BaseRoute]:
    """Return the routes; `get_app` is called once a request."""
    matchers, takers = anyio.CapacityLimiter(MATCHERS), anyio.CapacityLimiter(TAKERS)

    async def show(request: Request) -> Response:
        from sim.services.own_school.editing import get_state  # noqa: PLC0415 - only where a school is drawn

        app, _ = await _let_in(get_app(), request)
        find = partial(get_state, app, request.path_params["school_id"], tab=request.query_params.get("tab", ""))
        return _answer((await run_sync(find)).write())

    async def post_step(request: Request) -> Response:
        from sim.services.own_school.editing import parse_step, take_step  # noqa: PLC0415 - as said above

        app, viewer = await _let_in(get_app(), request)
        body = await _read_body(request, most_bytes=MOST_STEP_BYTES)
        step = parse_step(body)
        take = partial(take_step, app, request.path_params["school_id"], step, name=viewer.name)
        return _answer((await run_sync(take)).write())

    async def post_turn(request: Request) -> Response:
        from sim.services.own_school.editing import hold_turn  # noqa: PLC0415 - as said above

        app, viewer = await _let_in(get_app(), request)
        tab, takes_over = request.query_params.get("tab", ""), request.query_params.get("take") == "1"
        hold = partial(
            hold_turn, app, request.path_params["school_id"], tab=tab, name=viewer.name, takes_over=takes_over
        )
        return _answer((await run_sync(hold)).write())

    async def post_match(request: Request) -> Response:
        from sim.services.own_school.cameras import match_camera  # noqa: PLC0415 - as said above

        app, _ = await _let_in(get_app(), request)
        names = request.path_params
        match = partial(match_camera, app, names["school_id"], names["part"])
        return _answer(await run_sync(match, limiter=matchers))

    async def show_check(request: Request) -> Response:
        from sim.services.own_school.ready import check  # noqa: PLC0415 - as said above

        app, _ = await _let_in(get_app(), request)
        found = await run_sync(partial(check, app, request.path_params["school_id"]), limiter=matchers)
        return _answer({"problems": [{"text": p.text, "floor": p.floor, "at": list(p.at)} for p in found]})

    async def show_picture(request: Request) -> Response:
        from sim.services.own_school.pictures import find_picture  # noqa: PLC0415 - as said above

        app, _ = await _let_in(get_app(), request)
        names = request.path_params
        path = await run_sync(find_picture, app, names["school_id"], names["part"])
        return Response(await run_sync(path.read_bytes), media_type="image/webp", headers=HEADERS)

    async def post_picture(request: Request) -> Response:
        app, _ = await _let_in(get_app(), request)
        return _answer(await _take_picture(app, request, takers))

    async def post_paint(request: Request) -> Response:
        from sim.services.own_school.pictures import paint_boxes  # noqa: PLC0415 - as said above

        app, _ = await _let_in(get_app(), request)
        names = request.path_params
        painted = await run_sync(paint_boxes, app, names["school_id"], names["part"], limiter=takers)
        return _answer({"painted": painted})

    return [
        Route(SCHOOL_PATH, _guard(show), methods=["GET"]),
        Route(f"{SCHOOL_PATH}/steps", _guard(post_step), methods=["POST"]),
        Route(f"{SCHOOL_PATH}/turn", _guard(post_turn), methods=["POST"]),
        Route(f"{SCHOOL_PATH}/check", _guard(show_check), methods=["GET"]),
        Route(f"{SCHOOL_PATH}/match/{{part}}", _guard(post_match), methods=["POST"]),
        Route(f"{SCHOOL_PATH}/pictures/{{part}}", _guard(show_picture), methods=["GET"]),
        Route(f"{SCHOOL_PATH}/pictures/{{part}}", _guard(post_picture), methods=["POST"]),
        Route(f"{SCHOOL_PATH}/pictures/{{part}}/paint", _guard(post_paint), methods=["POST"]),
    ]


async def _let_in(app: App, request: Request) -> tuple[App, Viewer]:
    """Return who asks, if they may. Raises AccessError."""
    if not is_own_site(request.headers):
        raise AccessError("this comes from another site", todo="open the page Our school here")
    peer = read_peer(request.headers, request.cookies)
    viewer = await run_sync(partial(find_viewer, app, peer.cookie, is_local=peer.is_local))
    require(viewer, Duty.MAKE_DRILLS)
    return app, viewer


async def _take_picture(app: App, request: Request, takers: anyio.CapacityLimiter) -> dict[str, Any]:
    from sim.services.own_school import pictures, rights  # noqa: PLC0415 - only where a school is drawn

    await run_sync(rights.require_confirmed, app)
    names = request.path_params
    mark = secrets.token_hex(6)
    sent = await run_sync(partial(pictures.find_upload_place, app, names["school_id"], names["part"], mark=mark))
    most = pictures.MOST_PLAN_BYTES if names["part"].startswith("plan-") else pictures.MOST_BYTES
    page = request.query_params.get("page", "0")
    try:
        await _store_body(request, sent, most_bytes=most)
        take = partial(
            pictures.take_picture,
            app,
            names["school_id"],
            names["part"],
            sent,
            page=int(page) if page.isascii() and page.isdecimal() and len(page) < 5 else 0,
        )
        taken = await run_sync(take, limiter=takers)
    except OSError as error:
        raise StoreError(f"the file could not be stored: {error.strerror}", todo="free some space") from error
    finally:
        await run_sync(partial(sent.unlink, missing_ok=True))
    people = [list(box) for box in taken.people]
    return {"size_wh": list(taken.size_wh), "bars": list(taken.bars), "notes": list(taken.notes), "people": people}


async def _store_body(request: Request, path: Path, *, most_bytes: int) -> None:
    """Write a body into a file as it comes. Raises RecordingError: it is too large."""
    size = 0
    async with await anyio.open_file(path, "wb") as file:
        async for chunk in request.stream():
            size += len(chunk)
            if size > most_bytes:
                raise RecordingError(
                    f"this file has over {most_bytes // 1_000_000} MB", todo="export it smaller, or as a picture"
                )
            await file.write(chunk)
    if size == 0:
        raise RecordingError("this file is empty", todo="choose another file")


async def _read_body(request: Request, *, most_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise SiteError("this step is too large", todo="make it in smaller steps")
    return bytes(body)


def _guard(handler: Handler) -> Handler:
    """Turn expected failures into an answer that says what went wrong."""

    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except ClientDisconnect:
            return _answer({"error": "The connection closed early."}, 400)
        except AccessError as error:
            return _answer({"error": error.on_screen}, 403)
        except StoreError as error:
            return _answer({"error": error.on_screen}, 409)
        except SimError as error:
            return _answer({"error": error.on_screen}, 422)

    return guarded


def _answer(content: dict[str, Any], status: int = 200) -> Response:
    return JSONResponse(content, status_code=status, headers=HEADERS)
