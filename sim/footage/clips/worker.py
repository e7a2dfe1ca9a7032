"""The process that looks into a clip, takes it in or covers more of it: it takes little of the machine."""

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

from sim.errors import RecordingError
from sim.footage.machine import limit_this_process

MEMORY_BYTES = 3_000_000_000
CPU_S = 4 * 3600
PROBE_CPU_S = 60
"""Processor time, however long it takes to get it."""
WAITS_S = 0.5
GO_FILE: Final = "go"
"""A clip is taken in once it is its turn: whoever started it puts this beside its answer."""
SAYS_EVERY = 50
_TOO_LONG = "This clip takes too long to read. Export a shorter one."
_TOO_LARGE = "This clip takes too much memory to be read here. Export it smaller, such as 1920 x 1080."


def main(arguments: list[str]) -> int:
    _limit(PROBE_CPU_S if arguments[0] == "probe" else CPU_S)
    answer: dict[str, Any] = {}
    try:
        answer = WORK[arguments[0]](arguments[1:])
    except RecordingError as error:
        answer = {"error": error.on_screen}
    except MemoryError:
        answer = {"error": _TOO_LARGE}
    except OSError as error:
        answer = {"error": f"The clip could not be stored: {error.strerror or error}. Free some space."}
    except Exception as error:
        is_memory = "nsufficient memory" in str(error) or "annot allocate" in str(error)
        if not is_memory:
            raise
        answer = {"error": _TOO_LARGE}
    print(json.dumps(answer), flush=True)
    return 1 if "error" in answer else 0


def _probe(arguments: list[str]) -> dict[str, Any]:
    from sim.footage.clips.import_clip import probe  # noqa: PLC0415 - not while waiting

    (name,) = arguments
    with _open_input() as file:
        file.seek(0)
        return probe(file, name=name)


def _take(arguments: list[str]) -> dict[str, Any]:
    """`take NAME MODE MODEL FOLDER`, with the clip as its input."""
    name, mode, model, folder = arguments
    with _open_input() as file:
        while not Path(folder, GO_FILE).exists():
            if not Path(folder).is_dir():
                return {"error": f"{name} was removed"}
            time.sleep(WAITS_S)
        from sim.clips.model import BlurMode  # noqa: PLC0415 - as said above
        from sim.footage.clips.import_clip import ImportRequest, take_in  # noqa: PLC0415 - as said above

        file.seek(0)
        take_in(file, ImportRequest(name=name, mode=BlurMode(mode), model=model, folder=Path(folder)))
    return {}


def _cover(arguments: list[str]) -> dict[str, Any]:
    """`cover PATH`, with the covers as JSON on its input: says now and then how far it is."""
    from sim.footage.clips.retimed import cover_clip, read_covers  # noqa: PLC0415 - as said above

    (path,) = arguments

    def say(frame: int) -> None:
        if frame % SAYS_EVERY == 0:
            print(json.dumps({"frame": frame}), flush=True)

    cover_clip(Path(path), read_covers(sys.stdin.read()), on_frame=say)
    return {}


def _open_input() -> BinaryIO:
    return os.fdopen(sys.stdin.fileno(), "rb", closefd=False)


def _limit(cpu_s: int) -> None:
    limit_this_process(memory_bytes=MEMORY_BYTES, cpu_s=cpu_s, too_long=_TOO_LONG)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    with suppress(OSError, AttributeError):
        os.nice(10)


WORK: Final[dict[str, Callable[[list[str]], dict[str, Any]]]] = {"probe": _probe, "take": _take, "cover": _cover}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
