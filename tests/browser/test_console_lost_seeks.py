"""A seek of a video element that does not end: said, and mended; the clock stays with what the picture shows."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import OpenConsole
from tests.support.console_page import SLOW_MS, ConsolePage, choose_player

CAMERA = "CAM-01"
LOSE_SEEKS = """
const { prototype } = HTMLMediaElement;
const [time, seeking] = ["currentTime", "seeking"].map((name) => Object.getOwnPropertyDescriptor(prototype, name));
const bound = new WeakMap();
globalThis.losing = "";
Object.defineProperties(prototype, {
  currentTime: {
    get() { return bound.get(this) ?? time.get.call(this); },
    set(timeS) {
      if (losing && this.matches(losing)) bound.set(this, timeS);
      else {
        bound.delete(this);
        time.set.call(this, timeS);
      }
    },
  },
  seeking: { get() { return bound.has(this) || seeking.get.call(this); } },
});
const load = prototype.load;
prototype.load = function () {
  bound.delete(this);
  load.call(this);
};
"""
"""Seeks of elements that `losing` selects begin and do not end, as seen in WebKit."""

WALL = ".wall-videos video"
MAIN = ".main-video"


@pytest.fixture(autouse=True)
def player(context: BrowserContext) -> str:
    context.add_init_script(LOSE_SEEKS)
    return choose_player(context, "video")


@pytest.fixture
def console(page: Page, open_console: OpenConsole) -> ConsolePage:
    page.route("**/thumbs/**", lambda route: route.abort())
    console = open_console(page)
    console.choose(CAMERA)
    console.go_to("7:55:04 AM")
    console.wait_pictures(40)
    return console


def lose(console: ConsolePage, selector: str) -> None:
    console.page.evaluate("(selector) => { losing = selector }", selector)


def test_what_hangs_is_said_and_opened_again_and_the_clock_stays_with_the_picture(console: ConsolePage) -> None:
    note = console.page.locator("[data-note=waiting]")
    lose(console, f"{WALL}, {MAIN}")
    console.go_to("7:55:06 AM")
    expect(note).to_be_visible(timeout=SLOW_MS)
    lose(console, "")
    console.wait_pictures(60)
    console.press("d")
    expect(console.part("playerDetails")).to_contain_text("Opened againwall 0, main 0")
    console.press("d")

    lose(console, WALL)
    console.go_to("7:55:09 AM")
    expect(note).to_have_text("Waiting for the wall at 7:55:09 AM", timeout=SLOW_MS)
    expect(console.root).to_have_attribute("data-main-frame", "90")
    expect(console.part("clockField")).to_have_value("7:55:09 AM")
    expect(note).to_have_text("Opening the wall again at 7:55:09 AM", timeout=SLOW_MS)
    lose(console, "")
    console.wait_pictures(90)
    expect(note).to_be_hidden()

    lose(console, MAIN)
    console.go_to("7:55:04 AM")
    expect(note).to_have_text("Waiting for the picture at 7:55:04 AM", timeout=SLOW_MS)
    assert console.read_pictures().main == 90
    expect(console.part("clockField")).to_have_value("7:55:09 AM")
    expect(note).to_have_text("Opening this camera again at 7:55:04 AM", timeout=SLOW_MS)
    expect(console.part("stage")).to_have_attribute("data-showing", "false")
    lose(console, "")
    console.wait_pictures(40)
    expect(console.part("clockField")).to_have_value("7:55:04 AM")
    expect(note).to_be_hidden()

    lose(console, WALL)
    console.part("play").click()
    console.go_to("7:55:08 AM")
    expect(note).to_have_text("Waiting for footage", timeout=SLOW_MS)
    lose(console, "")
    console.wait_frame_beyond(84)
    console.press("k")
    console.wait_pictures()
