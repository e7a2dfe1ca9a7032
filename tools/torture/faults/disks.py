"""Faults of the disk and of the database: no room, and a lock that another program holds."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from sim.db.engine import BUSY_TIMEOUT_S
from tools.torture.rig.database_file import hold_lock
from tools.torture.rig.outcome import CannotTryError, Outcome
from tools.torture.rig.rig import Rig
from tools.torture.rig.sender import Sender, ask, describe_seen
from tools.torture.rig.server import Server
from tools.torture.rig.trial import judge

DISK_BYTES = 4_000_000
ROOM_BYTES = 65_536
MOST_POSTS = 120
DRAIN_WITHIN_S = 60.0
LOCKED_S = BUSY_TIMEOUT_S + 2.0
_OWN_DISK = 'mount -t tmpfs -o size="$2" none "$1" && cp -a "$0/." "$1/" && shift 2 && exec "$@"'


def fill_disk(rig: Rig) -> Outcome:
    """Put the data folder on a disk of 4 MB, fill it to the last byte, go on, and free it again."""
    _require_own_disk(rig)
    with rig.open_apart() as apart:
        sender = apart.make_attempt()
        apart.close_app()
        prepared = apart.folder / "prepared"
        apart.data.rename(prepared)
        apart.data.mkdir()
        before = ("unshare", "-rm", "sh", "-c", _OWN_DISK, str(prepared), str(apart.data), str(DISK_BYTES))
        server = apart.use_server(Server(apart.data, apart.log, before=before))
        inside = Path(f"/proc/{server.process.pid}/root{apart.data}")
        sender.add(3)
        sender.drain(server.url, within_s=DRAIN_WITHIN_S)
        filler = inside / "filler"
        _fill(filler)
        wrong = _meet_failure(sender, server)
        filler.unlink()
        wrong += _recover(sender, server)
        for name in inside.glob("sightline.db*"):
            shutil.copy2(name, apart.data / name.name)
        apart.kill_server()
        return judge(apart, [sender], saw=describe_seen([sender]), wrong=wrong)


def limit_files(rig: Rig) -> Outcome:
    """Let no file of the server grow (RLIMIT_FSIZE), as a quota does, go on, and lift the limit again."""
    if not hasattr(os, "fork"):
        raise CannotTryError("file size limits are of POSIX systems")
    import resource  # noqa: PLC0415 - not on Windows

    if not hasattr(resource, "prlimit"):
        raise CannotTryError("the limit of a running process can be lifted on Linux only")
    with rig.open_apart() as apart:
        sender = apart.make_attempt()
        most = apart.database.stat().st_size + ROOM_BYTES
        server = apart.get_server()
        _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (most, hard))
        wrong = _meet_failure(sender, server)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        wrong += _recover(sender, server)
        return judge(apart, [sender], saw=describe_seen([sender]), wrong=wrong)


def lock_database(rig: Rig) -> Outcome:
    """Hold the database's write lock from another program for 7 s, 2 s longer than the server waits."""
    server = rig.get_server()
    sender = rig.make_attempt()
    sender.add(3)
    sender.drain(server.url, within_s=DRAIN_WITHIN_S)
    wrong = []
    with hold_lock(rig.database):
        until = time.monotonic() + LOCKED_S
        health = ask(server.url, "GET", "/healthz")
        if health.status != 200:
            wrong.append(f"/healthz says {health.status} while the database is locked for writing")
        while time.monotonic() < until:
            sender.add(2)
            if sender.post(server.url).status == 200:
                wrong.append("a post was acknowledged while nothing could be stored")
    if not any(status == 503 for status, _ in sender.seen):
        wrong.append("no post was answered 503 while the database was locked")
    return judge(rig, [sender], saw=describe_seen([sender]), wrong=wrong + _recover(sender, server))


def _require_own_disk(rig: Rig) -> None:
    """Refuse where a process cannot have a small disk of its own."""
    if sys.platform != "linux" or shutil.which("unshare") is None:
        raise CannotTryError("a small disk of its own needs Linux and `unshare`")
    folder = rig.make_folder("mount")
    command = ["unshare", "-rm", "mount", "-t", "tmpfs", "-o", "size=65536", "none", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotTryError(f"this user may not make a namespace with a disk of its own: {done.stderr.strip()[:120]}")


def _fill(path: Path) -> None:
    block = b"\0" * 65536
    with path.open("ab", buffering=0) as file:
        while block:
            try:
                file.write(block)
            except OSError:
                block = block[: len(block) // 2]


def _meet_failure(sender: Sender, server: Server) -> list[str]:
    """Post until the server cannot store; return what was wrong about how it said so."""
    wrong: list[str] = []
    refused = 0
    for _ in range(MOST_POSTS):
        sender.add(20)
        answer = sender.post(server.url)
        if answer.status != 200:
            refused += 1
            if answer.status != 503 or not answer.words:
                wrong.append(f"a post that could not be stored was answered {answer.status}")
        if refused == 3:
            break
    if refused < 3:
        wrong.append("the server never said that it cannot store")
    page = ask(server.url, "GET", "/")
    if page.status != 200:
        wrong.append(f"the page is answered {page.status} while nothing can be stored")
    return wrong


def _recover(sender: Sender, server: Server) -> list[str]:
    wrong = [] if sender.drain(server.url, within_s=DRAIN_WITHIN_S) else ["what waited did not arrive afterwards"]
    if sender.acknowledged != len(sender.marks):
        wrong.append(f"{sender.acknowledged} of {len(sender.marks)} events arrived")
    if not server.is_running:
        wrong.append("the server has ended")
    return wrong
