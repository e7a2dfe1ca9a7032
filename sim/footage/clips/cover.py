"""Covering more of a blurred clip where a bare head was found: the clip is written again, and the old one is gone."""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.clips.model import FPS, PICTURE_WH
from sim.footage.clips.import_clip import CRF, PRESET
from sim.footage.clips.retimed import cover_more, read_clip
from sim.footage.video.encode import ClipWriter, compute_planes


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A box in shares of the picture, in frames first to last of a clip."""

    first: int
    last: int
    box: tuple[float, float, float, float]


def write_covers(covers: Sequence[Cover]) -> str:
    """Return covers as JSON, for another process."""
    return json.dumps([(each.first, each.last, each.box) for each in covers])


def read_covers(text: str) -> tuple[Cover, ...]:
    """Return covers that `write_covers` wrote."""
    return tuple(Cover(first=first, last=last, box=tuple(box)) for first, last, box in json.loads(text))


def cover_clip(path: Path, covers: Sequence[Cover], *, on_frame: Callable[[int], None]) -> None:
    """Pixelate boxes in a clip. Raises OSError: the disk is full; the clip is as it was."""
    part = path.with_name(f"{path.stem}.{os.getpid()}.part.mp4")
    try:
        with ClipWriter(part, size_wh=PICTURE_WH, fps=FPS, crf=CRF, preset=PRESET) as writer:
            for frame, picture in enumerate(read_clip(path)):
                bgr = picture.copy()
                cover_more(bgr, [each.box for each in covers if each.first <= frame <= each.last])
                writer.write_planes(compute_planes(bgr))
                on_frame(frame)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
