"""A decoder that fails under way is made anew; where that does not help, videos go on at the same place."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import OpenConsole
from tests.support.console_page import ConsolePage

CAMERA = "CAM-01"
FAILING_DECODER = """
globalThis.isFailing = false;
if (globalThis.VideoDecoder) globalThis.VideoDecoder = class extends VideoDecoder {
  #error;

  constructor(init) {
    super(init);
    this.#error = init.error;
  }

  decode(chunk) {
    if (!isFailing) {
      super.decode(chunk);
      return;
    }
    this.close();
    queueMicrotask(() => this.#error(new DOMException("Decoder failure", "EncodingError")));
  }
};
"""


@pytest.fixture
def console(context: BrowserContext, open_console: OpenConsole) -> ConsolePage:
    context.add_init_script(FAILING_DECODER)
    console = open_console(context.new_page())
    console.choose(CAMERA)
    console.go_to("7:55:04 AM")
    console.wait_pictures(40)
    return console


def fail(page: Page) -> None:
    page.evaluate("isFailing = true")


def test_videos_go_on_where_the_decoder_was(console: ConsolePage) -> None:
    console.mark_spot(0.4, 0.6)
    console.part("note").fill("by the lockers")
    fail(console.page)
    console.go_to("7:55:12 AM")
    expect(console.root).to_have_attribute("data-player", "video")
    console.wait_pictures(120)
    expect(console.part("clockField")).to_have_value("7:55:12 AM")
    expect(console.part("stage")).to_have_attribute("data-camera", CAMERA)
    expect(console.cards).to_have_count(1)
    expect(console.part("note")).to_have_value("by the lockers")
    said = console.page.locator("[data-note=player]")
    expect(said).to_contain_text("Playing another way now; your place and marks are kept.")
    said.get_by_role("button", name="OK").click()
    expect(said).to_have_count(0)
    console.press(",")
    console.wait_pictures(119)
    console.mark_spot(0.6, 0.6)
    expect(console.cards).to_have_count(2)


def test_playing_goes_on_with_videos(console: ConsolePage) -> None:
    console.part("play").click()
    console.wait_frame_beyond(42)
    fail(console.page)
    expect(console.root).to_have_attribute("data-player", "video")
    expect(console.part("play")).to_have_attribute("aria-label", "Pause")
    frame = int(console.root.get_attribute("data-frame") or -1)
    assert frame >= 42
    console.wait_frame_beyond(frame + 5)
    console.press("k")
    expect(console.part("play")).to_have_attribute("aria-label", "Play")
    console.wait_pictures()


def test_the_wall_s_small_picture_goes_on_too(console: ConsolePage) -> None:
    console.press("q")
    expect(console.root).to_have_attribute("data-quality", "saving")
    fail(console.page)
    console.go_to("7:55:10 AM")
    expect(console.root).to_have_attribute("data-player", "video")
    console.wait_pictures(100)
    assert console.part("mainCanvas").evaluate("(canvas) => canvas.width") == 480
    console.press("q")
    console.wait_shown(CAMERA)
    console.wait_pictures(100)


def test_a_frozen_wall_stays_frozen(console: ConsolePage) -> None:
    console.press("p")
    fail(console.page)
    console.go_to("7:55:11 AM")
    expect(console.root).to_have_attribute("data-player", "video")
    console.wait_settled(110)
    expect(console.root).to_have_attribute("data-pinned", "true")
    expect(console.root).to_have_attribute("data-wall-frame", "40")
    assert console.read_pictures().main == 110
