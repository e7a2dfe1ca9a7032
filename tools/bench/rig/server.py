"""The real app in a process of its own, and what it takes of the machine."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psutil

from sim.errors import MachineError
from sim.services.app.wiring import DATA_VARIABLE, DATABASE_VARIABLE, PROJECT

START_WITHIN_S = 60.0
STOP_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The running app.

    Attributes:
        url: its address.
        process: its process.
        began_s: when it was started, by the monotonic clock.
        proxy: the process of nginx in front of it, None where there is none; its time and memory count as the server's.
    """

    url: str
    process: psutil.Process
    began_s: float
    proxy: psutil.Process | None = None

    def read_memory_mb(self) -> float:
        """Return the resident memory of the server and whatever it started."""
        return sum(member.memory_info().rss for member in self._list_family()) / 1e6

    def read_cpu_s(self) -> float:
        """Return the processor time that the server has taken, seconds."""
        times = [member.cpu_times() for member in self._list_family()]
        return float(sum(each.user + each.system for each in times))

    def _list_family(self) -> list[psutil.Process]:
        heads = [self.process] if self.proxy is None else [self.process, self.proxy]
        return [member for head in heads for member in (head, *head.children(recursive=True))]


@contextmanager
def run_server(data: Path, library: Path, *, settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[Server]:
    """Run the app on a free port with a data folder of its own that sees the recordings and forms of `library`."""
    for name in ("recordings", "forms"):
        if (library / name).is_dir():
            (data / name).symlink_to(library / name, target_is_directory=True)
    environ = {name: value for name, value in os.environ.items() if name != DATABASE_VARIABLE}
    command = [sys.executable, "-m", "sim", "serve", "--port", "0"]
    began_s = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env={**environ, DATA_VARIABLE: str(data), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield Server(url=_wait_for_address(process), process=psutil.Process(process.pid), began_s=began_s)
    finally:
        stop_process(process, within_s=STOP_WITHIN_S)
        if process.stdout is not None:
            process.stdout.close()


def stop_process(process: "subprocess.Popen[Any]", *, within_s: float) -> None:
    """Ask a process to end, and kill it where it does not in time."""
    process.terminate()
    try:
        process.wait(timeout=within_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


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
