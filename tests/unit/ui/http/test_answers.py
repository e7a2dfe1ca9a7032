import asyncio
import threading
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.app.wiring import App
from sim.attempt.attempt import Instant
from sim.console.intake import Answer, Receipt
from sim.console.posts import Post
from sim.errors import AttemptError
from sim.ui.http.answers import MOST, SLICE_BYTES, PostGroups, UnsatisfiableRangeError, parse_range

SIZE = 4_000_000


@pytest.mark.parametrize(
    "header", [None, "", "bytes", "bytes=-", "bytes=a-b", "items=0-1", "bytes=0-1,5-9", "bytes=9-5"]
)
def test_what_is_no_single_range_means_the_whole_file(header: str | None) -> None:
    assert parse_range(header, size=SIZE) is None


@given(low=st.integers(0, 10**18), high=st.one_of(st.none(), st.integers(0, 10**18)), size=st.integers(1, 10**10))
def test_a_span_always_lies_in_the_file_and_is_bounded(low: int, high: int | None, size: int) -> None:
    header = f"bytes={low}-{'' if high is None else high}"
    try:
        span = parse_range(header, size=size)
    except UnsatisfiableRangeError:
        assert low >= size
        return
    if span is not None:
        assert 0 <= span.first <= span.last < size
        assert span.length <= SLICE_BYTES


NOW = Instant(wall=datetime(2026, 11, 28, tzinfo=UTC), steady_s=1.0, epoch="x")
NO_APP = cast("App", None)
Answered = TypeVar("Answered")


def make_post(attempt_id: str, number: int = 0) -> Post:
    return Post(attempt_id=attempt_id, tab_id=str(number), events=(), waiting=0, received=NOW)


def make_receipt(number: int) -> Receipt:
    return Receipt(ack=number, state="running", elapsed_ms=0, remaining_ms=0, leader=None, paused=False, paused_ms=0)


class Storing:
    def __init__(self) -> None:
        self.groups: list[list[tuple[str, int]]] = []
        self.go_on = threading.Event()

    def accept(self, app: App, posts: Sequence[Post]) -> list[Answer]:
        self.groups.append([(post.attempt_id, int(post.tab_id)) for post in posts])
        assert self.go_on.wait(10.0)
        return [AttemptError("no") if post.attempt_id == "bad" else make_receipt(int(post.tab_id)) for post in posts]


def run_alone(work: Coroutine[Any, Any, Answered]) -> Answered:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def play(storing: Storing, posts: Sequence[Post]) -> list[Receipt | BaseException]:
    async def live() -> list[Receipt | BaseException]:
        groups = PostGroups(storing.accept, limiter=anyio.CapacityLimiter(2))
        first = asyncio.create_task(groups.store(NO_APP, posts[0]))
        while not storing.groups:
            await asyncio.sleep(0.001)
        others = [asyncio.create_task(groups.store(NO_APP, post)) for post in posts[1:]]
        await asyncio.sleep(0.01)
        storing.go_on.set()
        return await asyncio.gather(first, *others, return_exceptions=True)

    return run_alone(live())


def test_what_comes_meanwhile_is_stored_in_one_go() -> None:
    storing = Storing()
    told = play(storing, [make_post("a", 1), *(make_post(name, 2) for name in "bcd"), make_post("bad")])
    assert storing.groups == [[("a", 1)], [("b", 2), ("c", 2), ("d", 2), ("bad", 0)]]
    assert told[:4] == [make_receipt(1), *(make_receipt(2) for _ in range(3))]
    assert isinstance(told[4], AttemptError)


def test_those_of_one_drill_come_one_after_another_and_in_order() -> None:
    storing = Storing()
    play(storing, [make_post("a"), *(make_post("b", number) for number in (1, 2, 3)), make_post("c", 9)])
    assert storing.groups == [[("a", 0)], [("b", 1), ("c", 9)], [("b", 2)], [("b", 3)]]


def test_a_group_has_an_end() -> None:
    storing = Storing()
    play(storing, [make_post("first"), *(make_post(str(number)) for number in range(MOST + 3))])
    assert [len(group) for group in storing.groups] == [1, MOST, 3]


def test_a_failure_that_nobody_expected_is_told_to_each_and_the_next_are_stored() -> None:
    calls = []

    def accept(app: App, posts: Sequence[Post]) -> list[Answer]:
        calls.append(len(posts))
        if len(calls) == 1:
            raise ZeroDivisionError
        return [make_receipt(7) for _ in posts]

    async def live() -> Receipt:
        groups = PostGroups(accept, limiter=anyio.CapacityLimiter(2))
        with pytest.raises(ZeroDivisionError):
            await groups.store(NO_APP, make_post("a"))
        return await groups.store(NO_APP, make_post("a"))

    assert run_alone(live()) == make_receipt(7)
