"""A real Chromium for the bench: found, started, its line slowed down, its processes weighed."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from sim.errors import MachineError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
LIGHTER = "chromium-headless-shell"
"""The same without windows: it takes half the processor time, which on one machine would else be the server's."""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
ERRANDS = ("--utility-sub-type=on_device_model.",)
"""Chromium 156 starts this service three minutes after its start, with an empty page too, and lets it stay."""
SLOW_MBIT_S = 20.0
SLOW_LATENCY_MS = 40


@contextmanager
def open_browser(*, is_light: bool = False) -> Iterator["Browser"]:
    """Start the system's Chromium; its contexts are like private windows, each without a past.

    `is_light`: the one without windows, where it is installed.

    Raises:
        MachineError: Playwright or Chromium is missing; says what to install.
    """
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415
    except ImportError as error:
        raise MachineError(
            "the console is measured in a browser, and Playwright is not installed",
            todo="run `pip install -r requirements-dev.txt`; on Debian also `apt-get install chromium`",
        ) from error
    path = (shutil.which(LIGHTER) if is_light else None) or find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def find_chromium() -> str:
    """Return the path of the system's Chromium. Raises MachineError: there is none."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise MachineError(
            "the console is measured in a browser, and there is no Chromium on this machine",
            expected=f"one of {', '.join(NAMES)} on the PATH",
            todo="install it, for example with `apt-get install chromium`",
        )
    return found


def slow_down(page: "Page", *, mbit_s: float = SLOW_MBIT_S, latency_ms: int = SLOW_LATENCY_MS) -> None:
    """Give a page a slow line: so many Mbit/s both ways, and so long on the way."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": latency_ms,
            "downloadThroughput": mbit_s * 1e6 / 8,
            "uploadThroughput": mbit_s * 1e6 / 8,
        },
    )


def list_processes() -> list[psutil.Process]:
    """Return every process of the browsers that this process has started, but those of `ERRANDS`."""
    family = psutil.Process().children(recursive=True)
    found = []
    for process in family:
        with suppress(psutil.Error):
            if "chrom" in process.name() and not any(
                errand in part for part in process.cmdline() for errand in ERRANDS
            ):
                found.append(process)
    return found


def read_memory_mb() -> float:
    """Return the browser's memory, what its processes share counted once (PSS)."""
    total = 0
    for process in list_processes():
        with suppress(OSError):
            for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
    return total / 1e6


@contextmanager
def count_processor(into: list[float]) -> Iterator[None]:
    """Append the share of one core, in percent, that the browser took while the block ran."""
    before, began = read_browser_cpu_s(), time.monotonic()
    yield
    into.append((read_browser_cpu_s() - before) / (time.monotonic() - began) * 100.0)


def read_browser_cpu_s() -> float:
    """Return the processor time that the browsers of this process have taken, seconds, those closed since left out."""
    total = 0.0
    for process in list_processes():
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
    return total
