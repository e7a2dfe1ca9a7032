from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from sim.errors import RecordingError
from sim.footage.paint.camera_effects import CameraEffects, Optics, undo_blur
from sim.footage.paint.overlay import CameraText, format_clock
from sim.footage.paint.painter import render_reference
from sim.footage.paint.plate import FAR_M, load_plate, make_plate, read_plate_files
from sim.services.app.settings import PROJECT
from tests.support.painted_hall import make_figure, make_hall_people

SIZE_WH = (320, 180)
START = datetime(2026, 10, 14, 8, 0, 0)


def _take(frame: int, *, seed: int = 1) -> np.ndarray:
    """A grey picture as a camera would have taken it."""
    picture = np.full((180, 320, 3), 120, dtype=np.uint8)
    CameraEffects(Optics(), size_wh=SIZE_WH, fps=10, rng=np.random.default_rng(seed)).apply(picture, frame)
    return picture


def test_effects_are_the_same_for_the_same_seed_and_change_with_the_frame() -> None:
    assert (_take(3) == _take(3)).all()
    assert (_take(3) != _take(4)).any()
    assert (_take(3, seed=1) != _take(3, seed=2)).any()


def test_blur_dimming_and_grain_are_those_of_plain_arithmetic() -> None:
    rng = np.random.default_rng(5)
    picture = rng.integers(0, 256, (180, 320, 3), dtype=np.uint8)
    optics = Optics(blur_px=3.0, vignette=0.3, noise=0.0, drift=0.0, sharpening=0.0, chroma_noise=0.0)
    side = round(256 * float(cv2.getGaussianKernel(3, 3.0 * 180 / 720)[0, 0]))
    padded = np.pad(picture.astype(np.int64), ((1, 1), (1, 1), (0, 0)), mode="reflect")
    down = side * (padded[:-2] + padded[2:]) + (256 - 2 * side) * padded[1:-1]
    soft = (side * (down[:, :-2] + down[:, 2:]) + (256 - 2 * side) * down[:, 1:-1] + 32768) >> 16
    x, y = np.meshgrid(np.linspace(-1, 1, 320), np.linspace(-1, 1, 180))
    mask = np.floor(255 * (1 - 0.3 * (x * x + y * y) / 2))
    CameraEffects(optics, size_wh=SIZE_WH, fps=10, rng=rng).apply(picture, 0)
    assert np.abs(picture - soft * mask[..., None] / 255).max() <= 0.501


def test_noise_is_weak_and_corners_are_darker() -> None:
    picture = _take(0).astype(float)
    middle, corner = picture[80:100, 140:180], picture[:15, :15]
    assert 0.8 < middle.std() < 4
    assert 4 < middle.mean() - corner.mean() < 30


def test_clock_words() -> None:
    assert format_clock(START, 160.3) == "2026-10-14 08:02:40.3"
    assert format_clock(START, 59.99999999) == "2026-10-14 08:01:00.0"


@pytest.mark.parametrize("ground", [0, 128, 255])
def test_text_reads_on_any_ground(ground: int) -> None:
    text = CameraText(camera_id="CAM-01", name="Hall", size_wh=SIZE_WH, start_time=START, fps=10)
    picture = np.full((180, 320, 3), ground, dtype=np.uint8)
    text.write(picture, 0)
    assert int(picture[:40, :160].max()) > 225
    assert int(picture[:40, :160].min()) < 60
    assert (picture[60:120] == ground).all()


def test_only_the_frame_decides_what_the_clock_shows() -> None:
    jumping, fresh = (
        CameraText(camera_id="CAM-01", name="Hall", size_wh=SIZE_WH, start_time=START, fps=10) for _ in range(2)
    )
    for frame in (0, 7, 599, 36000):
        jumping.write(np.zeros((180, 320, 3), dtype=np.uint8), frame)
    first, second = (np.full((180, 320, 3), 90, dtype=np.uint8) for _ in range(2))
    jumping.write(first, 1234)
    fresh.write(second, 1234)
    assert np.abs(first.astype(int) - second).max() <= 2
    later = np.full((180, 320, 3), 90, dtype=np.uint8)
    fresh.write(later, 1235)
    assert (later != second).any()


def test_plates_load_at_another_size_and_nothing_means_far(tmp_path: Path) -> None:
    depth = np.full((72, 128), 5000, dtype=np.uint16)
    depth[:10] = 0
    cv2.imwrite(str(tmp_path / "CAM-01.png"), np.full((72, 128, 3), 100, dtype=np.uint8))
    cv2.imwrite(str(tmp_path / "CAM-01-depth.png"), depth)
    plate = load_plate(tmp_path, "CAM-01", size_wh=(64, 36))
    assert plate.size_wh == (64, 36)
    assert float(plate.depth_m[20, 30]) == 5.0
    assert float(plate.depth_m[0, 0]) == FAR_M
    with pytest.raises(RecordingError, match="CAM-02"):
        load_plate(tmp_path, "CAM-02", size_wh=(64, 36))
    with pytest.raises(RecordingError, match="128x72"):
        load_plate(tmp_path, "CAM-01", size_wh=(64, 64))
    cv2.imwrite(str(tmp_path / "CAM-01-depth.png"), np.zeros((72, 128), dtype=np.uint8))
    with pytest.raises(RecordingError, match="16-bit"):
        load_plate(tmp_path, "CAM-01", size_wh=(64, 36))


def test_people_are_darker_in_dark_parts() -> None:
    half = np.full((180, 320, 3), 160, dtype=np.uint8)
    half[:, 160:] = 50
    plate = make_plate(half, np.full((180, 320), 9.0, dtype=np.float32), size_wh=SIZE_WH)
    assert plate.get_light(40, 90).mean() > 1.3 * plate.get_light(280, 90).mean()
    assert np.isfinite(plate.get_light(-50, 900)).all()


def test_reference_strip_shows_the_person_three_times() -> None:
    strip = render_reference(make_figure(make_hall_people()[0]))
    assert strip.shape == (480, 720, 3)
    assert strip.dtype == np.uint8
    for view in range(3):
        part = strip[:, 240 * view : 240 * (view + 1)].astype(int)
        person = np.abs(part - part[5, 5]).max(axis=2) > 45
        rows, columns = np.nonzero(person)
        assert np.ptp(rows) > 300
        assert abs(float(columns.mean()) - 120) < 25
    assert (strip[:, :240] != strip[:, 240:480]).any()


@pytest.mark.parametrize("blur_px", [0.5, 0.9, 1.6])
def test_a_picture_that_a_lens_took_is_not_blurred_twice(blur_px: float) -> None:
    plate, _ = read_plate_files(PROJECT / "scenarios" / "sites" / "birch-elementary" / "plates", "CAM-03")
    still = cv2.GaussianBlur(plate, (0, 0), blur_px * plate.shape[0] / 720)
    optics = Optics(blur_px=blur_px, vignette=0.0, noise=0.0, drift=0.0, sharpening=0.0, chroma_noise=0.0)

    def film(bgr: np.ndarray) -> float:
        taken = np.ascontiguousarray(bgr).copy()
        effects = CameraEffects(optics, size_wh=(taken.shape[1], taken.shape[0]), fps=10, rng=np.random.default_rng(1))
        effects.apply(taken, 0)
        return float(np.abs(taken[2:-2, 2:-2].astype(np.float32) - still[2:-2, 2:-2]).mean())

    twice, once = film(still), film(undo_blur(still, blur_px=blur_px))
    assert once < 0.5
    assert once < 0.6 * twice
