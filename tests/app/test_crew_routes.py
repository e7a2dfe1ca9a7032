"""Team drills over HTTP: what members share, what a role may not do, and whom a token tells nothing."""

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from sim.drill.crew import Duty, Role
from sim.drill.interruptions import CALL_S
from sim.errors import AccessError, AttemptError, StoreError, TaskError
from sim.services.app.links.crew_links import LASTS, read_invitation
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.attempt import crew_news as news
from sim.services.attempt import crew_presence as presence
from sim.services.attempt import crew_sharing as sharing
from sim.services.attempt.console_data import make_console_data
from sim.services.attempt.footage_access import make_links
from sim.services.attempt.scores import settle, settle_all
from sim.services.crew import making, room
from sim.services.crew.debrief import get_crew_debrief
from sim.services.debrief import page as debrief
from sim.services.team import given_drills as team_drills
from sim.services.team import team
from tests.support.crew_drill import FORM, CrewDrill, make_crew_team
from tests.support.fake_clock import FakeClock
from tests.support.tiny_app import PRACTICE_LIMIT_S

LEAD, VIEWER, MAP, RADIO = Role
SUBMIT = {"final_zone": "lobby", "not_on_camera": False, "note": ""}
ASK = {"ask_id": "q1", "camera_id": "CAM-02", "at_site_s": 4.5, "to": None, "about": "look"}


@pytest.fixture
def crew(drill_app: App, client: TestClient) -> CrewDrill:
    return CrewDrill(drill_app, client).begin()


def kinds(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(entry["role"], entry["kind"]) for entry in found["entries"]]


def test_a_mark_is_news_to_the_others_with_whose_it_is(crew: CrewDrill, clock: FakeClock) -> None:
    clock.pass_s(7)
    crew[VIEWER].mark("f1", t_ms=6500)
    found = crew[MAP].news()
    assert found["entries"] == [
        {
            "number": 1,
            "role": "viewer",
            "kind": "fix",
            "at_ms": 7000,
            "payload": {
                "fix_id": "f1", "camera_id": "CAM-01", "frame": 32, "t_s": 3.2, "x": 0.5, "y": 0.25, "confidence": None,
            },
        }
    ]  # fmt: skip
    assert (found["number"], found["elapsed_ms"], found["state"], found["leading"]) == (1, 7000, "running", "lead")
    assert crew[MAP].news(since=1)["entries"] == []


def test_a_repeated_post_is_shared_once(crew: CrewDrill) -> None:
    crew[VIEWER].mark("f1")
    crew[VIEWER].seq = 0
    crew[VIEWER].mark("f1")
    assert kinds(crew[LEAD].news()) == [("viewer", "fix")]


def test_all_of_the_shared_case_comes_in_the_order_the_server_had_it(crew: CrewDrill) -> None:
    crew[VIEWER].mark("f1")
    crew[MAP].send("ask", ASK)
    crew[VIEWER].send("take", {"ask_id": "q1"})
    crew[LEAD].send("strike", {"role": "viewer", "fix_id": "f1", "struck": True})
    crew[LEAD].send("entry", {"text": "<b>told</b> the office"})
    crew[VIEWER].send("note", {"text": "for myself"})
    crew[VIEWER].send("focus", {"camera_id": "CAM-02", "t_s": 4.5})
    found = crew[VIEWER].news()
    assert kinds(found) == [
        ("viewer", "fix"), ("map", "ask"), ("viewer", "take"), ("lead", "strike"), ("lead", "entry"),
    ]  # fmt: skip
    assert found["entries"][1]["payload"] == ASK
    assert [each["camera_id"] for each in found["members"]] == [None, "CAM-02", None]


