"""Work beside the page: done once at a time, and what fails there stops nobody."""

import threading

from sim.errors import StoreError
from sim.ui.parts.actions import load_ahead


def wait() -> None:
    for thread in threading.enumerate():
        if thread.name == "load-ahead":
            thread.join(60.0)


def test_work_is_done_beside_the_page_one_at_a_time() -> None:
    held, done = threading.Event(), []

    def work() -> None:
        held.wait(60.0)
        done.append("first")

    load_ahead(work)
    load_ahead(lambda: done.append("second"))
    assert done == []
    held.set()
    wait()
    assert done == ["first"]
    load_ahead(lambda: done.append("third"))
    wait()
    assert done == ["first", "third"]


def test_what_fails_there_keeps_nothing_from_being_tried_again() -> None:
    def fail() -> None:
        raise StoreError("the database is away")

    done: list[str] = []
    load_ahead(fail)
    wait()
    load_ahead(lambda: done.append("again"))
    wait()
    assert done == ["again"]
