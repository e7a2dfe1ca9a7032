import asyncio
import logging
import os
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import Mock

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit import net_util
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_websocket import _is_origin_allowed

from app import app as served
from sim.app.settings import OPEN_VARIABLE, read_settings
from sim.app.wiring import App
from sim.errors import MachineError, RecordingError, SimError, StoreError
from sim.features.accounts import manage
from sim.features.accounts.sign_in import Origin, set_up, sign_in
from sim.features.drill.routes import FOOTAGE_PATH, SHORT, ShortWay
from sim.rules.sessions import find_viewer, is_open_to_network
from sim.rules.viewer import Role
from sim.server import lifespan as server
from sim.server import serve
from sim.server.serve import make_config
from sim.ui.http.answers import EVENTS_PATH
from sim.ui.http.guards import IN_ALL, OF_ONE_ADDRESS, OnlyThisMachine, SafeRequests, StreamlitGuard
from sim.ui.http.slow_clients import PromptHeads
from sim.ui.parts import account_wording as wording


class Services:
    is_closed = False

    def close(self) -> None:
        self.is_closed = True


Settle = Callable[[object], dict[str, SimError]]


def run_alone(work: Coroutine[Any, Any, None]) -> None:
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(asyncio.run, work).result()


def run_until(
    monkeypatch: pytest.MonkeyPatch,
    settle: Settle,
    *,
    done: asyncio.Event,
    get_demo_search: Callable[[object], object] = lambda _: ("a scene",),
) -> None:
    async def live() -> None:
        loop = asyncio.get_running_loop()
        services = Services()
        monkeypatch.setattr(server, "get_services", lambda: services)
        monkeypatch.setattr(server, "begin_noting", lambda app: None)
        monkeypatch.setattr(server, "go_on_building", lambda app: None)
        monkeypatch.setattr(server, "get_demo_search", get_demo_search)
        monkeypatch.setattr(server, "SETTLE_EVERY_S", 0.0)
        monkeypatch.setattr(server, "settle_all", lambda app: _call(settle, app, loop, done))
        async with server.lifespan(None):
            await asyncio.wait_for(done.wait(), timeout=60.0)
        assert services.is_closed

    run_alone(live())


def _call(settle: Settle, app: object, loop: asyncio.AbstractEventLoop, done: asyncio.Event) -> dict[str, SimError]:
    try:
        return settle(app)
    except StopIteration:
        loop.call_soon_threadsafe(done.set)
        return {}


def test_the_watch_survives_whatever_goes_wrong_and_tells_of_an_attempt_that_waits_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    waiting = {"a1": RecordingError("the recording is away")}
    turns: list[object] = [StoreError("the database is locked"), ZeroDivisionError(), *[waiting] * 4, StopIteration()]

    def settle(_: object) -> dict[str, SimError]:
        turn = turns.pop(0) if len(turns) > 1 else turns[0]
        if isinstance(turn, Exception):
            raise turn
        return turn

    with caplog.at_level(logging.WARNING, logger="sightline"):
        run_until(monkeypatch, settle, done=asyncio.Event())
    assert len(turns) == 1
    assert "the database is locked" in caplog.text
    assert caplog.text.count("the recording is away") == 1


def test_a_picture_that_cannot_be_made_stops_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object) -> None:
        raise RecordingError("the recording is away")

    def settle(_: object) -> dict[str, SimError]:
        if "the recording is away" in caplog.text:
            raise StopIteration
        return {}

    with caplog.at_level(logging.WARNING, logger="sightline"):
        run_until(monkeypatch, settle, done=asyncio.Event(), get_demo_search=fail)
    assert "the picture of the start page is missing: the recording is away" in caplog.text


PHRASE = "blue ladder quiet 9"
AWAY, HERE = ("192.0.2.9", 5), ("127.0.0.1", 5)


