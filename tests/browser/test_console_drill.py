"""A drill opened from Home, and a whole one from the briefing on by keyboard alone."""

import re

from playwright.sync_api import Page, expect

from sim.app.wiring import App
from sim.console.attempts import create_practice
from tests.browser.conftest import PRACTICE_FORM, TRACE_FORM
from tests.support.answer_player import AnswerPlayer, read_card
from tests.support.console_page import SLOW_MS
from tests.support.given import load_attempt
from tests.support.server_process import ServerProcess


def test_every_drill_is_two_clicks_away(page: Page, server: ServerProcess, services: App) -> None:
    page.goto(server.url)
    place = services.catalog.get_recording("tiny").site.name
    page.get_by_text("All drills", exact=True).click()
    page.get_by_role("button", name=f"Start Practice 1, {place}", exact=True).click()
    page.wait_for_url(re.compile("attempt="))
    assert load_attempt(services, page.url.rsplit("attempt=", 1)[1].split("&")[0]).form_id == PRACTICE_FORM
    expect(page.get_by_role("button", name=re.compile("^Start drill"))).to_be_visible(timeout=SLOW_MS)


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


def tab_to(page: Page, name: str) -> None:
    for _ in range(MOST_TABS):
        if re.search(name, page.evaluate(FOCUSED)):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached by Tab")


def move_cross(page: Page, *, from_: tuple[int, int], to: tuple[int, int]) -> None:
    for place, (less, more) in enumerate((("ArrowLeft", "ArrowRight"), ("ArrowUp", "ArrowDown"))):
        way = to[place] - from_[place]
        key = more if way > 0 else less
        strides, steps = divmod(abs(way), STRIDE)
        for _ in range(strides):
            page.keyboard.press(f"Shift+{key}")
        for _ in range(steps // STEP):
            page.keyboard.press(key)


def test_by_keyboard_alone(page: Page, server: ServerProcess, services: App) -> None:
    attempt_id = create_practice(services, form_id=TRACE_FORM)
    page.goto(f"{server.url}/drill?attempt={attempt_id}")
    player = AnswerPlayer.sit_down(page, services, TRACE_FORM)
    expect(page.get_by_role("button", name=re.compile("^Start drill"))).to_be_visible(timeout=SLOW_MS)
    tab_to(page, "^Start drill")
    page.keyboard.press("Enter")
    console = player.console
    console.wait_ready()
    answer = player.perfect
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
    assert read_card(services, attempt_id)["passed"] is True
