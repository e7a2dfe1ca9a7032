"""What the app carries: trainees in drills, more and more until it is full; one process, or a whole installation."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import psutil

from sim.app.settings import ACCEL_VARIABLE, DATA_VARIABLE, DATABASE_VARIABLE, OPEN_VARIABLE, PROJECT, read_settings
from sim.app.wiring import App, open_app, system_clock
from sim.builds.queue import stop, tell
from sim.db.engine import make_sqlite_url
from sim.errors import MachineError
from sim.features.library.fresh import FreshSettings, begin_next
from tools.bench.programs import end_with_this, find_free_port, run_nginx, run_postgresql
from tools.bench.rig import Figure, OnStep, Server, link_library, make_folder, open_services, run_server, stop_process
from tools.bench.trainees import Load, begin_attempt, count_lost, give_attempt, open_load, wait_until_here, watch

BEHIND_PROXY = {ACCEL_VARIABLE: "/_footage", "FORWARDED_ALLOW_IPS": "127.0.0.1", OPEN_VARIABLE: "1"}
START_WITHIN_S = 240.0
COME_WITHIN_S = 120
MEASURED_S, SMALLEST_S = 10.0, 4.0
MOST_POST_MS = 100.0
FRESH_SITE, FRESH_MINUTES = "birch-elementary", 10.0
"""So long that the school day is not made before the measurement is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """How many trainees come in each step, how many are promised to be held, and in how much memory."""

    steps: tuple[int, ...]
    trainees: int
    memory_mb: float


