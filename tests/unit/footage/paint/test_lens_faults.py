import cv2
import numpy as np
import pytest

from sim.footage.paint.camera_effects import DAY, NIGHT, CameraEffects, choose_optics
from sim.footage.paint.faults import make_lens_effects
from sim.footage.source import Picture
from tests.support.faulty_recording import read_faults
from tests.support.tiny_site import make_tiny_site

SIZE_WH = (480, 270)
CAMERA = {"camera": "CAM-01"}


def _checked() -> Picture:
    """Small squares of two muted colours, so that blur shows everywhere."""
    y, x = np.mgrid[0:270, 0:480]
    dark = ((x // 6 + y // 6) % 2)[..., None]
    return np.where(dark, (60, 70, 90), (150, 140, 120)).astype(np.uint8)


def _apply(picture: Picture, fault: dict[str, object], *, seed: int = 1) -> Picture:
    effects = make_lens_effects(read_faults(CAMERA | fault), size_wh=SIZE_WH, rng=np.random.default_rng(seed))
    assert len(effects) == 1
    return effects[0].apply(picture)


def _contrast(picture: Picture) -> np.ndarray:
    """Local contrast in blocks of 30 px, [9, 16]."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(float)
    return grey.reshape(9, 30, 16, 30).std(axis=(1, 3))


def test_other_faults_are_no_matter_of_the_lens() -> None:
    dead = {"kind": "dead-span", "to_s": 5} | CAMERA
    assert make_lens_effects(read_faults(dead), size_wh=SIZE_WH, rng=np.random.default_rng(1)) == ()


def test_dirt_takes_the_detail_of_a_part_that_grows_with_its_amount() -> None:
    clean = _contrast(_checked())
    lost = {}
    for amount in (0.2, 0.6, 1.0):
        dirty = _contrast(_apply(_checked(), {"kind": "dirty-lens", "amount": amount}))
        lost[amount] = float((dirty < 0.6 * clean).mean())
        assert (dirty > 0.9 * clean).mean() > 0.2, "the rest is as clear as before"
    assert 0.02 < lost[0.2] < lost[0.6] < lost[1.0] < 0.8


def test_dirt_sits_where_its_seed_says_and_stays_there() -> None:
    fault = {"kind": "dirty-lens", "amount": 0.6}
    effect = make_lens_effects(read_faults(CAMERA | fault), size_wh=SIZE_WH, rng=np.random.default_rng(1))[0]
    assert (effect.apply(_checked()) == effect.apply(_checked())).all()
    assert (effect.apply(_checked()) == _apply(_checked(), fault)).all()
    assert (effect.apply(_checked()) != _apply(_checked(), fault, seed=2)).any()


def _door(*, person: bool) -> Picture:
    """A dim hall with a bright door left of its middle, somebody dark in front of it when asked."""
    picture = np.full((270, 480, 3), 96, dtype=np.uint8)
    picture[90:200, 150:210] = 235
    if person:
        picture[110:200, 170:190] = 40
    return picture


def test_glare_burns_out_the_door_spills_over_and_turns_the_exposure_down() -> None:
    picture = _apply(_door(person=False), {"kind": "glare", "at": [0.375, 0.54], "amount": 0.8})
    assert picture[130:170, 160:200].min() > 250
    assert picture[145, 225].mean() > 96 + 30, "beside the door"
    assert picture[145, 440].mean() < 96 - 10, "across the hall"


def test_who_stands_in_the_glare_is_a_dark_shape_and_lets_less_light_in() -> None:
    fault = {"kind": "glare", "at": [0.375, 0.54], "amount": 0.8}
    alone, behind = _apply(_door(person=False), fault), _apply(_door(person=True), fault)
    assert behind[150, 180].mean() < 0.7 * behind[150, 157].mean()
    assert behind[145, 225].mean() < alone[145, 225].mean()


def test_low_light_is_dark_and_pale_but_for_lamps() -> None:
    picture = _checked()
    picture[:30] = 252
    dark = _apply(picture, {"kind": "low-light", "amount": 0.7})
    assert dark[60:].mean() < 0.6 * picture[60:].mean()
    assert dark[:20].mean() > 200
    spread = [float(np.ptp(p[60:].astype(float), axis=2).mean() / p[60:].mean()) for p in (picture, dark)]
    assert spread[1] < 0.8 * spread[0]


def test_night_is_grey_noisier_and_lit_from_the_camera() -> None:
    effects = CameraEffects(NIGHT, size_wh=SIZE_WH, fps=10, rng=np.random.default_rng(1))
    picture = np.full((270, 480, 3), (90, 120, 150), dtype=np.uint8)
    effects.apply(picture, 0)
    assert (picture[..., 0] == picture[..., 2]).all()
    assert picture[120:150, 220:260].mean() > 1.3 * picture[:20, :20].mean()
    assert picture[120:150, 220:260].std() > 2


@pytest.mark.parametrize("mode", ["day", "night"])
def test_the_camera_s_mode_chooses_its_optics_and_darkness_adds_noise(mode: str) -> None:
    camera = make_tiny_site().get_camera("CAM-01").model_copy(update={"mode": mode})
    assert choose_optics(camera) == (NIGHT if mode == "night" else DAY)
    assert choose_optics(camera, darkness=0.5).noise > choose_optics(camera).noise + 1
