"""Recordings of a store: opened from their manifest, their files fetched when they are first asked for."""

import contextlib
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from sim.errors import FootageStoreAwayError, FootageStoreError
from sim.footage.recording.open import SITE_FILE, Recording, check_listing, load_site_copy
from sim.footage.recording.recording import MANIFEST_NAME, Manifest, load_manifest
from sim.footage.store.cache import FileCache, Wanted
from sim.footage.store.remote import RemoteFolder
from sim.site.model import Identifier

RECORDINGS = "recordings"
FORMS = "forms"
MANIFESTS = "manifests"
MANIFEST_BYTES = 4_000_000
FORMS_BYTES = 1_000_000
FETCHERS = 4
WAIT_S = 20.0
AWAY_S = 10.0
FORMS_EVERY_S = 60.0

_IDENTIFIER: TypeAdapter[str] = TypeAdapter(Identifier)
T = TypeVar("T")

_log = logging.getLogger("sightline")


class StoredRecordings:
    """The recordings and forms of one store, with the cache they are read from. Safe to share between threads.

    While the store is away every question is answered at once with what was wrong, and asked again in the background
    every ten seconds; what is in the cache can be used all the same.

    Args:
        remote: the store: `recordings/ID/...` as a recording's folder, `forms/*.yaml` beside it.
        cache: where files are kept.
        clock: seconds, rising.
        wait_s: how long somebody who asks for a file waits at most; fetching goes on behind that.
    """

    def __init__(
        self,
        remote: RemoteFolder,
        cache: FileCache,
        *,
        clock: Callable[[], float] = time.monotonic,
        wait_s: float = WAIT_S,
    ) -> None:
        self.forms_folder = cache.folder / FORMS
        self._remote = remote
        self._cache = cache
        self._clock = clock
        self._wait_s = wait_s
        self._lock = threading.RLock()
        self._pool = ThreadPoolExecutor(FETCHERS, thread_name_prefix="footage")
        self._fetching: dict[str, Future[Path]] = {}
        self._trouble: tuple[float, FootageStoreAwayError] | None = None
        self._is_probing = False
        self._forms_at: float | None = None
        self._forms_marks: dict[str, tuple[int, str]] = {}
        self._preparing: set[str] = set()
        self._is_closed = False

    def close(self) -> None:
        """Start nothing new; what is being fetched is dropped when the process ends."""
        self._is_closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)

    def get_trouble(self) -> FootageStoreAwayError | None:
        """Return why the store cannot be used at the moment, or None."""
        with self._lock:
            return self._trouble[1] if self._trouble else None

    def open(self, recording_id: str) -> Recording:
        """Open a recording by its manifest; the copy from last time serves while the store is away.

        Raises:
            FootageStoreError: the store has it not, or incomplete; it is away and was never asked for it before.
            NewerSchemaError: written by a newer version.
        """
        try:
            _IDENTIFIER.validate_python(recording_id)
        except ValidationError as error:
            raise FootageStoreError(f"{recording_id[:60]!r} is no recording's name") from error
        folder = self._cache.folder / MANIFESTS / recording_id
        try:
            text = self._ask(
                lambda: self._remote.read(f"{RECORDINGS}/{recording_id}/{MANIFEST_NAME}", most_bytes=MANIFEST_BYTES)
            )
        except FootageStoreAwayError:
            if not (folder / MANIFEST_NAME).is_file():
                raise
            _log.warning("the footage store is away: the kept manifest of %s is used", recording_id)
        else:
            _write_whole(folder / MANIFEST_NAME, text)
        manifest = load_manifest(folder)
        source = f"{recording_id}/{MANIFEST_NAME} of {self._remote.shown}"
        if manifest.recording_id != recording_id:
            raise FootageStoreError(f"{source} describes {manifest.recording_id!r}", expected=f"{recording_id!r}")
        check_listing(manifest, source=source)
        shelf = StoreShelf(store=self, manifest=manifest)
        site = load_site_copy(shelf.find(SITE_FILE), manifest)
        return Recording(folder=folder, manifest=manifest, site=site, shelf=shelf)

    def is_at_hand(self, manifest: Manifest, name: str) -> bool:
        """Tell quickly whether a file needs no fetching."""
        return name in manifest.files and self._cache.has(_name_wanted(manifest, name))

    def find(self, manifest: Manifest, name: str) -> Path:
        """Return a file's path on this disk, fetched first where need be; anyone who asks meanwhile waits for the same.

        Raises:
            FootageStoreError: it cannot be had, or not in time.
        """
        if name not in manifest.files:
            raise FootageStoreError(f"the recording {manifest.recording_id} has no file {name!r}")
        wanted = _name_wanted(manifest, name)
        found = self._cache.find(wanted)
        if found is not None:
            return found
        future = self._start(manifest, name, wanted)
        try:
            return future.result(timeout=self._wait_s)
        except FutureTimeoutError as error:
            raise FootageStoreAwayError(
                f"{self._remote.shown} is slow: {name} is still being fetched",
                expected=f"it within {self._wait_s:g} s",
                todo="wait a moment and try again",
            ) from error

    def prepare(self, recording: Recording) -> None:
        """Begin to fetch a recording in the background, wall first, as far as the cache holds it; once a process."""
        with self._lock:
            if recording.manifest.recording_id in self._preparing or self._is_closed:
                return
            self._preparing.add(recording.manifest.recording_id)
        threading.Thread(target=self._prepare, args=(recording.manifest,), daemon=True).start()

    def refresh_forms(self) -> None:
        """Bring `forms_folder` up to the store's forms: at first now, later in the background once a minute."""
        now = self._clock()
        with self._lock:
            is_first, last = self._forms_at is None, self._forms_at or 0.0
            if self._is_closed or (not is_first and now - last < FORMS_EVERY_S):
                return
            self._forms_at = now
        if is_first:
            self._copy_forms()
        else:
            self._pool.submit(self._copy_forms)

    def _start(self, manifest: Manifest, name: str, wanted: Wanted) -> Future[Path]:
        self._raise_trouble()
        with self._lock:
            future = self._fetching.get(wanted.name)
            if future is None:
                if self._is_closed:
                    raise FootageStoreAwayError("the server is stopping")
                future = self._pool.submit(self._fetch, manifest, name, wanted)
                self._fetching[wanted.name] = future
                future.add_done_callback(lambda _: self._forget(wanted.name))
            return future

    def _forget(self, key: str) -> None:
        with self._lock:
            self._fetching.pop(key, None)

    def _fetch(self, manifest: Manifest, name: str, wanted: Wanted) -> Path:
        found = self._cache.find(wanted)  # whoever asked as the last fetch of it ended finds it here
        if found is not None:
            return found
        remote_name = f"{RECORDINGS}/{manifest.recording_id}/{name}"
        return self._note(
            lambda: self._cache.put(wanted, lambda draft: self._remote.fetch(remote_name, draft, size=wanted.size))
        )

    def _ask(self, question: Callable[[], bytes]) -> bytes:
        self._raise_trouble()
        return self._note(question)

    def _note(self, work: Callable[[], T]) -> T:
        """Do it, remembering whether the store was there."""
        try:
            done = work()
        except FootageStoreAwayError as error:
            with self._lock:
                if self._trouble is None:
                    _log.error("footage store: %s", error)
                self._trouble = (self._clock(), error)
            raise
        with self._lock:
            if self._trouble is not None:
                _log.warning("the footage store is there again")
            self._trouble = None
        return done

    def _raise_trouble(self) -> None:
        with self._lock:
            if self._trouble is None:
                return
            since, error = self._trouble
            is_due = self._clock() - since >= AWAY_S and not self._is_probing and not self._is_closed
            self._is_probing = self._is_probing or is_due
        if is_due:
            threading.Thread(target=self._probe, daemon=True).start()
        raise type(error)(error.what, expected=error.expected, todo=error.todo)

    def _probe(self) -> None:
        try:
            with contextlib.suppress(FootageStoreError):
                self._note(lambda: self._remote.list_names(RECORDINGS))
        finally:
            with self._lock:
                self._is_probing = False

    def _prepare(self, manifest: Manifest) -> None:
        walls, rest = [wall.file for wall in manifest.walls], list(manifest.files)
        names = list(dict.fromkeys([*walls, *(c.thumbs for c in manifest.cameras), *rest]))
        if sum(manifest.sizes.values()) > self._cache.limit_bytes:
            names = walls
        for name in names:
            try:
                wanted = _name_wanted(manifest, name)
                if not self._is_closed and self._cache.find(wanted) is None:
                    self._start(manifest, name, wanted).result()
            except Exception as error:
                _log.warning("%s was not fetched beforehand: %s", name, error)
                with self._lock:
                    self._preparing.discard(manifest.recording_id)
                return

    def _copy_forms(self) -> None:
        try:
            self._note(self._copy_changed_forms)
        except (FootageStoreError, OSError, RuntimeError) as error:
            _log.warning("the footage store's forms were not read: %s", error)

    def _copy_changed_forms(self) -> None:
        marks = {n: m for n, m in self._remote.list_names(FORMS).items() if n.endswith(".yaml") and "/" not in n}
        for name, mark in marks.items():
            if self._forms_marks.get(name) != mark or not (self.forms_folder / name).is_file():
                _write_whole(self.forms_folder / name, self._remote.read(f"{FORMS}/{name}", most_bytes=FORMS_BYTES))
        for path in self.forms_folder.glob("*.yaml"):
            if path.name not in marks:
                path.unlink(missing_ok=True)
        self._forms_marks = marks


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreShelf:
    """The files of one recording of the store."""

    store: StoredRecordings
    manifest: Manifest

    def find(self, name: str) -> Path:
        """Return a file's path on this disk. Raises as `StoredRecordings.find`."""
        return self.store.find(self.manifest, name)


def _name_wanted(manifest: Manifest, name: str) -> Wanted:
    """Return how the cache calls a file: "tiny/main-CAM-01.0123456789abcdef.mp4"."""
    stem, _, suffix = name.replace("/", "-").rpartition(".")
    sha256 = manifest.files[name]
    return Wanted(
        name=f"{manifest.recording_id}/{stem}.{sha256[:16]}.{suffix}", size=manifest.sizes[name], sha256=sha256
    )


def _write_whole(path: Path, content: bytes) -> None:
    """Write a small file so that it is there whole or not at all."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
        try:
            draft.write_bytes(content)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise FootageStoreError(
            f"the footage cache cannot write {path}: {error.strerror or error}",
            expected="a folder that this user may write to, with room in it",
            todo="correct its rights or free some space",
        ) from error
