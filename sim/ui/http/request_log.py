"""An id for every request, at level `info` a line that says how it went, and its count where metrics are on."""

import logging
import re
import secrets
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sim.services.app.logs.line import REQUEST
from sim.ui.http.metrics import Meter

ID_HEADER = "X-Request-Id"
_GIVEN = re.compile(r"[0-9a-f]{8}[0-9a-f-]{0,28}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_log = logging.getLogger("sightline.requests")


class RequestLog:
    """Takes the id that a proxy gives, when it is plain hexadecimal, or makes one; the answer carries it back.

    A line names the route's pattern, never the address, which may hold a token, and never who asked.
    """

    def __init__(self, app: ASGIApp, meter: Meter | None = None) -> None:
        self._app = app
        self._meter = meter

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
        is_socket = scope["type"] == "websocket"
        if self._meter is not None and is_socket:
            self._meter.note_socket(1)
        try:
            await self._app(scope, receive, send_marked)
        finally:
            route = getattr(scope.get("route"), "path", "") or "page"
            took_s = time.perf_counter() - began
            if self._meter is not None and is_socket:
                self._meter.note_socket(-1)
            elif self._meter is not None:
                self._meter.note_request(route, status=status, seconds=took_s, sent=sent)
            if _log.isEnabledFor(logging.INFO):
                facts = {
                    "kind": scope["type"],
                    "method": _name_method(scope),
                    "route": route,
                    "status": status,
                    "bytes": sent,
                    "ms": round(took_s * 1000.0, 1),
                }
                _log.info("request", extra={"facts": facts})
            REQUEST.reset(mark)


def _name_method(scope: Scope) -> str:
    method = str(scope.get("method", ""))
    return method if method in _METHODS else ""
