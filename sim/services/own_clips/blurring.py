"""Looking through what was blurred: doubtful stretches, covering more, and confirming each camera."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.errors import StoreError
from sim.footage.staged.cover import Cover, cover_clip
from sim.records.ledger_rows import Draft, LedgerKind
from sim.services.app.wiring import App
from sim.services.own_clips.clip_jobs import get_clip_path, read_result
from sim.services.own_clips.clocks import fit_walk
from sim.services.own_clips.folder import alone, change_walk, get_folder, read_walk, tell_full
from sim.staged.clocks import ClipClock, ClockFit
from sim.staged.model import FPS, BlurMode, Walk

Xyxy = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """A stretch of a camera to look at: frames of the recording, where in the picture, and why."""

    camera_id: str
    first: int
    last: int
    box: Xyxy
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreBlur:
    """A box to pixelate on a camera, in frames first to last of the recording."""

    camera_id: str
    first: int
    last: int
    box: Xyxy


def list_doubtful(app: App, walk_id: str, camera_id: str) -> tuple[Doubtful, ...]:
    """Return the stretches of a camera in which a head may be bare, in order of time.

    Raises:
        StoreError: the walk is gone, or a clip is not imported.
        RecordingError: the clips are on no clock yet.
    """
    folder = get_folder(app, walk_id)
    walk = read_walk(folder)
    fit = fit_walk(folder, walk)
    return find_doubtful(folder, walk, fit, camera_id)


def find_doubtful(folder: Path, walk: Walk, fit: ClockFit, camera_id: str) -> tuple[Doubtful, ...]:
    """As `list_doubtful`."""
    found = []
    for clip in walk.clips:
        if clip.camera_id != camera_id:
            continue
        clock = fit.clips[clip.clip_id]
        for span in read_result(folder, clip.clip_id).doubtful:
            first, last = (_find_frame(clock, number, fit) for number in (span.first, span.last))
            found.append(Doubtful(camera_id=camera_id, first=first, last=last, box=span.box, why=span.why))
    return tuple(sorted(found, key=lambda each: (each.first, each.last)))


def _find_frame(clock: ClipClock, number: int, fit: ClockFit) -> int:
    site_s = clock.find_site_s((number + 0.5) / FPS)
    return int(np.clip(np.floor(site_s * FPS), 0, fit.frame_count - 1))


def blur_more(app: App, walk_id: str, spans: Sequence[MoreBlur], *, on_step: Callable[[str, float], None]) -> None:
    """Pixelate boxes in the clips themselves; the cameras have to be confirmed again, and the recording made again.

    Raises:
        StoreError: the walk or a camera is gone, or the disk is full.
        RecordingError: the clips are on no clock yet.
    """
    folder = get_folder(app, walk_id)
    walk = read_walk(folder)
    fit = fit_walk(folder, walk)
    changed = {span.camera_id for span in spans}
    if not changed <= {camera.camera_id for camera in walk.cameras}:
        raise StoreError("this camera is not part of the walk any more", todo="reload the page")

    def unconfirm(walk: Walk) -> Walk:
        return walk.model_copy(update={"confirmed": tuple(c for c in walk.confirmed if c not in changed)})

    change_walk(folder, unconfirm)
    touched = [(clip, _list_covers(spans, clip.camera_id, fit.clips[clip.clip_id])) for clip in walk.clips]
    touched = [(clip, covers) for clip, covers in touched if covers]
    for place, (clip, covers) in enumerate(touched):
        total = max(round(clip.duration_s * FPS), 1)

        def hear(frame: int, place: int = place, total: int = total, name: str = clip.file_name) -> None:
            if frame % 50 == 0:
                on_step(name, min((place + frame / total) / len(touched), 1.0))

        try:
            with alone():
                cover_clip(get_clip_path(folder, clip.clip_id), covers, on_frame=hear)
        except OSError as error:
            raise tell_full(error) from error


def _list_covers(spans: Sequence[MoreBlur], camera_id: str, clock: ClipClock) -> list[Cover]:
    """Return the spans of a camera on a clip's frames, a frame more on each side."""
    covers = []
    for span in spans:
        if span.camera_id == camera_id:
            first, last = (clock.find_clip_s((frame + 0.5) / FPS) * FPS for frame in (span.first, span.last))
            if last >= 0:
                covers.append(Cover(first=int(np.floor(first)) - 1, last=int(np.floor(last)) + 1, box=span.box))
    return covers


def confirm_camera(app: App, walk_id: str, camera_id: str, *, by: str) -> None:
    """Say that somebody looked through a camera and saw no face; a line in the ledger says who.

    Raises:
        StoreError: the walk or camera is gone.
    """
    folder = get_folder(app, walk_id)

    def confirm(walk: Walk) -> Walk:
        if camera_id not in {camera.camera_id for camera in walk.cameras}:
            raise StoreError("this camera is not part of the walk any more", todo="reload the page")
        return walk.model_copy(update={"confirmed": tuple(sorted({*walk.confirmed, camera_id}))})

    change_walk(folder, confirm)
    with app.store.write() as work:
        work.ledger.append(
            Draft(
                kind=LedgerKind.BLUR_CONFIRMED,
                at=app.clock.read().wall,
                by=by,
                data={"walk": walk_id, "camera": camera_id},
            )
        )


def list_unconfirmed(walk: Walk) -> tuple[str, ...]:
    """Return the cameras that nobody has looked through yet; none where everyone has signed and nothing is blurred."""
    if walk.blur is BlurMode.NONE:
        return ()
    return tuple(camera.camera_id for camera in walk.cameras if camera.camera_id not in walk.confirmed)
