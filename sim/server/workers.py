"""Several app processes of one installation, each on a port of its own: started, watched, renewed one after another.

A page of Streamlit lives in one process, so a browser has to come back to the same one: the proxy in front sees to that
(docs/nginx/sightline.conf). The database is PostgreSQL; of SQLite there is one process.
"""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Final

from sim.app.settings import PROJECT
from sim.errors import MachineError
from sim.server.serve import WATCHED_VARIABLE, bind

MOST_WORKERS: Final = 16
STOP_WITHIN_S: Final = 12.0
LOOK_EVERY_S: Final = 0.25
MOST_SOON: Final = 5
"""Such ends in a row after which the whole is given up: what runs above tells somebody, and begins again."""


@dataclass(slots=True, kw_only=True)
class _Worker:
    """One process. `soon`: how often in a row it ended before it had worked. `again_s`: when it may start again."""

    port: int
    process: "subprocess.Popen[bytes]"
    began_s: float = field(default_factory=time.monotonic)
    soon: int = 0
    again_s: float = 0.0


class Workers:
    """Runs until a signal stops it: SIGTERM or Ctrl-C end all, SIGHUP renews them one after another.

    Args:
        host: address to listen on.
        ports: a port each.
        options: further arguments of `python -m sim serve` for each.
    """

    def __init__(self, *, host: str, ports: Sequence[int], options: Sequence[str] = ()) -> None:
        self._host, self._options = host, tuple(options)
        self._is_over, self._is_renewed = threading.Event(), threading.Event()
        for port in ports:
            bind(host, port).close()
        self._workers = [_Worker(port=port, process=self._start(port)) for port in ports]

    def run(self) -> int:
        """Watch them until told to stop; return 0, or 1 when one cannot be kept running."""
        for name in ("SIGTERM", "SIGINT"):
            signal.signal(getattr(signal, name), self._note_end)
        if hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, self._note_renewal)
        try:
            while not self._is_over.wait(LOOK_EVERY_S):
                for worker in self._workers:
                    if worker.process.poll() is not None and not self._start_again(worker):
                        return 1
                if self._is_renewed.is_set():
                    self._is_renewed.clear()
                    self._renew()
            return 0
        finally:
            self._end([worker.process for worker in self._workers])

    def _note_end(self, number: int, frame: FrameType | None) -> None:
        self._is_over.set()

    def _note_renewal(self, number: int, frame: FrameType | None) -> None:
        self._is_renewed.set()

    def _start(self, port: int) -> "subprocess.Popen[bytes]":
        """Start one; it ends when the pipe to its standard input does, so none is left over by a killed parent."""
        command = [sys.executable, "-m", "sim", "serve", "--host", self._host, "--port", str(port), *self._options]
        environ = {**os.environ, WATCHED_VARIABLE: "1"}
        return subprocess.Popen(command, cwd=PROJECT, env=environ, stdin=subprocess.PIPE, start_new_session=True)

    def _start_again(self, worker: _Worker) -> bool:
        """Start one that has ended, later each time it ends soon; return False when that is no use."""
        now_s = time.monotonic()
        if not worker.again_s:
            # a process that ends so soon after its start has not worked
            worker.soon = worker.soon + 1 if now_s - worker.began_s < 20.0 else 0
            _tell(f"the process of port {worker.port} ended ({worker.process.returncode})")
            if worker.soon >= MOST_SOON:
                _tell(f"the process of port {worker.port} ended {MOST_SOON} times at once: all stop")
                return False
            worker.again_s = now_s + (2.0**worker.soon - 1.0)
        if now_s >= worker.again_s:
            self._replace(worker)
        return True

    def _replace(self, worker: _Worker) -> None:
        if worker.process.stdin is not None:
            worker.process.stdin.close()
        worker.process = self._start(worker.port)
        worker.began_s, worker.again_s = time.monotonic(), 0.0

    def _renew(self) -> None:
        """End and start one after another, the next only once the one before answers: somebody always does."""
        for worker in self._workers:
            self._end([worker.process])
            self._replace(worker)
            if not self._wait_alive(worker):
                _tell(f"the new process of port {worker.port} does not answer: the others stay as they are")
                return
        _tell("all processes are renewed")

    def _wait_alive(self, worker: _Worker) -> bool:
        host = f"[{self._host}]" if ":" in self._host else self._host
        until_s = time.monotonic() + 120.0
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while time.monotonic() < until_s and not self._is_over.is_set() and worker.process.poll() is None:
            try:
                with opener.open(f"http://{host}:{worker.port}/healthz/live", timeout=5.0):
                    return True
            except (OSError, urllib.error.HTTPError):
                self._is_over.wait(LOOK_EVERY_S)
        return False

    def _end(self, processes: Sequence["subprocess.Popen[bytes]"]) -> None:
        for process in processes:
            process.terminate()
        until_s = time.monotonic() + STOP_WITHIN_S
        for process in processes:
            try:
                process.wait(max(0.1, until_s - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdin is not None:
                process.stdin.close()


def serve_several(*, host: str, port: int, workers: int, is_open: bool, has_postgresql: bool) -> int:
    """Serve by several processes on `port` and those after it until a signal stops them; return the exit code."""
    if not 1 <= workers <= MOST_WORKERS:
        raise MachineError(f"{workers} workers were asked for", expected=f"1 to {MOST_WORKERS}")
    if not has_postgresql:
        raise MachineError(
            "the database is SQLite, which one process uses",
            expected="PostgreSQL for more than one worker",
            todo="set DATABASE_URL (see docs/operations.md), or leave --workers out",
        )
    options = ("--open-to-network",) if is_open else ()
    return Workers(host=host, ports=range(port, port + workers), options=options).run()


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