ONE_PROCESS = Promise(steps=(10, 25, 50, 75, 100, 150, 200), trainees=50, memory_mb=1_000.0)
SEVERAL = Promise(steps=(75, 100, 150, 200, 250, 300, 400), trainees=200, memory_mb=2_000.0)
SMALLEST = Promise(steps=(2,), trainees=2, memory_mb=2_000.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What was measured with so many trainees; times in milliseconds, processor time in shares of one core."""

    trainees: int
    post_p95: float
    footage_p95: float
    footage_mbit: float
    server_share: float
    load_share: float
    memory_mb: float
    failures: tuple[str, ...]

    @property
    def is_held(self) -> bool:
        return self.post_p95 <= MOST_POST_MS and not self.failures


def measure(
    *, on_step: OnStep, smallest: bool = False, with_build: bool = False, by_proxy: bool = False, workers: int = 1
) -> tuple[Figure, ...]:
    """Let trainees come until the app does not hold any more; each does what a recorded drill did.

    Times are seen from the client on the same machine. Server and load generator are processes of their own that share
    the machine's cores; the processor time of each is told apart.
    """
    promise = SMALLEST if smallest else SEVERAL if workers > 1 else ONE_PROCESS
    with make_folder() as data:
        on_step("starting the server")
        running = _run_installation(data, workers) if workers > 1 else _run_one(data, by_proxy=by_proxy)
        with running as (server, app), open_load() as load:
            beside: AbstractContextManager[Callable[[], None] | None] = (
                _make_fresh_day(app, data / "beside") if with_build else nullcontext()
            )
            with beside as check_build:
                steps: list[Step] = []
                for trainees in promise.steps:
                    more = trainees - (steps[-1].trainees if steps else 0)
                    on_step(f"{more} more trainees come and search, {trainees} in all")
                    load.tell(add=[begin_attempt(app, server.url, give_attempt(app)) for _ in range(more)])
                    steps.append(_look(server, load, trainees, measured_s=SMALLEST_S if smallest else MEASURED_S))
                    if check_build is not None:
                        check_build()
                    if trainees >= promise.trainees and not steps[-1].is_held:
                        break
                acked = load.ask(stop=0)["acked"]
            return tuple(_list_figures(steps, promise, acked=sum(acked.values()), lost=count_lost(app, acked)))


def _look(server: Server, load: Load, trainees: int, *, measured_s: float) -> Step:
    failures = wait_until_here(load, trainees, within_s=COME_WITHIN_S)
    with watch(server.read_memory_mb, every_s=0.5) as memory:
        cpu_s, began = server.read_cpu_s(), time.monotonic()
        found = load.ask(measure=measured_s)
    lasted_s = time.monotonic() - began
    if not found["post_ms"]:
        raise MachineError(
            f"{trainees} trainees did nothing in {found['lasted_s']:.0f} s: {'; '.join(failures[:3]) or 'no answer'}",
            todo="run the bench on a machine that does less else",
        )
    return Step(
        trainees=trainees,
        post_p95=float(np.percentile(found["post_ms"], 95)),
        footage_p95=float(np.percentile(found["footage_ms"] or [0.0], 95)),
        footage_mbit=found["footage_bytes"] * 8e-6 / found["lasted_s"],
        server_share=(server.read_cpu_s() - cpu_s) / lasted_s,
        load_share=found["cpu_share"],
        memory_mb=max(memory),
        failures=(*failures, *found["failures"]),
    )


def _list_figures(steps: Sequence[Step], promise: Promise, *, acked: int, lost: int) -> Iterator[Figure]:
    for step in steps:
        who, is_promised = f"{step.trainees} trainees", step.trainees == promise.trainees
        most_ms = MOST_POST_MS if is_promised else None
        yield Figure(name=f"{who}: event post, 95 of 100 are faster", value=step.post_p95, unit="ms", most=most_ms)
        yield Figure(name=f"{who}: footage request, 95 of 100 are faster", value=step.footage_p95, unit="ms")
        yield Figure(name=f"{who}: footage sent", value=step.footage_mbit, unit="Mbit/s")
        yield Figure(name=f"{who}: processor, server", value=100 * step.server_share, unit="% of a core")
        yield Figure(name=f"{who}: processor, load generator", value=100 * step.load_share, unit="% of a core")
        most_mb = promise.memory_mb if is_promised else None
        yield Figure(name=f"{who}: memory, most", value=step.memory_mb, unit="MB", most=most_mb)
        first = f", first: {step.failures[0]}" if step.failures else ""
        most = 0.0 if step.trainees <= promise.trainees else None
        yield Figure(name=f"{who}: requests that failed{first}", value=len(step.failures), most=most)
    held = max((step.trainees for step in steps if step.is_held), default=0)
    yield Figure(name="trainees held (95 of 100 posts under 100 ms)", value=held)
    yield Figure(name="events acknowledged", value=acked)
    yield Figure(name="acknowledged events that the database lacks", value=lost, most=0.0)


@contextmanager
def _run_one(data: Path, *, by_proxy: bool) -> Iterator[tuple[Server, App]]:
    """Run one process, behind nginx where asked for; the address is that of nginx then."""
    with open_services(data) as app, contextlib.ExitStack() as stack:
        server = stack.enter_context(run_server(data, settings=BEHIND_PROXY if by_proxy else {}))
        if by_proxy:
            folder = data / "nginx"
            folder.mkdir()
            port = int(server.url.rsplit(":", 1)[1])
            url, proxy = stack.enter_context(run_nginx(folder, app_ports=(port,)))
            server = replace(server, url=url, parts={**server.parts, "nginx": proxy})
        yield server, app


@contextmanager
def _run_installation(data: Path, workers: int) -> Iterator[tuple[Server, App]]:
    """Run an installation as docs/operations.md sets one up, without TLS, which would be the client's work too."""
    link_library(data, read_settings(os.environ).data)
    folder = data / "nginx"
    folder.mkdir()
    ports = _find_ports(workers)
    began_s = time.monotonic()
    with (
        run_postgresql() as cluster,
        _run_workers(data, ports=ports, database_url=(address := cluster.make_empty_database())) as process,
        run_nginx(folder, app_ports=ports, recordings=data / "recordings") as (url, proxy),
    ):
        _wait_alive(ports, process, data / "server.log")
        parts = {"app": psutil.Process(process.pid), "nginx": proxy, "PostgreSQL": cluster.process}
        app = open_app(replace(read_settings(os.environ), data=data, database_url=address), system_clock())
        try:
            yield Server(url=url, began_s=began_s, parts=parts), app
        finally:
            app.close()


@contextmanager
def _run_workers(data: Path, *, ports: tuple[int, ...], database_url: str) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "sim", "serve", "--port", str(ports[0]), "--workers", str(len(ports))]
    settings = {DATA_VARIABLE: str(data), DATABASE_VARIABLE: database_url, **BEHIND_PROXY}
    with (data / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=PROJECT, env={**os.environ, **settings}, stdout=log, stderr=subprocess.STDOUT
        )
    will = end_with_this(process.pid)
    try:
        yield process
    finally:
        stop_process(process)
        will.dismiss()


def _wait_alive(ports: Sequence[int], process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until every app process answers. Raises MachineError."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until_s = time.monotonic() + START_WITHIN_S
    for port in ports:
        while True:
            with suppress(OSError), opener.open(f"http://127.0.0.1:{port}/healthz/live", timeout=5.0):
                break
            if time.monotonic() > until_s or process.poll() is not None:
                said = log.read_text(encoding="utf-8", errors="replace").strip()[-400:]
                raise MachineError(f"the app processes did not start: {said}")
            time.sleep(0.1)


def _find_ports(count: int) -> tuple[int, ...]:
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


@contextmanager
def _make_fresh_day(app: App, folder: Path) -> Iterator[Callable[[], None]]:
    """Begin a fresh school day in a data folder of its own, and stop it afterwards; gives what raises once it ended."""
    settings = replace(app.settings, data=folder, database_url=make_sqlite_url(folder / "sightline.db"))
    apart = open_app(settings, system_clock())

    def check_runs() -> None:
        assert row is not None
        told = tell(apart, row)
        if not told.is_open:
            said = told.row.error or told.row.state.value
            raise MachineError(f"the build beside the server has ended: {said}", todo="run the bench again")

    row = begin_next(apart, FreshSettings(schools=(FRESH_SITE,), minutes=FRESH_MINUTES), is_forced=True)
    if row is None:
        raise MachineError("there is no school to make a day of")
    try:
        yield check_runs
    finally:
        stop(apart, row)
        apart.close()
