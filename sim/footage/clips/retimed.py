"""The pictures of a camera on the recording's clock, from its blurred clips; and covering more of such a clip."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from sim.clips.model import FPS, PICTURE_WH
from sim.footage.clips.blur import pixelate_boxes
from sim.footage.clips.import_clip import CRF, PRESET
from sim.footage.recording.recording import Picture, Sighting
from sim.footage.video.encode import ClipWriter, compute_planes

_NO_PICTURE = 24
"""Gray where no clip of the camera has a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One blurred clip of `frames` at ten a second: site time = `start_s` + `rate` * clip time."""

    path: Path
    start_s: float
    rate: float
    frames: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RetimedCameras:
    """Makes the source of a camera in the process that encodes it; can be sent there."""

    segments: tuple[tuple[str, tuple[Segment, ...]], ...]

    def __call__(self, camera_id: str) -> "RetimedCamera":
        return RetimedCamera(dict(self.segments)[camera_id])


class RetimedCamera:
    """One camera. Frames are asked for in rising order."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = sorted(segments, key=lambda segment: segment.start_s)
        self._open: Segment | None = None
        self._pictures: Iterator[Picture] = iter(())
        self._at = -1
        self._picture = np.full((PICTURE_WH[1], PICTURE_WH[0], 3), _NO_PICTURE, dtype=np.uint8)

    def paint(self, frame: int) -> tuple[Picture, Sequence[Sighting]]:
        found = _find_picture(self._segments, frame)
        if found is not None:
            return self._read(*found), ()
        return np.full((PICTURE_WH[1], PICTURE_WH[0], 3), _NO_PICTURE, dtype=np.uint8), ()

    def _read(self, segment: Segment, number: int) -> Picture:
        if segment is not self._open:
            self._open, self._at = segment, -1
            self._pictures = read_clip(segment.path)
        while self._at < number:
            following = next(self._pictures, None)
            if following is None:
                break
            self._picture, self._at = following, self._at + 1
        return self._picture


def find_gaps(segments: Sequence[Segment], frame_count: int) -> tuple[tuple[int, int], ...]:
    """Return the spans of frames in which a camera has no picture: the first of each, and the first one after it."""
    bare = [_find_picture(segments, frame) is None for frame in range(frame_count)]
    edges = np.flatnonzero(np.diff(np.array([False, *bare, False], dtype=np.int8)))
    return tuple((int(first), int(end)) for first, end in zip(edges[::2], edges[1::2], strict=True))


def _find_picture(segments: Iterable[Segment], frame: int) -> tuple[Segment, int] | None:
    site_s = (frame + 0.5) / FPS
    for segment in segments:
        number = int(np.floor((site_s - segment.start_s) / segment.rate * FPS))
        if 0 <= number < segment.frames:
            return segment, number
    return None


def read_clip(path: Path) -> Iterator[Picture]:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8)


def read_one(path: Path, number: int) -> Picture:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        container.seek(int(number / FPS * av.time_base))
        found = None
        for frame in container.decode(stream):
            found = frame
            if frame.time is not None and frame.time >= number / FPS - 0.01:
                break
    if found is None:
        raise AssertionError("a stored clip has pictures")
    return np.asarray(found.to_ndarray(format="bgr24"), dtype=np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A box in shares of the picture, in frames first to last of a clip."""

    first: int
    last: int
    box: tuple[float, float, float, float]


def write_covers(covers: Sequence[Cover]) -> str:
    return json.dumps([(each.first, each.last, each.box) for each in covers])


def read_covers(text: str) -> tuple[Cover, ...]:
    return tuple(Cover(first=first, last=last, box=tuple(box)) for first, last, box in json.loads(text))


def cover_clip(path: Path, covers: Sequence[Cover], *, on_frame: Callable[[int], None]) -> None:
    """Pixelate boxes in a clip. Raises OSError: the disk is full; the clip is as it was."""
    part = path.with_name(f"{path.stem}.{os.getpid()}.part.mp4")
    try:
        with ClipWriter(part, size_wh=PICTURE_WH, fps=FPS, crf=CRF, preset=PRESET) as writer:
            for frame, picture in enumerate(read_clip(path)):
                bgr = picture.copy()
                height, width = bgr.shape[:2]
                pixelate_boxes(
                    bgr,
                    [
                        (x1 * width, y1 * height, x2 * width, y2 * height)
                        for x1, y1, x2, y2 in (each.box for each in covers if each.first <= frame <= each.last)
                    ],
                )
                writer.write_planes(compute_planes(bgr))
                on_frame(frame)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
