"""Short clips as video systems export them, cut from the sample: other codecs, rates, gaps and clocks; and broken ones.

from tests.support.staged_clips import CLIPS, cut_clips
paths = cut_clips(tmp_path)
"""

import io
import json
import os
import signal
import time
import zipfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pandas as pd

from sim.clips.model import Box, Clothes, DrillWish, Keyframe, Sight
from sim.services.app.wiring import App
from sim.services.own_clips.aligning import AlignState, get_align, start_align
from sim.services.own_clips.clip_jobs import ClipState
from sim.services.own_clips.folder import get_folder
from sim.services.own_clips.importing import get_progress
from tests.support.sample_clips import CLIPS, SAMPLE, SECONDS, START, cut_clip, load_walkers, make_clocks

__all__ = ["CLIPS", "SAMPLE", "SECONDS", "START", "cut_clip", "cut_clips", "load_walker", "make_clocks"]

HAS_PICTURES = 60_000
"""Bytes of an unfinished clip in which there are whole pictures."""

WISH = DrillWish(
    title="Walk of October",
    tasks=("trace", "export"),
    clothes=Clothes(
        top_kind="hoodie",
        top_color="red",
        bottom_kind="jeans",
        bottom_color="blue",
        shoe_color="white",
        hair_color="brown",
    ),
)


def cut_clips(folder: Path) -> tuple[Path, ...]:
    """Write the four clips and return their paths."""
    return tuple(cut_clip(folder / cut.name, cut) for cut in CLIPS)


def load_walker() -> tuple[str, pd.DataFrame]:
    """Return who of the sample is longest in the clips, and their rows of truth there."""
    return load_walkers()[0]


def make_keyframes(rows: pd.DataFrame, *, every_frames: int = 15) -> tuple[Keyframe, ...]:
    """Return keyframes as a trainer draws them: at both ends of an appearance, and between."""
    made = []
    for number, cut in enumerate(CLIPS, start=1):
        own, clip_id = rows[rows["camera_id"] == cut.camera_id].sort_values("frame"), f"clip-{number:02d}"
        for _, part in own.groupby((own["frame"].diff() > 20).cumsum()):
            frames = part["frame"].to_numpy()
            wanted = {int(frames[np.abs(frames - f).argmin()]) for f in [*range(frames[0], frames[-1], every_frames)]}
            for row in part[part["frame"].isin(wanted | {int(frames[-1])})].itertuples():
                x1, y1, x2, y2 = np.clip([row.x1 / 960, row.y1 / 540, row.x2 / 960, row.y2 / 540], 0, 1).tolist()
                clip_s = row.frame / 10 + 0.05 - cut.start_s
                box = Box(x1=x1, y1=y1, x2=x2, y2=y2)
                made.append(Keyframe(clip_id=clip_id, clip_s=clip_s, sight=Sight.SEEN, box=box))
            gone_s = (frames[-1] + 1) / 10 + 0.05 - cut.start_s
            if gone_s < SECONDS - 0.2:
                made.append(Keyframe(clip_id=clip_id, clip_s=gone_s, sight=Sight.OUT))
    return tuple(made)


def wait_imported(app: App, walk_id: str, *, within_s: float = 300.0) -> None:
    """Wait until no clip of a walk is being imported."""
    end_s = time.monotonic() + within_s
    while any(each.state is ClipState.IMPORTING for each in get_progress(app, walk_id)):
        assert time.monotonic() < end_s
        time.sleep(0.1)


def kill_import(app: App, walk_id: str) -> None:
    """Kill the process that takes a clip in once it has begun to write."""
    folder = get_folder(app, walk_id)
    (job,) = folder.glob("clips/*.job.json")
    pid = json.loads(job.read_text())["worker"]["pid"]
    end_s = time.monotonic() + 60
    while not any(path.stat().st_size > HAS_PICTURES for path in folder.glob("clips/*.part/main.mp4")):
        assert time.monotonic() < end_s
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    while get_progress(app, walk_id)[0].state is ClipState.IMPORTING:
        time.sleep(0.05)


def align_now(app: App, walk_id: str) -> None:
    """Put the clips of a walk on one clock, and wait until that is done."""
    start_align(app, walk_id)
    wait_aligned(app, walk_id)


def wait_aligned(app: App, walk_id: str, *, within_s: float = 300.0) -> None:
    """Wait until the clips of a walk are covered and on one clock."""
    end_s = time.monotonic() + within_s
    while (found := get_align(app, walk_id)).state is AlignState.RUNNING:
        assert time.monotonic() < end_s
        time.sleep(0.1)
    assert found.state is AlignState.DONE, found


def make_zip(path: Path) -> Path:
    """Write a ZIP file under any name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as files:
        files.writestr("clip.txt", "no clip")
    path.write_bytes(packed.getvalue())
    return path


def make_sound(path: Path) -> Path:
    """Write a file that has sound alone."""
    with av.open(str(path), "w", format="mp4") as made:
        stream = made.add_stream("aac", rate=16000)
        stream.layout = "mono"
        for number in range(20):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), dtype=np.float32), format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = 16000, number * 1024, Fraction(1, 16000)
            made.mux(stream.encode(frame))
        made.mux(stream.encode())
    return path


def make_plain(path: Path, *, size_wh: tuple[int, int], rate: int, times_s: list[float], codec: str = "mpeg4") -> Path:
    """Write a clip of gray pictures at some times."""
    base = Fraction(1, 1000)
    with av.open(str(path), "w", format="matroska") as made:
        stream = made.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = *size_wh, "yuv420p"
        stream.codec_context.time_base = base
        for number, at_s in enumerate(times_s):
            planes = np.full((size_wh[1] * 3 // 2, size_wh[0]), 40 + number % 180, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            frame.pts, frame.time_base = round(at_s * 1000), base
            made.mux(stream.encode(frame))
        made.mux(stream.encode())
    return path
