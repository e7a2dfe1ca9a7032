"""The empty view of a clip, against the plate that its people were painted over."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from sim.errors import RecordingError
from sim.footage.paint.plate import read_plate_files
from sim.footage.stills.plate_files import compute_empty_picture
from sim.footage.video.still import decode_frame
from tests.support.dismissal_clip import FPS, LOBBY, PLATES, find_clip

CLIP = find_clip(LOBBY)
OFF = 28
TEXT_ROWS = 40


def compute_wrong(bgr: np.ndarray) -> float:
    """The share of pixels that are not the plate's, once it has the same exposure; on-screen text is left out."""
    plate, _ = read_plate_files(PLATES, LOBBY)
    fits = [np.polyfit(plate[::7, ::7, k].ravel(), bgr[::7, ::7, k].ravel(), 1) for k in range(3)]
    same = np.stack([np.polyval(fit, plate[..., k]) for k, fit in enumerate(fits)], axis=2)
    soft = [cv2.GaussianBlur(each.astype(np.float32), (0, 0), 2) for each in (bgr, same)]
    off = np.abs(soft[0] - soft[1]).max(axis=2)[TEXT_ROWS:-TEXT_ROWS]
    return float((off > OFF).mean())


def test_people_who_walk_by_are_gone() -> None:
    empty = compute_empty_picture(CLIP, most=31)
    busiest = max(compute_wrong(decode_frame(CLIP, frame=frame, fps=FPS)[..., ::-1]) for frame in range(100, 1700, 200))
    left = compute_wrong(empty.bgr)
    assert empty.pictures == 31
    assert busiest > 0.005
    assert left < 0.3 * busiest
    assert left < 0.004
    assert empty.changing.mean() < 0.01


def test_a_file_that_is_no_clip_is_refused(tmp_path: Path) -> None:
    whole = CLIP.read_bytes()
    for name, data in (("empty.mp4", b""), ("text.mp4", b"hello " * 400), ("cut.mp4", whole[: len(whole) // 3])):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(RecordingError, match=name):
            compute_empty_picture(tmp_path / name)
    with pytest.raises(RecordingError, match="cannot be read"):
        compute_empty_picture(tmp_path / "none.mp4")


def test_too_few_pictures_are_refused() -> None:
    with pytest.raises(RecordingError, match="has 5 pictures"):
        compute_empty_picture(CLIP, most=5)
