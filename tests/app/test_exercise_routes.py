"""Team exercises over HTTP: what members share, what a role may not do, and whom a token tells nothing."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from sim.app.links import LASTS, read_invitation, write_invitation
from sim.app.wiring import App
from sim.attempt.interruptions import CALL_S
from sim.attempt.team_exercise import Duty, Role
from sim.console import attempts
from sim.console import exercise as shared
from sim.console.console_data import make_console_data
from sim.console.exercise import ROLE_NAMES
from sim.console.footage_access import make_links
from sim.console.scores import settle, settle_all
from sim.db.attempts import MemberRow
from sim.errors import AccessError, AttemptError, StoreError, TaskError
from sim.features.debrief import debrief
from sim.features.exercise import room
from sim.features.exercise.debrief import get_exercise_debrief
from sim.features.exercise.room import create_exercise
from sim.features.team import given_drills, team
from sim.features.team.attempts_table import export_team
from sim.rules.viewer import KnownBy
from sim.tasks import get_task_type
from sim.tasks.common.simulated_user import mark_clearest
from sim.truth.window import cut_window
from tests.app.conftest import RunPage, read_page
from tests.support.driven_drill import Drill
from tests.support.exercise_drill import FORM, ExerciseDrill, make_exercise_team
from tests.support.fake_clock import FakeClock
from tests.support.given import load_attempt
from tests.support.tiny_app import PRACTICE_LIMIT_S

LEAD, VIEWER, MAP, RADIO = Role
SUBMIT = {"final_zone": "lobby", "not_on_camera": False, "note": ""}
ASK = {"ask_id": "q1", "camera_id": "CAM-02", "at_site_s": 4.5, "to": None, "about": "look"}


@pytest.fixture
def exercise(drill_app: App, client: TestClient) -> ExerciseDrill:
    return ExerciseDrill(drill_app, client).begin()


def kinds(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(entry["role"], entry["kind"]) for entry in found["entries"]]


def test_all_of_the_shared_case_comes_in_the_order_the_server_had_it(exercise: ExerciseDrill, clock: FakeClock) -> None:
    clock.pass_s(7)
    exercise[VIEWER].mark("f1", t_ms=6500)
    exercise[MAP].send("ask", ASK)
    exercise[VIEWER].send("take", {"ask_id": "q1"})
    exercise[LEAD].send("strike", {"role": "viewer", "mark_id": "f1", "struck": True})
    exercise[LEAD].send("entry", {"text": "<b>told</b> the office"})
    exercise[VIEWER].send("note", {"text": "for myself"})
    exercise[VIEWER].send("focus", {"camera_id": "CAM-02", "t_s": 4.5})
    found = exercise[VIEWER].news()
    assert kinds(found) == [
        ("viewer", "mark"), ("map", "ask"), ("viewer", "take"), ("lead", "strike"), ("lead", "entry"),
    ]  # fmt: skip
    marked = {"mark_id": "f1", "camera_id": "CAM-01", "frame": 32, "t_s": 3.2, "x": 0.5, "y": 0.25}
    first = {"number": 1, "role": "viewer", "kind": "mark", "at_ms": 7000, "payload": marked}
    assert (found["entries"][0], found["entries"][1]["payload"]) == (first, ASK)
    assert (found["number"], found["elapsed_ms"], found["state"], found["leading"]) == (5, 7000, "running", "lead")
    assert exercise[MAP].news(since=5)["entries"] == []
    assert [each["camera_id"] for each in found["members"]] == [None, "CAM-02", None]
    told = "number entries members leading may_lead duties state elapsed_ms remaining_ms"
    assert set(found) == set(told.split()), "nothing of truth"
    assert all(set(each) == {"role", "is_here", "camera_id"} for each in found["members"])


def test_one_clock_for_all_and_the_hand_in_of_the_lead_ends_it(exercise: ExerciseDrill, clock: FakeClock) -> None:
    clock.pass_s(30)
    exercise[VIEWER].mark("f1")
    clock.pass_s(12.25)
    assert exercise[LEAD].send("submit", SUBMIT)["state"] == "submitted"
    for role in (VIEWER, MAP):
        found = exercise[role].news()
        assert (found["state"], found["elapsed_ms"]) == ("submitted", 42_250)
    used = {load_attempt(exercise.app, part.attempt_id).timing.used_s for part in exercise.parts.values()}
    assert used == {42.25}
    exercise[VIEWER].mark("late")
    assert exercise[VIEWER].counted() == ["mark"]
    assert kinds(exercise[MAP].news()) == [("viewer", "mark")]


def test_what_a_role_may_not_do_is_kept_and_never_counts(exercise: ExerciseDrill) -> None:
    exercise[LEAD].news()
    for role, kind, payload in (
        (VIEWER, "submit", SUBMIT),
        (MAP, "submit", SUBMIT),
        (VIEWER, "strike", {"role": "lead", "mark_id": "f1", "struck": True}),
        (VIEWER, "entry", {"text": "not my log"}),
        (MAP, "lead", {}),
        (LEAD, "lead", {}),
    ):
        answer = exercise[role].send(kind, payload)
        assert (answer["ack"], answer["state"]) == (exercise[role].seq, "running"), (role, kind)
        assert exercise[role].counted() == [], (role, kind)
    found = exercise[LEAD].news()
    assert (found["entries"], found["leading"]) == ([], "lead")


def test_when_the_lead_is_lost_another_decides_and_not_the_lead(exercise: ExerciseDrill, clock: FakeClock) -> None:
    for _ in range(8):
        clock.pass_s(5)
        exercise[LEAD].news()
    exercise[MAP].send("lead")
    found = exercise[MAP].news()
    assert (found["leading"], found["may_lead"]) == ("lead", False), "it cannot be taken while it is heard of"
    clock.pass_s(shared.LOST_AFTER.total_seconds() + 1)
    assert exercise[MAP].news()["may_lead"] is True
    exercise[MAP].send("lead")
    found = exercise[MAP].news()
    assert (found["leading"], found["duties"]) == ("map", ["decide", "links"])
    assert exercise[LEAD].send("submit", SUBMIT)["state"] == "running"
    assert exercise[MAP].send("submit", SUBMIT)["state"] == "submitted"
    assert exercise[VIEWER].news()["state"] == "submitted"


def test_who_is_there_is_told_and_no_one_waits(drill_app: App, client: TestClient, clock: FakeClock) -> None:
    exercise = ExerciseDrill(drill_app, client)
    assert not any(member.is_here for member in exercise[LEAD].enter().members[1:])
    exercise.begin(here=(LEAD, VIEWER))
    clock.pass_s(20)
    exercise[VIEWER].news()
    assert [each["is_here"] for each in exercise[LEAD].news()["members"]] == [True, True, False]
    assert exercise[MAP].enter().state == "running"
    assert [each["is_here"] for each in exercise[LEAD].news()["members"]] == [True, True, True]
    exercise[MAP].mark("f1")
    assert kinds(exercise[LEAD].news()) == [("map", "mark")]


def test_the_limit_ends_all_and_the_debrief_scores_what_was_marked(exercise: ExerciseDrill, clock: FakeClock) -> None:
    exercise[VIEWER].mark("f1")
    with pytest.raises(AttemptError, match="has not ended"):
        get_exercise_debrief(exercise.app, exercise.exercise_id)
    clock.pass_s(PRACTICE_LIMIT_S + 11)
    found = get_exercise_debrief(exercise.app, exercise.exercise_id)
    assert [mark[2:] for mark in found.marks] == [("Viewer", "counts")]
    assert not found.passed
    assert exercise[MAP].news()["state"] == "timed_out"


def test_forged_tokens_odd_numbers_and_garbled_words_open_nothing(exercise: ExerciseDrill) -> None:
    viewer, lead = exercise[VIEWER], exercise[LEAD]
    for headers in ({}, lead.headers, {"Authorization": "Bearer " + "x" * 40}):
        assert lead.client.get(f"{viewer.url}/exercise", headers=headers).status_code == 403
    another = ExerciseDrill(exercise.app, viewer.client, name="Another").begin()
    assert lead.client.get(f"{viewer.url}/exercise", headers=another[VIEWER].headers).status_code == 403
    another[LEAD].mark("f1")
    assert viewer.news()["entries"] == []
    alone = Drill(exercise.app, viewer.client).begin()
    assert lead.client.get(f"{alone.url}/exercise", headers=alone.headers).status_code == 409

    for since in ("", "-1", "1.5", "abc", "９", "9" * 30, "9" * 5000):
        answer = exercise[VIEWER].ask_news(since)
        assert (answer.status_code, "since" in answer.json()["error"]) == (422, True), since

    for kind, payload in (
        ("ask", {**ASK, "to": "principal"}),
        ("ask", {**ASK, "at_site_s": -1.0}),
        ("strike", {"role": "viewer", "mark_id": "f1", "struck": "yes"}),
        ("entry", {"text": "x" * 301}),
        ("entry", {"text": ""}),
    ):
        event = {"seq": 1, "t_client_ms": 0, "kind": kind, "payload": payload}
        answer = lead.client.post(f"{lead.url}/events", headers=lead.headers, json={"tab": lead.tab, "events": [event]})
        assert answer.status_code == 422, (kind, payload)


def test_a_flood_is_slowed_down_for_its_sender_alone(exercise: ExerciseDrill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "MOST_SHARED", 3)
    for number in range(5):
        exercise[VIEWER].mark(f"f{number}")
    assert exercise[MAP].news()["number"] == 3
    assert len(exercise[VIEWER].counted()) == 5
    monkeypatch.setattr(shared, "ASKS_A_MINUTE", 5)
    statuses = [exercise[VIEWER].ask_news().status_code for _ in range(6)]
    assert statuses[-2:] == [200, 429]
    assert exercise[MAP].ask_news().status_code == 200


def test_links_name_exercise_and_role_and_run_out(exercise: ExerciseDrill, drill_app: App, clock: FakeClock) -> None:
    token = exercise[VIEWER].token
    assert read_invitation(drill_app, token).role is VIEWER
    other = exercise[LEAD].headers["Authorization"]
    for bad in ("", token[:-2], token.replace(".", "", 1), f"{token}x", "null", other):
        with pytest.raises(AccessError, match="not valid"):
            read_invitation(drill_app, bad)
    with pytest.raises(AccessError, match="no such role"):
        write_invitation(drill_app, exercise.exercise_id, RADIO)
    with drill_app.store.write() as work:
        work.delete(MemberRow)
    with pytest.raises(AccessError, match="exercise is gone"):
        read_invitation(drill_app, token)
    clock.pass_s(LASTS.total_seconds())
    with pytest.raises(AccessError, match="expired"):
        read_invitation(drill_app, token)


def test_only_the_lead_starts_and_once(drill_app: App, client: TestClient, clock: FakeClock) -> None:
    exercise = ExerciseDrill(drill_app, client)
    with pytest.raises(AccessError, match="only the lead"):
        room.start(drill_app, exercise[VIEWER].invitation)
    with pytest.raises(AttemptError, match="one person alone"):
        attempts.begin(drill_app, exercise[LEAD].attempt_id)
    exercise.begin()
    clock.pass_s(10)
    room.start(drill_app, exercise[LEAD].invitation)
    assert exercise[MAP].news()["elapsed_ms"] == 10_000


def test_a_part_is_no_result_of_one_person(exercise: ExerciseDrill, drill_app: App) -> None:
    exercise[LEAD].send("submit", SUBMIT)
    assert settle_all(drill_app) == {}
    assert settle(drill_app, exercise[LEAD].attempt_id).score_json is None
    with pytest.raises(AttemptError, match="team exercise"):
        debrief.get_debrief(drill_app, exercise[LEAD].attempt_id)
    assert given_drills.list_attempts(drill_app, exercise.team_id) == ()
    assert len(export_team(drill_app, exercise.team_id)) == 0
    with drill_app.store.read() as work:
        assert [work.exposures.list_seen(person) for person in exercise.people] == [{FORM}] * 3


def test_links_to_the_next_camera_and_calls_are_with_whoever_has_the_duty(drill_app: App, client: TestClient) -> None:
    exercise = ExerciseDrill(drill_app, client, members=4, interruptions=True).begin()
    data = {}
    for role, part in exercise.parts.items():
        row = load_attempt(drill_app, part.attempt_id)
        data[role] = make_console_data(drill_app, row, make_links(drill_app, row))
    assert [role for role in Role if data[role]["links"]] == [MAP]
    assert [role for role in Role if "interruptions" in data[role]["options"]] == [RADIO]
    assert data[RADIO]["calls"]["call_s"] == CALL_S
    assert data[LEAD]["exercise"]["duties"] == [Duty.DECIDE]
    assert [member["name"] for member in data[VIEWER]["exercise"]["members"]] == ["Alder", "Birch", "Cedar", "Dogwood"]


def test_who_cannot_be_a_exercise(drill_app: App) -> None:
    team_id, (one, other, third) = make_exercise_team(drill_app)
    stranger = team.add_person(drill_app, team.add_team(drill_app, "Elsewhere"), "Yew")
    for people, reason in (([one], "2 to 4"), ([one, one], "two roles"), ([one, stranger], "not on this team")):
        with pytest.raises((StoreError, TaskError), match=reason):
            create_exercise(drill_app, team_id, form_id=FORM, person_ids=people)
    create_exercise(drill_app, team_id, form_id=FORM, person_ids=[one, third])
    team.remove_person(drill_app, third)
    with pytest.raises(StoreError, match="not on this team"):
        create_exercise(drill_app, team_id, form_id=FORM, person_ids=[other, third])
    with pytest.raises(TaskError):
        create_exercise(drill_app, team_id, form_id="no-such-form", person_ids=[one, other])


HOSTILE = '"><script>alert(1)</script>'


def play_late(exercise: ExerciseDrill, clock: FakeClock) -> None:
    """Viewer and map mark in turn; each asks the other for the next camera, who opens it half a minute later."""
    exercise.begin()
    row = load_attempt(exercise.app, exercise[LEAD].attempt_id)
    task, index = exercise.app.catalog.get_form(row.form_id).form.task, exercise.app.catalog.get_truth(row.recording_id)
    window, at_ms = cut_window(index, task.window_s), 0.0
    for number, leg in enumerate(window.find_target(task.person)):
        own, mark = exercise[(VIEWER, MAP)[number % 2]], mark_clearest(window, leg)
        here = {"camera_id": mark.camera_id, "t_s": float(window.first_s[leg])}
        if number:
            exercise[(MAP, VIEWER)[number % 2]].send(
                "ask",
                {**ASK, "ask_id": f"q{number}", "camera_id": mark.camera_id, "at_site_s": here["t_s"]},
                t_ms=at_ms,
            )
        clock.pass_s(30)
        at_ms += 30_000
        own.send("focus", here, t_ms=at_ms)
        own.send("play", {"t_s": here["t_s"], "speed": 1.0}, t_ms=at_ms)
        watched_s = float(window.last_s[leg] - window.first_s[leg])
        clock.pass_s(watched_s)
        at_ms += watched_s * 1000
        own.send("pause", {"t_s": float(window.last_s[leg])}, t_ms=at_ms)
        spot = {"frame": round(mark.t_s * index.table.fps), "t_s": mark.t_s, "x": mark.x, "y": mark.y}
        own.send("mark", {"mark_id": f"m{number}", "camera_id": mark.camera_id, **spot}, t_ms=at_ms)
    answer = get_task_type(task.type).answer_perfectly(task, index)
    exercise[LEAD].send("submit", {**SUBMIT, "final_zone": answer.final_zone}, t_ms=at_ms)


def test_a_trainer_makes_a_team_drill_and_gets_a_link_for_each(run_page: RunPage, drill_app: App) -> None:
    team_id, people = make_exercise_team(drill_app, members=3)
    at = run_page("exercises", team=team_id)
    assert "No team exercise yet." in read_page(at)
    at.selectbox(key="exercise-person-2").select(people[2])
    at.button(key="exercise-make").click().run()
    (line,) = room.list_exercises(drill_app, team_id)
    shown = read_page(at)
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
    assert "Choose who has the map before you choose a radio." in read_page(at)
    at.selectbox(key="exercise-person-3").select("")
    at.selectbox(key="exercise-person-1").select(people[0])
    at.button(key="exercise-make").click().run()
    assert "Someone has two roles" in read_page(at)
    assert room.list_exercises(drill_app, team_id) == ()


def test_links_that_are_not_right_open_nothing(run_page: RunPage, drill_app: App, client: TestClient) -> None:
    exercise = ExerciseDrill(drill_app, client)
    token = exercise[Role.VIEWER].token
    for bad in ("", token[:-1], HOSTILE):
        assert "This link is not complete, or no longer works." in read_page(run_page("team-drill", exercise=bad))
    assert "the drill has not ended" in read_page(run_page("team-drill", debrief=exercise.begin().exercise_id))
    lead = run_page("team-drill", exercise=exercise[LEAD].token)
    assert lead.get("bidi_component"), "the console"
    assert load_attempt(drill_app, exercise[LEAD].attempt_id).known_by == KnownBy.TRAINER
    assert "This is one person's part of a team exercise. Open it by the link that you were sent." in read_page(
        run_page("drill", attempt=exercise[Role.LEAD].attempt_id)
    )


def test_a_late_team_is_told_so(run_page: RunPage, drill_app: App, client: TestClient, clock: FakeClock) -> None:
    exercise = ExerciseDrill(drill_app, client, names=("Alder", f"Birch {HOSTILE}", "Cedar"))
    play_late(exercise, clock)
    view = get_exercise_debrief(drill_app, exercise.exercise_id)
    assert view.passed
    assert "take it over first" in view.practice
    assert [lane.role_name for lane in view.lanes] == ["Lead", "Viewer", "Map"]
    assert view.lanes[0].blocks == ()
    assert view.lanes[1].student
    assert all(row[3].startswith("after ") for row in view.hand_offs)
    shown = read_page(run_page("team-drill", exercise=exercise[Role.MAP].token))
    assert "Who watched what, and when" in shown
    assert view.practice in shown
    assert "<script>" not in shown
    with drill_app.store.read() as work:
        assert work.exercises.get(exercise.exercise_id).score_json == view.score_json
