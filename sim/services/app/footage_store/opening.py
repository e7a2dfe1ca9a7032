"""Opening the footage store for the app, and for the command line."""

import time
from collections.abc import Mapping

from sim.errors import MachineError
from sim.footage.store.cache import FileCache
from sim.footage.store.remote import RemoteFolder, hide_password
from sim.footage.store.stored import StoredRecordings
from sim.services.app.footage_store.settings import URL_VARIABLE, FootageSettings, read_options


def open_stored(settings: FootageSettings | None) -> StoredRecordings | None:
    """Return the store's recordings, or None without a store. Nothing is asked of the store yet.

    Raises:
        MachineError, FootageStoreError: a package is missing, or the URL cannot be used.
    """
    if settings is None:
        return None
    remote = RemoteFolder(settings.url, options=settings.options)
    return StoredRecordings(remote, FileCache(settings.cache, limit_bytes=settings.cache_bytes, clock=time.time))


def open_named(url: str | None, environ: Mapping[str, str]) -> RemoteFolder:
    """Return the store of a URL or plain folder, of SIGHTLINE_FOOTAGE where none is given.

    Raises:
        MachineError, FootageStoreError: there is none, a package is missing, or the URL cannot be used.
    """
    chosen = url or environ.get(URL_VARIABLE, "").strip()
    if not chosen:
        raise MachineError(
            "no footage store is named", expected="its URL, such as s3://bucket/prefix", todo=f"set {URL_VARIABLE}"
        )
    shown = hide_password(chosen) if "://" in chosen else chosen
    return RemoteFolder(chosen, options=read_options(environ), shown=shown)
