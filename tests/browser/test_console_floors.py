"""A site of two floors and more cameras than one wall holds."""

import pytest
from playwright.sync_api import BrowserContext, expect

from sim.app.wiring import App
from sim.attempt.events import EventKind
from sim.console.console_data import describe_state
from tests.browser.conftest import TALL_FORM, OpenDrill
from tests.support.console_page import ConsolePage, choose_player
from tests.support.given import list_events, list_payloads


@pytest.fixture
def videos(context: BrowserContext) -> None:
    choose_player(context, "video")


def expect_floor(console: ConsolePage, floor: str, cameras: tuple[str, ...]) -> None:
    expect(console.page.locator(f".plan-floors [data-floor='{floor}']")).to_have_attribute("aria-pressed", "true")
    shown = console.page.locator(".plan-camera")
    expect(shown).to_have_count(10)
    for camera_id in cameras:
        expect(console.page.locator(f".plan-camera[data-camera={camera_id}]")).to_have_count(1)
    expect(console.page.locator(".plan-cone")).to_have_count(10)


def test_the_plan_shows_one_floor_follows_the_camera_and_says_what_marks_another_holds(tall: ConsolePage) -> None:
    upper = tall.page.locator(".plan-floors [data-floor='2']")
    expect(upper).to_have_accessible_name("Upper floor")
    expect_floor(tall, "1", ("CAM-01", "CAM-02"))
    tall.choose("CAM-03")
    expect_floor(tall, "2", ("CAM-03", "CAM-04"))
    expect(tall.page.locator(".plan-cone-chosen")).to_have_count(1)
    tall.wait_settled()
    tall.mark_spot(0.3, 0.5)
    tall.page.locator(".plan-floors [data-floor='1']").click()
    expect_floor(tall, "1", ("CAM-01", "CAM-02"))
    expect(tall.page.locator(".plan-cone-chosen")).to_have_count(0)
    expect(tall.part("stage")).to_have_attribute("data-camera", "CAM-03")
    tall.press("1")
    tall.wait_shown("CAM-01")
    expect_floor(tall, "1", ("CAM-01",))
    expect(upper).to_have_attribute("aria-pressed", "false")
    expect(upper).to_have_accessible_name("Upper floor, 1 mark")
    expect(upper.locator(".plan-floor-count")).to_have_text("1")
    tall.wait_fits()
    for name in ("picture", "controls", "wall", "plan", "found", "track", "handIn", "finderOpen", "wallForward"):
        expect(tall.part(name)).to_be_in_viewport(ratio=1)

    tall.part("handIn").click()
    groups = tall.part("finalZone").locator("optgroup")
    expect(groups).to_have_count(2)
    expect(groups.nth(0)).to_have_attribute("label", "Ground floor")
    expect(groups.nth(0).locator("option")).to_have_text(["Hall A", "Lobby"])
    expect(groups.nth(1).locator("option")).to_have_text(["Cafeteria", "Hall B"])


def test_a_search_watched_again_shows_the_floors_that_were_looked_at(tall: ConsolePage, services: App) -> None:
    tall.choose("CAM-03")
    tall.page.locator(".plan-floors [data-floor='1']").click()
    tall.choose("CAM-04")
    tall.page.locator(".plan-floors [data-floor='1']").click()
    expect_floor(tall, "1", ("CAM-01",))
    tall.wait_saved()
    log = [stored.event for stored in list_events(services, tall.attempt_id)]
    views = [event.t_client_ms for event in log if event.payload.get("name") == "floor"]
    second = [event.t_client_ms for event in log if event.payload.get("camera_id") == "CAM-04"]
    assert len(views) == 2
    tall.hand_in()
    tall.watch_again()
    for at_ms, floor, camera_id in (
        (views[1], "1", "CAM-01"),
        (second[0], "2", "CAM-04"),
        (views[0], "1", "CAM-01"),
        (views[0] - 1, "2", "CAM-03"),
    ):
        tall.jump_replay(at_ms)
        expect_floor(tall, floor, (camera_id,))


