"""Whether the server is alive, and whether it can do its work: what a proxy asks every few seconds."""

import logging
import shutil
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sim.app.settings import read_settings
from sim.app.wiring import App
from sim.attempt.attempt import AttemptState
from sim.db.attempts import AttemptRow
from sim.errors import SimError

KEPT_S = 2.0
FULL_BYTES = 100_000_000
LOW_BYTES = 1_000_000_000
OK, FAILED, FULL, LOW = "ok", "failed", "full", "low"
FOOTAGE_PROBE_PATH, FOOTAGE_PROBE_NAME = "/api/probe/footage", ".sent-by-proxy"
"""Where the proxy is asked whether it sends footage, and the file of the data folder that is sent then."""

_log = logging.getLogger("sightline.health")


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The state of each thing that a drill needs: `ok`, `failed`; of the disk also `low`, `full`."""

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
            work.teams.list_all()
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


FIGURES = {
    "ready": "1 when drills can be done, else 0",
    "database_up": "1 when the database answers, else 0",
    "footage_up": "1 when a recording with drills opens, else 0",
    "disk_free_bytes": "free on the disk of the data folder",
    "drills_running": "drills whose clock runs, on all processes",
}
"""Each figure that `list_figures` may give, and what it is."""


def list_figures(app: App, check: HealthCheck) -> dict[str, float]:
    health = check.look(app)
    found: dict[str, float] = {
        "ready": health.is_ready,
        "database_up": health.database == OK,
        "footage_up": health.footage == OK,
    }
    with suppress(OSError):
        found["disk_free_bytes"] = shutil.disk_usage(app.settings.data).free
    with suppress(SimError), app.store.read() as work:
        found["drills_running"] = work.count_rows(AttemptRow, AttemptRow.state == AttemptState.RUNNING)
    return found


USUAL_PORT = 8501
FILE = "served-port"


def note_served_port(data: Path, port: int) -> None:
    """Note the port. A folder that cannot be written to is told elsewhere, and not here."""
    with suppress(OSError):
        (data / FILE).write_text(f"{port}\n", encoding="ascii")


def find_served_port(environ: Mapping[str, str]) -> int:
    """Return the port that was served last, `USUAL_PORT` where that is not known."""
    with suppress(OSError, ValueError, SimError):
        return int((read_settings(environ).data / FILE).read_text(encoding="ascii"))
    return USUAL_PORT
