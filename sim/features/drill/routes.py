"""The server's own routes: footage by range, the attempt's state, and the door that events come in through.

A route has no session: what a caller may do is in the signed token it shows. Nothing here tells the truth about a
recording before an attempt has ended.
"""

import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import anyio
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sim.app import health
from sim.app.wiring import App, GetApp
from sim.console import console_data, exercise, footage_access, intake, questions, similar_search
from sim.console.footage_access import PROBE_PATH, FootageFile, MadeFile, find_open
from sim.features.library.library import DEMO_PATH, get_demo_picture
from sim.features.program.school_days import FEED_PATH, read_feed
from sim.ui.http.answers import (
    EVENTS_PATH,
    SLICE_BYTES,
    ByteSpan,
    UnsatisfiableRangeError,
    answer,
    authorise,
    compute_sent,
    guard,
    make_post_route,
    parse_range,
    read_body,
    require_own_footage,
    send_by_proxy,
    send_probe,
)
from sim.ui.http.guards import NEVER_STORED, SECURITY_HEADERS
from sim.ui.http.slow_clients import PromptBodies

CHUNK_BYTES = 256 * 1024
FOOTAGE_PATH = "/footage/{token}/{recording_id}/{path:path}"
PROBE_BYTES = 512 * 1024
CROPPERS = 2
"""Pictures cut out at a time: decoding must not take the threads that footage and events need."""
LOOKERS = 2
"""Who ask for the server's health at a time: a database that hangs must not take all threads."""
READERS = 1
"""Whole attempts read at a time, as a reloaded page asks for: a long log is work that posts need not wait for."""
MEDIA_TYPES = {".mp4": "video/mp4", ".webp": "image/webp"}
LONG_KEPT = {"Cache-Control": "private, max-age=43200, immutable"}


def make_routes(get_app: GetApp) -> list[BaseRoute]:
    async def footage(request: Request) -> Response:
        app = get_app()
        grant = await require_own_footage(app, request)
        names = request.path_params
        known = find_open(app, grant, names["recording_id"], names["path"])
        if known is not None:
            return _send_file(app, request, known)
        return await run_sync(_send_picture, app, request)

    async def footage_index(request: Request) -> Response:
        await require_own_footage(get_app(), request)
        names = request.path_params
        asked = names["token"], names["recording_id"], names["path"]
        index = await run_sync(footage_access.find_index, get_app(), *asked)
        return Response(index, headers={**SECURITY_HEADERS, **LONG_KEPT}, media_type="application/json")

    async def footage_timeline(request: Request) -> Response:
        await require_own_footage(get_app(), request)
        names = request.path_params
        file = await run_sync(footage_access.find_timeline, get_app(), names["token"], names["recording_id"])
        return _send_kept(request, file.body, sha256=file.sha256, kind="application/json")

    async def show_attempt(request: Request) -> Response:
        app = get_app()
        grant = await authorise(app, request)
        return answer(await run_sync(_read_state, app, grant.attempt_id, limiter=readers))

    async def show_exercise(request: Request) -> Response:
        app = get_app()
        grant = await authorise(app, request)
        since = exercise.read_since(request.query_params.get("since", "0"))
        return answer(await run_sync(partial(exercise.get_news, app, grant.attempt_id, since=since)))

    async def footage_crop(request: Request) -> Response:
        await require_own_footage(get_app(), request)
        names = request.path_params
        where = {name: names[name] for name in ("camera_id", "frame", "part")}
        find = partial(similar_search.find_crop, get_app(), names["token"], names["recording_id"], **where)
        jpeg = await run_sync(find, limiter=croppers)
        return Response(jpeg, headers={**SECURITY_HEADERS, **LONG_KEPT}, media_type="image/jpeg")

    async def calendar(request: Request) -> Response:
        found = await run_sync(read_feed, get_app(), request.path_params["token"])
        name = {"Content-Disposition": f'inline; filename="{found.name}"'}
        headers = {**SECURITY_HEADERS, **NEVER_STORED, **name}
        return Response(found.body, headers=headers, media_type="text/calendar; charset=utf-8")

    async def demo(request: Request) -> Response:
        jpeg = await run_sync(get_demo_picture, get_app(), request.path_params["name"])
        if jpeg is None:
            return answer({"error": "there is no such picture"}, 404)
        return Response(
            jpeg,
            headers={**SECURITY_HEADERS, "Cache-Control": "public, max-age=31536000, immutable"},
            media_type="image/jpeg",
        )

    croppers = anyio.CapacityLimiter(CROPPERS)
    readers = anyio.CapacityLimiter(READERS)
    filler = secrets.token_bytes(PROBE_BYTES)

    async def lead_home(request: Request) -> Response:
        """Home lies at the root, where Streamlit has its first page; it knows no other name of it."""
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"./{query}", 303, headers=NEVER_STORED)

    async def probe(_: Request) -> Response:
        headers = {**SECURITY_HEADERS, **NEVER_STORED, "Content-Encoding": "identity"}
        return Response(filler, media_type="application/octet-stream", headers=headers)

    async def footage_probe(_: Request) -> Response:
        return send_probe(get_app().settings)

    return [
        Route(FOOTAGE_PATH, guard(footage), methods=["GET"]),
        Route("/footage-index/{token}/{recording_id}/{path:path}", guard(footage_index), methods=["GET"]),
        Route("/footage-timeline/{token}/{recording_id}", guard(footage_timeline), methods=["GET"]),
        Route("/api/attempts/{attempt_id}", guard(show_attempt), methods=["GET"]),
        make_post_route(get_app),
        Route("/api/attempts/{attempt_id}/exercise", guard(show_exercise), methods=["GET"]),
        *_make_question_routes(get_app),
        Route(
            "/footage-crop/{token}/{recording_id}/{camera_id}/{frame}/{part}.jpg", guard(footage_crop), methods=["GET"]
        ),
        Route("/start", lead_home, methods=["GET"]),
        Route(PROBE_PATH, guard(probe), methods=["GET"]),
        Route(health.FOOTAGE_PROBE_PATH, guard(footage_probe), methods=["GET"]),
        Route(DEMO_PATH, guard(demo), methods=["GET"]),
        Route(FEED_PATH, guard(calendar), methods=["GET"]),
        *_make_health_routes(get_app),
    ]


