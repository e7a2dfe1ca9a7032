"""What is taken out of texts that leave a server for someone who helps with it: names, places, addresses, tokens."""

import json
import os
import re
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sim.errors import MachineError
from sim.services.app.logs.safe import scrub
from sim.services.app.logs.setup import read_log_file
from sim.services.app.wiring import PROJECT, Settings
from sim.services.operations.doctor.content import find_recordings

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
    """Return whether a variable of the environment is one that this program reads."""
    return _SETTING.match(name) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Redactor:
    """Texts of this machine and what stands for each, the longest first: a folder goes before the one it lies in."""

    known: tuple[tuple[str, str], ...] = field(repr=False)

    @classmethod
    def of(cls, environ: Mapping[str, str], settings: Settings) -> "Redactor":
        """Return those of an installation: settings, folders, its name, what was made here."""
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
        """Return a text without them, without what it quotes, and without paths, addresses and tokens."""
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
    """Return the last lines of a log that this program wrote, cleaned, and how many others there were among them."""
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
    """Return a line without what is withheld, "" for one that this program did not write."""
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
