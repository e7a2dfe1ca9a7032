"""A walk as large as a real one, its clips as an import leaves them: cameras of the sample, people where they are."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from sim.clips.model import (
    FPS,
    PICTURE_WH,
    BlurMode,
    Box,
    Clip,
    ClockNotes,
    Keyframe,
    Rights,
    SharedEvent,
    Sight,
    WalkCamera,
)
from sim.errors import MachineError
from sim.footage.build.assemble import link_or_copy
from sim.services.app.wiring import App
from sim.services.own_clips.align_jobs import AlignState, get_align, start_align
from sim.services.own_clips.clip_jobs import ClipResult, get_clip_path, get_people_path, get_result_path
from sim.services.own_clips.clocks import set_clocks
from sim.services.own_clips.folder import get_folder, make_walk, read_walk, save_walk, write_model
from sim.services.own_clips.track import change_track
from tools.bench.people_figures import SAMPLE

CAMERAS = 8
MARKS = 400
EVERY = 15
FOUND_SHARE, FOUND_PX, FOUND_SCORE = 0.5, 40.0, 0.7
POLL_S = 0.5


def make_large_walk(app: App, *, minutes: float, on_step: Callable[[str], None]) -> str:
    """Make a walk of `CAMERAS` cameras and `MARKS` marks on all but the last camera; return it.

    Raises:
        MachineError: its clips could not be put on one clock.
    """
    rights = Rights(may_use=True, everyone_agreed=True)
    walk_id = make_walk(app, "Large walk", rights=rights, blur=BlurMode.MOVING, by="")
    folder = get_folder(app, walk_id)
    rows = pd.read_parquet(SAMPLE / "truth.parquet")
    frames = round(minutes * 60 * FPS)
    cameras = [f"CAM-{number:02d}" for number in range(1, CAMERAS + 1)]
    clips = tuple(_make_clip(folder, camera_id, rows, frames) for camera_id in cameras)
    named = tuple(WalkCamera(camera_id=camera_id, name=f"Camera {camera_id[-2:]}") for camera_id in cameras)
    save_walk(folder, read_walk(folder).model_copy(update={"cameras": named, "clips": clips}))
    events = [SharedEvent(clip_a=clips[0].clip_id, a_s=1.0, clip_b=clip.clip_id, b_s=1.0) for clip in clips[1:]]
    set_clocks(app, walk_id, ClockNotes(events=tuple(events)))
    for base, key in enumerate(_list_keyframes(rows[rows["frame"] < frames])):
        change_track(folder, base=base, put=(key,))
    align_walk(app, walk_id, on_step=on_step)
    return walk_id


def align_walk(app: App, walk_id: str, *, on_step: Callable[[str], None]) -> None:
    """Put the clips of a walk on one clock, and wait. Raises MachineError: they could not be."""
    on_step("putting clips on one clock")
    start_align(app, walk_id)
    while (going := get_align(app, walk_id)).state is AlignState.RUNNING:
        time.sleep(POLL_S)
    if going.state is not AlignState.DONE:
        raise MachineError(f"the clips could not be put on one clock: {going.problem}")


def _make_clip(folder: Path, camera_id: str, rows: pd.DataFrame, frames: int) -> Clip:
    """Write what an import leaves of a clip: its pictures, the people found in every other one, and what it became."""
    clip_id = f"clip-{camera_id[-2:]}"
    link_or_copy(SAMPLE / f"main/{camera_id}.mp4", get_clip_path(folder, clip_id))
    own = rows[(rows["camera_id"] == camera_id) & (rows["frame"] < frames) & (rows["frame"] % 2 == 0)]
    own = own[(own["visible"] >= FOUND_SHARE) & (own["y2"] - own["y1"] >= FOUND_PX)].sort_values("frame")
    np.savez_compressed(
        get_people_path(folder, clip_id),
        frames=own["frame"].to_numpy(dtype=np.int32),
        boxes=_to_shares(own).astype(np.float32),
        scores=np.full(len(own), FOUND_SCORE, dtype=np.float32),
    )
    result = ClipResult(
        duration_s=frames / FPS, frames=frames, pictures_s=FPS, notes=(), looked=frames // 2, look_at=(), doubtful=()
    )
    write_model(result, get_result_path(folder, clip_id))
    return Clip(
        clip_id=clip_id,
        camera_id=camera_id,
        file_name=f"{camera_id}.mp4",
        sha256=f"{int(camera_id[-2:]):064x}",
        size_wh=PICTURE_WH,
        codec="H.264",
        pictures_s=FPS,
        duration_s=frames / FPS,
    )


def _list_keyframes(rows: pd.DataFrame) -> Iterator[Keyframe]:
    """Yield `MARKS` boxes, each camera's of whom it shows longest, spread over the cameras but the last."""
    for number in range(1, CAMERAS):
        own = rows[(rows["camera_id"] == f"CAM-{number:02d}") & (rows["visible"] >= FOUND_SHARE)]
        longest = own["person_id"].value_counts().index
        seen = own.assign(rank=own["person_id"].map({person: place for place, person in enumerate(longest)}))
        seen = seen[seen["frame"] % EVERY == 0].sort_values(["frame", "rank"]).drop_duplicates("frame")
        share = MARKS // (CAMERAS - 1) + (number <= MARKS % (CAMERAS - 1))
        for frame, sides in zip(seen["frame"][:share], _to_shares(seen)[:share].tolist(), strict=True):
            x1, y1, x2, y2 = sides
            box = Box(x1=x1, y1=y1, x2=x2, y2=y2)
            yield Keyframe(clip_id=f"clip-{number:02d}", clip_s=(frame + 0.5) / FPS, sight=Sight.SEEN, box=box)


def _to_shares(rows: pd.DataFrame) -> np.typing.NDArray[np.float64]:
    return np.clip(rows[["x1", "y1", "x2", "y2"]].to_numpy(dtype=np.float64) / (PICTURE_WH * 2), 0.0, 1.0)
