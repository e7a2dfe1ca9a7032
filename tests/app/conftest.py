"""Pages run through AppTest on the services of the tiny recording."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from sim.app.settings import PROJECT
from sim.app.wiring import App
from sim.attempt.attempt import Phase
from sim.console import attempts
from sim.features.accounts import manage
from sim.features.accounts.page_school import make_proxy_routes, make_school_routes
from sim.features.accounts.routes import make_account_routes
from sim.features.accounts.sign_in import Origin, set_up, sign_in
from sim.features.drill.routes import make_routes
from sim.features.learning_systems.routes import make_lti_routes
from sim.features.own_clips.routes import make_own_clips_routes, make_own_school_routes
from sim.features.program.routes import make_mail_routes
from sim.features.team import given_drills, team
from sim.rules import sessions
from sim.rules.viewer import Viewer
from sim.ui.http.guards import SafeRequests
from sim.ui.http.page_head import make_installable_routes
from sim.ui.page import page_state
from sim.ui.page.request_origin import Peer
from tests.support.driven_drill import Drill
from tests.support.given import begin
from tests.support.server_process import open_data

MAIN_SCRIPT = PROJECT / "sim" / "server" / "page.py"
TIMEOUT_S = 120

KINDS = ("title", "header", "subheader", "markdown", "info", "warning", "error", "success", "caption", "code")

RunPage = Callable[..., AppTest]


def read_page(page: AppTest) -> str:
    assert not page.exception, page.exception
    found = [str(each.value) for kind in KINDS for each in page.get(kind)]
    found += [each.proto.body for each in page.get("html")]
    found += [each.proto.text for each in page.get("progress")]
    found += [str(each.proto.label) for each in (*page.get("page_link"), *page.button, *page.expander)]
    return "\n".join(found)


def read_plain(page: AppTest) -> str:
    return unescape(read_page(page)).replace("\\", "")


@pytest.fixture(scope="session", autouse=True)
def _components_looked_up_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(autouse=True)
def peer(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Peer]]:
    asking = [Peer(is_local=True, cookie="")]
    monkeypatch.setattr(page_state, "read_peer", lambda: asking[0])
    yield asking


@pytest.fixture
def data(tmp_path: Path, tiny_library: Path) -> Path:
    shutil.copytree(tiny_library, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def services(data: Path) -> Iterator[App]:
    opened = open_data(data)
    yield opened
    opened.close()


def make_page(name: str) -> AppTest:
    page = AppTest.from_file(MAIN_SCRIPT, default_timeout=TIMEOUT_S)
    page._page_hash = "" if name == "start" else calc_hash(name)
    return page


@pytest.fixture
def run_page(drill_app: App, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunPage]:
    monkeypatch.setattr(page_state, "open_app", lambda settings, clock: drill_app)
    page_state.get_services.clear()

    def open_page(name: str, **query: str) -> AppTest:
        page = make_page(name)
        for key, value in query.items():
            page.query_params[key] = value
        return page.run()

    yield open_page
    page_state.get_services.clear()


def open_page(app: App, monkeypatch: pytest.MonkeyPatch, name: str) -> AppTest:
    monkeypatch.setattr(page_state, "open_app", lambda *_: app)
    page_state.get_services.clear()
    return make_page(name)


def run(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception, page.exception
    return page


def fail(error: Exception) -> Callable[..., None]:
    def raise_it(*_: object, **__: object) -> None:
        raise error

    return raise_it


@pytest.fixture
def client(drill_app: App) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=make_routes(lambda: drill_app)), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def waiting(drill_app: App, client: TestClient) -> Drill:
    return Drill(drill_app, client)


@pytest.fixture
def drill(waiting: Drill) -> Drill:
    return waiting.begin()


PHRASE = "blue ladder quiet 9"
PIN, OTHER_PIN = "482915", "937164"


class School:
    def __init__(self, app: App) -> None:
        self.app = app
        self.cookie = set_up(app, name="Kim Lee", secret=PHRASE)
        self.admin: Viewer = sessions.find_viewer(app, self.cookie, is_local=False)
        self.team_id = team.add_team(app, "North")
        self.ana = team.add_person(app, self.team_id, "Ana Lopez")
        self.ben = team.add_person(app, self.team_id, "Ben Hill")
        manage.set_pin(app, self.admin, self.ana, PIN)
        manage.set_pin(app, self.admin, self.ben, OTHER_PIN)

    def enter(self, name: str = "Ana Lopez", secret: str = PIN) -> str:
        return sign_in(self.app, name=name, secret=secret, origin=Origin(address="192.0.2.1"))

    def give(self, person_id: str) -> str:
        return given_drills.create_attempt(self.app, person_id, Phase.BEFORE)

    def end(self, attempt_id: str) -> None:
        begin(self.app, attempt_id)
        attempts.abandon(self.app, attempt_id)


@pytest.fixture
def school(drill_app: App) -> School:
    return School(drill_app)


@pytest.fixture
def whole_client(drill_app: App) -> Iterator[TestClient]:
    routes = [
        *make_routes(lambda: drill_app),
        *make_account_routes(lambda: drill_app),
        *make_mail_routes(lambda: drill_app),
        *make_proxy_routes(lambda: drill_app),
        *make_lti_routes(lambda: drill_app),
        *make_school_routes(lambda: drill_app),
        *make_own_school_routes(lambda: drill_app),
        *make_own_clips_routes(lambda: drill_app),
        *make_installable_routes(),
    ]
    opened = Starlette(routes=routes, middleware=[Middleware(SafeRequests)])
    with TestClient(opened, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client
