"""Small files that are enormous once decoded are refused before they are decoded."""

from pathlib import Path

import pytest

from sim.errors import RecordingError
from sim.footage.picture_size import MOST_PX, check_size
from sim.footage.recording.front_photo import cut_front_photo
from sim.footage.video.clip import check_clip
from sim.footage.video.still import decode_frame
from tools.torture.faults.spoiled_files import write_picture_bomb, write_video_bomb


def test_a_photo_bomb_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "P001.webp"
    write_picture_bomb(bomb)
    assert bomb.stat().st_size < 1_000_000
    with pytest.raises(RecordingError):
        cut_front_photo(bomb)


def test_a_clip_bomb_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "CAM-01.mp4"
    write_video_bomb(bomb, frames=1, fps=10)
    assert bomb.stat().st_size < 2_000_000
    with pytest.raises(RecordingError, match="6400 x 6400 px"):
        decode_frame(bomb, frame=0, fps=10)
    (problem,) = check_clip(bomb, size_wh=(320, 180), fps=10, frame_count=1)
    assert "expected h264 (320, 180)" in problem


def test_8k_is_not_too_large() -> None:
    check_size(Path("x"), 7680, 4320)
    with pytest.raises(RecordingError, match="million pixels"):
        check_size(Path("x"), MOST_PX, 2)
