"""Home and the lessons as pages: two clicks to a running lesson, found again, forgotten, and every failure in words."""

import json
from collections.abc import Iterator
from dataclasses import replace
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

from sim.app.catalog import write_right_names
from sim.app.wiring import App
from sim.attempt.attempt import AttemptState
from sim.console import attempts
from sim.console.footage_access import find_file, make_links
from sim.errors import AccessError, AttemptError, TaskError, UnknownAttemptError
from sim.features.course import example, lesson
from sim.features.course.home import get_home
from sim.features.debrief.debrief import get_debrief
from sim.features.library.form_library import get_form_library
from sim.features.privacy.person_data import delete_old_anonymous
from sim.rules.learner import find_learner, is_key, list_practiced
from sim.rules.viewer import NOBODY
from sim.tasks import get_task_type
from sim.tasks.common.task import Task
from sim.ui.http.page_head import PageFiles
from sim.ui.page.pages import find_script
from sim.ui.page.request_origin import LEARNER_COOKIE, Peer
from tests.app.conftest import RunPage, read_page, read_plain
from tests.support.fake_clock import FakeClock
from tests.support.given import begin_practice, load_attempt
from tests.support.tiny_course import KEY, OTHER_KEY, open_course, play, write_lesson
from tests.unit.features.course.test_course import FIRST, FRIDAY


@pytest.fixture
def drill_app(tmp_path: Path, tiny_library: Path, clock: FakeClock) -> Iterator[App]:
    opened = open_course(tmp_path / "data", tiny_library, clock)
    yield opened
    opened.close()


def use_browser(peer: list[Peer], key: str) -> None:
    peer[0] = Peer(is_local=True, cookie="", learner_key=key)


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def test_a_lesson_is_two_clicks_away(run_page: RunPage, drill_app: App, clock: FakeClock, peer: list[Peer]) -> None:
    use_browser(peer, KEY)
    page = run_page("start")
    assert "Lesson 1: Rule 1" in read_plain(page)
    assert [each.key for each in page.button if each.proto.type == "primary"] == ["step"], "one obvious button"
    page = press(page, "step")
    attempt_id = page.query_params["attempt"]
    assert page.title[0].value == "Lesson 1: Rule 1"
    assert "This is rule 1." in read_page(page)
    press(page, "begin")
    assert attempts.get_state(drill_app, attempt_id) is AttemptState.RUNNING
    page = run_page("start")
    assert page.button(key="step").label == "Resume your drill"
    page = press(page, "step")
    assert page.query_params["attempt"] == attempt_id
    use_browser(peer, OTHER_KEY)
    assert run_page("start").button(key="step").label == "Start lesson 1"


def test_after_a_lost_try_comes_the_same_one_and_after_a_pass_the_next_lesson(
    run_page: RunPage, drill_app: App, clock: FakeClock, peer: list[Peer]
) -> None:
    use_browser(peer, KEY)
    page = press(run_page("start"), "step")
    lost = page.query_params["attempt"]
    page = press(page, "change-help")
    assert "How to do it" not in read_page(page)
    page = press(page, "change-help")
    assert "How to do it" in read_page(page)
    play(drill_app, clock, lost, well=False)
    page = run_page("drill", attempt=lost)
    assert "Not this time." in read_page(page)
    assert "Rule: This is rule 1." in read_page(page)
    assert page.button(key="lesson-more").label == "Next: an easier one"
    page = press(page, "again")
    again = page.query_params["attempt"]
    assert load_attempt(drill_app, again).form_id == load_attempt(drill_app, lost).form_id
    play(drill_app, clock, again, well=True)
    page = run_page("drill", attempt=again)
    assert page.button(key="next-lesson").label == "Next: lesson 2"
    assert "Without steps and hints, it earns a star." in read_page(page)
    use_browser(peer, OTHER_KEY)
    assert "earns a star" not in read_page(run_page("drill", attempt=again))


def test_a_lesson_opens_by_its_address(run_page: RunPage, peer: list[Peer]) -> None:
    use_browser(peer, KEY)
    page = run_page("drill", lesson="2")
    assert page.title[0].value == "Lesson 2: Rule 2"
    assert "Builds on lesson 1, which you haven't passed yet." in unescape(read_page(page))
    lost = run_page("drill", lesson="99")
    assert [each.value for each in lost.error] != []


