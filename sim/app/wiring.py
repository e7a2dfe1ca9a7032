"""Where the parts are put together: settings from the environment, and one `App` that everything is called with."""

import hashlib
import os
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from sim.app.catalog import Catalog
from sim.app.settings import DATA_VARIABLE, Settings, read_settings
from sim.app.signed import Access, check_secret, load_secret
from sim.attempt.attempt import Clock, Instant
from sim.db.columns import Row
from sim.db.store import Store, open_store
from sim.db.teams import NO_LIMITS
from sim.errors import RateLimitError, StoreError

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


BOOT = Path("/proc/sys/kernel/random/boot_id")
TIME_SPACE = Path("/proc/self/ns/time")


def name_run() -> str:
    """Return a name for the run of the monotonic clock: of the machine's start on Linux, else of this process alone."""
    try:
        known = f"{BOOT.read_text(encoding='ascii').strip()} {TIME_SPACE.readlink()}"
    except OSError:
        return secrets.token_hex(8)
    return hashlib.sha256(known.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemClock:
    epoch: str = field(default_factory=name_run)

    def read(self) -> Instant:
        return Instant(wall=datetime.now(UTC), steady_s=time.monotonic(), epoch=self.epoch)


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Everything a use case needs, one a process, safe to share between threads; for `giving` see `alone`."""

    settings: Settings
    clock: Clock
    store: Store
    access: Access
    catalog: Catalog
    rate_limit: RateLimit = field(default_factory=RateLimit)
    giving: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def exclusive(self, name: str) -> Iterator[None]:
        """Do something over several transactions that nobody else does meanwhile, in no process. Raises StoreError."""
        with self.giving, self.store.hold(name):
            yield

    def unrestricted(self, kind: type[Row] | None = None, *key: str) -> "App":
        """Return the same without limits, for nobody in particular. Raises AccessError: a row of another school."""
        if self.store.limits == NO_LIMITS:
            return self
        if kind is not None:
            with self.store.read() as work:
                work.by_key(kind, *key)
        return replace(self, store=replace(self.store, limits=NO_LIMITS), catalog=self.catalog.only(lambda _: True))

    def close(self) -> None:
        self.store.close()


GetApp = Callable[[], App]


def system_clock() -> Clock:
    return SystemClock()


@contextmanager
def open_here() -> Iterator[App]:
    app = open_app(read_settings(os.environ), system_clock())
    try:
        yield app
    finally:
        app.close()


def open_app(settings: Settings, clock: Clock) -> App:
    """Open the data folder and the database, making both on first use. Recordings are looked at when asked for."""
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"the data folder {settings.data} cannot be made: {error.strerror}",
            expected="a folder that this user may write to",
            todo=f"set {DATA_VARIABLE} to such a folder",
        ) from error
    return App(
        settings=settings,
        clock=clock,
        store=open_store(settings.database_url),
        access=Access(secret=check_secret(settings.secret) if settings.secret else load_secret(settings.data)),
        catalog=Catalog(
            recording_folders=settings.recordings, form_folders=settings.forms, lesson_folders=settings.lessons
        ),
    )
