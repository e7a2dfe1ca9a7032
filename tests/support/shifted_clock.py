"""The real clocks, set ahead by as many seconds as a file in the data folder says: weeks pass in a test, nobody waits.

Run as a module it serves the app with them, like `python -m sim serve`.
"""

import argparse
import os
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sim.drill.instant import Instant
from sim.services.app.settings import read_settings
from sim.services.app.wiring import system_clock
from sim.ui.http.serve import serve
from sim.ui.page import page_state

AHEAD_FILE = "ahead_s.txt"


class ShiftedClock:
    """Both clocks go ahead together, in every process that reads the same data folder."""

    def __init__(self, data: Path) -> None:
        self._file = data / AHEAD_FILE
        self._real = system_clock()

    def read(self) -> Instant:
        now, ahead_s = self._real.read(), self._read_ahead_s()
        return replace(now, wall=now.wall + timedelta(seconds=ahead_s), steady_s=now.steady_s + ahead_s)

    def pass_s(self, seconds: float) -> None:
        """Let time go by; anyone who reads meanwhile sees the time before or after it."""
        part = self._file.with_suffix(".part")
        part.write_text(repr(self._read_ahead_s() + seconds))
        part.replace(self._file)

    def _read_ahead_s(self) -> float:
        return float(self._file.read_text()) if self._file.exists() else 0.0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    data = read_settings(os.environ).data
    data.mkdir(parents=True, exist_ok=True)
    page_state.system_clock = lambda: ShiftedClock(data)
    return serve(host="127.0.0.1", port=parser.parse_args().port)


if __name__ == "__main__":
    sys.exit(main())
