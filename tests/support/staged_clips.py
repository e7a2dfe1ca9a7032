"""Short clips as video systems export them, cut from the sample: other codecs, rates, gaps, clocks; and broken ones."""

import io
import json
import os
import signal
import time
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pandas as pd

from sim.app.wiring import App
from sim.clips.model import Box, ClockNotes, Clothes, DrillWish, Keyframe, Reading, SharedEvent, Sight
from sim.db.builds import BuildState
from sim.features.own_clips.clip_jobs import ClipState
from sim.features.own_clips.clocks import find_align, start_align
from sim.features.own_clips.folder import get_folder
from sim.features.own_clips.importing import get_progress
from sim.truth.appearance import is_countable
from tests.support.story_truth import SHIPPED as SAMPLE

START = datetime(2026, 10, 14, 7, 50)
SECONDS = 6.0


@dataclass(frozen=True, slots=True)
class Cut:
    camera_id: str
    name: str
    codec: str
    form: str
    start_s: float
    off_s: float
    camera: str
    size_wh: tuple[int, int] = (960, 540)
    dropped: float = 0.0


CLIPS = (
    Cut("CAM-01", "front.mkv", "libx265", "matroska", 64.0, 0.0, "Front door", (480, 270), dropped=0.1),
    Cut("CAM-02", "lobby.mp4", "libx264", "mp4", 65.0, -95.0, "Lobby", (640, 360), dropped=0.1),
    Cut("CAM-04", "hall.avi", "mpeg4", "avi", 66.0, 12.4, "A hall", (640, 360)),
    Cut("CAM-06", "stairs.avi", "mjpeg", "avi", 67.0, 3601.3, "Stairs", (640, 360)),
)


def cut_clip(path: Path, cut: Cut, *, seconds: float = SECONDS) -> Path:
    dice = np.random.default_rng(1)
    base = Fraction(1, 10) if cut.form == "avi" else Fraction(1, 1000)
    pixels = "yuvj420p" if cut.codec == "mjpeg" else "yuv420p"
    fast = {} if cut.codec in ("mjpeg", "mpeg4") else {"preset": "ultrafast"}
    quiet = {"x265-params": "log-level=none"} if cut.codec == "libx265" else {}
    with av.open(str(SAMPLE / f"main/{cut.camera_id}.mp4")) as sample, av.open(str(path), "w", format=cut.form) as made:
        stream = made.add_stream(cut.codec, rate=10, options=fast | quiet)
        assert isinstance(stream, av.VideoStream)
        stream.pix_fmt, stream.bit_rate = pixels, 3_000_000
        stream.width, stream.height = cut.size_wh
        stream.codec_context.time_base = base
        sample.seek(int(cut.start_s * av.time_base))
        for frame in sample.decode(video=0):
            number = round((frame.time - cut.start_s) * 10)
            if number < 0 or (number and dice.random() < cut.dropped):
                continue
            if number >= seconds * 10:
                break
            small = frame.reformat(width=cut.size_wh[0], height=cut.size_wh[1], format=pixels)
            small.pts, small.time_base = round(number / 10 / base), base
            made.mux(stream.encode(small))
        made.mux(stream.encode())
    return path


def make_clocks() -> ClockNotes:
    readings, events = [], []
    for number, cut in enumerate(CLIPS, start=1):
        for clip_s in (0.05, SECONDS - 0.15):
            clock = START + timedelta(seconds=cut.start_s + clip_s + cut.off_s)
            readings.append(Reading(clip_id=f"clip-{number:02d}", clip_s=clip_s, clock=clock.replace(microsecond=0)))
    for number, (one, other) in enumerate(pairwise(CLIPS), start=1):
        at_s, slip_s = other.start_s + 1.3, 0.04 * (-1) ** number
        events.append(
            SharedEvent(
                clip_a=f"clip-{number:02d}",
                a_s=round(at_s - one.start_s + slip_s, 2),
                clip_b=f"clip-{number + 1:02d}",
                b_s=round(at_s - other.start_s - slip_s, 2),
            )
        )
    return ClockNotes(readings=tuple(readings), events=tuple(events))


