"""What phones and tablets get: an app to install, and codes that lead to the drill they stand beside."""

from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from sim.drill.attempt import Phase
from sim.services import team, team_drills
from sim.services.crew import making
from sim.services.wiring import App
from tests.browser.conftest import begin_practice
from tests.support.console_page import ConsolePage
from tests.support.server_process import ServerProcess

TOUCH_PX = 44
ONLY_PRIVATE = {"in-incognito"}
"""Playwright's windows are private ones, in which nothing can be installed."""


@pytest.fixture(scope="module")
def school(services: App) -> tuple[str, str]:
    """A team with a drill that waits and a team drill; its id and the first person's."""
    team_id = team.add_team(services, "Phones")
    people = [team.add_person(services, team_id, name) for name in ("First Person", "Second Person")]
    team_drills.create_attempt(services, people[0], Phase.BEFORE)
    form = making.list_forms(services)[0]
    making.create_crew(services, team_id, form_id=form.form_id, person_ids=people)
    return team_id, people[0]


def in_the_network(server: ServerProcess) -> str:
    """The server by a name, as another device would reach it."""
    return f"http://school.localhost:{urlsplit(server.url).port}"


def read_code(picture: Locator) -> str:
    picture.scroll_into_view_if_needed()
    image = cv2.imdecode(np.frombuffer(picture.screenshot(), dtype=np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(image)
    return str(text)


def test_chromium_finds_nothing_that_keeps_it_from_being_installed(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    session = page.context.new_cdp_session(page)
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert urlsplit(manifest["url"]).path == "/app.webmanifest"
    found = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {error["errorId"] for error in found} <= ONLY_PRIVATE


def test_a_code_beside_a_sent_address_opens_the_drill_on_a_phone(
    page: Page, browser: Browser, server: ServerProcess, school: tuple[str, str]
) -> None:
    team_id, person_id = school
    page.goto(f"{in_the_network(server)}/team?team={team_id}")
    page.locator(f".st-key-send-before-{person_id} button").click()
    popover = page.get_by_test_id("stPopoverBody")
    address = popover.locator("code").inner_text().strip()
    code = popover.locator("img.sl-scan")
    expect(code).to_have_js_property("complete", True)
    assert read_code(code) == address
    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    opened = phone.new_page()
    opened.goto(address)
    expect(opened.get_by_role("heading", name="Who to find")).to_be_visible()
    phone.close()


def test_each_link_of_a_team_drill_has_its_own_code(page: Page, server: ServerProcess, school: tuple[str, str]) -> None:
    page.goto(f"{in_the_network(server)}/team?team={school[0]}")
    page.get_by_role("tab", name="Team drills").click()
    row = page.get_by_role("tabpanel", name="Team drills")
    expect(row.locator("code")).to_have_count(2)
    addresses = [code.inner_text().strip() for code in row.locator("code").all()]
    assert len(set(addresses)) == 2
    for place, address in enumerate(addresses):
        row.get_by_role("button", name="Show a code to scan").nth(place).click()
        assert read_code(page.get_by_test_id("stPopoverBody").locator("img.sl-scan")) == address
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)


def test_an_address_of_this_computer_alone_says_so(
    page: Page, server: ServerProcess, school: tuple[str, str], context: BrowserContext
) -> None:
    page.goto(f"{server.url}/team?team={school[0]}")
    page.locator(f".st-key-send-before-{school[1]} button").click()
    popover = page.get_by_test_id("stPopoverBody")
    expect(popover.get_by_text("works on this computer only")).to_be_visible()
    expect(popover.locator("img.sl-scan")).to_have_count(0)


def test_a_call_leaves_the_next_cameras_and_the_keyboard_out_of_the_thumbs_way(
    phone_context: BrowserContext, server: ServerProcess, services: App
) -> None:
    attempt_id = begin_practice(services, "maple-ridge-arrival-pull-up-1")
    phone = ConsolePage(phone_context.new_page(), f"{server.url}/drill?attempt={attempt_id}").open()
    phone.part("finderTab").tap()
    phone.page.locator(".finder-row[data-camera=CAM-05]").tap()
    phone.wait_shown("CAM-05")
    call, row = phone.part("call").bounding_box(), phone.part("linkRow").bounding_box()
    confirm = phone.part("callConfirm").bounding_box()
    assert call is not None and row is not None and confirm is not None
    assert call["y"] + call["height"] <= row["y"]
    assert min(confirm["width"], confirm["height"]) >= TOUCH_PX
    phone.part("callConfirm").tap()
    expect(phone.part("foundCount")).to_have_text("1/10")
    phone.part("wallViews").tap()
    expect(phone.page.get_by_label("Number keys open")).to_be_hidden()
