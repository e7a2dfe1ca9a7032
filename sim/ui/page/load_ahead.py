"""What the next page needs, made while this one is read: nobody waits for it, and who never goes there pays little."""

import threading
from collections.abc import Callable

from streamlit.runtime.scriptrunner import add_script_run_ctx

from sim.errors import SimError

_busy = threading.Lock()


def load_ahead(work: Callable[[], object]) -> None:
    """Do some work beside the page, unless some is being done.

    What fails there fails again where it is needed, and is told there.
    """
    if not _busy.acquire(blocking=False):
        return
    thread = threading.Thread(target=_do, args=(work,), name="load-ahead", daemon=True)
    add_script_run_ctx(thread)
    thread.start()


def _do(work: Callable[[], object]) -> None:
    try:
        work()
    except SimError:
        pass
    finally:
        _busy.release()
