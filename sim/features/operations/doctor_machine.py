"""The machine under the program: data folder, disk, memory, clock, port, proxy."""

import os
import platform
import re
import shutil
import socket
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from sim.text.words import write_count


class State(StrEnum):
    """Whether a thing is right, doubtful, or keeps drills from working."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    name: str
    state: State
    text: str
    todo: str = ""


def ok(name: str, text: str) -> Finding:
    return Finding(name=name, state=State.OK, text=text)


def warn(name: str, text: str, *, todo: str) -> Finding:
    return Finding(name=name, state=State.WARNING, text=text, todo=todo)


def wrong(name: str, text: str, *, todo: str) -> Finding:
    return Finding(name=name, state=State.WRONG, text=text, todo=todo)


EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock of a machine that runs this program can say less."""
LITTLE_BYTES = 200_000_000
SOME_BYTES = 5_000_000_000
LITTLE_MEMORY = 1_500_000_000
OTHERS_MAY: Final = 0o067
"""Rights to the data folder that nobody else has. Its group may pass through, as nginx does to the recordings."""
CLOCKS_APART_S = 2.0
ANSWER_WITHIN_S = 3.0
NETWORK_DISKS = ("nfs", "nfs4", "cifs", "smbfs", "smb2", "9p", "fuse.sshfs", "afpfs")


def check_data_folder(data: Path) -> list[Finding]:
    name, where = "data folder", f"{data}"
    elsewhere = "correct the folder's rights, or set SIGHTLINE_DATA to another folder"
    parent = next((folder for folder in (data, *data.parents) if folder.exists()), data)
    if not parent.is_dir():
        return [wrong(name, f"{parent} is a file", todo="set SIGHTLINE_DATA to a folder")]
    try:
        with tempfile.NamedTemporaryFile(dir=parent, prefix=".sightline-doctor-") as file:
            apart_s = abs(Path(file.name).stat().st_mtime - time.time())
    except OSError as error:
        return [wrong(name, f"{where} cannot be written to: {error.strerror}", todo=elsewhere)]
    if apart_s > CLOCKS_APART_S:
        text = f"{where}: its file server's clock and this machine's are {apart_s:.0f} s apart"
        return [warn(name, text, todo="let both keep time by the same time server")]
    if not data.exists():
        return [ok(name, f"{where} is made at the first start")]
    mode = 0 if os.name == "nt" else data.stat().st_mode
    if mode & OTHERS_MAY:
        text = f"{where} can be read by other users of this machine"
        return [warn(name, text, todo=f"run `chmod 700 {data}`")]
    passed = ", which its group passes through to what it may read" if mode & 0o010 else ", for this user alone"
    return [ok(name, f"{where}{passed if mode else ''}")]


def check_disk(data: Path) -> list[Finding]:
    place = next((folder for folder in (data, *data.parents) if folder.exists()), data)
    free = shutil.disk_usage(place).free
    text = f"{free / 1e9:.1f} GB free at {place}"
    if free < LITTLE_BYTES:
        found = [wrong("disk", text, todo="free some space: events of running drills can soon not be stored")]
    elif free < SOME_BYTES:
        found = [warn("disk", f"{text}; building a drill of one's own needs about 5", todo="free some space")]
    else:
        found = [ok("disk", text)]
    import psutil  # noqa: PLC0415 - may be missing, and is not needed for all else

    mounts = {Path(each.mountpoint): each.fstype.lower() for each in psutil.disk_partitions(all=True)}
    kind = next((mounts[folder] for folder in (place, *place.resolve().parents) if folder in mounts), "")
    if kind in NETWORK_DISKS:
        todo = "put the data folder on a disk of this machine, or use PostgreSQL (docs/operations.md)"
        found.append(warn("disk", f"{place} lies on a network disk ({kind}), where SQLite may lose data", todo=todo))
    return found


