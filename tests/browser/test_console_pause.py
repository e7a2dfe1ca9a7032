"""A console whose trainer pauses the drill, online and offline: nothing of what was done before is lost."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from sim.app.wiring import App
from sim.attempt import attempt as clocks
from sim.attempt.arrivals import LEARNS_WITHIN_S
from sim.attempt.attempt import Attempt, AttemptState, Instant
from tests.support.console_page import SLOW_MS, ConsolePage
from tests.support.given import load_attempt

Step = Callable[[], None]
EVENTS = "**/api/attempts/**"


def turn_clock(services: App, attempt_id: str, turn: Callable[[Attempt, Instant], Attempt]) -> None:
    with services.store.write() as work:
        row = work.attempts.get(attempt_id)
        work.save_row(replace(row, timing=turn(row.timing, services.clock.read())))


@pytest.fixture
def pause(services: App, attempt_id: str) -> Step:
    return lambda: turn_clock(services, attempt_id, clocks.pause)


@pytest.fixture
def resume(services: App, attempt_id: str) -> Step:
    return lambda: turn_clock(services, attempt_id, clocks.resume)


@pytest.fixture
def cover(page: Page) -> Iterator[Locator]:
    yield page.get_by_text("Paused by your trainer")


def let_pass(page: Page, seconds: float) -> None:
    page.wait_for_function("at => performance.now() > at", arg=page.evaluate("performance.now()") + seconds * 1000)


def test_a_console_goes_through_a_pause_and_a_reload_and_loses_nothing(
    page: Page, console: ConsolePage, cover: Locator, *, services: App, attempt_id: str, pause: Step, resume: Step
) -> None:
    console.mark("CAM-01", 20)
    console.part("play").click()
    pause()
    expect(cover).to_be_visible(timeout=SLOW_MS)
    let_pass(page, LEARNS_WITHIN_S + 1)
    page.reload()
    expect(cover).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text("The clock has stopped for everyone")).to_be_visible()
    left = console.part("timeLeft").inner_text()
    let_pass(page, 3)
    assert console.part("timeLeft").inner_text() == left
    resume()
    expect(cover).to_be_hidden(timeout=SLOW_MS)
    console.wait_ready()
    expect(console.cards).to_have_count(1)
    console.wait_saved()
    console.mark("CAM-02", 30)
    console.wait_saved()
    assert page.evaluate(
        "() => [...document.querySelectorAll('img')].every((each) => !each.src || each.naturalWidth > 0)"
    )
    console.hand_in()
    expect(page.get_by_role("heading", name="Debrief")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text("came while the drill was paused")).to_have_count(0)
    row = load_attempt(services, attempt_id)
    assert (row.timing.state, row.paused_actions) == (AttemptState.SUBMITTED, 0)
    assert row.timing.paused_s > LEARNS_WITHIN_S


def test_a_console_that_was_offline_keeps_what_was_marked_before_the_pause_and_is_told_of_the_rest(
    page: Page, console: ConsolePage, cover: Locator, *, stored: Callable[[], dict], pause: Step, resume: Step
) -> None:
    console.wait_saved()
    page.route(EVENTS, lambda route: route.abort())
    console.mark("CAM-01", 20)
    let_pass(page, 0.5)
    pause()
    let_pass(page, LEARNS_WITHIN_S + 1.5)
    console.mark("CAM-01", 40)
    let_pass(page, 5)
    page.unroute(EVENTS)
    expect(cover).to_be_visible(timeout=SLOW_MS)
    resume()
    expect(page.get_by_text("What you did while the drill was paused does not count")).to_be_visible(timeout=SLOW_MS)
    expect(cover).to_be_hidden()
    expect(console.cards).to_have_count(1, timeout=SLOW_MS)
    console.wait_saved()
    assert [fix["frame"] for fix in stored()["marks"]] == [20]
