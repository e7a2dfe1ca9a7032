"""A browser that cannot play the footage says so before the clock runs; one that can, in whichever way, starts."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from sim.app.links import write_invitation
from sim.app.wiring import App
from sim.attempt.team_exercise import Role
from sim.console import attempts
from sim.features.exercise.room import create_exercise
from tests.browser.conftest import PRACTICE_FORM, TRACE_FORM
from tests.support.console_page import SLOW_MS, ConsolePage
from tests.support.exercise_drill import make_exercise_team
from tests.support.given import begin_practice
from tests.support.server_process import ServerProcess

NO_VIDEO = "HTMLMediaElement.prototype.canPlayType = () => '';"
NO_H264 = "if (globalThis.VideoDecoder) VideoDecoder.isConfigSupported = async () => ({ supported: false });"
NO_DECODER = "delete globalThis.VideoDecoder;"
CANNOT = {"no H.264": NO_VIDEO + NO_H264, "no H.264, no decoder": NO_VIDEO + NO_DECODER}
CAN = {"video alone": NO_DECODER, "decoder alone": NO_VIDEO}
WORDS = "This browser can't play the footage (H.264)."
WHAT_TO_DO = "Use Chrome, Edge or Safari, or install the codec"


@pytest.fixture
def page(request: pytest.FixtureRequest, context: BrowserContext) -> Page:
    context.add_init_script(request.param)
    return context.new_page()


def begin_lesson(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.get_by_role("button", name="Start lesson 1", exact=True).click(timeout=SLOW_MS)
    expect(page.get_by_role("button", name="Start (the clock starts now)")).to_be_visible(timeout=SLOW_MS)


def expect_shut(page: Page, *buttons: str) -> None:
    said = page.get_by_text(WORDS)
    expect(said).to_be_visible(timeout=SLOW_MS)
    expect(said).to_contain_text(WHAT_TO_DO)
    for button in buttons:
        expect(page.get_by_role("button", name=button)).to_be_disabled(timeout=SLOW_MS)


@pytest.mark.parametrize("page", CANNOT.values(), ids=list(CANNOT), indirect=True)
def test_what_cannot_play_is_not_begun(
    page: Page, context: BrowserContext, server: ServerProcess, services: App
) -> None:
    begin_lesson(page, server)
    expect_shut(page, "Start (the clock starts now)", "Watch an expert first")
    page.reload()
    expect_shut(page, "Start (the clock starts now)", "Watch an expert first")
    page.goto(f"{server.url}/drill?attempt={attempts.create_practice(services, form_id=PRACTICE_FORM)}")
    expect_shut(page, "Start drill (the clock starts now)")
    team_id, people = make_exercise_team(services, members=2, name=f"Cannot play {id(page)}")
    exercise_id = create_exercise(services, team_id, form_id=TRACE_FORM, person_ids=people)
    page.goto(f"{server.url}/team-drill?exercise={write_invitation(services, exercise_id, Role.LEAD)}")
    expect_shut(page, "Start for everyone")
    page.goto(f"{server.url}/drill?attempt={begin_practice(services, PRACTICE_FORM)}")
    card = page.get_by_role("alertdialog", name=WORDS)
    expect(card).to_contain_text(WHAT_TO_DO, timeout=SLOW_MS)
    expect(page.locator(".console")).to_have_attribute("data-phase", "running", timeout=SLOW_MS)
    expect(card).to_be_visible()
    card.get_by_role("button", name="Back to home").click()
    expect(page.get_by_role("button", name="Start lesson 1")).to_be_visible(timeout=SLOW_MS)


@pytest.mark.parametrize("page", CAN.values(), ids=list(CAN), indirect=True)
def test_one_way_of_playing_is_enough(page: Page, context: BrowserContext, server: ServerProcess) -> None:
    begin_lesson(page, server)
    page.get_by_role("button", name="Start (the clock starts now)").click()
    page.wait_for_url("**/drill?attempt=*")
    console = ConsolePage(page, page.url)
    console.wait_ready()
    expect(console.part("cover")).to_be_hidden()
    expect(page.get_by_text(WORDS)).to_have_count(0)
