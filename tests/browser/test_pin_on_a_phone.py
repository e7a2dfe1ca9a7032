"""A name with a PIN, taken on a phone: the PIN is asked for where the name was chosen, and the code moves on."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from sim.services.accounts import sessions
from sim.services.accounts.roster_accounts import set_pin
from sim.services.accounts.sign_in import set_up
from sim.services.app.settings import read_settings
from sim.services.app.wiring import App, open_app, system_clock
from sim.services.team import team
from sim.services.training_event.events import TrainingPlan, enter_training, get_training
from sim.services.training_event.sign_in import make_sign_in_code, open_sign_in
from sim.services.training_event.view import write_known
from tests.support.barriers import list_barriers
from tests.support.server_process import ServerProcess

PIN = "482915"
WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"


@pytest.fixture
def school(tmp_path: Path) -> Iterator[tuple[ServerProcess, App, str]]:
    """An installation that is set up, with a training whose sign-in is open; Ben has a PIN."""
    app = open_app(read_settings({"SIGHTLINE_DATA": str(tmp_path)}), system_clock())
    admin = sessions.find_viewer(app, set_up(app, name="Kim Lee", secret="blue ladder quiet 9"), is_local=False)
    team_id = team.add_team(app, "Front office")
    people = [team.add_person(app, team_id, name) for name in ("Ana Lopez", "Ben 'x' <i>Hill</i>")]
    set_pin(app, admin, people[1], PIN)
    begins_at = datetime.now(UTC) - timedelta(minutes=5)
    plan = TrainingPlan(team_id=team_id, title="Searching", begins_at=begins_at, minutes=60)
    training_id = enter_training(app, plan, person_ids=people)
    open_sign_in(app, training_id)
    with ServerProcess(tmp_path) as server:
        yield server, app, training_id
    app.close()


def test_the_pin_is_asked_for_where_the_name_was_chosen_and_signs_in(
    school: tuple[ServerProcess, App, str], phone_context: BrowserContext
) -> None:
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
    expect(phone.get_by_role("heading", name="You're signed in, Ben 'x' <i>Hill</i>")).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("heading", name="You're signed in, Ben 'x' <i>Hill</i>")).to_be_visible()
    known = {each.name: write_known(each) for each in get_training(app, training_id).attendees}
    assert known == {"Ana Lopez": "", "Ben 'x' <i>Hill</i>": "signed in with a PIN"}
