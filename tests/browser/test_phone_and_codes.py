"""What phones and tablets get: an app to install, and codes that lead to the drill they stand beside."""

from html import escape
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from sim.app.wiring import App
from sim.attempt.attempt import Phase
from sim.features.team import given_drills, team
from sim.tasks import get_task_type
from sim.ui.parts.address_card import draw_qr, is_local
from tests.browser.conftest import OpenDrill
from tests.support.console_page import find_box
from tests.support.server_process import ServerProcess
from tests.support.shipped_forms import Wish, find_form

TOUCH_PX = 44
ONLY_PRIVATE = {"in-incognito"}
"""Playwright's windows are private ones, in which nothing can be installed."""


@pytest.fixture(scope="module")
def school(services: App) -> tuple[str, str]:
    team_id = team.add_team(services, "Phones")
    people = [team.add_person(services, team_id, name) for name in ("First Person", "Second Person")]
    given_drills.create_attempt(services, people[0], Phase.BEFORE)
    return team_id, people[0]


def read_code(picture: Locator) -> str:
    expect(picture).to_have_js_property("complete", True)
    image = cv2.imdecode(np.frombuffer(picture.screenshot(), dtype=np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    image = cv2.copyMakeBorder(image, 20, 20, 20, 20, cv2.BORDER_CONSTANT, value=(255, 255, 255))
    for scale in (1.0, 1.5, 2.0, 2.5, 3.0):
        text, _, _ = cv2.QRCodeDetector().detectAndDecode(cv2.resize(image, None, fx=scale, fy=scale))
        if text:
            return str(text)
    return ""


def test_chromium_finds_nothing_that_keeps_it_from_being_installed(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    session = page.context.new_cdp_session(page)
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert urlsplit(manifest["url"]).path == "/app.webmanifest"
    found = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {error["errorId"] for error in found} <= ONLY_PRIVATE


def test_a_code_of_the_size_it_is_shown_in_reads_as_its_address(page: Page) -> None:
    """From one that waits to a long signed one, 15rem wide as in `page.css`, as a camera sees it."""
    for path in ("drill?attempt=7SuaUvlfBfPfRYfuqguCPKB_", f"team-drill?exercise={'aB3-_x' * 25}"):
        address = f"https://drills.example.org/{path}"
        page.set_content(f'<img class="sl-scan" style="width: 240px" src="{escape(draw_qr(address))}">')
        assert read_code(page.locator("img.sl-scan")) == address


def test_only_addresses_that_others_reach_get_a_code() -> None:
    local = ("http://localhost:8501/drill", "http://127.0.0.1:8501/drill", "http://[::1]:8501/drill")
    assert all(is_local(address) for address in local)
    assert not any(
        is_local(address) for address in ("http://192.168.7.3:8501/drill", "https://drills.example.org/drill")
    )


def test_an_address_of_this_computer_alone_says_so(
    page: Page, server: ServerProcess, school: tuple[str, str], context: BrowserContext
) -> None:
    page.goto(f"{server.url}/team?team={school[0]}")
    page.locator(f".st-key-send-before-{school[1]} button").click()
    popover = page.get_by_test_id("stPopoverBody")
    expect(popover.get_by_text("works on this computer only")).to_be_visible()
    expect(popover.locator("img.sl-scan")).to_have_count(0)


def test_a_call_stays_out_of_the_thumbs_way(phone_context: BrowserContext, open_drill: OpenDrill) -> None:
    form = find_form(Wish(type="pull-up"))
    calls = len(get_task_type(form.type).make_answer_form(form.task).items)
    phone = open_drill(phone_context.new_page(), form.form_id)
    phone.part("finderTab").tap()
    phone.page.locator(".finder-row[data-camera=CAM-05]").tap()
    phone.wait_shown("CAM-05")
    call, row, confirm = (find_box(phone.part(name)) for name in ("call", "linkRow", "callConfirm"))
    assert call["y"] + call["height"] <= row["y"]
    assert min(confirm["width"], confirm["height"]) >= TOUCH_PX
    phone.part("callConfirm").tap()
    expect(phone.part("foundCount")).to_have_text(f"1/{calls}")
    phone.part("tabWall").tap()
    phone.part("wallViews").tap()
    expect(phone.page.get_by_label("Number keys open")).to_be_hidden()
