"""Putting a recording into a store, taking one out, and telling what a store holds."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sim.errors import FootageStoreError, NewerSchemaError, RecordingError
from sim.footage.build.camera_jobs.workfolder import (
    check_free_space,
    check_target,
    disk_errors,
    move_into_place,
    remove_tree,
)
from sim.footage.recording.open import check_hash, open_recording
from sim.footage.recording.recording import MANIFEST_NAME, Manifest, parse_manifest
from sim.footage.store.remote import RemoteFolder
from sim.footage.store.stored import FORMS, MANIFEST_BYTES, RECORDINGS

OnFile = Callable[[str, int, int], None]
"""Told after each file: its name, how many are done, how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """One recording of a store: what its manifest says, and what is wrong with its objects, "" for nothing."""

    recording_id: str
    title: str
    cameras: int
    bytes: int
    problem: str


def push_recording(folder: Path, remote: RemoteFolder, *, replace: bool, on_file: OnFile) -> str:
    """Copy a recording into a store and return its id; the manifest goes last, so a half push is no recording.

    Every file is checked before it is sent. Of a recording that lies there already the same files are not sent again.

    Raises:
        RecordingError: the folder is no whole recording.
        FootageStoreError: the store has another recording of that id and it is not to be replaced, or takes nothing.
    """
    manifest = open_recording(folder).manifest
    for name in manifest.files:
        check_hash(folder / name, manifest, name)
    there = f"{RECORDINGS}/{manifest.recording_id}"
    old = _read_manifest(remote, manifest.recording_id)
    if old is not None and old.files != manifest.files and not replace:
        raise FootageStoreError(
            f"{remote.shown} has another recording {manifest.recording_id}",
            expected="a new one, or the same",
            todo="add --force to replace it; servers that use it must then be started again",
        )
    same = {name for name, sha256 in (old.files if old else {}).items() if manifest.files.get(name) == sha256}
    sizes = _list_sizes(remote, there, manifest)
    for done, (name, size) in enumerate(manifest.sizes.items(), start=1):
        if name not in same or sizes.get(name) != size:
            remote.send(folder / name, f"{there}/{name}")
        on_file(name, done, len(manifest.sizes))
    remote.send(folder / MANIFEST_NAME, f"{there}/{MANIFEST_NAME}")
    return manifest.recording_id


def push_forms(path: Path, remote: RemoteFolder) -> None:
    """Copy a file of forms into a store. Raises FootageStoreError."""
    remote.send(path, f"{FORMS}/{path.name}")


def pull_recording(recording_id: str, remote: RemoteFolder, *, target: Path, replace: bool, on_file: OnFile) -> None:
    """Copy a recording out of a store into a folder, which appears when all is there and checked.

    What an earlier run fetched of the same recording is kept.

    Raises:
        FootageStoreError: the store has it not, or incomplete.
        RecordingError: the folder is not empty, and no recording that is to be replaced.
        MachineError: the disk has too little room.
    """
    check_target(target, replace=replace)
    manifest = _read_manifest(remote, recording_id)
    if manifest is None:
        raise FootageStoreError(
            f"{remote.shown} has no recording {recording_id!r}",
            expected="one that `python -m sim footage stored` lists",
            todo="correct the name, or push it first",
        )
    check_free_space(target, sum(manifest.sizes.values()))
    work = target.parent / f".{target.name}.pulled"
    with disk_errors(target):
        for done, name in enumerate(manifest.files, start=1):
            _pull_file(remote, manifest, name, work / name)
            on_file(name, done, len(manifest.files))
        text = remote.read(f"{RECORDINGS}/{recording_id}/{MANIFEST_NAME}", most_bytes=MANIFEST_BYTES)
        (work / MANIFEST_NAME).write_bytes(text)
        open_recording(work)
        for path in [path for path in work.rglob("*") if path.is_file()]:
            if path.relative_to(work).as_posix() not in {*manifest.files, MANIFEST_NAME}:
                path.unlink()
        move_into_place(work, target)


def list_stored(remote: RemoteFolder) -> tuple[StoredEntry, ...]:
    """Return every recording of a store, by id, with what is missing of it. Raises FootageStoreError."""
    found = []
    for recording_id in sorted(remote.list_names(RECORDINGS)):
        try:
            manifest = _read_manifest(remote, recording_id)
        except (RecordingError, NewerSchemaError) as error:
            found.append(StoredEntry(recording_id=recording_id, title="", cameras=0, bytes=0, problem=str(error)))
            continue
        if manifest is None:
            problem = f"no {MANIFEST_NAME}: a push that did not end"
            found.append(StoredEntry(recording_id=recording_id, title="", cameras=0, bytes=0, problem=problem))
            continue
        sizes = _list_sizes(remote, f"{RECORDINGS}/{recording_id}", manifest)
        wrong = [name for name, size in manifest.sizes.items() if sizes.get(name) != size]
        found.append(
            StoredEntry(
                recording_id=recording_id,
                title=manifest.title,
                cameras=len(manifest.cameras),
                bytes=sum(manifest.sizes.values()),
                problem=f"{wrong[0]} is missing or cut short" if wrong else "",
            )
        )
    return tuple(found)


def _pull_file(remote: RemoteFolder, manifest: Manifest, name: str, path: Path) -> None:
    try:
        check_hash(path, manifest, name)
    except RecordingError:
        path.parent.mkdir(parents=True, exist_ok=True)
        remote.fetch(f"{RECORDINGS}/{manifest.recording_id}/{name}", path, size=manifest.sizes[name])
        try:
            check_hash(path, manifest, name)
        except RecordingError as error:
            remove_tree(path)
            raise FootageStoreError(
                f"{name} in {remote.shown} is not what its manifest says", todo="push the recording again"
            ) from error


def _read_manifest(remote: RemoteFolder, recording_id: str) -> Manifest | None:
    name = f"{RECORDINGS}/{recording_id}/{MANIFEST_NAME}"
    if MANIFEST_NAME not in remote.list_names(f"{RECORDINGS}/{recording_id}"):
        return None
    return parse_manifest(remote.read(name, most_bytes=MANIFEST_BYTES), source=f"{name} in {remote.shown}")


def _list_sizes(remote: RemoteFolder, there: str, manifest: Manifest) -> dict[str, int]:
    folders = {name.rpartition("/")[0] for name in manifest.files}
    sizes: dict[str, int] = {}
    for folder in folders:
        listed = remote.list_names(f"{there}/{folder}" if folder else there)
        sizes |= {f"{folder}/{name}" if folder else name: size for name, (size, _) in listed.items()}
    return sizes
