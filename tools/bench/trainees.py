"""The trainees that a bench lets search: their process, their drills, and what of their events was kept."""

import json
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim.app.settings import PROJECT
from sim.app.wiring import App
from sim.attempt.attempt import Mode
from sim.console import attempts
from sim.console.footage_access import FootageLinks, make_links
from sim.errors import MachineError, TaskError
from tools.bench.load import RECORDED

SETTLE_S = 2.0


class Load:
    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def tell(self, **command: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()

    def ask(self, **command: object) -> dict[str, Any]:
        """Send a command and return its answer. Raises MachineError: the generator has ended."""
        assert self._process.stdout is not None
        self.tell(**command)
        line = self._process.stdout.readline()
        if not line:
            raise MachineError("the load generator has ended", todo="run the bench again; its message is above")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def open_load(recorded: Path = RECORDED) -> Iterator[Load]:
    """Start the load generator, and end it afterwards; its trainees repeat what was recorded."""
    command = [sys.executable, "-m", "tools.bench.load", str(recorded)]
    with subprocess.Popen(
        command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        try:
            yield Load(process)
        finally:
            process.kill()


def wait_until_here(load: Load, trainees: int, *, within_s: int) -> list[str]:
    """Wait until so many search and have settled; return what failed."""
    failures: list[str] = []
    for _ in range(within_s):
        coming = load.ask(measure=SETTLE_S / 2)
        failures += coming["failures"]
        if coming["here"] >= trainees or failures:
            break
    load.ask(measure=SETTLE_S)
    return failures


@contextmanager
def watch(read: Callable[[], float], *, every_s: float) -> Iterator[list[float]]:
    """Read a value at once and again and again while the block runs; the list has all of them afterwards."""
    values, over = [read()], threading.Event()

    def look() -> None:
        while not over.wait(every_s):
            values.append(read())

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield values
    finally:
        over.set()
        watcher.join()


def count_lost(app: App, acked: dict[str, int]) -> int:
    lost = 0
    for attempt_id, upto in acked.items():
        with app.store.read() as work:
            stored = {each.event.seq for each in work.events.list_all(attempt_id)}
        lost += sum(seq not in stored for seq in range(1, upto + 1))
    return lost


def write_names(app: App, links: FootageLinks) -> str:
    """Return what stands for the files of an attempt's recording in addresses, by path, as JSON."""
    files = app.catalog.get_recording(links.recording_id).manifest.files
    return json.dumps({path: links.name(path) for path in files})


def give_attempt(app: App) -> str:
    """Return a new attempt on the trace drill with the longest limit. Raises TaskError: there is none."""
    forms = [known for known in app.catalog.list_forms() if known.form.type == "trace"]
    if not forms:
        raise TaskError("there is no trace drill to measure with", todo="add a form file to scenarios/forms")
    known = max(forms, key=lambda each: each.form.limit_s)
    return attempts.create(app, form_id=known.form.form_id, mode=Mode.PRACTICE)


def begin_attempt(app: App, url: str, attempt_id: str) -> dict[str, str]:
    """Let the clock of an attempt run; return what a trainee needs to search."""
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
    links = make_links(app, row)
    return {
        "url": url,
        "attempt_id": attempt_id,
        "token": links.token,
        "recording_name": links.recording_name,
        "names": write_names(app, links),
        "tab": str(uuid.uuid4()),
    }
