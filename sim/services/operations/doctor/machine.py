"""The machine under the program: data folder, disk, memory, clock, port, proxy."""

import os
import shutil
import socket
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sim.services.operations.doctor.finding import Finding, ok, warn, wrong

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
    """Return whether this user, and nobody else, may write to the data folder."""
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
    """Return whether there is room, and whether a database may lie on this disk."""
    place = next((folder for folder in (data, *data.parents) if folder.exists()), data)
    free = shutil.disk_usage(place).free
    text = f"{free / 1e9:.1f} GB free at {place}"
    if free < LITTLE_BYTES:
        found = [wrong("disk", text, todo="free some space: events of running drills can soon not be stored")]
    elif free < SOME_BYTES:
        found = [warn("disk", f"{text}; building a drill of one's own needs about 5", todo="free some space")]
    else:
        found = [ok("disk", text)]
    kind = _find_disk_kind(place)
    if kind in NETWORK_DISKS:
        todo = "put the data folder on a disk of this machine, or use PostgreSQL (docs/operations.md)"
        found.append(warn("disk", f"{place} lies on a network disk ({kind}), where SQLite may lose data", todo=todo))
    return found


def _find_disk_kind(place: Path) -> str:
    import psutil  # noqa: PLC0415 - may be missing, and is not needed for all else

    mounts = {Path(each.mountpoint): each.fstype.lower() for each in psutil.disk_partitions(all=True)}
    return next((mounts[folder] for folder in (place, *place.resolve().parents) if folder in mounts), "")


def check_memory() -> list[Finding]:
    """Return whether there is memory enough for one server."""
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
    """Return whether the port is free, or Sightline itself answers there."""
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
    """Return whether this program answers at an address, over plain http."""
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
    """Return whether proxy settings stand between this machine and itself."""
    lower = {name.lower(): value for name, value in environ.items()}
    if any(lower.get(name, "").strip() for name in ("http_proxy", "all_proxy")):
        spared = {part.strip() for part in lower.get("no_proxy", "").split(",")}
        if not spared & {"*", "127.0.0.1", "localhost"}:
            text = "HTTP_PROXY is set, and NO_PROXY does not name this machine"
            todo = "set NO_PROXY=127.0.0.1,localhost, or browsers and tools here may ask the proxy for this server"
            return [warn("proxy", text, todo=todo)]
    return [ok("proxy", "no setting stands in the way")]
