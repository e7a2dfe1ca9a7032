"""Taking turns: the writers of one process, one at a time in the order they came."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from sim.errors import StoreError


class WriterQueue:
    """A lock that is handed on to the one that waited longest. Safe to share between threads; not taken twice by one.

    SQLite lets those who wait for its lock look again every tenth of a second: among fifty who write at once some come
    too late each time, and each of them holds a connection meanwhile. Here they are woken at once, and hold nothing.

    Args:
        within_s: how long to wait, seconds.
    """

    def __init__(self, *, within_s: float) -> None:
        self._within_s = within_s
        self._lock = threading.Lock()
        self._is_taken = False
        self._waiting: deque[threading.Lock] = deque()

    @contextmanager
    def take(self) -> Iterator[None]:
        """Hold the turn. Raises StoreError: it did not come in time."""
        self._wait()
        try:
            yield
        finally:
            self._hand_on()

    def _wait(self) -> None:
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        try:
            has_come = mine.acquire(timeout=self._within_s)
        except BaseException:
            if not self._leave(mine):
                self._hand_on()
            raise
        if not has_come and self._leave(mine):
            raise StoreError(
                "the database is busy: others have been writing to it all the time",
                expected=f"a turn within {self._within_s:g} s",
                todo="try again; nothing was changed",
            )

    def _leave(self, mine: threading.Lock) -> bool:
        """Wait no longer; return False where the turn has just come."""
        with self._lock:
            if mine not in self._waiting:
                return False
            self._waiting.remove(mine)
            return True

    def _hand_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False
