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
from tests.support.server_process import ServerProcess

Stored = Callable[[], dict]
EVENTS = "**/api/attempts/*/events"


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

    # a mark that was taken away stays away; one in the list leads back to its moment
    console.page.locator(".found-remove").first.click()
    expect(console.cards).to_have_count(1)
    console.page.reload()
    console.wait_ready()
    expect(console.cards).to_have_count(1)
    console.choose("CAM-04")
    console.go_to("7:55:12 AM")
    console.wait_settled(120)
    console.page.locator(".found-go").click()
    console.wait_shown("CAM-02")
    console.wait_settled(87)
    expect(console.page.locator(".marks .ring")).to_have_count(1)
    console.wait_saved()
    assert [mark["frame"] for mark in stored()["marks"]] == [87]


def test_what_is_done_offline_waits_and_arrives_once(page: Page, open_console: OpenConsole, stored: Stored) -> None:
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

    def lose_answer(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route(EVENTS, lose_answer)
    console.mark_spot(0.8, 0.5)
    expect(console.part("statusText")).to_contain_text("Offline", timeout=SLOW_MS)
    page.unroute_all(behavior="wait")
    console.wait_saved()
    assert len(stored()["marks"]) == 4


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
    tab = first.page.evaluate("sessionStorage.getItem('sightline-tab')")
    copy = context.new_page()
    copy.add_init_script(f"sessionStorage.getItem('sightline-tab') ?? sessionStorage.setItem('sightline-tab', '{tab}')")
    open_console(copy)
    assert copy.evaluate("sessionStorage.getItem('sightline-tab')") != tab, "a copied tab has an identity of its own"
    assert first.page.evaluate("sessionStorage.getItem('sightline-tab')") == tab


def test_the_page_shows_what_the_server_says_of_time_access_and_itself(
    context: BrowserContext, server: ServerProcess, services: App, attempt_id: str
) -> None:
    def answer_less(route: Route) -> None:
        route.fulfill(json={**route.fetch().json(), "remaining_ms": 59_900})

    def answer_timed_out(route: Route) -> None:
        route.fulfill(json={**route.fetch().json(), "state": "timed_out", "remaining_ms": 0})

    page = context.new_page()
    page.route("**/api/attempts/*", lambda route: route.abort("connectionrefused"))
    console = ConsolePage(page, f"{server.url}/drill?attempt={attempt_id}")
    page.goto(console.address)
    expect(console.part("coverTitle")).to_have_text("Waiting for the server", timeout=SLOW_MS)
    page.unroute_all(behavior="wait")
    console.wait_ready()
    expect(console.part("cover")).to_be_hidden()

    page.route(re.compile("/api/attempts/"), answer_less)
    expect(console.part("timeLeft")).to_have_text(re.compile(r"^(1:00|0:5\d)$"), timeout=SLOW_MS)
    expect(console.part("timeBox")).to_have_attribute("data-short", "true")
    page.unroute_all(behavior="wait")
    expect(console.part("timeBox")).to_have_attribute("data-short", "false", timeout=SLOW_MS)

    page.route(EVENTS, lambda route: route.fulfill(status=403, json={"error": "the token has expired"}))
    expect(console.part("coverTitle")).to_have_text("Your access has expired", timeout=SLOW_MS)
    page.unroute_all(behavior="wait")
    with page.expect_event("load"):
        console.part("coverAction").click()
    console.wait_ready()
    expect(console.part("cover")).to_be_hidden()

    page.route(EVENTS, answer_timed_out)
    expect(console.part("coverTitle")).to_have_text("Time is up", timeout=SLOW_MS)
    expect(console.part("handIn")).to_be_disabled()
    page.unroute_all(behavior="wait")
    assert attempts.get_state(services, attempt_id) is AttemptState.RUNNING
