"""The planner of programs asks for footage to measure on, has it made, and says how far it is."""

import pytest

from sim.drill.attempt import Phase
from sim.services.accounts.viewer import Role, Viewer
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.library import generate
from sim.services.library.job import JobState, Request
from sim.services.team import given_drills, team
from tests.app.conftest import RunPage
from tests.app.test_start_and_drill import write_all
from tests.unit.services.program.test_program_footage import make_job


@pytest.fixture
def team_id(drill_app: App) -> str:
    made = team.add_team(drill_app, "Front office")
    team.add_person(drill_app, made, "Heron")
    return made


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """Builds that were asked for; each stands in the job's file as under way."""
    found: list[Request] = []

    def start(app: App, request: Request) -> None:
        found.append(request)
        make_job(app, JobState.RENDERING)

    monkeypatch.setattr(generate, "start", start)
    return found


def test_without_footage_to_measure_on_the_planner_offers_to_make_it(
    run_page: RunPage, drill_app: App, team_id: str, asked: list[Request]
) -> None:
    page = run_page("plan", team=team_id)
    assert not page.exception
    text = write_all(page)
    assert (
        "This program needs footage of its own to measure on. The drills that come with Sightline are "
        "for practice only: anyone who has the program can look up their answers."
    ) in text
    assert "for practice only" in text
    assert page.button(key="plan-make").disabled
    page.button(key="footage-make").click().run()
    assert not page.exception
    (request,) = asked
    assert request.is_private
    assert not page.button(key="plan-make").disabled
    assert (
        "You can leave this page, plan the program now, and have people start with practice. Measured "
        "drills open when the footage is ready."
    ) in write_all(page)
    page.button(key="plan-make").click().run()
    with drill_app.store.read() as work:
        (program,) = work.programs.list_all()
    assert program.recording_id.startswith("maple-ridge-arrival-medium")


def test_footage_that_stopped_can_be_gone_on_with(
    run_page: RunPage, drill_app: App, team_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_job(drill_app, JobState.FAILED)
    went_on: list[App] = []
    monkeypatch.setattr(generate, "go_on", went_on.append)
    page = run_page("plan", team=team_id)
    assert "The footage to measure on is not finished. What is done is kept." in write_all(page)
    page.button(key="footage-go-on").click().run()
    assert went_on == [drill_app]


def test_the_briefing_of_a_measured_drill_says_what_comes_with_the_start(
    run_page: RunPage, drill_app: App, team_id: str
) -> None:
    heron = team.list_people(drill_app, team_id)[0].person_id
    attempt_id = given_drills.create_attempt(drill_app, heron, Phase.BEFORE)
    page = run_page("drill", attempt=attempt_id)
    text = write_all(page)
    assert "Three photos of the student and a description appear when you start" in text
    assert "/footage/" not in text
    page.button(key="begin").click().run()
    assert "/footage/" in str(attempts.get_console(drill_app, attempt_id).data["task"]["reference_url"])


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
