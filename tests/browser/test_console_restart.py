"""The server goes away in the middle of a drill and comes back: the page stays, nothing is lost."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sim.services.app.settings import read_settings
from sim.services.app.wiring import open_app, system_clock
from sim.services.attempt import attempts
from sim.services.attempt.intake import describe_state
from tests.browser.conftest import PRACTICE_FORM
from tests.support.console_page import SLOW_MS, ConsolePage
from tests.support.server_process import ServerProcess


@pytest.fixture
def own_data(tmp_path: Path, tiny_library: Path) -> Path:
    shutil.copytree(tiny_library, tmp_path / "data")
    return tmp_path / "data"


def test_a_killed_server_comes_back_and_the_open_console_goes_on(page: Page, own_data: Path) -> None:
    services = open_app(read_settings({"SIGHTLINE_DATA": str(own_data)}), system_clock())
    attempt_id = attempts.create_practice(services, form_id=PRACTICE_FORM)
    attempts.get_briefing(services, attempt_id)
    attempts.begin(services, attempt_id)
    with ServerProcess(own_data) as server:
        port = int(server.url.rsplit(":", 1)[1])
        console = ConsolePage(page, f"{server.url}/drill?attempt={attempt_id}").open()
        console.choose("CAM-01")
        console.wait_settled()
        console.mark_spot(0.3, 0.5)
        console.wait_saved()
        page.evaluate("document.querySelector('[data-testid=stBidiComponentIsolated]').dataset.mounted = 'once'")
        server.kill()
    console.mark_spot(0.5, 0.5)
    expect(console.part("statusText")).to_contain_text("Offline", timeout=SLOW_MS)
    with ServerProcess(own_data, port=port):
        expect(console.part("statusText")).to_have_text("Saved", timeout=2 * SLOW_MS)
        expect(console.cards).to_have_count(2)
        page.locator(".tile[data-camera=CAM-03]").click()
        console.wait_shown("CAM-03")
        console.wait_settled()
        console.mark_spot(0.7, 0.5)
        console.wait_saved()
        mounted = page.evaluate("document.querySelector('[data-testid=stBidiComponentIsolated]').dataset.mounted")
        assert mounted == "once"
    assert len(describe_state(services, attempt_id)["marks"]) == 3
    services.close()


def test_a_page_without_its_server_does_not_talk_of_streamlit(page: Page, own_data: Path) -> None:
    with ServerProcess(own_data) as server:
        page.goto(f"{server.url.replace('127.0.0.1', 'localhost')}/stored")
        expect(page.get_by_role("heading").first).to_be_visible(timeout=SLOW_MS)
        server.kill()
    expect(page.get_by_text("The server is not answering").first).to_be_visible(timeout=2 * SLOW_MS)
    expect(page.get_by_text("streamlit run")).to_have_count(0)
    assert "Streamlit" not in page.locator("body").inner_text()
