"""People who are left in an empty view are found, and what is behind or around them is put in their place."""

from pathlib import Path

import numpy as np
import pytest

from sim.footage.paint.plate import read_plate_files
from sim.footage.stills.person_detector import (
    Bgr,
    Box,
    PersonDetector,
    find_people,
    paint_out,
    read_picture,
    take_from_others,
    write_picture,
)
from sim.footage.stills.uploaded import Kind, convert
from sim.footage.video.still import decode_frame
from tests.support.dismissal_clip import FPS, HALL, PLATES, find_busy_frame, find_clip, find_empty_frame

CLIP = find_clip(HALL)


@pytest.fixture(scope="module")
def detector() -> PersonDetector:
    return PersonDetector()


@pytest.fixture(scope="module")
def busy() -> Bgr:
    return np.ascontiguousarray(decode_frame(CLIP, frame=find_busy_frame(HALL), fps=FPS)[..., ::-1])


@pytest.fixture(scope="module")
def empty() -> Bgr:
    return np.ascontiguousarray(decode_frame(CLIP, frame=find_empty_frame(HALL), fps=FPS)[..., ::-1])


def measure_off(bgr: Bgr, other: Bgr, box: Box) -> float:
    """The share of a box's pixels that are not as in another picture."""
    height, width = bgr.shape[:2]
    place = slice(int(box[1] * height), int(box[3] * height)), slice(int(box[0] * width), int(box[2] * width))
    return float((np.abs(bgr[place].astype(np.int16) - other[place]).max(axis=2) > 40).mean())


def test_people_are_found_and_an_empty_hall_has_none(detector: PersonDetector, busy: Bgr) -> None:
    found = find_people(busy, detector)
    assert len(found) >= 3
    assert all(0 <= left < right <= 1 and 0 <= top < bottom <= 1 for left, top, right, bottom in found)
    plate, _ = read_plate_files(PLATES, HALL)
    assert find_people(np.ascontiguousarray(plate), detector) == ()


def test_painted_out_people_are_found_no_more(detector: PersonDetector, busy: Bgr, empty: Bgr) -> None:
    boxes = find_people(busy, detector)
    painted = paint_out(busy, boxes)
    assert len(find_people(painted, detector)) < len(boxes) / 2
    before, after = ([measure_off(each, empty, box) for box in boxes] for each in (busy, painted))
    assert np.mean(after) < 0.8 * np.mean(before)
    assert all(now < was for now, was in zip(after, before, strict=True) if was > 0.1), "where somebody stands"
    assert np.array_equal(painted[:20], busy[:20]), "what is far from a box stays as it is"
    assert np.array_equal(paint_out(busy, ()), busy)
    assert paint_out(busy, ((0.0, 0.0, 1.0, 1.0), (0.2, 0.2, 0.2, 0.2))).shape == busy.shape


def test_who_stands_still_is_replaced_by_what_other_pictures_show(
    detector: PersonDetector, busy: Bgr, empty: Bgr
) -> None:
    boxes = find_people(busy, detector)
    mended, left = take_from_others(busy, [busy] * 4 + [empty] * 3, boxes, detector)
    assert left == ()
    assert all(measure_off(mended, empty, box) < 0.02 for box in boxes)
    kept, stay = take_from_others(busy, [busy] * 4 + [empty] * 2, boxes, detector)
    assert stay == boxes
    assert np.array_equal(kept, busy)


@pytest.mark.slow
def test_what_is_sent_comes_with_the_people_in_it(tmp_path: Path, busy: Bgr) -> None:
    write_picture(tmp_path / "busy.webp", busy)
    still = convert(tmp_path / "busy.webp", tmp_path / "made.webp", kind=Kind.STILL)
    assert len(still.people) >= 3
    clip = convert(CLIP, tmp_path / "clip.webp", kind=Kind.STILL)
    assert clip.people == ()
    assert read_picture(tmp_path / "clip.webp").shape == busy.shape
    assert convert(tmp_path / "busy.webp", tmp_path / "plan.webp", kind=Kind.PLAN).people == ()