def _make_health_routes(get_app: GetApp) -> list[BaseRoute]:
    """Return what a proxy asks: `/healthz/live`, does the process answer; `/healthz`, can drills be done."""
    check, lookers = health.HealthCheck(), anyio.CapacityLimiter(LOOKERS)

    async def alive(_: Request) -> Response:
        return answer({"status": "ok"})

    async def ready(_: Request) -> Response:
        found = await run_sync(check.look, get_app(), limiter=lookers)
        status = "ok" if found.is_ready else "not ready"
        parts = {"database": found.database, "disk": found.disk, "footage": found.footage}
        return answer({"status": status, **parts}, 200 if found.is_ready else 503)

    return [Route("/healthz", guard(ready), methods=["GET"]), Route("/healthz/live", guard(alive), methods=["GET"])]


def _make_question_routes(get_app: GetApp) -> list[BaseRoute]:
    def make_route(name: str, *, most_bytes: int, find: Callable[[App, str, bytes], dict[str, Any]]) -> Route:
        async def post_question(request: Request) -> Response:
            app = get_app()
            grant = await authorise(app, request)
            body = await read_body(request, most_bytes=most_bytes)
            if body is None:
                return answer({"error": f"the body is larger than {most_bytes} bytes"}, 413, {"Connection": "close"})
            return answer(await run_sync(find, app, grant.attempt_id, body))

        return Route(f"/api/attempts/{{attempt_id}}/{name}", guard(post_question), methods=["POST"])

    async def help_wanted(request: Request) -> Response:
        app = get_app()
        grant = await authorise(app, request)
        find = questions.ask_help if request.method == "POST" else questions.get_help
        return answer(await run_sync(find, app, grant.attempt_id))

    return [
        make_route("similar", most_bytes=similar_search.MAX_QUERY_BYTES, find=_ask_similar),
        make_route("hint", most_bytes=questions.MAX_HINT_BYTES, find=_ask_hint),
        make_route("outline", most_bytes=questions.MAX_OUTLINE_BYTES, find=_ask_outline),
        Route("/api/attempts/{attempt_id}/help", guard(help_wanted), methods=["GET", "POST"]),
    ]


def _read_state(app: App, attempt_id: str) -> dict[str, object]:
    intake.note_read(app, attempt_id)
    return console_data.describe_state(app, attempt_id)


