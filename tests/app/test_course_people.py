"""The page Import people reads the learners of a course that somebody has opened a drill from."""

from collections.abc import Iterator

import pytest
from joserfc.jwk import KeySet
from streamlit.testing.v1 import AppTest

from sim.records.lti import CourseRow
from sim.services.accounts.viewer import AT_THIS_MACHINE
from sim.services.app.wiring import App
from sim.services.learning_systems import service_token
from sim.services.learning_systems.keys import describe_own_keys
from sim.services.learning_systems.platforms import Wish, save_platform
from tests.app.conftest import RunPage
from tests.support.fake_clock import FakeClock
from tests.support.lti_platform import CLIENT_ID, DEPLOYMENT, LtiPlatform, User


@pytest.fixture
def platform(drill_app: App, clock: FakeClock) -> Iterator[LtiPlatform]:
    service_token._kept.clear()
    with LtiPlatform(users={"ana": User("ana", "Ana Lopez"), "cy": User("cy", "Cy Park")}) as running:
        running.now = lambda: float(clock.wall.timestamp())
        running.tool_keys = KeySet.import_key_set(describe_own_keys(drill_app))
        wish = Wish(
            name="Course system",
            issuer=running.url,
            client_id=CLIENT_ID,
            deployments=(DEPLOYMENT,),
            auth_url=f"{running.url}/auth",
            token_url=f"{running.url}/token",
            keys_url=f"{running.url}/jwks",
        )
        platform_id = save_platform(drill_app, AT_THIS_MACHINE, wish)
        row = CourseRow(
            course_id="course",
            platform_id=platform_id,
            context_id="c",
            title="Camera training",
            members_url=f"{running.url}/members?page=1",
            seen_at=clock.wall,
        )
        with drill_app.store.write() as work:
            work.lti.save_course(row)
        yield running


def read_html(page: AppTest) -> str:
    return " ".join(str(each.proto) for each in page.get("html"))


def test_the_people_of_a_course_come_in_after_a_look(run_page: RunPage, drill_app: App, platform: LtiPlatform) -> None:
    page = run_page("import_people")
    page.selectbox(key="roster-course").select("course").run()
    assert not page.exception
    assert "Ana Lopez" in read_html(page) and "Camera training" in read_html(page)
    page.button(key="roster-apply").click().run()
    assert not page.exception
    with drill_app.store.read() as work:
        assert {person.name for person in work.teams.list_everybody()} == {"Ana Lopez", "Cy Park"}
    assert "Joined from the learning system in the last 14 days (2): " in read_html(run_page("team"))


def test_a_course_that_cannot_be_read_is_said(run_page: RunPage, drill_app: App, platform: LtiPlatform) -> None:
    platform.fails = {"/members": 503}
    page = run_page("import_people")
    page.selectbox(key="roster-course").select("course").run()
    assert not page.exception
    assert any("answered 503" in each.value for each in page.error)
    with drill_app.store.read() as work:
        assert work.teams.list_everybody() == ()
