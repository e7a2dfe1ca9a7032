"""What people who make drills ask for on the pages Our footage and Our school.

The pictures are of real people, and a plan shows where the cameras of a real school are and what they miss: every
request is judged by who is signed in at that moment, takes a page of this very site, and nothing is kept by a browser.
"""

import secrets
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final

import anyio
from anyio.to_thread import run_sync
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from sim.app.own_folders import require_own
from sim.app.wiring import App, GetApp
from sim.errors import AccessError, RecordingError, SimError, SiteError, StoreError
from sim.rules.sessions import find_viewer
from sim.rules.viewer import Duty, Viewer, limit_app, require
from sim.ui.http.answers import ByteSpan, Handler, UnsatisfiableRangeError, parse_range
from sim.ui.http.guards import NEVER_STORED, SECURITY_HEADERS
from sim.ui.page.request_origin import is_own_site, read_peer

TAKERS: Final = 1
HEADERS: Final = {**SECURITY_HEADERS, **NEVER_STORED}


async def let_in(app: App, request: Request, *, page: str) -> tuple[App, Viewer]:
    """Return the services as who asks may use them, and who that is; `page` is where such requests come from."""
    if not is_own_site(request.headers):
        raise AccessError("this comes from another site", todo=f"open the page {page} here")
    peer = read_peer(request.headers, request.cookies)
    viewer = await run_sync(partial(find_viewer, app, peer.cookie, is_local=peer.is_local))
    require(viewer, Duty.MAKE_DRILLS)
    limited = limit_app(app, viewer)
    await run_sync(require_own, limited, request.path_params.get("school_id") or request.path_params["walk_id"])
    return limited, viewer


