"""What a camera makes of its light: halo, coloured noise, dynamic range, and what a site file says of each camera."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from sim.errors import SiteError
from sim.footage.paint.camera_effects import DAY, CameraEffects, Optics, choose_optics, compute_range_gain, make_tint
from sim.site.model import CameraSpec, OpticsSpec, load_site
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
        _take(edge, PLAIN)[90, :, 1].astype(int),
        _take(edge, _change(sharpening=1.0, halo_px=5.0))[90, :, 1].astype(int),
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


def test_a_halo_is_of_brightness_only() -> None:
    edge = np.full((180, 320, 3), (40, 60, 120), dtype=np.uint8)
    edge[:, 160:] = (120, 140, 200)
    added = _take(edge, _change(sharpening=1.5, halo_px=5.0)).astype(int) - _take(edge, PLAIN)
    assert np.abs(added).max() > 5
    assert (added[..., 0] == added[..., 1]).all()
    assert (added[..., 1] == added[..., 2]).all()


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


def test_no_coloured_noise_in_a_picture_without_colours() -> None:
    taken = _take(np.full((180, 320, 3), 20, dtype=np.uint8), _change(chroma_noise=4.0, is_grey=True))
    assert (taken[..., 0] == taken[..., 2]).all()


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


def test_a_site_file_says_what_is_special_about_a_camera() -> None:
    assert choose_optics(_make_camera(None)) == DAY
    optics = choose_optics(_make_camera(OpticsSpec(shutter_s=1 / 30, dynamic_range=0.5)))
    assert optics.shutter_s == 1 / 30
    assert optics.dynamic_range == 0.5
    assert optics.sharpening == DAY.sharpening
    dark = choose_optics(_make_camera(None), darkness=1.0)
    assert dark.shutter_s > DAY.shutter_s
    assert dark.chroma_noise > DAY.chroma_noise


def test_an_impossible_shutter_in_a_site_file_is_named(tmp_path: Path) -> None:
    site = make_tiny_site().model_dump(mode="json")
    site["cameras"][0]["optics"] = {"shutter_s": 3.0}
    (tmp_path / "site.yaml").write_text(json.dumps(site))
    with pytest.raises(SiteError, match="shutter_s"):
        load_site(tmp_path)
