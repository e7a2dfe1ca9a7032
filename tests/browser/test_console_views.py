"""What the wall and the plan show, also of two floors, keys of one's own, consoles that offer less, and the tour."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from sim.app.wiring import App
from sim.attempt.events import EventKind
from sim.console import attempts
from sim.console.console_data import describe_state
from sim.console.console_profiles import choose_profile, list_profiles
from tests.browser.conftest import TALL_FORM, OpenConsole, OpenDrill
from tests.support.barriers import list_barriers
from tests.support.console_page import LIST_CUT_OFF, ConsolePage, choose_player
from tests.support.given import begin, list_events, list_payloads
from tests.support.server_process import ServerProcess

OpenProfile = Callable[[Page, str], ConsolePage]


@pytest.fixture
def open_profile(server: ServerProcess, services: App) -> OpenProfile:
    def open_in(page: Page, profile: str) -> ConsolePage:
        made = attempts.create_practice(services, form_id=TALL_FORM)
        choose_profile(services, made, next(c.name for c in list_profiles(services) if profile in (c.name, c.title)))
        begin(services, made)
        return ConsolePage(page, f"{server.url}/drill?attempt={made}").open()

    return open_in


def list_wall_events(services: App, console: ConsolePage) -> list[dict[str, object]]:
    console.wait_saved()
    views = list_payloads(services, console.attempt_id, EventKind.VIEW)
    return [view for view in views if view["name"] == "wall"]


def expect_tiles(console: ConsolePage, *numbers: int) -> None:
    tiles = console.page.locator(".tile:visible")
    expect(tiles).to_have_count(len(numbers))
    for place, number in enumerate(numbers):
        expect(tiles.nth(place)).to_have_attribute("data-camera", f"CAM-{number:02d}")


def test_the_wall_shows_layouts_groups_and_views_of_ones_own(tall: ConsolePage, services: App) -> None:
    page = tall.page
    expect(page.locator(".tile:visible")).to_have_count(16)
    tall.press("w")
    expect_tiles(tall, 1)
    tall.press("w")
    expect_tiles(tall, 1, 2, 3, 4)
    tall.press("PageDown")
    expect_tiles(tall, 5, 6, 7, 8)
    turned = list_wall_events(services, tall)[-1]
    assert (turned["layout"], turned["on"]) == ("2x2", ["CAM-05", "CAM-06", "CAM-07", "CAM-08"])
    tall.part("wallViews").click()
    page.locator("[data-view-id='group Upper floor']").click()
    expect_tiles(tall, 3, 4, 7, 8)
    tall.press("v")
    page.get_by_role("button", name="New view").click()
    editor = tall.part("viewEditor")
    editor.get_by_label("Name").fill("Both ends")
    for camera_id in ("CAM-03", "CAM-04", "CAM-07", "CAM-08", "CAM-11", "CAM-12", "CAM-15", "CAM-16", "CAM-19"):
        editor.locator(f"input[value={camera_id}]").uncheck()
    editor.locator("input[value=CAM-01]").check()
    editor.get_by_role("button", name="Keep the view").click()
    expect_tiles(tall, 20, 1)
    shown = list_wall_events(services, tall)[-1]
    assert (shown["layout"], shown["cameras"]) == ("2x2", ["CAM-20", "CAM-01"])
    page.reload()
    tall.wait_ready()
    expect_tiles(tall, 20, 1)
    tall.press("v")
    page.get_by_label("Number keys open").select_option("views")
    page.get_by_role("button", name="All cameras").click()
    expect(page.locator(".tile:visible")).to_have_count(4)
    tall.press("1")
    expect_tiles(tall, 20, 1)
    tall.press("v")
    page.get_by_role("button", name="Change the view Both ends").click()
    editor.get_by_role("button", name="Remove the view").click()
    expect_tiles(tall, 1, 2, 3, 4)


def test_a_changed_key_is_kept(console: ConsolePage, context: BrowserContext, open_console: OpenConsole) -> None:
    page = console.page
    console.press("?")
    page.locator("[data-action=cross]").click()
    console.press("m")
    expect(console.part("keysSaid")).to_contain_text("M is now for: Cross for marking")
    expect(console.part("keysSaid")).to_contain_text("F is for: Plan large or small")
    page.locator("[data-action=pause]").click()
    console.press("F5")
    expect(console.part("keysSaid")).to_contain_text("F5 belongs to the browser")
    page.locator("[data-action=faster]").click()
    console.press("Escape")
    expect(console.part("keysSheet")).to_be_visible()
    console.press("Escape")
    expect(console.part("keysSheet")).to_be_hidden()
    expect(console.part("markKey")).to_have_attribute("title", "Cross for marking with the keyboard (M)")
    page.reload()
    console.wait_ready()
    console.choose("CAM-02")
    console.press("m")
    expect(console.part("cross")).to_be_visible()
    console.press("Escape")
    console.press("f")
    expect(console.root).to_have_attribute("data-side", "plan")
    other = open_console(context.new_page())
    expect(other.part("markKey")).to_have_attribute("title", "Cross for marking with the keyboard (M)")
    other.press("?")
    other.part("keysReset").click()
    other.press("Escape")
    expect(other.part("markKey")).to_have_attribute("title", "Cross for marking with the keyboard (F)")
    other.press("?")
    other.part("singleKeys").uncheck()
    other.press("Escape")
    expect(other.part("markKey")).to_have_attribute("title", "Cross for marking with the keyboard")


def test_a_minimal_console_has_no_plan_and_a_time_for_every_camera(page: Page, open_profile: OpenProfile) -> None:
    minimal = open_profile(page, "minimal")
    expect(minimal.part("plan")).to_be_hidden()
    minimal.press("m")
    expect(minimal.root).to_have_attribute("data-side", "both")
    minimal.choose("CAM-01")
    minimal.go_to("7:55:03 AM")
    minimal.wait_settled(30)
    minimal.choose("CAM-02")
    minimal.wait_settled(0)
    minimal.press("ArrowRight")
    minimal.wait_settled(10)
    minimal.choose("CAM-01")
    minimal.wait_settled(30)
    minimal.wait_saved()
    page.reload()
    minimal.wait_ready()
    minimal.wait_shown("CAM-01")
    minimal.wait_settled(30)
    minimal.choose("CAM-02")
    minimal.wait_settled(10)


def test_a_console_of_a_file_is_as_the_file_says(page: Page, open_profile: OpenProfile, services: App) -> None:
    desk = open_profile(page, "Recorder desk")
    expect(page.locator(".tile:visible")).to_have_count(9)
    assert desk.part("speed").locator("option").all_text_contents() == ["0.5×", "1×", "2×", "4×", "8×"]
    expect(desk.part("reverse")).to_be_hidden()
    desk.choose("CAM-01")
    desk.press("j")
    expect(desk.part("play")).to_have_attribute("aria-label", "Play")
    page.get_by_role("button", name="5 seconds on", exact=True).click()
    desk.wait_settled(50)
    page.get_by_role("button", name="30 seconds back", exact=True).click()
    desk.wait_settled(0)
    desk.press("ArrowRight")
    desk.wait_settled(50)
    page.get_by_role("button", name="Step back", exact=True).click()
    desk.wait_settled(49)
    desk.press("p")
    expect(desk.part("play")).to_have_attribute("aria-label", "Pause")
    desk.press("F4")
    expect(desk.part("play")).to_have_attribute("aria-label", "Play")
    desk.press("k")
    desk.wait_saved()
    assert list_payloads(services, desk.attempt_id, EventKind.BOOKMARK)
    expect(desk.part("frameBack")).to_have_attribute("title", "Step back (,)")
    desk.press("?")
    expect(page.get_by_role("button", name="Flag: K. Change")).to_be_visible()
    desk.part("keysSheet").get_by_role("button", name="Close", exact=True).click()
    desk.part("moreOpen").click()
    expect(desk.part("moreSheet").get_by_role("button", name="Export picture")).to_be_visible()
    expect(page.locator(".link-place")).to_have_count(0)


def test_a_phone_console_is_a_phones_on_a_large_screen(page: Page, open_profile: OpenProfile) -> None:
    phone = open_profile(page, "phone")
    expect(page.locator(".wall-page").first.locator(".tile")).to_have_count(6)
    expect(phone.part("wallPage")).to_have_text("Cameras 1 to 6 of 20")
    assert phone.part("speed").locator("option").all_text_contents() == ["0.5×", "1×", "2×", "4×"]
    for width, height in ((1366, 768), (844, 390)):
        page.set_viewport_size({"width": width, "height": height})
        phone.wait_fits()
        expect(phone.part("tabWall")).to_be_visible()
        assert phone.root.evaluate(LIST_CUT_OFF) == []


def test_the_tour_goes_by_keyboard_is_there_again_and_keeps_nobody_out_as_views_and_keys(console: ConsolePage) -> None:
    page = console.page
    console.open_tool("tour")
    coach = console.part("coach")
    expect(coach).to_have_accessible_name("The cameras")
    expect(coach.get_by_role("heading")).to_be_focused()
    assert list_barriers(page) == []
    for title in ("The picture", "Time", "The plan", "What you found", "Submit"):
        console.press("Tab")
        coach.get_by_role("button", name="Next").press("Enter")
        expect(coach).to_have_accessible_name(title)
    console.press("Escape")
    expect(coach).to_be_hidden()
    page.reload()
    console.wait_ready()
    console.open_tool("tour")
    expect(coach).to_be_visible()
    console.choose("CAM-01")
    coach.get_by_role("button", name="End the tour").click()
    expect(coach).to_be_hidden()

    console.press("v")
    assert list_barriers(page) == []
    page.get_by_role("button", name="New view").click()
    page.get_by_role("button", name="Keep the view").click()
    expect(console.part("viewEditor").get_by_role("alert")).to_have_text("Give the view a name.")
    assert list_barriers(page) == []
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    console.press("?")
    page.get_by_text("Number keys 1 to 9").click()
    assert list_barriers(page) == []


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


def test_the_plan_shows_one_floor_and_says_what_marks_another_holds_and_cameras_are_pulled_up_by_name_or_number(
    tall: ConsolePage, services: App
) -> None:
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

    tall.part("handInBack").click()
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
