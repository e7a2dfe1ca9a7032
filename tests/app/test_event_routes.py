import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from sim.app.wiring import App
from sim.console import intake, posts
from sim.console.posts import MAX_BODY_BYTES
from sim.features.debrief import debrief
from tests.support.driven_drill import OTHER_TAB, TAB, Drill, event, mark, submit
from tests.support.fake_clock import FakeClock
from tests.support.given import load_attempt
from tests.support.tiny_app import PRACTICE_LIMIT_S

BOOKMARK = {"bookmark_id": "b1", "camera_id": "CAM-02", "t_s": 1.5, "text": 'says "hello"'}
REPORT = {"fault_id": "r1", "camera_id": "CAM-03", "fault": "wrong-name", "t_s": 1.5, "text": ""}


def test_events_are_acknowledged_and_come_back(drill: Drill, clock: FakeClock) -> None:
    clock.pass_s(12)
    answer = drill.post(
        event(1, "open", {"width": 1366, "height": 768, "touch": False}),
        event(2, "focus", {"camera_id": "CAM-02", "t_s": 1.5}, t_ms=900),
        event(3, "play", {"t_s": 1.5, "speed": 2}, t_ms=1000),
        mark(4, "f1", t_ms=4000),
        event(5, "note", {"text": "red hoodie"}, t_ms=5000),
        event(6, "bookmark", BOOKMARK, t_ms=7000),
        event(7, "fault", REPORT, t_ms=8000),
    )
    assert answer.json() == {
        "ack": 7,
        "state": "running",
        "elapsed_ms": 12_000,
        "remaining_ms": int((PRACTICE_LIMIT_S - 12) * 1000),
        "leader": TAB,
        "paused": False,
        "paused_ms": 0,
        "left_out": 0,
    }
    assert drill.state() == {
        "state": "running",
        "elapsed_ms": 12_000,
        "remaining_ms": int((PRACTICE_LIMIT_S - 12) * 1000),
        "acked": {TAB: 7},
        "leader": TAB,
        "paused": False,
        "paused_ms": 0,
        "marks": [{"mark_id": "f1", "camera_id": "CAM-01", "t_s": 3.2, "frame": 32, "x": 0.5, "y": 0.25}],
        "bookmarks": [BOOKMARK],
        "faults": [REPORT],
        "choices": {},
        "clips": {},
        "own_view": [],
        "similar": {"asked": 0, "last": None, "opened": []},
        "calls": {},
        "hints": 0,
        "note": "red hoodie",
        "final_zone": None,
        "not_on_camera": False,
        "resume": {"camera_id": "CAM-02", "t_s": 1.5, "speed": 2.0, "wall_s": None, "timeline_s": None},
    }


def test_a_repeat_is_harmless_and_a_gap_is_not_acknowledged(drill: Drill) -> None:
    assert drill.post(event(1, "open"), mark(3, "c")).json()["ack"] == 1
    assert drill.post(event(1, "open"), mark(3, "c")).json()["ack"] == 1
    assert drill.post(mark(2, "b")).json()["ack"] == 3
    assert [each["mark_id"] for each in drill.state()["marks"]] == ["b", "c"]


def test_of_two_tabs_the_newest_open_leads_and_both_lose_nothing(drill: Drill) -> None:
    assert drill.post(event(1, "open")).json()["leader"] == TAB
    assert drill.post(event(1, "open"), tab=OTHER_TAB).json()["leader"] == OTHER_TAB
    assert drill.post(event(1, "open")).json()["leader"] == OTHER_TAB
    assert drill.post(event(2, "open")).json()["leader"] == TAB
    drill.post(mark(3, "mine", t_ms=100))
    drill.post(mark(2, "theirs", t_ms=200), tab=OTHER_TAB)
    assert drill.state()["acked"] == {TAB: 3, OTHER_TAB: 2}
    assert [each["mark_id"] for each in drill.state()["marks"]] == ["mine", "theirs"]