def test_one_clock_for_all_and_the_hand_in_of_the_lead_ends_it_for_all(crew: CrewDrill, clock: FakeClock) -> None:
    clock.pass_s(30)
    crew[VIEWER].mark("f1")
    clock.pass_s(12.25)
    assert crew[LEAD].send("submit", SUBMIT)["state"] == "submitted"
    for role in (VIEWER, MAP):
        found = crew[role].news()
        assert (found["state"], found["elapsed_ms"]) == ("submitted", 42_250)
    with crew.app.store.read() as work:
        used = {work.attempts.get(part.attempt_id).timing.used_s for part in crew.parts.values()}
    assert used == {42.25}
    crew[VIEWER].mark("late")
    assert crew[VIEWER].counted() == ["fix"]
    assert kinds(crew[MAP].news()) == [("viewer", "fix")]


def test_what_a_role_may_not_do_is_kept_and_never_counts(crew: CrewDrill) -> None:
    crew[LEAD].news()
    for role, kind, payload in (
        (VIEWER, "submit", SUBMIT),
        (MAP, "submit", SUBMIT),
        (VIEWER, "strike", {"role": "lead", "fix_id": "f1", "struck": True}),
        (VIEWER, "entry", {"text": "not my log"}),
        (MAP, "lead", {}),
        (LEAD, "lead", {}),
    ):
        answer = crew[role].send(kind, payload)
        assert (answer["ack"], answer["state"]) == (crew[role].seq, "running"), (role, kind)
        assert crew[role].counted() == [], (role, kind)
    found = crew[LEAD].news()
    assert (found["entries"], found["leading"]) == ([], "lead")


def test_when_the_lead_is_lost_another_decides_and_the_lead_no_longer_does(crew: CrewDrill, clock: FakeClock) -> None:
    crew[LEAD].news()
    clock.pass_s(presence.LOST_AFTER.total_seconds() + 1)
    crew[MAP].send("lead")
    found = crew[MAP].news()
    assert (found["leading"], found["duties"]) == ("map", ["decide", "links"])
    assert crew[LEAD].send("submit", SUBMIT)["state"] == "running"
    assert crew[MAP].send("submit", SUBMIT)["state"] == "submitted"
    assert crew[VIEWER].news()["state"] == "submitted"


def test_the_lead_cannot_be_taken_while_heard_of(crew: CrewDrill, clock: FakeClock) -> None:
    for _ in range(8):
        clock.pass_s(5)
        crew[LEAD].news()
    crew[MAP].send("lead")
    assert crew[MAP].news()["leading"] == "lead"


def test_who_is_there_is_told_and_somebody_missing_does_not_hold_up_the_rest(
    drill_app: App, client: TestClient, clock: FakeClock
) -> None:
    crew = CrewDrill(drill_app, client)
    assert not any(member.is_here for member in crew[LEAD].enter().members[1:])
    crew.begin(here=(LEAD, VIEWER))
    clock.pass_s(20)
    crew[VIEWER].news()
    assert [each["is_here"] for each in crew[LEAD].news()["members"]] == [True, True, False]
    assert crew[MAP].enter().state == "running"
    assert [each["is_here"] for each in crew[LEAD].news()["members"]] == [True, True, True]
    crew[MAP].mark("f1")
    assert kinds(crew[LEAD].news()) == [("map", "fix")]


def test_a_reload_finds_own_work_and_all_news_again(crew: CrewDrill) -> None:
    crew[VIEWER].mark("f1")
    crew[MAP].mark("f2", x=0.25)
    state = crew.parts[VIEWER].client.get(crew[VIEWER].url, headers=crew[VIEWER].headers).json()
    assert [each["fix_id"] for each in state["fixes"]] == ["f1"]
    assert kinds(crew[VIEWER].news(since=0)) == [("viewer", "fix"), ("map", "fix")]


