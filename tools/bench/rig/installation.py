"""A whole installation as docs/operations.md sets one up: PostgreSQL, several app processes that one watches, nginx.

On this machine alone and with temporary data; without TLS, which would be the client's work too.
"""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from sim.errors import MachineError
from sim.services.app.wiring import ACCEL_VARIABLE, DATA_VARIABLE, DATABASE_VARIABLE, OPEN_VARIABLE, PROJECT
from tools.bench.rig.end_with_parent import end_with_this
from tools.bench.rig.nginx import find_free_port, run_nginx
from tools.bench.rig.postgresql import run_postgresql
from tools.bench.rig.server import stop_process

PROXIES_VARIABLE = "FORWARDED_ALLOW_IPS"
START_WITHIN_S = 240.0
STOP_WITHIN_S = 20.0
LOOK_EVERY_S = 0.1
APP, PROXY, DATABASE = "app processes", "nginx", "PostgreSQL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """One that runs.

    Attributes:
        url: of nginx.
        database_url: of its database.
        ports: of the app processes.
        parts: the first process of each part, by its name.
        log: what the app processes said.
    """

    url: str
    database_url: str
    ports: tuple[int, ...]
    parts: Mapping[str, psutil.Process]
    log: Path

    def list_workers(self) -> list[psutil.Process]:
        """Return the app processes that serve, not the one that watches them."""
        return self.parts[APP].children()

    def read_cpu_s(self) -> dict[str, float]:
        """Return the processor time that each part has taken, seconds; of processes that ended too."""
        return {name: sum(_read_cpu_s(member) for member in _list_family(head)) for name, head in self.parts.items()}

    def read_busiest_s(self, before: Mapping[int, float]) -> tuple[float, dict[int, float]]:
        """Return the processor time of the app process that took most since `before`, and that of each by its id."""
        now = {worker.pid: _read_cpu_s(worker) for worker in self.list_workers()}
        return max((taken - before.get(pid, 0.0) for pid, taken in now.items()), default=0.0), now

    def read_memory_mb(self) -> float:
        """Return the memory of all parts together; what processes share counts once, where the system tells it."""
        return sum(_read_memory(member) for head in self.parts.values() for member in _list_family(head)) / 1e6

    def is_alive(self, port: int) -> bool:
        """Return whether the app process of a port answers."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"http://127.0.0.1:{port}/healthz/live", timeout=5.0):
                return True
        except (OSError, urllib.error.HTTPError):
            return False

    def wait_alive(self) -> None:
        """Wait until every app process answers. Raises MachineError."""
        until_s = time.monotonic() + START_WITHIN_S
        while not all(self.is_alive(port) for port in self.ports):
            if time.monotonic() > until_s or not self.parts[APP].is_running():
                said = self.log.read_text(encoding="utf-8", errors="replace").strip()[-400:]
                raise MachineError(f"the app processes did not start: {said}")
            time.sleep(LOOK_EVERY_S)


@contextmanager
def run_installation(data: Path, library: Path, *, workers: int = 2) -> Iterator[Installation]:
    """Run one with a data folder of its own that sees the recordings and forms of `library`.

    Raises:
        MachineError: PostgreSQL or nginx is not installed, or something does not start.
    """
    for name in ("recordings", "forms"):
        if (library / name).is_dir() and not (data / name).exists():
            (data / name).symlink_to(library / name, target_is_directory=True)
    folder = data / "nginx"
    folder.mkdir()
    ports = _find_ports(workers)
    with (
        run_postgresql() as cluster,
        _run_workers(data, ports=ports, database_url=(address := cluster.make_empty_database())) as process,
        run_nginx(folder, app_ports=ports, recordings=data / "recordings") as (url, proxy),
    ):
        installation = Installation(
            url=url,
            database_url=address,
            ports=ports,
            parts={APP: psutil.Process(process.pid), PROXY: proxy, DATABASE: cluster.process},
            log=data / "server.log",
        )
        installation.wait_alive()
        yield installation


@contextmanager
def _run_workers(data: Path, *, ports: tuple[int, ...], database_url: str) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "sim", "serve", "--port", str(ports[0]), "--workers", str(len(ports))]
    settings = {
        DATA_VARIABLE: str(data),
        DATABASE_VARIABLE: database_url,
        ACCEL_VARIABLE: "/_footage",
        PROXIES_VARIABLE: "127.0.0.1",
        OPEN_VARIABLE: "1",
    }
    with (data / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=PROJECT, env={**os.environ, **settings}, stdout=log, stderr=subprocess.STDOUT
        )
    will = end_with_this(process.pid)
    try:
        yield process
    finally:
        stop_process(process, within_s=STOP_WITHIN_S)
        will.dismiss()


def _find_ports(count: int) -> tuple[int, ...]:
    """Return ports in a row that nobody listens on now."""
    while True:
        first = find_free_port()
        ports = tuple(range(first, first + count))
        with contextlib.ExitStack() as opened:
            try:
                for port in ports:
                    opened.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                continue
        return ports


def _list_family(head: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return [head, *head.children(recursive=True)]
    return []


def _read_cpu_s(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        ended = getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
        return float(times.user + times.system + ended)
    return 0.0


def _read_memory(process: psutil.Process) -> int:
    with suppress(psutil.Error):
        full = process.memory_full_info()
        return int(getattr(full, "pss", full.rss))
    return 0
