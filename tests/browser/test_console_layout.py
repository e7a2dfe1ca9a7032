"""The console fits its screens, and everybody can use it."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import OpenConsole
from tests.support.barriers import list_barriers
from tests.support.console_page import ConsolePage
from tests.support.cut_off import LIST_CUT_OFF

TOUCH_PX = 44
SMALL_TARGETS = """
(console, least) => [...console.querySelectorAll("button, select, input, [role=slider]")]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }))
  .map((element) => [element.dataset.part ?? element.className, element.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && Math.min(box.width, box.height) < least)
  .map(([name, box]) => `${name} ${Math.round(box.width)}x${Math.round(box.height)}`)
"""


@pytest.fixture
def phone(phone_context: BrowserContext, open_console: OpenConsole) -> ConsolePage:
    return open_console(phone_context.new_page())


def show_tab(phone: ConsolePage, name: str) -> None:
    phone.part(name).click()
    expect(phone.part(name)).to_have_attribute("aria-pressed", "true")


SIZES = {
    "a tablet": (768, 1024, ("tabPlan", "tabFound", "tabWall")),
    "a large screen": (1920, 1080, ()),
    "a laptop at 200 %": (683, 384, ("tabPlan", "tabFound", "tabWall")),
    "a laptop": (1366, 768, ()),
}


def expect_nothing_cut_off(console: ConsolePage, where: str) -> None:
    console.wait_fits()
    assert console.root.evaluate(LIST_CUT_OFF) == [], where


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_nothing_is_cut_off_on_any_screen(console: ConsolePage, direction: str) -> None:
    console.page.emulate_media(reduced_motion="reduce")
    console.page.evaluate("(direction) => document.documentElement.setAttribute('dir', direction)", direction)
    console.choose("CAM-01")
    console.wait_settled()
    console.mark_spot(0.5, 0.5)
    expect(console.cards).to_have_count(1)
    for where, (width, height, tabs) in SIZES.items():
        console.page.set_viewport_size({"width": width, "height": height})
        expect(console.part("tabPlan")).to_be_visible(visible=bool(tabs))
        expect_nothing_cut_off(console, where)
        for tab in tabs:
            show_tab(console, tab)
            expect_nothing_cut_off(console, f"{where}, {tab}")


def test_nothing_is_cut_off_on_a_phone(phone: ConsolePage) -> None:
    for width, height in ((390, 844), (360, 640), (844, 390)):
        phone.page.set_viewport_size({"width": width, "height": height})
        for tab in ("tabPlan", "tabFound", "tabWall"):
            show_tab(phone, tab)
            expect_nothing_cut_off(phone, f"{width}x{height}, {tab}")


def test_a_long_description_is_shown_whole_on_a_phone(phone: ConsolePage) -> None:
    words = "short black hair, glasses, olive backpack, white shoes, long red coat, blue pants, carries a large bag"
    phone.part("taskDescriptor").evaluate("(line, words) => { line.textContent = words; }", words)
    for width, height in ((390, 844), (360, 640), (844, 390)):
        phone.page.set_viewport_size({"width": width, "height": height})
        phone.wait_fits()
        line = phone.part("taskDescriptor")
        expect(line).to_be_in_viewport(ratio=1)
        assert line.evaluate("(line) => line.scrollHeight <= line.clientHeight + 1"), f"{width}x{height}"
        assert line.evaluate("(line) => line.scrollWidth <= line.clientWidth + 1"), f"{width}x{height}"


def test_what_is_said_of_saving_covers_no_list_on_a_phone(phone: ConsolePage) -> None:
    show_tab(phone, "tabFound")
    status, first = phone.part("status").bounding_box(), phone.root.locator(".found > *:visible").first.bounding_box()
    assert status and first
    assert status["y"] + status["height"] <= first["y"]


def test_nothing_moves_where_motion_is_unwanted(console: ConsolePage) -> None:
    console.page.emulate_media(reduced_motion="reduce")
    moving = "() => document.getAnimations().filter((each) => each.playState === 'running').length"
    console.open_tool("tour")
    expect(console.part("coach")).to_be_visible()
    assert console.page.evaluate(moving) == 0
    assert console.page.locator(".coach-ring").evaluate("(ring) => getComputedStyle(ring).transitionProperty") == "none"


def test_a_laptop_shows_all_of_it_without_scrolling(console: ConsolePage) -> None:
    console.choose("CAM-01")
    console.wait_fits()
    for name in ("picture", "controls", "wall", "plan", "found", "track", "handIn", "timeLeft", "reference"):
        expect(console.part(name)).to_be_in_viewport(ratio=1)


def test_a_phone_shows_all_of_it_without_scrolling(phone: ConsolePage) -> None:
    phone.wait_fits()
    for name in ("stage", "controls", "wall", "track", "handIn", "timeLeft"):
        expect(phone.part(name)).to_be_in_viewport(ratio=1)
    for name in ("tabPlan", "tabFound"):
        show_tab(phone, name)
        phone.wait_fits()


def test_targets_on_a_phone_are_large_enough_to_touch(phone: ConsolePage) -> None:
    for name in ("tabWall", "tabPlan", "tabFound"):
        show_tab(phone, name)
        assert phone.root.evaluate(SMALL_TARGETS, TOUCH_PX) == []


def test_a_tap_on_a_phone_asks_before_it_marks(phone: ConsolePage, stored) -> None:
    phone.page.locator(".tile[data-camera=CAM-02]").tap()
    phone.wait_shown("CAM-02")
    phone.wait_settled()
    phone.tap_picture(0.5, 0.7)
    expect(phone.part("pendingMark")).to_be_visible()
    expect(phone.cards).to_have_count(0)
    phone.part("pendingMark").tap()
    expect(phone.part("pendingMark")).to_be_hidden()
    expect(phone.part("foundCount")).to_have_text("1")
    phone.wait_saved()
    mark = stored()["marks"][0]
    assert (mark["x"], mark["y"]) == (pytest.approx(0.5, abs=0.01), pytest.approx(0.7, abs=0.01))


def test_nothing_that_keeps_people_out_is_on_the_page(console: ConsolePage) -> None:
    console.choose("CAM-01")
    console.wait_settled()
    console.mark_spot(0.5, 0.5)
    expect(console.cards).to_have_count(1)
    assert list_barriers(console.page) == []
    console.part("handIn").click()
    expect(console.part("handInNow")).to_be_visible()
    assert list_barriers(console.page) == []


def test_nothing_that_keeps_people_out_is_on_a_phone(phone: ConsolePage) -> None:
    phone.page.locator(".tile[data-camera=CAM-02]").tap()
    phone.wait_shown("CAM-02")
    for name in ("tabWall", "tabPlan", "tabFound"):
        show_tab(phone, name)
        assert list_barriers(phone.page) == []
