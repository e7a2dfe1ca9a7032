import json
import sqlite3
from contextlib import closing
from uuid import uuid4

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from sim.services.app.wiring import App
from sim.services.attempt import attempts
from tests.support.driven_drill import Drill, event, mark


def test_an_attempt_that_is_gone_is_not_found(drill: Drill) -> None:
    drill.begin()
    with drill.app.store.write() as work:
        work.attempts.connection.execute(text("DELETE FROM attempt"))
    assert drill.client.get(drill.url, headers=drill.headers).status_code == 404
    assert drill.post().status_code == 404
    assert drill.client.get(drill.links.link("main/CAM-01.mp4")).status_code == 404


def test_no_answer_before_the_end_tells_the_truth(drill: Drill) -> None:
    drill.begin()
    drill.post(event(1, "open"), mark(2, "f"))
    truth = drill.app.catalog.get_truth("tiny")
    target = drill.app.catalog.list_forms()[0].form.target
    console = json.dumps(attempts.get_console(drill.app, drill.attempt_id).data)
    told = console + json.dumps(drill.state()) + drill.post().text
    others = [person for person in truth.person_ids if person != target]
    assert not [person for person in others if person in told]
    assert "score" not in told
    assert "truth" not in told


def test_health_and_probe(client: TestClient) -> None:
    assert client.get("/healthz/live").json() == {"status": "ok"}
    probe = client.get("/api/probe", headers={"Accept-Encoding": "gzip"})
    assert len(probe.content) == 512 * 1024
    assert probe.headers["cache-control"] == "no-store"


def test_a_database_that_fails_is_a_503_and_nothing_is_stored(drill: Drill) -> None:
    drill.begin()
    with drill.app.store.write() as work:
        work.attempts.connection.execute(text("ALTER TABLE attempt_event RENAME TO elsewhere"))
    answer = drill.post(event(1, "open"))
    assert answer.status_code == 503
    assert "error" in answer.json()
    with drill.app.store.write() as work:
        work.attempts.connection.execute(text("ALTER TABLE elsewhere RENAME TO attempt_event"))
    assert drill.state()["leader"] is None
    assert drill.post(event(1, "open")).json()["ack"] == 1


@pytest.mark.parametrize("fault", ["disk full", "locked by another program"])
def test_what_cannot_be_stored_for_a_while_is_a_503_and_is_stored_afterwards(drill: Drill, fault: str) -> None:
    drill.begin()
    notes = [event(seq, "note", {"text": f"{seq} " + "x" * 900}) for seq in range(1, 61)]
    with closing(sqlite3.connect(drill.app.settings.data / "sightline.db", isolation_level=None)) as other:
        with drill.app.store.write() as work:  # of the connection that is lent again and again
            work.attempts.connection.execute(text("PRAGMA max_page_count = 1" if fault == "disk full" else "SELECT 1"))
            work.attempts.connection.execute(text("PRAGMA busy_timeout = 50"))
        if fault != "disk full":
            other.execute("BEGIN IMMEDIATE")
        assert drill.post(*notes).status_code == 503
        assert drill.client.get("/healthz/live").status_code == 200
    with drill.app.store.read() as work:
        work.attempts.connection.execute(text("PRAGMA max_page_count = 1000000"))
    assert drill.post(*notes).json()["ack"] == 60


def test_ids_and_tokens_cannot_be_guessed(drill_app: App) -> None:
    ids = {attempts.create_sample(drill_app) for _ in range(50)}
    assert len(ids) == 50
    assert all(len(attempt_id) >= 24 for attempt_id in ids)
    assert str(uuid4()) not in ids


def test_start_which_people_guess_leads_home(drill: Drill) -> None:
    for query in ("", "?team=a%20b", "?//example.com"):
        answer = drill.client.get(f"/start{query}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"./{query}")
