"""Marking: the frame on screen, legs, undo, a closer look, fingers, very many marks."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from sim.app.wiring import App
from sim.attempt.events import EventKind
from tests.browser.conftest import LAPTOP, OpenConsole, prepare
from tests.support.console_page import ConsolePage, find_box, touching
from tests.support.given import list_payloads
from tests.support.people_clicks import find_spot
from tests.support.tiny_recording import BIT_PX, BITS

Stored = Callable[[], dict]
PLAYERS = pytest.mark.parametrize("player", ["decoder", "video"], indirect=True)
MOST_POSTS = 8

READ_ON_PRESS = """
(console, {bits, bit}) => {
  const read = () => {
    const canvas = document.createElement("canvas");
    canvas.width = bits * bit;
    canvas.height = 8;
    const pen = canvas.getContext("2d");
    pen.drawImage(console.querySelector(".main-video:not([hidden])"), 0, 0, bits * bit, 8, 0, 0, bits * bit, 8);
    let number = 0;
    for (let place = 0; place < bits; place++) {
      if (pen.getImageData(place * bit + bit / 2, 3, 1, 1).data[1] > 128) number |= 1 << place;
    }
    return number;
  };
  globalThis.pressed = [];
  let before = 0;
  const inPicture = (event) => event.composedPath().some((node) => node.dataset?.part === "picture");
  window.addEventListener("pointerdown", () => (before = read()), { capture: true });
  window.addEventListener("pointerdown", (event) => inPicture(event) && pressed.push([before, read()]));
}
"""


@pytest.fixture
def phone(phone_context: BrowserContext, open_console: OpenConsole) -> ConsolePage:
    opened = open_console(phone_context.new_page())
    opened.page.locator(".tile[data-camera=CAM-02]").tap()
    opened.wait_shown("CAM-02")
    opened.wait_settled()
    return opened


def wait_zooms(console: ConsolePage, services: App, attempt_id: str, count: int) -> None:
    for _ in range(MOST_POSTS):
        if len(list_payloads(services, attempt_id, EventKind.ZOOM)) >= count:
            return
        with console.page.expect_response("**/events"):
            pass
    raise AssertionError(f"{count} views were to be noted")


@PLAYERS
def test_a_mark_made_while_playing_is_of_the_frame_on_screen(player: str, console: ConsolePage, stored: Stored) -> None:
    expect(console.root).to_have_attribute("data-player", player)
    console.choose("CAM-01")
    console.root.evaluate(READ_ON_PRESS, {"bits": BITS, "bit": BIT_PX})
    speeds = [speed for speed in ("0.5", "1", "2", "4") for _ in range(4)]
    for count, speed in enumerate(speeds, start=1):
        console.part("speed").select_option(speed)
        console.go_to("7:55:00 AM")
        console.wait_settled(0)
        console.press(" ")
        console.wait_frame_beyond(1)
        console.mark_spot(0.05 * count, 0.5)
        expect(console.cards).to_have_count(count)
        expect(console.part("play")).to_have_attribute("aria-label", "Play")
    console.wait_saved()
    made = sorted(stored()["marks"], key=lambda mark: mark["x"])
    seen = console.page.evaluate("pressed")
    assert len(made) == len(seen) == len(speeds)
    for mark, (before, after) in zip(made, seen, strict=True):
        assert before <= mark["frame"] <= after
        assert mark["t_s"] == pytest.approx(mark["frame"] / 10)
    # in most presses no frame came between the two reads: there the mark's frame is known exactly
    assert sum(before == after for before, after in seen) >= len(speeds) / 2


def test_what_is_one_mark_and_what_is_none(console: ConsolePage, services: App, stored: Stored) -> None:
    mouse = console.page.mouse
    console.choose("CAM-01")
    console.wait_settled(0)
    person = find_spot(services.catalog.get_truth("tiny"), "P005", camera_id="CAM-01", frame=0)
    mouse.dblclick(*console.find_spot(*person))
    expect(console.cards).to_have_count(1)
    # while the picture moves a click stops it and asks; a second one on them, wherever it is, marks
    console.press(" ")
    console.wait_frame_beyond(1)
    console.click_picture(*person)
    expect(console.part("pendingMark")).to_be_visible()
    expect(console.part("play")).to_have_attribute("aria-label", "Play")
    expect(console.cards).to_have_count(1)
    expect(console.part("outline")).to_be_visible()
    around = find_box(console.part("outline"))
    mouse.click(around["x"] + around["width"] / 2, around["y"] + around["height"] * 0.9)
    expect(console.cards).to_have_count(2)
    expect(console.part("pendingMark")).to_be_hidden()
    console.press("z")
    console.go_to("7:55:00 AM")
    console.wait_settled(0)
    console.mark_spot(0.6, 0.5)
    expect(console.part("stage")).to_have_attribute("data-zoomed", "false")

    # neither a drag that comes back, nor a press whose camera was left before the release
    x, y = console.find_spot(0.5, 0.5)
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 60, y, steps=3)
    mouse.move(x, y, steps=3)
    mouse.up()
    for key in ("Escape", "2"):
        console.choose("CAM-01")
        console.wait_settled()
        mouse.move(x, y)
        mouse.down()
        console.press(key)
        expect(console.part("stage")).not_to_have_attribute("data-camera", "CAM-01")
        mouse.up()
    console.mark("CAM-01", 20)
    console.wait_saved()
    expect(console.cards).to_have_count(3)
    assert [mark["camera_id"] for mark in stored()["marks"]] == ["CAM-01"] * 3

    # a held key takes one back, and goes on stepping
    for _ in range(10):
        console.page.keyboard.down("z")
    console.page.keyboard.up("z")
    expect(console.cards).to_have_count(2)
    console.step_to(30)
    for _ in range(5):
        console.page.keyboard.down(".")
    console.page.keyboard.up(".")
    console.wait_settled(35)


def test_marks_are_legs_and_keys_go_from_one_to_the_next(console: ConsolePage) -> None:
    console.mark("CAM-01", 20)
    console.mark("CAM-02", 80)
    console.mark("CAM-01", 42)
    legs = console.page.locator(".found-leg")
    expect(legs).to_have_count(2)
    expect(legs.nth(0)).to_contain_text("7:55:02–7:55:04")
    expect(legs.nth(0).locator(".found-card")).to_have_count(2)
    console.page.locator(".found-remove").nth(1).focus()
    console.press("Enter")
    expect(console.page.locator(".found-remove").nth(1)).to_be_focused()
    console.press("z")
    expect(console.cards).to_have_count(3)
    for key, camera_id, frame in (("u", "CAM-01", 20), ("i", "CAM-01", 42), ("i", "CAM-02", 80)):
        console.press(key)
        console.wait_shown(camera_id)
        console.wait_settled(frame)
    console.press("i")
    expect(console.part("toast")).to_have_text("There is no mark after this")


def test_the_picture_stays_when_marks_do_not_fit(barred_browser: Browser, open_console: OpenConsole) -> None:
    console = open_console(prepare(barred_browser.new_context(viewport=LAPTOP)).new_page())
    console.choose("CAM-01")
    place = console.part("picture").bounding_box()
    for number in range(5):
        console.mark_spot(0.2 + 0.15 * number, 0.6)
    assert console.part("foundList").evaluate("(list) => list.offsetHeight > list.clientHeight")
    assert console.part("picture").bounding_box() == place


def test_undo_goes_back_over_a_reload(context: BrowserContext, open_console: OpenConsole, stored: Stored) -> None:
    console = open_console(context.new_page())
    console.choose("CAM-01")
    console.wait_settled()
    for count, x in enumerate((0.2, 0.5, 0.8), start=1):
        console.mark_spot(x, 0.5)
        expect(console.cards).to_have_count(count)
    console.page.locator(".found-remove").nth(2).click()
    expect(console.part("toast")).to_contain_text("Removed: Lobby, 7:55:")
    console.part("toast").get_by_role("button", name="Undo").click()
    expect(console.part("toast")).to_contain_text("Put back: Lobby")
    expect(console.cards).to_have_count(3)
    console.page.locator(".found-remove").nth(0).click()
    expect(console.cards).to_have_count(2)
    console.wait_saved()
    console.page.reload()
    console.wait_ready()
    console.wait_settled()
    console.press("z")
    expect(console.cards).to_have_count(3)
    console.press("Control+z")
    console.press("Control+z")
    expect(console.cards).to_have_count(1)
    console.wait_saved()
    assert [mark["x"] for mark in stored()["marks"]] == pytest.approx([0.2], abs=0.003)
    other = open_console(context.new_page())
    other.page.locator(".found-remove").click()
    other.wait_saved()
    console.part("coverAction").click()
    expect(console.cards).to_have_count(0)
    console.press("z")
    expect(console.part("toast")).to_have_text("There is no mark or removal to undo")
    expect(console.cards).to_have_count(0)


def test_a_closer_look_is_noted_and_marks(console: ConsolePage, services: App, attempt_id: str, stored: Stored) -> None:
    console.choose("CAM-01")
    console.wait_settled()
    spot = console.find_spot(0.7, 0.4)
    console.page.mouse.move(*spot)
    console.page.mouse.wheel(0, -300)
    console.page.mouse.wheel(0, -300)
    expect(console.part("stage")).to_have_attribute("data-zoomed", "true")
    console.mark_by(lambda: console.page.mouse.click(*spot))
    console.press("f")
    console.press("f")
    expect(console.part("pendingWords")).to_be_visible()
    console.press("Enter")
    expect(console.cards).to_have_count(2)
    console.press("Escape")
    wait_zooms(console, services, attempt_id, 1)
    console.wait_saved()
    (view,) = list_payloads(services, attempt_id, EventKind.ZOOM)
    assert view["scale"] == pytest.approx(1.0018**600, rel=0.01)
    under, mark = stored()["marks"]
    assert (under["x"], under["y"]) == (pytest.approx(0.7, abs=0.004), pytest.approx(0.4, abs=0.004))
    assert (mark["x"], mark["y"]) == (view["x"], view["y"])
    stays = 0.7 - (0.7 - 0.5) / view["scale"]
    assert mark["x"] == pytest.approx(stays, abs=0.01)
    console.part("wholePicture").click()
    expect(console.part("stage")).to_have_attribute("data-zoomed", "false")
    expect(console.part("wholePicture")).to_be_hidden()
    wait_zooms(console, services, attempt_id, 2)
    assert list_payloads(services, attempt_id, EventKind.ZOOM)[1]["scale"] == 1


def test_fingers_pinch_and_a_double_tap_does_nothing(phone: ConsolePage, services: App, attempt_id: str) -> None:
    (x, y), session, now_s = phone.find_spot(0.3, 0.6), phone.page.context.new_cdp_session(phone.page), time.time()
    for after_s, points in ((0.0, [{"x": x, "y": y}]), (0.1, []), (0.2, [{"x": x, "y": y}]), (0.3, [])):
        phone.page.wait_for_timeout(300)  # a busy computer: what counts is when the finger was there
        touch = {"type": "touchStart" if points else "touchEnd", "touchPoints": points, "timestamp": now_s + after_s}
        session.send("Input.dispatchTouchEvent", touch)
    expect(phone.part("pendingMark")).to_be_visible()
    expect(phone.cards).to_have_count(0)
    expect(phone.part("stage")).to_have_attribute("data-zoomed", "false")
    phone.part("pendingDrop").tap()
    middle = phone.find_spot(0.5, 0.5)
    with touching(phone.page) as fingers:
        for spread in range(20, 81, 10):
            fingers((middle[0] - spread, middle[1]), (middle[0] + spread, middle[1]))
    expect(phone.part("stage")).to_have_attribute("data-zoomed", "true")
    expect(phone.part("pendingMark")).to_be_hidden()
    assert phone.page.evaluate("visualViewport.scale") == 1
    wait_zooms(phone, services, attempt_id, 1)
    (view,) = list_payloads(services, attempt_id, EventKind.ZOOM)
    assert view["scale"] == pytest.approx(4, rel=0.05)
    with touching(phone.page) as fingers:
        for moved in range(0, 61, 20):
            fingers((middle[0] - moved, middle[1]))
    wait_zooms(phone, services, attempt_id, 2)
    dragged = list_payloads(services, attempt_id, EventKind.ZOOM)[1]
    assert dragged["x"] > view["x"] + 0.02
    expect(phone.part("pendingMark")).to_be_hidden()
