"""The process that looks into a clip, or takes it in: it takes little of the machine, and waits for its turn."""

import json
import os
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from sim.errors import RecordingError
from sim.footage.limited_child import limit_this_process

MEMORY_BYTES = 3_000_000_000
CPU_S = 4 * 3600
WAITS_S = 0.5
_TOO_LARGE = "This clip takes too much memory to be read here. Export it smaller, such as 1920 x 1080."


def main(arguments: list[str]) -> int:
    """`probe FD NAME`, or `take FD NAME MODE MODEL FOLDER`: answers with JSON on the last line of its output."""
    what, number, name = arguments[0], int(arguments[1]), arguments[2]
    _limit()
    answer: dict[str, Any] = {}
    try:
        with os.fdopen(number, "rb") as file:
            file.seek(0)
            if what == "probe":
                from sim.footage.staged.import_clip import probe  # noqa: PLC0415 - not while waiting

                answer = probe(file, name=name)
            else:
                folder = Path(arguments[5])
                with _wait_turn():
                    from sim.footage.staged.import_clip import ImportRequest, take_in  # noqa: PLC0415
                    from sim.staged.model import BlurMode  # noqa: PLC0415

                    mode = BlurMode(arguments[3])
                    take_in(file, ImportRequest(name=name, mode=mode, model=arguments[4], folder=folder))
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


def _wait_turn() -> IO[bytes]:
    """Wait until fewer clips than there are processors are taken in; the turn lasts until the file is closed."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    while True:
        for place in range(os.cpu_count() or 1):
            turn = Path(tempfile.gettempdir(), f"sightline-{user}-turn-{place}").open("ab")  # noqa: SIM115 - given away
            if _is_free(turn):
                return turn
            turn.close()
        time.sleep(WAITS_S)


def _is_free(turn: IO[bytes]) -> bool:
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
    except ImportError:
        return True
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _limit() -> None:
    """Let this process take little of the machine, where the system can hold it to that."""
    limit_this_process(memory_bytes=MEMORY_BYTES, cpu_s=CPU_S)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    with suppress(OSError, AttributeError):
        os.nice(10)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
