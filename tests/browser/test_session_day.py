"""A session day in three browsers: a trainer, a phone that joins by QR code, and a laptop by an invitation."""

import re

from playwright.sync_api import APIResponse, Browser, BrowserContext, Page, Route, expect

from sim.app.wiring import App
from sim.features.session import joining, opening
from sim.features.session.board import get_details, get_spoken_code
from sim.features.team import team
from sim.program.session_day import SessionKind, Starting
from tests.browser.conftest import prepare
from tests.support.console_page import ConsolePage
from tests.support.given import load_attempt
from tests.support.server_process import ServerProcess

NAMES = ("Ana Lopez", "Ben 'x' <i>Hill</i>", "Cy Park")
WATCH = """
() => {
  window.leastCards = Infinity;
  const look = () => {
    const cards = [...document.querySelectorAll(".sl-board li")];
    window.leastCards = Math.min(window.leastCards, cards.length);
    requestAnimationFrame(look);
  };
  look();
}
"""
WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"


def open_session(services: App) -> tuple[str, dict[str, str]]:
    team_id = team.add_team(services, "Session day")
    people = {name: team.add_person(services, team_id, name) for name in NAMES}
    plan = opening.Plan(
        team_id=team_id,
        kind=SessionKind.BEFORE,
        starting=Starting.TOGETHER,
        place="Library",
        person_ids=tuple(people.values()),
        extra_time={people[NAMES[1]]: 1.5},
    )
    return opening.open_session(services, plan), people


