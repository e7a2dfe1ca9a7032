"""What an administrator watches, as numbers alone: no name, no id, nothing of anybody's result."""

import shutil
from contextlib import suppress

from sim.errors import SimError
from sim.services.app.wiring import App
from sim.services.operations.health import OK, HealthCheck

FIGURES = {
    "ready": "1 when drills can be done, else 0",
    "database_up": "1 when the database answers, else 0",
    "footage_up": "1 when a recording with drills opens, else 0",
    "disk_free_bytes": "free on the disk of the data folder",
    "drills_running": "drills whose clock runs, on all processes",
}
"""Each figure that `list_figures` may give, and what it is."""


def list_figures(app: App, check: HealthCheck) -> dict[str, float]:
    """Return today's figures by name; what cannot be had now is left out."""
    health = check.look(app)
    found: dict[str, float] = {
        "ready": health.is_ready,
        "database_up": health.database == OK,
        "footage_up": health.footage == OK,
    }
    with suppress(OSError):
        found["disk_free_bytes"] = shutil.disk_usage(app.settings.data).free
    with suppress(SimError), app.store.read() as work:
        found["drills_running"] = work.attempts.count_running()
    return found
