"""Getting to know the console: offered before the first drill, never scored, known of a person afterwards."""

from dataclasses import replace

import pytest

from sim.drill.attempt import AttemptState, Phase
from sim.drill.event import Event, EventKind
from sim.drill.guide_steps import StepsDone
from sim.drill.profile import ProfileName
from sim.drill.resume import BoardState
from sim.errors import AttemptError, PlanError
from sim.services.app.wiring import App
from sim.services.attempt import attempts, familiarization, scores
from sim.services.attempt.intake import accept_events
from sim.services.debrief import page as debrief
from sim.services.program.board import get_board
from sim.services.program.give import give_step
from sim.services.program.plan import create_program
from sim.services.team import given_drills, team
from sim.services.team.attempts_table import export_team
from sim.services.team.team_view import get_team_view
from sim.ui.page import wording
from tests.app.conftest import RunPage
from tests.app.test_start_and_drill import write_all
from tests.support.driven_drill import TAB
from tests.support.fake_clock import FakeClock
from tests.support.guide_log import make_guide_events
from tests.unit.services.program.test_program import list_steps, make_order


def hand_in(app: App, attempt_id: str) -> None:
    payload = {"final_zone": None, "not_on_camera": False, "note": ""}
    event = Event(tab_id=TAB, seq=1, t_client_ms=1.0, kind=EventKind.SUBMIT, payload=payload)
    accept_events(app, attempt_id, tab_id=TAB, events=[event])


def test_three_steps_of_nineteen_are_partly_done_and_still_to_do(measuring_app: App, clock: FakeClock) -> None:
    app = measuring_app
    team_id = team.add_team(app, "Office")
    person_id = team.add_person(app, team_id, "Heron")
    steps = list_steps(app, create_program(app, make_order(team_id)))
    first = give_step(app, steps["familiarization 1"].step_id, person_id)
    familiarization.start(app, first)
    opened, played, *_, handed_in = make_guide_events(TAB)
    some = [opened, played, replace(handed_in, seq=3)]
    accept_events(app, first, tab_id=TAB, events=some)
    cell = get_board(app, team_id=team_id).people[0].cells[0]
    assert (cell.state, cell.not_counted) == (BoardState.DUE, "partly: 3 of 18 steps")
    assert familiarization.get_end(app, first).steps == StepsDone(done=3, of=18)
    again = give_step(app, steps["familiarization 1"].step_id, person_id)
    assert again != first
    familiarization.start(app, again)
    clock.pass_s(60)
    accept_events(app, again, tab_id=TAB, events=make_guide_events(TAB))
    cell = get_board(app, team_id=team_id).people[0].cells[0]
    assert (cell.state, cell.not_counted) == (BoardState.DONE, "")
    with pytest.raises(PlanError, match="has done this step"):
        give_step(app, steps["familiarization 1"].step_id, person_id)


def test_the_start_page_leads_straight_into_it_and_its_end_says_that_nothing_was_scored(
    run_page: RunPage, drill_app: App
) -> None:
    page = run_page("start")
    page.button(key="familiar").click().run()
    assert not page.exception
    attempt_id = page.query_params["attempt"]
    data = attempts.get_console(drill_app, attempt_id).data
    assert (data["mode"], data["limit_s"]) == ("familiarization", familiarization.LIMIT_S)
    assert "Nothing is scored" in data["task"]["question"]
    assert (data["task"]["descriptor"], data["task"]["reference_url"]) == ("", None)
    accept_events(drill_app, attempt_id, tab_id=TAB, events=make_guide_events(TAB))
    page = run_page("drill", attempt=attempt_id)
    assert not page.exception
    text = write_all(page)
    assert wording.FAMILIAR_DONE in text
    page.button(key="try").click().run()
    assert attempts.get_state(drill_app, page.query_params["attempt"]) is AttemptState.BRIEFED


def test_it_is_never_scored_and_does_not_wait_for_a_score(drill_app: App) -> None:
    attempt_id = familiarization.create(drill_app)
    hand_in(drill_app, attempt_id)
    assert scores.settle(drill_app, attempt_id).score_json is None
    with pytest.raises(AttemptError, match="not scored"):
        debrief.get_debrief(drill_app, attempt_id)
    with drill_app.store.read() as work:
        assert attempt_id not in work.attempts.list_unsettled()
    assert scores.settle_all(drill_app) == {}


def test_an_assessment_offers_it_until_that_person_has_done_it(run_page: RunPage, drill_app: App) -> None:
    team_id = team.add_team(drill_app, "Office")
    person_id = team.add_person(drill_app, team_id, "Heron")
    drill_id = given_drills.create_attempt(drill_app, person_id, Phase.BEFORE, profile=ProfileName.MINIMAL)
    page = run_page("drill", attempt=drill_id)
    page.button(key="familiar").click().run()
    assert not page.exception
    familiar_id = page.query_params["attempt"]
    assert familiar_id != drill_id
    assert attempts.get_console(drill_app, familiar_id).data["profile"]["name"] == "minimal"
    assert attempts.get_briefing(drill_app, drill_id).offers_familiarization
    hand_in(drill_app, familiar_id)
    assert not attempts.get_briefing(drill_app, drill_id).offers_familiarization
    page = run_page("drill", attempt=familiar_id)
    page.button(key="to-drill").click().run()
    assert page.query_params["attempt"] == drill_id
    assert [button.key for button in page.button if button.key == "familiar"] == []


def test_one_that_ran_out_of_time_does_not_count_as_done(drill_app: App, clock: FakeClock) -> None:
    person_id = team.add_person(drill_app, team.add_team(drill_app, "Office"), "Heron")
    drill_id = given_drills.create_attempt(drill_app, person_id, Phase.BEFORE)
    familiar_id = familiarization.create_before(drill_app, drill_id)
    clock.pass_s(familiarization.LIMIT_S + 60)
    assert attempts.get_state(drill_app, familiar_id) is AttemptState.TIMED_OUT
    assert not familiarization.get_end(drill_app, familiar_id).is_done
    assert attempts.get_briefing(drill_app, drill_id).offers_familiarization


def test_it_is_in_no_list_of_the_team_and_in_no_file(drill_app: App) -> None:
    team_id = team.add_team(drill_app, "Office")
    person_id = team.add_person(drill_app, team_id, "Heron")
    hand_in(drill_app, familiarization.create(drill_app, person_id=person_id, profile=ProfileName.CLOUD))
    assert given_drills.list_attempts(drill_app, team_id) == ()
    assert export_team(drill_app, team_id).empty
    assert get_team_view(drill_app, team_id).profile.name == "classic"


def test_the_table_says_who_had_done_it_before_each_drill(drill_app: App, clock: FakeClock) -> None:
    team_id = team.add_team(drill_app, "Office")
    person_id = team.add_person(drill_app, team_id, "Heron")
    for phase in (Phase.BEFORE, Phase.AFTER):
        attempt_id = given_drills.create_attempt(drill_app, person_id, phase)
        attempts.get_briefing(drill_app, attempt_id)
        attempts.begin(drill_app, attempt_id)
        clock.pass_s(60)
        hand_in(drill_app, attempt_id)
        clock.pass_s(60)
        hand_in(drill_app, familiarization.create(drill_app, person_id=person_id))
        clock.pass_s(60)
    table = export_team(drill_app, team_id)
    assert list(table["familiar"]) == ["no", "yes"]
