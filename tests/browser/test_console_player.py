"""Both ways of playing show the frame they say, on the wall and on the main picture alike."""

import statistics
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import OpenConsole
from tests.support.console_page import ConsolePage, choose_player

CAMERA = "CAM-01"
LAST_FRAME = 159
SEEKS = (3, 88, 41, 157, 12, 120, 9, 10, 99, 0, 76, 158)


@pytest.fixture(params=["decoder", "video"], autouse=True)
def player(request: pytest.FixtureRequest, context: BrowserContext) -> str:
    return choose_player(context, request.param)


def test_the_player_is_the_one_meant(console: ConsolePage, player: str) -> None:
    expect(console.root).to_have_attribute("data-player", player)


def test_every_step_shows_exactly_the_next_frame(console: ConsolePage) -> None:
    console.choose(CAMERA)
    console.go_to("7:55:00 AM")
    console.wait_settled(0)
    for frame in range(1, LAST_FRAME + 1):
        console.press(".")
        console.wait_pictures(frame)
        assert console.read_pictures().main == frame


def test_jumps_and_steps_back_show_exactly_the_frame_asked_for(console: ConsolePage) -> None:
    console.choose(CAMERA)
    track = console.part("track").bounding_box()
    assert track is not None
    for wanted in SEEKS:
        x = track["x"] + track["width"] * (wanted + 0.5) / (LAST_FRAME + 1)
        console.page.mouse.click(x, track["y"] + 20)
        console.wait_pictures(wanted)
    console.press(",")
    console.wait_pictures(SEEKS[-1] - 1)


@pytest.mark.parametrize("speed", ["0.5", "1", "4"])
def test_playing_keeps_wall_and_main_together_and_stops_on_one_frame(console: ConsolePage, speed: str) -> None:
    console.choose(CAMERA)
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


def test_it_plays_backwards(console: ConsolePage) -> None:
    console.choose(CAMERA)
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


def test_a_typed_time_is_understood_and_a_wrong_one_explained(console: ConsolePage) -> None:
    console.choose(CAMERA)
    for typed, frame in (("7:55:04", 40), ("75512", 120), ("7:55:03 am", 30), ("55:07", 70), ("755", 0)):
        console.go_to(typed)
        console.wait_settled(frame)
    console.go_to("9:30")
    expect(console.part("clockProblem")).to_have_text("The recording runs from 7:55:00 AM to 7:55:15 AM.")
    console.part("clockField").press("Escape")
    expect(console.part("clockField")).to_have_value("7:55:00 AM")
    expect(console.part("clockProblem")).to_be_hidden()


def test_the_plan_opens_a_camera_at_the_same_time(console: ConsolePage) -> None:
    console.choose(CAMERA)
    console.go_to("7:55:06 AM")
    console.wait_settled(60)
    console.page.locator(".plan-camera[data-camera=CAM-03]").click()
    console.wait_shown("CAM-03")
    console.wait_pictures(60, wall_row=1)
    assert console.read_pictures(wall_row=1).main == 60


def test_never_more_than_three_videos(console: ConsolePage, player: str) -> None:
    console.choose("CAM-01")
    console.choose("CAM-02")
    expect(console.page.locator("video")).to_have_count(2 if player == "video" else 1)


@pytest.mark.parametrize("player", ["decoder"], indirect=True)
def test_a_browser_that_cannot_decode_after_all_goes_on_with_videos(page, open_console: OpenConsole) -> None:
    page.add_init_script(
        "VideoDecoder.prototype.configure = function () { throw new DOMException('no', 'NotSupportedError') };"
    )
    console = open_console(page)
    expect(console.root).to_have_attribute("data-player", "video")
    console.choose(CAMERA)
    console.wait_pictures()


def test_damaged_footage_is_said_in_words_and_other_cameras_go_on(
    page, open_console: OpenConsole, name_clip: Callable[[str], str]
) -> None:
    page.route(f"**/{name_clip('CAM-02')}", lambda route: route.fulfill(body=b"no video", content_type="video/mp4"))
    console = open_console(page)
    page.locator(".tile[data-camera=CAM-02]").click()
    expect(console.part("stageMessage")).to_contain_text("This footage cannot be opened. The other cameras still can.")
    console.choose("CAM-01")
    expect(console.part("stageMessage")).to_be_hidden()


def test_the_timeline_shows_a_thumbnail_under_the_mouse(console: ConsolePage) -> None:
    console.choose(CAMERA)
    track = console.part("track").bounding_box()
    assert track is not None
    console.page.mouse.move(track["x"] + track["width"] / 2, track["y"] + 20)
    expect(console.part("peekTime")).to_have_text("7:55:08 AM")
    expect(console.part("peekPicture")).to_be_visible()
    console.page.mouse.move(track["x"] + 20, track["y"] - 200)
    expect(console.part("peek")).to_be_hidden()


def test_a_closer_look_marks_the_point_under_the_mouse(console: ConsolePage, stored) -> None:
    console.choose(CAMERA)
    console.wait_settled()
    box = console.part("picture").bounding_box()
    assert box is not None
    spot = (box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.4)
    console.page.mouse.move(*spot)
    console.page.mouse.wheel(0, -500)
    expect(console.part("stage")).to_have_attribute("data-zoomed", "true")
    console.mark_on_screen(*spot)
    expect(console.cards).to_have_count(1)
    console.page.mouse.move(*spot)
    console.page.mouse.down()
    console.page.mouse.move(spot[0] - 120, spot[1] - 40, steps=4)
    console.page.mouse.up()
    console.part("wholePicture").click()
    expect(console.part("stage")).to_have_attribute("data-zoomed", "false")
    expect(console.cards).to_have_count(1)
    console.wait_saved()
    mark = stored()["marks"][0]
    assert (mark["x"], mark["y"]) == (pytest.approx(0.7, abs=0.004), pytest.approx(0.4, abs=0.004))


@pytest.mark.parametrize("player", ["video"], indirect=True)
def test_playback_that_the_browser_holds_back_starts_with_a_tap(page, open_console: OpenConsole) -> None:
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
