"""What `footage build` and `footage silhouettes` share: their progress on the terminal, and how many processes."""

import argparse
import time
from typing import Any


class Report:
    """Progress on the terminal: one line kept up to date, or a new line every ten seconds into a file."""

    def __init__(self, *, live: bool) -> None:
        self._live = live
        self._clock = time.monotonic
        self._said = -1e9

    def __call__(self, progress: Any) -> None:
        """Say how far it is, where it is time to."""
        finished = progress.done == progress.total
        if not self._live and not finished and self._clock() - self._said < 10:
            return
        self._said = self._clock()
        text = f"{progress.part}  {progress.done} of {progress.total} frames  {_format_left(progress.left_s)} left"
        print(f"\r{text:<70}" if self._live else text, end="" if self._live else "\n", flush=True)

    def end(self) -> None:
        """Close the line that was kept up to date."""
        if self._live:
            print()


def _format_left(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"


def positive(text: str) -> int:
    """Return a whole number from 1 on, for argparse."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value
