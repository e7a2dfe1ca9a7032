"""A folder in a store behind an fsspec URL, with its failures put into words. The only file that knows fsspec."""

import contextlib
import errno
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sim.errors import FootageStoreAwayError, FootageStoreError, MachineError

CONNECT_S = 5
SILENCE_S = 15
TRIES = 2
PATIENCE_S = 60.0
SLOWEST_BYTES_S = 50_000
"""A file may take a minute, and a second more for every so many bytes; then the store counts as too slow."""

_FULL = (errno.ENOSPC, errno.EDQUOT)
TRY_AGAIN = "try again in a moment; if this continues, ask the person who looks after the footage store"


class RemoteFolder:
    """What lies under one URL, such as `s3://bucket/prefix`. Safe to share between threads.

    Args:
        url: as fsspec reads it; a password inside it is never shown.
        options: what fsspec's file system takes beside the URL, for example `endpoint_url`, `key` and `secret`.
        shown: what messages call it.
        clock: seconds, rising.

    Raises:
        MachineError: a Python package for this kind of URL is missing.
        FootageStoreAwayError: the URL or an option cannot be used.
    """

    def __init__(
        self,
        url: str,
        *,
        options: Mapping[str, Any],
        shown: str = "the footage store",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.shown = shown
        self._clock = clock
        self._fs, self._root = _open(url, options, shown)

    def read(self, name: str, *, most_bytes: int) -> bytes:
        """Return a small object whole. Raises FootageStoreError: it is missing or too large; FootageStoreAwayError."""
        with self._told(name):
            found = bytes(self._fs.cat_file(self._at(name), start=0, end=most_bytes + 1))
        if len(found) > most_bytes:
            raise FootageStoreError(f"{name} in {self.shown} is too large", expected=f"at most {most_bytes} bytes")
        return found

    def read_part(self, name: str, *, start: int, length: int) -> bytes:
        """Return at most `length` bytes of an object from `start` on. Raises as `read`."""
        with self._told(name):
            return bytes(self._fs.cat_file(self._at(name), start=start, end=start + length))

    def fetch(self, name: str, target: Path, *, size: int) -> None:
        """Copy an object to a file; `size` is what it should have. Raises FootageStoreError, OSError of this disk."""
        began, most_s = self._clock(), PATIENCE_S + size / SLOWEST_BYTES_S

        def check() -> None:
            if self._clock() - began > most_s:
                raise TimeoutError(f"{name} took more than {most_s:.0f} s")

        with self._told(name, disk=target):
            self._fs.get_file(self._at(name), str(target), callback=_make_callback(check))

    def send(self, source: Path, name: str) -> None:
        """Copy a file to an object, in place of what is there. Raises FootageStoreError."""
        with self._told(name):
            parent, _, _ = self._at(name).rpartition("/")
            with contextlib.suppress(FileExistsError):
                self._fs.makedirs(parent, exist_ok=True)
            self._fs.put_file(str(source), self._at(name))

    def list_names(self, folder: str) -> dict[str, tuple[int, str]]:
        """Return what lies in a folder: by name its size and a mark that changes with it; nothing when it is not there.

        Raises:
            FootageStoreAwayError: the store cannot be asked.
        """
        with self._told(folder):
            try:
                found = self._fs.ls(self._at(folder), detail=True)
            except FileNotFoundError as error:
                if _is_no_bucket(error):
                    raise
                return {}
        names = {}
        for row in found:
            name = str(row["name"]).rstrip("/").rpartition("/")[2]
            mark = row.get("ETag") or row.get("LastModified") or row.get("mtime") or ""
            names[name] = (int(row.get("size") or 0), f"{mark}")
        return names

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"

    @contextlib.contextmanager
    def _told(self, name: str, *, disk: Path | None = None) -> Iterator[None]:
        """Turn whatever the store's client raises into words; errors of this disk pass when a file is written there."""
        try:
            yield
        except FootageStoreError:
            raise
        except FileNotFoundError as error:
            if disk is not None and error.filename == str(disk):
                raise
            if _is_no_bucket(error):
                raise FootageStoreAwayError(
                    f"the bucket of {self.shown} does not exist",
                    expected="a bucket that was made for it",
                    todo="correct the URL in SIGHTLINE_FOOTAGE, or make the bucket",
                ) from error
            raise FootageStoreError(
                f"{name} is not in {self.shown}",
                expected="every file of the recording",
                todo="push the recording again",
            ) from error
        except PermissionError as error:
            if disk is not None and error.filename is not None:
                raise
            raise FootageStoreAwayError(
                f"{self.shown} refuses the key",
                expected="a key that may read it",
                todo="ask the person who looks after the footage store to check the key and its rights",
            ) from error
        except Exception as error:
            if isinstance(error, OSError) and disk is not None and error.filename == str(disk):
                raise
            if disk is not None and getattr(error, "errno", None) in _FULL:
                raise
            kind = type(error).__name__
            if isinstance(error, TimeoutError) or "Timeout" in kind:
                raise FootageStoreAwayError(
                    f"{self.shown} is too slow ({kind})", expected="an answer in time", todo=TRY_AGAIN
                ) from error
            if "Credentials" in kind:
                raise FootageStoreAwayError(
                    f"there is no key for {self.shown} ({kind})",
                    expected="the store's key in the environment, for example AWS_ACCESS_KEY_ID",
                    todo="set the store's key and start Sightline again",
                ) from error
            raise FootageStoreAwayError(
                f"{self.shown} does not answer as it should ({kind})", expected="an answer", todo=TRY_AGAIN
            ) from error


def hide_password(url: str) -> str:
    """Return a URL as it may be shown: `s3://key:secret@bucket/x?y=1` gives `s3://bucket/x`."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _is_no_bucket(error: BaseException | None) -> bool:
    while error is not None:
        response = getattr(error, "response", None)
        if isinstance(response, dict) and response.get("Error", {}).get("Code") == "NoSuchBucket":
            return True
        error = error.__cause__ or error.__context__
    return False


def _open(url: str, options: Mapping[str, Any], shown: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415

        fs, root = url_to_fs(url, use_listings_cache=False, **_add_limits(url, options))
    except ImportError as error:
        raise MachineError(
            f"{shown} needs a Python package that is not installed ({error.name or error})",
            expected="the packages of requirements-store.txt",
            todo="run `pip install -r requirements-store.txt`, for other kinds of store the package that fsspec names",
        ) from error
    except Exception as error:
        raise FootageStoreAwayError(
            f"{hide_password(url)} cannot be used as a footage store ({type(error).__name__})",
            expected="a folder, or a URL such as s3://bucket/prefix, with the options that fsspec takes for it",
            todo="correct SIGHTLINE_FOOTAGE and SIGHTLINE_FOOTAGE_OPTIONS",
        ) from error
    if hasattr(fs, "retries"):
        fs.retries = TRIES
    return fs, str(root).rstrip("/")


def _add_limits(url: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options with limits on waiting where the kind of store is known to take them."""
    if urlsplit(url).scheme not in ("s3", "s3a"):
        return dict(options)
    config = {"connect_timeout": CONNECT_S, "read_timeout": SILENCE_S, "retries": {"max_attempts": 1}}
    return {**options, "config_kwargs": {**config, **options.get("config_kwargs", {})}}


def _make_callback(check: Callable[[], None]) -> Any:
    from fsspec.callbacks import Callback  # noqa: PLC0415

    class _Watch(Callback):  # type: ignore[misc,unused-ignore]
        def relative_update(self, inc: int = 1) -> None:
            check()
            super().relative_update(inc)

    return _Watch()