def test_a_submit_waits_for_what_came_before_and_after_it_nothing_is_stored(drill: Drill) -> None:
    assert drill.post(event(1, "open"), submit(3)).json()["state"] == "running"
    answer = drill.post(mark(2, "f1")).json()
    assert (answer["state"], answer["ack"]) == ("submitted", 3)
    answer = drill.post(mark(4, "late"))
    assert (answer.status_code, answer.json()["ack"], answer.json()["state"]) == (200, 3, "submitted")
    assert drill.post(event(1, "open"), tab=OTHER_TAB).json()["ack"] == 0
    assert drill.state()["acked"] == {TAB: 3}
    assert [each["mark_id"] for each in drill.state()["marks"]] == ["f1"]


def test_the_limit_is_the_servers(drill: Drill, clock: FakeClock) -> None:
    drill.post(event(1, "open"))
    clock.pass_s(PRACTICE_LIMIT_S + 0.5)
    answer = drill.post(mark(2, "after", t_ms=PRACTICE_LIMIT_S * 1000 + 1)).json()
    assert (answer["state"], answer["ack"], answer["remaining_ms"]) == ("timed_out", 2, 0)
    answer = drill.post(mark(3, "before", t_ms=PRACTICE_LIMIT_S * 1000 - 500)).json()
    assert [each["mark_id"] for each in drill.state()["marks"]] == ["before"]
    clock.pass_s(10.5)
    drill.post(mark(4, "too late", t_ms=1000))
    assert [each["mark_id"] for each in drill.state()["marks"]] == ["before"]


def test_nothing_counts_after_the_debrief_was_shown(drill: Drill, clock: FakeClock) -> None:
    drill.post(event(1, "open"))
    clock.pass_s(PRACTICE_LIMIT_S + 1)
    shown = debrief.get_debrief(drill.app, drill.attempt_id)
    drill.post(mark(2, "knows better", t_ms=1000))
    assert drill.state()["marks"] == []
    assert debrief.get_debrief(drill.app, drill.attempt_id) == shown


def test_events_of_the_future_or_before_are_taken_as_of_arrival_or_start(drill: Drill, clock: FakeClock) -> None:
    clock.pass_s(5)
    answer = drill.post(event(1, "open", t_ms=-60_000), submit(2, t_ms=500_000))
    with drill.app.store.read() as work:
        log = intake.clamp_events(work.events.list_all(drill.attempt_id))
    assert [each.t_client_ms for each in log] == [0.0, 5000.0]
    assert (answer.json()["state"], answer.json()["elapsed_ms"]) == ("submitted", 5000)


MALFORMED = (
    (b"", "cannot be read"),
    (b"not json", "cannot be read"),
    (b"[]", "the body: Input should be an object"),
    (b'{"tab": "x", "events": []}', "tab"),
    (b'{"tab": "%s"}', "events"),
    (b'{"tab": "%s", "events": [], "more": 1}', "more"),
    (b'{"tab": "%s", "events": [{"seq": 0, "t_client_ms": 1, "kind": "open", "payload": {}}]}', "seq"),
    (b'{"tab": "%s", "events": [{"seq": "1", "t_client_ms": 1, "kind": "open", "payload": {}}]}', "seq"),
    (b'{"tab": "%s", "events": [{"seq": 1.5, "t_client_ms": 1, "kind": "open", "payload": {}}]}', "seq"),
    (b'{"tab": "%s", "events": [{"seq": 1, "t_client_ms": NaN, "kind": "open", "payload": {}}]}', "NaN"),
    (b'{"tab": "%s", "events": [{"seq": 1, "t_client_ms": 1e999, "kind": "open", "payload": {}}]}', "not finite"),
    (b'{"tab": "%s", "events": [{"seq": 1, "t_client_ms": 1, "kind": "teleport", "payload": {}}]}', "kind"),
    (b'{"tab": "%s", "events": [{"seq": 1, "t_client_ms": 1, "kind": "open", "payload": [1]}]}', "payload"),
    (b'{"tab": "%s", "events": [{"seq": 1, "t_client_ms": 1, "kind": "mark", "payload": {}}]}', "mark_id"),
    (b'{"tab": "%s", "events": [{"seq": 1, "t_client_ms": Infinity, "kind": "open", "payload": {}}]}', "Infinity"),
    (b'{"tab": "%s", "events": [{"seq": 1, "t_client_ms": 1, "kind": "key", "payload": {"a": "\\u0000"}}]}', "null"),
    (b"\xff\xfe", "cannot be read"),
    (b"[" * 100_000, "cannot be read"),
)


