"""The page Import people reads the learners of a course that somebody has opened a drill from."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from sim.services.app.wiring import App
from tests.app.conftest import RunPage
from tests.support.fake_clock import FakeClock
from tests.support.lti_course import connect, open_course, run_platform
from tests.support.lti_platform import LtiPlatform, User


@pytest.fixture
def platform(drill_app: App, clock: FakeClock) -> Iterator[LtiPlatform]:
    users = {"ana": User("ana", "Ana Lopez"), "cy": User("cy", "Cy Park")}
    with run_platform(drill_app, clock, users) as running:
        open_course(drill_app, running, connect(drill_app, running))
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
