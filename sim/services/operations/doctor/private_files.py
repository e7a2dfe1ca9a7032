"""Whether others on this machine can read what the data folder holds: answers, seeds, results, keys."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sim.services.operations.doctor.finding import Finding, ok, wrong
from sim.text.words import write_count

NAME: Final = "private files"
OWN: Final = ("scenarios", "new-drill", "forms", "secret.key", "secrets.toml", "lti-key.json", "sightline.db")
"""Folders and files that nobody else has any business with."""
WITH_PROXY: Final = ("recordings",)
"""The proxy's user may read these, through a group or an access list, which shows as a group's right."""
_GROUP: Final = 0o050
_OTHERS: Final = 0o005


def check_private_files(data: Path) -> list[Finding]:
    """Return whether somebody else could open one of the files that tell answers or open doors."""
    if os.name == "nt" or not data.is_dir():
        return []
    found = [path for path in _list_files(data, OWN) if _is_open(path, data, _GROUP) or _is_open(path, data, _OTHERS)]
    found += [path for path in _list_files(data, WITH_PROXY) if _is_open(path, data, _OTHERS)]
    if not found:
        return [ok(NAME, "seeds, answers and keys are for this user alone")]
    text = f"other users of this machine can read {write_count(len(found), 'file')} of answers or keys: {found[0]}"
    own = sorted({str(data / path.relative_to(data).parts[0]) for path in found} - {str(data / "recordings")})
    closes = f"chmod -R o= {data}" + (f"; chmod -R go= {' '.join(own)}" if own else "")
    return [wrong(NAME, text, todo=f"run `{closes}`")]


def _list_files(data: Path, names: tuple[str, ...]) -> Iterator[Path]:
    for name in names:
        place = data / name
        if place.is_file():
            yield place
        elif place.is_dir():
            yield from (path for path in sorted(place.rglob("*")) if path.is_file() and not path.is_symlink())


def _is_open(path: Path, data: Path, rights: int) -> bool:
    """Return whether a group or the others (their right to read and to pass) get to a file and read it."""
    passes = rights & 0o011
    way = [folder for folder in path.parents if folder.is_relative_to(data)]
    return bool(path.stat().st_mode & rights & 0o044) and all(folder.stat().st_mode & passes for folder in way)
