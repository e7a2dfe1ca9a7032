"""Work beside the page: done once at a time, and what fails there stops nobody."""

import threading

from sim.errors import StoreError
from sim.ui.parts.actions import load_ahead


def wait() -> None:
    for thread in threading.enumerate():
        if thread.name == "load-ahead":
            thread.join(60.0)


def test_work_is_done_beside_the_page_one_at_a_time_and_what_fails_keeps_nothing_from_being_tried_again() -> None:
    held, done = threading.Event(), list[str]()

    def work() -> None:
        held.wait(60.0)
        done.append("first")
        raise StoreError("the database is away")

    load_ahead(work)
    load_ahead(lambda: done.append("second"))
    assert done == []
    held.set()
    wait()
    assert done == ["first"]
    load_ahead(lambda: done.append("third"))
    wait()
    assert done == ["first", "third"]
