"""How our routes answer: failures in words, as JSON; whose token counts; footage in ranges, or sent by nginx.

For nginx the place of a file is told by `X-Accel-Redirect`, see docs/nginx/sightline.conf. Its address is internal:
nginx takes it from an answer of the app and from nobody else.
"""

import asyncio
import contextvars
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import anyio
from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sim.app.health import FOOTAGE_PROBE_NAME
from sim.app.settings import Settings
from sim.app.signed import Grant
from sim.app.wiring import App, GetApp
from sim.console import intake
from sim.console.intake import Answer, Receipt, accept_group
from sim.console.posts import MAX_BODY_BYTES, Post, parse_batch
from sim.errors import (
    AccessError,
    AnswerError,
    AttemptError,
    PausedError,
    RateLimitError,
    RecordingError,
    SimError,
    StoreError,
    UnknownAttemptError,
)
from sim.rules.sessions import find_viewer, note_use
from sim.ui.http.guards import NEVER_STORED, SECURITY_HEADERS
from sim.ui.page.request_origin import read_peer

Handler = Callable[[Request], Awaitable[Response]]
STATUS_OF: Mapping[type[SimError], int] = {
    AccessError: 403,
    UnknownAttemptError: 404,
    AttemptError: 409,
    AnswerError: 422,
    RateLimitError: 429,
    StoreError: 503,
}

CANNOT_STORE = StoreError(
    "the server cannot store anything at this moment",
    todo="keep working: what you do is kept in this browser and sent again. If this continues, tell the person who "
    "runs the server",
)
"""What a browser is told when the database fails; the log says where it lies and what it said."""

_log = logging.getLogger("sightline")


def guard(handler: Handler) -> Handler:
    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except RecordingError as error:
            _log.warning("footage cannot be served: %s", error)
            return answer({"error": "this footage cannot be read on the server"}, 404)
        except ClientDisconnect:
            return answer({"error": "the connection closed early"}, 400)
        except PausedError as error:
            return answer({"error": str(error), "paused": True}, 409)
        except SimError as error:
            status = STATUS_OF.get(type(error), 500)
            if status >= 500:
                _log.error("a request failed: %s", error)
            return answer({"error": str(CANNOT_STORE if isinstance(error, StoreError) else error)}, status)

    return guarded


def answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    merged = {**SECURITY_HEADERS, **NEVER_STORED, **(headers or {})}
    return JSONResponse(content, status_code=status, headers=merged)


async def read_body(request: Request, *, most_bytes: int) -> bytes | None:
    """Return the body, or None as soon as it is known to be too large."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most_bytes:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            return None
    return bytes(body)


async def authorise(app: App, request: Request) -> Grant:
    """Return what a request's token allows; one handed to somebody signed in is nothing without their cookie."""
    _, _, token = request.headers.get("authorization", "").partition(" ")
    grant = app.access.read(token.strip(), now=app.clock.read().wall)
    if grant.attempt_id != request.path_params["attempt_id"]:
        raise AccessError("the token is for another attempt", todo="open the drill's page again")
    cookie = await _require_holder(app, grant, request)
    if grant.account_id:  # a drill that goes on is a use
        await run_sync(note_use, app, cookie)
    return grant


async def require_own_footage(app: App, request: Request) -> Grant:
    """Return what a request's token allows; refuse anyone who only has its address, where it was handed to somebody."""
    grant = app.access.read(request.path_params["token"], now=app.clock.read().wall)
    await _require_holder(app, grant, request)
    return grant


async def _require_holder(app: App, grant: Grant, request: Request) -> str:
    cookie = read_peer(request.headers, request.cookies).cookie
    if grant.account_id:
        viewer = await run_sync(partial(find_viewer, app, cookie, is_local=False))
        if viewer.account_id != grant.account_id:
            raise AccessError("you are not signed in here any more", todo="sign in and open the drill's page again")
    return cookie


MOST: Final = 100
"""Posts in one transaction: others who want to write must not wait long."""
EVERY_S: Final = 0.02
"""From the begin of one transaction of several posts to that of the next: a fifth of what a post may take."""


@dataclass(slots=True, kw_only=True)
class _Waiting:
    posts: list[tuple[Post, asyncio.Future[Receipt]]] = field(default_factory=list)
    worker: asyncio.Task[None] | None = None


class PostGroups:
    """Stores posts in the order they came, those of one drill one after another.

    A transaction costs the same for one as for many. The first post is stored at once. Whatever comes while it is under
    way waits for it and is stored in one go afterwards; while there are always several, a pause lets a few more come.
    """

    def __init__(self, accept: Callable[[App, Sequence[Post]], list[Answer]], *, limiter: CapacityLimiter) -> None:
        self._accept, self._limiter = accept, limiter
        self._of_loop: RunVar[_Waiting] = RunVar(f"waiting posts {id(self)}")

    async def store(self, app: App, post: Post) -> Receipt:
        """Return what the console is told once its post is stored. Raises as `sim.console.intake` does."""
        waiting = self._of_loop.get(None)
        if waiting is None:
            waiting = _Waiting()
            self._of_loop.set(waiting)
        future: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        waiting.posts.append((post, future))
        if waiting.worker is None:
            # a log line about all of them is no line of the request that happened to be the first
            work = self._work(app, waiting)
            waiting.worker = asyncio.get_running_loop().create_task(work, context=contextvars.Context())
        return await future

    async def _work(self, app: App, waiting: _Waiting) -> None:
        loop = asyncio.get_running_loop()
        try:
            while waiting.posts:
                began = loop.time()
                group = _take(waiting.posts)
                await self._store(app, group)
                if len(group) > 1 and (left_s := began + EVERY_S - loop.time()) > 0:
                    await asyncio.sleep(left_s)
        finally:
            waiting.worker = None
            for _, future in waiting.posts:
                future.cancel()
            waiting.posts.clear()

    async def _store(self, app: App, group: Sequence[tuple[Post, "asyncio.Future[Receipt]"]]) -> None:
        answers: Sequence[Answer | BaseException]
        try:
            answers = await run_sync(self._accept, app, [post for post, _ in group], limiter=self._limiter)
        except Exception as error:  # whatever it was, each of those who wait is answered
            answers = [error] * len(group)
        for (_, future), found in zip(group, answers, strict=True):
            if future.done():
                continue
            if isinstance(found, BaseException):
                future.set_exception(found)
            else:
                future.set_result(found)


