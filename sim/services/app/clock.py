"""The real clocks."""

import hashlib
import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sim.drill.instant import Instant

BOOT = Path("/proc/sys/kernel/random/boot_id")
TIME_SPACE = Path("/proc/self/ns/time")


def name_run() -> str:
    """Return a name for the run of the monotonic clock.

    On Linux that clock counts from the start of the machine, in every process alike: all of them, before and after a
    restart of the server, give one name. Elsewhere each process has its own.
    """
    try:
        known = f"{BOOT.read_text(encoding='ascii').strip()} {TIME_SPACE.readlink()}"
    except OSError:
        return secrets.token_hex(8)
    return hashlib.sha256(known.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemClock:
    """The wall clock, and the monotonic clock of this machine."""

    epoch: str = field(default_factory=name_run)

    def read(self) -> Instant:
        """Return the present moment."""
        return Instant(wall=datetime.now(UTC), steady_s=time.monotonic(), epoch=self.epoch)