def test_the_limit_ends_all_and_the_debrief_scores_what_was_marked(crew: CrewDrill, clock: FakeClock) -> None:
    crew[VIEWER].mark("f1")
    with pytest.raises(AttemptError, match="has not ended"):
        get_crew_debrief(crew.app, crew.crew_id)
    clock.pass_s(PRACTICE_LIMIT_S + 11)
    found = get_crew_debrief(crew.app, crew.crew_id)
    assert [mark[2:] for mark in found.marks] == [("Viewer", "counts")]
    assert not found.passed
    assert crew[MAP].news()["state"] == "timed_out"


def test_news_hold_nothing_of_truth(crew: CrewDrill) -> None:
    crew[VIEWER].mark("f1")
    found = crew[MAP].news()
    assert set(found) == {
        "number", "entries", "members", "leading", "may_lead", "duties", "state", "elapsed_ms", "remaining_ms",
    }  # fmt: skip
    assert all(set(each) == {"role", "is_here", "camera_id"} for each in found["members"])


def test_an_odd_number_is_refused_by_name(crew: CrewDrill) -> None:
    for since in ("", "-1", "1.5", "abc", "９", "9" * 30, "9" * 5000):
        answer = crew[VIEWER].ask_news(since)
        assert (answer.status_code, "since" in answer.json()["error"]) == (422, True), since


def test_a_forged_token_and_another_members_open_nothing(crew: CrewDrill) -> None:
    viewer, lead = crew[VIEWER], crew[LEAD]
    for headers in ({}, lead.headers, {"Authorization": "Bearer " + "x" * 40}):
        assert lead.client.get(f"{viewer.url}/crew", headers=headers).status_code == 403
    another = CrewDrill(crew.app, viewer.client, name="Another").begin()
    assert lead.client.get(f"{viewer.url}/crew", headers=another[VIEWER].headers).status_code == 403
    another[LEAD].mark("f1")
    assert viewer.news()["entries"] == []


def test_a_drill_done_alone_has_no_crew(drill_app: App, crew: CrewDrill) -> None:
    alone = attempts.create_sample(drill_app)
    with drill_app.store.read() as work:
        links = make_links(drill_app, work.attempts.get(alone))
    answer = crew[LEAD].client.get(f"/api/attempts/{alone}/crew", headers={"Authorization": f"Bearer {links.token}"})
    assert answer.status_code == 409


def test_a_flood_of_questions_is_slowed_down_for_its_sender_alone(
    crew: CrewDrill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "ASKS_A_MINUTE", 5)
    statuses = [crew[VIEWER].ask_news().status_code for _ in range(news.ASKS_A_MINUTE + 1)]
    assert statuses[-2:] == [200, 429]
    assert crew[MAP].ask_news().status_code == 200


def test_a_flood_of_marks_stops_being_shared_and_is_still_kept(
    crew: CrewDrill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "MOST_SHARED", 3)
    for number in range(5):
        crew[VIEWER].mark(f"f{number}")
    assert crew[MAP].news()["number"] == 3
    assert len(crew[VIEWER].counted()) == 5


def test_garbled_words_of_a_crew_are_refused(crew: CrewDrill) -> None:
    lead = crew[LEAD]
    for kind, payload in (
        ("ask", {**ASK, "to": "principal"}),
        ("ask", {**ASK, "at_site_s": -1.0}),
        ("strike", {"role": "viewer", "fix_id": "f1", "struck": "yes"}),
        ("entry", {"text": "x" * 301}),
        ("entry", {"text": ""}),
    ):
        event = {"seq": 1, "t_client_ms": 0, "kind": kind, "payload": payload}
        answer = lead.client.post(f"{lead.url}/events", headers=lead.headers, json={"tab": lead.tab, "events": [event]})
        assert answer.status_code == 422, (kind, payload)


def test_links_name_one_crew_and_role_and_run_out(crew: CrewDrill, drill_app: App, clock: FakeClock) -> None:
    token = crew[VIEWER].token
    assert read_invitation(drill_app, token).role is VIEWER
    for bad in ("", token[:-2], token.replace(".", "", 1), f"{token}x", "null", crew[LEAD].headers["Authorization"]):
        with pytest.raises(AccessError, match="not valid"):
            read_invitation(drill_app, bad)
    clock.pass_s(LASTS.total_seconds())
    with pytest.raises(AccessError, match="expired"):
        read_invitation(drill_app, token)


