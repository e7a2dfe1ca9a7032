import asyncio
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sim.errors import RecordingError, SimError, StoreError
from sim.server import lifespan as server


class Services:
    """Stands for the services; knows whether it was closed."""

    is_closed = False

    def close(self) -> None:
        self.is_closed = True


Settle = Callable[[object], dict[str, SimError]]


def run_alone(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine in a thread of its own: the browser tests keep a loop running in the main one."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(asyncio.run, work).result()


def run_until(
    monkeypatch: pytest.MonkeyPatch,
    settle: Settle,
    *,
    done: asyncio.Event,
    get_demo_search: Callable[[object], object] = lambda _: ("a scene",),
) -> None:
    """Run the server's lifespan with `settle` as its watch until `done` is set."""

    async def live() -> None:
        loop = asyncio.get_running_loop()
        services = Services()
        monkeypatch.setattr(server, "get_services", lambda: services)
        monkeypatch.setattr(server, "begin_noting", lambda app: None)
        monkeypatch.setattr(server, "go_on_building", lambda app: None)
        monkeypatch.setattr(server, "get_demo_search", get_demo_search)
        monkeypatch.setattr(server, "SETTLE_EVERY_S", 0.0)
        monkeypatch.setattr(server, "settle_all", lambda app: _call(settle, app, loop, done))
        async with server.lifespan(None):
            await asyncio.wait_for(done.wait(), timeout=60.0)
        assert services.is_closed

    run_alone(live())


def _call(settle: Settle, app: object, loop: asyncio.AbstractEventLoop, done: asyncio.Event) -> dict[str, SimError]:
    try:
        return settle(app)
    except StopIteration:
        loop.call_soon_threadsafe(done.set)
        return {}


def test_the_watch_survives_whatever_goes_wrong_and_tells_of_an_attempt_that_waits_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    waiting = {"a1": RecordingError("the recording is away")}
    turns: list[object] = [StoreError("the database is locked"), ZeroDivisionError(), *[waiting] * 4, StopIteration()]

    def settle(_: object) -> dict[str, SimError]:
        turn = turns.pop(0) if len(turns) > 1 else turns[0]
        if isinstance(turn, Exception):
            raise turn
        return turn

    with caplog.at_level(logging.WARNING, logger="sightline"):
        run_until(monkeypatch, settle, done=asyncio.Event())
    assert len(turns) == 1
    assert "the database is locked" in caplog.text
    assert caplog.text.count("the recording is away") == 1


def test_a_picture_that_cannot_be_made_stops_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object) -> None:
        raise RecordingError("the recording is away")

    def settle(_: object) -> dict[str, SimError]:
        if "the recording is away" in caplog.text:
            raise StopIteration
        return {}

    with caplog.at_level(logging.WARNING, logger="sightline"):
        run_until(monkeypatch, settle, done=asyncio.Event(), get_demo_search=fail)
    assert "the picture of the start page is missing: the recording is away" in caplog.text
