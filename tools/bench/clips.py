"""What an import of a school's own clips costs at 1080p, and how well heads are covered."""

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pandas as pd
import psutil

from sim.app.score import load_truth_index
from sim.clips.model import PICTURE_WH, BlurMode
from sim.clips.proposals import DoubtfulSpan
from sim.errors import MachineError
from sim.footage.clips.blur import SMALL_WH, Blurrer, Hall
from sim.footage.clips.child import start_import
from sim.footage.clips.import_clip import list_spans
from sim.footage.clips.worker import GO_FILE
from sim.footage.machine import read_answer
from sim.footage.recording.open import open_recording
from sim.footage.recording.recording import Picture
from sim.footage.stills.person_detector import MODEL, PersonDetector
from sim.footage.video.still import decode_frames
from tools.bench.rig import SAMPLE, Figure, OnStep, make_folder

HD_WH = (1920, 1080)
HD_RATE = 25
MOVING_S, HEADS_S = 60.0, 12.0
CAMERA, BEGINS_S = "CAM-02", 50.0
LOOK_EVERY_S = 0.02
CAMERAS = ("CAM-01", "CAM-02", "CAM-04", "CAM-06")
SPAN_S = (50.0, 80.0)
LEAST_PX = 60.0
VISIBLE = 0.5
HEAD_HIGH, HEAD_HALF_WIDE = 0.13, 0.06
"""A head in shares of a person's height: how much of the top, and how far to each side of the middle."""
CHANGED = 0.5
"""A head is covered where at least this share of its pixels is another than before: plain ones may stay the same."""
EMPTY_SAMPLES = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """An import: seconds of processor time, and the most memory it held."""

    cpu_s: float
    memory_mb: float


def measure(*, on_step: OnStep, smallest: bool = False) -> tuple[Figure, ...]:
    """Import a clip of 1080p twice, in the process that imports; look for heads left bare in the sample."""
    moving_s, heads_s = (1.0, 1.0) if smallest else (MOVING_S, HEADS_S)
    with make_folder() as folder:
        on_step(f"importing {moving_s:g} seconds of 1080p, all that moves blurred")
        moving = import_clip(write_hd(folder / "hd.mp4", seconds=moving_s), folder / "moving", mode=BlurMode.MOVING)
        on_step(f"importing {heads_s:g} seconds, heads blurred")
        heads = import_clip(write_hd(folder / "short.mp4", seconds=heads_s), folder / "heads", mode=BlurMode.HEADS)
    counts = []
    for camera_id in CAMERAS[: 1 if smallest else None]:
        on_step(f"heads on {camera_id}")
        counts.append(count_heads(camera_id, (60.0, 60.6) if smallest else SPAN_S))
    covered = 100 * sum(each.covered for each in counts) / sum(each.heads for each in counts)
    cpu_s, memory_mb = moving.cpu_s / (moving_s / 60), max(moving.memory_mb, heads.memory_mb)
    return (
        Figure(name="import of a clip minute at 1080p, all that moves blurred", value=cpu_s, unit="s", most=12.0),
        Figure(name="memory of the process, the larger of both ways to blur", value=memory_mb, unit="MB", most=400.0),
        Figure(name="heads of people of 60 px and more that are covered", value=covered, unit="%", least=95.0),
        Figure(name="bare heads in no spot to look at", value=sum(each.unlisted for each in counts), most=0.0),
    )


def write_hd(path: Path, *, seconds: float) -> Path:
    """Write a camera of the sample as a 1080p camera would: H.264, a key picture each two seconds."""
    base = Fraction(1, HD_RATE)
    with av.open(str(SAMPLE / f"main/{CAMERA}.mp4")) as sample, av.open(str(path), "w", format="mp4") as made:
        options = {"preset": "veryfast", "x264-params": f"keyint={2 * HD_RATE}:bframes=0"}
        stream = made.add_stream("libx264", rate=HD_RATE, options=options)
        stream.width, stream.height = HD_WH
        stream.pix_fmt = "yuv420p"
        sample.seek(int(BEGINS_S * av.time_base))
        number = 0
        for frame in sample.decode(video=0):
            large = frame.reformat(width=HD_WH[0], height=HD_WH[1], format="yuv420p")
            while BEGINS_S + number / HD_RATE < (frame.time or 0.0) and number < seconds * HD_RATE:
                large.pts, large.time_base = number, base
                made.mux(stream.encode(large))
                number += 1
            if number >= seconds * HD_RATE:
                break
        made.mux(stream.encode())
    return path