def test_forget_me_deletes_past_drills(run_page: RunPage, drill_app: App, clock: FakeClock, peer: list[Peer]) -> None:
    use_browser(peer, KEY)
    page = press(run_page("start"), "step")
    play(drill_app, clock, page.query_params["attempt"], well=True)
    others = lesson.begin_lesson(drill_app, find_learner(NOBODY, OTHER_KEY), FIRST)
    page = run_page("start")
    assert [each.label for each in page.expander if each.label == DONE]
    page.toggle(key="forget").set_value(True).run()
    page = press(page, "forget-yes")
    assert [each.value for each in page.success] == ["Deleted. Nothing you did on this browser is stored any longer."]
    assert list_practiced(drill_app, find_learner(NOBODY, KEY)) == ()
    assert attempts.get_state(drill_app, others) is AttemptState.ASSIGNED
    assert DONE not in [each.label for each in page.expander]


def test_without_cookies_the_course_works_and_says_what_is_lost(run_page: RunPage, peer: list[Peer]) -> None:
    page = run_page("start")
    assert "doesn't accept cookies" in unescape(read_page(page))
    press(page, "step")
    page.switch_page(find_script("start")).run()
    page = press(page, "step")
    assert page.title[0].value == "Lesson 1: Rule 1"
    use_browser(peer, KEY)
    assert "doesn't accept cookies" not in unescape(read_page(run_page("start")))


def answer_page(request: Request) -> Response:
    return HTMLResponse("<p>page</p>") if request.url.path == "/" else PlainTextResponse("no page")


@pytest.fixture
def site(drill_app: App) -> TestClient:
    routes = [Route("/", answer_page), Route("/text", answer_page)]
    served = Starlette(routes=routes, middleware=[Middleware(PageFiles, get_app=lambda: drill_app)])
    return TestClient(served, headers={"accept": "text/html"})


def test_a_page_gives_the_browser_a_key_that_scripts_and_other_sites_cannot_use(site: TestClient) -> None:
    said = site.get("/").headers["set-cookie"]
    assert is_key(said.split("=")[1].split(";")[0])
    assert said.endswith(f"; Max-Age={90 * 86400}; Path=/; HttpOnly; SameSite=Lax")
    assert "set-cookie" not in site.get("/text").headers
    again = site.get("/").headers["set-cookie"]
    assert again == said, "a browser keeps its key, for as long again"
    for key in ("", "short", "x" * 44, "' or 1=1 --".ljust(43), "\x00" * 43):
        site.cookies.clear()
        said = site.get("/", headers={"cookie": f"{LEARNER_COOKIE}={key}"}).headers["set-cookie"]
        assert key == "" or f"{LEARNER_COOKIE}={key};" not in said, "one that nobody gave out is replaced"


DONE = "Your past drills"
BROWSER = find_learner(NOBODY, KEY)
DAY_S = 24 * 3600.0


def test_an_example_is_of_another_student_and_shows_nothing_of_the_try(drill_app: App) -> None:
    try_id = lesson.begin_lesson(drill_app, BROWSER, "lesson-1")
    example_id = example.begin_example(drill_app, try_id)
    with drill_app.store.read() as work:
        own, shown = work.attempts.get(try_id), work.attempts.get(example_id)
        assert len(work.events.list_all(example_id)) > 3
    forms = [drill_app.catalog.get_form(row.form_id).form for row in (own, shown)]
    assert forms[0].target != forms[1].target
    view = example.get_example(drill_app, example_id, try_id=try_id)
    replay = view.data["replay"]
    assert replay["back"] == {"href": f"?attempt={try_id}&seen=1", "label": "Your turn", "is_next": True}
    assert replay["captions"][0]["text"] == "Not your student: another one. This is rule 1."
    assert len(replay["captions"]) > 3
    assert attempts.get_state(drill_app, try_id) is AttemptState.ASSIGNED
    links = make_links(drill_app, own)
    camera = drill_app.catalog.get_recording(own.recording_id).manifest.cameras[0]
    with pytest.raises(AccessError, match="opens when the drill has started"):
        find_file(drill_app, links.token, links.recording_name, links.name(camera.main))