async def accept(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


@contextmanager
def ask(app: App, client: tuple[str, int]) -> Iterator[TestClient]:
    paths = ("/", "/drill", "/healthz", "/healthz/live", "/account/sign-in")
    routes = [Route(path, lambda _: PlainTextResponse("open")) for path in paths]
    middleware = [Middleware(SafeRequests), Middleware(OnlyThisMachine, get_app=lambda: app)]
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
def test_once_set_up_or_by_the_loud_choice_others_come_in_which_is_said_until_then(drill_app: App) -> None:
    loud = replace(drill_app, settings=replace(drill_app.settings, open_to_network=True))
    with ask(loud, AWAY) as away:
        assert away.get("/").text == "open"
    assert (is_open_to_network(drill_app), is_open_to_network(loud)) == (False, True)
    with ask(drill_app, AWAY) as away:
        assert away.get("/").status_code == 403
        set_up(drill_app, name="Kim Lee", secret=PHRASE)
        assert away.get("/").text == "open", "the sign-in"
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
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setattr(serve, "prepare_sign_in", None)  # what comes after the check
    with pytest.raises(MachineError, match="--open-to-network"):
        serve.serve(host="0.0.0.0", port=0)
    loud = replace(drill_app, settings=replace(drill_app.settings, open_to_network=True))
    monkeypatch.setattr(serve, "get_services", lambda: loud)
    serve._check_open("0.0.0.0")
    assert "OPEN TO THE NETWORK" in capsys.readouterr().out
    monkeypatch.setattr(serve, "get_services", lambda: drill_app)
    set_up(drill_app, name="Kim Lee", secret=PHRASE)
    serve._check_open("0.0.0.0")
    assert capsys.readouterr().out == ""


PATH = "/_stcore/stream"
BEAT = BackMsg(app_heartbeat=True).SerializeToString()


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    async for data in socket.iter_bytes():
        await socket.send_bytes(data)
    for _ in range(2):  # as Streamlit closes a page that went while it was written to
        await socket.close()


@pytest.fixture
def clients() -> Iterator[list[TestClient]]:
    middleware = [Middleware(StreamlitGuard, get_app=Mock(), of_one=3, in_all=5)]
    opened = Starlette(routes=[WebSocketRoute(PATH, echo)], middleware=middleware)
    addresses = ("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2")
    with ExitStack() as stack:
        yield [stack.enter_context(TestClient(opened, client=(address, 5))) for address in addresses]


def test_one_address_cannot_take_every_page_and_what_is_open_stays(clients: list[TestClient]) -> None:
    flooding, other = clients[0], clients[1]
    with ExitStack() as stack:
        held = [stack.enter_context(flooding.websocket_connect(PATH)) for _ in range(3)]
        for _ in range(20):
            with pytest.raises(WebSocketDisconnect), flooding.websocket_connect(PATH):
                pass
        with other.websocket_connect(PATH) as socket:
            socket.send_bytes(BEAT)
            assert socket.receive_bytes() == BEAT
        held[0].send_bytes(BEAT)
        assert held[0].receive_bytes() == BEAT
    with flooding.websocket_connect(PATH) as socket:
        socket.send_bytes(BEAT)
        assert socket.receive_bytes() == BEAT


def test_a_press_in_a_part_of_a_page_that_was_not_drawn_yet_draws_the_whole() -> None:
    pressed = BackMsg(rerun_script=ClientState(fragment_id="board")).SerializeToString()
    finished = ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY).SerializeToString()

    async def draw(socket: WebSocket) -> None:
        await socket.accept()
        for sent in (pressed, finished):
            assert (await socket.receive_bytes() == pressed) is (sent is finished)
            await socket.send_bytes(finished)

    door = Starlette(routes=[WebSocketRoute(PATH, draw)], middleware=[Middleware(StreamlitGuard, get_app=Mock())])
    with TestClient(door).websocket_connect(PATH) as socket:
        for _ in range(2):
            socket.send_bytes(pressed)
            assert socket.receive_bytes() == finished


def test_many_addresses_cannot_take_more_than_there_is_and_a_network_counts_as_one(clients: list[TestClient]) -> None:
    with ExitStack() as stack:
        for client in (clients[0], clients[0], clients[2], clients[3], clients[3]):
            stack.enter_context(client.websocket_connect(PATH))
        for client in clients:
            with pytest.raises(WebSocketDisconnect), client.websocket_connect(PATH):
                pass


class Noting:
    def __init__(self, app: ASGIApp, noted: list[Any]) -> None:
        self._app, self._noted = app, noted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)
        if scope["type"] == "http":
            self._noted.append(getattr(scope.get("route"), "path", None))


