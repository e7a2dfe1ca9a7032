"""Deleting a staged walk with all that was made of it; practice that a legal hold keeps stays, without its footage."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sim.app.own_folders import WALKS, require_own
from sim.app.wiring import App
from sim.builds.queue import forget_builds
from sim.canonical import Json
from sim.db.ledger import LedgerKind
from sim.errors import StoreError
from sim.features.library.library import remove_recording
from sim.features.own_clips.clip_jobs import stop_import
from sim.features.own_clips.folder import CLIPS, WORKING, change_walk, exclusive, get_folder
from sim.footage.build.workfolder import get_work_folder, remove_tree
from sim.footage.recording.recording import FORMS, MANIFEST_NAME, RECORDINGS
from sim.ledger.holds import delete_attempts_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    recordings: int
    attempts: int


def delete_walk(app: App, walk_id: str, *, by: str) -> Removed:
    """Delete a walk with all that was made of it; the ledger's line names it by its id alone, drawn by chance."""
    folder = app.settings.data / WALKS / walk_id
    if not walk_id.startswith("walk-") or not walk_id.replace("-", "").isalnum() or not folder.is_dir():
        raise StoreError("this walk is not here any more", todo="reload the page")
    require_own(app, walk_id)
    recordings = _list_unused(app, walk_id)
    with exclusive():
        forget_builds(app, walk_id)
        for job in (folder / CLIPS).glob("*.job.json"):
            stop_import(folder, job.name.removesuffix(".job.json"))
        for recording_id in recordings:
            remove_recording(app, recording_id)
        app.catalog.forget(walk_id)
        try:
            remove_tree(get_work_folder(folder / WORKING))
            remove_tree(folder)
        except OSError as error:
            raise StoreError(
                f"{error.filename} cannot be deleted: {error.strerror}", todo="close whatever has the file open"
            ) from error
    return _forget_practice(app, walk_id, recordings, kind=LedgerKind.WALK_DELETED, by=by)


def _list_unused(app: App, walk_id: str) -> tuple[str, ...]:
    made = sorted((app.settings.data / RECORDINGS).glob(f"{walk_id}-*/{MANIFEST_NAME}"))
    recordings = tuple(path.parent.name for path in made)
    with app.store.read() as work:
        under_way = work.attempts.list_under_way()
    if under_way.intersection(recordings):
        raise StoreError("a drill on this walk is under way", todo="wait until it has ended")
    return recordings


def list_walk_files(data: Path) -> Iterator[Path]:
    yield data / WALKS
    yield from (data / RECORDINGS).glob("walk-*-*")
    yield from (data / FORMS).glob("walk-*-*.yaml")


def delete_drills(app: App, walk_id: str, *, by: str) -> Removed:
    require_own(app, walk_id)
    recordings = _list_unused(app, walk_id)
    if not recordings:
        return Removed(recordings=0, attempts=0)
    for recording_id in recordings:
        remove_recording(app, recording_id)
    change_walk(get_folder(app, walk_id), lambda walk: walk.model_copy(update={"recording_id": ""}))
    return _forget_practice(app, walk_id, recordings, kind=LedgerKind.WALK_DRILLS_DELETED, by=by)


def _forget_practice(app: App, walk_id: str, recordings: tuple[str, ...], *, kind: LedgerKind, by: str) -> Removed:
    with app.unrestricted().store.write() as work:
        attempts = delete_attempts_on(work, recordings)
        data: dict[str, Json] = {"walk": walk_id, "recordings": len(recordings), "practice": attempts}
        work.ledger.note(kind, at=app.clock.read().wall, by=by, data=data)
    app.store.forget()
    return Removed(recordings=len(recordings), attempts=attempts)
