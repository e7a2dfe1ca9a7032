"""Memory after something large was loaded: what stays is set aside, what was only needed on the way is given back."""

import ctypes
import gc
import sys


def settle_memory() -> None:
    """Take what is loaded now out of the collection of garbage, once a start, and give back what is free.

    Looking for garbage among everything that is loaded took a fifth of reading and comparing a district.
    """
    gc.collect()
    gc.freeze()
    give_back_memory()


def give_back_memory() -> None:
    """Give free memory back to the system.

    Reading a table takes several times what is kept of it, and glibc keeps what was freed of that in each thread.
    """
    # other C libraries have no such call, and need none
    give_back = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if give_back is not None:
        give_back(0)
