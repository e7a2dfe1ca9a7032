"""Many trainees at once: what waits for one thing does not wait for another, and nothing acknowledged is lost."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event as listening

from sim.services.app.wiring import App
from sim.services.attempt import footage_access
from sim.services.attempt import footage_access as open_footage
from tests.support.driven_drill import TAB, Drill, event

MORE_THAN_THREADS = 45
CLIP = "main/CAM-01.mp4"


@contextmanager
def hear(app: App) -> Iterator[list[str]]:
    """Give what the database is asked meanwhile."""
    heard: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        heard.append(statement)

    listening.listen(app.store.engine, "before_cursor_execute", note)
    yield heard
    listening.remove(app.store.engine, "before_cursor_execute", note)


def test_a_post_does_not_wait_behind_footage(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    drill.begin()
    found, go_on, waiting = footage_access.find_picture, threading.Event(), threading.Semaphore(0)

    def find_slowly(*asked: Any) -> Any:
        waiting.release()
        assert go_on.wait(30.0)
        return found(*asked)

    monkeypatch.setattr(footage_access, "find_picture", find_slowly)
    with ThreadPoolExecutor(MORE_THAN_THREADS) as pool:
        asked = [pool.submit(drill.client.get, drill.links.link(CLIP)) for _ in range(MORE_THAN_THREADS)]
        try:
            for _ in range(40):  # as many as the server has threads for
                assert waiting.acquire(timeout=10.0)
            answer = post_alone(drill, event(1, "note", {"text": "here"}))
        finally:
            go_on.set()
        assert [each.result().status_code for each in asked] == [200] * MORE_THAN_THREADS
    assert answer["ack"] == 1


def post_alone(drill: Drill, *events: dict[str, Any]) -> dict[str, Any]:
    """Post from a thread of its own, so that a post that hangs fails the test and does not stop it."""
    with ThreadPoolExecutor(1) as pool:
        answer: dict[str, Any] = pool.submit(drill.post, *events).result(timeout=10.0).json()
    return answer


def test_footage_does_not_wait_behind_posts_and_every_post_is_stored(drill: Drill) -> None:
    drill.begin()
    turn = drill.app.store.writer_queue
    with ThreadPoolExecutor(MORE_THAN_THREADS + 1) as pool:
        with turn.take():
            posts = [
                pool.submit(drill.post, event(seq, "note", {"text": str(seq)}))
                for seq in range(1, MORE_THAN_THREADS + 1)
            ]
            deadline = time.monotonic() + 10.0
            while not turn._waiting:
                assert time.monotonic() < deadline
                time.sleep(0.005)
            footage = pool.submit(drill.client.get, drill.links.link(CLIP)).result(timeout=4.0)
            assert footage.status_code == 200
            assert not any(each.done() for each in posts)
        answers = [each.result() for each in posts]
    assert {answer.status_code for answer in answers} == {200}
    assert max(answer.json()["ack"] for answer in answers) == MORE_THAN_THREADS
    with drill.app.store.read() as work:
        stored = [each.event.seq for each in work.events.list_all(drill.attempt_id)]
        assert work.events.list_acked(drill.attempt_id) == {TAB: MORE_THAN_THREADS}
    assert sorted(stored) == list(range(1, MORE_THAN_THREADS + 1))


def test_a_post_leaves_the_ledger_alone_and_footage_after_it_asks_nothing(
    drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    drill.begin()
    with hear(drill.app) as heard:
        assert drill.post(event(1, "note", {"text": "here"})).json()["ack"] == 1
    assert any(statement.startswith("INSERT INTO") for statement in heard)
    assert not any("ledger" in statement for statement in heard)
    with hear(drill.app) as heard:
        assert drill.client.get(drill.links.link(CLIP)).status_code == 200
    assert heard == [], "who posted a moment ago has a clock that runs"
    monkeypatch.setattr(open_footage, "RUNS_FOR_S", 0.0)
    with hear(drill.app) as heard:
        assert drill.client.get(drill.links.link(CLIP)).status_code == 200
    chosen = [statement.partition("FROM")[2].split() for statement in heard if statement.startswith("SELECT")]
    assert [(words[0], words[1]) for words in chosen] == [("attempt", "WHERE")], "its clock may be stopped"
