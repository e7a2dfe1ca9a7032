from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from sim.footage.paint.camera_effects import DAY, NIGHT, CameraEffects, choose_optics
from sim.footage.paint.fault_plan import CameraFaults, find_site_as_recorded, make_camera_faults
from sim.footage.paint.faults import make_lens_effects
from sim.footage.recording.recording import Picture
from tests.support.faulty_recording import read_faults
from tests.support.tiny_site import make_tiny_site

SIZE_WH = (480, 270)
CAMERA = {"camera": "CAM-01"}


def _checked() -> Picture:
    y, x = np.mgrid[0:270, 0:480]
    dark = ((x // 6 + y // 6) % 2)[..., None]
    return np.where(dark, (60, 70, 90), (150, 140, 120)).astype(np.uint8)


def _apply(picture: Picture, fault: dict[str, object], *, seed: int = 1) -> Picture:
    effects = make_lens_effects(read_faults(CAMERA | fault), size_wh=SIZE_WH, rng=np.random.default_rng(seed))
    assert len(effects) == 1
    return effects[0].apply(picture)


def _contrast(picture: Picture) -> np.ndarray:
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(float)
    return grey.reshape(9, 30, 16, 30).std(axis=(1, 3))


def test_dirt_takes_the_detail_of_a_part_that_grows_with_its_amount_and_stays_where_its_seed_says() -> None:
    clean = _contrast(_checked())
    lost = {}
    for amount in (0.2, 0.6, 1.0):
        dirty = _contrast(_apply(_checked(), {"kind": "dirty-lens", "amount": amount}))
        lost[amount] = float((dirty < 0.6 * clean).mean())
        assert (dirty > 0.9 * clean).mean() > 0.2, "the rest is as clear as before"
    assert 0.02 < lost[0.2] < lost[0.6] < lost[1.0] < 0.8
    fault = {"kind": "dirty-lens", "amount": 0.6}
    effect = make_lens_effects(read_faults(CAMERA | fault), size_wh=SIZE_WH, rng=np.random.default_rng(1))[0]
    assert (effect.apply(_checked()) == effect.apply(_checked())).all()
    assert (effect.apply(_checked()) == _apply(_checked(), fault)).all()
    assert (effect.apply(_checked()) != _apply(_checked(), fault, seed=2)).any()


def _door(*, person: bool) -> Picture:
    picture = np.full((270, 480, 3), 96, dtype=np.uint8)
    picture[90:200, 150:210] = 235
    if person:
        picture[110:200, 170:190] = 40
    return picture


def test_glare_burns_out_the_door_turns_the_exposure_down_and_makes_a_dark_shape_of_who_stands_in_it() -> None:
    fault = {"kind": "glare", "at": [0.375, 0.54], "amount": 0.8}
    picture = _apply(_door(person=False), fault)
    assert picture[130:170, 160:200].min() > 250
    assert picture[145, 225].mean() > 96 + 30, "beside the door"
    assert picture[145, 440].mean() < 96 - 10, "across the hall"
    behind = _apply(_door(person=True), fault)
    assert behind[150, 180].mean() < 0.7 * behind[150, 157].mean()
    assert behind[145, 225].mean() < picture[145, 225].mean()


def test_low_light_is_dark_and_pale_but_for_lamps_and_night_grey_noisier_and_lit_from_the_camera() -> None:
    picture = _checked()
    picture[:30] = 252
    dark = _apply(picture, {"kind": "low-light", "amount": 0.7})
    assert dark[60:].mean() < 0.6 * picture[60:].mean()
    assert dark[:20].mean() > 200
    spread = [float(np.ptp(p[60:].astype(float), axis=2).mean() / p[60:].mean()) for p in (picture, dark)]
    assert spread[1] < 0.8 * spread[0]
    effects = CameraEffects(NIGHT, size_wh=SIZE_WH, fps=10, rng=np.random.default_rng(1))
    night = np.full((270, 480, 3), (90, 120, 150), dtype=np.uint8)
    effects.apply(night, 0)
    assert (night[..., 0] == night[..., 2]).all()
    assert night[120:150, 220:260].mean() > 1.3 * night[:20, :20].mean()
    assert night[120:150, 220:260].std() > 2


@pytest.mark.parametrize("mode", ["day", "night"])
def test_the_camera_s_mode_chooses_its_optics_and_darkness_adds_noise(mode: str) -> None:
    camera = make_tiny_site().get_camera("CAM-01").model_copy(update={"mode": mode})
    assert choose_optics(camera) == (NIGHT if mode == "night" else DAY)
    assert choose_optics(camera, darkness=0.5).noise > choose_optics(camera).noise + 1


PLANNED = make_tiny_site().get_camera("CAM-01")
SLOW = {"kind": "low-frame-rate", "camera": "CAM-01", "fps": 3}
DEAD = {"kind": "dead-span", "camera": "CAM-01", "from_s": 0.2, "to_s": 0.5}


def _plan(*faults: object, fps: float | None = None, frames: int = 10) -> CameraFaults:
    camera = PLANNED.model_copy(update={"fps": fps})
    return make_camera_faults(read_faults(*faults), camera, fps=10, frame_count=frames)


def _shown(*faults: object, fps: float | None = None) -> Sequence[int]:
    return [int(frame) for frame in _plan(*faults, fps=fps).compute_shown_frames()]


def test_three_pictures_a_second_are_repeated_from_a_faults_own_start_and_without_one_every_frame_shows_itself() -> (
    None
):
    assert _shown() == _shown(SLOW | {"camera": "CAM-02"}) == list(range(10))
    assert _shown(SLOW) == [0, 0, 0, 0, 4, 4, 4, 7, 7, 7]
    assert _shown(fps=3) == _shown(SLOW)
    assert _shown(SLOW | {"fps": 5}) == [0, 0, 2, 2, 4, 4, 6, 6, 8, 8]
    assert _shown(SLOW | {"from_s": 0.2, "to_s": 0.6}) == [0, 1, 2, 2, 4, 4, 6, 7, 8, 9]


@pytest.mark.parametrize("rate", [0.5, 0.7, 1, 2.5, 3, 7, 9.9])
def test_a_low_rate_takes_as_many_pictures_as_it_says_and_never_a_later_one(rate: float) -> None:
    shown = _plan(SLOW | {"fps": rate}, frames=1000).compute_shown_frames()
    assert len(np.unique(shown)) == pytest.approx(rate * 100, abs=1)
    assert (shown <= np.arange(1000)).all()
    assert (np.diff(shown) >= 0).all()


def test_a_dead_camera_shows_nothing_from_the_first_moment_to_before_the_last_and_comes_back_with_a_new_picture() -> (
    None
):
    assert _shown(DEAD) == [0, 1, -1, -1, -1, 5, 6, 7, 8, 9]
    assert _shown(DEAD, SLOW) == [0, 0, -1, -1, -1, 5, 5, 7, 7, 7]
    assert _shown(DEAD | {"to_s": 99}) == [0, 1] + [-1] * 8
    plan = _plan(DEAD | {"from_s": 0.25, "to_s": 0.3 + 1e-9})
    assert plan.get_span(plan.faults[0]) == (3, 3)
    plan = _plan(DEAD | {"from_s": 0.3, "to_s": 0.65})
    assert plan.get_span(plan.faults[0]) == (3, 7)


def test_name_and_clock_are_those_of_the_faults_and_a_turned_camera_is_recorded_zoomed_in() -> None:
    assert (_plan().shown_name, _plan().clock_offset_s) == ("Lobby", 0)
    plan = _plan(
        {"kind": "wrong-name", "camera": "CAM-01", "shown": "Gym"},
        {"kind": "clock-offset", "camera": "CAM-01", "offset_s": 90},
    )
    assert (plan.shown_name, plan.clock_offset_s) == ("Gym", 90)
    moved = read_faults({"kind": "moved-view", "camera": "CAM-02", "from_s": 1, "yaw_deg": 4})
    site = make_tiny_site()
    recorded = find_site_as_recorded(site, moved)
    assert recorded.get_camera("CAM-01") == site.get_camera("CAM-01")
    assert 60 < recorded.get_camera("CAM-02").hfov_deg < 74
    assert find_site_as_recorded(site, ()) == site
