from collections.abc import Sequence

import numpy as np
import pytest

from sim.crowd.scenario.faults import AnyFault
from sim.footage.paint.fault_plan import CameraFaults, find_site_as_recorded, make_camera_faults
from tests.support.faulty_recording import read_faults
from tests.support.tiny_site import make_tiny_site

CAMERA = make_tiny_site().get_camera("CAM-01")
SLOW = {"kind": "low-frame-rate", "camera": "CAM-01", "fps": 3}
DEAD = {"kind": "dead-span", "camera": "CAM-01", "from_s": 0.2, "to_s": 0.5}


def _plan(*faults: object, fps: float | None = None, frames: int = 10) -> CameraFaults:
    camera = CAMERA.model_copy(update={"fps": fps})
    return make_camera_faults(read_faults(*faults), camera, fps=10, frame_count=frames)


def _shown(*faults: object, fps: float | None = None) -> Sequence[int]:
    return [int(frame) for frame in _plan(*faults, fps=fps).compute_shown_frames()]


def test_without_fault_every_frame_shows_itself() -> None:
    assert _shown() == list(range(10))
    assert _shown(SLOW | {"camera": "CAM-02"}) == list(range(10))


def test_three_pictures_a_second_are_repeated() -> None:
    assert _shown(SLOW) == [0, 0, 0, 0, 4, 4, 4, 7, 7, 7]
    assert _shown(fps=3) == _shown(SLOW)
    assert _shown(SLOW | {"fps": 5}) == [0, 0, 2, 2, 4, 4, 6, 6, 8, 8]


def test_a_low_rate_begins_with_the_picture_of_its_own_start() -> None:
    assert _shown(SLOW | {"from_s": 0.2, "to_s": 0.6}) == [0, 1, 2, 2, 4, 4, 6, 7, 8, 9]


@pytest.mark.parametrize("rate", [0.5, 0.7, 1, 2.5, 3, 7, 9.9])
def test_a_low_rate_takes_as_many_pictures_as_it_says_and_never_a_later_one(rate: float) -> None:
    shown = _plan(SLOW | {"fps": rate}, frames=1000).compute_shown_frames()
    assert len(np.unique(shown)) == pytest.approx(rate * 100, abs=1)
    assert (shown <= np.arange(1000)).all()
    assert (np.diff(shown) >= 0).all()


def test_a_dead_camera_shows_nothing_and_comes_back_with_a_new_picture() -> None:
    assert _shown(DEAD) == [0, 1, -1, -1, -1, 5, 6, 7, 8, 9]
    assert _shown(DEAD, SLOW) == [0, 0, -1, -1, -1, 5, 5, 7, 7, 7]
    assert _shown(DEAD | {"to_s": 99}) == [0, 1] + [-1] * 8


def test_a_span_holds_the_frames_from_its_first_moment_to_before_its_last() -> None:
    plan = _plan(DEAD | {"from_s": 0.25, "to_s": 0.3 + 1e-9})
    assert plan.get_span(plan.faults[0]) == (3, 3)
    plan = _plan(DEAD | {"from_s": 0.3, "to_s": 0.65})
    assert plan.get_span(plan.faults[0]) == (3, 7)


def test_name_and_clock_are_those_of_the_faults() -> None:
    plan = _plan()
    assert (plan.shown_name, plan.clock_offset_s) == ("Lobby", 0)
    plan = _plan(
        {"kind": "wrong-name", "camera": "CAM-01", "shown": "Gym"},
        {"kind": "clock-offset", "camera": "CAM-01", "offset_s": 90},
    )
    assert (plan.shown_name, plan.clock_offset_s) == ("Gym", 90)


def test_only_faults_of_view_light_and_lens_change_how_the_scene_looks() -> None:
    dirty = {"kind": "dirty-lens", "camera": "CAM-01", "from_s": 0.5}
    plan = _plan(SLOW, dirty)
    assert plan.find_visible(4) == ()
    assert [f.kind for f in plan.find_visible(5)] == ["dirty-lens"]


def test_a_recorded_site_has_its_turned_camera_zoomed_in_and_the_others_untouched() -> None:
    moved: tuple[AnyFault, ...] = read_faults({"kind": "moved-view", "camera": "CAM-02", "from_s": 1, "yaw_deg": 4})
    site = make_tiny_site()
    recorded = find_site_as_recorded(site, moved)
    assert recorded.get_camera("CAM-01") == site.get_camera("CAM-01")
    assert 60 < recorded.get_camera("CAM-02").hfov_deg < 74
    assert find_site_as_recorded(site, ()) == site
