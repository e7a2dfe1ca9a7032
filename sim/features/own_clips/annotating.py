"""Drawing the walker: keyframes on the frames of the working recording, what is proposed next, and tracks of others."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from sim.app.wiring import App
from sim.clips.clocks import ClockFit
from sim.clips.keyframes import SiteKeyframe, TrackFormat, compute_boxes, find_clip_moment, place_keyframes, read_tracks
from sim.clips.model import FPS, Box, Keyframe, Sight, Track, Walk
from sim.clips.proposals import FoundPeople, Proposal, propose
from sim.errors import StoreError, TruthError
from sim.features.own_clips.clip_jobs import get_people_path
from sim.features.own_clips.clocks import fit_walk
from sim.features.own_clips.folder import change_track, get_folder, read_track, read_walk

Xyxy = tuple[float, float, float, float]
LONGEST_STEP_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTrack:
    """All keyframes on the recording's frames; `revision` is what the next step is made on."""

    revision: int
    keyframes: tuple[SiteKeyframe, ...]


def get_track(app: App, walk_id: str) -> SiteTrack:
    folder, walk, fit = _open(app, walk_id)
    return load_site_track(folder, walk, fit)


def load_site_track(folder: Path, walk: Walk, fit: ClockFit) -> SiteTrack:
    return _place(read_track(folder), walk, fit)


def _place(track: Track, walk: Walk, fit: ClockFit) -> SiteTrack:
    return SiteTrack(revision=track.revision, keyframes=place_keyframes(track.keyframes, walk, fit))


def set_keyframe(
    app: App, walk_id: str, *, camera_id: str, frame: int, sight: Sight, box: Xyxy | None, base: int
) -> SiteTrack:
    folder, walk, fit = _open(app, walk_id)
    moment = find_clip_moment(camera_id, frame, walk, fit)
    if moment is None:
        raise TruthError("this camera has no picture at that moment", todo="choose another moment")
    put = _make_keyframe(moment, sight, box)
    track = change_track(folder, base=base, put=(put,), drop=_list_at(folder, walk, fit, camera_id, frame))
    return _place(track, walk, fit)


def _make_keyframe(moment: tuple[str, float], sight: Sight, box: Xyxy | None) -> Keyframe:
    try:
        shape = None if box is None else Box(x1=box[0], y1=box[1], x2=box[2], y2=box[3])
        return Keyframe(clip_id=moment[0], clip_s=moment[1], sight=sight, box=shape)
    except ValueError as error:
        raise TruthError("this is no box of a person", todo="draw it again, inside the picture") from error


def _list_at(folder: Path, walk: Walk, fit: ClockFit, camera_id: str, frame: int) -> list[tuple[str, float]]:
    own = {clip.clip_id for clip in walk.clips if clip.camera_id == camera_id}
    return [
        (each.clip_id, each.clip_s)
        for each in read_track(folder).keyframes
        if each.clip_id in own and int(np.floor(fit.clips[each.clip_id].find_site_s(each.clip_s) * FPS)) == frame
    ]


def remove_keyframe(app: App, walk_id: str, *, camera_id: str, frame: int, base: int) -> SiteTrack:
    folder, walk, fit = _open(app, walk_id)
    drop = _list_at(folder, walk, fit, camera_id, frame)
    if not drop:
        raise StoreError("there is no mark in this frame", todo="choose a frame that has one")
    return _place(change_track(folder, base=base, drop=drop), walk, fit)


def undo(app: App, walk_id: str, *, base: int) -> SiteTrack:
    folder, walk, fit = _open(app, walk_id)
    return _place(change_track(folder, base=base, is_undo=True), walk, fit)


def propose_box(app: App, walk_id: str, *, camera_id: str, frame: int) -> Proposal:
    """Return where the walker probably is in a frame; at a crossing an earlier frame, to be looked at."""
    folder, walk, fit = _open(app, walk_id)
    keys = [key for key in load_site_track(folder, walk, fit).keyframes if key.camera_id == camera_id]
    return propose(keys, load_people(folder, walk, fit, camera_id), min(max(frame, 0), fit.frame_count - 1))


def load_people(folder: Path, walk: Walk, fit: ClockFit, camera_id: str) -> FoundPeople:
    frames, boxes, scores = [np.zeros(0, dtype=np.int64)], [np.zeros((0, 4))], [np.zeros(0)]
    for clip in walk.clips:
        path = get_people_path(folder, clip.clip_id)
        if clip.camera_id != camera_id or not path.is_file():
            continue
        with np.load(path) as found:
            clock = fit.clips[clip.clip_id]
            site_s = clock.start_s + clock.rate * (found["frames"].astype(np.float64) + 0.5) / FPS
            frames.append(np.floor(site_s * FPS + 1e-6).astype(np.int64))
            boxes.append(found["boxes"].astype(np.float64))
            scores.append(found["scores"].astype(np.float64))
    order = np.argsort(np.concatenate(frames), kind="stable")
    return FoundPeople(
        frames=np.concatenate(frames)[order], boxes=np.concatenate(boxes)[order], scores=np.concatenate(scores)[order]
    )


def list_boxes(app: App, walk_id: str, *, camera_id: str, first: int, last: int) -> list[tuple[int, Xyxy, bool]]:
    """Return where truth will have the walker on a camera, in frames first to last.

    Of each the frame, the box, and whether it is hidden, so that nobody is asked to mark it.
    """
    folder, walk, fit = _open(app, walk_id)
    keys = [key for key in load_site_track(folder, walk, fit).keyframes if key.camera_id == camera_id]
    found = compute_boxes(keys)
    return [
        (int(frame), (box[0], box[1], box[2], box[3]), bool(visible < 1.0))
        for frame, box, visible in zip(found.frames, found.boxes.tolist(), found.visible, strict=True)
        if first <= frame <= last
    ]


def list_gaps(app: App, walk_id: str) -> tuple[str, ...]:
    folder, walk, fit = _open(app, walk_id)
    keys = load_site_track(folder, walk, fit).keyframes
    said = []
    for camera in walk.cameras:
        own = [key for key in keys if key.camera_id == camera.camera_id]
        far = sum(
            (b.frame - a.frame) / FPS > LONGEST_STEP_S and a.box is not None and b.box is not None
            for a, b in pairwise(own)
        )
        if far:
            times = "once" if far == 1 else f"{far} times"
            said.append(f"{camera.name}: boxes are more than 2 seconds apart {times}. Add one between.")
        if own and own[-1].box is not None:
            said.append(f"{camera.name}: the last mark is a box. Mark where the walker leaves the picture as out.")
    return tuple(said)


def import_tracks(
    app: App, walk_id: str, *, clip_id: str, text: bytes, kind: TrackFormat, track: str | None, base: int
) -> SiteTrack:
    """Take the walker's boxes from a file of another tool, in place of the keyframes of that clip."""
    folder, walk, fit = _open(app, walk_id)
    clip = walk.get_clip(clip_id)
    if clip is None:
        raise StoreError("this clip is not here any more", todo="reload the page")
    put = read_tracks(text, kind=kind, clip=clip, track=track)
    old = [(each.clip_id, each.clip_s) for each in read_track(folder).keyframes if each.clip_id == clip_id]
    return _place(change_track(folder, base=base, put=put, drop=old), walk, fit)


def _open(app: App, walk_id: str) -> tuple[Path, Walk, ClockFit]:
    folder = get_folder(app, walk_id)
    walk = read_walk(folder)
    return folder, walk, fit_walk(folder, walk)
