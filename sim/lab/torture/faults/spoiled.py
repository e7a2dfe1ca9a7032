"""Pictures and clips that are small as files and enormous once decoded, and clips cut short: for trials of faults."""

from pathlib import Path

import av
import numpy as np
from PIL import Image

BOMB_SIDE_PX = 6400
PICTURE_SIDE_PX = 16_000


def write_picture_bomb(path: Path) -> None:
    """Write a plain PNG of 16,000 x 16,000 px under whatever name, 250 KB, 770 MB once decoded."""
    with Image.new("L", (PICTURE_SIDE_PX, PICTURE_SIDE_PX)) as picture:
        picture.save(path, "PNG")


def write_video_bomb(path: Path, *, frames: int, fps: int) -> None:
    """Write a plain H.264 clip of 6400 x 6400 px, some ten KB, 120 MB a frame once decoded."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=fps, options={"preset": "ultrafast", "crf": "51"})
        stream.width = stream.height = BOMB_SIDE_PX
        stream.pix_fmt = "yuv420p"
        plain = np.zeros((BOMB_SIDE_PX * 3 // 2, BOMB_SIDE_PX), dtype=np.uint8)
        for _ in range(frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(plain, format="yuv420p")))
        container.mux(stream.encode(None))


def cut_short(path: Path, *, share: float) -> None:
    """Leave only the first `share` of a file."""
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