def _ask_similar(app: App, attempt_id: str, body: bytes) -> dict[str, Any]:
    return similar_search.find_similar(app, attempt_id, similar_search.parse_query(body))


def _ask_hint(app: App, attempt_id: str, body: bytes) -> dict[str, Any]:
    return questions.give_hint(app, attempt_id, questions.parse_hint(body))


def _ask_outline(app: App, attempt_id: str, body: bytes) -> dict[str, Any]:
    return questions.find_outline(app, attempt_id, questions.parse_spot(body))


def _name_bytes(sha256: str) -> str:
    return f'"{sha256[:32]}"'


def _is_known(request: Request, etag: str) -> bool:
    return etag in (part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(","))


def _send_kept(request: Request, body: bytes, *, sha256: str, kind: str) -> Response:
    headers = {**SECURITY_HEADERS, **LONG_KEPT, "ETag": _name_bytes(sha256)}
    if _is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=kind)


def _send_picture(app: App, request: Request) -> Response:
    """Look a file up and read what was asked for, in one turn of a thread: handing over takes longer than either."""
    names = request.path_params
    found = footage_access.find_picture(app, names["token"], names["recording_id"], names["path"])
    if isinstance(found, MadeFile):
        return _send_kept(request, found.body, sha256=found.sha256, kind=MEDIA_TYPES[".webp"])
    return _send_file(app, request, found)


def _send_file(app: App, request: Request, file: FootageFile) -> Response:
    etag, kind = _name_bytes(file.sha256), MEDIA_TYPES[file.path.suffix]
    headers = {**SECURITY_HEADERS, **LONG_KEPT, "Accept-Ranges": "bytes", "ETag": etag}
    if _is_known(request, etag):
        return Response(status_code=304, headers=headers)
    wanted = request.headers.get("range")
    if app.settings.accel:
        questions.note_sent(app, file.attempt_id, file.name, compute_sent(wanted, size=file.size))
        return send_by_proxy(app.settings, file.path, headers={**SECURITY_HEADERS, **LONG_KEPT}, kind=kind)
    if request.headers.get("if-range", etag) != etag:
        wanted = None
    try:
        span = parse_range(wanted, size=file.size)
    except UnsatisfiableRangeError:
        return PlainTextResponse(
            "range not satisfiable", 416, headers={**headers, "Content-Range": f"bytes */{file.size}"}
        )
    sent = span or ByteSpan(first=0, last=file.size - 1)
    if span is not None:
        headers["Content-Range"] = f"bytes {span.first}-{span.last}/{file.size}"
    headers["Content-Length"] = str(sent.length)
    status = 206 if span is not None else 200
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=kind)
    questions.note_sent(app, file.attempt_id, file.name, (sent.first, sent.last))
    if sent.length <= SLICE_BYTES:
        with file.path.open("rb") as opened:
            opened.seek(sent.first)
            body = opened.read(sent.length)
        return Response(body, status_code=status, headers=headers, media_type=kind)
    return StreamingResponse(_read_chunks(file.path, sent), status_code=status, headers=headers, media_type=kind)


async def _read_chunks(path: Path, span: ByteSpan) -> AsyncIterator[bytes]:
    async with await anyio.open_file(path, "rb") as opened:
        await opened.seek(span.first)
        left = span.length
        while left > 0:
            chunk = await opened.read(min(CHUNK_BYTES, left))
            if not chunk:
                return
            left -= len(chunk)
            yield chunk


SHORT: Final = frozenset({FOOTAGE_PATH, EVENTS_PATH})


class ShortWay:
    """Sends requests that one of the routes answers to it, and passes on all others.

    Streamlit's own layers (its session cookie, its compression) and ours for pages do nothing to footage and posts of
    events, and took a third of the time of such a request. What guards every request stands before this: who asks, the
    log, the headers, whom an installation without sign-in lets in.
    """

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._routes = [each for each in routes if isinstance(each, Route) and each.path in SHORT]
        self._bodies = PromptBodies(_go)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(("/footage/", "/api/attempts/")):
            for route in self._routes:
                match, found = route.matches(scope)
                if match is Match.FULL:
                    scope.update({**found, "route": route})
                    await self._bodies(scope, receive, send)
                    return
        await self._app(scope, receive, send)


async def _go(scope: Scope, receive: Receive, send: Send) -> None:
    await scope["route"].handle(scope, receive, send)
