"""Which requests go past what only pages need, with their route known before, and that every guard is in its place."""

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from sim.features.drill.routes import FOOTAGE_PATH, SHORT, ShortWay
from sim.server.serve import make_config
from sim.ui.http.answers import EVENTS_PATH
from sim.ui.http.guards import IN_ALL, OF_ONE_ADDRESS
from sim.ui.http.slow_clients import PromptHeads


class Noting:
    """Stands for a layer; notes what passes it, and the route that answered."""

    def __init__(self, app: ASGIApp, noted: list[Any]) -> None:
        self._app, self._noted = app, noted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)
        if scope["type"] == "http":
            self._noted.append(getattr(scope.get("route"), "path", None))


async def tell(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{request.path_params} {len(await request.body())}")


def make_client() -> tuple[TestClient, list[Any], list[Any]]:
    """A client, and the routes noted before and after the short way."""
    before: list[Any] = []
    after: list[Any] = []
    routes = [
        Route(FOOTAGE_PATH, tell, methods=["GET"]),
        Route(EVENTS_PATH, tell, methods=["POST"]),
        Route("/api/attempts/{attempt_id}", tell, methods=["GET"]),
    ]
    layers = [
        Middleware(Noting, noted=before),
        Middleware(ShortWay, routes=routes),
        Middleware(Noting, noted=after),
    ]
    return TestClient(Starlette(routes=routes, middleware=layers)), before, after


def test_footage_and_posts_take_it_with_all_that_their_address_says() -> None:
    client, before, after = make_client()
    assert client.get("/footage/t/r/main/a.mp4").text == "{'token': 't', 'recording_id': 'r', 'path': 'main/a.mp4'} 0"
    assert client.post("/api/attempts/x/events", content=b"abc").text == "{'attempt_id': 'x'} 3"
    assert before == [FOOTAGE_PATH, EVENTS_PATH], "the log names the route"
    assert after == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/attempts/x", 200),
        ("GET", "/api/attempts/x/events", 405),
        ("POST", "/footage/t/r/a.mp4", 405),
        ("GET", "/footage/t", 404),
        ("GET", "/other", 404),
    ],
)
def test_everything_else_goes_on(method: str, path: str, status: int) -> None:
    client, _, after = make_client()
    assert client.request(method, path).status_code == status
    assert len(after) == 1


def test_the_app_has_every_guard_in_its_order() -> None:
    from app import app  # noqa: PLC0415 - it reads the settings of this machine

    names = [layer.cls.__name__ for layer in app._user_middleware]
    assert names[:5] == ["StampPeer", "RequestLog", "SafeHeaders", "OnlyThisMachine", "ShortWay"]
    assert names[-3:] == ["PromptBodies", "PageSockets", "StreamlitGuard"]
    assert make_config(None).http is PromptHeads
    assert len(SHORT) == 2
    assert 500 <= OF_ONE_ADDRESS < IN_ALL, "a whole school comes from one address, with a page or two each"