def check_memory() -> list[Finding]:
    import psutil  # noqa: PLC0415 - as above

    memory = psutil.virtual_memory()
    text = f"{memory.available / 1e9:.1f} of {memory.total / 1e9:.1f} GB free, {os.cpu_count() or 1} cores"
    if memory.available < LITTLE_MEMORY:
        return [warn("memory", text, todo="close other programs; one server needs up to 1 GB")]
    return [ok("memory", text)]


def check_clock(*, newest: datetime | None, now: datetime) -> list[Finding]:
    """Return whether the wall clock can be right: no stored moment lies in its future."""
    text = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    todo = "set the clock, and let it be kept by a time server"
    if now < EARLIEST:
        return [wrong("clock", f"{text} is before this program was written", todo=todo)]
    if newest is not None and (newest - now).total_seconds() > CLOCKS_APART_S:
        return [wrong("clock", f"{text}; the database already holds {newest:%Y-%m-%d %H:%M:%S}", todo=todo)]
    return [ok("clock", text)]


def check_port(host: str, port: int) -> list[Finding]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if os.name != "nt":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        if answers_as_sightline(host, port):
            return [ok("port", f"{port} is used by Sightline, which runs")]
        text = f"{port} cannot be used: {error.strerror or error}"
        return [wrong("port", text, todo=f"stop the program that has it, or `python -m sim serve --port {port + 1}`")]
    return [ok("port", f"{port} is free")]


def answers_as_sightline(host: str, port: int) -> bool:
    address = f"http://[{host}]:{port}/healthz" if ":" in host else f"http://{host}:{port}/healthz"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=ANSWER_WITHIN_S) as answer:
            return b'"status"' in answer.read(1000)
    except urllib.error.HTTPError as error:
        return error.code == 503
    except (OSError, ValueError):
        return False


def check_proxy(environ: Mapping[str, str]) -> list[Finding]:
    lower = {name.lower(): value for name, value in environ.items()}
    if any(lower.get(name, "").strip() for name in ("http_proxy", "all_proxy")):
        spared = {part.strip() for part in lower.get("no_proxy", "").split(",")}
        if not spared & {"*", "127.0.0.1", "localhost"}:
            text = "HTTP_PROXY is set, and NO_PROXY does not name this machine"
            todo = "set NO_PROXY=127.0.0.1,localhost, or browsers and tools here may ask the proxy for this server"
            return [warn("proxy", text, todo=todo)]
    return [ok("proxy", "no setting stands in the way")]


