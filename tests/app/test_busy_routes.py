"""Many trainees at once: what waits for one thing does not wait for another, and nothing acknowledged is lost."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sim.console import footage_access
from sim.db.attempts import TabRow
from tests.support.driven_drill import Drill, event

MORE_THAN_THREADS = 45
CLIP = "main/CAM-01.mp4"


def test_a_post_does_not_wait_behind_footage(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
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
            with ThreadPoolExecutor(1) as alone:
                answer = alone.submit(drill.post, event(1, "note", {"text": "here"})).result(timeout=10.0).json()
        finally:
            go_on.set()
        assert [each.result().status_code for each in asked] == [200] * MORE_THAN_THREADS
    assert answer["ack"] == 1


def test_footage_does_not_wait_behind_posts_and_every_post_is_stored(drill: Drill) -> None:
    turn = drill.app.store.writer_queue
    with ThreadPoolExecutor(MORE_THAN_THREADS + 1) as pool:
        with turn.take():
            posts = [
                pool.submit(drill.post, event(seq, "note", {"text": str(seq)}))
                for seq in range(1, MORE_THAN_THREADS + 1)
            ]
            deadline = time.monotonic() + 10.0
            while len(turn._waiting) < 2:
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
        (tab,) = work.list_rows(TabRow, TabRow.attempt_id == drill.attempt_id)
    assert tab.acked == MORE_THAN_THREADS
    assert sorted(stored) == list(range(1, MORE_THAN_THREADS + 1))
