"""Memory: what stays is set aside, what was only needed on the way is given back, what was asked for last is kept."""

import ctypes
import gc
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


def settle_memory() -> None:
    """Take what is loaded now out of the collection of garbage, which cost a fifth of comparing a district."""
    gc.collect()
    gc.freeze()
    give_back_memory()


def share_memory() -> None:
    """Let threads share two heaps: glibc else makes one each, and what is free in one serves no other."""
    limit = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if limit is not None:
        # the number of this option of glibc's mallopt, as malloc.h has it
        limit(-8, 2)


def give_back_memory() -> None:
    """Give free memory back to the system, which glibc else keeps in each thread."""
    # other C libraries have no such call, and need none
    give_back = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if give_back is not None:
        give_back(0)


class LruCache(Generic[T]):
    """Keeps what was made last; what was not asked for longest goes first. Safe to share between threads."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is kept under `key`, or make it; two threads may make the same at once."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made
