import numpy as np
import pytest

from sim.crowd.generator.chance import split
from sim.crowd.generator.levels import AIMS, Level
from sim.crowd.generator.sightlines import PERSON_M, Sightlines
from sim.crowd.generator.stories import STORIES
from sim.crowd.generator.stories.site_facts import read_site_facts
from sim.crowd.generator.ways import WayFinder, count_legs, find_gap_s
from sim.errors import ScenarioError
from sim.site.camera import make_view
from tests.support.generator_site import make_generator_site
from tests.support.two_floors import make_two_floor_site

SIZE_WH = (960, 540)


def show(*spans: tuple[int, int, int], ticks: int = 60, cameras: int = 3) -> np.ndarray:
    shown = np.zeros((ticks, cameras), dtype=np.bool_)
    for camera, first, last in spans:
        shown[first:last, camera] = True
    return shown


def test_stretches_are_counted_by_camera_and_short_gaps_join() -> None:
    shown = show((0, 0, 10), (0, 13, 20), (0, 40, 50), (2, 5, 9), (1, 55, 56))
    assert count_legs(shown) == (3, [0, 2, 0])
    assert find_gap_s(shown) == pytest.approx(10.0)
    assert count_legs(show()) == (0, [])


def test_a_box_is_where_the_camera_puts_the_person() -> None:
    site = make_generator_site()
    sightlines = Sightlines(site, size_wh=SIZE_WH)
    here = np.array([[8.0, 2.0, 0.0]])
    west = sightlines.compute_seen(here, ["1"])[0]
    assert west.camera_id == "CAM-01"
    assert list(west.which) == [0]
    view = make_view(site.cameras[0], size_wh=SIZE_WH)
    ends, _ = view.compute_pixels(np.array([[8.0, 2.0, 0.0], [8.0, 2.0, PERSON_M]]))
    assert west.box_xyxy[0, 3] == pytest.approx(ends[0, 1], abs=0.01)
    assert west.box_xyxy[0, 1] == pytest.approx(ends[1, 1], abs=0.01)


def test_walls_hide_and_a_camera_does_not_look_back() -> None:
    sightlines = Sightlines(make_generator_site(), size_wh=SIZE_WH)
    behind_the_wall, behind_the_west_camera = (11.0, 5.2, 0.0), (0.2, 0.2, 0.0)
    seen = sightlines.compute_seen(np.array([behind_the_wall, behind_the_west_camera]), ["1", "1"])
    assert [list(s.which) for s in seen] == [[], [1], []]


def test_a_camera_sees_another_floor_only_inside_a_stairwell() -> None:
    site = make_two_floor_site()
    moved = site.cameras[0].model_copy(
        update={"floor": "2", "position_m": (13.0, 7.0, 5.6), "yaw_deg": -80.0, "pitch_deg": -35.0, "hfov_deg": 90.0}
    )
    site = site.model_copy(update={"cameras": (moved,)})
    on_the_flight, in_the_hall_below = (15.3, 2.0, 0.9), (13.0, 3.2, 0.0)
    seen = Sightlines(site, size_wh=SIZE_WH).compute_seen(np.array([on_the_flight, in_the_hall_below]), ["1", "1"])
    assert 0 in seen[0].which
    hall = Sightlines(site, size_wh=SIZE_WH).compute_seen(np.array([[9.0, 5.0, 0.0]]), ["1"])
    assert list(hall[0].which) == []


def test_a_recording_too_short_for_any_way_is_refused() -> None:
    site = make_generator_site()
    finder = WayFinder(read_site_facts(site), Sightlines(site, size_wh=SIZE_WH))
    with pytest.raises(ScenarioError, match="fits into 20 s"):
        finder.find(STORIES["passing"], AIMS[Level.HARD], count=1, duration_s=20.0, rng=np.random.default_rng(1))


def test_shares_add_up() -> None:
    assert split(10, [2, 1, 1]) == [5, 3, 2]
    assert sum(split(7, [0.3, 0.3, 0.4])) == 7
