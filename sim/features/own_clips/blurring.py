"""Looking through what was blurred: doubtful stretches, covering more, and confirming each camera."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.app.wiring import App
from sim.clips.clocks import ClipClock, ClockFit
from sim.clips.model import FPS, BlurMode, Clip, Walk
from sim.db.ledger import LedgerKind
from sim.errors import StoreError
from sim.features.own_clips.aligning import refuse_while_running, start_align
from sim.features.own_clips.clip_jobs import PendingCover, read_covers, read_result, refuse_while_covering, write_covers
from sim.features.own_clips.clocks import fit_walk
from sim.features.own_clips.folder import change_walk, exclusive, get_folder, read_walk
from sim.features.own_clips.removing import delete_drills

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
            LedgerKind.BLUR_CONFIRMED,
            at=app.clock.read().wall,
            by=by,
            data={"walk": walk_id, "camera": camera_id},
        )


def list_unconfirmed(walk: Walk) -> tuple[str, ...]:
    """Return the cameras that nobody has looked through yet; none where everyone has signed and nothing is blurred."""
    if walk.blur is BlurMode.NONE:
        return ()
    return tuple(camera.camera_id for camera in walk.cameras if camera.camera_id not in walk.confirmed)
