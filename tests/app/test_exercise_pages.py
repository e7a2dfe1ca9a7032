"""Pages of team exercises: making one, the waiting room, the debrief, and links that open nothing."""

from collections.abc import Callable

import numpy as np
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from sim.drill.team_exercise import Role
from sim.services.app.links import write_invitation
from sim.services.app.wiring import App
from sim.services.attempt.exercise import ROLE_NAMES
from sim.services.attempt.intake import accept_events
from sim.services.operations.demo import cut_batches
from sim.services.team_exercise import room
from sim.services.team_exercise.debrief import get_exercise_debrief
from tests.support.exercise_drill import ExerciseDrill, make_exercise_team
from tests.support.exercise_simulated import ExerciseKind, simulate_exercise
from tests.support.fake_clock import FakeClock

RunPage = Callable[..., AppTest]
HOSTILE = '"><script>alert(1)</script>'


def texts(at: AppTest) -> str:
    assert not at.exception, at.exception
    kinds = ("title", "header", "markdown", "info", "error", "warning", "code", "caption")
    found = [str(element.value) for kind in kinds for element in at.get(kind)]
    return "\n".join([*found, *(element.proto.body for element in at.get("html"))])


def play(exercise: ExerciseDrill, clock: FakeClock, kind: ExerciseKind) -> None:
    """Let simulated people do the drill through the door that consoles use."""
    exercise.begin()
    app = exercise.app
    with app.store.read() as work:
        row = work.attempts.get(exercise[Role.LEAD].attempt_id)
    form = app.catalog.get_form(row.form_id).form
    parts = simulate_exercise(
        form.task,
        app.catalog.get_truth(row.recording_id),
        rng=np.random.default_rng(1),
        kind=kind,
        limit_s=row.timing.limit_s,
    )
    batches = [(batch[-1].t_client_ms, role, batch) for role, log in parts.items() for batch in cut_batches(log)]
    passed_s = 0.0
    for at_ms, role, batch in sorted(batches, key=lambda each: each[:2]):
        clock.pass_s(max(0.0, at_ms / 1000 - passed_s))
        passed_s = max(passed_s, at_ms / 1000)
        accept_events(app, exercise[role].attempt_id, tab_id=batch[0].tab_id, events=batch)


def test_a_trainer_makes_a_team_drill_and_gets_a_link_for_each(run_page: RunPage, drill_app: App) -> None:
    team_id, people = make_exercise_team(drill_app, members=3)
    at = run_page("exercises", team=team_id)
    assert "No team exercise yet." in texts(at)
    at.selectbox(key="exercise-person-2").select(people[2])
    at.button(key="exercise-make").click().run()
    (line,) = room.list_exercises(drill_app, team_id)
    shown = texts(at)
    for role, person in line.members:
        assert ROLE_NAMES[role] in shown
        assert person in shown
        assert write_invitation(drill_app, line.exercise_id, role) in shown
    assert "0 of 3 there" in shown


def test_one_person_twice_and_a_radio_without_a_map_are_refused(run_page: RunPage, drill_app: App) -> None:
    team_id, people = make_exercise_team(drill_app, members=3)
    at = run_page("exercises", team=team_id)
    at.selectbox(key="exercise-person-3").select(people[2])
    at.button(key="exercise-make").click().run()
    assert "Choose who has the map before you choose a radio." in texts(at)
    at.selectbox(key="exercise-person-3").select("")
    at.selectbox(key="exercise-person-1").select(people[0])
    at.button(key="exercise-make").click().run()
    assert "Someone has two roles" in texts(at)
    assert room.list_exercises(drill_app, team_id) == ()


def test_the_waiting_room_says_who_is_there_and_only_the_lead_can_start(
    run_page: RunPage, drill_app: App, client: TestClient
) -> None:
    exercise = ExerciseDrill(drill_app, client)
    at = run_page("team_exercise", exercise=exercise[Role.VIEWER].token)
    shown = texts(at)
    assert "You are: Viewer" in shown
    assert "Wait here: the console opens automatically as soon as the lead starts." in shown
    assert "Not there yet: Alder, Cedar." in shown
    assert [button.key for button in at.button if button.key == "exercise-start"] == []
    exercise[Role.MAP].enter()
    lead = run_page("team_exercise", exercise=exercise[Role.LEAD].token)
    assert "Everybody is there." in texts(lead)
    lead.button(key="exercise-start").click().run()
    assert exercise[Role.VIEWER].news()["state"] == "running"
    assert lead.get("component") or lead.get("bidi_component")


def test_links_that_are_not_right_open_nothing(run_page: RunPage, drill_app: App, client: TestClient) -> None:
    exercise = ExerciseDrill(drill_app, client)
    token = exercise[Role.VIEWER].token
    for bad in ("", token[:-1], HOSTILE):
        assert "This link is not complete, or no longer works." in texts(run_page("team_exercise", exercise=bad))
    assert "This is one person's part of a team exercise. Open it by the link that you were sent." in texts(
        run_page("drill", attempt=exercise[Role.LEAD].attempt_id)
    )


def test_a_debrief_before_the_end_is_closed(run_page: RunPage, drill_app: App, client: TestClient) -> None:
    exercise = ExerciseDrill(drill_app, client).begin()
    shown = texts(run_page("team_exercise", debrief=exercise.exercise_id))
    assert "the drill has not ended" in shown
    assert "All marks" not in shown


def test_the_debrief_of_a_late_exercise_says_to_take_over_sooner(
    run_page: RunPage, drill_app: App, client: TestClient, clock: FakeClock
) -> None:
    exercise = ExerciseDrill(drill_app, client, names=("Alder", f"Birch {HOSTILE}", "Cedar"))
    play(exercise, clock, ExerciseKind.LATE)
    view = get_exercise_debrief(drill_app, exercise.exercise_id)
    assert view.passed
    assert "take it over first" in view.practice
    assert [lane.role_name for lane in view.lanes] == ["Lead", "Viewer", "Map"]
    assert view.lanes[0].blocks == ()
    assert view.lanes[1].student
    assert all(row[3].startswith("after ") for row in view.hand_offs)
    shown = texts(run_page("team_exercise", exercise=exercise[Role.MAP].token))
    assert "Who watched what, and when" in shown
    assert view.practice in shown
    assert "<script>" not in shown
    with drill_app.store.read() as work:
        assert work.exercises.get(exercise.exercise_id).score_json == view.score_json
