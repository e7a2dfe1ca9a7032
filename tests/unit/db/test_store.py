import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from sim.db.engine import make_sqlite_url
from sim.db.store import ChangeMark, Store, WriterQueue, open_store
from sim.db.teams import TeamRow
from sim.errors import StoreError
from tests.support.fake_clock import NOON

MORE_THAN_CONNECTIONS = 24


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(make_sqlite_url(tmp_path / "records.db"))
    yield opened
    opened.close()


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10.0
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_turns_come_in_the_order_in_which_they_were_asked_for() -> None:
    turn, came = WriterQueue(within_s=10.0), list[int]()

    def come(number: int) -> None:
        with turn.take():
            came.append(number)

    with ThreadPoolExecutor(12) as pool, turn.take():
        for number in range(12):
            pool.submit(come, number)
            wait_until(lambda asked=number: len(turn._waiting) == asked + 2)
        assert came == []
    assert came == list(range(12))


def test_who_waits_too_long_is_told_so_and_the_turn_goes_on_to_the_next() -> None:
    turn, came = WriterQueue(within_s=0.05), threading.Event()
    patient = WriterQueue(within_s=10.0)
    with turn.take():
        with pytest.raises(StoreError, match=r"busy.*within 0\.05 s.*nothing was changed"), turn.take():
            came.set()
        assert not came.is_set()
    with turn.take():
        came.set()
    assert came.is_set()
    with pytest.raises(ZeroDivisionError), patient.take():
        raise ZeroDivisionError
    with patient.take():
        pass


def test_writers_that_wait_hold_no_connection_that_a_reader_needs(store: Store) -> None:
    def write(number: int) -> None:
        with store.write() as work:
            work.insert(TeamRow(team_id=f"t{number}", name="x", is_demo=False, created_at=NOON))

    with ThreadPoolExecutor(MORE_THAN_CONNECTIONS) as pool:
        with store.write() as first:
            waiting = [pool.submit(write, number) for number in range(MORE_THAN_CONNECTIONS)]
            wait_until(lambda: len(store.writer_queue._waiting) == MORE_THAN_CONNECTIONS + 1)
            with store.read() as work:
                assert work.teams.list_all() == ()
            assert store.engine.pool.checkedout() == 1  # type: ignore[attr-defined]
            assert first.teams.list_all() == ()
        for each in waiting:
            each.result()
    with store.read() as work:
        assert len(work.teams.list_all()) == MORE_THAN_CONNECTIONS


def test_a_database_that_is_gone_is_said_in_words(tmp_path: Path) -> None:
    mark = ChangeMark(create_engine(make_sqlite_url(tmp_path / "gone" / "sightline.db")))
    with pytest.raises(StoreError, match="unable to open database file"):
        mark.read()


def test_the_mark_changes_with_every_commit_and_only_then(database_url: str) -> None:
    with closing(open_store(database_url)) as here, closing(open_store(database_url)) as elsewhere:
        marks = [here.changes.read()]
        with here.read() as work:
            assert work.teams.list_all() == ()
        assert here.changes.read() == marks[-1], "reading changes nothing"
        for number, store in enumerate((here, elsewhere, here)):
            with store.write() as work:
                work.insert(
                    TeamRow(team_id=f"t{number}", name=f"Team {number}", school="", is_demo=False, created_at=NOON)
                )
            marks.append(here.changes.read())
            assert here.changes.read() == marks[-1]
    assert len(set(marks)) == 4
