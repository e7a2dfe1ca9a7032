"""Both ways of playing show the frame they say, on the wall and on the main picture alike, pinned or saving data."""

import statistics
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from sim.app.wiring import App
from sim.attempt.events import EventKind
from tests.browser.conftest import OpenConsole
from tests.support.console_page import ConsolePage, choose_player, find_box
from tests.support.given import list_payloads

CAMERA = "CAM-01"
LAST_FRAME = 159
SEEKS = (3, 88, 41, 157, 12, 120, 9, 10, 99, 0, 76, 158)
READ_WALLS = """
(console) => [...console.querySelectorAll(".tile")].map((tile) => {
  const canvas = tile.querySelector("canvas");
  const copy = document.createElement("canvas");
  Object.assign(copy, { width: canvas.width, height: canvas.height });
  const pen = copy.getContext("2d");
  pen.drawImage(canvas, 0, 0);
  const [red, , blue] = pen.getImageData(2, canvas.height - 3, 1, 1).data;
  return [tile.dataset.camera, red - blue];
})
"""
"""By camera, how much more red than blue the lower left of its tile is."""


@pytest.fixture(params=["decoder", "video"], autouse=True)
def player(request: pytest.FixtureRequest, context: BrowserContext) -> str:
    return choose_player(context, request.param)


def test_every_step_and_jump_shows_exactly_the_frame_asked_for(console: ConsolePage, player: str) -> None:
    expect(console.root).to_have_attribute("data-player", player)
    console.choose(CAMERA)
    expect(console.page.locator("video")).to_have_count(2 if player == "video" else 1)
    for typed, frame in (("7:55:04", 40), ("75512", 120), ("7:55:03 am", 30), ("55:07", 70), ("755", 0)):
        console.go_to(typed)
        console.wait_settled(frame)
    console.go_to("9:30")
    expect(console.part("clockProblem")).to_have_text("The recording runs from 7:55:00 AM to 7:55:15 AM.")
    console.part("clockField").press("Escape")
    expect(console.part("clockField")).to_have_value("7:55:00 AM")
    expect(console.part("clockProblem")).to_be_hidden()
    console.part("clockField").blur()

    for frame in range(1, LAST_FRAME + 1):
        console.press(".")
        console.wait_pictures(frame)
        assert console.read_pictures().main == frame
    track = find_box(console.part("track"))
    for wanted in SEEKS:
        x = track["x"] + track["width"] * (wanted + 0.5) / (LAST_FRAME + 1)
        console.page.mouse.click(x, track["y"] + 20)
        console.wait_pictures(wanted)
    console.press(",")
    console.wait_pictures(SEEKS[-1] - 1)
    console.page.locator(".plan-camera[data-camera=CAM-03]").click()
    console.wait_shown("CAM-03")
    console.wait_pictures(SEEKS[-1] - 1, wall_row=1)
    for width, height in ((1000, 700), (1366, 768)):
        console.page.set_viewport_size({"width": width, "height": height})
        console.wait_pictures(SEEKS[-1] - 1, wall_row=1)
        shown = dict(console.root.evaluate(READ_WALLS))
        # the tiny recording paints each camera's walls with less red and more blue by number
        assert [round((40 - red_over_blue) / 16) for red_over_blue in shown.values()] == [1, 2, 3, 4], shown


def test_playing_keeps_wall_and_main_together_and_stops_on_one_frame(console: ConsolePage) -> None:
    console.choose(CAMERA)
    for speed in ("0.5", "4", "1"):
        console.go_to("7:55:01 AM")
        console.wait_settled(10)
        console.part("speed").select_option(speed)
        console.part("play").click()
        console.wait_frame_beyond(16)
        apart = []
        for _ in range(13):
            pictures = console.read_pictures()
            apart.append(abs(pictures.main - pictures.wall))
        assert statistics.median(apart) <= max(2.0, float(speed))
        console.press("k")
        expect(console.part("play")).to_have_attribute("aria-label", "Play")
        console.wait_pictures()

    console.go_to("7:55:15 AM")
    console.wait_settled(150)
    console.press("j")
    console.wait_frame_beyond(135, backwards=True)
    console.press("k")
    expect(console.part("play")).to_have_attribute("aria-label", "Play")
    console.wait_pictures()
    assert console.read_pictures().main < 135
    console.go_to("7:55:00 AM")
    console.press("j")
    expect(console.page.get_by_text("That is the start of the recording")).to_be_visible()


def test_damaged_footage_is_said(page: Page, open_console: OpenConsole, name_clip: Callable[[str], str]) -> None:
    page.route(f"**/{name_clip('CAM-02')}", lambda route: route.fulfill(body=b"no video", content_type="video/mp4"))
    console = open_console(page)
    page.locator(".tile[data-camera=CAM-02]").click()
    expect(console.part("stageMessage")).to_contain_text("This footage cannot be opened. The other cameras still can.")
    console.choose("CAM-01")
    expect(console.part("stageMessage")).to_be_hidden()


