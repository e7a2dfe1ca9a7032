"""A file of steps, one line of JSON each, that only grows: a crash loses at most the step it met."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any


def append_line(path: Path, step: dict[str, Any]) -> None:
    """Write one step at the end, whole and on the disk, or not at all. Raises OSError: the disk is full."""
    _mend_end(path)
    with path.open("ab") as file:
        end = file.tell()
        try:
            file.write(json.dumps(step, separators=(",", ":")).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):
                file.truncate(end)
            raise


def _mend_end(path: Path) -> None:
    """Cut off a line that a crash left half written."""
    if not path.exists() or path.stat().st_size == 0:
        return
    with path.open("rb+") as file:
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            file.seek(0)
            file.truncate(file.read().rfind(b"\n") + 1)
