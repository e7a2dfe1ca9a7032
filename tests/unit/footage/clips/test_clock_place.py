"""A clock that a camera writes into its picture stays readable where all that moves is covered, and people do not."""

import json
from pathlib import Path

import av
import cv2
import numpy as np
import pandas as pd
import pytest

from sim.clips.model import BlurMode
from sim.footage.clips.import_clip import MAIN, RESULT, ImportRequest, find_clock, take_in
from sim.footage.clips.moving import SMALL_WH, Hall
from sim.footage.video.still import decode_frames
from tests.support.staged_clips import CLIPS, SAMPLE, cut_clip

SECONDS = 5
CLOCK = (5, 165, 80, 178)
"""Where the sample's cameras write date and clock, in pictures of 320 x 180."""
HOURS = 40
"""Where in them the hours begin."""


@pytest.fixture(scope="module", params=["CAM-02", "CAM-06"])
def pictures(request: pytest.FixtureRequest) -> list[np.ndarray]:
    path: Path = SAMPLE / f"main/{request.param}.mp4"
    found = sorted(decode_frames(path, frames=range(500, 501 + 10 * SECONDS), fps=10.0).items())
    return [cv2.resize(rgb[..., ::-1], SMALL_WH, interpolation=cv2.INTER_AREA) for _, rgb in found]


def test_the_clock_of_a_camera_is_found_among_people_who_walk(pictures: list[np.ndarray]) -> None:
    place = find_clock(pictures)
    assert place is not None
    assert place[0] <= HOURS
    assert place[2] >= CLOCK[2]
    assert CLOCK[1] - 8 <= place[1] < place[3] <= CLOCK[3] + 8


def test_no_clock_is_found_where_none_runs(pictures: list[np.ndarray]) -> None:
    without = [picture.copy() for picture in pictures]
    for picture in without:
        picture[CLOCK[1] - 4 :, : CLOCK[2] + 8] = 90
    assert find_clock(without) is None
    assert find_clock(pictures[:25]) is None, "two seconds are too few"
    assert find_clock(pictures[:1] * 51) is None, "a still picture has no clock"


def test_something_that_blinks_once_a_second_and_is_large_is_no_clock() -> None:
    dark, light = np.full((180, 320, 3), 40, dtype=np.uint8), np.full((180, 320, 3), 40, dtype=np.uint8)
    light[60:120, 100:140] = 200
    assert find_clock([light if (frame // 10) % 2 else dark for frame in range(51)]) is None


def test_only_what_moves_inside_the_clock_alone_is_left_uncovered() -> None:
    empty = np.full((180, 320, 3), 120, dtype=np.uint8)
    place = (0, 160, 100, 180)
    ticked = empty.copy()
    ticked[168:174, 60:66] = 250
    assert Hall(empty).look(ticked).mask.any()
    seen = Hall(empty, clock=place).look(ticked)
    assert not seen.mask.any()
    assert len(seen.parts) == 0
    crossed = ticked.copy()
    crossed[120:176, 40:64] = 20
    mask = Hall(empty, clock=place).look(crossed).mask
    assert (mask[120:176, 40:66] == 255).mean() > 0.95, "someone who crosses it is covered, and the clock with them"


def test_the_clock_of_an_imported_clip_can_be_read_and_its_people_are_covered(tmp_path: Path) -> None:
    cut = CLIPS[1]
    sent = cut_clip(tmp_path / cut.name, cut)
    with sent.open("rb") as file:
        take_in(file, ImportRequest(name=cut.name, mode=BlurMode.MOVING, model="", folder=tmp_path))
    said = json.loads((tmp_path / RESULT).read_text())["doubtful"]
    assert "The running clock is not covered here" in said[1]["why"]
    truth = pd.read_parquet(SAMPLE / "truth.parquet")
    kept, left = [], []
    stored, before = read_gray(tmp_path / MAIN), read_gray(sent)
    for frame in (5, 25, 45):
        clock = np.s_[3 * CLOCK[1] : 3 * CLOCK[3], 3 * HOURS : 3 * CLOCK[2]]
        kept.append(measure_likeness(stored[frame][clock], before[frame][clock]))
        rows = truth[(truth["camera_id"] == cut.camera_id) & (truth["frame"] == frame + round(10 * cut.start_s))]
        for row in rows[(rows["visible"] > 0.9) & (rows["y2"] - rows["y1"] > 40)].itertuples():
            person = np.s_[int(row.y1) : int(row.y2), int(row.x1) : int(row.x2)]
            left.append(measure_likeness(stored[frame][person], before[frame][person]))
    assert min(kept) > 0.9
    assert len(left) >= 3
    assert np.median(left) < 0.6


def read_gray(path: Path) -> list[np.ndarray]:
    """Return the pictures of a clip at 960 x 540, ten a second, gray; one that was dropped is the one before."""
    found: dict[int, np.ndarray] = {}
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            found[round((frame.time or 0.0) * 10)] = frame.reformat(width=960, height=540, format="gray").to_ndarray()
    return [found[max(number for number in found if number <= wanted)] for wanted in range(max(found) + 1)]


def measure_likeness(one: np.ndarray, other: np.ndarray) -> float:
    """Return how alike the fine detail of two pictures is, 1 for the same: their correlation without what is coarse."""
    sharp = [each.astype(float) - cv2.GaussianBlur(each.astype(float), (0, 0), 4) for each in (one, other)]
    return float(np.corrcoef(sharp[0].ravel(), sharp[1].ravel())[0, 1])