async def tell(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{request.path_params} {len(await request.body())}")


def make_client() -> tuple[TestClient, list[Any], list[Any]]:
    before: list[Any] = []
    after: list[Any] = []
    routes = [
        Route(FOOTAGE_PATH, tell, methods=["GET"]),
        Route(EVENTS_PATH, tell, methods=["POST"]),
        Route("/api/attempts/{attempt_id}", tell, methods=["GET"]),
    ]
    layers = [Middleware(Noting, noted=before), Middleware(ShortWay, routes=routes), Middleware(Noting, noted=after)]
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
    assert names == ["SafeRequests", "RequestLog", "OnlyThisMachine", "ShortWay", "PageFiles", "StreamlitGuard"]
    assert make_config(None).http is PromptHeads
    assert len(SHORT) == 2
    assert 500 <= OF_ONE_ADDRESS < IN_ALL, "a whole school comes from one address, with a page or two each"


SITE = "http://127.0.0.1:8501"
SOCKET = "ws://127.0.0.1:8501/_stcore/stream"
UPLOAD = "/_stcore/upload_file/a/b"


async def send_back(socket: WebSocket) -> None:
    if not _is_origin_allowed(socket.headers.get("Origin"), socket.headers.get("Host")):
        await socket.close()
        return
    await socket.accept()
    async for data in socket.iter_bytes():
        await socket.send_bytes(data)


@pytest.fixture
def client(drill_app: App, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    asked = Mock(return_value="198.51.100.1")
    monkeypatch.setattr(net_util, "get_external_ip", asked)
    upload = Route(UPLOAD, lambda _: PlainTextResponse("taken"), methods=["PUT"])
    media = Route("/media/{name}", lambda _: PlainTextResponse("a file"))
    routes = [WebSocketRoute("/_stcore/stream", send_back), upload, media]
    middleware = [Middleware(SafeRequests), Middleware(StreamlitGuard, get_app=lambda: drill_app)]
    with TestClient(Starlette(routes=routes, middleware=middleware), SITE, client=("127.0.0.1", 5)) as opened:
        yield opened
    asked.assert_not_called()


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://localhost:3000", "http://127.0.0.1:3000", "null", "http://[bad"]
)
def test_the_socket_opens_to_pages_of_this_site_only_and_nobody_else_is_asked(client: TestClient, origin: str) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(SOCKET, headers={"Origin": origin}):
        pass
    assert client.put(UPLOAD, headers={"Origin": origin}).status_code == 403
    for own in (SITE, None):
        with client.websocket_connect(SOCKET, headers={"Origin": own} if own else {}) as socket:
            socket.send_bytes(BackMsg(app_heartbeat=True).SerializeToString())
            assert socket.receive_bytes()


def test_what_the_pages_never_send_is_passed_over(client: TestClient) -> None:
    unwanted = [
        BackMsg(clear_cache=True),
        BackMsg(load_git_info=True),
        BackMsg(set_run_on_save=True),
        BackMsg(debug_shutdown_runtime=True),
        BackMsg(),
    ]
    unwanted[-1].backend_operation_request.install_skills.SetInParent()
    wanted = [BackMsg(stop_script=True), BackMsg()]
    wanted[-1].backend_operation_request.deferred_file.file_id = "a"
    with client.websocket_connect(SOCKET) as socket:
        socket.send_bytes(b"\xff no message")
        for message in (*unwanted, *wanted):
            socket.send_bytes(message.SerializeToString())
        assert [socket.receive_bytes() for _ in wanted] == [message.SerializeToString() for message in wanted]


@pytest.mark.usefixtures("quick_hash")
def test_files_are_taken_from_who_has_a_page_that_asks_for_one(client: TestClient, drill_app: App) -> None:
    assert client.put(UPLOAD).status_code == 200, "anyone who sits at a machine that nobody has set up"
    cookie = set_up(drill_app, name="Kim Lee", secret=PHRASE)
    assert client.put(UPLOAD).status_code == 403
    assert client.put(UPLOAD, headers={"Cookie": f"sightline_session={cookie}"}).status_code == 200
    admin = find_viewer(drill_app, cookie, is_local=False)
    for role, status in {Role.TRAINER: 200, Role.RECORDS: 200, Role.PRINCIPAL: 403}.items():
        name, school = f"A {role.value}", frozenset({"North High"})
        manage.add_account(drill_app, admin, name=name, secret=PHRASE, roles=frozenset({role}), schools=school)
        own = sign_in(drill_app, name=name, secret=PHRASE, origin=Origin(address="192.0.2.1"))
        assert client.put(UPLOAD, headers={"Cookie": f"sightline_session={own}"}).status_code == status, role


def test_a_download_is_kept_by_no_browser(client: TestClient) -> None:
    assert client.get("/media/a.zip").headers["Cache-Control"] == "no-store"
    assert "Cache-Control" not in client.get("/other").headers


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/metrics?families=active_sessions",
        "/_stcore/metrics/",
        "//_stcore//metrics",
        "/%5fstcore/metrics",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/interact",
        "/_stcore/agent/mcp",
        "/_stcore/agent/",
        "/_stcore/script-health-check",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "PUT"])
def test_what_streamlit_tells_about_itself_is_shut(real: TestClient, method: str, path: str) -> None:
    answer = real.request(method, f"{SITE}{path}")
    assert answer.status_code == 404
    assert answer.text in ("Not Found", "")
    assert "link" not in answer.headers


@pytest.fixture(scope="module")
def real() -> Iterator[TestClient]:
    built = served._build_starlette_app()
    door = Starlette(routes=built.routes, middleware=[Middleware(StreamlitGuard, get_app=Mock())])
    yield TestClient(door, SITE, raise_server_exceptions=False)


def test_what_the_pages_need_of_streamlit_stays_open(real: TestClient) -> None:
    assert real.get("/_stcore/host-config").status_code == 200
    assert "<title>" in real.get("/").text
