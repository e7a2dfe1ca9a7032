"""A training in the browser: a trainer opens sign-in, a phone signs in by the code, the trainer closes and exports."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from sim.services.app.wiring import App
from sim.services.ledger.trainings import Certified, TrainingState
from sim.services.ledger.verify import verify
from sim.services.team import team
from sim.services.training_event.events import TrainingPlan, enter_training, get_training
from sim.services.training_event.sign_in import make_sign_in_code
from tests.support.barriers import list_barriers
from tests.support.server_process import ServerProcess

HELD_OPEN = """() => {
  const picture = document.querySelector('.sl-join-scan img');
  const heights = [picture.parentElement.offsetHeight];
  picture.remove();
  return [...heights, document.querySelector('.sl-join-scan').offsetHeight];
}"""
"""The height of the code's place, with the code and while a new one is read."""
WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"


def plan_training(services: App, name: str) -> tuple[str, str]:
    team_id = team.add_team(services, name)
    people = [team.add_person(services, team_id, name) for name in ("Ana Lopez", "Ben 'x' <i>Hill</i>", "Cy Park")]
    plan = TrainingPlan(
        team_id=team_id,
        title="Searching on the new cameras",
        begins_at=datetime.now(UTC) - timedelta(minutes=5),
        minutes=60,
        instructor="R. Hall",
        certified=Certified.ATTENDED,
        valid_months=12,
    )
    return team_id, enter_training(services, plan, person_ids=people)


def test_people_sign_in_with_their_phones_and_the_training_then_counts(
    page: Page, phone_context: BrowserContext, server: ServerProcess, services: App, tmp_path: Path
) -> None:
    team_id, training_id = plan_training(services, "Training day")
    page.goto(f"{server.url}/training?training={training_id}")
    page.get_by_role("button", name="Open sign-in").click()
    expect(page.get_by_alt_text("Scan this with your phone, and choose your name")).to_be_visible()
    with_code, without = page.evaluate(HELD_OPEN)
    assert with_code == without > 200, "what is below does not jump when somebody signs in"
    page.reload()

    phone = phone_context.new_page()
    code = make_sign_in_code(services, get_training(services, training_id))
    phone.goto(f"{server.url}/training-sign-in?t={code.token}")
    expect(phone.get_by_text("Ben", exact=True)).to_be_visible()
    assert not phone.evaluate(WIDE)
    assert list_barriers(phone) == []
    phone.get_by_text("Ben", exact=True).click()
    phone.get_by_role("button", name="Sign in as Ben").click()
    expect(phone.get_by_role("heading", name="You're signed in, Ben 'x' <i>Hill</i>")).to_be_visible()
    expect(page.locator(".sl-join-count")).to_have_text("1 of 3 have signed in")

    page.reload()
    page.get_by_role("button", name="Ana Lopez").click()
    page.get_by_role("button", name="Mark as present").click()
    expect(page.get_by_text("2 of 3", exact=True)).to_be_visible()
    expect(page.get_by_text("60 minutes are more than the")).to_be_visible()
    page.get_by_label("Why it was longer than that").fill("The first part was held the day before")
    page.get_by_label("Why it was longer than that").press("Enter")
    page.get_by_role("button", name="Close: it was held").click()
    expect(page.get_by_text("Absent: Cy Park.")).to_be_visible()
    assert get_training(services, training_id).state is TrainingState.HELD
    assert list_barriers(page) == []

    page.goto(f"{server.url}/records?team={team_id}")
    page.get_by_text("Exports", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Certificates (PDF)").click()
    saved = tmp_path / "certificates.pdf"
    download.value.save_as(saved)
    assert saved.read_bytes().startswith(b"%PDF")
    assert verify(services.store).broken is None


def test_wide_tables_of_the_record_are_cards_on_a_phone(
    phone_context: BrowserContext, server: ServerProcess, services: App
) -> None:
    team_id, _ = plan_training(services, "Records on a phone")
    phone = phone_context.new_page()
    phone.goto(f"{server.url}/records?team={team_id}")
    cell = phone.locator(".sl-table table.wide td[data-label='Still to practice']").first
    expect(cell).to_be_visible()
    assert not phone.evaluate(WIDE)
    box = cell.bounding_box()
    assert box is not None and box["x"] + box["width"] <= 390
    overflow = phone.evaluate(
        "() => [...document.querySelectorAll('.sl-table')].some(each => each.scrollWidth > each.clientWidth + 1)"
    )
    assert not overflow, "nothing lies out of sight"