@pytest.mark.parametrize("player", ["video"], indirect=True)
def test_playback_that_the_browser_holds_back_starts_with_a_tap(page: Page, open_console: OpenConsole) -> None:
    page.add_init_script(
        "const play = HTMLMediaElement.prototype.play;"
        "globalThis.isHeldBack = true;"
        "HTMLMediaElement.prototype.play = function () {"
        "  return isHeldBack ? Promise.reject(new DOMException('no', 'NotAllowedError')) : play.call(this);"
        "};"
    )
    console = open_console(page)
    console.choose(CAMERA)
    console.wait_settled()
    console.part("play").click()
    expect(console.part("stageMessage")).to_contain_text("The browser waits for a tap before it plays.")
    page.evaluate("isHeldBack = false")
    page.get_by_role("button", name="Tap to start").click()
    expect(console.part("stageMessage")).to_be_hidden()
    console.wait_frame_beyond(5)


def test_a_pinned_picture_has_its_own_time_until_both_are_brought_together(
    page: Page, open_console: OpenConsole, services: App, attempt_id: str, stored
) -> None:
    console = open_console(page)
    console.choose(CAMERA)
    console.step_to(40)
    console.press("p")
    note = page.locator("[data-note=pin]")
    expect(note).to_contain_text("7:55:04 AM, wall at 7:55:04 AM")
    console.press("Shift+ArrowRight")
    expect(note).to_contain_text("7:55:14 AM, wall at 7:55:04 AM")
    wait_pair(console, main=140, wall=40)
    console.press("j")
    console.wait_frame_beyond(130, backwards=True)
    console.press("k")
    expect(console.part("play")).to_have_attribute("aria-label", "Play")
    page.wait_for_function("(root) => root.dataset.settled === 'true'", arg=console.root.element_handle())
    own = int(console.root.get_attribute("data-frame") or -1)
    assert own < 131
    wait_pair(console, main=own, wall=40)
    console.mark_spot(0.5, 0.5)
    console.wait_saved()
    assert stored()["marks"][0]["frame"] == own
    assert list_payloads(services, attempt_id, EventKind.MARK)[0]["on"] == [CAMERA]

    page.reload()
    console.wait_ready()
    expect(note).to_contain_text("wall at 7:55:04 AM")
    wait_pair(console, main=own, wall=40)

    page.get_by_role("button", name="Wall to here").click()
    expect(note).to_be_hidden()
    console.wait_pictures(own)
    console.press("p")
    console.press("ArrowLeft")
    wait_pair(console, main=own - 10, wall=own)
    page.get_by_role("button", name="Back to the wall").click()
    console.wait_pictures(own)
    console.wait_saved()
    assert [each["wall_s"] for each in list_payloads(services, attempt_id, EventKind.PIN)] == [4.0, own / 10]
    assert [each["to"] for each in list_payloads(services, attempt_id, EventKind.SYNC)] == ["main", "wall"]


def test_saving_data_shows_the_wall_s_picture_and_fetches_nothing_else(
    page: Page, player: str, open_console: OpenConsole, *, services: App, attempt_id: str, stored
) -> None:
    console = open_console(page)
    console.choose(CAMERA)
    console.step_to(33)
    details = console.part("playerDetails")
    expect(details).to_be_hidden()
    console.press("d")
    expect(details).to_contain_text("WebCodecs" if player == "decoder" else "video")
    expect(details).to_contain_text("asked 33, wall 33, main 33")
    console.press("d")
    expect(details).to_be_hidden()
    console.press("q")
    expect(console.root).to_have_attribute("data-quality", "saving")
    console.wait_pictures(33)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    console.choose("CAM-03")
    console.press(".")
    console.wait_pictures(34, wall_row=1)
    console.mark_spot(0.25, 0.75)
    console.wait_saved()
    mark = stored()["marks"][0]
    assert (mark["camera_id"], mark["frame"]) == ("CAM-03", 34)
    assert not [url for url in asked if "/main/" in url]
    console.press("p")
    expect(console.part("toast")).to_contain_text("Low-data mode shows the wall's picture")
    console.press("q")
    console.wait_shown("CAM-03")
    console.wait_pictures(34, wall_row=1)
    console.wait_saved()
    assert [each["level"] for each in list_payloads(services, attempt_id, EventKind.QUALITY)] == ["saving", "full"]


def wait_pair(console: ConsolePage, *, main: int, wall: int) -> None:
    console.page.wait_for_function(
        "([root, main, wall]) => root.dataset.settled === 'true'"
        " && root.dataset.mainFrame === main && root.dataset.wallFrame === wall",
        arg=[console.root.element_handle(), str(main), str(wall)],
        polling="raf",
    )
    pictures = console.read_pictures()
    assert (pictures.main, pictures.wall) == (main, wall)
