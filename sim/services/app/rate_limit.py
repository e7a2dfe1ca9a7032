"""How often something may be asked for: so many times in any minute or hour, then a refusal that says so."""

import threading
from collections import deque

from sim.errors import RateLimitError

SPAN_S = 60.0
HOUR_S = 3600.0
MOST_KEYS = 10_000


class RateLimit:
    """Counts by key, in this process. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: dict[tuple[str, float], deque[float]] = {}

    def note(self, key: str, *, now_s: float, most: int, span_s: float = SPAN_S) -> None:
        """Count one more of a key at a moment of the monotonic clock, in seconds."""
        with self._lock:
            if len(self._asked) > MOST_KEYS:
                kept = {each: times for each, times in self._asked.items() if times and times[-1] > now_s - each[1]}
                self._asked = kept
            times = self._asked.setdefault((key, span_s), deque())
            while times and times[0] <= now_s - span_s:
                times.popleft()
            if len(times) >= most:
                span = "minute" if span_s <= SPAN_S else "hour"
                raise RateLimitError(
                    f"there were {most} of these within {'an' if span == 'hour' else 'a'} {span}",
                    expected=f"at most {most} {'an' if span == 'hour' else 'a'} {span}",
                    todo=f"try again in {max(1, round(times[0] + span_s - now_s))} s",
                )
            times.append(now_s)
