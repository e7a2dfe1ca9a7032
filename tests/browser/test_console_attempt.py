"""Nothing a trainee did is lost: reloads, lost connections, second tabs, the end of the time."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from sim.drill.attempt import AttemptState
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from tests.browser.conftest import OpenConsole
from tests.support.console_page import SLOW_MS, ConsolePage

Stored = Callable[[], dict]
EVENTS = "**/api/attempts/*/events"
ATTEMPT = re.compile("/api/attempts/")


def test_a_reload_goes_on_where_it_was(console: ConsolePage, stored: Stored) -> None:
    console.choose("CAM-02")
    console.step_to(63)
    console.mark_spot(0.4, 0.6)
    console.step_to(87)
    console.mark_spot(0.7, 0.3)
    console.part("note").fill("Red hoodie, going east")
    console.part("handIn").click()
    console.part("finalZone").select_option(index=1)
    chosen = console.part("finalZone").input_value()
    console.part("handInBack").click()
    console.page.reload()
    console.wait_ready()
    console.wait_shown("CAM-02")
    console.wait_settled(87)
    expect(console.cards).to_have_count(2)
    expect(console.cards.nth(0)).to_contain_text("7:55:06 AM")
    expect(console.part("note")).to_have_value("Red hoodie, going east")
    expect(console.part("finalZone")).to_have_value(chosen)
    console.wait_saved()
    assert [mark["frame"] for mark in stored()["marks"]] == [63, 87]
    assert stored()["note"] == "Red hoodie, going east"


def test_the_time_left_is_the_servers(page: Page, open_console: OpenConsole) -> None:
    def answer_less(route: Route) -> None:
        route.fulfill(json={**route.fetch().json(), "remaining_ms": 59_900})

    page.route(ATTEMPT, answer_less)
    console = open_console(page)
    expect(console.part("timeLeft")).to_have_text(re.compile(r"^(1:00|0:5\d)$"))
    expect(console.part("timeBox")).to_have_attribute("data-short", "true")
    page.unroute_all(behavior="wait")
    expect(console.part("timeBox")).to_have_attribute("data-short", "false", timeout=SLOW_MS)


def test_marks_are_taken_away_and_stay_away(console: ConsolePage, stored: Stored) -> None:
    console.choose("CAM-01")
    console.wait_settled()
    console.mark_spot(0.3, 0.5)
    console.mark_spot(0.6, 0.5)
    expect(console.cards).to_have_count(2)
    console.page.locator(".found-remove").first.click()
    expect(console.cards).to_have_count(1)
    console.page.reload()
    console.wait_ready()
    expect(console.cards).to_have_count(1)
    console.wait_saved()
    assert len(stored()["marks"]) == 1


def test_a_mark_in_the_list_leads_back_to_it(console: ConsolePage) -> None:
    console.choose("CAM-01")
    console.step_to(33)
    console.mark_spot(0.5, 0.5)
    console.choose("CAM-04")
    console.go_to("7:55:12 AM")
    console.wait_settled(120)
    console.page.locator(".found-go").click()
    console.wait_shown("CAM-01")
    console.wait_settled(33)
    expect(console.page.locator(".marks .ring")).to_have_count(1)


def test_what_is_done_offline_waits_and_then_arrives(page: Page, open_console: OpenConsole, stored: Stored) -> None:
    console = open_console(page)
    console.choose("CAM-01")
    console.wait_saved()
    console.wait_settled()
    page.route(EVENTS, lambda route: route.abort("internetdisconnected"))
    for x in (0.2, 0.4, 0.6):
        console.mark_spot(x, 0.5)
    expect(console.part("statusText")).to_have_text("Offline: 3 actions waiting", timeout=SLOW_MS)
    assert stored()["marks"] == []
    page.unroute(EVENTS)
    expect(console.part("statusText")).to_have_text("Saved", timeout=SLOW_MS)
    assert [mark["x"] for mark in stored()["marks"]] == pytest.approx([0.2, 0.4, 0.6], abs=0.003)


NO_LAST_WORDS = """
const ask = fetch;
fetch = (url, how) => (how?.keepalive || document.hidden ? Promise.reject(new TypeError()) : ask(url, how));
"""
"""A page that is being left sends nothing; what it asks for then, a route would not hold back."""


def test_what_is_done_offline_survives_a_reload(page: Page, open_console: OpenConsole, stored: Stored) -> None:
    page.add_init_script(NO_LAST_WORDS)
    console = open_console(page)
    console.choose("CAM-01")
    console.wait_saved()
    console.wait_settled()
    page.route(EVENTS, lambda route: route.abort("internetdisconnected"))
    console.mark_spot(0.5, 0.5)
    expect(console.part("statusText")).to_contain_text("Offline", timeout=SLOW_MS)
    page.reload()
    console.wait_ready()
    expect(console.cards).to_have_count(1)
    assert stored()["marks"] == []
    page.unroute(EVENTS)
    console.wait_saved()
    assert len(stored()["marks"]) == 1


def test_an_answer_that_never_comes_back_is_not_counted_twice(
    page: Page, open_console: OpenConsole, stored: Stored
) -> None:
    console = open_console(page)
    console.choose("CAM-01")
    console.wait_saved()
    console.wait_settled()

    def lose_answer(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route(EVENTS, lose_answer)
    console.mark_spot(0.5, 0.5)
    expect(console.part("statusText")).to_contain_text("Offline", timeout=SLOW_MS)
    page.unroute_all(behavior="wait")
    console.wait_saved()
    assert len(stored()["marks"]) == 1


def test_a_second_tab_takes_the_lead_and_the_first_says_so(context: BrowserContext, open_console: OpenConsole) -> None:
    first = open_console(context.new_page())
    first.choose("CAM-01")
    first.wait_settled()
    first.mark_spot(0.5, 0.5)
    first.wait_saved()
    second = open_console(context.new_page())
    expect(second.cards).to_have_count(1)
    expect(first.part("coverTitle")).to_have_text("This drill is open in another tab", timeout=SLOW_MS)
    second.choose("CAM-02")
    second.wait_settled()
    second.mark_spot(0.3, 0.3)
    second.wait_saved()
    first.part("coverAction").click()
    expect(first.part("cover")).to_be_hidden()
    expect(first.cards).to_have_count(2)
    expect(second.part("coverTitle")).to_have_text("This drill is open in another tab", timeout=SLOW_MS)


def test_a_copied_tab_has_an_identity_of_its_own(context: BrowserContext, open_console: OpenConsole) -> None:
    first = open_console(context.new_page())
    tab = first.page.evaluate("sessionStorage.getItem('sightline-tab')")
    copy = context.new_page()
    copy.add_init_script(f"sessionStorage.getItem('sightline-tab') ?? sessionStorage.setItem('sightline-tab', '{tab}')")
    open_console(copy)
    assert copy.evaluate("sessionStorage.getItem('sightline-tab')") != tab
    assert first.page.evaluate("sessionStorage.getItem('sightline-tab')") == tab


def test_an_expired_token_asks_for_a_reload(page: Page, open_console: OpenConsole) -> None:
    console = open_console(page)
    page.route(EVENTS, lambda route: route.fulfill(status=403, json={"error": "the token has expired"}))
    expect(console.part("coverTitle")).to_have_text("Your access has expired", timeout=SLOW_MS)
    page.unroute_all(behavior="wait")
    with page.expect_event("load"):
        console.part("coverAction").click()
    console.wait_ready()
    expect(console.part("cover")).to_be_hidden()


def test_the_end_of_the_time_ends_the_drill(
    page: Page, open_console: OpenConsole, services: App, attempt_id: str
) -> None:
    console = open_console(page)

    def answer_timed_out(route: Route) -> None:
        answer = route.fetch().json()
        route.fulfill(json={**answer, "state": "timed_out", "remaining_ms": 0})

    page.route(EVENTS, answer_timed_out)
    expect(console.part("coverTitle")).to_have_text("Time is up", timeout=SLOW_MS)
    expect(console.part("handIn")).to_be_disabled()
    page.unroute_all(behavior="wait")
    assert attempts.get_state(services, attempt_id) is AttemptState.RUNNING


def test_a_server_that_does_not_answer_is_waited_for(context: BrowserContext, server, attempt_id: str) -> None:
    page = context.new_page()
    page.route("**/api/attempts/*", lambda route: route.abort("connectionrefused"))
    console = ConsolePage(page, f"{server.url}/drill?attempt={attempt_id}")
    page.goto(console.address)
    expect(console.part("coverTitle")).to_have_text("Waiting for the server", timeout=SLOW_MS)
    page.unroute_all(behavior="wait")
    console.wait_ready()
    expect(console.part("cover")).to_be_hidden()
