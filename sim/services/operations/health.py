"""Whether the server is alive, and whether it can do its work: what a proxy asks every few seconds."""

import logging
import shutil
import threading
from dataclasses import dataclass

from sim.errors import SimError
from sim.services.app.wiring import App

KEPT_S = 2.0
FULL_BYTES = 100_000_000
LOW_BYTES = 1_000_000_000
OK, FAILED, FULL, LOW = "ok", "failed", "full", "low"

_log = logging.getLogger("sightline.health")


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The state of each thing that a drill needs: `ok`, `failed`; of the disk also `low`, `full`.

    It says nothing that a stranger may not know: no version, no path, no number.
    """

    database: str
    disk: str
    footage: str

    @property
    def is_ready(self) -> bool:
        """Whether drills can be done; a disk that runs low still takes them."""
        return self.database == OK and self.disk in (OK, LOW) and self.footage == OK


class HealthCheck:
    """Looks at most once in two seconds, however often and by however many it is asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[float, Health] | None = None

    def look(self, app: App) -> Health:
        """Return the state of a moment ago."""
        with self._lock:
            now_s = app.clock.read().steady_s
            if self._kept is None or not 0 <= now_s - self._kept[0] < KEPT_S:
                health = Health(database=_look_at_database(app), disk=_look_at_disk(app), footage=_look_at_footage(app))
                if not health.is_ready and (self._kept is None or self._kept[1] != health):
                    _log.error("not ready", extra={"facts": {"database": health.database, "disk": health.disk}})
                self._kept = (now_s, health)
            return self._kept[1]


def _look_at_database(app: App) -> str:
    try:
        with app.store.read() as work:
            work.teams.list_teams()
    except SimError:
        return FAILED
    return OK


def _look_at_disk(app: App) -> str:
    try:
        free = shutil.disk_usage(app.settings.data).free
    except OSError:
        return FAILED
    return FULL if free < FULL_BYTES else LOW if free < LOW_BYTES else OK


def _look_at_footage(app: App) -> str:
    """Look whether there is a drill whose recording opens; what was read once is not read again."""
    try:
        return OK if app.catalog.list_forms() else FAILED
    except (SimError, OSError):
        return FAILED
