"""The work folder of a build: kept between runs, moved into place at the end, never half a recording."""

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil

from sim.errors import MachineError, RecordingError
from sim.footage.recording.recording import MANIFEST_NAME

FINGERPRINT_FILE = "fingerprint.txt"
OWNER_FILE = "process.txt"
TILES_FILE = "tiles.jpegs"
"""Small pictures of a camera in its folder from the first one on, each after its length in four bytes."""


def get_work_folder(target: Path) -> Path:
    """Return the work folder of a recording: beside it, so that moving it into place is one rename."""
    return target.parent / f".{target.name}.partial"


def check_target(target: Path, *, replace: bool) -> None:
    """Refuse a target that holds something, unless it is a recording and to be replaced."""
    if target.is_dir():
        is_recording = (target / MANIFEST_NAME).is_file()
        if any(target.iterdir()) and not (replace and is_recording):
            raise RecordingError(
                f"{target} is not empty"
                if is_recording
                else f"{target} is not empty and holds no recording; nothing was changed",
                expected="a new folder" if is_recording else "a new folder, or one with a recording",
                todo="choose another, or add --force" if is_recording else "choose another",
            )
    elif target.exists():
        raise RecordingError(f"{target} is a file", expected="a folder")


def prepare_work_folder(target: Path, *, fingerprint: str) -> Path:
    """Return the work folder; what an earlier run left is kept when it made the very same recording, else removed."""
    work = get_work_folder(target)
    note = work / FINGERPRINT_FILE
    _refuse_second_build(work, target)
    if work.exists() and (not note.is_file() or note.read_text(encoding="utf-8") != fingerprint):
        remove_tree(work)
    if not work.exists():
        work.mkdir(parents=True)
        note.write_text(fingerprint, encoding="utf-8")
    remove_unfinished(work)
    (work / OWNER_FILE).write_text(_describe_process(os.getpid()), encoding="utf-8")
    return work


def _refuse_second_build(work: Path, target: Path) -> None:
    try:
        owner = (work / OWNER_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    number = owner.partition(" ")[0]
    if number.isdigit() and int(number) != os.getpid() and _describe_process(int(number)) == owner:
        raise RecordingError(
            f"process {number} is building {target} already", expected="one build of a folder at a time", todo="wait"
        )


def _describe_process(number: int) -> str:
    """Return a process by number and start, since numbers are used again; only the number once it has ended."""
    try:
        return f"{number} {psutil.Process(number).create_time()}"
    except psutil.NoSuchProcess:
        return str(number)


def remove_unfinished(work: Path) -> None:
    for left in work.glob("*.tmp"):
        remove_tree(left)


def move_into_place(finished: Path, target: Path) -> None:
    """Put a finished folder at its final name; an older one there is removed only after that."""
    aside = target.parent / f".{target.name}.old"
    remove_tree(aside)
    if target.exists():
        target.rename(aside)
    try:
        finished.rename(target)
    except OSError:
        if aside.exists():
            aside.rename(target)
        raise
    remove_tree(aside)


def check_free_space(folder: Path, needed_bytes: int) -> None:
    """Raise MachineError when the disk that will hold `folder` has less than `needed_bytes` free."""
    existing = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    if free < needed_bytes:
        raise MachineError(
            f"the disk of {existing} has {format_bytes(free)} free",
            expected=f"at least {format_bytes(needed_bytes)} while the recording is built",
            todo="free some space, or choose another folder",
        )


@contextlib.contextmanager
def disk_errors(target: Path) -> Iterator[None]:
    """Turn a full disk or a folder that may not be written into a MachineError that says what stays and what to do."""
    try:
        yield
    except PermissionError as error:
        raise MachineError(
            f"{error.filename or target.parent} may not be written", expected="a folder of yours", todo="choose another"
        ) from error
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        work = get_work_folder(target)
        kept = sorted(p.name for p in work.glob("CAM-*") if p.is_dir() and p.suffix != ".tmp")
        todo = "free some space and run the command again"
        if kept:
            todo += f"; it goes on after the finished cameras ({', '.join(kept)}) kept in {work}"
        else:
            remove_tree(work)
        raise MachineError(
            f"the disk of {target.parent} is full", expected="room for the recording", todo=todo
        ) from error


def remove_tree(path: Path) -> None:
    """Remove a file or a folder with all in it; none there is fine."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def format_bytes(count: int) -> str:
    """Return a size in words, decimal units: 1_500_000 is "1.5 MB"."""
    amount = float(count)
    for unit in ("bytes", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.3g} {unit}"
        amount /= 1000
    return f"{amount:.3g} GB"
