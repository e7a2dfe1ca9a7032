"""A training on screens: the code that holds its place, a name with a PIN taken on a phone, the record as cards."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from sim.services.accounts import sessions
from sim.services.accounts.roster_accounts import set_pin
from sim.services.accounts.sign_in import set_up
from sim.services.app.wiring import App
from sim.services.team import team
from sim.services.training_event.events import TrainingPlan, enter_training, get_training
from sim.services.training_event.sign_in import make_sign_in_code, open_sign_in
from sim.services.training_event.view import write_known
from tests.support.barriers import list_barriers
from tests.support.console_page import find_box
from tests.support.server_process import ServerProcess, open_data

HELD_OPEN = """() => {
  const picture = document.querySelector('.sl-join-scan img');
  const heights = [picture.parentElement.offsetHeight];
  picture.remove();
  return [...heights, document.querySelector('.sl-join-scan').offsetHeight];
}"""
"""The height of the code's place, with the code and while a new one is read."""
WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"
OVERFLOWS = "() => [...document.querySelectorAll('.sl-table')].some(each => each.scrollWidth > each.clientWidth + 1)"
PIN = "482915"
BEN = "Ben 'x' <i>Hill</i>"


def plan_training(app: App) -> tuple[str, str, list[str]]:
    """Return the ids of a team, of its training that has begun, and of its people."""
    team_id = team.add_team(app, "Training day")
    people = [team.add_person(app, team_id, name) for name in ("Ana Lopez", BEN)]
    begins_at = datetime.now(UTC) - timedelta(minutes=5)
    plan = TrainingPlan(team_id=team_id, title="Searching", begins_at=begins_at, minutes=60)
    return team_id, enter_training(app, plan, person_ids=people), people


def test_the_code_holds_its_place_and_the_record_is_cards_on_a_phone(
    page: Page, phone_context: BrowserContext, server: ServerProcess, services: App
) -> None:
    team_id, training_id, _ = plan_training(services)
    page.goto(f"{server.url}/training?training={training_id}")
    page.get_by_role("button", name="Open sign-in").click()
    expect(page.get_by_alt_text("Scan this with your phone, and choose your name")).to_be_visible()
    assert list_barriers(page) == []
    with_code, without = page.evaluate(HELD_OPEN)
    assert with_code == without > 200, "what is below does not jump when somebody signs in"

    phone = phone_context.new_page()
    phone.goto(f"{server.url}/records?team={team_id}")
    cell = phone.locator(".sl-table table.wide td[data-label='Still to practice']").first
    expect(cell).to_be_visible()
    assert not phone.evaluate(WIDE)
    box = find_box(cell)
    assert box["x"] + box["width"] <= 390
    assert not phone.evaluate(OVERFLOWS), "nothing lies out of sight"


@pytest.fixture
def school(tmp_path: Path) -> Iterator[tuple[ServerProcess, App, str]]:
    """An installation that is set up, with a training whose sign-in is open; Ben has a PIN."""
    app = open_data(tmp_path)
    admin = sessions.find_viewer(app, set_up(app, name="Kim Lee", secret="blue ladder quiet 9"), is_local=False)
    _, training_id, people = plan_training(app)
    set_pin(app, admin, people[1], PIN)
    open_sign_in(app, training_id)
    with ServerProcess(tmp_path) as server:
        yield server, app, training_id
    app.close()


def test_a_pin_is_asked_for_and_signs_in(school: tuple[ServerProcess, App, str], phone_context: BrowserContext) -> None:
    server, app, training_id = school
    phone = phone_context.new_page()
    phone.goto(f"{server.url}/training-sign-in?t={make_sign_in_code(app, get_training(app, training_id)).token}")
    phone.get_by_text("Ben", exact=True).click()
    field = phone.get_by_label("PIN or passphrase of Ben")
    expect(field).to_be_visible()
    assert not phone.evaluate(WIDE)
    field.fill("111111")
    assert list_barriers(phone) == []
    phone.get_by_role("button", name="Sign in as Ben").click()
    expect(phone.get_by_text("do not belong together")).to_be_visible()
    phone.get_by_label("PIN or passphrase").fill(PIN)
    phone.get_by_role("button", name="Sign in", exact=True).click()
    expect(phone.get_by_role("heading", name=f"You're signed in, {BEN}")).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("heading", name=f"You're signed in, {BEN}")).to_be_visible()
    known = {each.name: write_known(each) for each in get_training(app, training_id).attendees}
    assert known == {"Ana Lopez": "", BEN: "signed in with a PIN"}
