"""The app with a wall clock that a file sets on or back, for `python -m tools.torture`; run as a module.

Only the wall clock steps, as when somebody sets the computer's time: the steady clock goes on.
"""

import argparse
import os
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sim.drill.instant import Instant
from sim.services.app.wiring import read_settings, system_clock
from sim.ui.http.serve import serve
from sim.ui.page import page_state
from tools.torture.faults.clocks import AHEAD_FILE


class SteppedClock:
    """The real clocks, the wall one as many seconds ahead as the file says."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._real = system_clock()

    def read(self) -> Instant:
        """Return the present moment by these clocks."""
        now = self._real.read()
        return replace(now, wall=now.wall + timedelta(seconds=float(self._file.read_text())))


def main() -> int:
    """Serve on this machine alone until stopped; return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    file = read_settings(os.environ).data / AHEAD_FILE
    vars(page_state)["system_clock"] = lambda: SteppedClock(file)
    return serve(host="127.0.0.1", port=parser.parse_args().port)


if __name__ == "__main__":
    sys.exit(main())
