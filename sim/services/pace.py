"""How often something may be asked for: so many times in any minute, then a refusal that says so."""

import threading
from collections import deque

from sim.errors import PaceError

SPAN_S = 60.0
MOST_KEYS = 10_000


class Pace:
    """Counts by key, in this process. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: dict[str, deque[float]] = {}

    def note(self, key: str, *, now_s: float, most: int) -> None:
        """Count one more of a key at a moment of the monotonic clock, in seconds.

        Raises:
            PaceError: there were `most` in the 60 s before; this one does not count.
        """
        with self._lock:
            if len(self._asked) > MOST_KEYS:
                self._asked = {each: times for each, times in self._asked.items() if times[-1] > now_s - SPAN_S}
            times = self._asked.setdefault(key, deque())
            while times and times[0] <= now_s - SPAN_S:
                times.popleft()
            if len(times) >= most:
                raise PaceError(
                    f"there were {most} of these within a minute",
                    expected=f"at most {most} a minute",
                    todo=f"go on in {max(1, round(times[0] + SPAN_S - now_s))} s",
                )
            times.append(now_s)
