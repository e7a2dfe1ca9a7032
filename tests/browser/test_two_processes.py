"""Two app processes behind nginx serve one team on one PostgreSQL; one is killed in the middle, drills go on."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx
import pytest
from playwright.sync_api import Browser, expect

from sim.app.wiring import App
from sim.console.console_data import describe_state
from sim.footage.recording.open import Recording
from tests.browser.conftest import LIMIT_S, PRACTICE_FORM, prepare
from tests.support.console_page import SLOW_MS, ConsolePage
from tests.support.given import begin_practice
from tests.support.postgres_server import PostgresServer
from tests.support.proxy import Proxy, find_nginx
from tests.support.server_process import ServerProcess, open_data
from tests.support.tiny_app import lay_out_library

PROXY_WITHIN_S = 30.0


@dataclass
class District:
    data: Path
    settings: dict[str, str]
    processes: dict[int, ServerProcess]
    proxy: Proxy
    services: App

    def start(self, port: int) -> None:
        self.processes[port] = ServerProcess(self.data, port=port, settings=self.settings)
        ends = time.monotonic() + PROXY_WITHIN_S
        while not self._is_asked(port):
            assert time.monotonic() < ends, f"nginx does not ask port {port} again"

    def _is_asked(self, port: int) -> bool:
        answer = httpx.get(f"{self.proxy.url}/healthz/live", verify=False, timeout=PROXY_WITHIN_S)
        return self.proxy.find_port(answer.headers["x-request-id"]) == port

    def kill(self, port: int) -> None:
        self.processes.pop(port).kill()

    def heal(self) -> None:
        for port in self.proxy.ports:
            if port not in self.processes:
                self.start(port)


pytestmark = pytest.mark.machine


@pytest.fixture
def district(two: District) -> District:
    two.heal()
    return two


@pytest.fixture(scope="module")
def two(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory, tiny_recording: Recording
) -> Iterator[District]:
    nginx = find_nginx()
    if nginx is None:
        pytest.skip("nginx is not installed; tests/system_packages.py installs it where apt does")
    data = lay_out_library(tmp_path_factory.mktemp("district") / "data", tiny_recording, practice_limit_s=LIMIT_S)
    settings = {"DATABASE_URL": postgres_server.make_empty_database(), "SIGHTLINE_OPEN_TO_NETWORK": "1"}
    settings["FORWARDED_ALLOW_IPS"] = "127.0.0.1"
    with ThreadPoolExecutor(2) as pool:
        started = list(pool.map(lambda _: ServerProcess(data, settings=settings), range(2)))
    processes = {int(each.url.rsplit(":", 1)[1]): each for each in started}
    proxy = Proxy(nginx, tmp_path_factory.mktemp("nginx"), list(processes))
    services = open_data(data, **settings)
    running = District(data=data, settings=settings, processes=processes, proxy=proxy, services=services)
    yield running
    services.close()
    proxy.close()
    said = ""
    for process in running.processes.values():
        process.kill()
        said += process.output
    assert "traceback" not in said.lower(), said


def test_a_browser_goes_on_at_the_other_process_when_its_own_is_killed(district: District, browser: Browser) -> None:
    app = district.services
    attempt_id = begin_practice(app, PRACTICE_FORM)
    context = prepare(browser.new_context(viewport={"width": 1366, "height": 768}, ignore_https_errors=True))
    page = context.new_page()
    console = ConsolePage(page, f"{district.proxy.url}/drill?attempt={attempt_id}").open()
    console.choose("CAM-01")
    console.wait_settled()
    console.mark_spot(0.3, 0.5)
    console.wait_saved()
    (own,) = set(district.proxy.list_ports()[-3:])
    cookies = {cookie["name"]: cookie for cookie in context.cookies()}
    assert cookies["sightline_place"]["secure"]
    assert cookies["sightline_place"]["httpOnly"]
    district.kill(own)
    console.mark_spot(0.5, 0.5)
    expect(console.cards).to_have_count(2)
    expect(console.part("statusText")).to_have_text("Saved", timeout=2 * SLOW_MS)
    page.locator(".tile[data-camera=CAM-03]").click()
    console.wait_shown("CAM-03")
    console.wait_settled()
    console.mark_spot(0.7, 0.5)
    console.wait_saved()
    assert len(describe_state(app, attempt_id)["marks"]) == 3  # type: ignore[arg-type]
    console.hand_in()
    expect(page.get_by_test_id("stApp")).to_contain_text("Debrief", timeout=2 * SLOW_MS)
    context.close()
    district.start(own)
