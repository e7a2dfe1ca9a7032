"""The footage store: whether it answers, what it holds, how fast it is, and the cache in front of it."""

import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sim.services.operations.doctor.finding import Finding, ok, warn, wrong

if TYPE_CHECKING:
    from sim.footage.store.remote import RemoteFolder
    from sim.services.app.footage_store.settings import FootageSettings

STORE = "footage store"
CACHE = "footage cache"
PART_BYTES = 262_144
SLOW_S = 2.0
_PUSH = "run `python -m sim footage push RECORDING_DIR --forms FORMS.yaml` from a machine that has it"
_REACH = (
    "check SIGHTLINE_FOOTAGE, the endpoint (SIGHTLINE_FOOTAGE_OPTIONS or AWS_ENDPOINT_URL) and whether this machine "
    "reaches it; drills whose footage is in the cache go on meanwhile"
)


def check_store(settings: "FootageSettings") -> list[Finding]:
    """Ask the store for all it holds, read a part of one clip, and look at the cache's folder. Nothing is kept."""
    from sim.errors import SimError  # noqa: PLC0415 - packages may be missing, and all else is still to be said
    from sim.footage.store.remote import TRY_AGAIN, RemoteFolder  # noqa: PLC0415

    try:
        found = _look_at_store(RemoteFolder(settings.url, options=settings.options))
    except SimError as error:
        todo = _REACH if error.todo in ("", TRY_AGAIN) else error.todo
        found = [wrong(STORE, error.what, todo=todo)]
    return [*found, check_cache(settings.cache, limit_bytes=settings.cache_bytes)]


def check_shared_folder(folder: Path) -> list[Finding]:
    """Return whether the folder that SIGHTLINE_FOOTAGE names is there; what lies in it is looked at as all footage."""
    place = folder / "recordings"
    if not folder.is_dir():
        return [wrong(STORE, f"{folder} is not there", todo="mount the shared folder, or correct SIGHTLINE_FOOTAGE")]
    try:
        count = sum(1 for _ in place.glob("*/recording.json")) if place.exists() else 0
        clip = next(iter(sorted(place.glob("*/main/*.mp4"))), None)
        if clip is None:
            return [warn(STORE, f"{folder} holds no recording", todo=_PUSH)]
        began = time.monotonic()
        with clip.open("rb") as file:
            file.seek(_find_middle(clip.stat().st_size))
            file.read(PART_BYTES)
    except OSError as error:
        return [wrong(STORE, f"{folder} cannot be read: {error.strerror}", todo="correct the rights of the folder")]
    return [_judge_speed(f"{folder}, {_count(count)}", time.monotonic() - began)]


def check_cache(folder: Path, *, limit_bytes: int) -> Finding:
    """Return whether the cache can be written to, and whether its disk has the room that it may take."""
    parent = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    todo = "correct the folder's rights, or set SIGHTLINE_FOOTAGE_CACHE to another folder"
    if not parent.is_dir():
        return wrong(CACHE, f"{parent} is a file", todo="set SIGHTLINE_FOOTAGE_CACHE to a folder")
    try:
        with tempfile.NamedTemporaryFile(dir=parent, prefix=".sightline-doctor-"):
            free = shutil.disk_usage(parent).free
            held = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    except OSError as error:
        return wrong(CACHE, f"{folder} cannot be written to: {error.strerror}", todo=todo)
    text = f"{folder}, {held / 1e9:.1f} of at most {limit_bytes / 1e9:.1f} GB"
    if held + free < limit_bytes:
        room = f"free some space, or set SIGHTLINE_FOOTAGE_CACHE_GB to {max(1, int((held + free) * 0.8 / 1e9))}"
        return warn(CACHE, f"{text}, but its disk has only {free / 1e9:.1f} GB free", todo=room)
    return ok(CACHE, text)


def _look_at_store(remote: "RemoteFolder") -> list[Finding]:
    from sim.footage.store.moving import list_stored  # noqa: PLC0415 - as above
    from sim.footage.store.stored import FORMS  # noqa: PLC0415

    entries = list_stored(remote)
    whole = [entry for entry in entries if not entry.problem]
    found = [
        wrong(STORE, f"{entry.recording_id}: {entry.problem}", todo="push the recording again")
        for entry in entries
        if entry.problem
    ]
    if not entries:
        return [warn(STORE, "it answers, and holds no recording", todo=_PUSH)]
    forms = sum(name.endswith(".yaml") for name in remote.list_names(FORMS))
    text = f"{_count(len(whole))}, {sum(entry.bytes for entry in whole) / 1e6:.0f} MB, {forms} form files"
    if not forms:
        found.append(warn(STORE, f"{text}: nothing can be drilled on them", todo=_PUSH))
    return [*found, _time_part(remote, text, [entry.recording_id for entry in whole])]


def _time_part(remote: "RemoteFolder", text: str, recording_ids: list[str]) -> Finding:
    """Read a part from the middle of the first clip, as a player that jumps there would."""
    from sim.footage.store.stored import RECORDINGS  # noqa: PLC0415 - as above

    for recording_id in recording_ids:
        there = f"{RECORDINGS}/{recording_id}/main"
        for name, (size, _) in sorted(remote.list_names(there).items()):
            if name.endswith(".mp4"):
                began = time.monotonic()
                remote.read_part(f"{there}/{name}", start=_find_middle(size), length=PART_BYTES)
                return _judge_speed(text, time.monotonic() - began)
    return ok(STORE, text)


def _count(recordings: int) -> str:
    return "1 recording" if recordings == 1 else f"{recordings} recordings"


def _find_middle(size: int) -> int:
    return max(0, size // 2 - PART_BYTES // 2)


def _judge_speed(text: str, took_s: float) -> Finding:
    said = f"{text}; {PART_BYTES // 1024} kB out of a clip took {took_s * 1000:.0f} ms"
    if took_s > SLOW_S:
        return warn(STORE, said, todo="find out what slows the line or the store down; a first look at a camera waits")
    return ok(STORE, said)
