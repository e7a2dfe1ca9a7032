from dataclasses import replace

import pytest

from sim.drill.attempt import AttemptState
from sim.errors import RecordingError
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.library import library
from sim.ui.page import wording
from tests.app.conftest import RunPage
from tests.support.fake_clock import FakeClock
from tests.support.tiny_app import PRACTICE_LIMIT_S


def write_all(page: object) -> str:
    """Return every text on the page, joined, and the lines that fold it."""
    folds = [expander.label for expander in page.expander]  # type: ignore[attr-defined]
    kinds = ("title", "header", "subheader", "markdown", "info", "warning", "error", "caption", "html")
    texts = [str(element.value) for kind in kinds for element in page.get(kind)]  # type: ignore[attr-defined]
    return "\n".join((*texts, *folds))


def test_the_console_is_chosen_on_the_briefing_of_a_practice_drill(run_page: RunPage, drill_app: App) -> None:
    attempt_id = attempts.create_sample(drill_app)
    page = run_page("drill", attempt=attempt_id)
    choice = page.selectbox(key=f"console-{attempt_id}")
    assert choice.options == ["Classic", "Cloud", "Minimal", "Phone"]
    choice.set_value("cloud").run()
    assert not page.exception
    assert "jumps of 10 seconds" in write_all(page)
    page.button(key="begin").click().run()
    assert attempts.get_console(drill_app, attempt_id).data["profile"]["name"] == "cloud"


def test_a_practice_drill_takes_the_options_that_were_ticked(run_page: RunPage, drill_app: App) -> None:
    attempt_id = attempts.create_sample(drill_app)
    page = run_page("drill", attempt=attempt_id)
    page.checkbox(key=f"option-interruptions-{attempt_id}").check().run()
    assert not page.exception
    assert page.expander[0].label == "Console and options: Classic with interruptions and hints"
    page.checkbox(key=f"option-interruptions-{attempt_id}").uncheck().run()
    assert page.expander[0].label == "Console and options: Classic with hints"
    page.checkbox(key=f"option-interruptions-{attempt_id}").check().run()
    page.button(key="begin").click().run()
    assert attempts.get_console(drill_app, attempt_id).data["options"] == ["hints", "interruptions"]


def test_truth_never_reaches_the_page_before_the_end(run_page: RunPage, drill_app: App) -> None:
    attempt_id = attempts.create_sample(drill_app)
    run_page("drill", attempt=attempt_id)
    attempts.begin(drill_app, attempt_id)
    page = run_page("drill", attempt=attempt_id)
    assert [element.value for element in page.title] == []
    data = attempts.get_console(drill_app, attempt_id).data
    assert "visible" not in str(data)
    assert "'x1'" not in str(data), "keys only: a token may hold these letters by chance"


def test_after_the_limit_the_debrief_stands_there(run_page: RunPage, drill_app: App, clock: FakeClock) -> None:
    attempt_id = attempts.create_sample(drill_app)
    attempts.get_briefing(drill_app, attempt_id)
    attempts.begin(drill_app, attempt_id)
    clock.pass_s(PRACTICE_LIMIT_S + 60)
    page = run_page("drill", attempt=attempt_id)
    assert not page.exception
    assert page.title[0].value.startswith("Debrief")
    assert wording.DEBRIEF_LEGS in write_all(page)
    assert wording.DEBRIEF_MOMENTS in write_all(page)
    assert page.button(key="again").label.startswith("Try again")


@pytest.mark.parametrize("is_begun", [False, True])
def test_an_open_drill_whose_form_is_gone_can_be_ended(run_page: RunPage, drill_app: App, is_begun: bool) -> None:
    attempt_id = attempts.create_sample(drill_app)
    attempts.get_briefing(drill_app, attempt_id)
    if is_begun:
        attempts.begin(drill_app, attempt_id)
    with drill_app.store.write() as work:
        work.attempts.save(replace(work.attempts.get(attempt_id), form_id="tiny-setup-1"))
    page = run_page("drill", attempt=attempt_id)
    assert not page.exception
    assert "does not exist on this computer" in write_all(page)
    page.button(key="end-gone").click().run()
    assert wording.ABANDONED in write_all(page)
    assert attempts.get_state(drill_app, attempt_id) is AttemptState.ABANDONED


def test_a_running_drill_is_offered_again_on_the_start_page(run_page: RunPage, drill_app: App) -> None:
    attempt_id = attempts.create_sample(drill_app)
    attempts.get_briefing(drill_app, attempt_id)
    attempts.begin(drill_app, attempt_id)
    page = run_page("drill", attempt=attempt_id)
    page.switch_page("screens/start.py").run()
    page.button(key="step").click().run()
    assert page.query_params["attempt"] == attempt_id


def test_a_broken_recording_is_explained_on_the_start_page(run_page: RunPage, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: App) -> None:
        raise RecordingError("main/CAM-01.mp4 is missing", todo="build the recording again")

    monkeypatch.setattr(library, "list_forms", fail)
    page = run_page("start")
    assert "step" not in [button.key for button in page.button]
    assert "CAM-01.mp4 is missing" in write_all(page)
