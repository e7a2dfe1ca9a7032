"""Small files that are enormous once decoded are refused before they are decoded."""

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from sim.errors import RecordingError
from sim.footage.checks.timeline import cut_front_photo
from sim.footage.checks.verify import check_clip
from sim.footage.video.sizes import MOST_PX, check_size
from sim.footage.video.still import decode_frame


def write_picture_bomb(path: Path) -> None:
    """Write a plain PNG of 16,000 x 16,000 px under whatever name, 250 KB, 770 MB once decoded."""
    with Image.new("L", (16_000, 16_000)) as picture:
        picture.save(path, "PNG")


def write_video_bomb(path: Path) -> None:
    """Write a frame of plain H.264 of 6400 x 6400 px, some ten KB, 120 MB once decoded."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=10, options={"preset": "ultrafast", "crf": "51"})
        stream.width = stream.height = 6400
        stream.pix_fmt = "yuv420p"
        plain = np.zeros((9600, 6400), dtype=np.uint8)
        container.mux(stream.encode(av.VideoFrame.from_ndarray(plain, format="yuv420p")))
        container.mux(stream.encode(None))


def test_a_photo_bomb_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "P001.webp"
    write_picture_bomb(bomb)
    assert bomb.stat().st_size < 1_000_000
    with pytest.raises(RecordingError):
        cut_front_photo(bomb)


def test_a_clip_bomb_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "CAM-01.mp4"
    write_video_bomb(bomb)
    assert bomb.stat().st_size < 2_000_000
    with pytest.raises(RecordingError, match="6400 x 6400 px"):
        decode_frame(bomb, frame=0, fps=10)
    (problem,) = check_clip(bomb, size_wh=(320, 180), fps=10, frame_count=1)
    assert "expected h264 (320, 180)" in problem


def test_8k_is_not_too_large() -> None:
    check_size(Path("x"), 7680, 4320)
    with pytest.raises(RecordingError, match="million pixels"):
        check_size(Path("x"), MOST_PX, 2)
