"""Getting to know the console: offered before the first drill, never scored, known of a person afterwards."""

from dataclasses import replace

import pytest

from sim.app.wiring import App
from sim.attempt.attempt import AttemptState, Phase
from sim.attempt.events import Event, EventKind
from sim.attempt.options import ProfileName
from sim.console import attempts, familiarization, scores
from sim.console.intake import accept_events
from sim.errors import AttemptError, PlanError, RecordingError
from sim.features.debrief import debrief
from sim.features.library import library
from sim.features.program.board import get_board, give_step
from sim.features.program.plan import create_program
from sim.features.team import given_drills, team
from sim.features.team.attempts_table import export_team
from sim.features.team.team_view import get_team_view
from sim.program.plan import BoardState, StepsDone
from sim.ui.page import wording
from tests.app.conftest import RunPage, fail, read_page
from tests.support.driven_drill import TAB
from tests.support.fake_clock import FakeClock
from tests.support.given import begin, load_attempt
from tests.support.guide_log import make_guide_events
from tests.support.tiny_app import PRACTICE_LIMIT_S
from tests.unit.features.program.test_program import list_steps, make_order


def hand_in(app: App, attempt_id: str) -> None:
    payload = {"final_zone": None, "not_on_camera": False, "note": ""}
    event = Event.read(tab_id=TAB, seq=1, t_client_ms=1.0, kind=EventKind.SUBMIT, payload=payload)
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


def test_home_leads_straight_into_it_and_nothing_of_it_is_scored(run_page: RunPage, drill_app: App) -> None:
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
    text = read_page(page)
    assert wording.FAMILIAR_DONE in text
    page.button(key="try").click().run()
    assert attempts.get_state(drill_app, page.query_params["attempt"]) is AttemptState.BRIEFED


def test_it_is_never_scored_and_in_no_list_of_the_team_and_in_no_file(drill_app: App) -> None:
    team_id = team.add_team(drill_app, "Office")
    person_id = team.add_person(drill_app, team_id, "Heron")
    attempt_id = familiarization.create(drill_app, person_id=person_id, profile=ProfileName.CLOUD)
    hand_in(drill_app, attempt_id)
    assert scores.settle(drill_app, attempt_id).score_json is None
    with pytest.raises(AttemptError, match="not scored"):
        debrief.get_debrief(drill_app, attempt_id)
    with drill_app.store.read() as work:
        assert attempt_id not in work.attempts.list_unsettled()
    assert scores.settle_all(drill_app) == {}
    assert given_drills.list_attempts(drill_app, team_id) == ()
    assert export_team(drill_app, team_id).empty
    assert get_team_view(drill_app, team_id).profile.name == "classic"


def test_an_assessment_offers_it_until_it_was_done(run_page: RunPage, drill_app: App, clock: FakeClock) -> None:
    team_id = team.add_team(drill_app, "Office")
    person_id = team.add_person(drill_app, team_id, "Heron")
    drill_id = given_drills.create_attempt(drill_app, person_id, Phase.BEFORE, profile=ProfileName.MINIMAL)
    late_id = familiarization.create_before(drill_app, drill_id)
    clock.pass_s(familiarization.LIMIT_S + 60)
    assert attempts.get_state(drill_app, late_id) is AttemptState.TIMED_OUT
    assert not familiarization.get_end(drill_app, late_id).is_done, "one that ran out of time does not count"
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


def test_the_table_says_who_had_done_it_before_each_drill(drill_app: App, clock: FakeClock) -> None:
    team_id = team.add_team(drill_app, "Office")
    person_id = team.add_person(drill_app, team_id, "Heron")
    for phase in (Phase.BEFORE, Phase.AFTER):
        attempt_id = given_drills.create_attempt(drill_app, person_id, phase)
        begin(drill_app, attempt_id)
        clock.pass_s(60)
        hand_in(drill_app, attempt_id)
        clock.pass_s(60)
        hand_in(drill_app, familiarization.create(drill_app, person_id=person_id))
        clock.pass_s(60)
    table = export_team(drill_app, team_id)
    assert list(table["familiar"]) == ["no", "yes"]


def test_console_and_options_are_chosen_on_the_briefing_of_a_practice_drill(run_page: RunPage, drill_app: App) -> None:
    attempt_id = attempts.create_sample(drill_app)
    page = run_page("drill", attempt=attempt_id)
    page.checkbox(key=f"option-interruptions-{attempt_id}").check().run()
    assert page.expander[0].label == "Scoring and options: with interruptions and hints"
    page.checkbox(key=f"option-interruptions-{attempt_id}").uncheck().run()
    assert page.expander[0].label == "Scoring and options"
    page.checkbox(key=f"option-interruptions-{attempt_id}").check().run()
    choice = page.selectbox(key=f"console-{attempt_id}")
    assert choice.options == ["Classic", "Cloud", "Minimal", "Phone"]
    choice.set_value("cloud").run()
    assert "jumps of 10 seconds" in read_page(page)
    page.button(key="begin").click().run()
    data = attempts.get_console(drill_app, attempt_id).data
    assert (data["profile"]["name"], data["options"]) == ("cloud", ["hints", "interruptions"])


def test_after_the_limit_the_debrief_stands_there(run_page: RunPage, drill_app: App, clock: FakeClock) -> None:
    attempt_id = attempts.create_sample(drill_app)
    begin(drill_app, attempt_id)
    clock.pass_s(PRACTICE_LIMIT_S + 60)
    page = run_page("drill", attempt=attempt_id)
    assert page.title[0].value.startswith("Debrief")
    assert wording.DEBRIEF_LEGS in read_page(page)
    assert wording.DEBRIEF_MOMENTS in read_page(page)
    assert page.button(key="again").label == "Try again"
    form_id = load_attempt(drill_app, attempt_id).form_id
    page.button(key="again").click().run()
    assert load_attempt(drill_app, page.query_params["attempt"]).form_id == form_id


@pytest.mark.parametrize("is_begun", [False, True])
def test_an_open_drill_whose_form_is_gone_can_be_ended(run_page: RunPage, drill_app: App, is_begun: bool) -> None:
    attempt_id = attempts.create_sample(drill_app)
    attempts.get_briefing(drill_app, attempt_id)
    if is_begun:
        attempts.begin(drill_app, attempt_id)
    with drill_app.store.write() as work:
        work.save_row(replace(work.attempts.get(attempt_id), form_id="tiny-setup-1"))
    page = run_page("drill", attempt=attempt_id)
    assert "does not exist on this computer" in read_page(page)
    page.button(key="end-gone").click().run()
    assert wording.ABANDONED in read_page(page)
    assert attempts.get_state(drill_app, attempt_id) is AttemptState.ABANDONED


def test_a_broken_recording_is_explained_on_the_start_page(run_page: RunPage, monkeypatch: pytest.MonkeyPatch) -> None:
    error = RecordingError("main/CAM-01.mp4 is missing", todo="build the recording again")
    monkeypatch.setattr(library, "list_forms", fail(error))
    page = run_page("start")
    assert "step" not in [button.key for button in page.button]
    assert "CAM-01.mp4 is missing" in read_page(page)
