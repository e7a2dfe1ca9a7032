"""Clips whose pictures are stored turned, as phones and corridor cameras do, and whose files say how to show them."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from sim.footage.recording.recording import Picture
from tests.support.staged_clips import SAMPLE

FORMS = {".mov": "mov", ".mp4": "mp4", ".mkv": "matroska"}


def read_hall(*, seconds: float) -> list[Picture]:
    low_s, high_s = 123.0 - 0.01, 123.0 + seconds - 0.01
    with av.open(str(SAMPLE / "main/CAM-02.mp4")) as container:
        container.seek(int(low_s * av.time_base))
        frames = (each for each in container.decode(video=0) if low_s <= (each.time or 0.0) < high_s)
        return [np.asarray(each.to_ndarray(format="bgr24")) for each in frames]


def turn_away(upright: Picture, *, degrees: int, is_mirrored: bool) -> Picture:
    return np.ascontiguousarray(np.rot90(upright[:, ::-1] if is_mirrored else upright, -degrees // 90))


def write_clip(
    path: Path,
    pictures: Sequence[Picture],
    *,
    degrees: int = 0,
    is_mirrored: bool = False,
    matrix: Sequence[int] | None = None,
    tag: str = "",
) -> Path:
    height, width = pictures[0].shape[:2]
    with av.open(str(path), "w", format=FORMS[path.suffix]) as made:
        stream = made.add_stream("libx264", rate=10, options={"qp": "0", "preset": "ultrafast"})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv444p"
        if degrees or is_mirrored:
            stream.set_display_rotation(degrees, hflip=is_mirrored)
        if matrix is not None:
            stream.set_display_matrix(matrix)
        if tag:
            stream.metadata["rotate"] = tag
        for number, bgr in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(bgr), format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            made.mux(stream.encode(frame))
        made.mux(stream.encode())
    return path
