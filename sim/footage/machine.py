"""What rendering needs of the machine beyond Python packages, and processes that may take only so much of it."""

import importlib
import json
import os
import shutil
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from sim.errors import MachineError


def require_opencv() -> None:
    """Raise MachineError, with what to install, when OpenCV is installed but a library of the system is missing."""
    _require(
        "cv2",
        name="OpenCV",
        expected="the system libraries it uses to render footage; playing drills works without",
        todo="on Debian or Ubuntu `apt install libgl1 libglib2.0-0`, on Fedora `dnf install mesa-libGL glib2`",
    )


def require_pyav() -> None:
    """Raise MachineError when PyAV is installed but cannot be loaded, or can neither write nor read H.264.

    Wheels from PyPI hold all it takes; a PyAV that was built against the system's FFmpeg may lack the encoder.
    """
    todo = "install the wheel: `pip install --force-reinstall --only-binary :all: av`"
    _require("av", name="PyAV", expected="the video libraries inside its wheel", todo=todo)
    codec = importlib.import_module("av.codec").Codec
    for kind, mode in (("libx264", "w"), ("h264", "r")):
        try:
            codec(kind, mode)
        except ValueError as error:
            raise MachineError(
                f"PyAV has no {kind} {'encoder' if mode == 'w' else 'decoder'}",
                expected="one, to write and read clips",
                todo=todo,
            ) from error


def _require(module: str, *, name: str, expected: str, todo: str) -> None:
    try:
        importlib.import_module(module)
    except ModuleNotFoundError:
        raise
    except ImportError as error:
        raise MachineError(f"{name} cannot be loaded ({error})", expected=expected, todo=todo) from error


WALL_S: Final = 900.0
"""Who waits for an answer waits this long: it may take on a busy server, but no process that hangs is waited for."""
BUSY: Final = "the server was too busy to read it within 15 minutes"
_LOOKS_EVERY_S = 0.5
_KERNEL_LATER_S = 10
UPLOAD: Final = ".upload-"
"""So begins the name of a folder in which what somebody sent lies while it is read."""


def delete_left_uploads(data: Path, *, now_s: float) -> None:
    """Delete what somebody sent to a server that was killed while it was read."""
    for folder in data.glob(f"{UPLOAD}*"):
        with suppress(OSError):
            if now_s - folder.stat().st_mtime > WALL_S:
                shutil.rmtree(folder)


def limit_this_process(*, memory_bytes: int, cpu_s: float, too_long: str) -> None:
    """Let this process take no more memory, where the system can hold it to that, and no more processor time.

    What counts is the work it does and not the time that passes, so a busy server ends nothing. It looks itself at what
    it took, on Windows too, and ends with `too_long` as its answer; where the system can, that ends it a little later
    if it comes no more to looking.
    """
    threading.Thread(target=_end_after, args=(cpu_s, too_long), daemon=True).start()
    with suppress(ImportError):
        import resource  # noqa: PLC0415 - not on Windows

        most_cpu_s = int(cpu_s) + _KERNEL_LATER_S
        for which, most in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CPU, most_cpu_s)):
            with suppress(ValueError, OSError):
                resource.setrlimit(which, (most, most))


def _end_after(cpu_s: float, words: str) -> None:
    while time.process_time() < cpu_s:
        time.sleep(_LOOKS_EVERY_S)
    os.write(1, f"\n{json.dumps({'error': words})}\n".encode())
    os._exit(1)


def read_answer(output: bytes) -> dict[str, Any]:
    """Return the JSON on the last line of what such a process said, {} where there is none."""
    lines = output.decode("utf-8", "replace").strip().splitlines()
    with suppress(ValueError, IndexError):
        found = json.loads(lines[-1])
        if isinstance(found, dict):
            return found
    return {}
