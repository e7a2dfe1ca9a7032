"""Lesson 1 from Home to its result, by mouse on a laptop, by keyboard alone, by touch on a phone and on a tablet."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from sim.scoring.evidence import Mark
from sim.services.app.wiring import App
from sim.tasks import get_task_type
from tests.support.answer_player import AnswerPlayer
from tests.support.console_page import SLOW_MS, ConsolePage
from tests.support.server_process import ServerProcess

BIG_STEP, STEP = 0.05, 0.01
"""How far the keyboard's cross goes at a press of an arrow, with Shift and without, as a part of the picture."""


class KeyboardPlayer(AnswerPlayer):
    """Plays without any pointer."""

    def _press(self, button: Locator) -> None:
        press_by_key(button)

    def _open(self, camera_id: str) -> None:
        press_by_key(self.console.page.locator(f".tile[data-camera={camera_id}]"))
        self.console.wait_shown(camera_id)

    def _mark(self, mark: Mark, number: int) -> None:
        self._open(mark.camera_id)
        self._go_to(mark.t_s)
        self.console.press("f")
        expect(self.console.part("cross")).to_be_visible()
        for value, side, back, forth in (
            (mark.x, "left", "ArrowLeft", "ArrowRight"),
            (mark.y, "top", "ArrowUp", "ArrowDown"),
        ):
            percent: float = self.console.part("cross").evaluate("(cross, side) => parseFloat(cross.style[side])", side)
            steps = round((value - percent / 100) / STEP)
            big, small = divmod(abs(steps), round(BIG_STEP / STEP))
            key = forth if steps > 0 else back
            for press in [f"Shift+{key}"] * big + [key] * small:
                self.console.press(press)
        self.console.press("f")
        expect(self.console.cards).to_have_count(number)
        self.console.press("Escape")


def press_by_key(button: Locator) -> None:
    button.focus()
    button.press("Enter")


HANDS = {
    "mouse": (AnswerPlayer, Locator.click, "context"),
    "keys": (KeyboardPlayer, press_by_key, "context"),
    "phone": (AnswerPlayer, Locator.tap, "phone_context"),
    "tablet": (AnswerPlayer, Locator.tap, "tablet_context"),
}
WATCHES = {"mouse", "phone"}
"""Who looks at the expert first; the others begin at once."""


@pytest.mark.parametrize("hand", HANDS)
def test_lesson_1_is_played_to_its_end(
    hand: str, server: ServerProcess, services: App, request: pytest.FixtureRequest
) -> None:
    kind, press, screen = HANDS[hand]
    context: BrowserContext = request.getfixturevalue(screen)
    page = context.new_page()
    page.goto(server.url)
    press_button(page, "Start lesson 1", press)
    expect(page.get_by_role("heading", name="Lesson 1: Start where they were last seen")).to_be_visible()
    if hand in WATCHES:
        watch_example(page, press)
    play_try(page, services, kind=kind, press=press)
    press_button(page, "Next: without help", press)
    expect(page.get_by_text("This try is without help. 0 of 2 passed in a row so far.")).to_be_visible(timeout=SLOW_MS)
    page.goto(server.url)
    expect(page.get_by_text("Lesson 1, 5 minutes")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text("Your past drills")).to_be_visible()


def play_try(
    page: Page,
    services: App,
    *,
    kind: type[AnswerPlayer] = AnswerPlayer,
    press: Callable[[Locator], None] = Locator.click,
    find_form_id: Callable[[str], str] | None = None,
) -> None:
    """Start the try whose briefing is open, and give the right answer as a person does.

    `find_form_id` says which form an attempt is on where the database is not the services' own.
    """
    press_button(page, "Start (the clock starts now)", press)
    page.wait_for_url(re.compile("attempt="))
    attempt_id = page.url.rsplit("attempt=", 1)[1].split("&")[0]
    console = ConsolePage(page, page.url)
    console.wait_ready()
    if find_form_id is None:
        with services.store.read() as work:
            form_id = work.attempts.get(attempt_id).form_id
    else:
        form_id = find_form_id(attempt_id)
    form = services.catalog.get_form(form_id).form
    truth = services.catalog.get_truth(form.recording_id)
    task_type = get_task_type(form.type)
    player = kind(
        console=console,
        manifest=services.catalog.get_recording(form.recording_id).manifest,
        form=task_type.make_answer_form(form.task),
        truth=truth,
        by_touch=press is Locator.tap,
    )
    player.play(task_type.answer_perfectly(form.task, truth))
    passed = page.get_by_text(re.compile(r"^Passed in \d:\d\d\. Now try it without help\.$"))
    expect(passed).to_be_visible(timeout=SLOW_MS)


def watch_example(page: Page, press: Callable[[Locator], None]) -> None:
    """Watch how an expert begins with another student, then go on to one's own try."""
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
