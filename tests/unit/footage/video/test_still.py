import io

import numpy as np
import pytest
from PIL import Image

from sim.errors import RecordingError
from sim.footage.recording.open import Recording
from sim.footage.video.still import StillBox, draw_boxes, load_still
from tests.support.tiny_recording import read_frame_number


@pytest.mark.parametrize("frame", [0, 1, 9, 10, 77, 100, 158, 159])
def test_the_very_frame_asked_for_is_decoded(tiny_recording: Recording, frame: int) -> None:
    picture = load_still(tiny_recording, "CAM-03", frame)
    assert picture.shape == (180, 320, 3)
    assert read_frame_number(picture) == frame


@pytest.mark.parametrize(("camera_id", "frame"), [("CAM-01", 160), ("CAM-01", -1), ("CAM-77", 0)])
def test_a_frame_that_does_not_exist_is_refused(tiny_recording: Recording, camera_id: str, frame: int) -> None:
    with pytest.raises(RecordingError, match="Expected"):
        load_still(tiny_recording, camera_id, frame)


def test_a_damaged_clip_is_named(tiny_recording_copy: Recording) -> None:
    path = tiny_recording_copy.folder / "main/CAM-01.mp4"
    path.write_bytes(b"\0" * path.stat().st_size)
    with pytest.raises(RecordingError, match=r"CAM-01\.mp4 cannot be decoded"):
        load_still(tiny_recording_copy, "CAM-01", 5)


def test_a_dashed_box_is_told_from_a_whole_one_without_its_colour() -> None:
    grey = np.full((180, 320, 3), 128, dtype=np.uint8)
    dark = []
    for is_dashed in (False, True):
        box = StillBox(box_xyxy=(100, 40, 160, 150), label="", rgb=(214, 93, 14), is_dashed=is_dashed)
        drawn = np.asarray(Image.open(io.BytesIO(draw_boxes(grey, [box]))).convert("L")).astype(int)
        side = drawn[50:140, 96:100].mean(axis=1)
        dark.append(int(np.count_nonzero(np.diff((side < 60).astype(int)))))
    whole, dashed = dark
    assert whole == 0
    assert dashed >= 6


def test_boxes_are_drawn_around_the_person_and_labels_stay_inside() -> None:
    grey = np.full((180, 320, 3), 128, dtype=np.uint8)
    boxes = [
        StillBox(box_xyxy=(100, 60, 140, 150), label="Your mark", rgb=(220, 30, 30)),
        StillBox(box_xyxy=(290, 0, 320, 180), label="Target at the edge", rgb=(30, 200, 30)),
    ]
    drawn = np.asarray(Image.open(io.BytesIO(draw_boxes(grey, boxes))).convert("RGB")).astype(int)
    assert drawn.shape == grey.shape
    assert drawn[100, 97, 0] > drawn[100, 97, 1] + 80
    assert abs(drawn[100, 120] - 128).max() < 12
