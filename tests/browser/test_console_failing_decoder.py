"""A decoder that fails under way is made anew; where that does not help, videos go on at the same place."""

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import OpenConsole
from tests.support.console_page import ConsolePage

CAMERA = "CAM-01"
NEVER = 1_000_000
FAILING_DECODER = """
globalThis.failures = { left: 0, after: 0 };
if (globalThis.VideoDecoder) globalThis.VideoDecoder = class extends VideoDecoder {
  #error;

  constructor(init) {
    super(init);
    this.#error = init.error;
  }

  decode(chunk) {
    if (!failures.left || failures.after-- > 0) {
      super.decode(chunk);
      return;
    }
    failures.left--;
    this.close();
    queueMicrotask(() => this.#error(new DOMException("Decoder failure", "EncodingError")));
  }
};
"""
"""Fails `left` times from the chunk after the next `after` on, as Safari's does after long jumps."""


@pytest.fixture
def console(context: BrowserContext, open_console: OpenConsole) -> ConsolePage:
    context.add_init_script(FAILING_DECODER)
    console = open_console(context.new_page())
    console.choose(CAMERA)
    console.go_to("7:55:04 AM")
    console.wait_pictures(40)
    return console


def fail(page: Page, *, times: int, after: int = 0) -> None:
    page.evaluate("([left, after]) => Object.assign(failures, { left, after })", [times, after])


def test_the_picture_comes_back_on_the_frame_asked_for(console: ConsolePage) -> None:
    for after, clock, frame in ((0, "7:55:13 AM", 130), (3, "7:55:05 AM", 50)):
        fail(console.page, times=2, after=after)
        console.go_to(clock)
        console.wait_pictures(frame)
        assert console.page.evaluate("failures.left") == 0
        expect(console.root).to_have_attribute("data-player", "decoder")
        for stepped in range(frame + 1, frame + 5):
            console.press(".")
            console.wait_pictures(stepped)


def test_videos_go_on_where_the_decoder_was(console: ConsolePage) -> None:
    console.mark_spot(0.4, 0.6)
    console.part("note").fill("by the lockers")
    fail(console.page, times=NEVER)
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
    fail(console.page, times=NEVER)
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
    fail(console.page, times=NEVER)
    console.go_to("7:55:10 AM")
    expect(console.root).to_have_attribute("data-player", "video")
    console.wait_pictures(100)
    assert console.part("mainCanvas").evaluate("(canvas) => canvas.width") == 320
    console.press("q")
    console.wait_shown(CAMERA)
    console.wait_pictures(100)


def test_a_frozen_wall_stays_frozen(console: ConsolePage) -> None:
    console.press("p")
    fail(console.page, times=NEVER)
    console.go_to("7:55:11 AM")
    expect(console.root).to_have_attribute("data-player", "video")
    console.wait_settled(110)
    expect(console.root).to_have_attribute("data-pinned", "true")
    expect(console.root).to_have_attribute("data-wall-frame", "40")
    assert console.read_pictures().main == 110


def test_tiles_keep_their_time_until_videos_show_another(console: ConsolePage) -> None:
    console.press("Escape")
    expect(console.root).to_have_attribute("data-main", "grid")
    held: list[Route] = []
    is_held = [True]
    console.page.route("**/wall/**", lambda route: held.append(route) if is_held[0] else route.continue_())
    fail(console.page, times=NEVER)
    console.go_to("7:55:05 AM")
    expect(console.root).to_have_attribute("data-player", "video")
    expect(console.page.locator("[data-note=waiting]")).to_have_text("Waiting for the wall at 7:55:05 AM")
    expect(console.part("clockField")).to_have_value("7:55:04 AM")
    is_held[0] = False
    for route in held:
        route.continue_()
    expect(console.part("clockField")).to_have_value("7:55:05 AM")
