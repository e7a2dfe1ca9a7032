"""Lesson 1 from Home to its result by touch on a phone; by mouse it is played in `test_wheel`."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, Page, expect

from sim.app.wiring import App
from tests.support.answer_player import AnswerPlayer
from tests.support.console_page import SLOW_MS
from tests.support.given import load_attempt
from tests.support.server_process import ServerProcess


def test_lesson_1_is_played_to_its_end(server: ServerProcess, services: App, phone_context: BrowserContext) -> None:
    page, press = phone_context.new_page(), Locator.tap
    page.goto(server.url)
    press_button(page, "Start lesson 1", press)
    expect(page.get_by_role("heading", name="Lesson 1: Start where they were last seen")).to_be_visible()
    watch_example(page, press)
    play_try(page, services, press=press)
    press_button(page, "Next: lesson 2", press)
    expect(page.get_by_role("heading", name="Lesson 2: Pick the next camera from the map")).to_be_visible()
    page.goto(server.url)
    expect(page.get_by_role("heading", name=re.compile(r"^Lesson 1: passed in \d:\d\d\.$"))).to_be_visible(
        timeout=SLOW_MS
    )
    expect(page.get_by_role("button", name="Start lesson 2", exact=True).first).to_be_visible()
    expect(page.get_by_text("Your past drills")).to_be_visible()


def play_try(
    page: Page,
    services: App,
    *,
    press: Callable[[Locator], None] = Locator.click,
    find_form_id: Callable[[str], str] | None = None,
) -> None:
    press_button(page, "Start (the clock starts now)", press)
    page.wait_for_url(re.compile("attempt="))
    attempt_id = page.url.rsplit("attempt=", 1)[1].split("&")[0]
    form_id = find_form_id(attempt_id) if find_form_id else load_attempt(services, attempt_id).form_id
    player = AnswerPlayer.sit_down(page, services, form_id, by_touch=press is Locator.tap)
    player.console.wait_ready()
    player.play(player.perfect)
    passed = page.get_by_text(re.compile(r"^Passed in \d:\d\d\. Without steps and hints, it earns a star\.$"))
    expect(passed).to_be_visible(timeout=SLOW_MS)


def watch_example(page: Page, press: Callable[[Locator], None]) -> None:
    whom = page.get_by_text(re.compile(r"^Student, ")).inner_text()
    press_button(page, "Watch an expert first", press)
    caption = page.locator("[data-part=replayCaption]")
    expect(caption).to_have_text(re.compile(r"Start where they were last seen: camera \d"), timeout=SLOW_MS)
    expect(page.locator("[data-part=console]")).not_to_contain_text(whom)
    press(page.get_by_role("link", name="Your turn"))
    expect(page.get_by_text(whom, exact=True)).to_be_visible(timeout=SLOW_MS)


def press_button(page: Page, name: str, press: Callable[[Locator], None]) -> None:
    button = page.get_by_role("button", name=name, exact=True)
    expect(button).to_be_visible(timeout=SLOW_MS)
    press(button)