def test_a_malformed_post_is_refused_whole_and_says_where(drill: Drill) -> None:
    for body, names in MALFORMED:
        content = body.replace(b"%s", TAB.encode())
        answer = drill.client.post(f"{drill.url}/events", headers=drill.headers, content=content)
        assert answer.status_code == 422, answer.text
        assert names in answer.json()["error"]
    spot = {"mark_id": "f", "camera_id": "CAM-01", "frame": 3, "t_s": 3.0, "x": 0.5, "y": 0.5}
    for kind, payload, words in (
        ("mark", {**spot, "x": 1.01}, "payload.x"),
        ("mark", {**spot, "x": "0.5"}, "payload.x"),
        ("mark", {**spot, "y": -0.01}, "payload.y"),
        ("mark", {**spot, "t_s": -1.0}, "payload.t_s"),
        ("fault", {**REPORT, "fault": "haunted"}, "payload.fault"),
        ("bookmark", {**BOOKMARK, "text": "x" * 4001}, "too long"),
        ("zoom", {"x": 0.5, "y": 0.5, "scale": 0.5}, "payload.scale"),
        ("snapshot", {"t_s": 1.0}, "payload.camera_id"),
        ("mark", {**spot, "frame": 10**23}, "payload.frame is larger"),
        ("suggestion", {"number": 1, "rank": 10**23}, "payload.rank is larger"),
        ("step", {"t_s": 1.0, "frames": -(10**400)}, "payload.frames is larger"),
        ("key", {"name": "k", "more": [10**23]}, "payload.more.0 is larger"),
    ):
        answer = drill.post(event(1, kind, payload))
        assert (answer.status_code, words in answer.json()["error"]) == (422, True), answer.text
    assert drill.state()["acked"] == {}


def test_the_largest_body_is_taken_and_a_larger_one_refused_while_it_is_read(drill: Drill) -> None:
    declared = drill.client.post(f"{drill.url}/events", headers=drill.headers, content=b" " * (MAX_BODY_BYTES + 1))
    assert declared.status_code == 413

    parts = iter([b" " * 65_536] * 64)
    streamed = drill.client.post(f"{drill.url}/events", headers=drill.headers, content=parts)
    assert streamed.status_code == 413
    assert "error" in streamed.json()
    events = [event(seq, "note", {"text": "x" * 1500}) for seq in range(1, 150)]
    body = json.dumps({"tab": TAB, "events": events}).encode()
    padded = body + b" " * (MAX_BODY_BYTES - len(body))
    answer = drill.client.post(f"{drill.url}/events", headers=drill.headers, content=padded)
    assert (answer.status_code, answer.json()["ack"]) == (200, 149)


def test_a_log_has_a_size_that_no_token_exceeds(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posts, "MOST_EVENTS", 5)
    assert drill.post(event(1, "open"), mark(2, "a"), mark(3, "b")).json()["ack"] == 3
    refused = drill.post(*(mark(seq, f"f{seq}") for seq in range(4, 7)))
    assert refused.status_code == 409
    assert "at most 5 events" in refused.json()["error"]
    assert drill.post(event(1, "open"), mark(2, "c"), mark(3, "d"), tab=OTHER_TAB).status_code == 409
    assert drill.post(mark(2, "a"), mark(3, "b")).json()["ack"] == 3
    assert drill.post(mark(4, "c"), submit(5)).json()["state"] == "submitted"


