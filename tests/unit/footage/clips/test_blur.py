"""Heads pixelated although the detector misses people, someone who stands still, and what moves without being known."""

import json
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
import pandas as pd
import pytest

from sim.clips.model import BlurMode
from sim.footage.clips.blur import SMALL_WH, Blurrer, Hall, find_heads, pixelate_boxes
from sim.footage.clips.import_clip import MAIN, RESULT, ImportRequest, find_clock, list_spans, take_in
from sim.footage.stills.person_detector import Detections
from sim.footage.video.still import decode_frames
from tests.support.staged_clips import CLIPS, SAMPLE, cut_clip

WH = (960, 540)
HALL = np.full((180, 320, 3), 120, dtype=np.uint8)
FRAMES = 80


class Seldom:
    def __init__(self, found: list[np.ndarray], finds: list[bool]) -> None:
        self.found, self.finds, self.number = found, finds, 0

    def find(self, _bgr: np.ndarray, *, tiles: int, threshold: float) -> Detections:
        frame, self.number = self.number * 2, self.number + 1
        boxes = self.found[frame] if self.finds[frame] else np.zeros((0, 4))
        return Detections(boxes=boxes, scores=np.full(len(boxes), 0.5))


def paint(boxes: np.ndarray, frame: int) -> np.ndarray:
    dice = np.random.default_rng(frame)
    bgr = np.full((WH[1], WH[0], 3), 120, dtype=np.uint8)
    for x1, y1, x2, y2 in boxes.astype(int):
        part = bgr[y1:y2, max(x1, 0) : x2]
        part[:] = np.where(np.indices(part.shape[:2]).sum(axis=0)[..., None] % 4 < 2, 10, 110)
    bgr[500:540] = dice.integers(0, 255, (40, WH[0], 3), dtype=np.uint8)
    return bgr


def walk(frame: int) -> np.ndarray:
    x = 60 + 8 * frame
    return np.array([[x, 150, x + 70, 400]], dtype=np.float64)


def blur(blurrer: Blurrer, pictures: list[np.ndarray]) -> list[np.ndarray]:
    def run() -> Iterator[np.ndarray]:
        for bgr in pictures:
            yield from blurrer.take(bgr, is_new=True)
        yield from blurrer.finish()

    return list(run())


