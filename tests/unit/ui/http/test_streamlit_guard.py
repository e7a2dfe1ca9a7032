"""What comes in through Streamlit's doors: from pages of this site only, and nothing that the pages do not send."""

from collections.abc import Iterator
from unittest.mock import Mock

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit import net_util
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.web.server.starlette.starlette_websocket import _is_origin_allowed

from app import app as served
from sim.app.wiring import App
from sim.features.accounts import manage
from sim.features.accounts.sign_in import Origin, set_up, sign_in
from sim.rules.sessions import find_viewer
from sim.rules.viewer import Role
from sim.ui.http.guards import SafeHeaders, StreamlitGuard
from sim.ui.page.request_origin import StampPeer

HERE = "http://127.0.0.1:8501"
SOCKET = "ws://127.0.0.1:8501/_stcore/stream"
PHRASE = "blue ladder quiet 9"
UPLOAD = "/_stcore/upload_file/a/b"


async def tell(socket: WebSocket) -> None:
    """Judge a page's origin as Streamlit does, then send back what came."""
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
    routes = [WebSocketRoute("/_stcore/stream", tell), upload, media]
    around = [Middleware(StampPeer), Middleware(SafeHeaders)]
    middleware = [*around, Middleware(StreamlitGuard, get_app=lambda: drill_app)]
    with TestClient(Starlette(routes=routes, middleware=middleware), HERE, client=("127.0.0.1", 5)) as opened:
        yield opened
    asked.assert_not_called()


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://localhost:3000", "http://127.0.0.1:3000", "null", "http://[bad"]
)
def test_the_socket_opens_to_pages_of_this_site_only_and_nobody_else_is_asked(client: TestClient, origin: str) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(SOCKET, headers={"Origin": origin}):
        pass
    assert client.put(UPLOAD, headers={"Origin": origin}).status_code == 403
    for own in (HERE, None):
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
    answer = real.request(method, f"{HERE}{path}")
    assert answer.status_code == 404
    assert answer.text in ("Not Found", "")
    assert "link" not in answer.headers


@pytest.fixture(scope="module")
def real() -> Iterator[TestClient]:
    """Streamlit's own routes behind the door, without what runs beside them."""
    built = served._build_starlette_app()
    door = Starlette(routes=built.routes, middleware=[Middleware(StreamlitGuard, get_app=Mock())])
    yield TestClient(door, HERE, raise_server_exceptions=False)


def test_what_the_pages_need_of_streamlit_stays_open(real: TestClient) -> None:
    assert real.get("/_stcore/host-config").status_code == 200
    assert "<title>" in real.get("/").text
