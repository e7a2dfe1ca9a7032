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
import socket
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sim.app.logs import scrub
from sim.app.settings import (
    ACCEL_VARIABLE,
    DATA_VARIABLE,
    DATABASE_VARIABLE,
    LEVEL_VARIABLE,
    LEVELS,
    OPEN_VARIABLE,
    PRACTICE_VARIABLE,
    PROJECT,
    RECORD_VARIABLE,
    Settings,
    read_log_file,
    read_settings,
)
from sim.db.engine import make_private
from sim.db.migrate import inspect_database, is_made
from sim.errors import MachineError, SimError
from sim.features.operations.doctor import examine
from sim.features.operations.doctor_content import find_recordings
from sim.features.operations.doctor_machine import Finding

LOG_LINES: Final = 2000
LOG_BYTES: Final = 4_000_000
_SETTING: Final = re.compile("SIGHTLINE_|DATABASE_URL$|FORWARDED_ALLOW_IPS$|AWS_|(https?|no|all)_proxy$", re.IGNORECASE)
_WORDS: Final = ("level", "logger", "event", "kind", "method", "error")
"""What a line of the log says in words of the program; of its other facts only numbers are taken."""
_AS_WRITTEN: Final = {
    "request": re.compile("[0-9a-f]{8,64}"),
    "route": re.compile(r"page|socket|(/[\w.:{}-]*)+"),
    "traceback": re.compile(r"[\w./<>-]+:\d+ [\w<>]+"),
}
"""A request has a number, a route is its pattern, a frame a place in a program: taken where they look like that."""
_PATH: Final = re.compile(r"(?<![\w<>/\\])(?:[A-Za-z]:)?[\\/][^\s,;:'\"()]+")
_REST: Final = re.compile(r"<path>[\\/][^\s,;:'\"()<>]*")
_ADDRESS: Final = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s'\"]+", re.IGNORECASE)
_UNFORESEEN: Final = re.compile(r"could not be looked at \((\w+).*", re.DOTALL)
_SHORTEST: Final = 4
"""Settings with shorter values are numbers and switches."""


def is_setting(name: str) -> bool:
    return _SETTING.match(name) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Redactor:
    """Texts of this machine and what stands for each, the longest first: a folder goes before the one it lies in."""

    known: tuple[tuple[str, str], ...] = field(repr=False)

    @classmethod
    def of(cls, environ: Mapping[str, str], settings: Settings) -> "Redactor":
        own = [place.name for place in find_recordings(settings.recordings) if PROJECT not in place.parents]
        known = {name: f"<own recording {number}>" for number, name in enumerate(own, 1)}
        for folder, pattern, kind in (("sites", "*", "school"), ("forms", "*.yaml", "file of drills")):
            named = sorted(path.name for path in (settings.data / folder).glob(pattern))
            known |= {f"{folder}{os.sep}{name}": f"<own {kind} {number}>" for number, name in enumerate(named, 1)}
        known |= dict.fromkeys(_list_folders(environ, settings), "<path>")
        known |= {value.strip(): f"<{name}>" for name, value in environ.items() if is_setting(name)}
        known |= {str(settings.data.resolve()): "<data>"}
        known |= {str(PROJECT): "<program>", str(settings.data): "<data>", str(Path.home()): "<home>"}
        known |= {socket.gethostname(): "<machine>", str(Path.cwd()): "<here>"}
        usable = [(text, instead) for text, instead in known.items() if len(text) >= _SHORTEST]
        return cls(known=tuple(sorted(usable, key=lambda pair: -len(pair[0]))))

    def clean(self, text: str) -> str:
        text = _UNFORESEEN.sub(r"could not be looked at (\1)", text)
        for was, instead in self.known:
            text = text.replace(was, instead)
        text = _PATH.sub("<path>", _ADDRESS.sub("<address>", text))
        return scrub(_REST.sub("<path>", text))


