"""Measured drills wait for their footage: every page says so before the press, and until when, and shuts its button."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from sim.app.wiring import App
from sim.attempt.attempt import Phase
from sim.builds.child import FULL
from sim.builds.kinds import MEASURED
from sim.console import attempts
from sim.db.builds import BuildState
from sim.errors import SessionError, TaskError
from sim.features.library import recordings
from sim.features.library.recordings import Request
from sim.features.program.plan import create_program
from sim.features.session import joining, running
from sim.features.session.opening import Plan, open_session
from sim.features.session.sessions import list_sessions
from sim.features.team import team
from sim.program.session_day import Place, SessionKind, Starting
from sim.rules.viewer import NOBODY, Role, Viewer
from sim.ui.page import page_state
from sim.ui.parts.blocks import escape_markdown
from tests.app.conftest import RunPage, read_page
from tests.support.fake_clock import FakeClock
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
                running.show_briefing(waiting.app, session_id)
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
