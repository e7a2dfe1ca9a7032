"""A server that nobody has set up, asked from elsewhere: closed, unless its owner chose otherwise aloud."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from sim.app.settings import OPEN_VARIABLE, read_settings
from sim.app.wiring import App
from sim.errors import MachineError
from sim.features.accounts.sign_in import set_up
from sim.rules.sessions import is_open_to_network
from sim.server import serve
from sim.ui.http.guards import OnlyThisMachine
from sim.ui.page.request_origin import StampPeer
from sim.ui.parts import account_wording as wording

PHRASE = "blue ladder quiet 9"
AWAY, HERE = ("192.0.2.9", 5), ("127.0.0.1", 5)


async def accept(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


@contextmanager
def ask(app: App, client: tuple[str, int]) -> Iterator[TestClient]:
    paths = ("/", "/drill", "/healthz", "/healthz/live", "/account/sign-in")
    routes = [Route(path, lambda _: PlainTextResponse("open")) for path in paths]
    middleware = [Middleware(StampPeer), Middleware(OnlyThisMachine, get_app=lambda: app)]
    opened = Starlette(routes=[*routes, WebSocketRoute("/socket", accept)], middleware=middleware)
    with TestClient(opened, "http://localhost", client=client) as asking:
        yield asking


def test_from_elsewhere_nothing_opens_but_how_the_server_does(drill_app: App) -> None:
    with ask(drill_app, AWAY) as away, ask(drill_app, HERE) as here:
        for path in ("/", "/drill", "/account/sign-in"):
            answer = away.get(path, headers={"X-Sightline-Peer": "local", "Host": "localhost"})
            assert (answer.status_code, wording.ONLY_THIS_MACHINE in answer.text) == (403, True)
            assert here.get(path).text == "open"
        assert [away.get(path).text for path in ("/healthz", "/healthz/live")] == ["open", "open"]
        with pytest.raises(WebSocketDisconnect), away.websocket_connect("ws://localhost/socket"):
            pass
        with here.websocket_connect("ws://localhost/socket"):
            pass
        tunnelled = here.get("/", headers={"X-Forwarded-For": "192.0.2.9"})
        assert tunnelled.status_code == 403, "a tunnel at this machine lets in nobody from elsewhere"


@pytest.mark.usefixtures("quick_hash")
def test_once_set_up_others_come_to_the_sign_in(drill_app: App) -> None:
    with ask(drill_app, AWAY) as away:
        assert away.get("/").status_code == 403
        set_up(drill_app, name="Kim Lee", secret=PHRASE)
        assert away.get("/").text == "open"


def test_the_loud_choice_opens_it_and_is_said_until_it_is_set_up(drill_app: App, quick_hash: None) -> None:
    loud = replace(drill_app, settings=replace(drill_app.settings, open_to_network=True))
    with ask(loud, AWAY) as away:
        assert away.get("/").text == "open"
    assert (is_open_to_network(drill_app), is_open_to_network(loud)) == (False, True)
    set_up(loud, name="Kim Lee", secret=PHRASE)
    assert not is_open_to_network(loud)
    said = ("1", "", "0", "no")
    assert [read_settings({OPEN_VARIABLE: each}).open_to_network for each in said] == [True, False, False, False]


@pytest.mark.usefixtures("quick_hash")
def test_the_server_refuses_to_listen_to_a_network_that_would_be_let_in(
    drill_app: App, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serve, "get_services", lambda: drill_app)
    for host in ("127.0.0.1", "::1", "localhost", "127.0.0.2"):
        serve._check_open(host)
    for host in ("0.0.0.0", "::", "192.0.2.1", "school.example"):
        with pytest.raises(MachineError, match=r"accounts add.*--open-to-network"):
            serve._check_open(host)
    loud = replace(drill_app, settings=replace(drill_app.settings, open_to_network=True))
    monkeypatch.setattr(serve, "get_services", lambda: loud)
    serve._check_open("0.0.0.0")
    assert "OPEN TO THE NETWORK" in capsys.readouterr().out
    monkeypatch.setattr(serve, "get_services", lambda: drill_app)
    set_up(drill_app, name="Kim Lee", secret=PHRASE)
    serve._check_open("0.0.0.0")
    assert capsys.readouterr().out == ""
