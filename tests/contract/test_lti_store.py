"""Learning systems in the database, over every kind of it: launches taken once, and one system a client id."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from sim.db.lti import CourseRow, PlatformRow
from sim.db.store import Store, open_store
from sim.errors import StoreError
from tests.support.fake_clock import NOON

ROW = PlatformRow(
    platform_id="p",
    name="Course system",
    issuer="https://lms.example",
    client_id="1",
    deployments=("1", "2"),
    auth_url="https://lms.example/auth",
    token_url="https://lms.example/token",
    keys_url="https://lms.example/keys",
    created_at=NOON,
)


@pytest.fixture
def stores(database_url: str) -> Iterator[tuple[Store, Store]]:
    """Two openings of one database, as two server processes have it."""
    opened = open_store(database_url), open_store(database_url)
    yield opened
    for store in opened:
        store.close()


def test_a_launch_is_taken_by_one_of_two_processes_and_once(stores: tuple[Store, Store]) -> None:
    def take(number: int) -> bool:
        with stores[number % 2].write() as work:
            return work.lti.use_nonce("a" * 64, at=NOON)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(16))) == 1
    with stores[0].write() as work:
        assert not work.lti.use_nonce("a" * 64, at=NOON)
        assert work.lti.use_nonce("b" * 64, at=NOON), "what was refused spoils nothing of the same transaction"
        work.lti.forget_nonces(before=NOON + timedelta(seconds=1))
        assert work.lti.use_nonce("a" * 64, at=NOON)


def test_a_system_is_kept_as_it_is_and_goes_with_its_courses(stores: tuple[Store, Store]) -> None:
    course = CourseRow(course_id="c", platform_id="p", context_id="1", title="Training", members_url="", seen_at=NOON)
    with stores[0].write() as work:
        work.lti.save_platform(ROW)
        work.lti.save_platform(replace(ROW, name="Another name"))
        work.lti.save_course(course)
        with pytest.raises(StoreError, match="is here already"):
            work.lti.save_platform(replace(ROW, platform_id="q"))
    with stores[1].write() as work:
        assert work.lti.list_platforms() == (replace(ROW, name="Another name"),)
        assert work.lti.find_course("p", "1") == course and work.lti.find_course("p", "2") is None
        work.lti.remove_platform("p")
        assert work.lti.list_courses() == ()