def count_bare(before: list[np.ndarray], after: list[np.ndarray], boxes: list[np.ndarray]) -> list[int]:
    bare = []
    for frame, (one, other) in enumerate(zip(before, after, strict=True)):
        for x1, y1, x2, y2 in boxes[frame].astype(int):
            head = np.s_[y1 : y1 + (y2 - y1) // 7, max(x1, 0) : x2]
            stripes, left = (np.abs(np.diff(each[head].astype(int), axis=1)).mean() for each in (one, other))
            bare += [frame] if left > 0.3 * stripes else []
    return bare


def cover(blurrer: Blurrer, boxes: list[np.ndarray]) -> list[int]:
    pictures = [paint(each, frame) for frame, each in enumerate(boxes)]
    return count_bare([each.copy() for each in pictures], blur(blurrer, pictures), boxes)


@pytest.mark.parametrize("missed", [0.0, 0.4])
def test_heads_stay_covered_where_the_detector_misses_people(missed: float) -> None:
    dice = np.random.default_rng(4)
    boxes = [walk(frame) for frame in range(FRAMES)]
    finds = [bool(dice.random() >= missed) or frame < 4 for frame in range(FRAMES)]
    pictures = [paint(each, frame) for frame, each in enumerate(boxes)]
    before = [each.copy() for each in pictures]
    blurrer = Blurrer(BlurMode.HEADS, hall=Hall(HALL), detector=Seldom(boxes, finds))
    after = blur(blurrer, pictures)
    assert len(after) == FRAMES
    assert count_bare(before, after, boxes) == []
    assert np.abs(after[40][300:380].astype(int) - before[40][300:380]).max() == 0, "only heads are covered"


def test_someone_found_once_who_stands_still_stays_covered() -> None:
    boxes = [walk(10)] * FRAMES
    finds = [frame == 0 for frame in range(FRAMES)]
    empty = np.ascontiguousarray(paint(boxes[0], 0)[::3, ::3])
    assert cover(Blurrer(BlurMode.HEADS, hall=Hall(empty), detector=Seldom(boxes, finds)), boxes) == []


def test_what_moves_and_is_not_known_is_covered_above_and_listed() -> None:
    boxes = [walk(frame) for frame in range(FRAMES)]
    blurrer = Blurrer(BlurMode.HEADS, hall=Hall(HALL), detector=Seldom(boxes, [False] * FRAMES))
    assert cover(blurrer, boxes) == []
    spans = list_spans(blurrer.doubts, BlurMode.HEADS, FRAMES)
    assert any("not recognized as a person" in span.why and span.last - span.first > 60 for span in spans)


def test_without_a_detector_all_that_moves_is_covered_and_still_people_are_told_of() -> None:
    blurrer = Blurrer(BlurMode.MOVING, hall=Hall(HALL), detector=None)
    assert cover(blurrer, [walk(frame) for frame in range(FRAMES)]) == []
    (span,) = list_spans(blurrer.doubts, BlurMode.MOVING, FRAMES)
    assert "people who stand or sit still" in span.why
    assert (span.first, span.last) == (0, FRAMES - 1)


def test_a_change_of_light_is_told() -> None:
    blurrer = Blurrer(BlurMode.HEADS, hall=Hall(HALL), detector=Seldom([np.zeros((0, 4))] * FRAMES, [True] * FRAMES))
    light = [np.full((WH[1], WH[0], 3), 120 if frame < 30 else 200, dtype=np.uint8) for frame in range(50)]
    blur(blurrer, light)
    assert [doubt.frame for doubt in blurrer.doubts if "light changed" in doubt.why] == [30]


def test_a_head_is_the_top_quarter_and_nothing_of_a_face_is_left() -> None:
    (head,) = find_heads(np.array([[100.0, 100.0, 160.0, 300.0]]))
    assert head == pytest.approx((100, 88, 160, 150))
    bgr = np.random.default_rng(1).integers(0, 255, (100, 100, 3), dtype=np.uint8)
    pixelate_boxes(bgr, [(-5.0, 10.0, 43.0, 58.0), (200.0, 0.0, 300.0, 9.0)])
    assert len(np.unique(bgr[10:58, 0:43].reshape(-1, 3), axis=0)) <= 16


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


def test_the_clock_of_a_camera_is_found_among_people_who_walk_and_none_where_none_runs(
    pictures: list[np.ndarray],
) -> None:
    place = find_clock(pictures)
    assert place is not None
    assert place[0] <= HOURS
    assert place[2] >= CLOCK[2]
    assert CLOCK[1] - 8 <= place[1] < place[3] <= CLOCK[3] + 8
    without = [picture.copy() for picture in pictures]
    for picture in without:
        picture[CLOCK[1] - 4 :, : CLOCK[2] + 8] = 90
    assert find_clock(without) is None
    assert find_clock(pictures[:25]) is None, "two seconds are too few"
    assert find_clock(pictures[:1] * 51) is None, "a still picture has no clock"
    dark, light = np.full((180, 320, 3), 40, dtype=np.uint8), np.full((180, 320, 3), 40, dtype=np.uint8)
    light[60:120, 100:140] = 200
    blinking = [light if (frame // 10) % 2 else dark for frame in range(51)]
    assert find_clock(blinking) is None, "large, and once a second"


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
            x1, y1, x2, y2 = (int(0.75 * side) for side in (row.x1, row.y1, row.x2, row.y2))
            person = np.s_[y1:y2, x1:x2]
            left.append(measure_likeness(stored[frame][person], before[frame][person]))
    assert min(kept) > 0.9
    assert len(left) >= 3
    assert np.median(left) < 0.6


def read_gray(path: Path) -> list[np.ndarray]:
    found: dict[int, np.ndarray] = {}
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            found[round((frame.time or 0.0) * 10)] = frame.reformat(width=960, height=540, format="gray").to_ndarray()
    return [found[max(number for number in found if number <= wanted)] for wanted in range(max(found) + 1)]


def measure_likeness(one: np.ndarray, other: np.ndarray) -> float:
    sharp = [each.astype(float) - cv2.GaussianBlur(each.astype(float), (0, 0), 4) for each in (one, other)]
    return float(np.corrcoef(sharp[0].ravel(), sharp[1].ravel())[0, 1])