def test_it_counts_nowhere_and_is_gone_a_day_later(drill_app: App, clock: FakeClock) -> None:
    try_id = lesson.begin_lesson(drill_app, BROWSER, "lesson-1")
    example_id = example.begin_example(drill_app, try_id)
    example.get_example(drill_app, example_id, try_id=try_id)
    assert [each.row.timing.attempt_id for each in list_practiced(drill_app, BROWSER)] == [try_id]
    assert get_home(drill_app, BROWSER, today=FRIDAY).done == ()
    assert get_form_library(drill_app).done == 0
    intro = lesson.find_intro(drill_app, BROWSER, try_id)
    assert intro is not None
    assert intro.is_first
    play(drill_app, clock, try_id, well=True)
    with pytest.raises(AttemptError, match="example is gone"):
        example.get_example(drill_app, try_id, try_id=try_id)
    clock.pass_s(2 * DAY_S)
    assert delete_old_anonymous(drill_app) == 1
    with pytest.raises(UnknownAttemptError):
        attempts.get_state(drill_app, example_id)


def test_without_an_example_there_is_none_to_watch_and_a_changed_one_is_told(drill_app: App) -> None:
    try_id = lesson.begin_lesson(drill_app, BROWSER, "lesson-1")
    example_id = example.begin_example(drill_app, try_id)
    path = write_lesson(drill_app.settings.lessons[0], 1, limit_s=121.0)
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("example:")] + text[text.index("lesson_id:") :], encoding="utf-8")
    with pytest.raises(AttemptError, match="this lesson has no example"):
        example.begin_example(drill_app, try_id)
    with pytest.raises(AttemptError, match="example is gone: its lesson was changed"):
        example.get_example(drill_app, example_id, try_id=try_id)
    drill = attempts.create_sample(drill_app)
    with pytest.raises(AttemptError, match="no example"):
        example.begin_example(drill_app, drill)


WRONG = "Somewhere else"
SETUP = """\
- try_id: named
  type: setup
  limit_s: 120.0
  window_s: [0.0, 16.0]
  params:
    start: {start}
    end: {end}
    start_name: A
    end_name: B
    fault: wrong-name
    wrong_names:
      {camera}: {name}
"""


def find_task(drill_app: App) -> Task:
    index = drill_app.catalog.get_truth("tiny")
    return get_task_type("setup").make_tasks(index, (0.0, 16.0))[0]


def test_the_console_shows_the_wrong_name_and_the_debrief_the_right_one(drill_app: App, clock: FakeClock) -> None:
    params = find_task(drill_app).params
    path = write_lesson(drill_app.settings.lessons[0], 1)
    more = SETUP.format(start=params["start"], end=params["end"], camera="CAM-02", name=WRONG)
    path.write_text(path.read_text(encoding="utf-8") + more, "utf-8")
    attempt_id = begin_practice(drill_app, "lesson-lesson-1-named")
    data = attempts.get_console(drill_app, attempt_id).data
    assert [each["name"] for each in data["recording"]["cameras"] if each["camera_id"] == "CAM-02"] == [WRONG]
    assert [each["name"] for each in data["site"]["cameras"] if each["camera_id"] == "CAM-02"] == [WRONG]
    (field,) = data["task"]["answer_form"]["fields"]
    assert {"value": "CAM-02", "label": WRONG} in field["options"]
    right = drill_app.catalog.get_site("tiny").get_camera("CAM-02").name
    sent = json.dumps(data)
    assert "wrong_names" not in sent
    assert right not in [each["name"] for each in data["recording"]["cameras"]]
    play(drill_app, clock, attempt_id, well=True)
    form = drill_app.catalog.get_form("lesson-lesson-1-named").form
    names = write_right_names(drill_app.catalog.get_recording("tiny"), form)
    assert names["CAM-02"] == f"{right} (misnamed {WRONG})"
    view = get_debrief(drill_app, attempt_id)
    assert [(fault.camera_id, fault.outcome) for fault in view.faults] == [("CAM-02", "found")]


def test_a_wrong_name_that_is_none_is_refused(drill_app: App) -> None:
    task, index = find_task(drill_app), drill_app.catalog.get_truth("tiny")
    for names, said in (
        ({"CAM-99": WRONG}, "wrong_names calls"),
        ({"CAM-02": ""}, "wrong_names calls"),
        ({"CAM-01": "X", "CAM-02": "Y"}, "names 2 cameras"),
    ):
        wrong = replace(task, params={**task.params, "fault": "wrong-name", "wrong_names": names})
        with pytest.raises(TaskError, match=said):
            get_task_type("setup").check_task(wrong, index)
