"""`serve --workers 2`: both answer, a killed one comes back, all are renewed in turn, and none outlives the first."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2 as httpx
import psutil
import pytest

from sim.app.settings import PROJECT
from sim.errors import MachineError
from sim.server.workers import MOST_WORKERS, serve_several
from tests.support.postgres_server import PostgresServer
from tools.bench.programs import find_free_port

WITHIN_S = 120.0


def wait(holds: Callable[[], bool], what: str) -> None:
    until_s = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < until_s, what
        time.sleep(0.1)


class Running:
    def __init__(self, data: Path, database_url: str) -> None:
        port = find_pair()
        self.ports = (port, port + 1)
        command = [sys.executable, "-m", "sim", "serve", "--workers", "2", "--port", str(port)]
        environ = {**os.environ, "SIGHTLINE_DATA": str(data), "DATABASE_URL": database_url}
        self.process = subprocess.Popen(command, cwd=PROJECT, env=environ, stdout=subprocess.DEVNULL)

    def list_workers(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()

    def answers(self, port: int) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/healthz/live", timeout=5.0).status_code == 200
        except httpx.HTTPError:
            return False

    def all_answer(self) -> bool:
        return all(self.answers(port) for port in self.ports)


def find_pair() -> int:
    while True:
        port = find_free_port()
        try:
            with socket.socket() as second:
                second.bind(("127.0.0.1", port + 1))
            return port
        except OSError:
            continue


@pytest.fixture(scope="module")
def running(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    started = Running(tmp_path_factory.mktemp("workers") / "data", postgres_server.make_empty_database())
    wait(started.all_answer, "both answer")
    yield started
    started.process.kill()
    started.process.wait()


def test_a_killed_one_comes_back_and_the_other_stays(running: Running) -> None:
    first, second = running.list_workers()
    first.kill()
    assert running.answers(running.ports[1]) or running.answers(running.ports[0])
    wait(lambda: len(running.list_workers()) == 2 and running.all_answer(), "the killed one is back")
    pids = {each.pid for each in running.list_workers()}
    assert second.pid in pids and first.pid not in pids


def test_all_are_renewed_and_somebody_always_answers(running: Running) -> None:
    before = {each.pid for each in running.list_workers()}
    running.process.send_signal(signal.SIGHUP)
    until_s = time.monotonic() + WITHIN_S
    while before & {each.pid for each in running.list_workers()} or not running.all_answer():
        assert time.monotonic() < until_s, "all are renewed"
        assert any(running.answers(port) for port in running.ports)
        time.sleep(0.1)
    assert running.process.poll() is None


def test_none_outlives_the_one_that_watches(running: Running) -> None:
    workers = running.list_workers()
    assert len(workers) == 2
    running.process.kill()
    running.process.wait()
    _, left = psutil.wait_procs(workers, timeout=WITHIN_S)
    assert left == []


def test_what_cannot_be_is_said_before_anything_starts() -> None:
    def serve(port: int, workers: int, *, has_postgresql: bool = True) -> None:
        serve_several(host="127.0.0.1", port=port, workers=workers, is_open=False, has_postgresql=has_postgresql)

    with pytest.raises(MachineError, match="the database is SQLite"):
        serve(find_pair(), 2, has_postgresql=False)
    for workers, said in ((0, "0 workers"), (MOST_WORKERS + 1, "workers were asked for")):
        with pytest.raises(MachineError, match=said):
            serve(find_pair(), workers)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(MachineError, match=f"the port {port} is in use"):
            serve(port, 2)
