"""The console fits its screens, and everybody can use it."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import OpenConsole
from tests.support.barriers import list_barriers
from tests.support.console_page import LIST_CUT_OFF, ConsolePage, find_box

TOUCH_PX = 44
SMALL_TARGETS = """
(console, least) => [...console.querySelectorAll("button, select, input, [role=slider]")]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }))
  .map((element) => [element.dataset.part ?? element.className, element.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && Math.min(box.width, box.height) < least)
  .map(([name, box]) => `${name} ${Math.round(box.width)}x${Math.round(box.height)}`)
"""


SIZES = {
    "a tablet": (768, 1024, ("tabPlan", "tabFound", "tabWall")),
    "a large screen": (1920, 1080, ()),
    "a laptop at 200 %": (683, 384, ("tabPlan", "tabFound", "tabWall")),
    "a small laptop": (1180, 820, ()),
    "a tablet on its side": (1024, 768, ()),
    "a laptop": (1366, 768, ()),
}


MOST_OVERHANG_PX = """
(row) => Math.max(...[...row.querySelectorAll("button")].map((each) => each.getBoundingClientRect().right))
  - row.getBoundingClientRect().right
"""
ONE_ROW_PX = 44


def show_tab(console: ConsolePage, name: str) -> None:
    console.part(name).click()
    expect(console.part(name)).to_have_attribute("aria-pressed", "true")


def expect_nothing_cut_off(console: ConsolePage, where: str) -> None:
    console.wait_fits()
    assert console.root.evaluate(LIST_CUT_OFF) == [], where
    assert console.part("controls").evaluate(MOST_OVERHANG_PX) <= 0.5, where


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_nothing_is_cut_off_or_keeps_people_out_on_any_screen(console: ConsolePage, direction: str) -> None:
    page = console.page
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("(direction) => document.documentElement.setAttribute('dir', direction)", direction)
    console.choose("CAM-01")
    console.wait_settled()
    console.mark_spot(0.5, 0.5)
    expect(console.cards).to_have_count(1)
    for where, (width, height, tabs) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        expect(console.part("tabPlan")).to_be_visible(visible=bool(tabs))
        expect_nothing_cut_off(console, where)
        for tab in tabs:
            show_tab(console, tab)
            expect_nothing_cut_off(console, f"{where}, {tab}")

    for name in ("picture", "controls", "wall", "plan", "found", "track", "handIn", "timeLeft", "reference"):
        expect(console.part(name)).to_be_in_viewport(ratio=1)
    expect(page.locator(".near-tools [data-tool=snapshot]")).to_be_in_viewport(ratio=1)
    assert find_box(console.part("controls"))["height"] == ONE_ROW_PX
    assert list_barriers(page) == []
    console.part("handIn").click()
    expect(console.part("handInNow")).to_be_visible()
    assert list_barriers(page) == []
    console.part("handInBack").click()
    console.open_tool("tour")
    expect(console.part("coach")).to_be_visible()
    moving = "() => document.getAnimations().filter((each) => each.playState === 'running').length"
    assert page.evaluate(moving) == 0, "motion is unwanted"
    assert page.locator(".coach-ring").evaluate("(ring) => getComputedStyle(ring).transitionProperty") == "none"


def test_a_phone_shows_all_large_enough_to_touch(phone_context: BrowserContext, open_console: OpenConsole) -> None:
    phone = open_console(phone_context.new_page())
    page = phone.page
    phone.wait_fits()
    for name in ("stage", "controls", "wall", "track", "handIn", "timeLeft"):
        expect(phone.part(name)).to_be_in_viewport(ratio=1)
    show_tab(phone, "tabFound")
    status, first = find_box(phone.part("status")), find_box(phone.root.locator(".found > *:visible").first)
    assert status["y"] + status["height"] <= first["y"], "what is said of saving covers no list"
    show_tab(phone, "tabWall")
    page.locator(".tile[data-camera=CAM-02]").tap()
    phone.wait_shown("CAM-02")
    for tab in ("tabPlan", "tabFound", "tabWall"):
        show_tab(phone, tab)
        assert phone.root.evaluate(SMALL_TARGETS, TOUCH_PX) == []
        assert list_barriers(page) == []

    words = "short black hair, glasses, olive backpack, white shoes, long red coat, blue pants, carries a large bag"
    line = phone.part("taskDescriptor")
    line.evaluate("(line, words) => { line.textContent = words; }", words)
    for width, height in ((390, 844), (360, 640), (844, 390)):
        page.set_viewport_size({"width": width, "height": height})
        for tab in ("tabPlan", "tabFound", "tabWall"):
            show_tab(phone, tab)
            expect_nothing_cut_off(phone, f"{width}x{height}, {tab}")
        expect(line).to_be_in_viewport(ratio=1)
        assert line.evaluate("(line) => line.scrollHeight <= line.clientHeight + 1"), f"{width}x{height}"
        assert line.evaluate("(line) => line.scrollWidth <= line.clientWidth + 1"), f"{width}x{height}"