def test_two_trainees_and_a_trainer_hold_a_session(
    browser: Browser, page: Page, phone_context: BrowserContext, server: ServerProcess, services: App
) -> None:
    session_id, people = open_session(services)
    laptop_context = prepare(browser.new_context(viewport={"width": 1366, "height": 768}))
    phone, laptop = phone_context.new_page(), laptop_context.new_page()
    page.goto(f"{server.url}/session?session={session_id}")
    expect(page.locator(".sl-join-code")).to_have_text(re.compile(r"^\d{3} \d{3} \d{3}$"))

    expect(page.get_by_text("Join on a computer")).to_be_visible()
    phone.goto(f"{server.url}/join?t={joining.make_screen_code(services, session_id).token}")
    phone.get_by_text("Ana", exact=True).click()
    phone.get_by_role("button", name="Join as Ana").click()
    expect(phone.get_by_role("heading", name="You're in, Ana Lopez")).to_be_visible()
    expect(phone.get_by_text("a drill on a phone will not count")).to_be_visible()
    assert not phone.evaluate(WIDE)
    laptop.goto(f"{server.url}/join")
    laptop.get_by_label("Code of the session").fill(get_spoken_code(services, session_id))
    laptop.get_by_role("button", name="Continue").click()
    expect(laptop.get_by_text("a code that changes every minute")).to_be_visible()
    expect(laptop.get_by_label("Code of the session"), "the first code is not offered again").to_have_value("")
    laptop.get_by_label("Code of the session").fill(page.locator(".sl-join-code").inner_text())
    laptop.get_by_role("button", name="Continue").click()
    laptop.get_by_text("Ben", exact=True).click()
    expect(laptop.get_by_text("Ana", exact=True)).to_have_count(0)
    laptop.get_by_role("button", name="Join as Ben").click()
    expect(laptop.get_by_role("heading", name="You're in, Ben 'x' <i>Hill</i>")).to_be_visible()

    expect(page.locator(".sl-join-count")).to_have_text("2 of 3 have joined")
    expect(page.locator(".sl-join-names li")).to_have_text(["Ana", "Ben"])
    room = page.context.new_page()
    room.goto(f"{server.url}/session?session={session_id}&show=room")
    expect(room.locator(".sl-join-names li")).to_have_text(["Ana", "Ben"])
    expect(room.get_by_role("button", name="End the session")).to_have_count(0)
    laptop.get_by_text("Not you?").click()
    laptop.get_by_role("button", name="That is not me").click()
    expect(laptop.get_by_text("Who are you?")).to_be_visible()
    expect(room.locator(".sl-join-names li")).to_have_text(["Ana"])
    laptop.get_by_text("Ben", exact=True).click()
    laptop.get_by_role("button", name="Join as Ben").click()
    expect(page.locator(".sl-join-count")).to_have_text("2 of 3 have joined")
    page.get_by_text("Board", exact=True).last.click()
    expect(page.locator(".sl-board li", has_text="Ben 'x' <i>Hill</i>")).to_contain_text("In the waiting room")
    page.get_by_role("button", name="Show the briefing").click()
    for trainee in (phone, laptop):
        expect(trainee.get_by_text("The trainer starts everybody together")).to_be_visible()
        expect(trainee.get_by_role("button", name=re.compile("Start"))).to_have_count(0)
    phone.reload()
    expect(phone.get_by_text("The trainer starts everybody together")).to_be_visible()

    expect(page.get_by_text("2 of 2 have the briefing open")).to_be_visible()
    page.get_by_role("button", name="Start the clocks").click()
    expect(room.get_by_text(re.compile(r"Starts in \d"))).to_be_visible()
    expect(laptop.get_by_text(re.compile(r"Starts in \d"))).to_be_visible()
    for trainee in (phone, laptop):
        ConsolePage(trainee, trainee.url).wait_ready()
    found = [get_details(services, session_id, people[name]) for name in NAMES[:2]]
    given = [load_attempt(services, each.invited.attempt_id or "").timing for each in found]
    assert given[0].released_at == given[1].released_at
    assert given[1].limit_s == 1.5 * given[0].limit_s

    page.get_by_text("Pause for everyone").click()
    page.get_by_label("Why").fill("fire alarm")
    page.get_by_role("button", name="Stop the clocks").click()
    expect(room.get_by_text("Paused", exact=True)).to_be_visible()
    for trainee in (phone, laptop):
        expect(trainee.get_by_text("Paused by your trainer")).to_be_visible()
    page.get_by_role("button", name="Continue for everyone").click()
    for trainee in (phone, laptop):
        expect(trainee.get_by_text("Paused by your trainer")).to_be_hidden()
        ConsolePage(trainee, trainee.url).wait_ready()
    assert all(load_attempt(services, each.invited.attempt_id or "").timing.paused_s > 0 for each in found)

    page.evaluate(WATCH)
    held: list[tuple[Route, APIResponse]] = []
    laptop.route(
        "**/help", lambda each: held.append((each, each.fetch())) if each.request.method == "GET" else each.continue_()
    )
    laptop.locator("[data-part=nearTools] [data-tool=help]").click()
    laptop.locator("[data-part=helpAsk]").click()
    expect(laptop.locator("[data-part=helpSaid]")).to_contain_text("Your trainer sees on their screen")
    ((route, before),) = held
    route.fulfill(response=before)
    laptop.wait_for_timeout(500)
    expect(laptop.locator("[data-part=helpAsk]"), "an answer from before the call does not take it back").to_be_hidden()
    badge = page.get_by_text("Someone is asking for help")
    expect(badge).to_be_visible()
    expect(room.locator(".sl-board li", has_text=NAMES[0])).to_contain_text("In the drill")
    expect(room.get_by_text("asks for help")).to_have_count(0)
    expect(room.get_by_text("Will not count")).to_have_count(0)
    expect(page.get_by_text("Asked for help")).to_have_count(0), "the board may stand on a projector"
    for name in NAMES[:2]:  # anyone can look up the answers of these drills
        shown = re.compile(r"In the drillWill not count\d:\d\d so far")
        expect(page.locator(".sl-board li", has_text=name)).to_contain_text(shown)
    assert page.evaluate("window.leastCards") == 3
    page.get_by_role("button", name="Results", exact=True).or_(page.get_by_role("radio", name="Results")).first.click()
    expect(badge).to_be_visible()
    page.get_by_role("button", name="People", exact=True).or_(page.get_by_role("radio", name="People")).first.click()
    expect(page.get_by_text("Asked for help").first).to_be_visible()
    page.get_by_role("button", name="Answered").click()
    expect(page.get_by_role("button", name="Answered")).to_have_count(0)
    expect(badge).to_have_count(0)
    (call,) = get_details(services, session_id, people[NAMES[1]]).calls
    assert call.answered_at is not None
    laptop_context.close()
