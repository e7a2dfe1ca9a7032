from pathlib import Path

import numpy as np
import pytest

from sim.site.camera import make_view
from sim.site.fit import CHEST_M, FARTHEST_M, find_ground
from sim.site.model import load_site

SITE = load_site(Path(__file__).parents[3] / "scenarios" / "sites" / "maple-ridge")
ELEVATIONS = {floor.floor_id: floor.elevation_m for floor in SITE.floors}


def test_the_worked_number() -> None:
    camera = SITE.cameras[0].model_copy(
        update={"position_m": (0.0, 0.0, 3.1), "yaw_deg": 0.0, "pitch_deg": -45.0, "k1": 0.0}
    )
    assert find_ground(camera, x=0.5, y=0.5, floor_z_m=0.0) == pytest.approx((2.0, 0.0))


@pytest.mark.parametrize("camera", SITE.cameras, ids=lambda camera: camera.camera_id)
def test_a_chest_in_the_picture_is_placed_where_the_person_stands(camera) -> None:
    view = make_view(camera)
    turn = np.deg2rad(camera.yaw_deg + 10.0)
    at = np.asarray(camera.position_m[:2]) + 9.0 * np.array([np.cos(turn), np.sin(turn)])
    floor_z_m = ELEVATIONS[camera.floor]
    (pixel,), _ = view.compute_pixels(np.array([[*at, floor_z_m + CHEST_M]]))
    x, y = pixel / view.size_wh
    assert find_ground(camera, x=float(x), y=float(y), floor_z_m=floor_z_m) == pytest.approx(tuple(at), abs=1e-6)


def test_above_the_horizon_the_place_is_as_far_as_it_says_anything() -> None:
    camera = SITE.cameras[0].model_copy(update={"pitch_deg": 40.0})
    found = find_ground(camera, x=0.5, y=0.1, floor_z_m=0.0)
    assert np.hypot(*(np.asarray(found) - camera.position_m[:2])) == pytest.approx(FARTHEST_M)
