"""Heads pixelated although the detector misses people, someone who stands still, and what moves without being known."""

from collections.abc import Iterator

import numpy as np
import pytest

from sim.clips.model import BlurMode
from sim.footage.clips.blur import Blurrer, find_heads, pixelate_boxes
from sim.footage.clips.import_clip import list_spans
from sim.footage.clips.moving import Hall
from sim.footage.stills.person_detector import Detections

WH = (960, 540)
HALL = np.full((180, 320, 3), 120, dtype=np.uint8)
FRAMES = 80


class Seldom:
    """Finds the people it is told of, in some pictures only."""

    def __init__(self, found: list[np.ndarray], finds: list[bool]) -> None:
        self.found, self.finds, self.number = found, finds, 0

    def find(self, _bgr: np.ndarray, *, tiles: int, threshold: float) -> Detections:
        frame, self.number = self.number * 2, self.number + 1
        boxes = self.found[frame] if self.finds[frame] else np.zeros((0, 4))
        return Detections(boxes=boxes, scores=np.full(len(boxes), 0.5))


def paint(boxes: np.ndarray, frame: int) -> np.ndarray:
    """Return a hall with people in it, speckled so that every picture is another and a face has detail."""
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
    """Return the frames in which a head kept the stripes it was painted with."""
    bare = []
    for frame, (one, other) in enumerate(zip(before, after, strict=True)):
        for x1, y1, x2, y2 in boxes[frame].astype(int):
            head = np.s_[y1 : y1 + (y2 - y1) // 7, max(x1, 0) : x2]
            if (
                np.abs(np.diff(other[head].astype(int), axis=1)).mean()
                > 0.3 * np.abs(np.diff(one[head].astype(int), axis=1)).mean()
            ):
                bare.append(frame)
    return bare


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
    pictures = [paint(each, frame) for frame, each in enumerate(boxes)]
    before = [each.copy() for each in pictures]
    empty = np.ascontiguousarray(pictures[0][::3, ::3])
    after = blur(Blurrer(BlurMode.HEADS, hall=Hall(empty), detector=Seldom(boxes, finds)), pictures)
    assert count_bare(before, after, boxes) == []


def test_what_moves_and_is_not_known_is_covered_above_and_listed() -> None:
    boxes = [walk(frame) for frame in range(FRAMES)]
    pictures = [paint(each, frame) for frame, each in enumerate(boxes)]
    before = [each.copy() for each in pictures]
    blurrer = Blurrer(BlurMode.HEADS, hall=Hall(HALL), detector=Seldom(boxes, [False] * FRAMES))
    after = blur(blurrer, pictures)
    assert count_bare(before, after, boxes) == []
    spans = list_spans(blurrer.doubts, BlurMode.HEADS, FRAMES)
    assert any("not recognized as a person" in span.why and span.last - span.first > 60 for span in spans)


def test_without_a_detector_all_that_moves_is_covered_and_still_people_are_told_of() -> None:
    boxes = [walk(frame) for frame in range(FRAMES)]
    pictures = [paint(each, frame) for frame, each in enumerate(boxes)]
    before = [each.copy() for each in pictures]
    blurrer = Blurrer(BlurMode.MOVING, hall=Hall(HALL), detector=None)
    assert count_bare(before, blur(blurrer, pictures), boxes) == []
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
