"""Files of a store kept on this disk: checked by sha256 before they are believed, the least recently used out first.

Several processes may share a folder. A file appears under its name by one rename, after it was checked, so that
anyone who is killed in between leaves only a draft that nobody reads and that is swept away later. The time of last use
is the file's access time, set by hand; the time of change tells whether a checked file is still the same.
"""

import contextlib
import errno
import logging
import os
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sim.errors import FootageStoreError
from sim.footage.build.camera_jobs.workfolder import format_bytes
from sim.footage.recording.open import compute_sha256

FILES = "files"
DRAFTS = "unfinished"
IN_USE_S = 60.0
TOUCH_S = 15.0
CHECK_AGAIN_S = 600.0
DRAFT_LIFE_S = 7200.0
"""Longer than any file takes, also when the clock is put forward an hour meanwhile."""

_log = logging.getLogger("sightline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One file: its path in the cache, and what its bytes must be."""

    name: str
    size: int
    sha256: str


class FileCache:
    """A folder of checked files with a limit. Safe between threads and between processes.

    A file used within the last minute stays even when the limit is passed by that; the next file that is fetched
    brings the folder below it again.

    Args:
        folder: made when it is first needed.
        limit_bytes: what it may hold.
        clock: seconds since 1970, as files are stamped.
    """

    def __init__(self, folder: Path, *, limit_bytes: int, clock: Callable[[], float]) -> None:
        self.folder = folder
        self.limit_bytes = limit_bytes
        self._clock = clock
        self._lock = threading.Lock()
        self._checked: dict[str, tuple[tuple[int, int, int], float]] = {}

    def has(self, wanted: Wanted) -> bool:
        """Tell quickly whether a file of this size is here; `find` checks it."""
        try:
            return self._place(wanted).stat().st_size == wanted.size
        except OSError:
            return False

    def find(self, wanted: Wanted) -> Path | None:
        """Return the file, or None when it is not here. One whose bytes are not as they must be is thrown away.

        The bytes are read again when the file was changed since they were last checked, and every ten minutes.
        """
        path = self._place(wanted)
        try:
            found = path.stat()
            stamp, now = (found.st_ino, found.st_size, found.st_mtime_ns), self._clock()
            with self._lock:
                known, since = self._checked.get(wanted.name, (None, 0.0))
            if known != stamp or not 0 <= now - since <= CHECK_AGAIN_S:
                if found.st_size != wanted.size or compute_sha256(path) != wanted.sha256:
                    _log.warning("%s in the footage cache was damaged and is fetched anew", wanted.name)
                    path.unlink(missing_ok=True)
                    return None
                with self._lock:
                    self._checked[wanted.name] = (stamp, now)
            if abs(now - found.st_atime) > TOUCH_S:
                self._touch(path)
        except FileNotFoundError:
            return None
        return path

    def put(self, wanted: Wanted, fetch: Callable[[Path], None]) -> Path:
        """Let `fetch` write the file, check it, and return it in its place.

        Raises:
            FootageStoreError: it is larger than the limit, the disk is full or may not be written, what came is cut
                short or not what it must be; whatever `fetch` raises. Nothing of it stays.
        """
        if wanted.size > self.limit_bytes:
            raise FootageStoreError(
                f"{wanted.name} has {format_bytes(wanted.size)}, more than the footage cache may hold",
                expected=f"at most {format_bytes(self.limit_bytes)}",
                todo="set SIGHTLINE_FOOTAGE_CACHE_GB higher",
            )
        place = self._place(wanted)
        draft = self.folder / DRAFTS / f"{os.getpid()}-{secrets.token_hex(6)}{place.suffix}"
        try:
            draft.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.make_room(wanted.size)
            fetch(draft)
            _check(draft, wanted)
            draft.replace(place)
            self._touch(place)
        except OSError as error:
            raise _tell_disk(error, self.folder) from error
        finally:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
        return place

    def make_room(self, needed_bytes: int) -> None:
        """Remove files, the least recently used first, until `needed_bytes` more fit; and drafts nobody writes on."""
        now = self._clock()
        self._sweep_drafts(now)
        kept = []
        for path in (*self.folder.glob(f"{FILES}/*/*"), *self.folder.glob(f"{DRAFTS}/*")):
            with contextlib.suppress(OSError):
                found = path.stat()
                kept.append((found.st_atime, found.st_size, path))
        held = sum(size for _, size, _ in kept)
        for used, size, path in sorted(kept, key=lambda row: row[0]):
            if held + needed_bytes <= self.limit_bytes or now - used < IN_USE_S:
                break
            if path.parent.name != DRAFTS:
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)
                    held -= size

    def _sweep_drafts(self, now: float) -> None:
        for path in self.folder.glob(f"{DRAFTS}/*"):
            with contextlib.suppress(OSError):
                if now - path.stat().st_mtime > DRAFT_LIFE_S:
                    path.unlink(missing_ok=True)

    def _place(self, wanted: Wanted) -> Path:
        return self.folder / FILES / wanted.name

    def _touch(self, path: Path) -> None:
        with contextlib.suppress(OSError):
            os.utime(path, ns=(int(self._clock() * 1e9), path.stat().st_mtime_ns))


def _check(draft: Path, wanted: Wanted) -> None:
    size = draft.stat().st_size
    if size != wanted.size:
        kind = "cut short" if size < wanted.size else "too long"
        raise FootageStoreError(
            f"{wanted.name} from the footage store is {kind}: {size} bytes",
            expected=f"{wanted.size} bytes",
            todo="push the recording again",
        )
    if compute_sha256(draft) != wanted.sha256:
        raise FootageStoreError(
            f"{wanted.name} from the footage store is not what the recording's manifest says",
            expected="the bytes of that sha256",
            todo="push the recording again; if another one was pushed under this name, start Sightline again",
        )
    with draft.open("rb+") as written:
        os.fsync(written.fileno())


def _tell_disk(error: OSError, folder: Path) -> FootageStoreError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FootageStoreError(
            f"the disk of the footage cache {folder} is full",
            expected="room for the footage of a drill",
            todo="free some space, or let the cache have less with SIGHTLINE_FOOTAGE_CACHE_GB",
        )
    return FootageStoreError(
        f"the footage cache {folder} cannot be written: {error.strerror or error}",
        expected="a folder that this user may write to",
        todo="correct its rights, or set SIGHTLINE_FOOTAGE_CACHE to another folder",
    )
