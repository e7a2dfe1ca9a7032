"""What every bench measures with: figures and their bounds, the app in processes of its own, a browser."""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import psutil

from sim.app.settings import DATA_VARIABLE, DATABASE_VARIABLE, PROJECT, read_settings
from sim.app.wiring import App, open_app, system_clock
from sim.db.engine import make_sqlite_url
from sim.errors import MachineError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

OnStep = Callable[[str], None]
SAMPLE = PROJECT / "sample_footage" / "maple-ridge-eight-oclock"
SIZE_WH = (1366, 768)
START_WITHIN_S = 60.0
STOP_WITHIN_S = 20.0
WITHIN_MS = 120_000
POLL_MS = 20
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
ERRAND = "--utility-sub-type=on_device_model."
"""Chromium 156 starts this service three minutes after its start, with an empty page too, and lets it stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number; `most` and `least` are its bounds in docs/performance.md."""

    name: str
    value: float
    unit: str = ""
    most: float | None = None
    least: float | None = None

    @property
    def is_missed(self) -> bool:
        return (self.most is not None and self.value > self.most) or (
            self.least is not None and not self.value >= self.least
        )

    def write(self) -> str:
        bounds = [
            f"{word} {bound:g}"
            for word, bound in (("at most", self.most), ("at least", self.least))
            if bound is not None
        ]
        verdict = f"  ({', '.join(bounds)})  {'MISSED' if self.is_missed else 'ok'}" if bounds else ""
        return f"  {self.name:<68} {self.value:>9.4g} {self.unit}{verdict}"


def time_ms(
    work: Callable[[], object], *, repeats: int, pick: Callable[[Sequence[float]], float] = statistics.median
) -> float:
    """Return the time that a piece of work takes, milliseconds: the median, or what `pick` picks of the repeats.

    `min` tells what the work itself takes: what else the machine does can only add to it.
    """
    took: list[float] = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return pick(took) * 1000.0


@contextmanager
def open_services(data: Path) -> Iterator[App]:
    """Open the services on a data folder, with the recordings and forms that there are, and a database there."""
    settings = replace(read_settings(os.environ), data=data, database_url=make_sqlite_url(data / "sightline.db"))
    app = open_app(settings, system_clock())
    try:
        yield app
    finally:
        app.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """What runs: its address, when it was started by the monotonic clock, and the first process of each part."""

    url: str
    began_s: float
    parts: Mapping[str, psutil.Process]

    def read_memory_mb(self) -> float:
        """Return the memory of all parts; of several, what their processes share counts once."""
        return sum(_read_memory(each, is_shared=len(self.parts) > 1) for each in self._list_all()) / 1e6

    def read_cpu_s(self) -> float:
        """Return the processor time that all parts have taken, seconds."""
        return sum(read_cpu_s(each) for each in self._list_all())

    def _list_all(self) -> list[psutil.Process]:
        return [each for head in self.parts.values() for each in list_family(head)]


def list_family(head: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return [head, *head.children(recursive=True)]
    return []


def read_cpu_s(process: psutil.Process) -> float:
    """Return the processor time that a process and its ended children have taken, seconds."""
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        ended = getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
        return float(times.user + times.system + ended)
    return 0.0


def _read_memory(process: psutil.Process, *, is_shared: bool) -> int:
    with suppress(psutil.Error):
        if is_shared:
            full = process.memory_full_info()
            return int(getattr(full, "pss", full.rss))
        return int(process.memory_info().rss)
    return 0


@contextmanager
def make_folder() -> Iterator[Path]:
    """Give a data folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        yield Path(folder)


def link_library(data: Path, library: Path) -> None:
    """Let a data folder see the recordings and forms of another one."""
    for name in ("recordings", "forms"):
        if (library / name).is_dir() and not (data / name).exists():
            (data / name).symlink_to(library / name, target_is_directory=True)


@contextmanager
def run_server(data: Path, *, settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[Server]:
    """Run the app on a free port and a data folder, which sees the recordings and forms of this machine's own."""
    link_library(data, read_settings(os.environ).data)
    environ = {name: value for name, value in os.environ.items() if name != DATABASE_VARIABLE}
    began_s = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "serve", "--port", "0"],
        cwd=PROJECT,
        env={**environ, DATA_VARIABLE: str(data), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield Server(url=_wait_for_address(process), began_s=began_s, parts={"app": psutil.Process(process.pid)})
    finally:
        stop_process(process)
        if process.stdout is not None:
            process.stdout.close()


def stop_process(process: "subprocess.Popen[Any]") -> None:
    """Ask a process to end, and kill it where it does not in time."""
    process.terminate()
    try:
        process.wait(timeout=STOP_WITHIN_S)
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


@contextmanager
def open_browser() -> Iterator["Browser"]:
    """Start the system's Chromium; its contexts are like private windows, each without a past."""
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415
    except ImportError as error:
        raise MachineError(
            "this is measured in a browser, and Playwright is not installed",
            todo="run `pip install -r requirements-dev.txt`; on Debian also `apt-get install chromium`",
        ) from error
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def open_page(browser: "Browser") -> "Page":
    width, height = SIZE_WH
    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    page.set_default_timeout(WITHIN_MS)
    return page


def find_chromium() -> str:
    """Return the path of the system's Chromium. Raises MachineError: there is none."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise MachineError(
            "this is measured in a browser, and there is no Chromium on this machine",
            expected=f"one of {', '.join(BROWSERS)} on the PATH",
            todo="install it, for example with `apt-get install chromium`",
        )
    return found


def list_browsers() -> list[psutil.Process]:
    """Return every process of the browsers that this process has started, but that of `ERRAND`."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if "chrom" in process.name() and not any(ERRAND in part for part in process.cmdline()):
                found.append(process)
    return found


def read_browser_memory_mb() -> float:
    return sum(_read_memory(each, is_shared=True) for each in list_browsers()) / 1e6


def read_browser_cpu_s() -> float:
    """Return the processor time that the browsers of this process have taken, seconds."""
    return sum(read_cpu_s(each) for each in list_browsers())