def _take(posts: list[tuple[Post, Any]]) -> list[tuple[Post, Any]]:
    group: dict[str, tuple[Post, Any]] = {}
    for each in posts:
        if len(group) < MOST:
            group.setdefault(each[0].attempt_id, each)
    taken = set(map(id, group.values()))
    posts[:] = [each for each in posts if id(each) not in taken]
    return list(group.values())


EVENTS_PATH: Final = "/api/attempts/{attempt_id}/events"


def make_post_route(get_app: GetApp) -> Route:
    # threads for posts alone: footage has all the others, and has none that a post would need
    posters = anyio.CapacityLimiter(4)
    groups = PostGroups(accept_group, limiter=posters)

    async def post_events(request: Request) -> Response:
        app = get_app()
        grant = await authorise(app, request)
        body = await read_body(request, most_bytes=MAX_BODY_BYTES)
        if body is None:
            return answer({"error": f"the body is larger than {MAX_BODY_BYTES} bytes"}, 413, {"Connection": "close"})
        receipt = await groups.store(app, await _read_post(app, grant.attempt_id, body, posters))
        return answer(
            {
                "ack": receipt.ack,
                "state": receipt.state,
                "elapsed_ms": receipt.elapsed_ms,
                "remaining_ms": receipt.remaining_ms,
                "leader": receipt.leader,
                "paused": receipt.paused,
                "paused_ms": receipt.paused_ms,
                "left_out": receipt.left_out,
            }
        )

    return Route(EVENTS_PATH, guard(post_events), methods=["POST"])


async def _read_post(app: App, attempt_id: str, body: bytes, posters: anyio.CapacityLimiter) -> Post:
    received = app.clock.read()
    intake.note_post(app, attempt_id)
    # a larger post is read in a thread: it would hold up everybody else
    parsed = parse_batch(body) if len(body) < 8 * 1024 else await run_sync(parse_batch, body, limiter=posters)
    tab_id, events, waiting = parsed
    return Post(attempt_id=attempt_id, tab_id=tab_id, events=events, waiting=waiting, received=received)


SLICE_BYTES = 1_500_000
"""A range gets at most this much: a browser reads what it got from Content-Range and asks again, and no socket stays
busy for a whole clip. Chromium, once it knows the size, asks for `bytes=n-LAST` instead of `bytes=n-`, so that closed
ranges are bounded too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteSpan:
    """Bytes first..last, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class UnsatisfiableRangeError(ValueError):
    """The range lies outside the file."""


def parse_range(header: str | None, *, size: int, most: int | None = None) -> ByteSpan | None:
    """Return at most `most` (SLICE_BYTES) bytes to send, None for the whole file: no range, several, or an odd one."""
    found = re.match(r"^bytes=(\d{0,18})-(\d{0,18})$", header.strip()) if header else None
    if found is None or found.group(0) == "bytes=-":
        return None
    low, high = found.groups()
    if not low:
        length = min(int(high), size)
        if length == 0:
            raise UnsatisfiableRangeError(header)
        return _bound(size - length, size - 1, most)
    first = int(low)
    if first >= size:
        raise UnsatisfiableRangeError(header)
    last = min(int(high), size - 1) if high else size - 1
    return _bound(first, last, most) if last >= first else None


def compute_sent(header: str | None, *, size: int) -> tuple[int, int]:
    """Return the first and last byte that a file server of its own sends for a range: all that was asked for."""
    try:
        span = parse_range(header, size=size, most=size)
    except UnsatisfiableRangeError:
        return 0, -1
    return (span.first, span.last) if span is not None else (0, size - 1)


def _bound(first: int, last: int, most: int | None) -> ByteSpan:
    return ByteSpan(first=first, last=min(last, first + (most or SLICE_BYTES) - 1))


def send_by_proxy(settings: Settings, path: Path, *, headers: Mapping[str, str], kind: str) -> Response:
    """Return the answer that lets nginx send a file, whole or the ranges that the browser asked it for."""
    place = f"{settings.accel}{quote(path.resolve().as_posix())}"
    return Response(headers={**headers, "X-Accel-Redirect": place}, media_type=kind)


def send_probe(settings: Settings) -> Response:
    path = settings.data / "recordings" / FOOTAGE_PROBE_NAME
    if not settings.accel or not path.is_file():
        return PlainTextResponse("nothing to send", 404, headers={**SECURITY_HEADERS, **NEVER_STORED})
    return send_by_proxy(settings, path, headers={**SECURITY_HEADERS, **NEVER_STORED}, kind="text/plain")
