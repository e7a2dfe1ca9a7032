"""`/metrics` for Prometheus: off until a token is set, and for who shows it alone."""

import hmac
import os
from collections.abc import Callable, Mapping

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from sim.services.app.served_settings import read_metrics_token
from sim.services.app.wiring import App
from sim.services.operations.figures import FIGURES, list_figures
from sim.services.operations.health import HealthCheck
from sim.ui.http.headers import NEVER_STORED

PATH = "/metrics"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends of the classes that requests are counted in by their time; 0.1 s is the bound of event posts."""


class Meter:
    """Counts requests by their route's pattern, never by address, and tells what Prometheus asks for.

    prometheus-client is loaded with the first one that is made.
    """

    def __init__(self, token: str) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector  # noqa: PLC0415

        self._token = token
        own = self._registry = CollectorRegistry()
        ProcessCollector(registry=own)
        self._requests = Counter(
            "sightline_requests", "requests by route and status", ["route", "status"], registry=own
        )
        self._seconds = Histogram(
            "sightline_request_seconds",
            "time until an answer was sent whole",
            ["route"],
            buckets=SECONDS,
            registry=own,
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
        """A page's socket was opened (1) or closed (-1)."""
        self._sockets.inc(change)

    def is_allowed(self, authorization: str) -> bool:
        """Return whether a header shows the token."""
        return hmac.compare_digest(authorization.encode(), f"Bearer {self._token}".encode())

    def write(self, app: App) -> bytes:
        """Return everything in Prometheus' text format."""
        from prometheus_client import generate_latest  # noqa: PLC0415

        found = list_figures(app, self._check)
        for name, gauge in self._figures.items():
            gauge.set(found.get(name, float("nan")))
        return generate_latest(self._registry)


def read_meter(environ: Mapping[str, str] = os.environ) -> Meter | None:
    """Return the meter, None where no token is set."""
    token = read_metrics_token(environ)
    return Meter(token) if token else None


def make_metrics_routes(get_app: Callable[[], App], meter: Meter | None) -> list[BaseRoute]:
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
