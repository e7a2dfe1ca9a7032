"""How our routes answer: what went wrong in words, as JSON, with every answer's headers; and whose token counts."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from anyio.to_thread import run_sync
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

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
from sim.services.accounts.sessions import find_viewer, note_use
from sim.services.app.signed import Grant
from sim.services.app.wiring import App
from sim.ui.http.headers import NEVER_STORED, SECURITY_HEADERS
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
    """Turn expected failures into an answer that says what went wrong, without a traceback."""

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
            shown = CANNOT_STORE if isinstance(error, StoreError) else error
            return answer({"error": str(shown)}, status)

    return guarded


def answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer in JSON, with the headers that every answer carries."""
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
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise AccessError("the request carries no token", todo="open the drill's page again")
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
    """Refuse anyone who is not signed in as the one whose page got the token; return their cookie."""
    cookie = read_peer(request.headers, request.cookies).cookie
    if grant.account_id:
        viewer = await run_sync(partial(find_viewer, app, cookie, is_local=False))
        if viewer.account_id != grant.account_id:
            raise AccessError("you are not signed in here any more", todo="sign in and open the drill's page again")
    return cookie