def test_only_the_lead_starts_and_once(drill_app: App, client: TestClient, clock: FakeClock) -> None:
    crew = CrewDrill(drill_app, client)
    with pytest.raises(AccessError, match="only the lead"):
        room.start(drill_app, crew[VIEWER].invitation)
    with pytest.raises(AttemptError, match="one person alone"):
        attempts.begin(drill_app, crew[LEAD].attempt_id)
    crew.begin()
    clock.pass_s(10)
    room.start(drill_app, crew[LEAD].invitation)
    assert crew[MAP].news()["elapsed_ms"] == 10_000


def test_a_part_is_no_result_of_one_person(crew: CrewDrill, drill_app: App) -> None:
    crew[LEAD].send("submit", SUBMIT)
    assert settle_all(drill_app) == {}
    assert settle(drill_app, crew[LEAD].attempt_id).score_json is None
    with pytest.raises(AttemptError, match="team drill"):
        debrief.get_debrief(drill_app, crew[LEAD].attempt_id)
    assert team_drills.list_attempts(drill_app, crew.team_id) == ()
    assert len(team_drills.export_attempts(drill_app, crew.team_id)) == 0
    with drill_app.store.read() as work:
        assert [work.exposures.list_seen(person) for person in crew.people] == [{FORM}] * 3


def test_links_to_the_next_camera_and_calls_are_with_whoever_has_the_duty(drill_app: App, client: TestClient) -> None:
    crew = CrewDrill(drill_app, client, members=4, interruptions=True).begin()
    data = {}
    for role, part in crew.parts.items():
        with drill_app.store.read() as work:
            row = work.attempts.get(part.attempt_id)
        data[role] = make_console_data(drill_app, row, make_links(drill_app, row))
    assert [role for role in Role if data[role]["links"]] == [MAP]
    assert [role for role in Role if "interruptions" in data[role]["options"]] == [RADIO]
    assert data[RADIO]["calls"]["call_s"] == CALL_S
    assert data[LEAD]["crew"]["duties"] == [Duty.DECIDE]
    assert [member["name"] for member in data[VIEWER]["crew"]["members"]] == ["Alder", "Birch", "Cedar", "Dogwood"]


def test_who_cannot_be_a_crew(drill_app: App) -> None:
    team_id, (one, other, third) = make_crew_team(drill_app)
    stranger = team.add_person(drill_app, team.add_team(drill_app, "Elsewhere"), "Yew")
    for people, reason in (([one], "2 to 4"), ([one, one], "two roles"), ([one, stranger], "not on this team")):
        with pytest.raises((StoreError, TaskError), match=reason):
            making.create_crew(drill_app, team_id, form_id=FORM, person_ids=people)
    making.create_crew(drill_app, team_id, form_id=FORM, person_ids=[one, third])
    team.remove_person(drill_app, third)
    with pytest.raises(StoreError, match="not on this team"):
        making.create_crew(drill_app, team_id, form_id=FORM, person_ids=[other, third])
    with pytest.raises(TaskError):
        making.create_crew(drill_app, team_id, form_id="no-such-form", person_ids=[one, other])


def test_the_list_of_a_team_says_who_is_there(crew: CrewDrill, clock: FakeClock) -> None:
    (line,) = room.list_crews(crew.app, crew.team_id)
    assert (line.state, line.here, line.is_over) == ("running", 3, False)
    assert [role for role, _ in line.members] == [LEAD, VIEWER, MAP]
    clock.pass_s(timedelta(minutes=10).total_seconds())
    (line,) = room.list_crews(crew.app, crew.team_id)
    assert (line.state, line.here, line.is_over) == ("timed_out", 0, True)
