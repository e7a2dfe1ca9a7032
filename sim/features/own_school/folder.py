"""Where a school of one's own lies: one folder among the own sites, named by chance, so that no record names it.

`drawing.jsonl` is the log of every step, `drawing/` has the pictures that were sent. `site.yaml` and `plates/` are
there once it was made ready; then it can be chosen for drills as any other site.
"""

import json
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sim.app.own_folders import OWN_SITES, append_line, begin_folder, is_own, require_own
from sim.app.wiring import App
from sim.errors import NewerSchemaError, SiteError, StoreError
from sim.site.drawing import HEAD, Change, History, make_empty_drawing
from sim.site.model import SITE_FILE

LOG_NAME: Final = "drawing.jsonl"
PICTURES: Final = "drawing"
LOG_SCHEMA: Final = 1
MOST_LINES: Final = 20_000
_DIGITS = "23456789abcdefghjkmnpqrstuvwxyz"
_LETTERS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSchool:
    school_id: str
    name: str
    is_ready: bool


@dataclass(slots=True, kw_only=True)
class Log:
    history: History  # the drawing with its steps
    revision: int  # how many lines were written
    steps: list[str]  # the ids of the last steps, to know one that is sent twice


def get_folder(app: App, school_id: str) -> Path:
    folder = app.settings.data / OWN_SITES / school_id
    if not school_id.isascii() or not school_id.replace("-", "").isalnum() or not (folder / LOG_NAME).is_file():
        raise StoreError("this school is not here any more", todo="go back to the list of schools")
    require_own(app, school_id)
    return folder


def list_schools(app: App) -> tuple[OwnSchool, ...]:
    found = []
    for path in sorted((app.settings.data / OWN_SITES).glob(f"*/{LOG_NAME}")):
        with suppress(StoreError, NewerSchemaError):
            if not is_own(app, path.parent.name):
                continue
            name = str(read_log(path.parent).history.drawing["school"][HEAD]["name"])
            is_ready = (path.parent / SITE_FILE).is_file()
            found.append(OwnSchool(school_id=path.parent.name, name=name, is_ready=is_ready))
    return tuple(sorted(found, key=lambda school: (school.name.casefold(), school.school_id)))


def make_school(app: App, name: str, *, stem: str = "own") -> str:
    school_id = f"{stem}-{''.join(secrets.choice(_DIGITS) for _ in range(_LETTERS))}"
    folder = app.settings.data / OWN_SITES / school_id
    drawing = make_empty_drawing(name)
    try:
        begin_folder(app, folder)
        (folder / PICTURES).mkdir(mode=0o700)
    except OSError as error:
        raise _tell_full(error) from error
    _append(folder, {"schema": LOG_SCHEMA, "drawing": drawing})
    return school_id


def read_log(folder: Path) -> Log:
    """Read a drawing's log; a last line that was cut off by a crash is left out."""
    try:
        lines = (folder / LOG_NAME).read_bytes().split(b"\n")
    except OSError as error:
        raise StoreError(f"the plan cannot be read: {error.strerror}", todo="go back to the list of schools") from error
    log: Log | None = None
    for number, line in enumerate(lines[:-1]):
        try:
            entry = json.loads(line)
            log = _take(log, entry)
        except NewerSchemaError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, SiteError) as error:
            raise StoreError(
                f"line {number + 1} of the plan's log is damaged", todo="restore the folder from a backup"
            ) from error
    if log is None:
        raise StoreError("the plan's log is empty", todo="delete the school and begin again")
    return log


def _take(log: Log | None, entry: dict[str, Any]) -> Log:
    if log is None:
        if entry["schema"] > LOG_SCHEMA:
            raise NewerSchemaError("this plan was drawn by a newer version", todo="update Sightline")
        return Log(history=History(drawing=entry["drawing"]), revision=1, steps=[])
    if "do" in entry:
        log.history.do(tuple(Change.model_validate(each) for each in entry["do"]))
    elif "undo" in entry:
        log.history.undo()
    else:
        log.history.redo()
    log.revision += 1
    log.steps.append(str(entry.get("step", "")))
    return log


def append_step(folder: Path, *, step: str, changes: Sequence[Change] | None, is_redo: bool = False) -> None:
    """Write one step, an undo (None) or a redo, so that a crash a moment later loses nothing. Raises StoreError."""
    entry: dict[str, Any] = {"step": step}
    if changes is None:
        entry["redo" if is_redo else "undo"] = True
    else:
        entry["do"] = [change.model_dump(mode="json") for change in changes]
    _append(folder, entry)


def _append(folder: Path, entry: dict[str, Any]) -> None:
    try:
        append_line(folder / LOG_NAME, entry)
    except OSError as error:
        raise _tell_full(error) from error


def _tell_full(error: OSError) -> StoreError:
    return StoreError(f"this step could not be stored: {error.strerror}", todo="free some space on the server's disk")
