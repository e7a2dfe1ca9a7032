"""Home and the lessons as pages: two clicks to a running lesson, found again, forgotten, and every failure in words."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from sim.drill.attempt import AttemptState
from sim.services.accounts.viewer import NOBODY
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.course.learner import find_learner, is_key, list_practiced
from sim.ui.course import course_wording as wording
from sim.ui.http.guards import LearnerCookie
from sim.ui.page.request_origin import LEARNER_COOKIE, Peer
from tests.app.conftest import RunPage
from tests.app.test_start_and_drill import write_all
from tests.support.fake_clock import FakeClock
from tests.support.tiny_course import KEY, OTHER_KEY, open_course, play


@pytest.fixture
def drill_app(tmp_path: Path, tiny_library: Path, clock: FakeClock) -> Iterator[App]:
    """The services with two lessons; `run_page` opens pages on them."""
    opened = open_course(tmp_path / "data", tiny_library, clock)
    yield opened
    opened.close()


def use_browser(peer: list[Peer], key: str) -> None:
    peer[0] = Peer(is_local=True, cookie="", learner_key=key)


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def test_a_running_lesson_is_two_clicks_away_and_found_again(
    run_page: RunPage, drill_app: App, clock: FakeClock, peer: list[Peer]
) -> None:
    use_browser(peer, KEY)
    page = run_page("start")
    assert "Lesson 1, 2 minutes" in write_all(page)
    page = press(page, "step")
    attempt_id = page.query_params["attempt"]
    assert page.title[0].value == "Lesson 1: Rule 1"
    assert "This is rule 1." in write_all(page)
    press(page, "begin")
    assert attempts.get_state(drill_app, attempt_id) is AttemptState.RUNNING
    page = run_page("start")
    assert page.button(key="step").label == "Resume your drill"
    page = press(page, "step")
    assert page.query_params["attempt"] == attempt_id
    use_browser(peer, OTHER_KEY)
    assert run_page("start").button(key="step").label == "Start lesson 1"


def test_the_result_is_one_line_and_leads_on(
    run_page: RunPage, drill_app: App, clock: FakeClock, peer: list[Peer]
) -> None:
    use_browser(peer, KEY)
    page = press(run_page("start"), "step")
    page = press(page, "change-help")
    assert wording.ALONE.format(in_a_row=0, needed=2) in write_all(page)
    page = press(page, "change-help")
    assert wording.HELPED_HINTS in write_all(page)
    play(drill_app, clock, page.query_params["attempt"], well=False)
    page = run_page("drill", attempt=page.query_params["attempt"])
    text = write_all(page)
    assert wording.FAILED_NEXT in text
    assert "Rule: This is rule 1." in text
    page = press(page, "lesson-again")
    assert wording.EASIER in write_all(page)
    play(drill_app, clock, page.query_params["attempt"], well=True)
    page = run_page("drill", attempt=page.query_params["attempt"])
    assert page.button(key="lesson-again").label == wording.NEXT_ALONE
    assert wording.PASSED_HELPED in write_all(page)
    use_browser(peer, OTHER_KEY)
    assert wording.PASSED_HELPED not in write_all(run_page("drill", attempt=page.query_params["attempt"]))


def test_past_drills_are_listed_and_forget_me_deletes_them(
    run_page: RunPage, drill_app: App, clock: FakeClock, peer: list[Peer]
) -> None:
    use_browser(peer, KEY)
    page = press(run_page("start"), "step")
    play(drill_app, clock, page.query_params["attempt"], well=True)
    page = run_page("start")
    assert [each.label for each in page.expander if each.label == wording.DONE_TITLE]
    page.toggle(key="forget").set_value(True).run()
    page = press(page, "forget-yes")
    assert [each.value for each in page.success] == [wording.FORGOTTEN]
    assert list_practiced(drill_app, find_learner(NOBODY, KEY)) == ()
    assert wording.DONE_TITLE not in [each.label for each in page.expander]


def test_without_cookies_the_course_works_and_says_what_is_lost(run_page: RunPage, peer: list[Peer]) -> None:
    page = run_page("start")
    assert wording.NO_COOKIES in unescape(write_all(page))
    press(page, "step")
    page.switch_page("screens/start.py").run()
    page = press(page, "step")
    assert page.title[0].value == "Lesson 1: Rule 1"
    use_browser(peer, KEY)
    assert wording.NO_COOKIES not in unescape(write_all(run_page("start")))


def answer_page(request: Request) -> Response:
    return HTMLResponse("<p>page</p>") if request.url.path == "/" else PlainTextResponse("no page")


@pytest.fixture
def site(drill_app: App) -> TestClient:
    routes = [Route("/", answer_page), Route("/text", answer_page)]
    served = Starlette(routes=routes, middleware=[Middleware(LearnerCookie, get_app=lambda: drill_app)])
    return TestClient(served, headers={"accept": "text/html"})


def test_a_page_gives_the_browser_a_key_that_scripts_and_other_sites_cannot_use(site: TestClient) -> None:
    said = site.get("/").headers["set-cookie"]
    assert is_key(said.split("=")[1].split(";")[0])
    assert said.endswith(f"; Max-Age={90 * 86400}; Path=/; HttpOnly; SameSite=Lax")
    assert "set-cookie" not in site.get("/text").headers
    again = site.get("/").headers["set-cookie"]
    assert again == said, "a browser keeps its key, for as long again"


@pytest.mark.parametrize("key", ["", "short", "x" * 44, "' or 1=1 --".ljust(43), "\x00" * 43])
def test_a_key_that_nobody_gave_out_is_replaced(drill_app: App, site: TestClient, key: str) -> None:
    site.cookies.clear()
    said = site.get("/", headers={"cookie": f"{LEARNER_COOKIE}={key}"}).headers["set-cookie"]
    assert key == "" or f"{LEARNER_COOKIE}={key};" not in said
