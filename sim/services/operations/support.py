"""One ZIP file for someone who helps with a server: what it is, how it is, what it logged, and nobody's name in it.

Nothing is taken in that is not on a list: numbers, versions, settings whose values say nothing of anybody, and lines
that this program worded itself. What such a line quotes, and every path, address and token in it, is taken out again.
"""

import importlib.metadata
import json
import os
import platform
import re
import shutil
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sim.db.engine import make_private
from sim.db.migrate import count_rows, inspect_database, is_made
from sim.errors import MachineError, SimError
from sim.services.app.logs.setup import LEVEL_VARIABLE, LEVELS, read_log_file
from sim.services.app.wiring import (
    ACCEL_VARIABLE,
    DATA_VARIABLE,
    DATABASE_VARIABLE,
    OPEN_VARIABLE,
    PRACTICE_VARIABLE,
    PROJECT,
    RECORD_VARIABLE,
    Settings,
    read_settings,
)
from sim.services.operations.doctor.content import find_recordings
from sim.services.operations.doctor.finding import Finding
from sim.services.operations.doctor.run import examine
from sim.services.operations.withheld import Redactor, is_setting, read_log

SUPPORT_SCHEMA: Final = 1
_SET: Final = "set"
_SHOWN: Final = {
    LEVEL_VARIABLE: "|".join(LEVELS),
    OPEN_VARIABLE: "[01]",
    ACCEL_VARIABLE: "/_footage",
    PRACTICE_VARIABLE: r"\d{1,5}",
    RECORD_VARIABLE: r"\d{1,5}",
    "FORWARDED_ALLOW_IPS": r"127\.0\.0\.1",
}
"""Settings whose values are shown where they look like this; of all others only that they are set."""
ABOUT: Final = """What is in this file, for someone who helps with a server. Look through it before you send it.

doctor.json    what `sightline doctor` found
versions.json  program, Python, system, packages
settings.json  which settings are set; values only where they are numbers or words of the program
database.json  kind, version, size, and how many rows each table has
storage.json   free disk, and how much the data folder holds by kind
log.jsonl      the last lines of the log; with systemd give them by --log (docs/operations.md)

No names of people, teams, schools or files, no addresses, no passwords, no results.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """A file that was written: where, its size in bytes, how many lines of log it holds, how many were left out."""

    path: Path
    size: int
    lines: int
    left_out: int


def save_support(environ: Mapping[str, str], path: Path, *, port: int, log: Path | None = None) -> Support:
    """Look at everything and write the file, which only this user may read; one that is there is replaced.

    `log` is read in place of the file of SIGHTLINE_LOG.
    """
    settings = _read_what_can_be(environ)
    withheld = Redactor.of(environ, settings)
    findings = list(examine(environ, host="127.0.0.1", port=port, with_browser=False))
    own = None
    with suppress(SimError):  # a path that is none is told by the doctor
        own = read_log_file(environ)
    lines, left_out = read_log(log or (own if own is not None and own.exists() else None), withheld)
    parts: dict[str, Any] = {
        "doctor.json": [_tell(finding, withheld) for finding in findings],
        "versions.json": _list_versions(),
        "settings.json": _list_settings(environ),
        "database.json": _describe_database(settings),
        "storage.json": _describe_storage(settings),
    }
    draft = path.with_name(f"{path.name}.part")
    try:
        make_private(draft)
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("about.txt", ABOUT)
            for name, part in parts.items():
                file.writestr(name, json.dumps({"schema": SUPPORT_SCHEMA, "found": part}, indent=1))
            file.writestr("log.jsonl", "".join(f"{line}\n" for line in lines))
        draft.replace(path)
    except OSError as error:
        raise MachineError(
            f"{path} cannot be written: {error.strerror or error}",
            expected="a file in a folder that this user may write to",
            todo="choose another place for it",
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return Support(path=path, size=path.stat().st_size, lines=len(lines), left_out=left_out)


def _read_what_can_be(environ: Mapping[str, str]) -> Settings:
    """Return the settings; where one cannot be used, which the doctor then tells, only where everything lies."""
    try:
        return read_settings(environ)
    except SimError:
        return read_settings({name: environ.get(name, "") for name in (DATA_VARIABLE, DATABASE_VARIABLE)})


def _tell(finding: Finding, withheld: Redactor) -> dict[str, str]:
    told = {"name": finding.name, "state": finding.state.value, "text": withheld.clean(finding.text)}
    return told | ({"todo": withheld.clean(finding.todo)} if finding.todo else {})


def _list_versions() -> dict[str, Any]:
    packages = {each.metadata["Name"]: each.version for each in importlib.metadata.distributions()}
    wanted = re.findall(r"^([\w.-]+)", (PROJECT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    version = re.search(r'^version = "(.*)"', _read_project(), re.MULTILINE)
    return {
        "sightline": version.group(1) if version else packages.get("sightline", "unknown"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "packages": {name: packages.get(name, "missing") for name in sorted(wanted)},
    }


def _read_project() -> str:
    with suppress(OSError):
        return (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    return ""


def _list_settings(environ: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name, value in sorted(environ.items()):
        if not is_setting(name):
            continue
        if name == DATABASE_VARIABLE:
            kind = value.partition(":")[0].partition("+")[0]
            found[name] = kind if kind in ("sqlite", "postgresql", "postgres") else _SET
            continue
        pattern = _SHOWN.get(name)
        found[name] = value if pattern and re.fullmatch(pattern, value) else _SET
    return found


def _describe_database(settings: Settings) -> dict[str, Any]:
    url = settings.database_url
    try:
        if not is_made(url):
            return {"state": "none yet"}
        state = inspect_database(url)
        rows = count_rows(url)
    except SimError as error:
        return {"state": f"cannot be read ({type(error).__name__})"}
    return {
        "state": "damaged" if state.faults else "whole",
        "kind": state.kind,
        "version": state.version,
        "newest_version": state.newest_version,
        "size_bytes": state.size_bytes,
        "rows": rows,
    }


def _describe_storage(settings: Settings) -> dict[str, Any]:
    found: dict[str, Any] = {}
    with suppress(OSError):
        found["free_bytes"] = shutil.disk_usage(settings.data).free
    for kind in ("recordings", "forms", "lessons", "consoles", "schools", "walks", "footage-cache"):
        files = [path for path in (settings.data / kind).rglob("*") if path.is_file()]
        size = 0
        for path in files:
            with suppress(OSError):
                size += path.stat().st_size
        found[kind] = {"files": len(files), "bytes": size}
    found["shipped_recordings"] = sum(PROJECT in place.parents for place in find_recordings(settings.recordings))
    return found
