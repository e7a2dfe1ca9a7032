"""A whole drill from briefing to debrief: by keyboard alone, and by touch on a phone."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from sim.services.app.wiring import App
from sim.services.attempt.attempts import create_practice
from tests.browser.test_console_drill import TRACE_FORM, Player, read_card
from tests.support.console_page import SLOW_MS
from tests.support.server_process import ServerProcess

FOCUSED = """
() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element?.dataset.part ?? element?.textContent ?? "";
}
"""
MOST_TABS = 80
STRIDE, STEP = 5, 1
"""Hundredths of the picture that the cross moves, with Shift and without."""


def open_player(page: Page, server: ServerProcess, services: App) -> Player:
    attempt_id = create_practice(services, form_id=TRACE_FORM)
    page.goto(f"{server.url}/drill?attempt={attempt_id}")
    return Player(page, services, attempt_id)


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the element of that name has the focus."""
    for _ in range(MOST_TABS):
        if re.search(name, page.evaluate(FOCUSED)):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached by Tab")


def move_cross(page: Page, *, from_: tuple[int, int], to: tuple[int, int]) -> None:
    """Move the cross by arrow keys, in hundredths of the picture."""
    for place, (less, more) in enumerate((("ArrowLeft", "ArrowRight"), ("ArrowUp", "ArrowDown"))):
        way = to[place] - from_[place]
        key = more if way > 0 else less
        strides, steps = divmod(abs(way), STRIDE)
        for _ in range(strides):
            page.keyboard.press(f"Shift+{key}")
        for _ in range(steps // STEP):
            page.keyboard.press(key)


def test_by_keyboard_alone(page: Page, server: ServerProcess, services: App) -> None:
    player = open_player(page, server, services)
    expect(page.get_by_role("button", name=re.compile("^Start drill"))).to_be_visible(timeout=SLOW_MS)
    tab_to(page, "^Start drill")
    page.keyboard.press("Enter")
    console = player.console
    console.wait_ready()
    answer = player.answer(player.form.task)
    fps, at = round(player.manifest.fps), (50, 50)
    frame = round(player.form.window_s[0] * fps)
    for number, mark in enumerate(sorted(answer.marks, key=lambda each: each.t_s), start=1):
        page.keyboard.press(str(int(mark.camera_id.removeprefix("CAM-"))))
        console.wait_shown(mark.camera_id)
        wanted = round(mark.t_s * fps)
        seconds, steps = divmod(wanted - frame, fps)
        for _ in range(seconds):
            page.keyboard.press("ArrowRight")
        for _ in range(steps):
            page.keyboard.press(".")
        frame = wanted
        console.wait_settled(frame)
        page.keyboard.press("f")
        spot = (round(mark.x * 100), round(mark.y * 100))
        move_cross(page, from_=at, to=spot)
        at = spot
        page.keyboard.press("Enter")
        expect(console.cards).to_have_count(number)
        page.keyboard.press("Escape")
    tab_to(page, "^handIn$")
    page.keyboard.press("Enter")
    tab_to(page, "^finalZone$")
    option = console.part("finalZone").locator(f"option[value='{answer.final_zone}']")
    page.keyboard.type(option.text_content() or "")
    tab_to(page, "^handInNow$")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Debrief")).to_be_visible(timeout=SLOW_MS)
    assert read_card(services, player.attempt_id)["passed"] is True


def test_by_touch_on_a_phone(phone_context: BrowserContext, server: ServerProcess, services: App) -> None:
    page = phone_context.new_page()
    player = open_player(page, server, services)
    page.get_by_role("button", name=re.compile("^Start drill")).tap()
    console = player.console
    console.wait_ready()
    answer = player.answer(player.form.task)
    fps = round(player.manifest.fps)
    for number, mark in enumerate(answer.marks, start=1):
        console.part("finderTab").tap()
        console.part("finderField").fill(mark.camera_id.removeprefix("CAM-"))
        page.locator(f".finder-row[data-camera={mark.camera_id}]").tap()
        console.wait_shown(mark.camera_id)
        second, steps = divmod(round(mark.t_s * fps), fps)
        console.go_to(f"7:55:{second:02d} AM")
        console.wait_settled(second * fps)
        for _ in range(steps):
            console.part("frameForward").tap()
        console.wait_settled(second * fps + steps)
        console.tap_picture(mark.x, mark.y)
        console.part("pendingMark").tap()
        expect(console.part("foundCount")).to_have_text(str(number))
    console.part("handIn").tap()
    console.part("finalZone").select_option(answer.final_zone)
    console.part("handInNow").tap()
    expect(page.get_by_role("heading", name="Debrief")).to_be_visible(timeout=SLOW_MS)
    assert read_card(services, player.attempt_id)["passed"] is True
