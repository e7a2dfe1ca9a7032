"""Footage that is being made, missing or another one after an upgrade, and whatever else fails, said in our words."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import app_test
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from app import app as served
from sim.app.settings import PROJECT
from sim.app.wiring import App, open_app
from sim.attempt.attempt import Phase
from sim.builds.child import FULL
from sim.builds.kinds import MEASURED
from sim.console import attempts
from sim.db.attempts import AttemptRow
from sim.db.builds import BuildState
from sim.errors import AccessError, SessionError, StoreError, TaskError
from sim.features.library import recordings
from sim.features.library.recordings import Request
from sim.features.program.plan import create_program
from sim.features.session import joining, opening
from sim.features.session.board import list_sessions
from sim.features.session.opening import Plan, open_session
from sim.features.team import page_roster as roster
from sim.features.team import team
from sim.footage.recording.open import Recording
from sim.program.session_day import Place, SessionKind, Starting
from sim.rules.viewer import NOBODY, Role, Viewer
from sim.ui.page import page_state, wording
from sim.ui.parts.blocks import escape_markdown
from tests.app.conftest import RunPage, fail, read_page
from tests.support.fake_clock import FakeClock
from tests.support.session_app import open_room
from tests.support.tiny_app import OPEN, copy_recording, lay_out_library
from tests.unit.features.program.test_program import list_steps, make_order
from tests.unit.features.program.test_program_footage import make_build

UNTIL = "The footage of this program is being made: ready about 12:40 PM"


class Waiting:
    def __init__(self, app: App, forms: Path) -> None:
        self.app, self._forms = app, forms
        self.team_id = team.add_team(app, "Front office")
        self.people = tuple(team.add_person(app, self.team_id, name) for name in ("Ana Lopez", "Ben Ito"))
        self.build = make_build(app, BuildState.RUNNING, name="tiny")
        self.foretell(2400.0)
        self.program_id = create_program(app, make_order(self.team_id))

    def plan(self, **changes: object) -> Plan:
        return Plan(
            **{
                "team_id": self.team_id,
                "kind": SessionKind.BEFORE,
                "starting": Starting.TOGETHER,
                "person_ids": self.people,
                **changes,
            }  # type: ignore[arg-type]
        )

    def foretell(self, left_s: float) -> None:
        self.change(left_s=left_s, share=0.5)

    def change(self, **values: object) -> None:
        with self.app.store.write() as work:
            work.builds.change_one(self.build.build_id, **values)

    def finish(self) -> None:
        shutil.copy(self._forms, self.app.settings.forms[0])


@pytest.fixture
def waiting(growing_app: App, run_page: RunPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Waiting:
    monkeypatch.setattr(page_state, "open_app", lambda settings, clock: growing_app)
    page_state.get_services.clear()
    return Waiting(growing_app, tmp_path / "tiny.yaml")


def warn(page: object) -> str:
    return " ".join(str(each.value) for each in page.warning).replace("\\", "")  # type: ignore[attr-defined]


def test_every_page_that_gives_measured_drills_says_until_when_and_is_shut(waiting: Waiting, run_page: RunPage) -> None:
    shut = {"team": f"start-before-{waiting.people[0]}", "give": "give-all", "session": "open-session"}
    drawn = {name: run_page(name, team=waiting.team_id) for name in shut}
    for name, page in drawn.items():
        assert UNTIL in warn(page), name
        assert page.button(key=shut[name]).disabled, name
    waiting.foretell(5400.0)
    assert "ready about 1:30 PM" in warn(drawn["session"].run()), "the figure follows what was made since"
    waiting.finish()
    for name, page in drawn.items():
        assert not page.run().button(key=shut[name]).disabled, name
    assert not warn(page)
    page.button(key="open-session").click().run()
    assert len(list_sessions(waiting.app, waiting.team_id)) == 1


def test_no_session_is_opened_before_its_footage_but_one_for_later_is_planned(waiting: Waiting) -> None:
    now = waiting.app.clock.read().wall
    with pytest.raises(TaskError, match="ready about"):
        open_session(waiting.app, waiting.plan())
    with pytest.raises(TaskError, match="ready about"):
        open_session(waiting.app, waiting.plan(planned_at=now + timedelta(minutes=30)))
    assert not list_sessions(waiting.app, waiting.team_id)
    open_session(waiting.app, waiting.plan(kind=SessionKind.FAMILIARIZATION))
    open_session(waiting.app, waiting.plan(planned_at=now + timedelta(days=1)))
    assert len(list_sessions(waiting.app, waiting.team_id)) == 2


def test_a_session_planned_earlier_waits_on_all_screens(waiting: Waiting, run_page: RunPage, clock: FakeClock) -> None:
    planned_at = clock.read().wall + timedelta(minutes=60)
    for starting in Starting:
        session_id = open_session(waiting.app, waiting.plan(planned_at=planned_at, starting=starting))
        code = joining.make_screen_code(waiting.app, session_id)
        token = joining.take_name(waiting.app, NOBODY, code.token, waiting.people[0])
        page = run_page("session", session=session_id)
        assert UNTIL in warn(page)
        if starting is Starting.TOGETHER:
            assert page.button(key="Show the briefing").disabled
            with pytest.raises(SessionError, match="not ready"):
                opening.show_briefing(waiting.app, session_id)
        else:
            assert UNTIL in warn(run_page("join", seat=token))
        assert joining.get_seat(waiting.app, token).place is Place.WAITING
    waiting.finish()
    assert joining.get_seat(waiting.app, token).place is Place.DRILL
    assert not warn(run_page("session", session=session_id))


def test_the_program_says_how_far_its_footage_is(waiting: Waiting, run_page: RunPage, clock: FakeClock) -> None:
    clock.pass_s(timedelta(days=5).total_seconds())  # the first measured step is due
    page = run_page("plan", team=waiting.team_id)
    assert "ready about 12:40 PM" in page.get("progress")[0].proto.text
    steps = list_steps(waiting.app, waiting.program_id)
    measured = next(step for step in steps.values() if step.kind.phase is Phase.BEFORE)
    page.selectbox(key=f"send-step-{waiting.program_id}").set_value(measured.step_id).run()
    assert UNTIL in warn(page)
    assert page.button(key=f"give-all-{measured.step_id}").disabled
    assert "The footage to measure on is being made, about 40 minutes to go" in read_page(run_page("start"))
    waiting.finish()
    waiting.change(state=BuildState.DONE, ended_at=clock.read().wall)
    assert "on is ready, since Sep 19, 2026, 12:00 PM." in read_page(run_page("plan", team=waiting.team_id))
    assert "The footage to measure on is ready" in read_page(run_page("start"))
    clock.pass_s(timedelta(days=1).total_seconds())
    assert "The footage to measure on is ready" not in read_page(run_page("start")), "it is used, and this was told"


def test_stopped_footage_is_continued(waiting: Waiting, run_page: RunPage, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting.change(state=BuildState.FAILED, error=FULL)
    assert "its making has stopped. Continue it under Team, Plan" in warn(run_page("session", team=waiting.team_id))
    went_on: list[str] = []
    monkeypatch.setattr(recordings, "go_on", lambda app, row: went_on.append(row.name))
    plan_page = run_page("plan", team=waiting.team_id)
    assert "The footage to measure on is not finished. What is done is kept." in read_page(plan_page)
    assert escape_markdown(FULL) in [each.value for each in plan_page.error]
    plan_page.button(key="footage-go-on").click().run()
    assert went_on == ["tiny"]
    waiting.change(state=BuildState.CANCELED)
    page = run_page("session", team=waiting.team_id)
    assert "is not on this computer. Plan a new program" in warn(page)
    assert page.button(key="open-session").disabled


@pytest.fixture
def team_id(drill_app: App) -> str:
    made = team.add_team(drill_app, "Front office")
    team.add_person(drill_app, made, "Heron")
    return made


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    found: list[Request] = []

    def start(app: App, request: Request, *, kind: str) -> None:
        assert kind == MEASURED
        found.append(request)
        make_build(app, BuildState.RUNNING)

    monkeypatch.setattr(recordings, "start", start)
    return found


def test_the_planner_offers_footage(run_page: RunPage, drill_app: App, team_id: str, asked: list[Request]) -> None:
    page = run_page("plan", team=team_id)
    text = read_page(page)
    assert "This program needs footage of its own to measure on." in text
    assert "for practice only" in text
    assert page.button(key="plan-make").disabled
    page.button(key="footage-make").click().run()
    assert not page.exception
    assert len(asked) == 1
    assert not page.button(key="plan-make").disabled
    assert "You can leave this page, plan the program now, and have people start with practice." in read_page(page)
    page.button(key="plan-make").click().run()
    with drill_app.store.read() as work:
        (program,) = work.programs.list_all()
    assert program.recording_id.startswith("maple-ridge-arrival-medium")


def test_opening_practice_signed_in_is_a_look(
    run_page: RunPage, drill_app: App, team_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heron = team.list_people(drill_app, team_id)[0].person_id
    viewer = Viewer(account_id="a1", person_id=heron, name="Heron", role=Role.TRAINEE)
    monkeypatch.setattr("sim.ui.page.page_state.get_viewer", lambda: viewer)
    page = run_page("drill", attempt=attempts.create_sample(drill_app))
    assert not page.exception
    with drill_app.store.read() as work:
        assert list(work.exposures.list_looks([heron])) == [(heron, "tiny")]


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


OLD = "tiny"
Upgrade = Callable[[], App]


@pytest.fixture
def upgrade(
    demo_app: App, tiny_recording: Recording, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Upgrade]:
    later = lay_out_library(tmp_path / "later", copy_recording(tiny_recording, tmp_path / "apart" / OPEN))
    data = demo_app.settings.data
    settings = replace(
        demo_app.settings,
        recordings=(later / "recordings", data / "recordings"),
        forms=(later / "forms", data / "forms"),
    )
    with ExitStack() as opened:

        def start() -> App:
            app = open_app(settings, clock)
            opened.callback(app.close)
            monkeypatch.setattr(page_state, "open_app", lambda settings, clock: app)
            page_state.get_services.clear()
            return app

        yield start


def read_drills(app: App) -> tuple[str, list[AttemptRow]]:
    with app.store.read() as work:
        (team,) = work.teams.list_all()
        rows = work.attempts.list_of_team(team.team_id)
    return team.team_id, [row for row in rows if row.score_json]


def test_results_stay_and_the_debrief_says_what_is_missing_and_comes_back_with_it(
    run_page: RunPage, upgrade: Upgrade, tiny_library: Path
) -> None:
    app = upgrade()
    team_id, rows = read_drills(app)
    assert {row.recording_id for row in rows} == {OLD}
    for name, query, words in (
        ("results", {"team": team_id}, "8 people"),
        ("team", {"team": team_id}, "8 of 8"),
        ("record", {"person": rows[0].person_id or ""}, "Drills before"),
    ):
        page = run_page(name, **query)
        assert not page.exception, name
        assert words in read_page(page), name
    page = run_page("drill", attempt=rows[0].timing.attempt_id)
    text = read_page(page)
    assert "not on this computer" in text
    assert "its stored score stays" in text
    assert wording.DEBRIEF_PATHS not in text
    data = app.settings.data
    shutil.copytree(tiny_library / "recordings" / OLD, data / "recordings" / OLD)
    (data / "forms").mkdir(exist_ok=True)
    shutil.copy(tiny_library / "forms" / f"{OLD}.yaml", data / "forms")
    upgrade()
    text = read_page(run_page("drill", attempt=rows[0].timing.attempt_id))
    assert "not on this computer" not in text
    assert wording.DEBRIEF_PATHS in text
