"""Which port the app was served on last: noted in the data folder, so that commands look at that one."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from sim.errors import SimError
from sim.services.app.wiring import read_settings

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
