"""One clip taken in, in a process of its own: decoded, blurred, stored at ten pictures a second in clip time.

The file that was sent comes as an open file, so that it needs no name; nothing is written but blurred pictures, first
into `<clip>.part/`, and under their own names only when all is done.
"""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import cv2
import numpy as np

from sim.clips.doubts import DoubtfulSpan, join_doubts
from sim.clips.model import FPS, PICTURE_WH, BlurMode
from sim.errors import RecordingError
from sim.footage.clips.blur import Blurrer, Doubt
from sim.footage.clips.clock_place import LOOKS_S, find_clock
from sim.footage.clips.moving import SMALL_WH, Hall, Place, sample_empty
from sim.footage.clips.resample import Heard, check_heard, find_bars, read_pictures
from sim.footage.clips.source import EXPORT, open_source
from sim.footage.source import Picture
from sim.footage.stills.person_detector import PersonDetector
from sim.footage.video.encode import ClipWriter, compute_planes

CRF, PRESET = 18.0, "ultrafast"
SAY_EVERY_S = 0.7
MAIN, PEOPLE, RESULT, PROGRESS = "main.mp4", "people.npz", "result.json", "progress.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """What a child is told: the file's name, what to blur, the model or "", and the folder to write."""

    name: str
    mode: BlurMode
    model: str
    folder: Path


def probe(file: BinaryIO, *, name: str) -> dict[str, Any]:
    """Return what a clip is, as JSON; its first picture was decoded, its size is upright. Raises RecordingError."""
    container, stream, source = open_source(file, name=name)
    with container:
        heard = Heard()
        first = next(read_pictures(container, stream, name=name, fps=FPS, size_wh=PICTURE_WH, heard=heard), None)
        if first is None:
            raise RecordingError(f"{name} lasts under a tenth of a second", todo=EXPORT)
    return {
        "size_wh": heard.size_wh,
        "codec": source.codec,
        "pictures_s": source.pictures_s,
        "duration_s": source.duration_s,
        "bars": find_bars(*heard.size_wh, PICTURE_WH),
        "recorded_at": source.recorded_at.isoformat() if source.recorded_at else None,
        "notes": source.notes,
    }


def take_in(file: BinaryIO, request: ImportRequest) -> None:
    """Write the blurred clip, the people found in it and `result.json` into the request's folder."""
    cv2.setNumThreads(1)
    detector = PersonDetector(Path(request.model)) if request.model else None
    container, stream, source = open_source(file, name=request.name)
    heard = Heard()
    with container:
        empty = sample_empty(container, stream, length_s=source.duration_s)
    file.seek(0)
    clock = _find_clock(file, name=request.name) if request.mode is BlurMode.MOVING else None
    file.seek(0)
    container, stream, source = open_source(file, name=request.name)
    blurrer = Blurrer(request.mode, hall=Hall(empty, clock=clock), detector=detector)
    expected = max(1, round((source.duration_s or 60.0) * FPS))
    with container, ClipWriter(request.folder / MAIN, size_wh=PICTURE_WH, fps=FPS, crf=CRF, preset=PRESET) as writer:
        pictures = read_pictures(container, stream, name=request.name, fps=FPS, size_wh=PICTURE_WH, heard=heard)
        count = 0
        say = _Speaker(request.folder / PROGRESS, expected)
        for bgr in _blur(pictures, blurrer):
            writer.write_planes(compute_planes(bgr))
            count += 1
            say(count)
    notes = (*source.notes, *check_heard(heard, name=request.name, promised_s=source.duration_s))
    duration_s = count / FPS
    _write_people(request.folder / PEOPLE, blurrer)
    spans = list_spans(blurrer.doubts, request.mode, count, clock=clock)
    answer = {
        "duration_s": duration_s,
        "frames": count,
        "pictures_s": heard.pictures / heard.end_s,
        "notes": notes,
        "looked": blurrer.looked,
        "look_at": blurrer.meetings.list_frames() if request.mode is BlurMode.HEADS else (),
        "doubtful": [span.model_dump(mode="json") for span in spans],
    }
    (request.folder / RESULT).write_text(json.dumps(answer), encoding="utf-8")


def _blur(pictures: Iterator[tuple[Picture, bool]], blurrer: Blurrer) -> Iterator[Picture]:
    for bgr, is_new in pictures:
        yield from blurrer.take(bgr, is_new=is_new)
    yield from blurrer.finish()


def _find_clock(file: BinaryIO, *, name: str) -> Place | None:
    """Return where the clock runs in a clip, by its first seconds."""
    container, stream, _ = open_source(file, name=name)
    with container:
        pictures = read_pictures(container, stream, name=name, fps=FPS, size_wh=SMALL_WH, heard=Heard())
        return find_clock([picture for picture, _ in islice(pictures, round(LOOKS_S * FPS) + 1)])


def list_spans(
    doubts: Sequence[Doubt], mode: BlurMode, frames: int, *, clock: Place | None = None
) -> tuple[DoubtfulSpan, ...]:
    """Return the stretches that somebody should look at; `clock` is where a running clock is left as it is."""
    if mode is BlurMode.MOVING:
        why = "Without the person detector only what moves is covered: look for people who stand or sit still."
        spans = [DoubtfulSpan(first=0, last=frames - 1, box=(0.0, 0.0, 1.0, 1.0), why=why)]
        if clock is not None:
            x1, y1, x2, y2 = (side / size for side, size in zip(clock, SMALL_WH * 2, strict=True))
            why = "The running clock is not covered here: look whether a face or head shows in it."
            spans.append(DoubtfulSpan(first=0, last=frames - 1, box=(x1, y1, x2, y2), why=why))
        return tuple(spans)
    if mode is BlurMode.NONE:
        return ()
    return join_doubts([(d.frame, d.box, d.why) for d in doubts], frames=frames)


def _write_people(path: Path, blurrer: Blurrer) -> None:
    frames = np.concatenate(
        [np.full(len(s), f, dtype=np.int32) for f, _, s in blurrer.people] or [np.zeros(0, np.int32)]
    )
    boxes = np.concatenate([b for _, b, _ in blurrer.people] or [np.zeros((0, 4))]).astype(np.float32)
    scores = np.concatenate([s for _, _, s in blurrer.people] or [np.zeros(0)]).astype(np.float32)
    np.savez_compressed(path, frames=frames, boxes=boxes, scores=scores)


class _Speaker:
    """Says now and then how far it is."""

    def __init__(self, path: Path, total: int) -> None:
        self._path, self._total, self._said_s = path, total, 0.0
        self._began_s = time.monotonic()

    def __call__(self, done: int) -> None:
        now_s = time.monotonic()
        if now_s - self._said_s < SAY_EVERY_S:
            return
        self._said_s = now_s
        left_s = (now_s - self._began_s) / done * max(self._total - done, 0)
        part = self._path.with_suffix(".new")
        part.write_text(json.dumps({"done": done, "total": max(self._total, done), "left_s": round(left_s, 1)}))
        with suppress(PermissionError):  # Windows replaces no file that a page reads just now
            part.replace(self._path)
