"""A recording of faulty cameras: clips, names and truth say what its pictures show."""

import numpy as np
import pandas as pd

from sim.footage.checks.verify import verify_recording
from sim.footage.recording.open import Recording, load_truth
from sim.footage.video.still import load_still
from tests.support.faulty_recording import DEAD, DEAD_FRAMES, MISNAMED, SLOW
from tests.support.tiny_recording import read_frame_number

ROW = ["person_id", "x1", "y1", "x2", "y2", "visible", "floor_x_m", "floor_y_m", "zone"]


def _rows(recording: Recording, camera_id: str) -> pd.DataFrame:
    rows = load_truth(recording).rows
    return rows[rows["camera_id"] == camera_id]


def test_nobody_is_in_the_truth_of_a_dead_span_and_the_picture_says_no_signal(
    faulty_recording: Recording, tiny_recording: Recording
) -> None:
    frames = set(_rows(faulty_recording, DEAD)["frame"])
    assert frames == set(_rows(tiny_recording, DEAD)["frame"]) - set(DEAD_FRAMES)
    assert len(frames & {39, 61}) == 2
    picture = load_still(faulty_recording, DEAD, 50)
    assert float(np.median(picture)) < 40
    assert int(picture[70:110, 100:220].max()) > 120
    assert picture[140:].std() < 4
    assert read_frame_number(load_still(faulty_recording, DEAD, 61)) == 61


def test_a_repeated_picture_has_the_people_of_the_picture_it_repeats(
    faulty_recording: Recording, tiny_recording: Recording
) -> None:
    slow, plain = _rows(faulty_recording, SLOW), _rows(tiny_recording, SLOW)
    for frame, shown in ((0, 0), (3, 0), (4, 4), (6, 4), (9, 7), (33, 30)):
        found = slow[slow["frame"] == frame]
        expected = plain[plain["frame"] == shown]
        assert found[ROW].to_numpy().tolist() == expected[ROW].to_numpy().tolist(), frame
        assert set(found["t_s"]) == {frame / 10}
        assert read_frame_number(load_still(faulty_recording, SLOW, frame)) == shown
    assert len(plain[plain["frame"] == 0]) > 0


def test_it_verifies_and_the_camera_list_has_the_wrong_name_and_the_site_the_right_one(
    faulty_recording: Recording,
) -> None:
    assert verify_recording(faulty_recording.folder) == ()
    assert faulty_recording.get_camera(MISNAMED).name == "Lobby"
    assert faulty_recording.site.get_camera(MISNAMED).name == "Hall B"
