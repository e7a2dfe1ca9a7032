"""What the wall shows, keys of one's own, consoles that offer less, and the tour."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from sim.app.wiring import App
from sim.attempt.events import EventKind
from sim.console import attempts
from sim.console.console_profiles import choose_profile, list_profiles
from tests.browser.conftest import TALL_FORM, OpenConsole
from tests.support.barriers import list_barriers
from tests.support.console_page import LIST_CUT_OFF, ConsolePage
from tests.support.given import begin, list_payloads
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
