"""The real clocks."""

import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sim.drill.instant import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemClock:
    """The wall clock and the monotonic clock of this process."""

    epoch: str = field(default_factory=lambda: secrets.token_hex(8))

    def read(self) -> Instant:
        """Return the present moment."""
        return Instant(wall=datetime.now(UTC), steady_s=time.monotonic(), epoch=self.epoch)
