"""What the next page needs, loaded while this one is read: nobody waits for it, who never goes there pays nothing."""

import importlib
import sys
import threading


def load_ahead(*modules: str) -> None:
    """Load modules beside the page, where they are not loaded yet."""
    missing = [name for name in modules if name not in sys.modules]
    if missing:
        threading.Thread(target=_load, args=(missing,), name="load-ahead", daemon=True).start()


def _load(modules: list[str]) -> None:
    for name in modules:
        importlib.import_module(name)
