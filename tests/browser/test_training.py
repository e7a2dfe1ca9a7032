"""A training on screens: the code that holds its place, a name with a PIN taken on a phone, the record as cards."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import BrowserContext, Page, expect

from sim.app.wiring import App
from sim.features.team import team
from sim.features.training.events import draft_training, enter_training
from tests.support.barriers import list_barriers
from tests.support.console_page import find_box
from tests.support.server_process import ServerProcess

HELD_OPEN = """() => {
  const picture = document.querySelector('.sl-join-scan img');
  const heights = [picture.parentElement.offsetHeight];
  picture.remove();
  return [...heights, document.querySelector('.sl-join-scan').offsetHeight];
}"""
"""The height of the code's place, with the code and while a new one is read."""
WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"
OVERFLOWS = "() => [...document.querySelectorAll('.sl-table')].some(each => each.scrollWidth > each.clientWidth + 1)"
BEN = "Ben 'x' <i>Hill</i>"


def test_the_room_signs_in_by_the_projector_and_the_record_is_cards_on_a_phone(
    page: Page, phone_context: BrowserContext, server: ServerProcess, services: App
) -> None:
    team_id = team.add_team(services, "Training day")
    people = [team.add_person(services, team_id, name) for name in ("Ana Lopez", BEN)]
    begins_at = datetime.now(UTC) - timedelta(minutes=5)
    plan = draft_training(team_id=team_id, title="Searching", begins_at=begins_at, minutes=60)
    training_id = enter_training(services, plan, person_ids=people)
    page.goto(f"{server.url}/training?training={training_id}")
    page.get_by_role("button", name="Open sign-in").click()
    expect(page.get_by_alt_text("Scan this with your phone, and choose your name")).to_be_visible()
    assert list_barriers(page) == []
    with_code, without = page.evaluate(HELD_OPEN)
    assert with_code == without > 200, "what is below does not jump when somebody signs in"

    phone = phone_context.new_page()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open for the projector").click()
    room = opened.value
    phone.goto(f"{server.url}/join")
    phone.get_by_label("Code of the session").fill(room.locator(".sl-join-code").inner_text())
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_text("Ben", exact=True).click()
    phone.get_by_role("button", name="Sign in as Ben").click()
    expect(room.locator(".sl-join-names li")).to_have_text(["Ben"])
    expect(page.locator(".sl-table tr", has_text="Ben")).to_contain_text("came")
    phone.get_by_text("Not you?").click()
    phone.get_by_role("button", name="That is not me").click()
    expect(phone.get_by_text("Who are you?")).to_be_visible()
    expect(room.locator(".sl-join-names")).to_have_count(0)
    expect(room.get_by_role("button")).to_have_count(0)

    phone.goto(f"{server.url}/records?team={team_id}")
    cell = phone.locator(".sl-table table.wide td[data-label='Still to practice']").first
    expect(cell).to_be_visible()
    assert not phone.evaluate(WIDE)
    box = find_box(cell)
    assert box["x"] + box["width"] <= 390
    assert not phone.evaluate(OVERFLOWS), "nothing lies out of sight"