OLDEST = (3, 11)
NEWEST_TESTED = (3, 13)
_LINE = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*([^;#]*)")
_BOUND = re.compile(r"(>=|<=|==|<|>)\s*([0-9][0-9.]*)")
_INSTALL = "run `pip install -r requirements.txt` with this Python (`make run` does it)"


def check_python() -> Finding:
    text = f"{platform.python_version()}, {platform.system()} {platform.machine()}"
    if sys.version_info < OLDEST:
        return wrong("Python", text, todo="install Python 3.11 or newer from python.org or your package manager")
    if sys.version_info[:2] > NEWEST_TESTED:
        return warn("Python", f"{text}; newer than any it was tested on", todo="use Python 3.13 if something fails")
    return ok("Python", text)


def check_packages(requirements: Path) -> list[Finding]:
    try:
        lines = requirements.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        return [wrong("packages", f"{requirements} cannot be read: {error.strerror}", todo="download Sightline again")]
    wanted = [found.groups() for line in lines if (found := _LINE.match(line.strip()))]
    findings = [finding for name, bounds in wanted if (finding := _check_package(name, bounds.strip()))]
    return findings or [ok("packages", f"all {len(wanted)} of requirements.txt, in versions that fit")]


def _check_package(name: str, bounds: str) -> Finding | None:
    try:
        found = version(name)
    except PackageNotFoundError:
        return wrong(f"package {name}", "is not installed", todo=_INSTALL)
    if all(_is_inside(found, sign, bound) for sign, bound in _BOUND.findall(bounds)):
        return None
    return wrong(f"package {name}", f"has version {found}, expected {bounds}", todo=_INSTALL)


def _is_inside(found: str, sign: str, bound: str) -> bool:
    """Compare two versions by their numbers: 1.10 is newer than 1.9, and 6.0 the same as 6."""
    have, want = _read_numbers(found), _read_numbers(bound)
    length = max(len(have), len(want))
    have, want = have + (0,) * (length - len(have)), want + (0,) * (length - len(want))
    return {">=": have >= want, "<=": have <= want, "==": have == want, "<": have < want, ">": have > want}[sign]


def _read_numbers(text: str) -> tuple[int, ...]:
    found = re.match(r"\d+(?:\.\d+)*", text)
    return tuple(int(part) for part in found.group(0).split(".")) if found else ()


PRIVATE_NAME: Final = "private files"
OWN: Final = ("scenarios", "new-drill", "forms", "secret.key", "secrets.toml", "lti-key.json", "sightline.db")
"""Folders and files that nobody else has any business with."""
WITH_PROXY: Final = ("recordings",)
"""The proxy's user may read these, through a group or an access list, which shows as a group's right."""
_GROUP: Final = 0o050
_OTHERS: Final = 0o005


def check_private_files(data: Path) -> list[Finding]:
    if os.name == "nt" or not data.is_dir():
        return []
    found = [path for path in _list_files(data, OWN) if _is_open(path, data, _GROUP) or _is_open(path, data, _OTHERS)]
    found += [path for path in _list_files(data, WITH_PROXY) if _is_open(path, data, _OTHERS)]
    if not found:
        return [ok(PRIVATE_NAME, "seeds, answers and keys are for this user alone")]
    text = f"other users of this machine can read {write_count(len(found), 'file')} of answers or keys: {found[0]}"
    own = sorted({str(data / path.relative_to(data).parts[0]) for path in found} - {str(data / "recordings")})
    closes = f"chmod -R o= {data}" + (f"; chmod -R go= {' '.join(own)}" if own else "")
    return [wrong(PRIVATE_NAME, text, todo=f"run `{closes}`")]


def _list_files(data: Path, names: tuple[str, ...]) -> Iterator[Path]:
    for name in names:
        place = data / name
        if place.is_file():
            yield place
        elif place.is_dir():
            yield from (path for path in sorted(place.rglob("*")) if path.is_file() and not path.is_symlink())


def _is_open(path: Path, data: Path, rights: int) -> bool:
    passes = rights & 0o011
    way = [folder for folder in path.parents if folder.is_relative_to(data)]
    return bool(path.stat().st_mode & rights & 0o044) and all(folder.stat().st_mode & passes for folder in way)


SHARED_NAME = "shared footage"
PART_BYTES = 262_144
SLOW_S = 2.0


def check_shared_folder(folder: Path) -> list[Finding]:
    """Return whether the folder that SIGHTLINE_FOOTAGE names is there; what lies in it is looked at as all footage."""
    place = folder / "recordings"
    if not folder.is_dir():
        return [
            wrong(SHARED_NAME, f"{folder} is not there", todo="mount the shared folder, or correct SIGHTLINE_FOOTAGE")
        ]
    try:
        count = sum(1 for _ in place.glob("*/recording.json")) if place.exists() else 0
        clip = next(iter(sorted(place.glob("*/main/*.mp4"))), None)
        if clip is None:
            return [warn(SHARED_NAME, f"{folder} holds no recording", todo="copy recordings and forms there")]
        began = time.monotonic()
        with clip.open("rb") as file:
            file.seek(max(0, clip.stat().st_size // 2 - PART_BYTES // 2))
            file.read(PART_BYTES)
    except OSError as error:
        return [
            wrong(SHARED_NAME, f"{folder} cannot be read: {error.strerror}", todo="correct the rights of the folder")
        ]
    took_s = time.monotonic() - began
    said = f"{folder}, {write_count(count, 'recording')}; "
    said += f"{PART_BYTES // 1024} kB out of a clip took {took_s * 1000:.0f} ms"
    if took_s > SLOW_S:
        return [
            warn(
                SHARED_NAME, said, todo="find out what slows the line or the disk down; a first look at a camera waits"
            )
        ]
    return [ok(SHARED_NAME, said)]
