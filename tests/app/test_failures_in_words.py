"""What fails on a page is said in our words on the screen, and in the log without anybody's name."""

import subprocess
import sys
from typing import Any

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import Config
from streamlit.runtime import app_session
from streamlit.testing.v1 import app_test
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from app import app as served
from sim.app.settings import PROJECT
from sim.app.wiring import App
from sim.errors import AccessError, StoreError
from sim.features.team import page_roster as roster
from sim.features.team import team
from sim.ui.page import wording
from tests.app.conftest import RunPage, fail
from tests.support.session_app import open_room

NAME = "Zebulon Quackenbush"
UNCAUGHT = f"""
import os
from sim.app.settings import read_log_settings
from sim.app.logs import set_up_logs
set_up_logs(read_log_settings(os.environ))
from streamlit.error_util import handle_user_script_exception
try:
    raise ValueError("{NAME} has left the team")
except ValueError as error:
    handle_user_script_exception(error, lambda _: True)
"""
TIMEOUT_S = 120.0
UNEXPECTED = ValueError(f"{NAME} has left the team")


def test_what_streamlit_prints_of_an_error_holds_its_kind_and_nobodys_name() -> None:
    done = subprocess.run(
        [sys.executable, "-c", UNCAUGHT], cwd=PROJECT, capture_output=True, text=True, timeout=TIMEOUT_S, check=True
    )
    said = done.stdout + done.stderr
    assert '"error":["ValueError"]' in said
    assert not [word for word in NAME.split() if word in said], said


def test_errors_carry_no_links_to_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    assert config.get_option("client.showErrorDetails") == "none"
    assert app_session._get_show_error_links() == Config.ShowErrorLinks.SHOW_ERROR_LINKS_FALSE


@pytest.mark.parametrize(
    "failing", [(UNEXPECTED, wording.TROUBLE), (StoreError("the database is away"), "The database is away")]
)
def test_a_part_that_fails_says_so_in_its_place_and_never_with_a_traceback(
    drill_app: App,
    run_page: RunPage,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    failing: tuple[Exception, str],
) -> None:
    error, said = failing
    session_id = open_room(drill_app).session_id
    monkeypatch.setattr("sim.features.session.page_shown.get_board", fail(error))
    page = run_page("session", session=session_id, show="room")
    assert not page.exception
    (shown,) = (each.value for each in page.error)
    assert said in shown
    assert NAME not in shown
    assert wording.HOME in [each.proto.label for each in page.get("page_link")]
    logged = [record.levelname for record in caplog.records if record.name == "sightline"]
    assert logged == (["ERROR"] if isinstance(error, ValueError) else [])


class TellsTheApp(LocalScriptRunner):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._on_script_error = served._on_script_error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (UNEXPECTED, wording.TROUBLE),
        (AccessError("this page is not open to you any more"), "This page is not open to you any more"),
    ],
)
def test_what_a_button_fails_at_before_the_page_is_drawn_is_said_in_the_same_words(
    drill_app: App, run_page: RunPage, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    monkeypatch.setattr(app_test, "LocalScriptRunner", TellsTheApp)
    monkeypatch.setattr(roster, "_add_all", fail(error))
    page = run_page("team", team=team.add_team(drill_app, "Front office"))
    (button,) = (each for each in page.button if each.key == "add-people-button")
    button.click().run()
    assert not page.exception
    (shown,) = (each.value for each in page.error)
    assert said in shown
    assert NAME not in shown
