"""Processes by name: a number is used again, a clock may jump, and several machines may share a data folder."""

import os
import signal
import socket
from contextlib import suppress
from pathlib import Path

import psutil

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_PARTS = " / "


def name_process(pid: int) -> str:
    """Return machine, start and number of a process; "" where there is none."""
    start = _find_start(pid)
    return _PARTS.join((socket.gethostname(), start, str(pid))) if start else ""


def is_elsewhere(name: str) -> bool:
    return bool(name) and name.partition(_PARTS)[0] != socket.gethostname()


def is_alive(name: str) -> bool:
    """Return whether a process of this machine runs, also where it was suspended."""
    return find_pid(name) is not None


def find_pid(name: str) -> int | None:
    _, start, number = (*name.split(_PARTS), "", "", "")[:3]
    return int(number) if number.isdigit() and not is_elsewhere(name) and _find_start(int(number)) == start else None


def _find_start(pid: int) -> str:
    """Return when a process began, counted from the start of the machine where the system tells: no clock moves it."""
    if _BOOT.is_file():
        with suppress(OSError, IndexError):
            state, *rest = Path(f"/proc/{pid}/stat").read_text("latin-1").rpartition(")")[2].split()
            return "" if state in ("Z", "X") else f"{_BOOT.read_text().strip()[:8]}-{rest[18]}"
        return ""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        return "" if process.status() == psutil.STATUS_ZOMBIE else f"{process.create_time():.0f}"
    return ""


def list_family(name: str) -> list[psutil.Process]:
    pid = find_pid(name)
    with suppress(psutil.NoSuchProcess):
        if pid is not None:
            process = psutil.Process(pid)
            return [*process.children(recursive=True), process]
    return []


def end_family(name: str) -> None:
    family = list_family(name)
    for member in reversed(family):
        with suppress(psutil.NoSuchProcess):
            member.kill()
    psutil.wait_procs(family, timeout=5.0)


def suspend_family(name: str, *, resumes: bool = False) -> None:
    for member in list_family(name):
        with suppress(psutil.Error):
            member.resume() if resumes else member.suspend()


def end_own_group() -> None:
    with suppress(AttributeError, OSError):
        if os.getpgid(0) == os.getpid():
            os.killpg(0, signal.SIGKILL)
    os._exit(1)