def load_walkers() -> list[tuple[str, pd.DataFrame]]:
    rows = pd.read_parquet(SAMPLE / "truth.parquet")
    rows = rows[is_countable(rows["visible"].to_numpy(), (rows["y2"] - rows["y1"]).to_numpy(), lines=720)]
    parts = [
        rows[(rows["camera_id"] == c.camera_id) & rows["t_s"].between(c.start_s, c.start_s + SECONDS - 0.15)]
        for c in CLIPS
    ]
    seen = {str(person): own for person, own in pd.concat(parts).groupby("person_id")}
    return sorted(seen.items(), key=lambda each: (each[1]["camera_id"].nunique(), len(each[1]), each[0]), reverse=True)


__all__ = ["CLIPS", "SAMPLE", "SECONDS", "START", "cut_clip", "load_walker", "make_clocks"]

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


def load_walker() -> tuple[str, pd.DataFrame]:
    return load_walkers()[0]


def make_keyframes(rows: pd.DataFrame) -> tuple[Keyframe, ...]:
    made = []
    for number, cut in enumerate(CLIPS, start=1):
        own, clip_id = rows[rows["camera_id"] == cut.camera_id].sort_values("frame"), f"clip-{number:02d}"
        for _, part in own.groupby((own["frame"].diff() > 20).cumsum()):
            frames = part["frame"].to_numpy()
            wanted = {int(frames[np.abs(frames - f).argmin()]) for f in [*range(frames[0], frames[-1], 15)]}
            for row in part[part["frame"].isin(wanted | {int(frames[-1])})].itertuples():
                x1, y1, x2, y2 = np.clip([row.x1 / 1280, row.y1 / 720, row.x2 / 1280, row.y2 / 720], 0, 1).tolist()
                clip_s = row.frame / 10 + 0.05 - cut.start_s
                box = Box(x1=x1, y1=y1, x2=x2, y2=y2)
                made.append(Keyframe(clip_id=clip_id, clip_s=clip_s, sight=Sight.SEEN, box=box))
            gone_s = (frames[-1] + 1) / 10 + 0.05 - cut.start_s
            if gone_s < SECONDS - 0.2:
                made.append(Keyframe(clip_id=clip_id, clip_s=gone_s, sight=Sight.OUT))
    return tuple(made)


def wait_imported(app: App, walk_id: str) -> None:
    end_s = time.monotonic() + 300.0
    while any(each.state is ClipState.IMPORTING for each in get_progress(app, walk_id)):
        assert time.monotonic() < end_s
        time.sleep(0.1)


def kill_import(app: App, walk_id: str) -> None:
    folder = get_folder(app, walk_id)
    (job,) = folder.glob("clips/*.job.json")
    pid = int(json.loads(job.read_text())["worker"].split(" / ")[-1])
    end_s = time.monotonic() + 60
    while not any(path.stat().st_size > HAS_PICTURES for path in folder.glob("clips/*.part/main.mp4")):
        assert time.monotonic() < end_s
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    while get_progress(app, walk_id)[0].state is ClipState.IMPORTING:
        time.sleep(0.05)


def align_now(app: App, walk_id: str) -> None:
    start_align(app, walk_id)
    wait_aligned(app, walk_id)


def wait_aligned(app: App, walk_id: str) -> None:
    end_s = time.monotonic() + 300.0
    while (found := find_align(app, walk_id)) is not None and found.is_open:
        assert time.monotonic() < end_s
        time.sleep(0.1)
    assert found is not None
    assert found.row.state is BuildState.DONE, found


def make_zip(path: Path) -> Path:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as files:
        files.writestr("clip.txt", "no clip")
    path.write_bytes(packed.getvalue())
    return path


def make_sound(path: Path) -> Path:
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
