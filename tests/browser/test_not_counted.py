"""Drills that will not count: both trainer and trainee are told before, and the board says so afterwards."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from sim.drill.attempt import Phase
from sim.footage.recording.open import Recording
from sim.services.app.wiring import App
from sim.services.team import given_drills, team
from tests.browser.conftest import LAPTOP, LIMIT_S, PHONE, prepare
from tests.support.barriers import list_barriers
from tests.support.console_page import ConsolePage
from tests.support.server_process import ServerProcess, open_data
from tests.support.tiny_app import lay_out_measuring_library

ZONE = "America/New_York"
EARLY, BY_PHONE = "Ben Hill", "Cy Park"
TOO_QUICK_MS = 5000
"""Who submits sooner has not searched, which is another reason not to count."""


@dataclass(frozen=True, kw_only=True)
class Office:
    url: str
    app: App
    team_id: str
    people: dict[str, str]


@pytest.fixture
def office(tmp_path: Path, tiny_recording: Recording) -> Iterator[Office]:
    data = lay_out_measuring_library(tmp_path / "data", tiny_recording, practice_limit_s=LIMIT_S)
    app = open_data(data)
    team_id = team.add_team(app, "Front office")
    people = {name: team.add_person(app, team_id, name) for name in (EARLY, BY_PHONE)}
    with ServerProcess(data) as server:
        yield Office(url=server.url, app=app, team_id=team_id, people=people)
    app.close()


@pytest.fixture
def trainer(browser: Browser) -> Iterator[Page]:
    context = prepare(browser.new_context(viewport=LAPTOP, timezone_id=ZONE))
    yield context.new_page()
    context.close()


def plan_program(trainer: Page, office: Office) -> None:
    trainer.goto(f"{office.url}/plan?team={office.team_id}")
    for label in ("Drills before the training", "Drills after it"):
        count = trainer.get_by_role("spinbutton", name=label)
        count.fill("1")
        count.press("Enter")
    expect(trainer.get_by_text("2 drills for each person.")).to_be_visible()
    trainer.get_by_role("button", name="Make the program").click()
    expect(trainer.get_by_role("tab", name="Give and send")).to_be_visible()
    for size in (PHONE, LAPTOP):
        trainer.set_viewport_size(size)
        assert list_barriers(trainer) == []
    with office.app.store.read() as work:
        assert [row.time_zone for row in work.programs.list_all()] == [ZONE], "the browser's own"


def give_too_early(trainer: Page) -> str:
    """Give one person a drill after training before it, against the warning; return the link."""
    trainer.get_by_test_id("stMain").get_by_role("link", name="People", exact=True).first.click()
    row = trainer.locator("[class*=st-key-person-]", has_text=EARLY).last
    row.get_by_role("button", name="Give a drill after training").click()
    body = trainer.get_by_test_id("stPopoverBody")
    expect(body.get_by_text("This will not count after training because the training is on")).to_be_visible()
    body.get_by_role("button", name="Give it anyway").click()
    row.get_by_role("button", name="Send the link").click()
    code = body.get_by_test_id("stCode")
    expect(code).to_be_visible()
    return (code.text_content() or "").strip()


def do_uncounted(page: Page, link: str, warning: str) -> None:
    """Open a drill that will not count, read that it will not, and do it all the same."""
    page.goto(link)
    expect(page.get_by_text(warning)).to_be_visible()
    page.get_by_role("button", name=re.compile("^Start drill")).click()
    console = ConsolePage(page, link)
    console.wait_ready()
    page.wait_for_timeout(TOO_QUICK_MS)
    console.hand_in()
    # the console's own "Submitted" may stand for a moment beside the page that follows
    expect(page.get_by_role("heading", name=re.compile("Debrief|submitted", re.IGNORECASE)).first).to_be_visible()


def test_both_and_the_board_say_it(page: Page, phone_context: BrowserContext, trainer: Page, office: Office) -> None:
    plan_program(trainer, office)
    do_uncounted(page, give_too_early(trainer), "This will not count after training because the training is on")
    given = given_drills.create_attempt(office.app, office.people[BY_PHONE], Phase.BEFORE)
    by_phone = f"{office.url}/drill?attempt={given}"
    do_uncounted(phone_context.new_page(), by_phone, "This will not count before training because it is on a phone")
    trainer.goto(f"{office.url}/plan?team={office.team_id}")
    for name, why in ((EARLY, "done before the training"), (BY_PHONE, "done on a phone")):
        row = trainer.get_by_role("region", name="Everybody").get_by_role("row", name=re.compile(f"^{name}"))
        expect(row).to_contain_text(why)
