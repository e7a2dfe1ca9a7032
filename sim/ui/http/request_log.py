"""An id for every request, and at level `info` a line that says how it went."""

import logging
import re
import secrets
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sim.services.app.logs.line import REQUEST

ID_HEADER = "X-Request-Id"
_GIVEN = re.compile(r"[0-9a-f]{8}[0-9a-f-]{0,28}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_log = logging.getLogger("sightline.requests")


class RequestLog:
    """Takes the id that a proxy gives, when it is plain hexadecimal, or makes one; the answer carries it back.

    A line names the route's pattern, never the address, which may hold a token, and never who asked.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and count what it got."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(ID_HEADER, "")
        request_id = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
        began, status, sent = time.perf_counter(), 0, 0

        async def send_marked(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[ID_HEADER] = request_id
            elif message["type"] == "http.response.body":
                sent += len(message.get("body", b""))
            await send(message)

        mark = REQUEST.set(request_id)
        try:
            await self._app(scope, receive, send_marked)
        finally:
            if _log.isEnabledFor(logging.INFO):
                facts = {
                    "kind": scope["type"],
                    "method": _name_method(scope),
                    "route": getattr(scope.get("route"), "path", "") or "page",
                    "status": status,
                    "bytes": sent,
                    "ms": round((time.perf_counter() - began) * 1000.0, 1),
                }
                _log.info("request", extra={"facts": facts})
            REQUEST.reset(mark)


def _name_method(scope: Scope) -> str:
    method = str(scope.get("method", ""))
    return method if method in _METHODS else ""
