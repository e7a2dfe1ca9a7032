"""Which requests go past what only pages need, and that their route is known to what stands before."""

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from sim.ui.http.post_routes import EVENTS_PATH
from sim.ui.http.routes import FOOTAGE_PATH, SHORT, ShortWay


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


@pytest.fixture
def before() -> list[Any]:
    return []


@pytest.fixture
def after() -> list[Any]:
    return []


@pytest.fixture
def client(before: list[Any], after: list[Any]) -> TestClient:
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
    return TestClient(Starlette(routes=routes, middleware=layers))


def test_footage_and_posts_take_it_with_all_that_their_address_says(
    client: TestClient, before: list[Any], after: list[Any]
) -> None:
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
def test_everything_else_goes_on(client: TestClient, after: list[Any], method: str, path: str, status: int) -> None:
    assert client.request(method, path).status_code == status
    assert len(after) == 1


def test_the_app_takes_it_behind_what_guards_every_request() -> None:
    from app import app  # noqa: PLC0415 - it reads the settings of this machine

    names = [layer.cls.__name__ for layer in app._user_middleware]
    guards = ["StampPeer", "RequestLog", "SafeHeaders", "OnlyThisMachine"]
    assert names[: len(guards) + 1] == [*guards, "ShortWay"]
    assert len(SHORT) == 2