@pytest.mark.usefixtures("videos")
def test_twenty_cameras_are_two_walls_in_three_videos(tall: ConsolePage) -> None:
    expect(tall.part("wallPage")).to_have_text("Cameras 1 to 16 of 20")
    expect(tall.page.locator(".tile:visible")).to_have_count(16)
    tall.part("wallForward").click()
    expect(tall.part("wallPage")).to_have_text("Cameras 17 to 20 of 20")
    expect(tall.page.locator(".tile:visible")).to_have_count(4)
    tall.choose("CAM-18")
    tall.wait_settled()
    expect(tall.page.locator("video")).to_have_count(3)
    tall.press("2")
    tall.wait_shown("CAM-02")
    expect(tall.page.locator(".tile:visible")).to_have_count(16)
    tall.wait_pictures(wall_column=1)


PRESS_TWO_BEFORE_ANY_DRAWING = """
(console) => {
  for (const key of ["Enter", "+"]) {
    const focused = console.getRootNode().activeElement ?? document.body;
    focused.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true }));
  }
}
"""


def test_a_camera_is_pulled_up_by_part_of_its_name_or_by_its_number(tall: ConsolePage, services: App) -> None:
    tall.press("/")
    expect(tall.part("finderField")).to_be_focused()
    tall.part("finderField").fill("b case 3")
    expect(tall.page.locator(".finder-row").first).to_have_attribute("data-camera", "CAM-15")
    tall.part("finderField").press("Enter")
    expect(tall.part("finderSheet")).to_be_hidden()
    tall.wait_shown("CAM-15")
    expect_floor(tall, "2", ("CAM-15",))
    tall.press("/")
    tall.part("finderField").fill("zebra")
    expect(tall.part("finderNone")).to_be_visible()
    tall.part("finderField").fill("17")
    expect(tall.page.locator(".finder-row").first).to_have_attribute("data-camera", "CAM-17")
    tall.root.evaluate(PRESS_TWO_BEFORE_ANY_DRAWING)
    tall.wait_shown("CAM-17")
    expect(tall.part("stage")).to_have_attribute("data-zoomed", "true")
    expect(tall.part("wallPage")).to_have_text("Cameras 17 to 20 of 20")
    tall.wait_saved()
    assert describe_state(services, tall.attempt_id)["resume"]["camera_id"] == "CAM-17"


def test_a_phone_pulls_up_a_camera_by_taps(phone_context: BrowserContext, open_drill: OpenDrill, services: App) -> None:
    phone = open_drill(phone_context.new_page(), TALL_FORM)
    page = phone.page
    expect(phone.part("wallPage")).to_have_text("Cameras 1 to 8 of 20")
    phone.part("wallForward").tap()
    expect(phone.part("wallPage")).to_have_text("Cameras 9 to 16 of 20")
    phone.part("finderTab").tap()
    page.locator(".finder-row[data-camera=CAM-20]").tap()
    phone.wait_shown("CAM-20")
    expect(phone.part("wallPage")).to_have_text("Cameras 17 to 20 of 20")
    expect(page.locator(".tile[data-camera=CAM-20]")).to_be_in_viewport(ratio=0.9)
    phone.part("tabPlan").tap()
    expect_floor(phone, "2", ("CAM-20",))
    phone.wait_fits()

    phone.part("finderTab").tap()
    page.locator(".finder-row[data-camera=CAM-14]").tap()
    phone.wait_shown("CAM-14")
    expect(phone.part("wallPage")).to_have_text("Cameras 13 to 16 of 20")
    phone.wait_saved()
    page.reload()
    phone.wait_ready()
    phone.wait_shown("CAM-14")
    expect(phone.part("wallPage")).to_have_text("Cameras 13 to 16 of 20")
    expect(page.locator(".tile[data-camera=CAM-14]")).to_be_in_viewport(ratio=0.9)
    phone.part("tabPlan").tap()
    phone.part("tabWall").tap()
    phone.wait_saved()
    walls = [view for view in list_payloads(services, phone.attempt_id, EventKind.VIEW) if view["name"] == "wall"]
    assert walls[-1]["on"] == ["CAM-14", "CAM-13", "CAM-15", "CAM-16"]
