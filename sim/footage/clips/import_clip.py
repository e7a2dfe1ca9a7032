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
from numpy.typing import NDArray

from sim.clips.model import FPS, PICTURE_WH, BlurMode
from sim.clips.proposals import DoubtfulSpan, join_doubts, make_plain_span
from sim.errors import RecordingError
from sim.footage.clips.blur import SMALL_WH, Blurrer, Doubt, Hall, Place, find_apart, sample_empty
from sim.footage.clips.resample import EXPORT, Heard, check_heard, find_bars, open_source, read_pictures
from sim.footage.recording.recording import Picture
from sim.footage.stills.person_detector import PersonDetector
from sim.footage.video.encode import ClipWriter, compute_planes

LOOKS_S = 5
"""How many seconds of a clip are looked at."""
LEAST_TICKS = 3
TICK_LEVELS = 40
"""A digit differs from the next by this much; what an encoder mends once a second in its key pictures, by less."""
MOST_HIGH = 0.07
"""The seconds of a clock are lower than this share of the picture; what is as low shows no face."""
EDGE = 0.15
"""They lie in this share of the picture at its top or bottom."""
_JOINS_PX = 2
_LINE_LEFT, _LINE_RIGHT = 20.0, 7.0
"""How far a clock's line goes on beside its seconds, in heights of a digit: date and hours before, AM or PM after."""
_AROUND_PX = 4

Ticks = NDArray[np.bool_]


def find_clock(pictures: Sequence[Picture]) -> Place | None:
    """Return where the line of a running clock is in small pictures [180, 320, 3], ten a second; None without one.

    A pixel of it changes in most seconds at the same tenth, and never between. People do not.
    """
    second = round(FPS)
    count = (len(pictures) - 1) // second
    if count < LEAST_TICKS:
        return None
    apart = [find_apart(one, other) > TICK_LEVELS for one, other in zip(pictures[1:], pictures, strict=False)]
    changed = np.stack(apart[: count * second]).reshape(count, second, *apart[0].shape)
    ticks = max((_find_ticks(changed, tenth) for tenth in range(second)), key=np.count_nonzero)
    seconds = _find_seconds(ticks)
    if seconds is None:
        return None
    left, top, width, height = seconds
    return (
        max(0, round(left - _LINE_LEFT * height)),
        max(0, top - _AROUND_PX),
        min(SMALL_WH[0], round(left + width + _LINE_RIGHT * height)),
        min(SMALL_WH[1], top + height + _AROUND_PX),
    )


def _find_ticks(changed: Ticks, tenth: int) -> Ticks:
    """Return which pixels change at one tenth of a second, or the next, and at no other; changed [s, 10, h, w]."""
    second = changed.shape[1]
    here = changed[:, tenth] | changed[:, (tenth + 1) % second]
    rest = changed.sum(axis=(0, 1)) - changed[:, tenth].sum(axis=0) - changed[:, (tenth + 1) % second].sum(axis=0)
    return np.asarray((here.sum(axis=0) >= LEAST_TICKS) & (rest == 0))


def _find_seconds(ticks: Ticks) -> tuple[int, int, int, int] | None:
    """Return left, top, width and height of the largest group of ticking pixels, None where it is no digit."""
    joined = cv2.dilate(ticks.astype(np.uint8), np.ones((2 * _JOINS_PX + 1,) * 2, np.uint8))
    found, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    if found < 2:
        return None
    left, top, width, height = (int(side) for side in stats[1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()), :4])
    left, top, width, height = left + _JOINS_PX, top + _JOINS_PX, width - 2 * _JOINS_PX, height - 2 * _JOINS_PX
    is_digit = 3 <= height <= MOST_HIGH * SMALL_WH[1] and 1 <= width <= 4 * height
    is_at_edge = top + height <= EDGE * SMALL_WH[1] or top >= (1 - EDGE) * SMALL_WH[1]
    return (left, top, width, height) if is_digit and is_at_edge else None


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
    frames = np.concatenate(
        [np.full(len(s), f, dtype=np.int32) for f, _, s in blurrer.people] or [np.zeros(0, np.int32)]
    )
    boxes = np.concatenate([b for _, b, _ in blurrer.people] or [np.zeros((0, 4))]).astype(np.float32)
    scores = np.concatenate([s for _, _, s in blurrer.people] or [np.zeros(0)]).astype(np.float32)
    np.savez_compressed(request.folder / PEOPLE, frames=frames, boxes=boxes, scores=scores)
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
        spans = [make_plain_span(first=0, last=frames - 1, box=(0.0, 0.0, 1.0, 1.0), why=why)]
        if clock is not None:
            x1, y1, x2, y2 = (side / size for side, size in zip(clock, SMALL_WH * 2, strict=True))
            why = "The running clock is not covered here: look whether a face or head shows in it."
            spans.append(make_plain_span(first=0, last=frames - 1, box=(x1, y1, x2, y2), why=why))
        return tuple(spans)
    if mode is BlurMode.NONE:
        return ()
    return join_doubts([(d.frame, d.box, d.why) for d in doubts], frames=frames)


class _Speaker:
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
