import json
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from sim.app.settings import PROJECT
from sim.errors import RecordingError, SiteError
from sim.footage.paint.camera_effects import (
    DAY,
    CameraEffects,
    Optics,
    choose_optics,
    compute_range_gain,
    make_tint,
    undo_blur,
)
from sim.footage.paint.overlay import CameraText, format_clock
from sim.footage.paint.painter import render_reference
from sim.footage.paint.plate import FAR_M, load_plate, make_plate, read_plate_files
from sim.site.model import CameraSpec, OpticsSpec, load_site
from tests.support.painted_hall import make_figure, make_hall_people
from tests.support.tiny_site import make_tiny_site

SIZE_WH = (320, 180)
PLAIN = Optics(vignette=0.0, noise=0.0, drift=0.0, sharpening=0.0, chroma_noise=0.0)


def _take(picture: np.ndarray, optics: Optics, *, frame: int = 0) -> np.ndarray:
    taken = picture.copy()
    CameraEffects(optics, size_wh=SIZE_WH, fps=10, rng=np.random.default_rng(3), scene=picture).apply(taken, frame)
    return taken


def _change(**changes: float) -> Optics:
    return Optics(**{**{name: getattr(PLAIN, name) for name in PLAIN.__slots__}, **changes})


def test_sharpening_draws_a_halo_along_an_edge_as_unsharp_masking_does() -> None:
    edge = np.full((180, 320, 3), 90, dtype=np.uint8)
    edge[:, 160:] = 150
    plain, sharp = (
        _take(edge, optics)[90, :, 1].astype(int) for optics in (PLAIN, _change(sharpening=1.0, halo_px=5.0))
    )
    sigma = 5.0 * 180 / 720
    line = plain.astype(np.float64)
    kernel = cv2.getGaussianKernel(7, sigma)[:, 0]
    off = line - np.convolve(np.pad(line, 3, mode="reflect"), kernel, mode="valid")
    wanted = line + np.sign(off) * np.maximum(np.abs(off) - 2, 0)
    assert np.abs(sharp - wanted).max() <= 2
    assert sharp.min() < plain.min() - 1
    assert sharp.max() > plain.max() + 1
    assert (sharp[:150] == 90).all()
    assert (sharp[170:] == 150).all()
    edge = np.full((180, 320, 3), (40, 60, 120), dtype=np.uint8)
    edge[:, 160:] = (120, 140, 200)
    added = _take(edge, _change(sharpening=1.5, halo_px=5.0)).astype(int) - _take(edge, PLAIN)
    assert np.abs(added).max() > 5
    assert (added == added[..., :1]).all(), "of brightness only"


def test_coloured_noise_is_in_the_dark_and_leaves_the_brightness() -> None:
    optics = _change(chroma_noise=4.0)
    black, dusk, day = (_take(np.full((180, 320, 3), level, dtype=np.uint8), optics) for level in (20, 52, 100))
    assert (day == 100).all()
    hue = [float((p[..., 0].astype(int) - p[..., 2]).std()) for p in (black, dusk)]
    assert hue[0] == pytest.approx(4.0 * np.sqrt(2) * (64 - 20) / 64, rel=0.15)
    assert hue[1] < 0.5 * hue[0]
    tint = make_tint(np.random.default_rng(1), size_wh=SIZE_WH, sigma=4.0).reshape(180, 320, 3)
    assert float((tint @ np.array([0.114, 0.587, 0.299])).std()) < 0.5
    assert float(tint[..., 2].std()) == pytest.approx(4.0, rel=0.1)
    grey = _take(np.full((180, 320, 3), 20, dtype=np.uint8), _change(chroma_noise=4.0, is_grey=True))
    assert (grey[..., 0] == grey[..., 2]).all(), "none in a picture without colours"


def test_wide_dynamic_range_raises_the_dark_and_lowers_the_bright() -> None:
    scene = np.full((180, 320, 3), 80, dtype=np.uint8)
    scene[:, :80], scene[:, 240:] = 20, 240
    gain = compute_range_gain(scene, amount=1.0)
    assert gain[90, 5] == pytest.approx(4**0.35, rel=0.02)
    assert gain[90, 160] == pytest.approx(1.0, rel=0.02)
    assert gain[90, 315] == pytest.approx(max(0.6, 3**-0.35), rel=0.02)
    assert (compute_range_gain(scene, amount=0.0) == 1).all()
    taken = _take(scene, _change(dynamic_range=1.0))
    assert taken[90, 5, 0] == pytest.approx(20 * 4**0.35, abs=1)
    assert taken[90, 315, 0] == pytest.approx(240 * 3**-0.35, abs=2)


def _make_camera(optics: OpticsSpec | None) -> CameraSpec:
    return make_tiny_site().get_camera("CAM-01").model_copy(update={"optics": optics})


def test_a_site_file_says_what_is_special_about_a_camera_and_an_impossible_shutter_is_named(tmp_path: Path) -> None:
    assert choose_optics(_make_camera(None)) == DAY
    optics = choose_optics(_make_camera(OpticsSpec(shutter_s=1 / 30, dynamic_range=0.5)))
    assert optics.shutter_s == 1 / 30
    assert optics.dynamic_range == 0.5
    assert optics.sharpening == DAY.sharpening
    dark = choose_optics(_make_camera(None), darkness=1.0)
    assert dark.shutter_s > DAY.shutter_s
    assert dark.chroma_noise > DAY.chroma_noise
    site = make_tiny_site().model_dump(mode="json")
    site["cameras"][0]["optics"] = {"shutter_s": 3.0}
    (tmp_path / "site.yaml").write_text(json.dumps(site))
    with pytest.raises(SiteError, match="shutter_s"):
        load_site(tmp_path)


START = datetime(2026, 10, 14, 8, 0, 0)


def _film(frame: int, *, seed: int = 1) -> np.ndarray:
    picture = np.full((180, 320, 3), 120, dtype=np.uint8)
    CameraEffects(Optics(), size_wh=SIZE_WH, fps=10, rng=np.random.default_rng(seed)).apply(picture, frame)
    return picture


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


def test_noise_is_weak_by_seed_and_frame_and_corners_are_darker() -> None:
    assert (_film(3) == _film(3)).all()
    assert (_film(3) != _film(4)).any()
    assert (_film(3, seed=1) != _film(3, seed=2)).any()
    picture = _film(0).astype(float)
    middle, corner = picture[80:100, 140:180], picture[:15, :15]
    assert 0.8 < middle.std() < 4
    assert 4 < middle.mean() - corner.mean() < 30


@pytest.mark.parametrize("ground", [0, 128, 255])
def test_text_reads_on_any_ground(ground: int) -> None:
    text = CameraText(camera_id="CAM-01", name="Hall", size_wh=SIZE_WH, start_time=START, fps=10)
    picture = np.full((180, 320, 3), ground, dtype=np.uint8)
    text.write(picture, 0)
    assert int(picture[:40, :160].max()) > 225
    assert int(picture[:40, :160].min()) < 60
    assert (picture[60:120] == ground).all()


def test_only_the_frame_decides_what_the_clock_shows() -> None:
    assert format_clock(START, 160.3) == "2026-10-14 08:02:40.3"
    assert format_clock(START, 59.99999999) == "2026-10-14 08:01:00.0"
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


def test_plates_load_at_another_size_nothing_means_far_and_people_are_darker_in_dark_parts(tmp_path: Path) -> None:
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
    plate, _ = read_plate_files(PROJECT / "scenarios" / "sites" / "birch-elementary" / "plates", "CAM-02")
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
