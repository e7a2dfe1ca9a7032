"""How our routes answer: what went wrong in words, as JSON, with the headers that every answer carries."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

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
from sim.ui.http.headers import NEVER_STORED, SECURITY_HEADERS

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