def test_a_log_has_a_weight_that_no_token_exceeds(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posts, "MOST_BYTES", 3000)
    note = {"text": "x" * 1400}
    assert drill.post(event(1, "note", note), event(2, "note", note)).json()["ack"] == 2
    assert drill.post(event(3, "note", note)).status_code == 409
    assert drill.post(event(3, "note", {"text": "short"})).json()["ack"] == 3
    assert drill.state()["note"] == "short"


def test_a_token_has_a_pace_and_another_is_not_slowed_by_it(
    drill: Drill, client: TestClient, drill_app: App, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "POSTS_A_MINUTE", 20)
    monkeypatch.setattr(intake, "READS_A_MINUTE", 20)
    other = Drill(drill_app, client).begin()
    assert [drill.post().status_code for _ in range(22)] == [200] * 20 + [429] * 2
    assert other.post().status_code == 200
    reads = [client.get(drill.url, headers=drill.headers).status_code for _ in range(22)]
    assert reads == [200] * 20 + [429] * 2
    clock.pass_s(61)
    assert drill.post(event(1, "open")).json()["ack"] == 1
    assert drill.state()["acked"] == {TAB: 1}


def test_reading_an_attempt_waits_for_nobody_who_writes_and_does_not_write(drill: Drill, clock: FakeClock) -> None:
    drill.post(event(1, "open"), mark(2, "f1"))
    with drill.app.store.write(), ThreadPoolExecutor(1) as pool:
        state = pool.submit(drill.state).result(timeout=20.0)
    assert [each["mark_id"] for each in state["marks"]] == ["f1"]

    clock.pass_s(PRACTICE_LIMIT_S + 30)
    before = load_attempt(drill.app, drill.attempt_id)
    assert drill.state()["state"] == "timed_out"
    assert load_attempt(drill.app, drill.attempt_id) == before


def test_an_attempt_that_is_gone_is_not_found(drill: Drill) -> None:
    with drill.app.store.write() as work:
        work.attempts.connection.execute(text("DELETE FROM attempt"))
    assert drill.client.get(drill.url, headers=drill.headers).status_code == 404
    assert drill.post().status_code == 404
    assert drill.client.get(drill.links.link("main/CAM-01.mp4")).status_code == 404


@pytest.mark.parametrize("fault", ["failing", "disk full", "locked by another program"])
def test_what_cannot_be_stored_for_a_while_is_a_503_and_is_stored_afterwards(drill: Drill, fault: str) -> None:
    def tell(*statements: str) -> None:
        with drill.app.store.write() as work:  # of the connection that is lent again and again
            for statement in statements:
                work.attempts.connection.execute(text(statement))

    notes = [event(seq, "note", {"text": f"{seq} " + "x" * 900}) for seq in range(1, 61)]
    faults = {"failing": "ALTER TABLE attempt_event RENAME TO elsewhere", "disk full": "PRAGMA max_page_count = 1"}
    with closing(sqlite3.connect(drill.app.settings.data / "sightline.db", isolation_level=None)) as other:
        tell(faults.get(fault, "SELECT 1"), "PRAGMA busy_timeout = 50")
        if fault not in faults:
            other.execute("BEGIN IMMEDIATE")
        answer = drill.post(*notes)
        assert (answer.status_code, "error" in answer.json()) == (503, True)
        assert drill.client.get("/healthz/live").status_code == 200
    with drill.app.store.read() as work:
        work.attempts.connection.execute(text("PRAGMA max_page_count = 1000000"))
    if fault == "failing":
        tell("ALTER TABLE elsewhere RENAME TO attempt_event")
    assert drill.state()["acked"] == {}
    assert drill.post(*notes).json()["ack"] == 60


def test_start_which_people_guess_leads_home(drill: Drill) -> None:
    for query in ("", "?team=a%20b", "?//example.com"):
        answer = drill.client.get(f"/start{query}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"./{query}")