async def read_body(request: Request, *, most_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise SiteError("this step is too large", todo="make it in smaller steps")
    return bytes(body)


def guard(handler: Handler) -> Handler:
    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except ClientDisconnect:
            return answer({"error": "The connection closed early."}, 400)
        except AccessError as error:
            return answer({"error": error.on_screen}, 403)
        except StoreError as error:
            return answer({"error": error.on_screen}, 409)
        except SimError as error:
            return answer({"error": error.on_screen}, 422)

    return guarded


def answer(content: dict[str, Any], status: int = 200) -> Response:
    return JSONResponse(content, status_code=status, headers=HEADERS)


WALK_PATH: Final = "/api/walks/{walk_id}"
MOST_STEP_BYTES: Final = 200_000
MOST_CLIP_BYTES: Final = 8_000_000_000
MEDIA_TYPES: Final = {".mp4": "video/mp4", ".webp": "image/webp"}

"""Clips looked into at a time: drills need the processor too."""

Transaction = Callable[[App, Viewer, Request, str], Awaitable[Response]]


def make_own_clips_routes(get_app: GetApp) -> list[BaseRoute]:
    takers = anyio.CapacityLimiter(TAKERS)

    def enter(work: Transaction) -> Handler:
        async def entered(request: Request) -> Response:
            app, viewer = await let_in(get_app(), request, page="Our footage")
            return await work(app, viewer, request, request.path_params["walk_id"])

        return guard(entered)

    return [
        Route(f"{WALK_PATH}/clips", enter(_show_imports), methods=["GET"]),
        Route(f"{WALK_PATH}/clips", enter(partial(_post_clip, takers)), methods=["POST"]),
        Route(f"{WALK_PATH}/clips/{{step}}", enter(_post_import_step), methods=["POST"]),
        Route(f"{WALK_PATH}/frame", enter(_show_frame), methods=["GET"]),
        Route(f"{WALK_PATH}/working", enter(_show_working), methods=["GET"]),
        Route(f"{WALK_PATH}/boxes", enter(_show_boxes), methods=["GET"]),
        Route(f"{WALK_PATH}/proposal", enter(_show_proposal), methods=["GET"]),
        Route(f"{WALK_PATH}/keyframes", enter(_post_keyframe), methods=["POST"]),
        Route(f"{WALK_PATH}/undo", enter(_post_undo), methods=["POST"]),
        Route(f"{WALK_PATH}/blur", enter(_post_blur), methods=["POST"]),
        Route(f"{WALK_PATH}/align", enter(_show_align), methods=["GET"]),
        Route(f"{WALK_PATH}/confirm", enter(_post_confirm), methods=["POST"]),
        Route(f"{WALK_PATH}/timeline", enter(_show_timeline), methods=["GET"]),
        Route(f"{WALK_PATH}/index/{{path:path}}", enter(_show_index), methods=["GET"]),
        Route(f"{WALK_PATH}/media/{{path:path}}", enter(_show_media), methods=["GET"]),
    ]


async def _show_imports(app: App, _viewer: Viewer, _request: Request, walk_id: str) -> Response:
    from sim.features.own_clips.annotator_data import describe_imports  # noqa: PLC0415 - only where clips are imported

    return answer(await run_sync(describe_imports, app, walk_id))


async def _post_clip(
    takers: anyio.CapacityLimiter, app: App, _viewer: Viewer, request: Request, walk_id: str
) -> Response:
    from sim.features.own_clips.annotator_data import send_clip  # noqa: PLC0415 - as said above
    from sim.features.own_clips.importing import open_upload  # noqa: PLC0415 - as said above

    names = request.query_params
    with open_upload() as file:
        await _store_body(request, file)
        send = partial(
            send_clip, app, walk_id, file, file_name=names.get("file_name", ""), camera=names.get("camera", "")
        )
        return answer(await run_sync(send, limiter=takers))


async def _post_import_step(app: App, viewer: Viewer, request: Request, walk_id: str) -> Response:
    from sim.features.own_clips.annotator_data import step_import  # noqa: PLC0415 - as said above

    clip_id, step = request.query_params.get("clip", ""), request.path_params["step"]
    return answer(await run_sync(partial(step_import, app, walk_id, step, clip_id=clip_id, by=viewer.name)))


async def _show_working(app: App, _viewer: Viewer, _request: Request, walk_id: str) -> Response:
    from sim.features.own_clips.annotator_data import describe_working  # noqa: PLC0415 - as said above

    return answer(await run_sync(describe_working, app, walk_id))


async def _show_boxes(app: App, _viewer: Viewer, request: Request, walk_id: str) -> Response:
    from sim.features.own_clips.annotator_data import describe_boxes  # noqa: PLC0415 - as said above

    return answer(await run_sync(partial(describe_boxes, app, walk_id, camera_id=_read_camera(request))))


async def _show_proposal(app: App, _viewer: Viewer, request: Request, walk_id: str) -> Response:
    from sim.features.own_clips.annotator_data import find_proposal  # noqa: PLC0415 - as said above

    frame = _read_number(request, "frame")
    return answer(await run_sync(partial(find_proposal, app, walk_id, camera_id=_read_camera(request), frame=frame)))


async def _post_keyframe(app: App, _viewer: Viewer, request: Request, walk_id: str) -> Response:
    from sim.features.own_clips.annotator_data import put_keyframe  # noqa: PLC0415 - as said above

    body = await read_body(request, most_bytes=MOST_STEP_BYTES)
    return answer(await run_sync(put_keyframe, app, walk_id, body))


async def _post_undo(app: App, _viewer: Viewer, request: Request, walk_id: str) -> Response:
    from sim.features.own_clips.annotator_data import take_back  # noqa: PLC0415 - as said above

    return answer(await run_sync(partial(take_back, app, walk_id, base=_read_number(request, "base"))))


async def _post_blur(app: App, viewer: Viewer, request: Request, walk_id: str) -> Response:
    from sim.features.own_clips.annotator_data import take_spans  # noqa: PLC0415 - as said above

    body = await read_body(request, most_bytes=MOST_STEP_BYTES)
    return answer(await run_sync(partial(take_spans, app, walk_id, body, by=viewer.name)))


async def _show_align(app: App, _viewer: Viewer, _request: Request, walk_id: str) -> Response:
    from sim.features.own_clips.annotator_data import describe_align  # noqa: PLC0415 - as said above

    return answer(await run_sync(describe_align, app, walk_id))


async def _post_confirm(app: App, viewer: Viewer, request: Request, walk_id: str) -> Response:
    from sim.features.own_clips.annotator_data import confirm  # noqa: PLC0415 - as said above

    return answer(await run_sync(partial(confirm, app, walk_id, camera_id=_read_camera(request), by=viewer.name)))


async def _show_frame(app: App, _viewer: Viewer, request: Request, walk_id: str) -> Response:
    from sim.features.own_clips.annotator_data import read_frame  # noqa: PLC0415 - as said above

    clip_id, clip_s = request.query_params.get("clip", ""), _read_number(request, "tenths") / 10
    picture = await run_sync(read_frame, app, walk_id, clip_id, clip_s)
    return Response(picture, headers=HEADERS, media_type="image/jpeg")


async def _show_media(app: App, _viewer: Viewer, request: Request, walk_id: str) -> Response:
    from sim.features.own_clips.clocks import find_media  # noqa: PLC0415 - as said above

    path = await run_sync(find_media, app, walk_id, request.path_params["path"])
    return await run_sync(_send_part, path, request.headers.get("range"))


async def _show_index(app: App, _viewer: Viewer, request: Request, walk_id: str) -> Response:
    from sim.features.own_clips.annotator_data import write_index  # noqa: PLC0415 - as said above

    return _send_json(await run_sync(write_index, app, walk_id, request.path_params["path"]))


async def _show_timeline(app: App, _viewer: Viewer, _request: Request, walk_id: str) -> Response:
    from sim.features.own_clips.annotator_data import write_timeline  # noqa: PLC0415 - as said above

    return _send_json(await run_sync(write_timeline, app, walk_id))


async def _store_body(request: Request, file: BinaryIO) -> None:
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > MOST_CLIP_BYTES:
                most = MOST_CLIP_BYTES // 1_000_000_000
                raise RecordingError(f"this clip has over {most} GB", todo="export a shorter clip")
            await run_sync(file.write, chunk)
        await run_sync(file.flush)
    except OSError as error:
        raise StoreError(f"the clip could not be stored: {error.strerror}", todo="free some space") from error
    if size == 0:
        raise RecordingError("this file is empty", todo="choose another file")
    file.seek(0)


def _send_part(path: Path, wanted: str | None) -> Response:
    size = path.stat().st_size
    headers = {**HEADERS, "Accept-Ranges": "bytes"}
    try:
        span = parse_range(wanted, size=size)
    except UnsatisfiableRangeError:
        return PlainTextResponse("range not satisfiable", 416, headers={**headers, "Content-Range": f"bytes */{size}"})
    sent = span or ByteSpan(first=0, last=size - 1)
    if span is not None:
        headers["Content-Range"] = f"bytes {span.first}-{span.last}/{size}"
    with path.open("rb") as opened:
        opened.seek(sent.first)
        body = opened.read(sent.length)
    return Response(body, status_code=206 if span else 200, headers=headers, media_type=MEDIA_TYPES[path.suffix])


def _send_json(body: bytes) -> Response:
    return Response(body, headers=HEADERS, media_type="application/json")


def _read_number(request: Request, name: str) -> int:
    text = request.query_params.get(name, "")
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise StoreError("this request is not one of this page", todo="reload the page")
    return int(text)


def _read_camera(request: Request) -> str:
    return request.query_params.get("camera", "")


SCHOOL_PAGE: Final = "Our school"
SCHOOL_PATH: Final = "/api/schools/{school_id}"
MOST_DRAWING_BYTES: Final = 1_000_000
MATCHERS: Final = 1
"""Cameras matched, and plans checked, at a time: drills need the processor too."""

"""Pictures read at a time."""


def make_own_school_routes(get_app: GetApp) -> list[BaseRoute]:
    matchers, takers = anyio.CapacityLimiter(MATCHERS), anyio.CapacityLimiter(TAKERS)

    async def show(request: Request) -> Response:
        from sim.features.own_school.editing import get_state  # noqa: PLC0415 - only where a school is drawn

        app, _ = await let_in(get_app(), request, page=SCHOOL_PAGE)
        find = partial(get_state, app, request.path_params["school_id"], tab=request.query_params.get("tab", ""))
        return answer((await run_sync(find)).write())

    async def post_step(request: Request) -> Response:
        from sim.features.own_school.editing import parse_step, take_step  # noqa: PLC0415 - as said above

        app, viewer = await let_in(get_app(), request, page=SCHOOL_PAGE)
        body = await read_body(request, most_bytes=MOST_DRAWING_BYTES)
        step = parse_step(body)
        take = partial(take_step, app, request.path_params["school_id"], step, name=viewer.name)
        return answer((await run_sync(take)).write())

    async def post_turn(request: Request) -> Response:
        from sim.features.own_school.editing import hold_turn  # noqa: PLC0415 - as said above

        app, viewer = await let_in(get_app(), request, page=SCHOOL_PAGE)
        tab, takes_over = request.query_params.get("tab", ""), request.query_params.get("take") == "1"
        hold = partial(
            hold_turn, app, request.path_params["school_id"], tab=tab, name=viewer.name, takes_over=takes_over
        )
        return answer((await run_sync(hold)).write())

    async def post_match(request: Request) -> Response:
        from sim.features.own_school.cameras import match_camera  # noqa: PLC0415 - as said above

        app, _ = await let_in(get_app(), request, page=SCHOOL_PAGE)
        names = request.path_params
        match = partial(match_camera, app, names["school_id"], names["part"])
        return answer(await run_sync(match, limiter=matchers))

    async def show_check(request: Request) -> Response:
        from sim.features.own_school.ready import check  # noqa: PLC0415 - as said above

        app, _ = await let_in(get_app(), request, page=SCHOOL_PAGE)
        found = await run_sync(partial(check, app, request.path_params["school_id"]), limiter=matchers)
        return answer({"problems": [{"text": p.text, "floor": p.floor, "at": list(p.at)} for p in found]})

    async def show_picture(request: Request) -> Response:
        from sim.features.own_school.cameras import find_picture  # noqa: PLC0415 - as said above

        app, _ = await let_in(get_app(), request, page=SCHOOL_PAGE)
        names = request.path_params
        path = await run_sync(find_picture, app, names["school_id"], names["part"])
        return Response(await run_sync(path.read_bytes), media_type="image/webp", headers=HEADERS)

    async def post_picture(request: Request) -> Response:
        app, _ = await let_in(get_app(), request, page=SCHOOL_PAGE)
        return answer(await _take_picture(app, request, takers))

    async def post_paint(request: Request) -> Response:
        from sim.features.own_school.cameras import paint_boxes  # noqa: PLC0415 - as said above

        app, _ = await let_in(get_app(), request, page=SCHOOL_PAGE)
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
    from sim.features.own_school import cameras  # noqa: PLC0415 - as said above
    from sim.footage.stills.uploaded import MOST_BYTES, MOST_PLAN_BYTES  # noqa: PLC0415 - only where a school is drawn
    from sim.rules import school_rights  # noqa: PLC0415 - as said above

    await run_sync(school_rights.require_confirmed, app)
    names = request.path_params
    mark = secrets.token_hex(6)
    sent = await run_sync(partial(cameras.find_upload_place, app, names["school_id"], names["part"], mark=mark))
    most = MOST_PLAN_BYTES if names["part"].startswith("plan-") else MOST_BYTES
    page = request.query_params.get("page", "0")
    try:
        await _store_picture(request, sent, most_bytes=most)
        take = partial(
            cameras.take_picture,
            app,
            names["school_id"],
            names["part"],
            sent,
            page=int(page) if page.isascii() and page.isdecimal() and len(page) < 5 else 0,
        )
        taken, picture_mark = await run_sync(take, limiter=takers)
    except OSError as error:
        raise StoreError(f"the file could not be stored: {error.strerror}", todo="free some space") from error
    finally:
        await run_sync(partial(sent.unlink, missing_ok=True))
    people = [list(box) for box in taken.people]
    told = {"size_wh": list(taken.size_wh), "bars": list(taken.bars), "notes": list(taken.notes)}
    return {**told, "people": people, "mark": picture_mark, "tilt_deg": taken.tilt_deg}


async def _store_picture(request: Request, path: Path, *, most_bytes: int) -> None:
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
