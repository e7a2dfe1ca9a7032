"""Deleting a staged walk or its drills; blurring more in its clips, and confirming each camera.

Practice that a legal hold keeps stays, without its footage.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.app.own_folders import WALKS, require_own
from sim.app.wiring import App
from sim.builds.queue import forget_builds
from sim.canonical import Json
from sim.clips.clocks import ClipClock, ClockFit
from sim.clips.model import FPS, BlurMode, Clip, Walk
from sim.db.ledger import LedgerKind
from sim.errors import StoreError
from sim.features.library.library import remove_recording
from sim.features.own_clips.clip_jobs import (
    PendingCover,
    read_covers,
    read_result,
    refuse_while_covering,
    stop_import,
    write_covers,
)
from sim.features.own_clips.clocks import fit_walk, refuse_while_running, start_align
from sim.features.own_clips.folder import CLIPS, WORKING, change_walk, exclusive, get_folder, read_walk
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


Xyxy = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    camera_id: str
    first: int
    last: int
    box: Xyxy
    why: str
    spots: tuple[tuple[int, int, Xyxy], ...]  # first and last frame, and where one head may be bare


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreBlur:
    camera_id: str
    first: int
    last: int
    box: Xyxy


def list_doubtful(app: App, walk_id: str, camera_id: str) -> tuple[Doubtful, ...]:
    folder = get_folder(app, walk_id)
    walk = read_walk(folder)
    fit = fit_walk(folder, walk)
    found = []
    for clip in walk.clips:
        if clip.camera_id != camera_id:
            continue
        clock = fit.clips[clip.clip_id]
        for span in read_result(folder, clip.clip_id).doubtful:
            first, last = (_find_frame(clock, number, fit) for number in (span.first, span.last))
            spots = tuple(
                (_find_frame(clock, spot.first, fit), _find_frame(clock, spot.last, fit), spot.box)
                for spot in span.spots
            )
            found.append(Doubtful(camera_id=camera_id, first=first, last=last, box=span.box, why=span.why, spots=spots))
    return tuple(sorted(found, key=lambda each: (each.first, each.last)))


def _find_frame(clock: ClipClock, number: int, fit: ClockFit) -> int:
    site_s = clock.find_site_s((number + 0.5) / FPS)
    return int(np.clip(np.floor(site_s * FPS), 0, fit.frame_count - 1))


def blur_more(app: App, walk_id: str, spans: Sequence[MoreBlur], *, by: str) -> None:
    """Begin to pixelate boxes in the clips, and make the recording again; drills made before go."""
    folder = get_folder(app, walk_id)
    walk = read_walk(folder)
    fit = fit_walk(folder, walk)
    changed = {span.camera_id for span in spans}
    if not changed <= {camera.camera_id for camera in walk.cameras}:
        raise StoreError("this camera is not part of the walk any more", todo="reload the page")
    covers = [cover for clip in walk.clips for cover in _list_covers(spans, clip, fit.clips[clip.clip_id])]

    def unconfirm(walk: Walk) -> Walk:
        return walk.model_copy(update={"confirmed": tuple(c for c in walk.confirmed if c not in changed)})

    with exclusive():
        refuse_while_running(app, walk_id)
        delete_drills(app, walk_id, by=by)
        change_walk(folder, unconfirm)
        write_covers(folder, (*read_covers(folder), *covers))
        start_align(app, walk_id)


def _list_covers(spans: Sequence[MoreBlur], clip: Clip, clock: ClipClock) -> Iterator[PendingCover]:
    for span in spans:
        first, last = (int(np.floor(clock.find_clip_s((f + 0.5) / FPS) * FPS)) for f in (span.first, span.last))
        if span.camera_id == clip.camera_id and last >= 0 and first < clip.duration_s * FPS:
            yield PendingCover(clip_id=clip.clip_id, first=max(first, 0) - 1, last=last + 1, box=span.box)


def confirm_camera(app: App, walk_id: str, camera_id: str, *, by: str) -> None:
    folder = get_folder(app, walk_id)
    refuse_while_covering(folder, camera_id)

    def confirm(walk: Walk) -> Walk:
        if camera_id not in {camera.camera_id for camera in walk.cameras}:
            raise StoreError("this camera is not part of the walk any more", todo="reload the page")
        return walk.model_copy(update={"confirmed": tuple(sorted({*walk.confirmed, camera_id}))})

    change_walk(folder, confirm)
    with app.store.write() as work:
        work.ledger.note(
            LedgerKind.BLUR_CONFIRMED, at=app.clock.read().wall, by=by, data={"walk": walk_id, "camera": camera_id}
        )


def list_unconfirmed(walk: Walk) -> tuple[str, ...]:
    """Return the cameras that nobody has looked through yet; none where everyone has signed and nothing is blurred."""
    if walk.blur is BlurMode.NONE:
        return ()
    return tuple(camera.camera_id for camera in walk.cameras if camera.camera_id not in walk.confirmed)
