"""A launch from a learning system on another site, in a real browser: a drill, its result, and no second time."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from sim.app.wiring import App
from sim.features.accounts.sign_in import set_up
from sim.features.learning_systems.platforms import list_platforms
from sim.footage.recording.open import Recording
from sim.rules.viewer import AT_THIS_MACHINE
from sim.ui.page.request_origin import COOKIE
from tests.browser.conftest import LIMIT_S, TRACE_FORM
from tests.browser.test_school_sign_in import list_cookies
from tests.support.answer_player import AnswerPlayer, read_card
from tests.support.barriers import list_barriers
from tests.support.console_page import SLOW_MS
from tests.support.lti_course import connect
from tests.support.lti_platform import INSTRUCTOR, LtiPlatform, User
from tests.support.server_process import ServerProcess, open_data
from tests.support.tiny_app import lay_out_library

RESULT_WITHIN_S = 120.0
PASSPHRASE = "four words that wander about"


@dataclass
class School:
    server: ServerProcess
    platform: LtiPlatform
    services: App


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, tiny_recording: Recording) -> Iterator[School]:
    data = lay_out_library(tmp_path_factory.mktemp("lti") / "data", tiny_recording, practice_limit_s=LIMIT_S)
    services = open_data(data)
    set_up(services, name="Kim", secret=PASSPHRASE)
    users = {"ana": User("ana", "Ana Lopez"), "ira": User("ira", "Ira Cole", roles=(INSTRUCTOR,))}
    with (
        LtiPlatform(host="localhost", users=users, custom={"drill": TRACE_FORM}) as platform,
        ServerProcess(data) as server,
    ):
        platform.tool_url = server.url
        connect(services, platform, takes_in=True)
        yield School(server=server, platform=platform, services=services)
    services.close()


def test_a_launch_ends_in_a_result_and_opens_once(page: Page, context: BrowserContext, school: School) -> None:
    platform = school.platform
    platform.frame = False
    page.goto(f"{platform.url}/course?user=ana")
    page.get_by_role("link", name="Drill").click()
    page.wait_for_url("**/drill?attempt=*")
    assert COOKIE in list_cookies(context)
    attempt_id = page.url.rsplit("attempt=", 1)[1].split("&")[0]
    player = AnswerPlayer.sit_down(page, school.services, TRACE_FORM)
    player.start()
    player.play(player.perfect)
    assert read_card(school.services, attempt_id)["passed"] is True
    until = time.monotonic() + RESULT_WITHIN_S
    while not platform.scores and time.monotonic() < until:
        page.wait_for_timeout(500)
    assert platform.wrong == []
    (sent,) = platform.scores
    assert (sent.body["userId"], sent.body["scoreGiven"], sent.body["comment"]) == ("ana", 1.0, "Passed")

    # the same message posted again from the learning system's own site
    message = platform.messages[-1]
    page.goto(f"{platform.url}/course?user=ana")
    page.evaluate(
        """([url, fields]) => {
          const form = document.body.appendChild(document.createElement("form"));
          Object.assign(form, { method: "post", action: url });
          for (const [name, value] of Object.entries(fields)) {
            form.append(Object.assign(document.createElement("input"), { name, value }));
          }
          form.submit();
        }""",
        [f"{school.server.url}/lti/launch", message],
    )
    expect(page.get_by_role("heading", name="The drill did not open")).to_be_visible()
    # the launch's cookie went with the launch, so the replay is that of another browser
    expect(page.get_by_role("alert")).to_contain_text("did not keep this site's cookie")
    assert list_barriers(page) == []


def test_in_a_frame_a_drill_is_chosen_and_opens_outside(page: Page, context: BrowserContext, school: School) -> None:
    school.platform.frame = True
    page.goto(f"{school.platform.url}/course?user=ana")
    link = page.frame_locator("iframe").get_by_role("link", name="Open the drill")
    expect(link).to_be_visible()
    assert COOKIE not in list_cookies(context)
    with context.expect_page() as opened:
        link.click()
    drill = opened.value
    drill.wait_for_url("**/drill?attempt=*")
    expect(drill.get_by_role("button", name="Start drill")).to_be_visible(timeout=SLOW_MS)
    page.goto(f"{school.platform.url}/course?user=ira&deep=1")
    frame = page.frame_locator("iframe")
    frame.get_by_label("Drill").select_option(TRACE_FORM)
    frame.get_by_role("button", name="Add it to the course").click()
    expect(frame.get_by_role("heading", name="Added to the course")).to_be_visible()
    (item,) = school.platform.chosen
    assert item["custom"] == {"drill": TRACE_FORM} and item["lineItem"]["scoreMaximum"] == 1


def test_the_administrator_connects_one_and_sees_how_it_goes(page: Page, school: School) -> None:
    page.goto(f"{school.server.url}/account/sign-in?next=learning-systems")
    page.get_by_label("Your name").fill("Kim")
    page.get_by_label("PIN or passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Learning systems")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_role("rowheader", name="Course system")).to_be_visible()
    page.get_by_text("Connect a learning system").click()
    form = page.get_by_test_id("stForm").filter(has=page.get_by_label("Issuer")).last
    form.get_by_label("Name", exact=True).fill("Second system")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Enter the issuer as the learning system shows it.")).to_be_visible()
    values = {
        "Issuer": "https://second.example",
        "Client ID": "22",
        "Deployment IDs, one per line": "1\n2",
        "Sign-in address (authentication request)": "https://second.example/auth",
        "Token address": "https://second.example/token",
        "Address of its public keys (JWKS)": "http://second.example/keys",
    }
    for label, value in values.items():
        form.get_by_label(label, exact=True).fill(value)
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The address of the keys does not begin with https")).to_be_visible()
    form.get_by_label("Address of its public keys (JWKS)", exact=True).fill("https://second.example/keys")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("rowheader", name="Second system")).to_be_visible()
    rows = {card.row.name: card.row for card in list_platforms(school.services, AT_THIS_MACHINE)}
    assert rows["Second system"].deployments == ("1", "2")
    page.get_by_text("What the learning system asks for").click()
    expect(page.get_by_text(f"{school.server.url}/lti/login")).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    page.get_by_role("button", name="Make a registration link").click()
    expect(page.get_by_text("/lti/register?code=")).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    assert list_barriers(page) == []
