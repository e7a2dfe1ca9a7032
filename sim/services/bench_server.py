"""What the real app carries: ten simulated trainees against one process, beside the same process idle."""

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import psutil

from sim.drill.attempt import Mode
from sim.errors import MachineError, TaskError
from sim.records.engine import make_sqlite_url
from sim.services import attempts
from sim.services.bench import Figure
from sim.services.footage_access import make_links
from sim.services.simulated_trainee import BATCH_EVERY_S, Stream, Trainee
from sim.services.wiring import DATA_VARIABLE, DATABASE_VARIABLE, PROJECT, App, open_app, read_settings, system_clock

TRAINEES = 10
PLAY_S = 15.0
IDLE_POSTS = 40
MEMORY_LIMIT_MB = 500.0
FIRST_FRAMES_LIMIT_MS = 3000.0
START_WITHIN_S = 60.0
STOP_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The running app: its address and its process."""

    url: str
    process: psutil.Process

    def read_memory_mb(self) -> float:
        """Return the resident memory of the server and whatever it started."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(member.memory_info().rss for member in family) / 1e6


def measure(*, on_step: Callable[[str], None]) -> tuple[Figure, ...]:
    """Serve the first form's recording to ten trainees who each play the wall and one camera and post every second.

    Times are seen from the client on the same machine, whose own work shares the processors with the server.

    Raises:
        TaskError: there is no form to drill.
        MachineError: the server does not start.
    """
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        data = Path(folder)
        settings = replace(read_settings(os.environ), data=data, database_url=make_sqlite_url(data / "sightline.db"))
        app = open_app(settings, system_clock())
        try:
            on_step("starting the server")
            with run_server(data, read_settings(os.environ).data) as server:
                return _measure(app, server, on_step)
        finally:
            app.close()


def _measure(app: App, server: Server, on_step: Callable[[str], None]) -> tuple[Figure, ...]:
    trainees = [_begin_attempt(app, server.url, number) for number in range(TRAINEES)]
    on_step("posting to the idle server")
    idle = _begin_attempt(app, server.url, 0)
    for _ in range(IDLE_POSTS):
        idle.post_once()
    idle_mb = server.read_memory_mb()
    with ExitStack() as sessions:
        on_step(f"{TRAINEES} trainees open the page and load the first frames")
        for trainee in trainees:
            sessions.enter_context(trainee.open_page())
        first_ms = [trainee.load_first_frames() for trainee in trainees]
        on_step(f"{TRAINEES} trainees play for {PLAY_S:.0f} s")
        busy_mb = _play(trainees, server)
    failures = [failure for trainee in (*trainees, idle) for failure in trainee.failures]
    posts = [post for trainee in trainees for post in trainee.post_ms]
    idle_p50, idle_p95 = _percentiles(idle.post_ms)
    busy_p50, busy_p95 = _percentiles(posts)
    rate = sum(stream.bytes_per_s for trainee in trainees for stream in trainee.streams) / 1e6
    return (
        Figure(name="event post, idle server, half are faster", value=idle_p50, unit="ms"),
        Figure(name="event post, idle server, 95 of 100 are faster", value=idle_p95, unit="ms"),
        Figure(name=f"event post, {TRAINEES} trainees, half are faster", value=busy_p50, unit="ms"),
        Figure(name=f"event post, {TRAINEES} trainees, 95 of 100 are faster", value=busy_p95, unit="ms"),
        Figure(name=f"event post, {TRAINEES} trainees / idle server, halves", value=busy_p50 / idle_p50, unit="x"),
        Figure(name=f"footage sent to {TRAINEES} trainees at real speed", value=rate, unit="MB/s"),
        Figure(
            name="state and first frames' data of a drill, slowest",
            value=max(first_ms),
            unit="ms",
            target=f"under {FIRST_FRAMES_LIMIT_MS:g} ms",
            met=max(first_ms) < FIRST_FRAMES_LIMIT_MS,
        ),
        Figure(name="memory, idle server", value=idle_mb, unit="MB"),
        Figure(
            name=f"memory, most with {TRAINEES} trainees",
            value=busy_mb,
            unit="MB",
            target=f"under {MEMORY_LIMIT_MB:g} MB",
            met=busy_mb < MEMORY_LIMIT_MB,
        ),
        Figure(name="requests that failed", value=float(len(failures)), unit="", target="none", met=not failures),
    )


def _play(trainees: Sequence[Trainee], server: Server) -> float:
    """Let everybody play, their seconds spread evenly; return the most memory seen, MB."""
    now, stop = time.monotonic(), threading.Event()
    threads = []
    for number, trainee in enumerate(trainees):
        span = {"since": now + number * BATCH_EVERY_S / len(trainees), "until": now + PLAY_S, "stop": stop}
        threads.append(threading.Thread(target=trainee.play, kwargs=span))
    for thread in threads:
        thread.start()
    most = 0.0
    try:
        while any(thread.is_alive() for thread in threads):
            most = max(most, server.read_memory_mb())
            stop.wait(0.5)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    return most


def _begin_attempt(app: App, url: str, number: int) -> Trainee:
    forms = app.catalogue.list_forms()
    if not forms:
        raise TaskError("there is no drill to measure with", todo="add a form file to scenarios/forms")
    attempt_id = attempts.create(app, form_id=forms[0].form.form_id, mode=Mode.PRACTICE)
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
    links = make_links(app, row)
    manifest = app.catalogue.get_recording(row.recording_id).manifest
    names = [*(wall.file for wall in manifest.walls), manifest.cameras[number % len(manifest.cameras)].main]
    streams = [
        Stream(
            url=links.link(name),
            size=manifest.sizes[name],
            bytes_per_s=max(1.0, manifest.sizes[name] / manifest.duration_s),
        )
        for name in names
    ]
    return Trainee(base_url=url, attempt_id=attempt_id, token=links.token, streams=streams)


@contextmanager
def run_server(data: Path, library: Path) -> Iterator[Server]:
    """Run the app on a free port with a data folder of its own that sees the recordings and forms of `library`."""
    for name in ("recordings", "forms"):
        if (library / name).is_dir():
            (data / name).symlink_to(library / name, target_is_directory=True)
    environ = {name: value for name, value in os.environ.items() if name != DATABASE_VARIABLE}
    command = [sys.executable, "-m", "sim", "serve", "--port", "0"]
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env={**environ, DATA_VARIABLE: str(data)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield Server(url=_wait_for_address(process), process=psutil.Process(process.pid))
    finally:
        process.terminate()
        try:
            process.wait(timeout=STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _wait_for_address(process: subprocess.Popen[str]) -> str:
    lines: list[str] = []
    watch = threading.Timer(START_WITHIN_S, process.kill)
    watch.start()
    try:
        for line in process.stdout or ():
            lines.append(line.strip())
            found = re.search(r"runs at (http://\S+)", line)
            if found:
                return found.group(1)
    finally:
        watch.cancel()
    raise MachineError(
        f"the server did not start: {' / '.join(lines[-3:])}", todo="run `python -m sim serve` to see why"
    )


def _percentiles(values: Sequence[float]) -> tuple[float, float]:
    low, high = np.percentile(values, [50, 95])
    return float(low), float(high)