def _list_folders(environ: Mapping[str, str], settings: Settings) -> set[str]:
    """Return the folders on the way to what this installation holds whose names do not end where a path seems to."""
    places = [settings.data, *settings.recordings, *settings.forms, *(settings.data / "sites").glob("*")]
    with suppress(MachineError):
        log = read_log_file(environ)
        places += [log] if log else []
    found: set[Path] = set()
    for place in places:
        for path in (place, place.resolve()):
            found |= {path, *path.parents}
    of_data = (settings.data, settings.data.resolve())
    return {
        str(path)
        for path in found
        if not _PATH.fullmatch(str(path)) and not any(path.is_relative_to(data) for data in of_data)
    } - {path.anchor for path in found}


def read_log(path: Path | None, withheld: Redactor) -> tuple[list[str], int]:
    if path is None:
        return [], 0
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - LOG_BYTES))
            raw = file.read().decode("utf-8", errors="replace").splitlines()
    except OSError as error:
        raise MachineError(
            f"the log {path} cannot be read: {error.strerror or error}",
            expected="a file that this user may read",
            todo="give another by --log",
        ) from error
    raw = (raw[1:] if size > LOG_BYTES else raw)[-LOG_LINES:]
    kept = [line for line in (_clean_line(text, withheld) for text in raw) if line]
    return kept, len(raw) - len(kept)


def _clean_line(text: str, withheld: Redactor) -> str:
    try:
        line = json.loads(text)
    except ValueError:
        return ""
    if not isinstance(line, dict) or not isinstance(line.get("event"), str) or "schema" not in line:
        return ""
    kept: dict[str, Any] = {}
    for name, value in line.items():
        told = value if isinstance(value, list) else [value]
        if isinstance(value, bool | int | float) or (name == "time" and _is_time(value)):
            kept[name] = value
        elif name in _AS_WRITTEN:
            kept[name] = " <- ".join(str(each) for each in told if _AS_WRITTEN[name].fullmatch(str(each)))
        elif name in _WORDS:
            kept[name] = " <- ".join(withheld.clean(str(each)) for each in told)
    return json.dumps(kept, separators=(",", ":"))


def _is_time(value: object) -> bool:
    try:
        return bool(datetime.fromisoformat(str(value)))
    except ValueError:
        return False


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
    path: Path
    size: int
    lines: int
    left_out: int


def save_support(environ: Mapping[str, str], path: Path, *, port: int, log: Path | None = None) -> Support:
    """Look at everything and write the file, which only this user may read; one that is there is replaced."""
    try:
        settings = read_settings(environ)
    except SimError:
        settings = read_settings({name: environ.get(name, "") for name in (DATA_VARIABLE, DATABASE_VARIABLE)})
    withheld = Redactor.of(environ, settings)
    findings = list(examine(environ, host="127.0.0.1", port=port, with_browser=False))
    own = None
    with suppress(SimError):  # a path that is none is told by the doctor
        own = read_log_file(environ)
    lines, left_out = read_log(log or (own if own is not None and own.exists() else None), withheld)
    packages = {each.metadata["Name"]: each.version for each in importlib.metadata.distributions()}
    wanted = re.findall(r"^([\w.-]+)", (PROJECT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    version = re.search(r'^version = "(.*)"', _read_project(), re.MULTILINE)
    parts: dict[str, Any] = {
        "doctor.json": [_tell(finding, withheld) for finding in findings],
        "versions.json": {
            "sightline": version.group(1) if version else packages.get("sightline", "unknown"),
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            "cores": os.cpu_count(),
            "packages": {name: packages.get(name, "missing") for name in sorted(wanted)},
        },
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


def _tell(finding: Finding, withheld: Redactor) -> dict[str, str]:
    told = {"name": finding.name, "state": finding.state.value, "text": withheld.clean(finding.text)}
    return told | ({"todo": withheld.clean(finding.todo)} if finding.todo else {})


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
        rows = state.rows
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
