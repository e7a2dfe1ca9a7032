"""Every request's id, its line in the log at level `info`, and its count for `/metrics`.

Prometheus reads the counts: off until a token is set, and for those alone who show it.
"""

import hmac
import logging
import os
import random
import re
import secrets
import time
from collections.abc import Mapping

from anyio.to_thread import run_sync
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sim.app.health import FIGURES, HealthCheck, list_figures
from sim.app.logs import REQUEST
from sim.app.settings import read_metrics_token
from sim.app.wiring import App, GetApp
from sim.ui.http.guards import NEVER_STORED

PATH = "/metrics"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends of the classes that requests are counted in by their time; 0.1 s is the bound of event posts."""


class Meter:
    """Counts requests by their route's pattern, never by address, and tells what Prometheus asks for."""

    def __init__(self, token: str) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector  # noqa: PLC0415

        self._token = token
        own = self._registry = CollectorRegistry()
        ProcessCollector(registry=own)
        self._requests = Counter(
            "sightline_requests", "requests by route and status", ["route", "status"], registry=own
        )
        self._seconds = Histogram(
            "sightline_request_seconds", "time until an answer was sent whole", ["route"], buckets=SECONDS, registry=own
        )
        self._bytes = Counter("sightline_sent_bytes", "bytes of answers", ["route"], registry=own)
        self._sockets = Gauge("sightline_page_sockets", "pages that are open at this process", registry=own)
        self._figures = {name: Gauge(f"sightline_{name}", about, registry=own) for name, about in FIGURES.items()}
        self._check = HealthCheck()

    def note_request(self, route: str, *, status: int, seconds: float, sent: int) -> None:
        """Count one answer; `route` is a pattern of the program's own."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        self._bytes.labels(route).inc(sent)

    def note_socket(self, change: int) -> None:
        self._sockets.inc(change)

    def is_allowed(self, authorization: str) -> bool:
        return hmac.compare_digest(authorization.encode(), f"Bearer {self._token}".encode())

    def write(self, app: App) -> bytes:
        from prometheus_client import generate_latest  # noqa: PLC0415

        found = list_figures(app, self._check)
        for name, gauge in self._figures.items():
            gauge.set(found.get(name, float("nan")))
        return generate_latest(self._registry)


def read_meter(environ: Mapping[str, str] = os.environ) -> Meter | None:
    token = read_metrics_token(environ)
    return Meter(token) if token else None


def make_metrics_routes(get_app: GetApp, meter: Meter | None) -> list[BaseRoute]:
    """Return the route: 404 where no token is set, 401 without it."""

    async def show(request: Request) -> Response:
        if meter is None:
            return PlainTextResponse("there are no metrics here\n", 404, headers=NEVER_STORED)
        if not meter.is_allowed(request.headers.get("authorization", "")):
            refused = {**NEVER_STORED, "WWW-Authenticate": "Bearer"}
            return PlainTextResponse("the token is missing or wrong\n", 401, headers=refused)
        body = await run_sync(lambda: meter.write(get_app()))
        return Response(body, media_type="text/plain; version=0.0.4; charset=utf-8", headers=NEVER_STORED)

    return [Route(PATH, show, methods=["GET"])]


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
        self._ids = random.Random(secrets.randbits(64))  # no secrets: asking the system for each costs more

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(ID_HEADER, "")
        request_id = given if _GIVEN.fullmatch(given) else f"{self._ids.getrandbits(64):016x}"
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
                method = str(scope.get("method", ""))
                facts = {
                    "kind": scope["type"],
                    "method": method if method in _METHODS else "",
                    "route": route,
                    "status": status,
                    "bytes": sent,
                    "ms": round(took_s * 1000.0, 1),
                }
                _log.info("request", extra={"facts": facts})
            REQUEST.reset(mark)
