"""The worked example before the first try of a lesson: another student's, watched in the console, gone a day later."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.drill.attempt import AttemptState
from sim.errors import AccessError, AttemptError, UnknownAttemptError
from sim.services.accounts.viewer import NOBODY
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.attempt.footage_access import find_file, make_links
from sim.services.course import example, lesson
from sim.services.course.home import get_home
from sim.services.course.learner import find_learner, list_practiced
from sim.services.library.form_library import get_form_library
from sim.services.privacy.delete import delete_old_anonymous
from sim.ui.course import course_wording as wording
from sim.ui.page.request_origin import Peer
from tests.app.conftest import RunPage
from tests.app.test_home_and_lessons import press, use_browser
from tests.support.fake_clock import FakeClock
from tests.support.tiny_course import KEY, open_course, play, write_lesson
from tests.unit.services.course.test_course import FRIDAY

BROWSER = find_learner(NOBODY, KEY)
DAY_S = 24 * 3600.0


@pytest.fixture
def drill_app(tmp_path: Path, tiny_library: Path, clock: FakeClock) -> Iterator[App]:
    opened = open_course(tmp_path / "data", tiny_library, clock)
    yield opened
    opened.close()


def test_the_first_step_is_the_example_then_the_try(run_page: RunPage, drill_app: App, peer: list[Peer]) -> None:
    use_browser(peer, KEY)
    page = press(run_page("start"), "step")
    try_id = page.query_params["attempt"]
    assert page.button(key="example").label == wording.FIRST.format(what=wording.EXPERT)
    page = press(page, "example")
    assert (page.query_params["replay"], page.query_params["try"]) == ("example", try_id)
    assert page.query_params["attempt"] != try_id
    page = run_page("drill", attempt=try_id, seen="1")
    assert page.button(key="example").label == wording.EXPERT
    press(page, "begin")
    assert attempts.get_state(drill_app, try_id) is AttemptState.RUNNING


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
    assert replay["captions"][0]["text"] == "This is rule 1."
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


def test_an_attempt_of_a_person_is_no_example(drill_app: App, clock: FakeClock) -> None:
    played = lesson.begin_lesson(drill_app, BROWSER, "lesson-1")
    play(drill_app, clock, played, well=True)
    with pytest.raises(AttemptError, match="example is gone"):
        example.get_example(drill_app, played, try_id=played)
