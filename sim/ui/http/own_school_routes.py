"""What the page that draws a school asks for: the drawing, its steps, pictures in and out, checks and matching.

A plan shows where the cameras of a real school are and what they miss: every request is judged by who is signed in at
that moment, and takes a page of this very site.
"""

import secrets
from functools import partial
from pathlib import Path
from typing import Any, Final

import anyio
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sim.errors import RecordingError, StoreError
from sim.services.app.wiring import App
from sim.ui.http.maker_requests import HEADERS, GetApp, answer, guard, let_in, read_body

PAGE: Final = "Our school"
SCHOOL_PATH: Final = "/api/schools/{school_id}"
MOST_STEP_BYTES: Final = 1_000_000
MATCHERS: Final = 1
"""Cameras matched, and plans checked, at a time: drills need the processor too."""
TAKERS: Final = 1
"""Pictures read at a time."""


def make_own_school_routes(get_app: GetApp) -> list[BaseRoute]:
    """Return the routes; `get_app` is called once a request."""
    matchers, takers = anyio.CapacityLimiter(MATCHERS), anyio.CapacityLimiter(TAKERS)

    async def show(request: Request) -> Response:
        from sim.services.own_school.editing import get_state  # noqa: PLC0415 - only where a school is drawn

        app, _ = await let_in(get_app(), request, page=PAGE)
        find = partial(get_state, app, request.path_params["school_id"], tab=request.query_params.get("tab", ""))
        return answer((await run_sync(find)).write())

    async def post_step(request: Request) -> Response:
        from sim.services.own_school.editing import parse_step, take_step  # noqa: PLC0415 - as said above

        app, viewer = await let_in(get_app(), request, page=PAGE)
        body = await read_body(request, most_bytes=MOST_STEP_BYTES)
        step = parse_step(body)
        take = partial(take_step, app, request.path_params["school_id"], step, name=viewer.name)
        return answer((await run_sync(take)).write())

    async def post_turn(request: Request) -> Response:
        from sim.services.own_school.editing import hold_turn  # noqa: PLC0415 - as said above

        app, viewer = await let_in(get_app(), request, page=PAGE)
        tab, takes_over = request.query_params.get("tab", ""), request.query_params.get("take") == "1"
        hold = partial(
            hold_turn, app, request.path_params["school_id"], tab=tab, name=viewer.name, takes_over=takes_over
        )
        return answer((await run_sync(hold)).write())

    async def post_match(request: Request) -> Response:
        from sim.services.own_school.cameras import match_camera  # noqa: PLC0415 - as said above

        app, _ = await let_in(get_app(), request, page=PAGE)
        names = request.path_params
        match = partial(match_camera, app, names["school_id"], names["part"])
        return answer(await run_sync(match, limiter=matchers))

    async def show_check(request: Request) -> Response:
        from sim.services.own_school.ready import check  # noqa: PLC0415 - as said above

        app, _ = await let_in(get_app(), request, page=PAGE)
        found = await run_sync(partial(check, app, request.path_params["school_id"]), limiter=matchers)
        return answer({"problems": [{"text": p.text, "floor": p.floor, "at": list(p.at)} for p in found]})

    async def show_picture(request: Request) -> Response:
        from sim.services.own_school.cameras import find_picture  # noqa: PLC0415 - as said above

        app, _ = await let_in(get_app(), request, page=PAGE)
        names = request.path_params
        path = await run_sync(find_picture, app, names["school_id"], names["part"])
        return Response(await run_sync(path.read_bytes), media_type="image/webp", headers=HEADERS)

    async def post_picture(request: Request) -> Response:
        app, _ = await let_in(get_app(), request, page=PAGE)
        return answer(await _take_picture(app, request, takers))

    async def post_paint(request: Request) -> Response:
        from sim.services.own_school.cameras import paint_boxes  # noqa: PLC0415 - as said above

        app, _ = await let_in(get_app(), request, page=PAGE)
        names = request.path_params
        painted = await run_sync(paint_boxes, app, names["school_id"], names["part"], limiter=takers)
        return answer({"painted": painted})

    return [
        Route(SCHOOL_PATH, guard(show), methods=["GET"]),
        Route(f"{SCHOOL_PATH}/steps", guard(post_step), methods=["POST"]),
        Route(f"{SCHOOL_PATH}/turn", guard(post_turn), methods=["POST"]),
        Route(f"{SCHOOL_PATH}/check", guard(show_check), methods=["GET"]),
        Route(f"{SCHOOL_PATH}/match/{{part}}", guard(post_match), methods=["POST"]),
        Route(f"{SCHOOL_PATH}/pictures/{{part}}", guard(show_picture), methods=["GET"]),
        Route(f"{SCHOOL_PATH}/pictures/{{part}}", guard(post_picture), methods=["POST"]),
        Route(f"{SCHOOL_PATH}/pictures/{{part}}/paint", guard(post_paint), methods=["POST"]),
    ]


async def _take_picture(app: App, request: Request, takers: anyio.CapacityLimiter) -> dict[str, Any]:
    from sim.footage.stills.uploaded import MOST_BYTES, MOST_PLAN_BYTES  # noqa: PLC0415 - only where a school is drawn
    from sim.services.accounts import school_rights  # noqa: PLC0415 - as said above
    from sim.services.own_school import cameras  # noqa: PLC0415 - as said above

    await run_sync(school_rights.require_confirmed, app)
    names = request.path_params
    mark = secrets.token_hex(6)
    sent = await run_sync(partial(cameras.find_upload_place, app, names["school_id"], names["part"], mark=mark))
    most = MOST_PLAN_BYTES if names["part"].startswith("plan-") else MOST_BYTES
    page = request.query_params.get("page", "0")
    try:
        await _store_body(request, sent, most_bytes=most)
        take = partial(
            cameras.take_picture,
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
    told = {"size_wh": list(taken.size_wh), "bars": list(taken.bars), "notes": list(taken.notes)}
    return {**told, "people": people, "mark": taken.mark}


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
