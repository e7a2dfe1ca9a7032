"""Whose a drawing of a school or a staged walk is, and with it all that is made of it: recordings, drills, builds.

It belongs to the schools of who begins it, or to all where they are for all. What is made of it has an id that begins
with its own.
"""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from sim.app.wiring import App
from sim.db.rows import make_refusal
from sim.errors import StoreError

OWN_SITES: Final = "sites"
"""The folder of the data folder with the schools of one's own."""
WALKS: Final = "walks"
SCHOOLS_FILE: Final = "schools.json"


def begin_folder(app: App, folder: Path) -> None:
    """Make a folder and note whose it is; there is no note where it is everybody's. Raises OSError."""
    folder.mkdir(parents=True, mode=0o700)
    if app.store.limits.schools is not None:
        (folder / SCHOOLS_FILE).write_text(json.dumps(sorted(app.store.limits.schools)), encoding="utf-8")


def is_own(app: App, name: str) -> bool:
    """Return whether somebody may see a drawing, a walk, or what was made of it, by its id."""
    schools = app.store.limits.schools
    if schools is None:
        return True
    stem = "-".join(name.split("-")[:2])
    notes = (app.settings.data / place / stem / SCHOOLS_FILE for place in (OWN_SITES, WALKS))
    return all(schools.intersection(_read(note)) for note in notes if note.exists())


def require_own(app: App, name: str) -> None:
    if not is_own(app, name):
        raise make_refusal()


def _read(note: Path) -> list[str]:
    try:
        found: list[str] = json.loads(note.read_bytes())
    except (OSError, ValueError) as error:
        raise StoreError(f"{note} is damaged", todo="restore the folder from a backup") from error
    return found


# A file of steps, one line of JSON each, only grows: a crash loses at most the step it met.
def append_line(path: Path, step: dict[str, Any]) -> None:
    """Write one step at the end, whole and on the disk, or not at all. Raises OSError: the disk is full."""
    _mend_end(path)
    with path.open("ab") as file:
        end = file.tell()
        try:
            file.write(json.dumps(step, separators=(",", ":")).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):
                file.truncate(end)
            raise


def _mend_end(path: Path) -> None:
    if not path.exists() or path.stat().st_size == 0:
        return
    with path.open("rb+") as file:
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            file.seek(0)
            file.truncate(file.read().rfind(b"\n") + 1)