def import_clip(clip: Path, folder: Path, *, mode: BlurMode) -> Cost:
    """Import a clip as the server does, in a process of its own. Raises MachineError: it failed."""
    folder.mkdir()
    (folder / GO_FILE).touch()
    answer = folder / "answer.json"
    with clip.open("rb") as file:
        model = MODEL if mode is BlurMode.HEADS else None
        child = start_import(file, name=clip.name, mode=mode.value, model=model, folder=folder, answer=answer)
    memory_mb = 0.0
    while (ended := os.wait4(child.pid, os.WNOHANG))[0] == 0:
        memory_mb = max(memory_mb, _read_memory_mb(child.pid))
        time.sleep(LOOK_EVERY_S)
    _, status, used = ended
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise MachineError(f"the import failed: {read_answer(answer.read_bytes()).get('error', '')}")
    return Cost(cpu_s=used.ru_utime + used.ru_stime, memory_mb=memory_mb)


def _read_memory_mb(pid: int) -> float:
    """Return what a process holds, 0 once it has ended.

    What the system tells of a process that has ended is no less than its parent held when it began.
    """
    try:
        return float(psutil.Process(pid).memory_info().rss) / 1e6
    except psutil.NoSuchProcess:
        return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadCount:
    """Heads of people of `LEAST_PX` and more, one a frame: all, those pixelated, bare ones in no doubtful spot."""

    heads: int
    covered: int
    unlisted: int


def count_heads(camera_id: str, seconds: tuple[float, float]) -> HeadCount:
    """Blur a camera of the sample with the person detector that comes along, and look at every head."""
    recording = open_recording(SAMPLE)
    fps = recording.manifest.fps
    camera = next(each for each in recording.manifest.cameras if each.camera_id == camera_id)
    frames = range(round(seconds[0] * fps), round(seconds[1] * fps))
    pictures: list[Picture] = [
        np.asarray(cv2.resize(np.ascontiguousarray(rgb[..., ::-1]), PICTURE_WH, interpolation=cv2.INTER_AREA), np.uint8)
        for _, rgb in sorted(decode_frames(recording.folder / camera.main, frames=frames, fps=fps).items())
    ]
    blurrer = Blurrer(BlurMode.HEADS, hall=Hall(_find_empty(pictures)), detector=PersonDetector(MODEL))
    blurred = list(_blur(blurrer, pictures))
    spans = list_spans(blurrer.doubts, BlurMode.HEADS, len(pictures))
    rows = load_truth_index(recording, reads_silhouettes=False).table.rows.copy()
    rows[["x1", "y1", "x2", "y2"]] *= PICTURE_WH[0] / camera.size_wh[0]
    rows = rows[(rows["camera_id"] == camera_id) & (rows["visible"] >= VISIBLE)]
    rows = rows[(rows["y2"] - rows["y1"] >= LEAST_PX) & rows["frame"].isin(frames)]
    heads = covered = unlisted = 0
    for frame, x1, y1, x2, y2 in _list_heads(rows):
        place = frame - frames[0]
        part = np.s_[y1:y2, x1:x2]
        heads += 1
        if (blurred[place][part] != pictures[place][part]).any(axis=2).mean() >= CHANGED:
            covered += 1
        elif not _is_listed(place, (x1, y1, x2, y2), spans):
            unlisted += 1
    return HeadCount(heads=heads, covered=covered, unlisted=unlisted)


def _find_empty(pictures: Sequence[Picture]) -> Picture:
    """Return the empty hall as the import samples it: the median of pictures spread over the clip."""
    chosen = np.linspace(0, len(pictures) - 1, EMPTY_SAMPLES).round().astype(int)
    small = [cv2.resize(pictures[number], SMALL_WH, interpolation=cv2.INTER_AREA) for number in chosen]
    return np.asarray(np.median(np.stack(small), axis=0), dtype=np.uint8)


def _blur(blurrer: Blurrer, pictures: Sequence[Picture]) -> Iterator[Picture]:
    for bgr in pictures:
        yield from blurrer.take(bgr, is_new=True)
    yield from blurrer.finish()


def _list_heads(rows: pd.DataFrame) -> Iterator[tuple[int, int, int, int, int]]:
    """Yield frame, x1, y1, x2, y2 of each head that is in the picture."""
    width, height = PICTURE_WH
    for frame, x1, y1, x2, y2 in rows[["frame", "x1", "y1", "x2", "y2"]].itertuples(index=False):
        high, middle = y2 - y1, (x1 + x2) / 2
        left, right = middle - HEAD_HALF_WIDE * high, middle + HEAD_HALF_WIDE * high
        if left >= 0 and right < width and y1 >= 0 and y1 + HEAD_HIGH * high < height:
            yield int(frame), int(left), int(y1), int(right) + 1, int(y1 + HEAD_HIGH * high) + 1


def _is_listed(frame: int, head: tuple[int, int, int, int], spans: Sequence[DoubtfulSpan]) -> bool:
    size = np.array(PICTURE_WH * 2)
    x1, y1, x2, y2 = np.array(head) / size
    return any(
        span.first <= frame <= span.last
        and span.box[0] < x2
        and x1 < span.box[2]
        and span.box[1] < y2
        and y1 < span.box[3]
        for span in (spot for each in spans for spot in each.spots)
    )
