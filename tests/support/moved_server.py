"""`python -m sim serve` by a clock that is `SECONDS_ON` seconds ahead: a term passes in a minute."""

import os
import sys
from datetime import timedelta

from sim.__main__ import main
from sim.app import wiring
from sim.attempt.attempt import Instant

AHEAD = timedelta(seconds=float(os.environ.get("SECONDS_ON", "0")))


class MovedClock(wiring.SystemClock):
    def read(self) -> Instant:
        now = super().read()
        return Instant(wall=now.wall + AHEAD, steady_s=now.steady_s, epoch=now.epoch)


if __name__ == "__main__":
    wiring.SystemClock = MovedClock  # type: ignore[misc]
    sys.exit(main(sys.argv[1:]))
