"""What surrounds the network that finds people: its file, and which of its boxes are kept."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from sim.app.settings import PROJECT
from sim.errors import RecordingError
from sim.footage.paint.camera_effects import DAY, choose_optics
from sim.footage.paint.plate import read_plate_files
from sim.footage.stills.person_detector import (
    Bgr,
    Box,
    PersonDetector,
    find_people,
    measure_blur_px,
    measure_look,
    measure_noise,
    paint_out,
    read_picture,
    take_from_others,
    write_picture,
)
from sim.footage.stills.plate_files import compute_empty_picture
from sim.footage.stills.uploaded import Kind, convert
from sim.footage.video.still import decode_frame
from sim.site.model import load_site
from tests.support.dismissal_clip import FPS, HALL, LOBBY, PLATES, find_busy_frame, find_clip, find_empty_frame


def test_a_model_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"no network")
    (tmp_path / "broken.onnx.xz").write_bytes(b"not compressed")
    for name in ("broken.onnx", "none.onnx", "broken.onnx.xz"):
        with pytest.raises(RecordingError, match=name):
            PersonDetector(tmp_path / name)


def make_scene(*, blur_px: float, noise: float) -> np.ndarray:
    dice = np.random.default_rng(5)
    scene = np.full((720, 1280), 110, dtype=np.float32)
    for left in range(20, 1240, 60):
        scene[60:660, left : left + 30] = dice.uniform(30, 220)
    soft = cv2.GaussianBlur(scene, (0, 0), blur_px) if blur_px else scene
    return soft + dice.normal(0, noise, soft.shape).astype(np.float32)


def test_noise_is_what_was_added_and_blur_what_was_done() -> None:
    for noise in (1.0, 3.0, 6.0):
        assert measure_noise(make_scene(blur_px=0.8, noise=noise)) == pytest.approx(noise, rel=0.2)
    for blur_px in (0.8, 1.2, 1.8):
        assert measure_blur_px(make_scene(blur_px=blur_px, noise=1.0), noise=1.0) == pytest.approx(blur_px, rel=0.3)


def test_a_look_takes_the_place_of_the_usual_and_dims_no_corner_twice(tmp_path: Path) -> None:
    path = tmp_path / "still.png"
    Image.fromarray(np.clip(make_scene(blur_px=1.0, noise=4.0), 0, 255).astype(np.uint8)).save(path)
    camera = load_site(PROJECT / "scenarios" / "sites" / "birch-elementary").cameras[1]
    assert choose_optics(camera) == DAY
    optics = choose_optics(camera.model_copy(update={"look": measure_look(path)}))
    assert (optics.noise, optics.vignette) == (pytest.approx(4.0, rel=0.25), 0.0)
    path.write_bytes(b"no picture")
    with pytest.raises(RecordingError):
        measure_look(path)


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


LOBBY_CLIP = find_clip(LOBBY)
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
    empty = compute_empty_picture(LOBBY_CLIP, most=31)
    busiest = max(
        compute_wrong(decode_frame(LOBBY_CLIP, frame=frame, fps=FPS)[..., ::-1]) for frame in range(100, 1700, 200)
    )
    left = compute_wrong(empty.bgr)
    assert empty.pictures == 31
    assert busiest > 0.005
    assert left < 0.3 * busiest
    assert left < 0.004
    assert empty.changing.mean() < 0.01


def test_a_file_that_is_no_clip_or_has_too_few_pictures_is_refused(tmp_path: Path) -> None:
    whole = LOBBY_CLIP.read_bytes()
    for name, data in (("empty.mp4", b""), ("text.mp4", b"hello " * 400), ("cut.mp4", whole[: len(whole) // 3])):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(RecordingError, match=name):
            compute_empty_picture(tmp_path / name)
    with pytest.raises(RecordingError, match="cannot be read"):
        compute_empty_picture(tmp_path / "none.mp4")
    with pytest.raises(RecordingError, match="has 5 pictures"):
        compute_empty_picture(LOBBY_CLIP, most=5)
