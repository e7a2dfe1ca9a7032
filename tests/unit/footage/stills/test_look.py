"""Noise and sharpness of a picture are measured as they were put in."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from sim.errors import RecordingError
from sim.footage.paint.camera_effects import DAY, choose_optics
from sim.footage.stills.person_detector import measure_blur_px, measure_look, measure_noise
from sim.services.app.wiring import PROJECT
from sim.site.model import load_site


def make_scene(*, blur_px: float, noise: float) -> np.ndarray:
    dice = np.random.default_rng(5)
    scene = np.full((720, 1280), 110, dtype=np.float32)
    for left in range(20, 1240, 60):
        scene[60:660, left : left + 30] = dice.uniform(30, 220)
    soft = cv2.GaussianBlur(scene, (0, 0), blur_px) if blur_px else scene
    return soft + dice.normal(0, noise, soft.shape).astype(np.float32)


@pytest.mark.parametrize("noise", [1.0, 3.0, 6.0])
def test_noise_is_what_was_added(noise: float) -> None:
    assert measure_noise(make_scene(blur_px=0.8, noise=noise)) == pytest.approx(noise, rel=0.2)


@pytest.mark.parametrize("blur_px", [0.8, 1.2, 1.8])
def test_blur_is_what_was_done(blur_px: float) -> None:
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
